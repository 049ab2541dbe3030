//! Earlier runs, read from their JSON reports.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::audit::Outcome;

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What it is called.
    pub name: String,
    /// Its score.
    pub score: f64,
    /// Its figures by name.
    pub values: BTreeMap<String, f64>,
}

/// Runs in their order, this one last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trend {
    /// The runs.
    pub runs: Vec<Run>,
}

/// Why a file is no earlier run.
#[derive(Debug, thiserror::Error)]
pub enum TrendError {
    /// It is no JSON.
    #[error("{0}")]
    Syntax(#[from] serde_json::Error),
    /// It is something else.
    #[error("it is no report of `scaffold audit --format json`")]
    Other,
}

impl Trend {
    /// Earlier reports by name, and this outcome.
    pub fn new(earlier: Vec<Run>, outcome: &Outcome) -> Self {
        let values = outcome.metrics.iter().map(|metric| (metric.name.to_owned(), metric.value));
        let now = Run { name: "now".to_owned(), score: outcome.score, values: values.collect() };
        Self { runs: earlier.into_iter().chain([now]).collect() }
    }

    /// The names of all figures.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.runs.last().into_iter().flat_map(|run| run.values.keys().map(String::as_str))
    }
}

impl Run {
    /// Reads one report.
    pub fn parse(name: &str, text: &str) -> Result<Self, TrendError> {
        let document: Value = serde_json::from_str(text)?;
        let score = document.get("score").and_then(Value::as_f64).ok_or(TrendError::Other)?;
        let metrics = document.get("metrics").and_then(Value::as_array).ok_or(TrendError::Other)?;
        let values = metrics.iter().filter_map(|metric| {
            Some((metric.get("name")?.as_str()?.to_owned(), metric.get("value")?.as_f64()?))
        });
        Ok(Self { name: name.to_owned(), score, values: values.collect() })
    }
}
