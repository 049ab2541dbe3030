//! Where the definitions of divided modules are afterwards.
//!
//! A divided module has its own file, which keeps its statements in order, and files for the
//! definitions that leave it. Every name of the module has one home among them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::needs::Needs;
use crate::change::RelPath;
use crate::layering::{Division, Placement, Role};
use crate::python::{
    BindingKind, Facts, ImportStatement, Module, Moment, Outside, PythonService, Reference,
    Resolution, StatementKind,
};

/// A file of a divided module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PartFile {
    /// Its path below the tree's root.
    pub(super) path: RelPath,
    /// What it is for.
    pub(super) role: Role,
    /// The statements that come to it, in order.
    pub(super) statements: Vec<usize>,
    /// Its routers: the run of routes, and the router's name.
    pub(super) routers: Vec<(usize, String)>,
}

/// Number of a file of a divided module; the module's own file has none.
pub(super) type FileNumber = Option<usize>;

/// A module that is taken apart.
#[derive(Debug)]
pub(super) struct Parts {
    /// The files that its definitions leave for.
    pub(super) files: Vec<PartFile>,
    pub(super) division: Division,
    statement_file: BTreeMap<usize, usize>,
    homes: BTreeMap<String, FileNumber>,
}

impl Parts {
    /// The parts of every divided module of a placement.
    pub(super) fn of(service: &PythonService, placement: &Placement) -> BTreeMap<usize, Self> {
        let outside = service.outside();
        let mut parts = BTreeMap::new();
        for (index, divided) in &placement.divided {
            let Some(module) = service.modules()[*index].module() else { continue };
            let mut files: Vec<PartFile> = divided
                .files
                .iter()
                .map(|(path, role)| PartFile {
                    path: path.clone(),
                    role: *role,
                    statements: Vec::new(),
                    routers: Vec::new(),
                })
                .collect();
            let mut statement_file = BTreeMap::new();
            for decision in placement.decisions.iter().filter(|found| found.module == *index) {
                let file =
                    files.iter_mut().enumerate().find(|(_, file)| file.path == decision.target);
                let Some((number, file)) = file else { continue };
                file.statements.extend(&decision.statements);
                statement_file.extend(decision.statements.iter().map(|found| (*found, number)));
            }
            for file in &mut files {
                file.statements.sort_unstable();
            }
            files.retain(|file| !file.statements.is_empty());
            if files.len() != divided.files.len() || files.is_empty() {
                continue;
            }
            let division = divided.division.clone();
            let mut own = Self { files, division, statement_file, homes: BTreeMap::new() };
            own.add_routers(module);
            own.homes = own.all_homes(*index, module, outside);
            parts.insert(*index, own);
        }
        parts
    }

    /// The file that a statement comes to.
    pub(super) fn file_of(&self, statement: usize) -> FileNumber {
        self.statement_file.get(&statement).copied()
    }

    /// The file in which a name is found afterwards.
    pub(super) fn home(&self, name: &str) -> FileNumber {
        self.homes.get(name).copied().flatten()
    }

    /// The file to which an import statement goes as it is, comments included: the first one
    /// that needs all its names.
    pub(super) fn carrier(
        &self,
        needs: &BTreeMap<FileNumber, Needs>,
        number: usize,
        import: &ImportStatement,
    ) -> Option<usize> {
        (0..self.files.len()).find(|file| {
            let own = &needs[&Some(*file)].imports;
            (0..import.names.len()).all(|position| own.contains(&(number, position)))
        })
    }

    /// Names for the routers of each file.
    fn add_routers(&mut self, module: &Module) {
        let is_bound = |name: &str| module.facts.bindings.iter().any(|found| found.name == name);
        let mut taken = BTreeSet::new();
        for (run, routes) in self.division.routes.iter().enumerate() {
            let mut files: Vec<usize> =
                routes.statements.iter().filter_map(|number| self.file_of(*number)).collect();
            files.dedup();
            let Some(file) = files.first() else { continue };
            let numbered = (2..).map(|number| format!("router_{number}"));
            let mut names = std::iter::once("router".to_owned()).chain(numbered);
            let free = names.find(|name| !is_bound(name) && !taken.contains(name));
            let name = free.unwrap_or_else(|| "router".to_owned());
            taken.insert(name.clone());
            self.files[*file].routers.push((run, name));
        }
    }

    /// The router of a run: its file and its name.
    pub(super) fn router_of(&self, run: usize) -> Option<(usize, &str)> {
        self.files.iter().enumerate().find_map(|(number, file)| {
            let router = file.routers.iter().find(|(own, _)| *own == run)?;
            Some((number, router.1.as_str()))
        })
    }

    fn all_homes(
        &self,
        index: usize,
        module: &Module,
        outside: &Outside,
    ) -> BTreeMap<String, FileNumber> {
        let facts = &module.facts;
        let mut homes = BTreeMap::new();
        for binding in facts.bindings.iter().filter(|binding| binding.scope == 0) {
            let is_import = matches!(binding.kind, BindingKind::Import(..));
            let is_plain = matches!(
                facts.statements[binding.statement].kind,
                StatementKind::Import | StatementKind::TypeChecking
            );
            let is_logger = self.division.loggers.contains_key(&binding.statement);
            if (is_import && is_plain) || is_logger {
                homes
                    .entry(binding.name.clone())
                    .or_insert_with(|| self.home_of_import(index, facts, outside, &binding.name));
            } else if binding.from == 0 {
                homes.insert(binding.name.clone(), self.file_of(binding.statement));
            }
        }
        homes
    }

    /// Where a name that is imported is looked up by others: with those who look it up.
    fn home_of_import(
        &self,
        index: usize,
        facts: &Facts,
        outside: &Outside,
        name: &str,
    ) -> FileNumber {
        let uses = facts.references.iter().filter(|reference| {
            reference.name == name
                && reference.resolution == Resolution::Scope(0)
                && !self.is_application_of_route(reference)
        });
        let is_replaced = outside.replaces(index, name);
        let users: Vec<FileNumber> = uses
            .filter(|reference| !is_replaced || reference.moment == Moment::Call)
            .map(|reference| self.file_of(reference.statement))
            .collect();
        match users.first() {
            Some(first) if is_replaced => *first,
            Some(_) if !users.contains(&None) => users.iter().copied().min().flatten(),
            _ => None,
        }
    }

    /// Whether a reference is the application in a decorator that becomes a router's.
    pub(super) fn is_application_of_route(&self, reference: &Reference) -> bool {
        self.router_decorator(&reference.range).is_some()
    }

    /// The run of routes whose decorator has the application's name at a range.
    pub(super) fn router_decorator(&self, range: &Range<usize>) -> Option<usize> {
        let runs = self.division.routes.iter().enumerate();
        let mut found = runs
            .filter(|(run, routes)| routes.names.contains(range) && self.router_of(*run).is_some());
        found.next().map(|(run, _)| run)
    }
}
