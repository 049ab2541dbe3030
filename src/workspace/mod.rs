//! Discovering what there is: trees of files, the workspace around them, its services.
//!
//! Reads only. Links are never followed, so nothing outside the root is seen.

mod config;
mod discover;
mod ranges;
mod tree;
pub mod yaml;

pub use config::{CONFIG_FILE, Config, ConfigError, ConfigProblem, ServiceConfig, nearest};
pub use discover::{Workspace, WorkspaceError};
pub use ranges::{PortRanges, RangeError};
pub use tree::{Scope, Tree, TreeError};

pub(crate) use config::narrowest;
