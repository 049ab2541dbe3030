//! The baseline: how many findings of each rule a file may have. It may only shrink.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::Finding;

/// Counts per rule and file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The version of this format.
    pub version: u32,
    /// Rule, then file, then how many.
    pub findings: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no baseline.
    #[error("{0}")]
    Syntax(#[from] serde_json::Error),
    /// It was written by a later version.
    #[error("its version is {0}, this scaffold reads 1")]
    Version(u32),
}

impl Baseline {
    /// What is there now.
    pub fn of(findings: &[Finding]) -> Self {
        let mut baseline = Self { version: 1, findings: BTreeMap::new() };
        for finding in findings {
            let files = baseline.findings.entry(finding.rule.id.to_owned()).or_default();
            *files.entry(finding.place.file.as_str().to_owned()).or_default() += 1;
        }
        baseline
    }

    /// Reads a file's text.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = serde_json::from_str(text)?;
        match baseline.version {
            1 => Ok(baseline),
            other => Err(BaselineError::Version(other)),
        }
    }

    /// The text of the file.
    pub fn render(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        text.map_or_else(|error| error.to_string(), |text| format!("{text}\n"))
    }

    /// Which findings are beyond what is allowed: of each rule and file, the last ones.
    pub fn new_findings<'f>(&self, findings: &'f [Finding]) -> Vec<&'f Finding> {
        let mut left = self.findings.clone();
        let is_new = |finding: &&Finding| {
            let files = left.get_mut(finding.rule.id);
            match files.and_then(|files| files.get_mut(finding.place.file.as_str())) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    false
                }
                _ => true,
            }
        };
        findings.iter().filter(is_new).collect()
    }

    /// The smaller of both, per rule and file: what may be written back.
    #[must_use]
    pub fn shrunk_to(&self, now: &Self) -> Self {
        let mut result = Self { version: 1, findings: BTreeMap::new() };
        for (rule, files) in &self.findings {
            for (file, allowed) in files {
                let present = now.findings.get(rule).and_then(|files| files.get(file));
                let count = present.copied().unwrap_or_default().min(*allowed);
                if count > 0 {
                    result.findings.entry(rule.clone()).or_default().insert(file.clone(), count);
                }
            }
        }
        result
    }
}
