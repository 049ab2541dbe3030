//! Discovering what there is: trees of files, the workspace around them, its services.
//!
//! Reads only. Links are never followed, so nothing outside the root is seen.

mod tree;

pub use tree::{Scope, Tree, TreeError};
