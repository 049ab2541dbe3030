//! Who imports what inside a service, what leads nowhere, what comes from outside.

use std::collections::BTreeSet;

use super::file::FileFacts;
use crate::python::{
    ImportKind, ImportStatement, Imported, Moment, PythonService, Target, is_standard_module,
};

/// One module of the service importing another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Index of the importing file.
    pub from: usize,
    /// Index of the imported file.
    pub to: usize,
    /// When.
    pub moment: Moment,
    /// Offset of the statement.
    pub start: usize,
    /// Whether a failure is caught.
    pub guarded: bool,
}

/// An import that leads nowhere although it begins inside the service.
#[derive(Debug, Clone)]
pub struct Missing {
    /// Index of the file.
    pub file: usize,
    /// What is imported, as written.
    pub name: String,
    /// Offset of the statement.
    pub start: usize,
    /// Whether a failure is caught.
    pub guarded: bool,
    /// When it runs.
    pub moment: Moment,
    /// The module is there, the name in it is not.
    pub attribute: bool,
}

/// An import of something that is not in the service.
#[derive(Debug, Clone)]
pub struct External {
    /// Index of the file.
    pub file: usize,
    /// The dotted name.
    pub name: String,
    /// Offset of the statement.
    pub start: usize,
    /// Whether a failure is caught.
    pub guarded: bool,
    /// When it runs.
    pub moment: Moment,
}

/// All imports of a service.
#[derive(Debug, Default)]
pub struct Imports {
    /// Inside the service.
    pub edges: Vec<Edge>,
    /// To nothing.
    pub missing: Vec<Missing>,
    /// To packages and to code around the service; the standard library is left out.
    pub external: Vec<External>,
}

impl Imports {
    /// Resolves every import of every file.
    pub(super) fn of(python: &PythonService, files: &[FileFacts]) -> Self {
        let mut imports = Self::default();
        for (index, file) in files.iter().enumerate() {
            for import in &file.module.facts.imports {
                match import.kind {
                    ImportKind::Import => imports.plain(python, index, import),
                    ImportKind::From => imports.from(python, files, index, import),
                }
            }
        }
        imports
    }

    fn plain(&mut self, python: &PythonService, file: usize, import: &ImportStatement) {
        for name in &import.names {
            match python.resolve(file, &name.name) {
                // A file named like the library that it uses.
                Target::Module(to) if to == file => self.external(file, &name.name, import),
                Target::Module(to) => self.edge(file, to, import),
                Target::Folder(_) => {}
                Target::Missing(_) => self.missing(file, name.name.clone(), import, false),
                Target::External => self.external(file, &name.name, import),
            }
        }
    }

    fn from(
        &mut self,
        python: &PythonService,
        files: &[FileFacts],
        file: usize,
        import: &ImportStatement,
    ) {
        let base = format!("{}{}", ".".repeat(import.level as usize), import.module);
        for name in &import.names {
            match python.resolve_name(file, import, name) {
                Imported::Module(to) => self.edge(file, to, import),
                Imported::Attribute(to) if to == file && import.level == 0 => {
                    self.external(file, &import.module, import);
                    break;
                }
                Imported::Attribute(to) => {
                    self.edge(file, to, import);
                    let beside = files[file].is_test && lies_beside(files, file, &import.module);
                    let known = name.name == "*" || may_define(&files[to], &name.name);
                    if !known && !beside && !self.has_missing(file, import) {
                        let gap = if base.ends_with('.') { "" } else { "." };
                        self.missing(file, format!("{base}{gap}{}", name.name), import, true);
                    }
                }
                Imported::Folder(_) => {}
                Imported::Missing(_) => {
                    let full = if base.ends_with('.') {
                        format!("{base}{}", name.name)
                    } else {
                        base.clone()
                    };
                    self.missing(file, full, import, false);
                    break;
                }
                Imported::External => {
                    if import.level == 0 {
                        self.external(file, &import.module, import);
                    } else {
                        self.missing(file, base.clone(), import, false);
                    }
                    break;
                }
            }
        }
    }

    fn has_missing(&self, file: usize, import: &ImportStatement) -> bool {
        let last = self.missing.last();
        last.is_some_and(|last| last.file == file && last.start == import.range.start)
    }

    fn edge(&mut self, from: usize, to: usize, import: &ImportStatement) {
        let (moment, start, guarded) = (import.moment, import.range.start, import.guarded);
        if from != to {
            self.edges.push(Edge { from, to, moment, start, guarded });
        }
    }

    fn missing(&mut self, file: usize, name: String, import: &ImportStatement, attribute: bool) {
        let (moment, start, guarded) = (import.moment, import.range.start, import.guarded);
        self.missing.push(Missing { file, name, start, guarded, moment, attribute });
    }

    fn external(&mut self, file: usize, name: &str, import: &ImportStatement) {
        let top = name.split('.').next().unwrap_or(name);
        if is_standard_module(top) {
            return;
        }
        let (moment, start, guarded) = (import.moment, import.range.start, import.guarded);
        self.external.push(External { file, name: name.to_owned(), start, guarded, moment });
    }

    /// The files that are imported, directly or not, while `start` is imported; `start` first.
    pub fn reached(&self, start: usize) -> Vec<usize> {
        let mut order = vec![start];
        let mut seen: BTreeSet<usize> = order.iter().copied().collect();
        let mut next = 0;
        while let Some(file) = order.get(next).copied() {
            next += 1;
            for edge in self.edges.iter().filter(|edge| edge.from == file) {
                if edge.moment == Moment::Import && seen.insert(edge.to) {
                    order.push(edge.to);
                }
            }
        }
        order
    }
}

/// Whether a module of that name lies in the folder of a file: it is found when a test is run
/// from there.
fn lies_beside(files: &[FileFacts], file: usize, module: &str) -> bool {
    let folder = files[file].below.rsplit_once('/').map_or("", |(folder, _)| folder);
    let name = format!("{folder}/{module}.py");
    let name = name.trim_start_matches('/');
    files.iter().any(|other| other.below == name)
}

/// Whether a module may have an attribute: it binds it, or what it binds cannot be known.
fn may_define(file: &FileFacts, name: &str) -> bool {
    let facts = &file.module.facts;
    let dynamic = facts.star_imports().next().is_some()
        || !facts.dynamic.is_empty()
        || facts.defines("__getattr__")
        || !file.module.errors.is_empty();
    let special = name.starts_with("__") && name.ends_with("__");
    dynamic || special || facts.defines(name)
}
