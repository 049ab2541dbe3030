//! All Python files of one service, parsed once.
//!
//! Where Python searches for imports, and what these lead to, is for the files below this one.

mod dead;
mod leading;
mod search;

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::dependents;
use super::facts::{ImportKind, ImportStatement, Statement, StatementKind};
use super::names::{ModulePaths, dotted_below};
use super::outside::Outside;
use super::parse::Module;
use super::text::DecodeError;
use crate::change::RelPath;
use crate::workspace::Tree;

/// One Python file of a service.
#[derive(Debug, Clone)]
pub struct ServiceModule {
    /// Its path below the tree's root.
    pub path: RelPath,
    /// Its text and facts, or why it cannot be read as Python source.
    pub parsed: Result<Arc<Module>, DecodeError>,
    /// Whether it belongs to the tests, or lies outside of the service: nothing of it is placed.
    pub is_test: bool,
    /// Whether it lies outside of the service's folder and uses the service.
    pub is_dependent: bool,
    /// Whether it finds the service by the search path that another file of its program sets.
    pub(in crate::python) follows_others: bool,
}

impl ServiceModule {
    /// A file that was parsed; `below` is its path below the service's folder.
    pub fn new(path: RelPath, below: &str, parsed: Result<Arc<Module>, DecodeError>) -> Self {
        let is_test = is_test_path(below)
            && parsed.as_ref().map_or(true, |module| holds_tests(below, module));
        Self { path, parsed, is_test, is_dependent: false, follows_others: false }
    }

    /// A file outside of the service that uses it.
    pub(super) fn dependent(path: RelPath, parsed: Result<Arc<Module>, DecodeError>) -> Self {
        Self { path, parsed, is_test: true, is_dependent: true, follows_others: false }
    }

    /// The same for one that finds the service by the search path that another file sets.
    pub(super) fn following(self) -> Self {
        Self { follows_others: true, ..self }
    }

    /// The module, if it could be decoded.
    pub fn module(&self) -> Option<&Module> {
        self.parsed.as_deref().ok()
    }

    /// Whether it lies in a folder, at any depth.
    fn lies_below(&self, folder: &str) -> bool {
        let rest = self.path.as_str().strip_prefix(folder);
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether it is a package's `__init__.py`.
    pub fn is_package(&self) -> bool {
        self.path.name() == "__init__.py"
    }

    /// Whether it does or defines anything.
    pub fn has_statements(&self) -> bool {
        let statements = self.module().map(|module| &module.facts.statements);
        statements.into_iter().flatten().any(|found| found.kind != StatementKind::Docstring)
    }

    /// Whether it was understood completely.
    pub fn is_sound(&self) -> bool {
        self.module().is_some_and(|module| module.errors.is_empty())
    }
}

/// What one name of an import statement leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// A module or package of the service.
    Module(usize),
    /// A folder of the service without `__init__.py`.
    Folder(String),
    /// A name that this module of the service defines.
    Attribute(usize),
    /// Inside the service by its first part, yet not there.
    Missing(String),
    /// Nothing of the service.
    External,
}

/// The Python files of one service; clones share them.
#[derive(Debug, Clone)]
pub struct PythonService(Arc<Files>);

/// What clones of a [`PythonService`] share.
#[derive(Debug, Clone)]
pub struct Files {
    root: String,
    modules: Vec<ServiceModule>,
    by_path: FxHashMap<String, usize>,
    paths: ModulePaths,
    shared_roots: Vec<String>,
    /// The folder's own name, when the folder is the tree's root and has no path below it.
    name: Option<String>,
    /// For each module, the folders that are searched for its imports.
    roots: Vec<Vec<String>>,
    outside: OnceLock<Outside>,
    dead_names: dead::DeadNames,
}

impl Deref for PythonService {
    type Target = Files;

    fn deref(&self) -> &Files {
        &self.0
    }
}

/// A service that was read from a tree.
struct Read {
    root: Option<RelPath>,
    name: String,
    has_dependents: bool,
    service: PythonService,
}

/// Whether a path (below the service's folder) belongs to the tests.
pub fn is_test_path(below: &str) -> bool {
    let name = below.rsplit('/').next().unwrap_or(below);
    let in_test_folder = below
        .split('/')
        .rev()
        .skip(1)
        .any(|segment| matches!(segment, "tests" | "test" | "testing"));
    in_test_folder
        || matches!(name, "conftest.py" | "tests.py")
        || name.starts_with("test_")
        || name.ends_with("_test.py")
}

/// Whether a file that is named like a test is one: among the tests everything is, among the
/// code only what defines a test.
fn holds_tests(below: &str, module: &Module) -> bool {
    let among_tests =
        below.split('/').rev().skip(1).any(|part| matches!(part, "tests" | "test" | "testing"));
    let is_test = |statement: &Statement| match statement.kind {
        StatementKind::Function => statement.binds.iter().any(|name| name.starts_with("test")),
        StatementKind::Class => module.slice(&statement.range).contains("def test"),
        _ => false,
    };
    among_tests || below.ends_with("conftest.py") || module.facts.statements.iter().any(is_test)
}

/// A folder of the service belongs to its tests when every module in it imports pytest: fixtures
/// that a `conftest.py` loads as plug-ins, and helpers.
fn mark_support_of_tests(root: &str, modules: &mut [ServiceModule]) {
    let folder = |record: &ServiceModule| {
        let below = record.path.as_str().strip_prefix(root)?.trim_start_matches('/');
        Some(below.split_once('/')?.0.to_owned())
    };
    let needs_pytest = |module: &Module| {
        module.facts.imports.iter().any(|import| {
            let names = import.names.iter().filter(|_| import.kind == ImportKind::Import);
            let named = names.map(|name| name.name.as_str()).chain([import.module.as_str()]);
            let mut tops = named.filter_map(|name| name.split('.').next());
            import.level == 0 && tops.any(|top| matches!(top, "pytest" | "pytest_asyncio"))
        })
    };
    let mut folders: FxHashMap<String, bool> = FxHashMap::default();
    for record in modules.iter().filter(|record| !record.is_test) {
        let is_silent = record.is_package() && !record.has_statements();
        let (Some(folder), false) = (folder(record), is_silent) else { continue };
        *folders.entry(folder).or_insert(true) &= record.module().is_some_and(needs_pytest);
    }
    if !folders.values().any(|is_support| *is_support) {
        return;
    }
    for record in modules.iter_mut().filter(|record| !record.is_test) {
        record.is_test = folder(record).is_some_and(|folder| folders.get(&folder) == Some(&true));
    }
}

impl PythonService {
    /// Parses every Python file below `root` (the service's folder; `None` for the tree's root),
    /// in parallel. `name` is what the folder is called, by which code around it may import it.
    /// A tree that is as it was is not read again.
    pub fn read(tree: &Tree, root: Option<&RelPath>, name: &str) -> Self {
        Self::kept(tree, (root, name), false, || Self::read_files(tree, root, name))
    }

    fn kept(
        tree: &Tree,
        (root, name): (Option<&RelPath>, &str),
        has_dependents: bool,
        read: impl FnOnce() -> Self,
    ) -> Self {
        let is_it = |known: &Read| {
            known.root.as_ref() == root
                && known.name == name
                && known.has_dependents == has_dependents
        };
        let make = |_: &Tree| {
            let (root, name) = (root.cloned(), name.to_owned());
            Read { root, name, has_dependents, service: read() }
        };
        tree.derived(is_it, make).service.clone()
    }

    fn read_files(tree: &Tree, root: Option<&RelPath>, name: &str) -> Self {
        let prefix = root.map(|root| root.as_str().to_owned()).unwrap_or_default();
        let files: Vec<_> = match root {
            Some(root) => tree.below(root).collect(),
            None => tree.iter().collect(),
        };
        let modules: Vec<ServiceModule> = files
            .into_par_iter()
            .filter(|(path, _)| path.extension() == "py")
            .filter_map(|(path, entry)| {
                let bytes = entry.bytes()?;
                let below = path.as_str().strip_prefix(&prefix)?.trim_start_matches('/');
                let parsed = Module::of(bytes);
                Some(ServiceModule::new(path.clone(), below, parsed))
            })
            .collect();
        let name = root.is_none().then(|| name.to_owned());
        Self::new(prefix, modules, name)
    }

    /// Like [`PythonService::read`], with the files outside of the folder that use the service.
    pub fn read_with_dependents(tree: &Tree, root: Option<&RelPath>, name: &str) -> Self {
        let own = Self::read(tree, root, name);
        let Some(folder) = root else { return own };
        Self::kept(tree, (root, name), true, || {
            let dependents = dependents::read(tree, folder, &own.modules);
            if dependents.is_empty() {
                return own.clone();
            }
            Self::of(root, own.modules.iter().cloned().chain(dependents).collect(), name)
        })
    }

    /// With the files outside of the service's folder that `other` has, as `tree` has them.
    #[must_use]
    pub fn with_dependents_of(self, tree: &Tree, other: &Self) -> Self {
        let missing: Vec<ServiceModule> = other
            .modules
            .iter()
            .filter(|record| record.is_dependent && self.index_of(record.path.as_str()).is_none())
            .filter_map(|record| {
                let parsed = Module::of(tree.get(&record.path)?.bytes()?);
                let found = ServiceModule::dependent(record.path.clone(), parsed);
                Some(if record.follows_others { found.following() } else { found })
            })
            .collect();
        if missing.is_empty() {
            return self;
        }
        let modules = self.modules.iter().cloned().chain(missing).collect();
        Self::new(self.root.clone(), modules, self.name.clone())
    }

    /// Files that were parsed already; see [`PythonService::read`].
    pub fn of(root: Option<&RelPath>, modules: Vec<ServiceModule>, name: &str) -> Self {
        let prefix = root.map(|root| root.as_str().to_owned()).unwrap_or_default();
        Self::new(prefix, modules, root.is_none().then(|| name.to_owned()))
    }

    fn new(root: String, mut modules: Vec<ServiceModule>, name: Option<String>) -> Self {
        modules.sort_by(|one, two| one.path.cmp(&two.path));
        mark_support_of_tests(&root, &mut modules);
        let numbered = || modules.iter().map(|module| module.path.as_str()).zip(0..);
        let by_path = numbered().map(|(path, index)| (path.to_owned(), index)).collect();
        let paths = ModulePaths::new(numbered());
        let shared_roots = Vec::new();
        let (roots, outside) = (Vec::new(), OnceLock::new());
        let dead_names = dead::DeadNames::default();
        let files =
            Files { root, modules, by_path, paths, shared_roots, name, roots, outside, dead_names };
        let mut service = Self(Arc::new(files));
        let shared_roots = service.collect_shared_roots();
        service.files_mut().shared_roots = shared_roots;
        let roots = (0..service.modules.len()).map(|index| service.roots_of(index)).collect();
        service.files_mut().roots = roots;
        for folder in service.launch_folders() {
            let files = service.files_mut();
            let own = files.modules.iter().zip(&mut files.roots);
            for (_, roots) in own.filter(|(record, _)| record.lies_below(&folder)) {
                if !roots.contains(&folder) {
                    roots.push(folder.clone());
                }
            }
        }
        let dead_names = dead::dead_names(&service);
        service.files_mut().dead_names = dead_names;
        service
    }

    fn files_mut(&mut self) -> &mut Files {
        Arc::make_mut(&mut self.0)
    }

    /// What code does to the names of modules from outside them.
    pub fn outside(&self) -> &Outside {
        self.outside.get_or_init(|| Outside::of(self))
    }

    /// The service's folder below the tree's root; empty for the root itself.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// All files, sorted by path.
    pub fn modules(&self) -> &[ServiceModule] {
        &self.modules
    }

    /// Puts another text in the place of a file's own.
    pub fn replace(&mut self, index: usize, module: Module) {
        let files = self.files_mut();
        files.modules[index].parsed = Ok(Arc::new(module));
        files.outside = OnceLock::new();
    }

    /// The index of the file at a path below the tree's root.
    pub fn index_of(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The path of a module below the service's folder.
    pub fn below(&self, index: usize) -> &str {
        let path = self.modules[index].path.as_str();
        path.strip_prefix(&self.root).unwrap_or(path).trim_start_matches('/')
    }

    /// The names under which a module can be imported, the shortest first.
    pub fn names_of(&self, index: usize) -> Vec<String> {
        let path = self.modules[index].path.as_str();
        let mut names: Vec<String> =
            self.roots[index].iter().filter_map(|root| dotted_below(root, path)).collect();
        names.sort_by_key(|name| (name.len(), name.clone()));
        names.dedup();
        names
    }

    /// The absolute name of the module that an import statement names, also of one outside of the
    /// service: by the shortest name of the importing file that has as many parts as it climbs.
    pub fn absolute_name(&self, index: usize, import: &ImportStatement) -> Option<String> {
        let Some(above) = import.level.checked_sub(1) else { return Some(import.module.clone()) };
        let is_package = self.modules[index].is_package();
        let climbed = usize::try_from(above).ok()? + usize::from(!is_package);
        let names = self.names_of(index);
        let own = names.iter().find(|name| name.split('.').count() > climbed)?;
        let mut parts: Vec<&str> = own.split('.').collect();
        parts.truncate(parts.len() - climbed);
        parts.extend(import.module.split('.').filter(|part| !part.is_empty()));
        Some(parts.join("."))
    }
}
