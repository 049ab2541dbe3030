//! `.scaffold/answers.toml`: which template made a folder, from which answers.
//!
//! Committed beside the generated files and therefore untrusted when it is read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::base::Base;
use super::engine::Scope;
use super::manifest::Manifest;
use super::value::Value;
use crate::change::{Entry, Hash, PathError, RelPath};
use crate::workspace::Tree;

/// The folder below what was generated.
pub(super) const FOLDER: &str = ".scaffold";

/// The file in it.
pub(super) const FILE: &str = "answers.toml";

const REMARK: &str = "\
# Written by scaffold: the template and the answers that made this folder. A later update
# merges with them; the base beside this file is what the template gave.
";

/// What made a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Version of this format.
    pub format: u32,
    /// The template.
    pub template: Origin,
    /// Chosen features.
    #[serde(default)]
    pub features: BTreeMap<String, bool>,
    /// Values of all variables.
    #[serde(default)]
    pub variables: BTreeMap<String, Value>,
}

/// Which template, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// `embedded:service`, a folder, or a git URL.
    pub source: String,
    /// The template's own name.
    pub name: String,
    /// The template's own version.
    pub version: String,
    /// The commit of a cloned template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Hash of the rendered base.
    pub base: Hash,
}

/// Why answers cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AnswersError {
    /// Not TOML of this shape.
    #[error("{0}")]
    Shape(String),
    /// Written by another version.
    #[error("the answers have format {0}, and this version reads format 1")]
    Format(u32),
}

/// Where a template came from, before it is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// `embedded:service`, a folder, or a git URL.
    pub source: String,
    /// The commit of a cloned template.
    pub commit: Option<String>,
}

impl Provenance {
    /// A template of the binary.
    pub fn embedded(name: &str) -> Self {
        Self { source: format!("embedded:{name}"), commit: None }
    }

    /// Whether it is a template of the binary.
    pub fn is_embedded(&self) -> bool {
        self.source.starts_with("embedded:")
    }
}

impl Answers {
    /// The record of one rendering.
    pub fn new(from: Provenance, manifest: &Manifest, scope: &Scope, base: &Base) -> Self {
        Self {
            format: 1,
            template: Origin {
                source: from.source,
                name: manifest.name.clone(),
                version: manifest.version.clone(),
                commit: from.commit,
                base: base.hash,
            },
            features: scope.features.clone(),
            variables: scope.values.clone(),
        }
    }

    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Self, AnswersError> {
        let answers: Self = toml_edit::de::from_str(text)
            .map_err(|error| AnswersError::Shape(error.to_string()))?;
        match answers.format {
            1 => Ok(answers),
            other => Err(AnswersError::Format(other)),
        }
    }

    /// The file's text.
    pub fn text(&self) -> String {
        let body = toml_edit::ser::to_string_pretty(self);
        // Plain maps of plain values always have a TOML form.
        format!("{REMARK}{}", body.unwrap_or_default())
    }
}

/// Puts `tree`, its answers and its base below `folder` (or at the root).
pub fn record(
    tree: &Tree,
    folder: Option<&RelPath>,
    (from, manifest, scope): (Provenance, &Manifest, &Scope),
) -> Result<Tree, PathError> {
    let base = Base::pack(tree);
    let answers = Answers::new(from, manifest, scope, &base);
    let place = |name: &str| match folder {
        Some(folder) => folder.join(name),
        None => RelPath::new(name),
    };
    let mut result = Tree::new();
    for (path, entry) in tree.iter() {
        result.set(place(path.as_str())?, entry.clone());
    }
    let answers_path = place(&format!("{FOLDER}/{FILE}"))?;
    result.set(answers_path, Entry::file(answers.text()));
    let base_path = place(&format!("{FOLDER}/{}", Base::file_name(base.hash)))?;
    result.set(base_path, Entry::file(base.bytes));
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Answers {
        Answers {
            format: 1,
            template: Origin {
                source: "embedded:service".into(),
                name: "service".into(),
                version: "1.0.0".into(),
                commit: None,
                base: Hash::of(b"x"),
            },
            features: BTreeMap::from([("database".into(), true)]),
            variables: BTreeMap::from([
                ("description".into(), Value::from("a \"quoted\" one")),
                ("libs".into(), Value::List(vec!["a".into()])),
                ("port".into(), Value::Integer(8100)),
            ]),
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        assert_eq!(Answers::parse(&answers().text()).unwrap(), answers());
    }

    #[test]
    fn another_format_is_refused() {
        let text = answers().text().replace("format = 1", "format = 2");

        assert!(matches!(Answers::parse(&text), Err(AnswersError::Format(2))));
    }
}
