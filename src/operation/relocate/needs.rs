//! What each file of a divided module has to import.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::{FileNumber, Parts};
use crate::python::{BindingKind, Facts, Module, Moment, Reference, Resolution, StatementKind};

/// What one file needs from elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// `(import statement, name in it)` of the old module.
    pub(super) imports: BTreeSet<(usize, usize)>,
    /// Names of other files of the module.
    pub(super) names: BTreeMap<FileNumber, BTreeSet<String>>,
    /// Other files that are needed as modules, for names that are read through them.
    pub(super) modules: BTreeSet<FileNumber>,
    /// Loggers that the file makes for itself: statements of the old module.
    pub(super) loggers: BTreeSet<usize>,
}

/// How a use of a name is written in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// By its own name.
    Plain,
    /// Through the module that is its home.
    Qualified(FileNumber),
}

/// Collects what every file of a divided module needs.
pub(super) fn collect(module: &Module, parts: &Parts) -> BTreeMap<FileNumber, Needs> {
    let mut needs: BTreeMap<FileNumber, Needs> = BTreeMap::new();
    needs.insert(None, Needs::default());
    for number in 0..parts.files.len() {
        needs.insert(Some(number), Needs::default());
    }
    let collector = Collector { facts: &module.facts, parts };
    for reference in &module.facts.references {
        if reference.resolution != Resolution::Scope(0)
            || module.facts.statements[reference.statement].kind == StatementKind::Import
            || parts.is_application_of_route(reference)
        {
            continue;
        }
        let file = parts.file_of(reference.statement);
        if let Some(own) = needs.get_mut(&file) {
            collector.add(own, file, reference);
        }
    }
    for file in 0..parts.files.len() {
        collector.add_futures(&mut needs, Some(file));
        collector.add_loggers(&mut needs, Some(file));
    }
    for binding in &module.facts.bindings {
        let file = parts.file_of(binding.statement);
        if let Some(home) = rebinds_elsewhere(parts, file, binding)
            && let Some(own) = needs.get_mut(&file)
        {
            own.modules.insert(home);
        }
    }
    add_routers(parts, &mut needs);
    needs
}

/// The home of a name that a function in `file` rebinds, when that is another file.
pub(super) fn rebinds_elsewhere(
    parts: &Parts,
    file: FileNumber,
    binding: &crate::python::Binding,
) -> Option<FileNumber> {
    let is_rebound = binding.scope == 0 && binding.from != 0;
    let home = parts.home(&binding.name);
    (is_rebound && home != file && parts.division.qualified.contains(&binding.name)).then_some(home)
}

/// How a reference is written in its file.
pub(super) fn access(parts: &Parts, reference: &Reference) -> Access {
    let file = parts.file_of(reference.statement);
    let home = parts.home(&reference.name);
    let is_looked_up = reference.moment == Moment::Call
        && reference.usage != crate::python::Usage::Annotation
        && reference.resolution == Resolution::Scope(0);
    if is_looked_up && home != file && parts.division.qualified.contains(&reference.name) {
        Access::Qualified(home)
    } else {
        Access::Plain
    }
}

/// The main file includes the routers.
fn add_routers(parts: &Parts, needs: &mut BTreeMap<FileNumber, Needs>) {
    let Some(main) = needs.get_mut(&None) else { return };
    for (number, file) in parts.files.iter().enumerate() {
        for (_, name) in &file.routers {
            main.names.entry(Some(number)).or_default().insert(name.clone());
        }
    }
}

struct Collector<'a> {
    facts: &'a Facts,
    parts: &'a Parts,
}

impl Collector<'_> {
    fn is_import(&self, statement: usize) -> bool {
        let kind = self.facts.statements[statement].kind;
        matches!(kind, StatementKind::Import | StatementKind::TypeChecking)
    }

    fn add(&self, needs: &mut Needs, file: FileNumber, reference: &Reference) {
        if let Access::Qualified(home) = access(self.parts, reference) {
            needs.modules.insert(home);
            return;
        }
        let mut is_imported = false;
        for binding in self.facts.bindings_of(&reference.name, 0) {
            match binding.kind {
                BindingKind::Import(statement, position) if self.is_import(binding.statement) => {
                    needs.imports.insert((statement, position));
                    is_imported = true;
                }
                _ if self.parts.division.loggers.contains_key(&binding.statement) => {
                    needs.loggers.insert(binding.statement);
                    is_imported = true;
                }
                _ => {}
            }
        }
        let home = self.parts.home(&reference.name);
        if !is_imported && home != file {
            needs.names.entry(home).or_default().insert(reference.name.clone());
        }
    }

    /// `from __future__ import …` holds for every file.
    fn add_futures(&self, needs: &mut BTreeMap<FileNumber, Needs>, file: FileNumber) {
        let Some(own) = needs.get_mut(&file) else { return };
        for (number, import) in self.facts.imports.iter().enumerate() {
            if import.module == "__future__" {
                own.imports.extend((0..import.names.len()).map(|position| (number, position)));
            }
        }
    }

    /// What the loggers of a file need themselves.
    fn add_loggers(&self, needs: &mut BTreeMap<FileNumber, Needs>, file: FileNumber) {
        let Some(own) = needs.get(&file) else { return };
        let loggers = own.loggers.clone();
        let references: Vec<&Reference> = self
            .facts
            .references
            .iter()
            .filter(|reference| {
                loggers.contains(&reference.statement)
                    && reference.resolution == Resolution::Scope(0)
            })
            .collect();
        if let Some(own) = needs.get_mut(&file) {
            for reference in references {
                self.add(own, file, reference);
            }
        }
    }
}
