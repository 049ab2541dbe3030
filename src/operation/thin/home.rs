//! The modules of the application that use cases come to: queries and commands.

use std::collections::{BTreeMap, BTreeSet};

use super::imports;
use super::names::Needs;
use super::package::Package;
use crate::change::{Entry, RelPath, apply_edits};
use crate::layering::Layer;
use crate::python::{BindingKind, ImportKind, Module, PythonService, is_builtin};
use crate::workspace::Tree;

/// What a name of a module means.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    Imported(Vec<String>),
    Defined,
}

/// One module of use cases.
#[derive(Debug, Clone)]
pub(super) struct Home {
    /// Its name: `queries` or `commands`.
    pub(super) name: &'static str,
    path: String,
    docstring: &'static str,
    module: Option<Module>,
    names: BTreeMap<String, Meaning>,
    imports: BTreeSet<String>,
    definitions: Vec<String>,
    obstacle: Option<String>,
}

impl Home {
    /// The module for what reads, or for what changes something.
    pub(super) fn read(service: &PythonService, package: &Package, is_read: bool) -> Self {
        let (name, docstring) = if is_read {
            ("queries", "Use cases that read.")
        } else {
            ("commands", "Use cases that change something.")
        };
        let path = package.path(Layer::Application, &format!("{name}.py"));
        let folder = package.path(Layer::Application, &format!("{name}/__init__.py"));
        let index = service.index_of(&path);
        let module = index.and_then(|index| service.modules()[index].module()).cloned();
        let is_sound = module.as_ref().is_none_or(|module| {
            module.errors.is_empty() && module.facts.star_imports().next().is_none()
        });
        let obstacle = if service.index_of(&folder).is_some() {
            Some(format!("{folder} is a package"))
        } else if !is_sound || (index.is_some() && module.is_none()) {
            Some(format!("{path} cannot be read"))
        } else {
            None
        };
        let names = module.as_ref().map(names_of).unwrap_or_default();
        let (imports, definitions) = (BTreeSet::new(), Vec::new());
        Self { name, path, docstring, module, names, imports, definitions, obstacle }
    }

    /// A name for a use case that is free here.
    pub(super) fn name_for(&self, handler: &str, stem: &str) -> Result<String, String> {
        if let Some(why) = &self.obstacle {
            return Err(why.clone());
        }
        let is_free = |name: &str| !self.names.contains_key(name) && !is_builtin(name);
        let longer = format!("{stem}_{handler}");
        if is_free(handler) {
            Ok(handler.to_owned())
        } else if is_free(&longer) {
            Ok(longer)
        } else {
            Err(format!("{handler} is a name in {} already", self.path))
        }
    }

    /// Takes in a use case; fails with a name that would mean two things.
    pub(super) fn take(
        &mut self,
        name: &str,
        needs: &Needs,
        definition: String,
    ) -> Result<(), String> {
        for (imported, statements) in &needs.imports {
            let wanted = Meaning::Imported(statements.clone());
            let is_other = self.names.get(imported).is_some_and(|known| *known != wanted);
            if is_other
                || imported == name
                || (is_builtin(imported) && !self.names.contains_key(imported))
            {
                return Err(format!("{imported} means something else in {}", self.path));
            }
        }
        for (imported, statements) in &needs.imports {
            if !self.names.contains_key(imported) {
                self.imports.extend(statements.iter().cloned());
                self.names.insert(imported.clone(), Meaning::Imported(statements.clone()));
            }
        }
        self.names.insert(name.to_owned(), Meaning::Defined);
        self.definitions.push(definition);
        Ok(())
    }

    /// Writes what came to it.
    pub(super) fn write(&self, tree: &mut Tree, package: &Package, newline: &str) {
        let Ok(path) = RelPath::new(&self.path) else { return };
        if self.definitions.is_empty() {
            return;
        }
        let (text, newline) = match &self.module {
            None => (self.new_text(package), newline),
            Some(module) => {
                let edits = imports::added(module, &self.imports, &package.name);
                let known =
                    apply_edits(module.text(), &edits).unwrap_or_else(|_| module.text().to_owned());
                let head = if known.trim().is_empty() {
                    format!("\"\"\"{}\"\"\"", self.docstring)
                } else {
                    known.trim_end().to_owned()
                };
                (
                    format!("{head}\n\n\n{}", self.definitions.join("\n\n")),
                    module.source.newline_at(0),
                )
            }
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
        let imports = imports::block(&self.imports, &package.name);
        let mut text = format!("\"\"\"{}\"\"\"\n", self.docstring);
        if !imports.is_empty() {
            text.push_str(&format!("\n{imports}\n"));
        }
        format!("{text}\n\n{}", self.definitions.join("\n\n"))
    }
}

/// The names that a module binds.
fn names_of(module: &Module) -> BTreeMap<String, Meaning> {
    let facts = &module.facts;
    let mut names: BTreeMap<String, Meaning> = BTreeMap::new();
    for binding in facts.bindings.iter().filter(|binding| binding.scope == 0) {
        let BindingKind::Import(statement, position) = binding.kind else {
            names.insert(binding.name.clone(), Meaning::Defined);
            continue;
        };
        let import = &facts.imports[statement];
        let name = &import.names[position];
        let alias = name.alias.as_ref().map(|alias| format!(" as {alias}")).unwrap_or_default();
        let text = match import.kind {
            ImportKind::Import => format!("import {}{alias}", name.name),
            ImportKind::From if import.level == 0 => {
                format!("from {} import {}{alias}", import.module, name.name)
            }
            ImportKind::From => String::new(),
        };
        match names.get_mut(&binding.name) {
            Some(Meaning::Imported(known)) => known.push(text),
            Some(Meaning::Defined) => {}
            None => {
                names.insert(binding.name.clone(), Meaning::Imported(vec![text]));
            }
        }
    }
    names
}
