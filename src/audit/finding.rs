//! Findings as values, with an identity that survives moves of lines.

use std::fmt::Write as _;

use crate::change::RelPath;
use crate::workspace::Place;

use super::rule::{Group, Rule, Severity};

/// One thing that supports a finding.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Evidence {
    /// Where it stands.
    pub place: Place,
    /// What stands there.
    pub text: String,
}

/// What a check found, before it has a rule, a severity and an identity.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Where.
    pub place: Place,
    /// What is wrong, one sentence.
    pub message: String,
    /// The service it is about.
    pub service: Option<String>,
    /// What the identity is made from besides rule and file; the text of the line when empty.
    pub anchor: String,
    /// What supports it.
    pub evidence: Vec<Evidence>,
}

impl Draft {
    /// A finding at a place.
    pub fn new(path: &RelPath, line: usize, message: impl Into<String>) -> Self {
        Self {
            place: Place { file: path.clone(), line },
            message: message.into(),
            service: None,
            anchor: String::new(),
            evidence: Vec::new(),
        }
    }

    /// Names the service it is about.
    #[must_use]
    pub fn of(mut self, service: &str) -> Self {
        self.service = Some(service.to_owned());
        self
    }

    /// Makes the identity independent of the text of the line.
    #[must_use]
    pub fn anchored(mut self, anchor: impl Into<String>) -> Self {
        self.anchor = anchor.into();
        self
    }

    /// Adds what supports it.
    #[must_use]
    pub fn because(mut self, place: Place, text: impl Into<String>) -> Self {
        self.evidence.push(Evidence { place, text: text.into() });
        self
    }
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How serious it is here.
    pub severity: Severity,
    /// The service it is about; none when it is about several or the whole.
    pub service: Option<String>,
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What supports it.
    pub evidence: Vec<Evidence>,
    /// Sixteen hexadecimal digits that stay when lines move.
    pub identity: String,
}

impl Finding {
    /// What it is about.
    pub fn group(&self) -> Group {
        self.rule.group
    }
}

/// The identity of a finding: rule, file, anchor, and which one of equal ones it is.
pub(crate) fn identity(rule: &str, file: &RelPath, anchor: &str, ordinal: usize) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [rule, file.as_str(), anchor] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.update(&ordinal.to_le_bytes());
    let mut text = String::with_capacity(16);
    for byte in &hasher.finalize().as_bytes()[..8] {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A text with every run of white space made one blank.
pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
