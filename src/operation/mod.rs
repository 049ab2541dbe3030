//! The verbs of a migration step: each takes a tree and gives back another one.
//!
//! An operation reads and writes values only; it never guesses: what cannot be rewritten is
//! left as it is and comes back as a [`Note`] with its place and the reason.

pub mod absolute;
pub mod adoption;
pub mod alembic;
pub mod annotated;
pub mod catalogue;
pub mod clients;
pub mod container;
pub mod contracts;
pub mod cors;
pub mod dependencies;
pub mod entry;
pub mod errors;
pub mod factory;
pub mod files;
pub mod fixtures;
pub mod headers;
pub mod health;
pub mod layers;
pub mod libraries;
pub mod lifespan;
pub mod limits;
pub mod logs;
pub mod observability;
pub mod packaging;
pub mod pools;
pub mod port;
pub mod project;
pub mod queries;
mod readiness;
pub mod relocate;
pub mod rewrite;
pub mod settings;
pub mod silent;
pub mod sorting;
pub mod stores;
pub mod text;
pub mod thin;
mod uses;
pub mod versions;
mod web;
pub mod workspace;

use crate::change::RelPath;

/// Something that a reader has to know: left as it is, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Note {
    /// The file, by its path before the step.
    pub path: RelPath,
    /// The 1-based line; 0 for the whole file.
    pub line: usize,
    /// What was left and why.
    pub message: String,
}

impl Note {
    /// A note about a line of a file.
    pub fn new(path: &RelPath, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.clone(), line, message: message.into() }
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(formatter, "{}: {}", self.path, self.message),
            line => write!(formatter, "{}:{line}: {}", self.path, self.message),
        }
    }
}
