//! The types of keys and values, as far as the domain can name them.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::change::{Edit, apply_edits};
use crate::layering::Layer;
use crate::operation::thin::package::Package;
use crate::python::{
    Module, PythonService, Qualified, Reference, Resolution, SyntaxTree, is_standard_module,
};

/// A type with the imports that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Type {
    /// Its text.
    pub(super) text: String,
    /// The statements.
    pub(super) imports: BTreeSet<String>,
}

/// Generic types that Python has by itself.
const BUILT_IN: [&str; 5] = ["Dict", "List", "Set", "Tuple", "FrozenSet"];

impl Type {
    /// What is not known, or lies further out than the domain.
    pub(super) fn any() -> Self {
        let imports = BTreeSet::from(["from typing import Any".to_owned()]);
        Self { text: "Any".to_owned(), imports }
    }
}

/// Reads the types of one file.
pub(super) struct Types<'a> {
    pub(super) service: &'a PythonService,
    pub(super) package: &'a Package,
    pub(super) file: usize,
    pub(super) module: &'a Module,
    pub(super) tree: &'a SyntaxTree,
}

impl Types<'_> {
    /// The type that an annotation names; `Any` for one that the domain cannot name.
    pub(super) fn named(&self, node: usize) -> Type {
        self.read(&self.tree.nodes[node].range).unwrap_or_else(Type::any)
    }

    fn read(&self, range: &Range<usize>) -> Option<Type> {
        let text = self.tree.slice(range);
        if text.contains(['\n', '#', '"', '\'']) {
            return None;
        }
        let (mut edits, mut imports) = (Vec::new(), BTreeSet::new());
        let inside = self
            .module
            .facts
            .references
            .iter()
            .filter(|found| range.start <= found.range.start && found.range.end <= range.end);
        for reference in inside {
            let (new, import) = self.name(reference)?;
            let end = reference.chain.last().map_or(reference.range.end, |last| last.range.end);
            let local = reference.range.start - range.start..end - range.start;
            edits.push(Edit::replace(local, new));
            imports.extend(import);
        }
        let text = apply_edits(text, &edits).ok()?;
        match text.strip_prefix("Optional[").and_then(|rest| rest.strip_suffix(']')) {
            Some(inner) if !inner.contains(['[', ',']) => {
                imports.remove("from typing import Optional");
                Some(Type { text: format!("{inner} | None"), imports })
            }
            _ => Some(Type { text, imports }),
        }
    }

    /// What the domain calls a name, and the import for it.
    fn name(&self, reference: &Reference) -> Option<(String, Option<String>)> {
        let scope = match reference.resolution {
            Resolution::Builtin if reference.chain.is_empty() => {
                return Some((reference.name.clone(), None));
            }
            Resolution::Scope(scope) => scope,
            _ => return None,
        };
        let chain = reference.chain.iter().map(|attribute| attribute.name.as_str());
        let dotted: Vec<&str> = std::iter::once(reference.name.as_str()).chain(chain).collect();
        match self.service.qualify(self.file, scope, &dotted.join(".")) {
            Qualified::External(path) => {
                let (owner, name) = path.rsplit_once('.')?;
                let top = owner.split('.').next().unwrap_or(owner);
                if owner == "typing" && BUILT_IN.contains(&name) {
                    return Some((name.to_lowercase(), None));
                }
                is_standard_module(top)
                    .then(|| (name.to_owned(), Some(format!("from {owner} import {name}"))))
            }
            Qualified::Definition(index, name) => {
                let statement = self.domain_import(index, &name)?;
                Some((name, Some(statement)))
            }
            _ => None,
        }
    }

    /// The import of a definition of the domain.
    pub(super) fn domain_import(&self, index: usize, name: &str) -> Option<String> {
        let path = self.service.modules()[index].path.as_str();
        let is_domain = path.starts_with(&self.package.path(Layer::Domain, ""));
        let known = self.service.names_of(index);
        let dotted = known.iter().find_map(|known| self.package.dotted(known))?;
        is_domain.then(|| format!("from {dotted} import {name}"))
    }
}
