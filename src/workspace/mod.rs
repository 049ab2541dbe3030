//! Discovering what there is: trees of files, the workspace around them, its services.
//!
//! Reads only. Links are never followed, so nothing outside the root is seen.

pub mod code;
pub mod compose;
mod config;
mod discover;
pub mod dockerfile;
mod folder;
pub mod ini;
mod inner;
pub mod launch;
mod ranges;
mod revision;
pub mod services;
mod start;
pub mod tools;
mod tree;
pub(crate) mod versions;
pub mod words;
pub mod yaml;

pub use config::{
    CONFIG_FILE, Config, ConfigError, ConfigProblem, MigrationConfig, ServiceConfig, nearest,
};
pub use discover::{Workspace, WorkspaceError};
pub use folder::Folder;
pub use inner::{only_service, projects_below};
pub use ranges::{PortRanges, RangeError};
pub use revision::{RevisionError, work_tree};
pub use services::{Service, services};
pub use start::{EntryPoint, Place, StartPort, StartSource, entry_points, is_dockerfile, starts};
pub use tree::{Scope, Tree, TreeError};

pub(crate) use config::narrowest;
pub(crate) use tree::is_written_by_people;
