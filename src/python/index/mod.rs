//! The reference index: everything that leads to one definition, and by which name.
//!
//! Asks the facts of a service's modules and the text files around them. It only looks; what is
//! rewritten when something moves is decided elsewhere.

mod code;
mod outside;
mod text;

use super::{Moment, PythonService};
use crate::change::RelPath;
use crate::workspace::Tree;

/// A definition at the top level of a module, or a module itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The module's index in the service.
    pub module: usize,
    /// The name there; none for the module.
    pub name: Option<String>,
}

/// How something leads to a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It defines it.
    Definition,
    /// It imports it.
    Import,
    /// It imports it, and others reach it there.
    ReExport,
    /// It reads it as an attribute of a module: `store.rows`.
    Chain,
    /// It uses the name, its own or an imported one.
    Use,
    /// A string names it: a patch target, an import string.
    String,
    /// Configuration names it.
    Configuration,
    /// What starts or builds the service names it.
    Deployment,
    /// Documentation names it.
    Documentation,
}

/// One place that leads to a definition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    /// How.
    pub kind: Kind,
    /// The file.
    pub path: RelPath,
    /// The line, from 1.
    pub line: usize,
    /// The name by which the place reaches it, as it is written or looked up there.
    pub through: String,
    /// When it is reached; none for files that are not Python.
    pub moment: Option<Moment>,
    /// Whether it leads to the definition's module only.
    pub to_module: bool,
    /// The line's text.
    pub text: String,
}

/// Why a name is no definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    /// No module of the service is called so.
    #[error("no module of the service is the begin of {name:?}")]
    Module {
        /// What was asked for.
        name: String,
        /// The names that modules have.
        known: Vec<String>,
    },
    /// The module has no such name.
    #[error("{path} defines no {name:?}")]
    Name {
        /// The module.
        path: RelPath,
        /// What was asked for.
        name: String,
        /// The names that it defines.
        known: Vec<String>,
    },
}

/// Finds a definition by `module.name`, `package.module.name` or `path/to/module.py::name`;
/// re-exports are followed. A deeper name (`module.Class.method`) leads to its outermost part.
pub fn find(service: &PythonService, asked: &str) -> Result<Definition, NotFound> {
    let (module, rest) = split(service, asked)?;
    let Some(name) = rest.split('.').find(|part| !part.is_empty()) else {
        return Ok(Definition { module, name: None });
    };
    let record = &service.modules()[module];
    let facts = record.module().map(|module| &module.facts);
    if facts.is_none_or(|facts| !facts.defines(name)) {
        let bindings = facts.map(|facts| facts.bindings.iter()).into_iter().flatten();
        let known = bindings.filter(|binding| binding.scope == 0);
        let known = known.map(|binding| binding.name.clone()).collect();
        return Err(NotFound::Name { path: record.path.clone(), name: name.to_owned(), known });
    }
    let found = Definition { module, name: Some(name.to_owned()) };
    Ok(origin(service, module, name).unwrap_or(found))
}

/// Everything that leads to a definition, in the order of kinds and places.
pub fn sites(tree: &Tree, service: &PythonService, definition: &Definition) -> Vec<Site> {
    let mut found = code::sites(service, definition);
    found.extend(outside::sites(tree, service, definition));
    found.extend(text::sites(tree, service, definition));
    found.sort();
    found.dedup();
    found
}

/// Where a name of a module comes from, re-exports followed.
fn origin(service: &PythonService, owner: usize, name: &str) -> Option<Definition> {
    let (module, name, _) = service.definition(owner, name)?;
    Some(Definition { module, name: Some(name).filter(|name| !name.is_empty()) })
}

/// The module that a name begins with, and what follows.
fn split<'a>(service: &PythonService, asked: &'a str) -> Result<(usize, &'a str), NotFound> {
    if let Some((path, name)) =
        asked.split_once("::").or_else(|| asked.strip_suffix(".py").map(|_| (asked, "")))
    {
        let full = super::join(service.root(), path);
        let found = service.index_of(&full).or_else(|| service.index_of(path));
        return found.map(|module| (module, name)).ok_or_else(|| unknown(service, asked));
    }
    let mut ends: Vec<usize> = asked.match_indices(['.', ':']).map(|(end, _)| end).collect();
    ends.push(asked.len());
    let found = ends.iter().rev().find_map(|end| {
        let module = service.resolve_at_root(&asked[..*end])?;
        Some((module, asked[*end..].trim_start_matches(['.', ':'])))
    });
    found.ok_or_else(|| unknown(service, asked))
}

fn unknown(service: &PythonService, asked: &str) -> NotFound {
    let modules = 0..service.modules().len();
    let known = modules.filter(|index| !service.modules()[*index].is_test);
    let known = known.filter_map(|index| service.names_of(index).into_iter().next()).collect();
    NotFound::Module { name: asked.to_owned(), known }
}

/// The text of a line, without what surrounds it.
fn line_text(text: &str, line: usize) -> String {
    text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests;
