//! Units of placement: whole modules, and the groups of modules that are taken apart.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::divide::{Division, Group};
use crate::python::{PythonService, Reference};

/// What gets one layer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Unit {
    /// The module.
    pub(super) module: usize,
    /// Its statements; empty for the whole module.
    pub(super) statements: Vec<usize>,
    /// The names that these bind.
    pub(super) names: Vec<String>,
    /// Whether it is the part that stays when the rest leaves.
    pub(super) is_main: bool,
}

impl Unit {
    /// Whether it is a module in one piece.
    pub(super) const fn is_whole(&self) -> bool {
        self.statements.is_empty() && !self.is_main
    }
}

/// All units of a service.
#[derive(Debug, Default)]
pub(super) struct Units {
    list: Vec<Unit>,
    whole: FxHashMap<usize, usize>,
    main: FxHashMap<usize, usize>,
    of_statement: FxHashMap<(usize, usize), usize>,
    of_name: FxHashMap<(usize, String), usize>,
    router_decorators: FxHashMap<usize, Vec<Range<usize>>>,
}

impl Units {
    /// One unit for each module of `whole`; for each divided module its groups and its main part.
    pub(super) fn new(
        service: &PythonService,
        whole: &[usize],
        divided: &BTreeMap<usize, Division>,
    ) -> Self {
        let mut units = Self::default();
        for module in whole.iter().filter(|module| !divided.contains_key(module)) {
            units.whole.insert(*module, units.list.len());
            units.list.push(Unit { module: *module, ..Unit::default() });
        }
        for (module, division) in divided {
            for group in &division.groups {
                units.add_group(*module, group);
            }
            units.add_main(service, *module, division);
        }
        units
    }

    fn add_group(&mut self, module: usize, group: &Group) {
        let unit = self.list.len();
        for statement in &group.statements {
            self.of_statement.insert((module, *statement), unit);
        }
        for name in &group.names {
            self.of_name.insert((module, name.clone()), unit);
        }
        let (statements, names) = (group.statements.clone(), group.names.clone());
        self.list.push(Unit { module, statements, names, is_main: false });
    }

    fn add_main(&mut self, service: &PythonService, module: usize, division: &Division) {
        let unit = self.list.len();
        let statements: Vec<usize> = division.root.iter().copied().collect();
        let facts = service.modules()[module].module().map(|module| &module.facts);
        let mut names = Vec::new();
        for statement in &statements {
            self.of_statement.insert((module, *statement), unit);
            let binds = facts.map(|facts| facts.statements[*statement].binds.as_slice());
            for name in binds.unwrap_or_default() {
                self.of_name.insert((module, name.clone()), unit);
                names.push(name.clone());
            }
        }
        let decorators = division.routes.iter().flat_map(|run| run.names.clone()).collect();
        self.router_decorators.insert(module, decorators);
        self.main.insert(module, unit);
        self.list.push(Unit { module, statements, names, is_main: true });
    }

    /// All units.
    pub(super) fn list(&self) -> &[Unit] {
        &self.list
    }

    /// The unit of a statement of a module's body.
    pub(super) fn of_statement(&self, module: usize, statement: usize) -> Option<usize> {
        let part = || self.of_statement.get(&(module, statement)).copied();
        self.whole.get(&module).copied().or_else(part)
    }

    /// The unit that binds a name of a module; the main part for a name that no unit binds.
    pub(super) fn of_name(&self, module: usize, name: &str) -> Option<usize> {
        let part = || self.of_name.get(&(module, name.to_owned())).copied();
        let main = || self.main.get(&module).copied();
        self.whole.get(&module).copied().or_else(part).or_else(main)
    }

    /// The main part of a divided module.
    pub(super) fn main_of(&self, module: usize) -> Option<usize> {
        self.main.get(&module).copied()
    }

    /// Whether a reference is the application in the decorator of a route that becomes a
    /// router's.
    pub(super) fn is_router_decorator(&self, module: usize, reference: &Reference) -> bool {
        let ranges = self.router_decorators.get(&module);
        ranges.is_some_and(|ranges| ranges.contains(&reference.range))
    }
}
