//! Packages: which of them move in one piece, and where their `__init__.py` goes.

use std::collections::{BTreeMap, BTreeSet};

use super::super::placement::{Decision, Placer, Reason, below, inside, is_plain_init, majority};
use super::super::{Layer, Solution, evidence};
use super::Cut;
use crate::python::{
    BindingKind, ServiceModule, Statement, StatementKind, Usage, ValueKind, parent,
};

/// The share of a package's modules that makes it cohesive.
const COHESIVE: f64 = 0.75;

/// The top-level package (below the code's root) of a module.
fn top(placer: &Placer<'_>, index: usize) -> Option<String> {
    let path = placer.service.modules()[index].path.as_str();
    let (first, _) = inside(path, &placer.code_root)?.split_once('/')?;
    Some(first.to_owned())
}

/// Packages whose modules, and what these define, cannot part: their paths below the code's root,
/// each with the reason. None lies in another one.
pub(super) struct Bound {
    folders: BTreeMap<String, &'static str>,
}

impl Bound {
    /// Reads the modules that are open.
    pub(super) fn of(placer: &Placer<'_>, open: &[usize]) -> Self {
        let mut found: BTreeMap<String, &'static str> = BTreeMap::new();
        for index in open {
            if let Some((folder, why)) =
                binds(placer, *index).filter(|(folder, _)| !folder.is_empty())
            {
                found.entry(folder).or_insert(why);
            }
        }
        let tops: BTreeSet<String> = open.iter().filter_map(|index| top(placer, *index)).collect();
        for name in tops.into_iter().filter(|name| is_imported_by_computed_name(placer, name)) {
            found.insert(name, "its modules are imported by computed names");
        }
        let is_inner = |folder: &String| found.keys().any(|other| inside(folder, other).is_some());
        let folders = found.iter().filter(|(folder, _)| !is_inner(folder));
        Self { folders: folders.map(|(folder, why)| (folder.clone(), *why)).collect() }
    }

    /// Why a module and what it defines cannot part from its package.
    pub(super) fn why(&self, placer: &Placer<'_>, index: usize) -> Option<&'static str> {
        self.folder(placer, index).map(|(_, why)| why)
    }

    /// What a module moves with, if its company stays in one piece: its bound package, else the
    /// top-level one.
    pub(super) fn group(&self, placer: &Placer<'_>, index: usize) -> Option<String> {
        let bound = self.folder(placer, index).map(|(folder, _)| folder.to_owned());
        bound.or_else(|| top(placer, index))
    }

    fn folder(&self, placer: &Placer<'_>, index: usize) -> Option<(&str, &'static str)> {
        let path = placer.service.modules()[index].path.as_str();
        let rest = inside(path, &placer.code_root)?;
        let mut folders = self.folders.iter();
        let found = folders.find(|(folder, _)| inside(rest, folder).is_some());
        found.map(|(folder, why)| (folder.as_str(), *why))
    }
}

/// The package that a module keeps in one piece, and why.
fn binds(placer: &Placer<'_>, index: usize) -> Option<(String, &'static str)> {
    let module = &placer.service.modules()[index];
    let rest = inside(module.path.as_str(), &placer.code_root)?;
    let own = parent(rest);
    if placer.together.contains(&module.path) {
        return Some((top(placer, index)?, "its modules need each other through its __init__.py"));
    }
    if !module.is_sound() {
        return Some((own.to_owned(), "a file of it cannot be parsed"));
    }
    if module.is_package() && !is_plain_init(module) && !only_defines(module) {
        return Some((own.to_owned(), "its __init__.py does work while it is imported"));
    }
    let stars = module.module()?.facts.star_imports();
    let highest = stars.map(|import| import.level).filter(|level| *level > 0).max()?;
    let folder = (1..highest).fold(own, |folder, _| parent(folder));
    Some((folder.to_owned(), "it has star imports of its own"))
}

/// Whether an `__init__.py` only defines functions and classes and makes objects of classes: whoever
/// needs one of them imports it, and nobody else misses that it was made.
fn only_defines(module: &ServiceModule) -> bool {
    let Some(parsed) = module.module() else { return false };
    let facts = &parsed.facts;
    let is_registered = facts.references.iter().any(|reference| {
        reference.usage == Usage::Decorator
            && facts
                .bindings_of(&reference.name, 0)
                .any(|binding| matches!(binding.kind, BindingKind::Assignment))
    });
    let is_made = |statement: &Statement| {
        let callee = statement.callee.as_deref().unwrap_or_default();
        let last = callee.rsplit('.').next().unwrap_or(callee);
        statement.value != Some(ValueKind::Call)
            || last.starts_with(char::is_uppercase)
            || matches!(last, "getLogger" | "get_logger")
    };
    !is_registered
        && facts.statements.iter().all(|statement| match statement.kind {
            StatementKind::Docstring
            | StatementKind::Import
            | StatementKind::TypeChecking
            | StatementKind::Class => true,
            // `__getattr__` answers for the package by its name.
            StatementKind::Function => statement.binds.iter().all(|name| !name.starts_with("__")),
            StatementKind::Assignment => is_made(statement),
            _ => false,
        })
}

fn is_imported_by_computed_name(placer: &Placer<'_>, group: &str) -> bool {
    let folder = below(&placer.code_root, group);
    let service = placer.service;
    service.modules().iter().enumerate().any(|(index, record)| {
        let imports = record.module().map(|module| &module.facts.computed_imports);
        imports.into_iter().flatten().any(|import| {
            let found = service.folder_of_computed(index, import);
            found.is_some_and(|found| found == folder || inside(&found, &folder).is_some())
        })
    })
}

impl Cut<'_> {
    /// Whether a module of a package would import, on its way to a module further out, the
    /// package's `__init__.py`, which imports modules further in again.
    ///
    /// That file lies with the outermost modules of its folder; as long as all lie together
    /// Python has begun it before any of them.
    pub(super) fn needs_its_init(
        &self,
        open: &[usize],
        members: &[usize],
        solution: &Solution,
        edges: &[(usize, usize, usize)],
    ) -> bool {
        let modules = self.placer.service.modules();
        let layer_of: BTreeMap<usize, Layer> = members
            .iter()
            .map(|unit| (self.units.list()[*unit].module, solution.layers[*unit]))
            .collect();
        let imports = |from: usize, to: &dyn Fn(usize) -> bool| {
            edges.iter().any(|(importer, imported, _)| *importer == from && to(*imported))
        };
        open.iter().filter(|init| modules[**init].is_package()).any(|init| {
            let Some(folder) = modules[*init].path.parent() else { return false };
            let inside: BTreeMap<usize, Layer> = layer_of
                .iter()
                .filter(|(module, _)| modules[**module].path.starts_with(&folder))
                .map(|(module, layer)| (*module, *layer))
                .collect();
            let Some(outermost) = inside.values().copied().max() else { return false };
            let is_inner = |module: usize| inside.get(&module).is_some_and(|at| *at < outermost);
            let is_outer = |module: usize| inside.get(&module) == Some(&outermost);
            imports(*init, &is_inner)
                && inside.keys().any(|module| is_inner(*module) && imports(*module, &is_outer))
        })
    }

    /// Whole modules by what they move with.
    pub(super) fn packages_of_units(&self) -> BTreeMap<String, Vec<usize>> {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, unit) in self.units.list().iter().enumerate() {
            if unit.is_whole()
                && let Some(package) = self.bound.group(self.placer, unit.module)
            {
                groups.entry(package).or_default().push(number);
            }
        }
        groups
    }

    /// Why a package stays in one piece: `layers` are those of its modules, `clear` those of
    /// which one of them leaves no doubt.
    pub(super) fn keeps_whole(
        &self,
        name: &str,
        layers: &[Layer],
        clear: &BTreeSet<Layer>,
    ) -> Option<&'static str> {
        if let Some(why) = self.bound.folders.get(name) {
            return Some(*why);
        }
        let majority = majority(layers.iter().copied());
        let share = layers.iter().filter(|layer| **layer == majority).count();
        #[expect(clippy::cast_precision_loss, reason = "counts of modules are small")]
        let is_cohesive = share as f64 >= COHESIVE * layers.len() as f64
            && clear.iter().all(|layer| *layer == majority);
        is_cohesive.then_some("it is cohesive")
    }

    /// A package's `__init__.py` goes to the outermost layer that holds a module of it, so that
    /// what it re-exports lies further in.
    pub(super) fn packages(&self, open: &[usize], placed: &[Decision]) -> Vec<Decision> {
        let modules = self.placer.service.modules();
        let packages = open.iter().filter(|index| modules[**index].is_package());
        packages
            .filter_map(|index| {
                let folder = modules[*index].path.parent()?;
                let own = top(self.placer, *index)?;
                let of_package = || {
                    placed.iter().filter(|decision| {
                        top(self.placer, decision.module).as_deref() == Some(own.as_str())
                    })
                };
                let own = of_package()
                    .filter(|decision| modules[decision.module].path.starts_with(&folder))
                    .filter_map(|decision| decision.layer)
                    .max();
                let layer =
                    own.or_else(|| of_package().filter_map(|decision| decision.layer).max());
                let layer = layer.unwrap_or_else(|| self.by_name(*index));
                self.in_layer(*index, layer, Reason::Package)
            })
            .collect()
    }

    /// The layer of a package that holds nothing but its `__init__.py`.
    fn by_name(&self, index: usize) -> Layer {
        let costs = evidence::costs(&self.placer.evidence(index));
        let cheapest = Layer::ALL
            .into_iter()
            .min_by(|left, right| costs[left.rank()].total_cmp(&costs[right.rank()]));
        cheapest.unwrap_or(Layer::Domain)
    }
}
