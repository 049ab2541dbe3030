//! Packages: which of them move in one piece, and where their `__init__.py` goes.

use std::collections::{BTreeMap, BTreeSet};

use super::super::placement::{Decision, Placer, Reason, below, inside, is_plain_init, majority};
use super::super::{Layer, Solution, evidence};
use super::Cut;

/// The share of a package's modules that makes it cohesive.
const COHESIVE: f64 = 0.75;

/// The top-level package (below the code's root) of a module.
pub(super) fn package(placer: &Placer<'_>, index: usize) -> Option<String> {
    let path = placer.service.modules()[index].path.as_str();
    let (first, _) = inside(path, &placer.code_root)?.split_once('/')?;
    Some(first.to_owned())
}

/// Why the modules of a package, and what they define, cannot part.
pub(super) fn stays_together(
    placer: &Placer<'_>,
    open: &[usize],
    name: &str,
) -> Option<&'static str> {
    if is_imported_by_computed_name(placer, name) {
        return Some("its modules are imported by computed names");
    }
    let members = open.iter().filter(|index| package(placer, **index).as_deref() == Some(name));
    for index in members {
        let module = &placer.service.modules()[*index];
        if placer.together.contains(&module.path) {
            return Some("its modules need each other through its __init__.py");
        }
        if !module.is_sound() {
            return Some("a file of it cannot be parsed");
        }
        if module.is_package() && !is_plain_init(module) {
            return Some("its __init__.py does work while it is imported");
        }
        let Some(parsed) = module.module() else { continue };
        if parsed.facts.star_imports().any(|import| import.level > 0) {
            return Some("it has star imports of its own");
        }
    }
    None
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

    /// Whole modules by top-level package.
    pub(super) fn packages_of_units(&self) -> BTreeMap<String, Vec<usize>> {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, unit) in self.units.list().iter().enumerate() {
            if unit.is_whole()
                && let Some(package) = package(self.placer, unit.module)
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
        open: &[usize],
        layers: &[Layer],
        clear: &BTreeSet<Layer>,
    ) -> Option<&'static str> {
        if let Some(why) = stays_together(self.placer, open, name) {
            return Some(why);
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
                let own = package(self.placer, *index)?;
                let of_package = || {
                    placed.iter().filter(|decision| {
                        package(self.placer, decision.module).as_deref() == Some(own.as_str())
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
