//! The files of ports and of repositories in memory: new ones, or those of an earlier run.

use std::collections::BTreeSet;

use crate::change::{Entry, RelPath, apply_edits};
use crate::layering::Layer;
use crate::operation::project::layer_docstring;
use crate::operation::thin::imports;
use crate::operation::thin::package::Package;
use crate::python::{Module, PythonService};
use crate::workspace::Tree;

/// Types in the files are never evaluated, so that every version of Python can read them.
const FUTURE: &str = "from __future__ import annotations";

/// A file that definitions come to.
#[derive(Debug, Clone)]
pub(in crate::operation) struct Home {
    path: String,
    /// Its dotted name.
    pub(in crate::operation) dotted: String,
    layer: Layer,
    docstring: &'static str,
    module: Option<Module>,
    names: BTreeSet<String>,
    imports: BTreeSet<String>,
    definitions: Vec<String>,
}

impl Home {
    /// The first file of these names that is free, or that is an earlier run's.
    pub(in crate::operation) fn find(
        service: &PythonService,
        package: &Package,
        layer: Layer,
        (names, docstring): (&[&str], &'static str),
    ) -> Option<Self> {
        names.iter().find_map(|name| {
            let path = package.path(layer, &format!("{name}.py"));
            let folder = package.path(layer, &format!("{name}/"));
            let is_package =
                service.modules().iter().any(|record| record.path.as_str().starts_with(&folder));
            let index = service.index_of(&path);
            let module = index.and_then(|index| service.modules()[index].module()).cloned();
            let is_ours = module
                .as_ref()
                .is_some_and(|module| module.errors.is_empty() && module.text().contains(FUTURE));
            if is_package || (index.is_some() && !is_ours) {
                return None;
            }
            let bound = module.iter().flat_map(|module| &module.facts.bindings);
            let taken = bound.filter(|one| one.scope == 0).map(|one| one.name.clone()).collect();
            let dotted = format!("{}.{}.{name}", package.name, layer.folder());
            let (imports, definitions) = (BTreeSet::new(), Vec::new());
            Some(Self {
                path,
                dotted,
                layer,
                docstring,
                module,
                names: taken,
                imports,
                definitions,
            })
        })
    }

    /// Whether a name is free here.
    pub(in crate::operation) fn is_free(&self, name: &str) -> bool {
        !self.names.contains(name)
    }

    /// Whether these imports give no name another meaning.
    pub(in crate::operation) fn accepts(&self, wanted: &BTreeSet<String>) -> bool {
        wanted.iter().all(|statement| {
            let name = name_of(statement);
            let other =
                self.imports.iter().any(|known| known != statement && name_of(known) == name);
            let text = self.module.as_ref().map_or("", Module::text);
            let owner = statement.split(' ').nth(1).unwrap_or_default();
            !other && (self.is_free(name) || text.contains(&format!("from {owner} import")))
        })
    }

    /// Takes in a definition.
    pub(in crate::operation) fn take(
        &mut self,
        name: &str,
        imports: &BTreeSet<String>,
        definition: String,
    ) {
        self.imports.extend(imports.iter().cloned());
        self.names.insert(name.to_owned());
        self.definitions.push(definition);
    }

    /// Writes what came to it.
    pub(in crate::operation) fn write(&self, tree: &mut Tree, package: &Package, newline: &str) {
        let init = RelPath::new(package.path(self.layer, "__init__.py"));
        let (Ok(path), Ok(init)) = (RelPath::new(&self.path), init) else { return };
        if self.definitions.is_empty() {
            return;
        }
        if tree.get(&init).is_none() {
            let text = layer_docstring(self.layer).replace('\n', newline);
            tree.set(init, Entry::file(text));
        }
        let (text, newline) = match &self.module {
            None => (self.new_text(package), newline),
            Some(module) => (self.more_text(module, package), module.source.newline_at(0)),
        };
        let text = text.replace("\r\n", "\n").replace('\n', newline);
        let bytes = match &self.module {
            Some(module) => module.source.encode(&text),
            None => Some(text.into_bytes()),
        };
        let Some(bytes) = bytes else { return };
        let entry = match tree.get(&path) {
            Some(entry) => entry.with_bytes(bytes),
            None => Entry::file(bytes),
        };
        tree.set(path, entry);
    }

    fn new_text(&self, package: &Package) -> String {
        let mut wanted = self.imports.clone();
        wanted.insert(FUTURE.to_owned());
        let block = imports::block(&wanted, &package.name);
        let definitions = self.definitions.join("\n\n");
        format!("\"\"\"{}\"\"\"\n\n{block}\n\n\n{definitions}", self.docstring)
    }

    fn more_text(&self, module: &Module, package: &Package) -> String {
        let missing: BTreeSet<String> = self
            .imports
            .iter()
            .filter(|one| !module.facts.defines(name_of(one)))
            .cloned()
            .collect();
        let edits = imports::added(module, &missing, &package.name);
        let known = apply_edits(module.text(), &edits).unwrap_or_else(|_| module.text().to_owned());
        format!("{}\n\n\n{}", known.trim_end(), self.definitions.join("\n\n"))
    }
}

fn name_of(statement: &str) -> &str {
    statement.rsplit(' ').next().unwrap_or_default()
}
