//! Where each module of a service goes: its layer, its new path, and why.

use std::collections::{BTreeMap, BTreeSet};

use super::assign::assign;
use super::divide::Division;
use super::evidence::{self, Evidence};
use super::overrides::Overrides;
use super::roles::{self, Role};
use super::signs::Company;
use super::{Layer, vocabulary};
use crate::change::RelPath;
use crate::python::{Moment, PythonService, ServiceModule, StatementKind};

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
const ROOT_MODULES: [&str; 5] =
    ["main.py", "alternate_main.py", "config.py", "__init__.py", "__main__.py"];

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
    /// It goes with the only file that uses it, or that it needs.
    Follows,
    /// `layers.toml` says so.
    Override,
    /// A package's `__init__.py` follows what it re-exports.
    Package,
    /// A package file that nothing ever imported: it must not start to run.
    NeverImported,
    /// It is where it belongs.
    AlreadyPlaced,
    /// It is not part of the application.
    Stays(&'static str),
}

/// The placement of one module, or of one definition of a module that is taken apart.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The module's index in the service.
    pub module: usize,
    /// The names of the definition; empty for the module itself, or what stays of it.
    pub names: Vec<String>,
    /// The statements of the definition; empty for the module itself.
    pub statements: Vec<usize>,
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
    /// One decision for each module that is not a test, sorted by path, and one for each
    /// definition that may leave its module.
    pub decisions: Vec<Decision>,
    /// The modules that are taken apart.
    pub divided: BTreeMap<usize, Divided>,
    /// Modules that mix layers and stay in one piece, each with the reason.
    pub kept_whole: Vec<(usize, String)>,
    /// Who uses whom, as the cut saw it.
    pub links: Vec<Link>,
}

/// One decision's use of another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Who uses: a module, and the first statement of a definition of it.
    pub user: (usize, Option<usize>),
    /// What is used.
    pub used: (usize, Option<usize>),
    /// What it costs for each layer to let an inner one use an outer one so.
    pub price: f64,
}

/// A module that is taken apart.
#[derive(Debug, Clone)]
pub struct Divided {
    /// What may leave it.
    pub division: Division,
    /// The files that its definitions go to, with their roles; the module's own file is not
    /// among them.
    pub files: BTreeMap<RelPath, Role>,
}

impl Placement {
    /// The folder of the new package below the tree's root.
    pub fn package_root(&self, service: &PythonService) -> String {
        below(service.root(), &format!("src/{}", self.package))
    }
}

/// Decides for every module of a service that is not a test.
///
/// `entry` is the module that builds the application that is started, if it is known;
/// `overrides` is what a person decided beside the service; the packages of the modules of
/// `together` (by their old paths) do not part.
pub fn place(
    service: &PythonService,
    package: &str,
    entry: Option<usize>,
    (overrides, together): (&Overrides, &BTreeSet<RelPath>),
) -> Placement {
    let package_root = below(service.root(), &format!("src/{package}"));
    let entry = entry.map(|entry| behind_main(service, entry, &package_root));
    let code_root = code_root(service, entry, &package_root);
    let placer = Placer {
        service,
        entry,
        package_root,
        imported: imported_modules(service),
        code_root: code_root.clone(),
        overrides,
        together,
        company: Company::of(service),
    };
    let mut placement = Placement {
        package: package.to_owned(),
        code_root,
        decisions: Vec::new(),
        divided: BTreeMap::new(),
        kept_whole: Vec::new(),
        links: Vec::new(),
    };
    placer.decide(&mut placement);
    placement
}

/// `python -m package` starts a `__main__.py`, a console script a `cli.py`; the application is
/// built in the `main.py` beside it.
fn behind_main(service: &PythonService, entry: usize, package_root: &str) -> usize {
    let path = &service.modules()[entry].path;
    let folder = crate::python::parent(path.as_str());
    let beside = service.index_of(&below(folder, "main.py"));
    let builds = |index: usize| {
        service.modules()[index].module().is_some_and(|module| {
            module.facts.references.iter().any(|reference| {
                reference.name == "FastAPI" && reference.usage == crate::python::Usage::Call
            })
        })
    };
    let is_starter = |main: usize| folder == package_root && builds(main) && !builds(entry);
    let found = beside.filter(|main| path.name() == "__main__.py" || is_starter(*main));
    found.unwrap_or(entry)
}

/// What the placement of a service is decided from.
pub(super) struct Placer<'a> {
    pub(super) service: &'a PythonService,
    pub(super) entry: Option<usize>,
    pub(super) package_root: String,
    pub(super) code_root: String,
    pub(super) overrides: &'a Overrides,
    pub(super) together: &'a BTreeSet<RelPath>,
    pub(super) company: Company<'a>,
    imported: BTreeSet<usize>,
}

impl Placer<'_> {
    fn decide(&self, placement: &mut Placement) {
        let mut fixed = Vec::new();
        let mut open = Vec::new();
        for (index, module) in self.service.modules().iter().enumerate() {
            if module.is_test {
                continue;
            }
            match self.fixed(index, module) {
                Some(decision) => fixed.push(decision),
                None => open.push(index),
            }
        }
        placement.decisions = fixed;
        assign(self, &open, placement);
        placement.decisions.sort_by_key(|decision| {
            (decision.module, decision.statements.first().copied().unwrap_or_default())
        });
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
            if ROOT_MODULES.contains(&already)
                || self.is_configuration(index, already)
                || self.leads_to_configuration(index)
                || is_second_configuration(module, already)
            {
                let target = module.path.clone();
                return Some(self.decision(index, None, target, Reason::AlreadyPlaced));
            }
        }
        if self.entry == Some(index) {
            if self.is_passed_on(index) {
                return self.outermost(index, rest, Reason::CompositionRoot);
            }
            if self.is_beside_main(index) {
                let target = module.path.clone();
                return Some(self.decision(index, None, target, Reason::AlreadyPlaced));
            }
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
            "main.py" if self.entry.is_some_and(|entry| self.is_app_code(entry)) => {
                self.at_root(index, "alternate_main.py", Reason::CompositionRoot)
            }
            "main.py" => self.at_root(index, rest, Reason::CompositionRoot),
            "config.py" => self.at_root(index, rest, Reason::Configuration),
            "settings.py" if !self.exists("config.py") => {
                self.at_root(index, "config.py", Reason::Configuration)
            }
            _ if self.is_configuration(index, rest) => {
                let target = self.configuration_path(index, rest);
                self.at_root(index, &target, Reason::Configuration)
            }
            _ => None,
        }
    }

    /// Whether a module at any depth holds nothing but settings, as its name and its code say:
    /// neutral, like `config.py`. A package is one when all of its modules are.
    fn is_configuration(&self, index: usize, rest: &str) -> bool {
        let module = &self.service.modules()[index];
        if module.is_package() {
            let folder = module.path.parent();
            return folder.is_some_and(|folder| vocabulary::is_configuration(folder.name()))
                && is_plain_init(module)
                && self.holds_configuration(module);
        }
        rest.trim_end_matches(".py").split('/').any(vocabulary::is_configuration)
            && module.module().is_some_and(roles::is_configuration)
    }

    /// Whether a module is the silent file of a package in which nothing lies but settings.
    fn leads_to_configuration(&self, index: usize) -> bool {
        let module = &self.service.modules()[index];
        module.is_package() && is_silent_init(module) && self.holds_configuration(module)
    }

    /// Whether all modules of a package are settings, and it has some.
    fn holds_configuration(&self, package: &ServiceModule) -> bool {
        let Some(folder) = package.path.parent() else { return false };
        let modules = self.service.modules().iter().enumerate();
        let mut inside = modules
            .filter(|(_, other)| !other.is_package() && other.path.starts_with(&folder))
            .peekable();
        inside.peek().is_some()
            && inside.all(|(other, _)| self.is_configuration(other, self.rest(other)))
    }

    /// Settings keep their name and the folder that is called after them; those of which there
    /// are several by that name keep their whole path.
    fn configuration_path(&self, index: usize, rest: &str) -> String {
        let short = short_configuration(rest);
        let top = short.split('/').next().unwrap_or(short).trim_end_matches(".py");
        let mut modules = self.service.modules().iter().enumerate();
        let is_taken = modules.any(|(other, module)| {
            let Some(path) = inside(module.path.as_str(), &self.code_root) else { return false };
            let first = path.split('/').next().unwrap_or(path).trim_end_matches(".py");
            let takes_name = first == top || (top == "config" && path == "settings.py");
            let takes_place = other < index
                && short_configuration(path) == short
                && self.is_configuration(other, path);
            !module.is_test && other != index && (takes_name || takes_place)
        });
        if is_taken { rest.to_owned() } else { short.to_owned() }
    }

    /// Whether a module's own package imports it: `from .main import app` in the `__init__.py`
    /// beside it. Apart from each other the two would import each other half done.
    fn is_passed_on(&self, index: usize) -> bool {
        let modules = self.service.modules();
        let folder = crate::python::parent(modules[index].path.as_str());
        let init = self.service.index_of(&below(folder, "__init__.py"));
        let Some(init) = init.filter(|init| *init != index && folder != self.code_root) else {
            return false;
        };
        let imports = modules[init].module().map(|module| &module.facts.imports);
        let mut imports = imports.into_iter().flatten();
        imports.any(|import| {
            import.moment == Moment::Import
                && self.service.imported_by(init, import).contains(&index)
        })
    }

    /// Whether a module lies in the package's root, and another one is its `main.py`.
    fn is_beside_main(&self, index: usize) -> bool {
        let path = self.service.modules()[index].path.as_str();
        let main = self.service.index_of(&below(&self.package_root, "main.py"));
        crate::python::parent(path) == self.package_root && main.is_some_and(|main| main != index)
    }

    /// Whether a module is part of the application's code.
    fn is_app_code(&self, index: usize) -> bool {
        let path = self.service.modules()[index].path.as_str();
        inside(path, &self.code_root).is_some_and(|rest| self.is_tool(index, rest).is_none())
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

    pub(super) fn decision(
        &self,
        module: usize,
        layer: Option<Layer>,
        target: RelPath,
        reason: Reason,
    ) -> Decision {
        let margin = f64::INFINITY;
        let evidence = self.evidence(module);
        let (names, statements) = (Vec::new(), Vec::new());
        Decision { module, names, statements, layer, target, reason, evidence, margin }
    }

    pub(super) fn evidence(&self, index: usize) -> Vec<Evidence> {
        let module = self.service.modules()[index].module();
        module.map(|module| evidence::collect(module, self.rest(index))).unwrap_or_default()
    }

    /// A module's path below the code's root.
    pub(super) fn rest(&self, index: usize) -> &str {
        let path = self.service.modules()[index].path.as_str();
        inside(path, &self.code_root).unwrap_or(path)
    }

    fn is_tool(&self, index: usize, rest: &str) -> Option<&'static str> {
        let first = rest.split('/').next().unwrap_or_default();
        if TOOL_FOLDERS.contains(&first) && rest.contains('/') {
            return Some("run by hand or by a tool");
        }
        if is_tool_file(rest) && !(rest.contains('/') && self.imported.contains(&index)) {
            return Some("found by a tool under this name");
        }
        let module = self.service.modules()[index].module();
        let has_guard = module.is_some_and(|module| {
            let mut statements = module.facts.statements.iter();
            statements.any(|statement| statement.kind == StatementKind::MainGuard)
        });
        // In a package it is part of that, which moves away from beneath it.
        let is_apart = !rest.contains('/') && self.code_root == self.service.root();
        let is_script = is_apart && has_guard && !self.imported.contains(&index);
        let builds_app = self.evidence(index).iter().any(|piece| piece.rule == "instance");
        (is_script && !builds_app).then_some("a script that nothing imports")
    }
}

/// Whether a module of the package's root holds the settings of another module, which had to get
/// a name of their own beside `config.py`.
fn is_second_configuration(module: &ServiceModule, already: &str) -> bool {
    !already.contains('/')
        && already.ends_with("_config.py")
        && module.module().is_some_and(roles::is_configuration)
}

/// The path of settings from the folder on that is called after them.
fn short_configuration(rest: &str) -> &str {
    let mut from = 0;
    for part in rest.split('/') {
        if vocabulary::is_configuration(part) {
            break;
        }
        from += part.len() + 1;
    }
    rest.get(from..).unwrap_or_else(|| rest.rsplit('/').next().unwrap_or(rest))
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
/// everything (`app/`), or the service's folder itself. The empty folders of the layers
/// (below `package_root`) hold no code yet.
fn code_root(service: &PythonService, entry: Option<usize>, package_root: &str) -> String {
    let mut root = service.root().to_owned();
    let is_code = |module: &&ServiceModule| {
        let in_package = inside(module.path.as_str(), package_root);
        !module.is_test && !in_package.is_some_and(|_| is_silent_init(module))
    };
    loop {
        let mut folders = BTreeSet::new();
        let mut has_module = false;
        for module in service.modules().iter().filter(is_code) {
            let Some(rest) = inside(module.path.as_str(), &root) else { continue };
            match rest.split_once('/') {
                Some((first, below)) if !TOOL_FOLDERS.contains(&first) && !is_tool_file(below) => {
                    folders.insert(first.to_owned());
                }
                Some(_) => {}
                None => has_module |= rest != "__init__.py" && !is_tool_file(rest),
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

fn is_tool_file(path: &str) -> bool {
    TOOL_FILES.contains(&path.rsplit('/').next().unwrap_or(path))
}

pub(super) fn majority(layers: impl Iterator<Item = Layer>) -> Layer {
    let mut counts = [0_usize; 4];
    layers.for_each(|layer| counts[layer.rank()] += 1);
    let best = Layer::ALL.into_iter().rev().max_by_key(|layer| counts[layer.rank()]);
    best.unwrap_or(Layer::Domain)
}

/// Whether an `__init__.py` only documents, re-exports and names its version.
pub(super) fn is_plain_init(module: &ServiceModule) -> bool {
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
pub(super) fn inside<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

pub(super) fn below(folder: &str, name: &str) -> String {
    crate::python::join(folder, name)
}
