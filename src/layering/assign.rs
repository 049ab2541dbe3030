//! The cut over modules and definitions, and what it means for files.
//!
//! Modules that may be taken apart are first cut freely, definition by definition. One that mixes
//! layers is divided; every other one is a unit of its own, and packages that are cohesive stay
//! together. The second cut decides.

mod packages;

use std::collections::{BTreeMap, BTreeSet};

use super::divide::{Division, divide};
use super::effects::Effects;
use super::evidence::{self, Evidence};
use super::files::Files;
use super::graph::{self, Use};
use super::placement::{
    Decision, Divided, Link, Placement, Placer, Reason, below, inside, majority,
};
use super::roles;
use super::units::{Unit, Units};
use super::{Layer, Problem, Solution, minimise, routes, vocabulary, weigh};
use crate::change::RelPath;
use crate::python::{Moment, StatementKind, ValueKind};
use packages::Bound;

/// Below this margin a unit stays with the majority of its package or file.
pub(super) const CLEAR_MARGIN: f64 = 0.4;
/// From this margin on a module does not follow the majority of its package.
const SPEAKS_FOR_ITSELF: f64 = 1.0;
/// More than any sum of evidence: a decided layer.
const DECIDED: f64 = 1e5;
/// What it costs the domain to know the configuration.
const CONFIG_IN_DOMAIN: f64 = 1.0;

/// Decides the open modules and takes apart what mixes layers.
pub(super) fn assign(placer: &Placer<'_>, open: &[usize], placement: &mut Placement) {
    let units: Vec<usize> = open
        .iter()
        .copied()
        .filter(|index| !placer.service.modules()[*index].is_package())
        .collect();
    let bound = Bound::of(placer, open);
    let divisions = candidates((placer, &bound), &units, placement);
    let divided = mixed((placer, &bound), &units, &divisions, placement);
    let units = Units::new(placer.service, &units, &divided);
    let cut = Cut::new((placer, &bound), units, &divided);
    let solved = cut.solve(open);
    let whole = cut.whole_decisions(&solved);
    let homes: Vec<Decision> = whole.iter().cloned().chain(cut.homes(&solved)).collect();
    let packages = cut.packages(open, &homes);
    placement.decisions.extend(whole);
    placement.decisions.extend(packages);
    cut.divide(&solved, placement);
    placement.links = cut.links();
}

/// Modules that could be taken apart.
fn candidates(
    (placer, bound): (&Placer<'_>, &Bound),
    units: &[usize],
    placement: &mut Placement,
) -> BTreeMap<usize, Division> {
    let circular = circular(placer);
    let entry = placer.entry.filter(|entry| {
        let fixed = placement.decisions.iter().find(|decision| decision.module == *entry);
        fixed.is_some_and(|decision| {
            decision.layer.is_none() && !matches!(decision.reason, Reason::Stays(_))
        })
    });
    let effects = std::cell::OnceCell::new();
    let mut found = BTreeMap::new();
    for index in units.iter().copied().chain(entry) {
        let is_entry = entry == Some(index);
        if !is_entry && !mixes_at_sight(placer, index) {
            continue;
        }
        if let Some(why) = bound.why(placer, index).filter(|_| !is_entry) {
            placement.kept_whole.push((index, format!("its package stays together: {why}")));
            continue;
        }
        if circular.contains(&index) {
            placement.kept_whole.push((index, "it is part of a circle of imports".to_owned()));
            continue;
        }
        let effects = effects.get_or_init(|| Effects::of(placer.service));
        match divide(placer.service, effects, index, is_entry) {
            Ok(division) => {
                found.insert(index, division);
            }
            Err(why) => placement.kept_whole.push((index, why)),
        }
    }
    found
}

/// Modules that import each other while they are imported.
fn circular(placer: &Placer<'_>) -> BTreeSet<usize> {
    let mut graph = petgraph::graph::DiGraph::<usize, ()>::new();
    let modules = placer.service.modules();
    let nodes: Vec<_> = (0..modules.len()).map(|index| graph.add_node(index)).collect();
    for (importer, imported, _) in placer.service.import_edges(Moment::Import) {
        if !modules[importer].is_test && !modules[imported].is_test {
            graph.update_edge(nodes[importer], nodes[imported], ());
        }
    }
    let components = petgraph::algo::tarjan_scc(&graph).into_iter();
    let circles = components.filter(|component| component.len() > 1);
    circles.flatten().map(|node| graph[node]).collect()
}

/// Whether a module declares routes beside other things, whether its definitions leave no doubt
/// that they belong to different layers, or whether a person decided about parts of it.
fn mixes_at_sight(placer: &Placer<'_>, index: usize) -> bool {
    if placer.overrides.divides(placer.service.below(index)) {
        return true;
    }
    let Some(module) = placer.service.modules()[index].module() else { return false };
    let definitions = || {
        module.facts.statements.iter().enumerate().filter(|(_, statement)| {
            matches!(statement.kind, StatementKind::Function | StatementKind::Class)
        })
    };
    let is_web = || {
        placer.evidence(index).iter().any(|piece| {
            piece.layer == Layer::Presentation && matches!(piece.rule, "route" | "instance")
        })
    };
    let layers: BTreeSet<Layer> = definitions()
        .filter_map(|(number, _)| clear_layer(&placer.company.of_statements(index, &[number], "")))
        .collect();
    layers.len() > 1 || (definitions().nth(2).is_some() && is_web())
}

/// The layer that evidence by itself leaves no doubt about.
fn clear_layer(evidence: &[Evidence]) -> Option<Layer> {
    let costs = evidence::costs(evidence);
    let mut order = Layer::ALL;
    order.sort_by(|left, right| costs[left.rank()].total_cmp(&costs[right.rank()]));
    let margin = costs[order[1].rank()] - costs[order[0].rank()];
    (margin >= SPEAKS_FOR_ITSELF).then_some(order[0])
}

/// Of the modules that could be taken apart, those that mix layers.
fn mixed(
    (placer, bound): (&Placer<'_>, &Bound),
    units: &[usize],
    divisions: &BTreeMap<usize, Division>,
    placement: &mut Placement,
) -> BTreeMap<usize, Division> {
    let cut = Cut::new((placer, bound), Units::new(placer.service, units, divisions), divisions);
    let solution = minimise(&cut.problem);
    let mut divided = BTreeMap::new();
    for (index, division) in divisions {
        let is_entry = placer.entry == Some(*index);
        let groups: Vec<usize> = cut.groups_of(*index).collect();
        let main = cut.home_layer(*index, &solution);
        let leaves = |unit: &&usize| {
            cut.is_config[**unit]
                || (solution.layers[**unit] != main && solution.margins[**unit] >= CLEAR_MARGIN)
        };
        let has_leaving = groups.iter().any(|unit| leaves(&unit));
        let is_placed = placement
            .decisions
            .iter()
            .any(|found| found.module == *index && found.reason == Reason::AlreadyPlaced);
        let is_mixed = if is_entry {
            !groups.is_empty() && (!division.routes.is_empty() || (has_leaving && !is_placed))
        } else {
            has_leaving || placer.overrides.divides(placer.service.below(*index))
        };
        if is_mixed {
            divided.insert(*index, division.clone());
        }
    }
    placement.kept_whole.retain(|(index, _)| !divided.contains_key(index));
    divided
}

/// One cut: its units, who uses whom, and the problem that follows from both.
pub(super) struct Cut<'a> {
    pub(super) placer: &'a Placer<'a>,
    bound: &'a Bound,
    pub(super) divided: &'a BTreeMap<usize, Division>,
    pub(super) units: Units,
    pub(super) uses: Vec<Use>,
    /// `(user, used, price)`.
    links: Vec<(usize, usize, f64)>,
    pub(super) evidence: Vec<Vec<Evidence>>,
    pub(super) is_config: Vec<bool>,
    problem: Problem,
}

/// What came out, with the packages that stay whole.
pub(super) struct Solved {
    pub(super) solution: Solution,
    groups: BTreeMap<String, Vec<usize>>,
    whole: BTreeMap<String, &'static str>,
}

impl<'a> Cut<'a> {
    fn new(
        (placer, bound): (&'a Placer<'a>, &'a Bound),
        units: Units,
        divided: &'a BTreeMap<usize, Division>,
    ) -> Self {
        let uses = graph::uses(placer.service, &units);
        let evidence: Vec<Vec<Evidence>> =
            units.list().iter().map(|unit| evidence_of(placer, unit)).collect();
        let is_config: Vec<bool> =
            units.list().iter().map(|unit| is_config(placer, unit)).collect();
        let is_neutral =
            |used: usize| is_config[used] || is_cross_cutting(placer, &units.list()[used]);
        let mut references =
            graph::references(&uses, is_neutral, |used| is_store(placer, &units.list()[used]));
        let links = references.clone();
        references.extend(bonds(placer, &units));
        let costs = evidence.iter().map(|pieces| evidence::costs(pieces)).collect();
        let problem = Problem { costs, references, ties: Vec::new() };
        let mut cut =
            Self { placer, bound, divided, units, uses, links, evidence, is_config, problem };
        cut.decide_costs();
        cut
    }

    /// Decided layers, and what settings cost the domain.
    fn decide_costs(&mut self) {
        for found in self.uses.iter().filter(|found| self.is_config[found.used]) {
            self.problem.costs[found.user][Layer::Domain.rank()] += CONFIG_IN_DOMAIN;
        }
        for (number, unit) in self.units.list().iter().enumerate() {
            let below = self.placer.service.below(unit.module);
            let layer = match unit {
                unit if unit.is_whole() => self.placer.overrides.of_module(below),
                unit if unit.is_main && self.placer.entry == Some(unit.module) => {
                    Some(Layer::Presentation)
                }
                unit if unit.is_main && self.divided[&unit.module].applications.is_empty() => None,
                unit if unit.is_main => Some(Layer::Presentation),
                unit => self.placer.overrides.of_names(below, &unit.names),
            };
            if let Some(layer) = layer {
                let costs = &mut self.problem.costs[number];
                *costs = [DECIDED; 4];
                costs[layer.rank()] = 0.0;
            }
        }
    }

    /// The layer of what stays of a divided module: that of its main part, or, where nothing but
    /// imports would stay, that of most of its code.
    pub(super) fn home_layer(&self, module: usize, solution: &Solution) -> Layer {
        let Some(parsed) = self.placer.service.modules()[module].module() else {
            return Layer::Presentation;
        };
        let statements = &parsed.facts.statements;
        let does_something = |number: &usize| {
            !matches!(
                statements[*number].kind,
                StatementKind::Docstring | StatementKind::TypeChecking
            )
        };
        let main = self.units.main_of(module);
        if self.divided[&module].root.iter().any(does_something) {
            return main.map_or(Layer::Presentation, |unit| solution.layers[unit]);
        }
        let mut code = [0_usize; 4];
        for unit in self.groups_of(module) {
            let numbers = self.units.list()[unit].statements.iter();
            code[solution.layers[unit].rank()] +=
                numbers.map(|number| statements[*number].range.len()).sum::<usize>();
        }
        let most = Layer::ALL.into_iter().max_by_key(|layer| code[layer.rank()]);
        most.unwrap_or(Layer::Presentation)
    }

    /// Who uses whom, by module and first statement.
    fn links(&self) -> Vec<Link> {
        let end = |unit: usize| {
            let unit = &self.units.list()[unit];
            let is_group = !unit.is_whole() && !unit.is_main;
            (unit.module, unit.statements.first().copied().filter(|_| is_group))
        };
        let links = self.links.iter();
        links
            .map(|(user, used, price)| Link { user: end(*user), used: end(*used), price: *price })
            .collect()
    }

    fn groups_of(&self, module: usize) -> impl Iterator<Item = usize> {
        let units = self.units.list().iter().enumerate();
        units
            .filter(move |(_, unit)| unit.module == module && !unit.is_whole() && !unit.is_main)
            .map(|(number, _)| number)
    }

    /// Layers of all units: once freely, then with cohesive packages tied.
    fn solve(&self, open: &[usize]) -> Solved {
        let free = minimise(&self.problem);
        let groups = self.packages_of_units();
        let mut problem = self.problem.clone();
        let mut whole = BTreeMap::new();
        for (name, members) in &groups {
            let layers: Vec<Layer> = members.iter().map(|unit| free.layers[*unit]).collect();
            let clear = members.iter().filter(|unit| free.margins[**unit] >= SPEAKS_FOR_ITSELF);
            let clear: BTreeSet<Layer> = clear.map(|unit| free.layers[*unit]).collect();
            if let Some(why) = self.keeps_whole(name, &layers, &clear) {
                whole.insert(name.clone(), why);
                problem.ties.extend(members.windows(2).map(|pair| (pair[0], pair[1])));
            }
        }
        let edges = self.placer.service.import_edges(Moment::Import);
        loop {
            let solution = minimise(&problem);
            let biting = groups.iter().find(|(name, members)| {
                !whole.contains_key(*name) && self.needs_its_init(open, members, &solution, &edges)
            });
            let Some((name, members)) = biting else { return Solved { solution, groups, whole } };
            whole.insert(name.clone(), "its modules need each other through its __init__.py");
            problem.ties.extend(members.windows(2).map(|pair| (pair[0], pair[1])));
        }
    }

    /// Decisions about modules that stay in one piece.
    fn whole_decisions(&self, solved: &Solved) -> Vec<Decision> {
        let mut decisions = Vec::new();
        for (number, unit) in self.units.list().iter().enumerate() {
            if !unit.is_whole() {
                continue;
            }
            let package = self.bound.group(self.placer, unit.module);
            let below = self.placer.service.below(unit.module);
            let (layer, reason) = match package.as_ref().and_then(|name| solved.whole.get(name)) {
                _ if self.placer.overrides.of_module(below).is_some() => {
                    (solved.solution.layers[number], Reason::Override)
                }
                Some(why) => (solved.solution.layers[number], Reason::PackageKeptWhole(why)),
                None => by_margin(
                    &solved.solution,
                    number,
                    package.and_then(|name| solved.groups.get(&name)),
                ),
            };
            let decision = self.in_layer(unit.module, layer, reason);
            decisions.extend(decision.map(|decision| Decision {
                evidence: self.evidence[number].clone(),
                margin: solved.solution.margins[number],
                ..decision
            }));
        }
        decisions
    }

    pub(super) fn in_layer(&self, index: usize, layer: Layer, reason: Reason) -> Option<Decision> {
        let path = self.placer.service.modules()[index].path.as_str();
        let rest = self.without_layer_names(inside(path, &self.placer.code_root)?, layer);
        let target = below(&self.placer.package_root, &format!("{}/{rest}", layer.folder()));
        let target = RelPath::new(target).ok()?;
        Some(self.placer.decision(index, Some(layer), target, reason))
    }

    /// A path without folders that are called like its layer, unless that is another file's path.
    fn without_layer_names(&self, rest: &str, layer: Layer) -> String {
        let first = rest.strip_prefix(&format!("{}/", layer.folder())).unwrap_or(rest);
        let (folders, name) = first.rsplit_once('/').unwrap_or(("", first));
        let kept: Vec<&str> = folders
            .split('/')
            .filter(|folder| !folder.is_empty() && *folder != layer.folder())
            .collect();
        let short = below(&kept.join("/"), name);
        let folder_is_taken = || {
            let folder = below(&self.placer.code_root, &kept.join("/"));
            let mut modules = self.placer.service.modules().iter();
            modules.any(|module| crate::python::parent(module.path.as_str()) == folder)
        };
        if short == first || folder_is_taken() { first.to_owned() } else { short }
    }

    /// Where the main parts of divided modules go, but for the composition root.
    fn homes(&self, solved: &Solved) -> Vec<Decision> {
        let modules = self.divided.keys().filter(|module| self.placer.entry != Some(**module));
        let homes = modules.filter_map(|module| {
            self.in_layer(*module, self.home_layer(*module, &solved.solution), Reason::Cut)
        });
        homes.collect()
    }

    /// Decisions about the definitions of divided modules.
    fn divide(&self, solved: &Solved, placement: &mut Placement) {
        let files = Files::new(self, solved, placement);
        let places = files.places();
        for (number, unit) in self.units.list().iter().enumerate() {
            if unit.is_whole() {
                continue;
            }
            if unit.is_main {
                let layer = self.home_layer(unit.module, &solved.solution);
                self.main_decision(unit, layer, placement);
                continue;
            }
            let Ok(target) = RelPath::new(&places[number].file) else { continue };
            let layer = layer_of(target.as_str(), &self.placer.package_root);
            let below = self.placer.service.below(unit.module);
            let reason = match &places[number] {
                _ if self.placer.overrides.of_names(below, &unit.names).is_some() => {
                    Reason::Override
                }
                place if place.follows => Reason::Follows,
                _ if self.is_config[number] => Reason::Configuration,
                _ => Reason::Cut,
            };
            placement.decisions.push(Decision {
                module: unit.module,
                names: unit.names.clone(),
                statements: unit.statements.clone(),
                layer,
                target,
                reason,
                evidence: self.evidence[number].clone(),
                margin: solved.solution.margins[number],
            });
        }
        for (module, division) in self.divided {
            let main = main_target(placement, *module);
            let mut files = BTreeMap::new();
            let mut division = division.clone();
            for unit in self.groups_of(*module) {
                let Ok(file) = RelPath::new(&places[unit].file) else { continue };
                if Some(&file) == main.as_ref() {
                    division.root.extend(&self.units.list()[unit].statements);
                } else {
                    files.insert(file, places[unit].role);
                }
            }
            if !division.routes.is_empty()
                && let Some(parsed) = self.placer.service.modules()[*module].module()
            {
                // Routes that follow something to the main part stay on the application.
                let leaves = |number: &usize| !division.root.contains(number);
                division.routes = routes::runs(parsed, &division.applications, leaves);
            }
            placement.divided.insert(*module, Divided { division, files });
        }
    }

    /// The main part of a module that is not the composition root goes to its layer.
    fn main_decision(&self, unit: &Unit, layer: Layer, placement: &mut Placement) {
        if main_target(placement, unit.module).is_none() {
            placement.decisions.extend(self.in_layer(unit.module, layer, Reason::Cut));
        }
    }
}

/// Where a module (or what stays of it) goes.
fn main_target(placement: &Placement, module: usize) -> Option<RelPath> {
    let mut decisions = placement.decisions.iter();
    let main =
        decisions.find(|decision| decision.module == module && decision.statements.is_empty());
    main.map(|decision| decision.target.clone())
}

/// The layer of a file of the package.
pub(super) fn layer_of(file: &str, package_root: &str) -> Option<Layer> {
    Layer::from_folder(inside(file, package_root)?.split('/').next()?)
}

fn evidence_of(placer: &Placer<'_>, unit: &Unit) -> Vec<Evidence> {
    let rest = placer.rest(unit.module);
    if unit.is_whole() {
        let found = placer.company.of_module(unit.module, rest);
        return if found.is_empty() { placer.evidence(unit.module) } else { found };
    }
    // That something is in the entry module says nothing about it.
    let below = if placer.entry == Some(unit.module) { "" } else { rest };
    placer.company.of_statements(unit.module, &unit.statements, below)
}

/// Whether a unit is of a kind that every layer may use.
fn is_cross_cutting(placer: &Placer<'_>, unit: &Unit) -> bool {
    let stem = placer.service.modules()[unit.module].path.stem();
    match unit.names.as_slice() {
        [] => vocabulary::is_cross_cutting(stem),
        names => names.iter().all(|name| vocabulary::is_cross_cutting(name)),
    }
}

/// What it costs to part definitions that belong together, between units.
fn bonds(placer: &Placer<'_>, units: &Units) -> Vec<(usize, usize, f64)> {
    let list = placer.company.definitions().list();
    let unit = |index: usize| units.of_statement(list[index].module, list[index].statement);
    let found = weigh::bonds(&placer.company).into_iter();
    found
        .filter_map(|(one, two, price)| Some((unit(one)?, unit(two)?, price)))
        .filter(|(one, two, _)| one != two)
        .collect()
}

/// Whether a unit is nothing but collections.
fn is_store(placer: &Placer<'_>, unit: &Unit) -> bool {
    let Some(module) = placer.service.modules()[unit.module].module() else { return false };
    let mut statements = unit.statements.iter().map(|number| &module.facts.statements[*number]);
    !unit.is_main
        && !unit.is_whole()
        && statements.all(|statement| statement.value == Some(ValueKind::Collection))
}

fn is_config(placer: &Placer<'_>, unit: &Unit) -> bool {
    let module = placer.service.modules()[unit.module].module();
    !unit.is_main && module.is_some_and(|module| roles::is_config(module, unit))
}

/// The cut's layer, or that of the package's majority when it is too close to call.
fn by_margin(solution: &Solution, unit: usize, group: Option<&Vec<usize>>) -> (Layer, Reason) {
    let own = solution.layers[unit];
    let Some(members) = group.filter(|_| solution.margins[unit] < CLEAR_MARGIN) else {
        return (own, Reason::Cut);
    };
    let majority = majority(members.iter().map(|member| solution.layers[*member]));
    if majority == own { (own, Reason::Cut) } else { (majority, Reason::Majority) }
}
