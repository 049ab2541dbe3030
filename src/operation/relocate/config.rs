//! Configuration of tools: the commands and folders of tests in it, and settings that name code.

use super::deploy::commands;
use super::names::Names;
use super::{tests_named, tools};
use crate::change::RelPath;

/// Rewrites one configuration file.
pub(super) fn rewrite(names: &Names<'_>, path: &RelPath, text: &str) -> Option<String> {
    let new = tools::rewrite(names, path, text).unwrap_or_else(|| text.to_owned());
    let new = commands(names, &new)?;
    Some(tests_named::in_settings(names, &new).unwrap_or(new))
}
