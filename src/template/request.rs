//! What the user asks for with `scaffold new`, and what can be wrong with it.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;

use super::liquid::LiquidError;
use super::names::NameError;
use super::render::RenderError;
use super::source::SourceError;
use crate::change::{PathError, RelPath};
use crate::registry::{AllocateError, RegistryError};
use crate::render::compose::ComposeError;

/// What the user asks for; `None` takes the proposal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The service's package name.
    pub name: String,
    /// The family whose ports it gets one of.
    pub family: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// One sentence.
    pub description: Option<String>,
    /// The class of the example aggregate.
    pub entity: Option<String>,
    /// Exactly these features.
    pub features: Option<Vec<String>>,
    /// Values of the template's own variables.
    pub values: BTreeMap<String, String>,
}

/// Why no service can be planned; nothing has been written.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// A name that Python or the generated code would misread.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The name is registered.
    #[error("a service {name:?} is already registered at port {port} (ports.yaml:{line})")]
    Registered {
        /// The name that is there.
        name: String,
        /// Its port.
        port: u16,
        /// Its line.
        line: usize,
        /// The nearest free name.
        proposal: String,
    },
    /// Its folder is there.
    #[error("the folder {folder} already exists")]
    Folder {
        /// The folder.
        folder: RelPath,
        /// The nearest free name.
        proposal: String,
    },
    /// The port has an owner.
    #[error("port {port} belongs to {owner}")]
    PortTaken {
        /// The port.
        port: u16,
        /// Who has it, and where that is written.
        owner: String,
        /// The lowest free port of the family.
        proposal: Option<u16>,
    },
    /// The port is outside the family's range.
    #[error("port {port} is outside the ports of {whose}")]
    PortOutside {
        /// The port.
        port: u16,
        /// A family with its ports, or all of them.
        whose: String,
        /// The lowest free port of the family.
        proposal: Option<u16>,
    },
    /// No port is left, or the family is unknown.
    #[error(transparent)]
    Allocate(#[from] AllocateError),
    /// A feature that the template does not have.
    #[error("unknown feature {name:?}; the template has {known}")]
    UnknownFeature {
        /// As written.
        name: String,
        /// The most similar one.
        nearest: Option<String>,
        /// All of them.
        known: String,
    },
    /// A variable that the template does not have.
    #[error("the template has no variable {name:?}")]
    UnknownVariable {
        /// As written.
        name: String,
        /// The most similar one.
        nearest: Option<String>,
    },
    /// A value of the wrong kind.
    #[error("{name}: {found:?} is not {expected}")]
    BadValue {
        /// The variable.
        name: String,
        /// What it accepts.
        expected: String,
        /// As written.
        found: String,
    },
    /// A library that does not exist.
    #[error("the template wants the shared library {0:?}, which is not known")]
    UnknownLibrary(String),
    /// A project that is not a uv workspace is in the way.
    #[error("pyproject.toml at the workspace root has no [tool.uv.workspace]")]
    ForeignProject,
    /// The list of members cannot be edited.
    #[error("pyproject.toml at the workspace root: {0}")]
    Members(String),
    /// The registry cannot be read or edited.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The compose file cannot be read or edited.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// The template cannot be loaded.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The template cannot be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A foreign template failed.
    #[error(transparent)]
    Liquid(#[from] LiquidError),
    /// A path cannot be used.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A file that has to be edited is not a text file.
    #[error("{0} is not a text file")]
    NotText(RelPath),
    /// A read failed.
    #[error("cannot read {path}: {message}")]
    Read {
        /// What was read.
        path: Utf8PathBuf,
        /// What the system said.
        message: String,
    },
}

impl NewError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Name(error) => error.proposal.as_ref().map(|name| format!("try {name:?}")),
            Self::Registered { proposal, .. } | Self::Folder { proposal, .. } => {
                Some(format!("try {proposal:?}"))
            }
            Self::PortTaken { proposal, .. } | Self::PortOutside { proposal, .. } => {
                let free = proposal.map(|port| format!("the nearest free port is {port}"));
                Some(free.unwrap_or_else(|| "leave --port out to get a free one".into()))
            }
            Self::UnknownFeature { nearest, .. } | Self::UnknownVariable { nearest, .. } => {
                nearest.as_ref().map(|name| format!("did you mean {name:?}?"))
            }
            Self::Allocate(AllocateError::UnknownFamily { nearest: None, .. }) => {
                Some("add it to scaffold.toml: [families.NAME] ports = \"FIRST-LAST\"".into())
            }
            Self::Liquid(error) => error.hint(),
            Self::ForeignProject => {
                let members = "[tool.uv.workspace] with members = [\"libs/*\", \"services/*\"]";
                Some(format!("add {members}, or use another --root"))
            }
            Self::Render(RenderError::Value { variable, .. }) if variable == "description" => {
                Some("one line of up to 120 characters without quotes and backslashes".into())
            }
            Self::Render(RenderError::Value { variable, .. }) => {
                Some(format!("give it with --set {variable}=VALUE"))
            }
            _ => None,
        }
    }
}
