//! Where each module of a service goes: its layer, its new path, and why.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{self, Evidence};
use super::{Layer, Problem, graph, minimise};
use crate::change::RelPath;
use crate::python::{PythonService, ServiceModule, StatementKind};

/// Below this margin a module stays with the majority of its package.
const CLEAR_MARGIN: f64 = 0.4;
/// The share of a package's modules that makes it cohesive.
const COHESIVE: f64 = 0.75;

/// Folders whose files are run by hand or by a tool, not imported by the application.
const TOOL_FOLDERS: [&str; 17] = [
    "scripts",
    "script",
    "examples",
    "example",
    "docs",
    "doc",
    "migrations",
    "alembic",
    "tools",
    "bin",
    "benchmarks",
    "benchmark",
    "notebooks",
    "demo",
    "demos",
    "deploy",
    "load_tests",
];
/// Files that a tool finds by name.
const TOOL_FILES: [&str; 8] = [
    "setup.py",
    "noxfile.py",
    "fabfile.py",
    "gunicorn.conf.py",
    "gunicorn_conf.py",
    "locustfile.py",
    "manage.py",
    "hubconf.py",
];
/// Modules of a package's root that are no layer: composition and configuration.
const ROOT_MODULES: [&str; 4] = ["main.py", "config.py", "__init__.py", "__main__.py"];

/// Why a module goes where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// By the minimum cut over its own evidence and its references.
    Cut,
    /// It builds the application: outermost, at the package's root.
    CompositionRoot,
    /// Settings: neutral, at the package's root.
    Configuration,
    /// Its package moves as one piece.
    PackageKeptWhole(&'static str),
    /// Too close to call: it stays with the majority of its package.
    Majority,
    /// A package's `__init__.py` follows what it re-exports.
    Package,
    /// A package file that nothing ever imported: it must not start to run.
    NeverImported,
    /// It is where it belongs.
    AlreadyPlaced,
    /// It is not part of the application.
    Stays(&'static str),
}

/// One module's placement.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The module's index in the service.
    pub module: usize,
    /// Its layer; none for modules at the package's root and for those that stay.
    pub layer: Option<Layer>,
    /// Its new path below the tree's root.
    pub target: RelPath,
    /// Why.
    pub reason: Reason,
    /// What spoke for which layer.
    pub evidence: Vec<Evidence>,
    /// By how much the layer beats the next best one.
    pub margin: f64,
}

/// The placement of a whole service.
#[derive(Debug, Clone)]
pub struct Placement {
    /// The package's name.
    pub package: String,
    /// The folder (below the tree's root) that holds the application's code today.
    pub code_root: String,
    /// One decision for each module that is not a test, sorted by path.
    pub decisions: Vec<Decision>,
}

impl Placement {
    /// The folder of the new package below the tree's root.
    pub fn package_root(&self, service: &PythonService) -> String {
        below(service.root(), &format!("src/{}", self.package))
    }
}

/// Decides for every module of a service that is not a test.
///
/// `entry` is the module that builds the application that is started, if it is known.
pub fn place(service: &PythonService, package: &str, entry: Option<usize>) -> Placement {
    let code_root = code_root(service, entry);
    let placer = Placer {
        service,
        entry,
        package_root: below(service.root(), &format!("src/{package}")),
        imported: imported_modules(service),
        code_root: code_root.clone(),
    };
    let decisions = placer.decide();
    Placement { package: package.to_owned(), code_root, decisions }
}

struct Placer<'a> {
    service: &'a PythonService,
    entry: Option<usize>,
    package_root: String,
    code_root: String,
    imported: BTreeSet<usize>,
}

impl Placer<'_> {
    fn decide(&self) -> Vec<Decision> {
        let mut decisions = Vec::new();
        let mut open = Vec::new();
        for (index, module) in self.service.modules().iter().enumerate() {
            if module.is_test {
                continue;
            }
            match self.fixed(index, module) {
                Some(decision) => decisions.push(decision),
                None => open.push(index),
            }
        }
        decisions.extend(self.cut(&open));
        decisions.sort_by_key(|decision| decision.module);
        decisions
    }

    /// Modules whose place does not depend on the cut.
    fn fixed(&self, index: usize, module: &ServiceModule) -> Option<Decision> {
        let path = module.path.as_str();
        let stays = |why| Some(self.decision(index, None, module.path.clone(), Reason::Stays(why)));
        let Some(rest) = inside(path, &self.code_root) else {
            return stays("outside the application's code");
        };
        if let Some(already) = inside(path, &self.package_root) {
            let first = already.split('/').next().unwrap_or_default();
            if let Some(layer) = Layer::from_folder(first) {
                let target = module.path.clone();
                return Some(self.decision(index, Some(layer), target, Reason::AlreadyPlaced));
            }
            if ROOT_MODULES.contains(&already) {
                let target = module.path.clone();
                return Some(self.decision(index, None, target, Reason::AlreadyPlaced));
            }
        }
        if self.entry == Some(index) && !self.exists("main.py") {
            return self.at_root(index, "main.py", Reason::CompositionRoot);
        }
        if let Some(why) = self.is_tool(index, rest) {
            return stays(why);
        }
        match rest {
            "__init__.py" if self.runs_as_package(index) || is_silent_init(module) => {
                self.at_root(index, rest, Reason::Package)
            }
            "__init__.py" => self.outermost(index, "exports.py", Reason::NeverImported),
            "__main__.py" => self.at_root(index, rest, Reason::Package),
            "main.py" => self.at_root(index, rest, Reason::CompositionRoot),
            "config.py" => self.at_root(index, rest, Reason::Configuration),
            "settings.py" if !self.exists("config.py") => {
                self.at_root(index, "config.py", Reason::Configuration)
            }
            _ => None,
        }
    }

    /// Whether anything imports the service's folder itself as a package.
    fn runs_as_package(&self, init: usize) -> bool {
        self.imported.contains(&init)
    }

    fn exists(&self, name: &str) -> bool {
        self.service.index_of(&below(&self.code_root, name)).is_some()
    }

    fn at_root(&self, index: usize, name: &str, reason: Reason) -> Option<Decision> {
        let target = RelPath::new(below(&self.package_root, name)).ok()?;
        Some(self.decision(index, None, target, reason))
    }

    /// Re-exports of everything lie outermost.
    fn outermost(&self, index: usize, name: &str, reason: Reason) -> Option<Decision> {
        let layer = Layer::Presentation;
        let target = below(&self.package_root, &format!("{}/{name}", layer.folder()));
        Some(self.decision(index, Some(layer), RelPath::new(target).ok()?, reason))
    }

    fn decision(
        &self,
        module: usize,
        layer: Option<Layer>,
        target: RelPath,
        reason: Reason,
    ) -> Decision {
        let margin = f64::INFINITY;
        Decision { module, layer, target, reason, evidence: self.evidence(module), margin }
    }

    fn evidence(&self, index: usize) -> Vec<Evidence> {
        let record = &self.service.modules()[index];
        let path = record.path.as_str();
        let rest = inside(path, &self.code_root).unwrap_or(path);
        record.module().map(|module| evidence::collect(module, rest)).unwrap_or_default()
    }

    fn is_tool(&self, index: usize, rest: &str) -> Option<&'static str> {
        let first = rest.split('/').next().unwrap_or_default();
        if TOOL_FOLDERS.contains(&first) && rest.contains('/') {
            return Some("run by hand or by a tool");
        }
        if TOOL_FILES.contains(&rest) {
            return Some("found by a tool under this name");
        }
        let module = self.service.modules()[index].module();
        let has_guard = module.is_some_and(|module| {
            let mut statements = module.facts.statements.iter();
            statements.any(|statement| statement.kind == StatementKind::MainGuard)
        });
        let is_script = !rest.contains('/') && has_guard && !self.imported.contains(&index);
        let builds_app = self.evidence(index).iter().any(|piece| piece.rule == "instance");
        (is_script && !builds_app).then_some("a script that nothing imports")
    }

    /// Layers of the remaining modules: once freely, then with cohesive packages tied.
    fn cut(&self, open: &[usize]) -> Vec<Decision> {
        let units: Vec<usize> = open
            .iter()
            .copied()
            .filter(|index| !self.service.modules()[*index].is_package())
            .collect();
        let evidence: Vec<Vec<Evidence>> =
            units.iter().map(|index| self.evidence(*index)).collect();
        let mut problem = self.problem(&units, &evidence);
        let free = minimise(&problem);
        let groups = self.groups(&units);
        let mut whole = BTreeMap::new();
        for (name, members) in &groups {
            let layers: Vec<Layer> = members.iter().map(|unit| free.layers[*unit]).collect();
            if let Some(why) = self.keeps_whole(name, open, &layers) {
                whole.insert(name.clone(), why);
                problem.ties.extend(members.windows(2).map(|pair| (pair[0], pair[1])));
            }
        }
        let solution = minimise(&problem);
        let mut decisions = Vec::new();
        for (unit, index) in units.iter().enumerate() {
            let group = self.group(*index);
            let (layer, reason) = match group.as_ref().and_then(|name| whole.get(name)) {
                Some(why) => (solution.layers[unit], Reason::PackageKeptWhole(why)),
                None => by_margin(&solution, unit, group.and_then(|name| groups.get(&name))),
            };
            decisions.extend(self.in_layer(*index, layer, reason).map(|decision| Decision {
                evidence: evidence[unit].clone(),
                margin: solution.margins[unit],
                ..decision
            }));
        }
        let packages = self.packages(open, &decisions);
        decisions.extend(packages);
        decisions
    }

    fn problem(&self, units: &[usize], evidence: &[Vec<Evidence>]) -> Problem {
        let unit_of: BTreeMap<usize, usize> =
            units.iter().enumerate().map(|(unit, index)| (*index, unit)).collect();
        let references = graph::references(self.service)
            .into_iter()
            .filter_map(|((user, used), price)| {
                Some((*unit_of.get(&user)?, *unit_of.get(&used)?, price))
            })
            .collect();
        let costs = evidence.iter().map(|pieces| evidence::costs(pieces)).collect();
        Problem { costs, references, ties: Vec::new() }
    }

    /// The top-level package (below the code's root) of a module.
    fn group(&self, index: usize) -> Option<String> {
        let path = self.service.modules()[index].path.as_str();
        let (first, _) = inside(path, &self.code_root)?.split_once('/')?;
        Some(first.to_owned())
    }

    /// Units by top-level package.
    fn groups(&self, units: &[usize]) -> BTreeMap<String, Vec<usize>> {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (unit, index) in units.iter().enumerate() {
            if let Some(group) = self.group(*index) {
                groups.entry(group).or_default().push(unit);
            }
        }
        groups
    }

    fn is_imported_by_computed_name(&self, group: &str) -> bool {
        let folder = below(&self.code_root, group);
        self.service.modules().iter().enumerate().any(|(index, record)| {
            let imports = record.module().map(|module| &module.facts.computed_imports);
            imports.into_iter().flatten().any(|import| {
                let found = self.service.folder_of_computed(index, import);
                found.is_some_and(|found| found == folder || inside(&found, &folder).is_some())
            })
        })
    }

    fn keeps_whole(&self, name: &str, open: &[usize], layers: &[Layer]) -> Option<&'static str> {
        if self.is_imported_by_computed_name(name) {
            return Some("its modules are imported by computed names");
        }
        let members = open.iter().filter(|index| self.group(**index).as_deref() == Some(name));
        for index in members {
            let module = &self.service.modules()[*index];
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
            if !parsed.facts.paths.iter().all(|path| path.climb.is_none() || path.on_search_path) {
                return Some("it finds files beside its code");
            }
        }
        let majority = majority(layers.iter().copied());
        let share = layers.iter().filter(|layer| **layer == majority).count();
        #[expect(clippy::cast_precision_loss, reason = "counts of modules are small")]
        let is_cohesive = share as f64 >= COHESIVE * layers.len() as f64;
        is_cohesive.then_some("it is cohesive")
    }

    fn in_layer(&self, index: usize, layer: Layer, reason: Reason) -> Option<Decision> {
        let path = self.service.modules()[index].path.as_str();
        let rest = inside(path, &self.code_root)?;
        let rest = rest.strip_prefix(&format!("{}/", layer.folder())).unwrap_or(rest);
        let target = below(&self.package_root, &format!("{}/{rest}", layer.folder()));
        let target = RelPath::new(target).ok()?;
        Some(self.decision(index, Some(layer), target, reason))
    }

    /// A package's `__init__.py` goes to the outermost layer that holds a module of it, so that
    /// what it re-exports lies further in.
    fn packages(&self, open: &[usize], placed: &[Decision]) -> Vec<Decision> {
        let modules = self.service.modules();
        let packages = open.iter().filter(|index| modules[**index].is_package());
        packages
            .filter_map(|index| {
                let folder = modules[*index].path.parent()?;
                let group = self.group(*index)?;
                let of_group = || {
                    placed.iter().filter(|decision| {
                        self.group(decision.module).as_deref() == Some(group.as_str())
                    })
                };
                let own = of_group()
                    .filter(|decision| modules[decision.module].path.starts_with(&folder))
                    .filter_map(|decision| decision.layer)
                    .max();
                let layer = own.or_else(|| of_group().filter_map(|decision| decision.layer).max());
                let layer = layer.unwrap_or_else(|| self.by_name(*index));
                self.in_layer(*index, layer, Reason::Package)
            })
            .collect()
    }

    /// The layer of a package that holds nothing but its `__init__.py`.
    fn by_name(&self, index: usize) -> Layer {
        let costs = evidence::costs(&self.evidence(index));
        let cheapest = Layer::ALL
            .into_iter()
            .min_by(|left, right| costs[left.rank()].total_cmp(&costs[right.rank()]));
        cheapest.unwrap_or(Layer::Domain)
    }
}

/// The cut's layer, or that of the package's majority when it is too close to call.
fn by_margin(
    solution: &super::Solution,
    unit: usize,
    group: Option<&Vec<usize>>,
) -> (Layer, Reason) {
    let own = solution.layers[unit];
    let Some(members) = group.filter(|_| solution.margins[unit] < CLEAR_MARGIN) else {
        return (own, Reason::Cut);
    };
    let majority = majority(members.iter().map(|member| solution.layers[*member]));
    if majority == own { (own, Reason::Cut) } else { (majority, Reason::Majority) }
}

/// Modules that another module (tests included) imports.
fn imported_modules(service: &PythonService) -> BTreeSet<usize> {
    let mut imported = BTreeSet::new();
    for (index, record) in service.modules().iter().enumerate() {
        let Some(module) = record.module() else { continue };
        for import in &module.facts.imports {
            imported.extend(service.imported_by(index, import));
            imported.extend(service.packages_run_by(index, import));
        }
    }
    imported
}

/// The folder that holds the application's code: below `src`, or the one package that holds
/// everything (`app/`), or the service's folder itself.
fn code_root(service: &PythonService, entry: Option<usize>) -> String {
    let mut root = service.root().to_owned();
    loop {
        let mut folders = BTreeSet::new();
        let mut has_module = false;
        for module in service.modules().iter().filter(|module| !module.is_test) {
            let Some(rest) = inside(module.path.as_str(), &root) else { continue };
            match rest.split_once('/') {
                Some((first, _)) if !TOOL_FOLDERS.contains(&first) => {
                    folders.insert(first.to_owned());
                }
                Some(_) => {}
                None => has_module |= rest != "__init__.py" && !TOOL_FILES.contains(&rest),
            }
        }
        let single = folders.iter().next().filter(|_| folders.len() == 1 && !has_module);
        let Some(only) = single else { return root };
        let deeper = below(&root, only);
        let holds_entry = entry
            .is_none_or(|entry| inside(service.modules()[entry].path.as_str(), &deeper).is_some());
        if !holds_entry || Layer::from_folder(only).is_some() {
            return root;
        }
        root = deeper;
    }
}

fn majority(layers: impl Iterator<Item = Layer>) -> Layer {
    let mut counts = [0_usize; 4];
    layers.for_each(|layer| counts[layer.rank()] += 1);
    let best = Layer::ALL.into_iter().rev().max_by_key(|layer| counts[layer.rank()]);
    best.unwrap_or(Layer::Domain)
}

/// Whether an `__init__.py` only documents, re-exports and names its version.
fn is_plain_init(module: &ServiceModule) -> bool {
    let Some(parsed) = module.module() else { return false };
    parsed.facts.statements.iter().all(|statement| match statement.kind {
        StatementKind::Docstring | StatementKind::Import | StatementKind::TypeChecking => true,
        StatementKind::Assignment => statement.binds.iter().all(|name| name.starts_with("__")),
        _ => false,
    })
}

/// Whether importing an `__init__.py` runs nothing: documentation and dunder constants only.
fn is_silent_init(module: &ServiceModule) -> bool {
    let Some(parsed) = module.module() else { return false };
    parsed.facts.statements.iter().all(|statement| match statement.kind {
        StatementKind::Docstring => true,
        StatementKind::Assignment => statement.binds.iter().all(|name| name.starts_with("__")),
        _ => false,
    })
}

/// The part of `path` below `folder`.
fn inside<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

fn below(folder: &str, name: &str) -> String {
    crate::python::join(folder, name)
}
