//! Which file each unit of a cut goes to.
//!
//! Whole modules and main parts have their targets already; a group gets the file of its role,
//! under another name where that is taken, and then settles with its users and out of circles.

use std::collections::{BTreeMap, BTreeSet};

use super::Layer;
use super::assign::{CLEAR_MARGIN, Cut, Solved, layer_of};
use super::graph;
use super::parts::{Place, Settling};
use super::placement::{Placement, Reason, below, inside};
use super::roles::{self, Role};
use super::units::Unit;
use crate::python::Moment;

/// Evidence of this weight for its layer keeps a definition from following its only users.
const SPEAKS_UP: f64 = 1.0;

/// Files for the units of a cut.
pub(super) struct Files<'a> {
    cut: &'a Cut<'a>,
    solved: &'a Solved,
    /// Where whole modules and main parts go.
    targets: BTreeMap<usize, String>,
}

impl<'a> Files<'a> {
    pub(super) fn new(cut: &'a Cut<'a>, solved: &'a Solved, placement: &Placement) -> Self {
        let mut targets: BTreeMap<usize, String> = placement
            .decisions
            .iter()
            .filter(|decision| decision.statements.is_empty())
            .map(|decision| (decision.module, decision.target.as_str().to_owned()))
            .collect();
        for module in cut.divided.keys() {
            if !targets.contains_key(module)
                && let Some(decision) =
                    cut.in_layer(*module, cut.home_layer(*module, &solved.solution), Reason::Cut)
            {
                targets.insert(*module, decision.target.as_str().to_owned());
            }
        }
        Self { cut, solved, targets }
    }

    /// The place of every unit.
    pub(super) fn places(&self) -> Vec<Place> {
        let units = &self.cut.units;
        let mut taken: BTreeMap<String, usize> =
            self.targets.iter().map(|(module, file)| (file.clone(), *module)).collect();
        let places = units.list().iter().enumerate();
        let places = places.map(|(number, unit)| self.place(number, unit, &mut taken)).collect();
        let settling = Settling { units, uses: &self.cut.uses, places, imports: self.imports() };
        let weak = |unit: usize| {
            let layer = self.solved.solution.layers[unit];
            let speaks_up = self.cut.evidence[unit]
                .iter()
                .any(|piece| piece.layer == layer && piece.weight >= SPEAKS_UP);
            self.solved.solution.margins[unit] < CLEAR_MARGIN
                && !speaks_up
                && !self.cut.is_config[unit]
        };
        settling.settle(weak)
    }

    fn place(&self, number: usize, unit: &Unit, taken: &mut BTreeMap<String, usize>) -> Place {
        let is_entry = self.cut.placer.entry == Some(unit.module);
        let layer = self.solved.solution.layers[number];
        let home = self.targets.get(&unit.module).cloned().unwrap_or_default();
        let main_role = if is_entry { Role::Main } else { Role::of_main(layer) };
        if unit.is_whole() || unit.is_main {
            return Place { file: home, role: main_role, follows: false };
        }
        let Some(module) = self.cut.placer.service.modules()[unit.module].module() else {
            return Place { file: home, role: main_role, follows: false };
        };
        let routes = self.cut.divided[&unit.module].routes.iter();
        let routes: BTreeSet<usize> = routes.flat_map(|run| run.statements.clone()).collect();
        let role = if self.cut.is_config[number] {
            Role::Config
        } else {
            roles::of(module, unit, layer, &routes)
        };
        let stays = !is_entry
            && role != Role::Config
            && layer_of(&home, &self.cut.placer.package_root) == Some(layer);
        if stays {
            return Place { file: home, role: main_role, follows: false };
        }
        let file = self.free_file(unit.module, role, is_entry, taken);
        Place { file, role, follows: false }
    }

    /// The file of a role, under another name when another module has it.
    fn free_file(
        &self,
        module: usize,
        role: Role,
        is_entry: bool,
        taken: &mut BTreeMap<String, usize>,
    ) -> String {
        let sub = self.sub_folder(module);
        let wanted = below(&self.cut.placer.package_root, &role.file(&sub, is_entry));
        let stem = self.cut.placer.service.modules()[module].path.stem().to_owned();
        let name = wanted.rsplit('/').next().unwrap_or(&wanted).to_owned();
        let own = crate::python::parent(&wanted).to_owned();
        let layer = layer_of(&wanted, &self.cut.placer.package_root).map(Layer::folder);
        let flat = below(&self.cut.placer.package_root, layer.unwrap_or_default());
        let in_folder =
            |folder: &str| [below(folder, &name), below(folder, &format!("{stem}_{name}"))];
        let numbered = (2..100).map(|number| below(&flat, &format!("{stem}_{number}_{name}")));
        let mut choices = in_folder(&own).into_iter().chain(in_folder(&flat)).chain(numbered);
        let is_free = |file: &String| match taken.get(file) {
            Some(owner) => *owner == module && self.targets.get(&module) != Some(file),
            None => !self.is_blocked(file, taken),
        };
        let file = choices.find(is_free).unwrap_or(wanted);
        taken.insert(file.clone(), module);
        file
    }

    /// Whether a folder of that name, or a module of the name of one of its folders, is there.
    fn is_blocked(&self, file: &str, taken: &BTreeMap<String, usize>) -> bool {
        let as_folder = format!("{}/", file.trim_end_matches(".py"));
        let service = self.cut.placer.service;
        let mut folder = crate::python::parent(file);
        let mut above = Vec::new();
        while folder.len() > self.cut.placer.package_root.len() {
            above.push(format!("{folder}.py"));
            folder = crate::python::parent(folder);
        }
        let mut targets = self.targets.values().chain(taken.keys());
        service.index_of(file).is_some()
            || targets.any(|target| target.starts_with(&as_folder) || above.contains(target))
    }

    /// The folder of a module below its layer, when it says more than that there are routes.
    fn sub_folder(&self, module: usize) -> String {
        let path = self.cut.placer.service.modules()[module].path.as_str();
        let rest = inside(path, &self.cut.placer.code_root).unwrap_or(path);
        let folder = crate::python::parent(rest);
        let telling = folder.split('/').filter(|part| {
            !part.is_empty()
                && !matches!(
                    *part,
                    "api" | "v1" | "routes" | "routers" | "endpoints" | "app" | "src" | "views"
                )
                && Layer::from_folder(part).is_none()
        });
        telling.collect::<Vec<_>>().join("/")
    }

    /// Imports that whole modules run while they are imported, as units.
    fn imports(&self) -> Vec<(usize, usize)> {
        let units = &self.cut.units;
        let service = self.cut.placer.service;
        let mut found = Vec::new();
        for (number, unit) in units.list().iter().enumerate().filter(|(_, unit)| unit.is_whole()) {
            let Some(module) = service.modules()[unit.module].module() else { continue };
            let imports = module.facts.imports.iter();
            for import in imports.filter(|import| import.moment == Moment::Import) {
                let used = graph::imported_units(service, units, unit.module, import);
                found.extend(used.into_iter().map(|used| (number, used)));
            }
        }
        found
    }
}
