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
    /// `if TYPE_CHECKING:` blocks of which nothing is needed: statements of the old module.
    pub(super) idle: BTreeSet<usize>,
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
            || matches!(
                module.facts.statements[reference.statement].kind,
                StatementKind::Import | StatementKind::TypeChecking
            )
            || parts.is_application_of_route(reference)
        {
            continue;
        }
        let file = parts.file_of(reference.statement);
        if let Some(own) = needs.get_mut(&file) {
            collector.add(own, file, reference);
        }
    }
    collector.add_checked(module, &mut needs);
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

/// Whether a block has nothing but import statements and no comment.
fn holds_imports_only(module: &Module, statement: &crate::python::Statement) -> bool {
    let text = module.slice(&statement.range);
    let Some((_, body)) = text.split_once('\n') else { return false };
    let mut rest = body.lines().map(str::trim).filter(|line| !line.is_empty());
    !text.contains('#')
        && !text.contains(['(', '\\'])
        && rest.all(|line| line.starts_with("from ") || line.starts_with("import "))
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

    /// `if TYPE_CHECKING:` stays as long as something that stays needs a name of it.
    fn add_checked(&self, module: &Module, needs: &mut BTreeMap<FileNumber, Needs>) {
        let Some(own) = needs.get_mut(&None) else { return };
        for (number, statement) in self.facts.statements.iter().enumerate() {
            if statement.kind != StatementKind::TypeChecking {
                continue;
            }
            let imports = self.facts.imports.iter().enumerate();
            let inside: Vec<_> = imports.filter(|(_, found)| found.statement == number).collect();
            let is_used = |position: &(usize, usize)| own.imports.contains(position);
            let was_used = |name: &crate::python::ImportedName| {
                let mut uses = self.facts.references.iter();
                uses.any(|found| found.name == name.bound() && found.statement != number)
            };
            let before =
                number.checked_sub(1).map_or(0, |last| self.facts.statements[last].range.end);
            let gap = module.slice(&(before..statement.range.start));
            let is_idle = holds_imports_only(module, statement)
                && !gap.contains('#')
                && inside.iter().all(|(import, found)| {
                    let mut names = found.names.iter().enumerate();
                    names.all(|(position, name)| was_used(name) && !is_used(&(*import, position)))
                });
            if is_idle {
                own.idle.insert(number);
                continue;
            }
            let references = self.facts.references.iter();
            let inside = references.filter(|found| {
                found.statement == number && found.resolution == Resolution::Scope(0)
            });
            for reference in inside {
                self.add(own, None, reference);
            }
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
