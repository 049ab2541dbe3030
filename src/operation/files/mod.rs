//! Edits of files that are no Python: TOML, YAML, env files, Dockerfiles, new files, moves.
//!
//! Each edit is data from a step, each function takes a text and gives back another one or
//! the reason why not. Comments, order and line endings stay.

mod dockerfile;
mod dotenv;
mod toml;
mod yaml;

use serde::Deserialize;

use crate::change::{Entry, RelPath};
use crate::workspace::Tree;

/// When a value is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Only {
    /// Whatever was there.
    #[default]
    Always,
    /// When nothing is there yet.
    Missing,
    /// When something is there.
    Present,
}

impl Only {
    fn allows(self, is_there: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Missing => !is_there,
            Self::Present => is_there,
        }
    }
}

/// A plain value of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// `true`, `false`.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// Texts.
    Texts(Vec<String>),
}

/// Sets or removes a key of a TOML or YAML file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEdit {
    /// The file, below the service's folder.
    pub file: RelPath,
    /// The way to the key, one name a level.
    pub key: Vec<String>,
    /// Its new value; none removes the key.
    #[serde(default)]
    pub value: Option<Scalar>,
    /// When.
    #[serde(default)]
    pub only: Only,
}

/// Sets or removes a variable of an env file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvEdit {
    /// The file, below the service's folder.
    pub file: RelPath,
    /// The variable.
    pub name: String,
    /// Its new value, as it is written after `=`; none removes the variable.
    #[serde(default)]
    pub value: Option<String>,
    /// When.
    #[serde(default)]
    pub only: Only,
}

/// Changes or adds an instruction of a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DockerEdit {
    /// The file, below the service's folder.
    pub file: RelPath,
    /// The instruction's name: `RUN`.
    pub instruction: String,
    /// A regular expression that its arguments have to contain; none means any.
    #[serde(default)]
    pub matches: Option<String>,
    /// What the matched part becomes (`$1` is the first group); none leaves it.
    #[serde(default)]
    pub fix: Option<String>,
    /// A line to add after the last such instruction, unless the file has it.
    #[serde(default)]
    pub insert: Option<String>,
}

/// Writes a file that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFile {
    /// The file, below the service's folder.
    pub file: RelPath,
    /// Its text: `<< service >>` and `<< package >>` are filled in.
    pub text: String,
}

/// Moves a file with all references to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// Where it is, below the service's folder.
    pub from: RelPath,
    /// Where it will be.
    pub to: RelPath,
}

/// Where an edit of a step lies in the tree.
pub fn located(folder: Option<&RelPath>, file: &RelPath) -> Result<RelPath, String> {
    match folder {
        Some(folder) => folder.join(file.as_str()).map_err(|error| error.to_string()),
        None => Ok(file.clone()),
    }
}

/// Sets or removes a key; a file that is not there is left.
pub fn edit_toml(tree: &mut Tree, path: &RelPath, edit: &KeyEdit) -> Result<(), String> {
    rewrite(tree, path, |text| toml::edit(text, edit))
}

/// Sets or removes a key; a file that is not there is left.
pub fn edit_yaml(tree: &mut Tree, path: &RelPath, edit: &KeyEdit) -> Result<(), String> {
    rewrite(tree, path, |text| yaml::edit(text, edit))
}

/// Sets or removes a variable; a file that is not there is left.
pub fn edit_env(tree: &mut Tree, path: &RelPath, edit: &EnvEdit) -> Result<(), String> {
    rewrite(tree, path, |text| Ok(dotenv::edit(text, edit)))
}

/// Changes a Dockerfile; a file that is not there is left.
pub fn edit_dockerfile(tree: &mut Tree, path: &RelPath, edit: &DockerEdit) -> Result<(), String> {
    rewrite(tree, path, |text| dockerfile::edit(text, edit))
}

/// Writes a new file; one that is there is left.
pub fn write_new(tree: &mut Tree, path: RelPath, text: &str) {
    if tree.get(&path).is_none() {
        tree.set(path, Entry::file(text));
    }
}

fn rewrite(
    tree: &mut Tree,
    path: &RelPath,
    edit: impl FnOnce(&str) -> Result<String, String>,
) -> Result<(), String> {
    let Some(text) = tree.text(path) else { return Ok(()) };
    let new = edit(text).map_err(|reason| format!("{path}: {reason}"))?;
    if new == text {
        return Ok(());
    }
    if let Some(entry) = tree.get(path).map(|entry| entry.with_bytes(new)) {
        tree.set(path.clone(), entry);
    }
    Ok(())
}
