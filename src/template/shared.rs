//! The shared libraries of a workspace: which there are, and those that are missing.
//!
//! `new` and `migrate` make them here, from the templates of the binary, and nowhere else.

use std::collections::BTreeSet;

use super::answers::{Provenance, record};
use super::engine::Scope;
use super::request::NewError;
use super::source::embedded;
use super::value::Value;
use crate::change::RelPath;
use crate::workspace::{Config, Tree};

/// The oldest Python that generated code supports.
const PYTHON: &str = "3.11";

/// The libraries' templates, innermost first.
pub(super) const LIBRARIES: [(&str, &str); 6] = [
    ("core", "libs/core"),
    ("api", "libs/api"),
    ("clients", "libs/clients"),
    ("gateway", "libs/gateway"),
    ("db", "libs/db"),
    ("messaging", "libs/messaging"),
];

/// A shared library and the template that makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Library {
    /// What follows the workspace's prefix: `core`, `api` …
    pub name: &'static str,
    template: &'static str,
}

impl Library {
    /// The libraries of these names with those that they need, innermost first.
    pub fn closure<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<Self>, NewError> {
        let mut wanted: BTreeSet<String> = BTreeSet::new();
        let mut waiting: Vec<String> = names.map(str::to_owned).collect();
        while let Some(name) = waiting.pop() {
            let known = LIBRARIES.iter().find(|(known, _)| *known == name);
            let (_, template) = known.ok_or_else(|| NewError::UnknownLibrary(name.clone()))?;
            if wanted.insert(name) {
                waiting.extend(embedded(template)?.manifest.libs);
            }
        }
        let found = LIBRARIES.into_iter().filter(|(name, _)| wanted.contains(*name));
        Ok(found.map(|(name, template)| Self { name, template }).collect())
    }

    /// Its package: `vertice_core`.
    pub fn package(&self, config: &Config) -> String {
        format!("{}_{}", config.prefix, self.name)
    }

    /// Its folder.
    pub fn folder(&self, config: &Config) -> Result<RelPath, NewError> {
        Ok(config.libs.join(self.package(config))?)
    }

    /// Renders it into a tree.
    pub fn add_to(&self, tree: &mut Tree, config: &Config) -> Result<(), NewError> {
        let template = embedded(self.template)?;
        let mut scope = common_scope(config);
        scope.values.insert("name".into(), Value::from(self.package(config).as_str()));
        let scope = template.complete(scope)?;
        let files = template.render(&scope)?;
        let provenance = Provenance::embedded(self.template);
        let folder = self.folder(config)?;
        let recorded = record(&files, Some(&folder), (provenance, &template.manifest, &scope))?;
        for (path, entry) in recorded.iter() {
            tree.set(path.clone(), entry.clone());
        }
        Ok(())
    }
}

/// What every template of a workspace can see.
pub(crate) fn common_scope(config: &Config) -> Scope {
    let prefix = &config.prefix;
    let class: String = prefix.split('_').map(capitalised).collect();
    let texts = [
        ("workspace", config.name.clone()),
        ("prefix", prefix.clone()),
        ("prefix_class", class),
        ("python", PYTHON.to_owned()),
    ];
    let values = texts.into_iter().map(|(key, text)| (key.to_owned(), Value::Text(text)));
    Scope { values: values.collect(), ..Scope::default() }
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
