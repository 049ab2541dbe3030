//! Why nothing can be added; nothing has been written.

use super::conflict::Conflict;
use super::field::FieldError;
use crate::change::{PathError, RelPath};
use crate::template::{NameError, NewError, RenderError, SourceError};
use crate::workspace::TreeError;

/// Why nothing can be added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// Nobody said which service.
    #[error("the workspace has {} services, and none was named", .0.len())]
    NoService(Vec<String>),
    /// A service that is not there.
    #[error("there is no service {name:?} in this workspace")]
    UnknownService {
        /// As asked.
        name: String,
        /// The most similar one.
        nearest: Option<String>,
        /// All of them.
        known: Vec<String>,
    },
    /// The service has another layout.
    #[error("{folder} {why}")]
    Layout {
        /// Its folder.
        folder: RelPath,
        /// A clause that says what is missing.
        why: String,
        /// What can be done.
        advice: String,
    },
    /// A name that Python or the generated code would misread.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A field that cannot be.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Files that are there and differ.
    #[error("{}", list(.0))]
    Conflicts(Vec<Conflict>),
    /// A feature that the template does not have.
    #[error("there is no feature {name:?}; the template has {known}")]
    UnknownFeature {
        /// As asked.
        name: String,
        /// The most similar one.
        nearest: Option<String>,
        /// All of them.
        known: String,
    },
    /// The template or a library.
    #[error(transparent)]
    Template(#[from] NewError),
    /// A path cannot be used.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The files cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A file that has to be edited cannot be.
    #[error("{0}")]
    Edit(String),
}

fn list(conflicts: &[Conflict]) -> String {
    let lines: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
    lines.join("\n       ")
}

impl AddError {
    /// What the user can do next.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NoService(known) => {
                vec![format!("name one with --service: {}", known.join(", "))]
            }
            Self::UnknownService { nearest: Some(name), .. }
            | Self::UnknownFeature { nearest: Some(name), .. } => {
                vec![format!("did you mean {name:?}?")]
            }
            Self::UnknownService { known, .. } if known.is_empty() => {
                vec!["make one with `scaffold new NAME`".into()]
            }
            Self::UnknownService { known, .. } => vec![format!("there are {}", known.join(", "))],
            Self::Layout { advice, .. } => vec![advice.clone()],
            Self::Name(error) => {
                error.proposal.iter().map(|name| format!("try {name:?}")).collect()
            }
            Self::Field(error) => error.hint().into_iter().collect(),
            Self::Conflicts(conflicts) => {
                let mut hints = Vec::new();
                for conflict in conflicts {
                    if !hints.contains(&conflict.advice) {
                        hints.push(conflict.advice.clone());
                    }
                }
                hints
            }
            Self::Template(error) => error.hint().into_iter().collect(),
            Self::UnknownFeature { .. } | Self::Path(_) | Self::Tree(_) | Self::Edit(_) => {
                Vec::new()
            }
        }
    }
}

impl From<SourceError> for AddError {
    fn from(error: SourceError) -> Self {
        Self::Template(error.into())
    }
}

impl From<RenderError> for AddError {
    fn from(error: RenderError) -> Self {
        Self::Template(error.into())
    }
}
