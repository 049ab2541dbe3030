//! What stands in the way of an addition: where, what, and what to do about it.

use std::fmt;

use crate::change::RelPath;

/// One thing that is there and is not what would be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The file, once it is known.
    pub path: Option<RelPath>,
    /// The 1-based line; 0 for the whole file.
    pub line: usize,
    /// A lower-case sentence.
    pub message: String,
    /// What can be done.
    pub advice: String,
}

impl Conflict {
    /// Something in a line of a file that is not known here.
    pub(super) fn new(line: usize, message: String, advice: &str) -> Self {
        Self { path: None, line, message, advice: advice.to_owned() }
    }

    /// The same in a file.
    #[must_use]
    pub(super) fn at(mut self, path: &RelPath) -> Self {
        self.path = Some(path.clone());
        self
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(formatter, "{path}:")?;
        }
        match self.line {
            0 => write!(formatter, " {}", self.message),
            line => write!(formatter, "{line}: {}", self.message),
        }
    }
}
