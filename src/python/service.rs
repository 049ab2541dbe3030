//! All Python files of one service, parsed once, with their names resolved.

mod dead;
mod search;

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::dependents;
use super::facts::{
    BindingKind, ComputedImport, ImportKind, ImportStatement, ImportedName, Moment, Statement,
    StatementKind,
};
use super::names::{ModulePaths, Target, dotted_below, join, parent};
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
}

impl ServiceModule {
    /// A file that was parsed; `below` is its path below the service's folder.
    pub fn new(path: RelPath, below: &str, parsed: Result<Arc<Module>, DecodeError>) -> Self {
        let is_test = is_test_path(below)
            && parsed.as_ref().map_or(true, |module| holds_tests(below, module));
        Self { path, parsed, is_test, is_dependent: false }
    }

    /// A file outside of the service that uses it.
    pub(super) fn dependent(path: RelPath, parsed: Result<Arc<Module>, DecodeError>) -> Self {
        Self { path, parsed, is_test: true, is_dependent: true }
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
                Some(ServiceModule::dependent(record.path.clone(), parsed))
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

    /// What an absolute dotted name means in a file.
    pub fn resolve(&self, index: usize, dotted: &str) -> Target {
        let found = self.paths.on_path(self.roots[index].iter().map(String::as_str), dotted);
        let found = self.or_by_own_name(found, dotted);
        match found {
            Target::Module(module) if self.is_dead(module, dotted) => Target::External,
            // What lies beside the service in a folder around it is not ours to judge.
            Target::Missing(path)
                if !self.holds(&path)
                    || self.is_hidden(&path, dotted)
                    || self.modules[index].is_dependent =>
            {
                Target::External
            }
            found => found,
        }
    }

    /// Whether a module cannot be imported by a name that code tries and does without.
    fn is_dead(&self, module: usize, dotted: &str) -> bool {
        self.dead_names.contain(module, dotted)
    }

    /// Imports that never succeed and that code does without: the file, the offset of the import,
    /// and the module that cannot be imported by the name.
    pub fn dead_imports(&self) -> &[(usize, usize, usize)] {
        &self.dead_names.tried
    }

    /// Whether a folder without `__init__.py` lacks what is asked of it at once: a library of the
    /// folder's name comes before it, as `alembic` does before a folder `alembic/`.
    fn is_hidden(&self, path: &str, dotted: &str) -> bool {
        let Some((folder, name)) = path.rsplit_once('/') else { return false };
        let top = folder.rsplit('/').next().unwrap_or(folder);
        let mut parts = dotted.split('.');
        parts.next() == Some(top)
            && parts.next() == Some(name)
            && !self.by_path.contains_key(&join(folder, "__init__.py"))
    }

    /// Whether a path is in the service's folder.
    fn holds(&self, path: &str) -> bool {
        let rest = path.strip_prefix(&self.root);
        self.root.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// `osint.main` from outside, for a folder `osint` that is the tree's root.
    fn or_by_own_name(&self, found: Target, dotted: &str) -> Target {
        let is_open = matches!(found, Target::External | Target::Missing(_) | Target::Folder(_));
        let Some(name) = self.name.as_deref().filter(|_| is_open) else { return found };
        match dotted.strip_prefix(name) {
            Some("") => match (self.paths.at_root(), found) {
                (module @ Target::Module(_), _) => module,
                (folder, Target::External) => folder,
                (_, found) => found,
            },
            Some(rest) => match rest.strip_prefix('.') {
                Some(rest) => match (self.paths.below("", rest), found) {
                    (Target::External, Target::External) => Target::Missing(rest.replace('.', "/")),
                    (Target::External, found) => found,
                    (by_name, _) => by_name,
                },
                None => found,
            },
            None => found,
        }
    }

    /// The folder (below the tree's root) from which a computed import takes its module.
    pub fn folder_of_computed(&self, index: usize, import: &ComputedImport) -> Option<String> {
        let package = import.prefix.strip_suffix('.')?;
        match self.resolve(index, package) {
            Target::Module(found) => {
                let module = &self.modules[found];
                module.is_package().then(|| parent(module.path.as_str()).to_owned())
            }
            Target::Folder(folder) => Some(folder),
            _ => None,
        }
    }

    /// What the module part of `from X import …` means in a file.
    pub fn resolve_from(&self, index: usize, import: &ImportStatement) -> Target {
        if import.level == 0 {
            return self.resolve(index, &import.module);
        }
        let mut folder = parent(self.modules[index].path.as_str());
        for _ in 1..import.level {
            if folder.is_empty() {
                return Target::External;
            }
            folder = parent(folder);
        }
        let inside = folder == self.root || folder.starts_with(&format!("{}/", self.root));
        if !inside && !self.root.is_empty() {
            return self.resolve_around(folder, &import.module);
        }
        if import.module.is_empty() {
            return match self.paths.at(folder) {
                Target::External => Target::Folder(folder.to_owned()),
                found => found,
            };
        }
        match self.paths.below(folder, &import.module) {
            Target::External => Target::Missing(join(folder, &import.module.replace('.', "/"))),
            found => found,
        }
    }

    /// A relative import that climbs out of the service may come back into it.
    fn resolve_around(&self, folder: &str, module: &str) -> Target {
        match self.paths.below(folder, module) {
            Target::Missing(path) if !path.starts_with(&format!("{}/", self.root)) => {
                Target::External
            }
            found => found,
        }
    }

    /// What one name of `from X import name` means.
    pub fn resolve_name(
        &self,
        index: usize,
        import: &ImportStatement,
        name: &ImportedName,
    ) -> Imported {
        match self.resolve_from(index, import) {
            Target::External => Imported::External,
            Target::Missing(path) => Imported::Missing(path),
            Target::Folder(folder) => match self.paths.at(&join(&folder, &name.name)) {
                Target::Module(found) => Imported::Module(found),
                Target::Folder(found) => Imported::Folder(found),
                // What lies beside the service in a folder around it is not ours to judge.
                _ if !self.holds(&join(&folder, &name.name)) => Imported::External,
                _ if import.level == 0 && !import.module.contains('.') => Imported::External,
                _ => Imported::Missing(join(&folder, &name.name)),
            },
            Target::Module(owner) => self.attribute_or_submodule(owner, &name.name),
        }
    }

    /// `from package import name` takes an attribute of the package before a submodule; a name
    /// that the package itself imports from its submodule of the same name is that submodule.
    pub fn attribute_or_submodule(&self, owner: usize, name: &str) -> Imported {
        if name == "*" {
            return Imported::Attribute(owner);
        }
        let module = &self.modules[owner];
        let defines = module.module().is_some_and(|module| module.facts.defines(name));
        if module.is_package() {
            let folder = parent(module.path.as_str());
            let below = self.paths.at(&join(folder, name));
            let is_import_of_it = || self.imports_submodule(owner, name);
            match below {
                Target::Module(found) if !defines || is_import_of_it() => {
                    return Imported::Module(found);
                }
                Target::Folder(found) if !defines || is_import_of_it() => {
                    return Imported::Folder(found);
                }
                _ => {}
            }
        }
        Imported::Attribute(owner)
    }

    /// The module in which a name of `owner` is defined, re-exports followed, and whether it is
    /// a class there. A name that nothing defines stays with `owner`.
    pub fn origin(&self, owner: usize, name: &str) -> Option<(usize, bool)> {
        self.definition(owner, name).map(|(module, _, is_class)| (module, is_class))
    }

    /// Like [`Self::origin`], with the name that the definition has there; empty when the name
    /// means a module.
    pub fn definition(&self, owner: usize, name: &str) -> Option<(usize, String, bool)> {
        let mut owner = owner;
        let mut name = name.to_owned();
        for _ in 0..16 {
            let module = self.modules[owner].module()?;
            let Some(kind) = module.facts.bindings_of(&name, 0).next().map(|found| found.kind)
            else {
                return Some((owner, name, false));
            };
            let BindingKind::Import(statement, position) = kind else {
                return Some((owner, name, kind == BindingKind::Class));
            };
            let import = &module.facts.imports[statement];
            let imported = &import.names[position];
            if import.kind == ImportKind::Import {
                let is_itself = imported.alias.is_some() || !imported.name.contains('.');
                return match self.resolve(owner, &imported.name) {
                    Target::Module(found) if is_itself => Some((found, String::new(), false)),
                    _ => Some((owner, name, false)),
                };
            }
            match self.resolve_name(owner, import, imported) {
                Imported::Attribute(next) if import.kind == ImportKind::From => {
                    name.clone_from(&imported.name);
                    owner = next;
                }
                Imported::Module(found) if import.kind == ImportKind::From => {
                    return Some((found, String::new(), false));
                }
                _ => return Some((owner, name, false)),
            }
        }
        Some((owner, name, false))
    }

    /// `(importer, imported, line)` for every import of one module by another that runs up to a
    /// moment.
    pub fn import_edges(&self, until: Moment) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        for (index, record) in self.modules.iter().enumerate() {
            let Some(module) = record.module() else { continue };
            for import in module.facts.imports.iter().filter(|import| import.moment <= until) {
                let line = module.source.line_of(import.range.start);
                for imported in self.imported_by(index, import) {
                    if imported != index {
                        found.push((index, imported, line));
                    }
                }
            }
        }
        found
    }

    /// Every module of the service that an import statement loads by name.
    pub fn imported_by(&self, index: usize, import: &ImportStatement) -> Vec<usize> {
        let mut found = Vec::new();
        for name in &import.names {
            if import.kind == ImportKind::Import {
                found.extend(self.modules_along(index, &name.name));
                continue;
            }
            match self.resolve_name(index, import, name) {
                Imported::Module(module) | Imported::Attribute(module) => found.push(module),
                _ => {}
            }
        }
        found
    }

    /// The service's own `__init__.py`, when an import statement names the service's folder as
    /// a package: by its name from around it, or by a relative import in that folder.
    pub fn packages_run_by(&self, index: usize, import: &ImportStatement) -> Option<usize> {
        let init = self.index_of(&join(&self.root, "__init__.py")).filter(|init| *init != index)?;
        let folder = parent(self.modules[index].path.as_str());
        let below = match folder.strip_prefix(&self.root) {
            Some(below) => below,
            None if self.modules[index].is_dependent => "",
            None => return None,
        };
        let depth = match below.trim_start_matches('/') {
            "" => 0,
            below => below.split('/').count(),
        };
        if import.level > 0 {
            let level = usize::try_from(import.level).unwrap_or(usize::MAX);
            return (level > depth).then_some(init);
        }
        let own = self
            .name
            .as_deref()
            .unwrap_or_else(|| self.root.rsplit('/').next().unwrap_or(&self.root));
        let dotted = match import.kind {
            ImportKind::From => vec![import.module.as_str()],
            ImportKind::Import => import.names.iter().map(|name| name.name.as_str()).collect(),
        };
        dotted.iter().any(|name| name.split('.').any(|part| part == own)).then_some(init)
    }

    /// The modules that `import a.b.c` loads: `a`, `a.b` and `a.b.c`.
    pub fn modules_along(&self, index: usize, dotted: &str) -> Vec<usize> {
        let ends = dotted.match_indices('.').map(|(end, _)| end).chain([dotted.len()]);
        ends.filter_map(|end| match self.resolve(index, &dotted[..end]) {
            Target::Module(found) => Some(found),
            _ => None,
        })
        .collect()
    }

    /// The module that an absolute dotted name means for a program started in the service's
    /// folder, or in a folder around it.
    pub fn resolve_at_root(&self, dotted: &str) -> Option<usize> {
        self.resolve_in(&self.root, dotted)
    }

    /// As [`PythonService::resolve_at_root`], seen from a folder of the service.
    pub fn resolve_in(&self, folder: &str, dotted: &str) -> Option<usize> {
        let mut roots = vec![folder.to_owned(), join(folder, "src")];
        let mut around = folder;
        while !around.is_empty() {
            around = parent(around);
            roots.push(around.to_owned());
        }
        let found = self.paths.on_path(roots.iter().map(String::as_str), dotted);
        match self.or_by_own_name(found, dotted) {
            Target::Module(found) => Some(found),
            _ => None,
        }
    }

    /// The module that a name with dots in front means, seen from the package of a file: `.endpoints`.
    pub fn by_dots(&self, index: usize, name: &str) -> Option<usize> {
        let rest = name.trim_start_matches('.');
        let level = name.len() - rest.len();
        let is_part = |part: &str| {
            !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        };
        if level == 0 || !(rest.is_empty() || rest.split('.').all(is_part)) {
            return None;
        }
        let own = parent(self.modules[index].path.as_str());
        let folder = (1..level).fold(own, |folder, _| parent(folder));
        let target = join(folder, &rest.replace('.', "/"));
        let package = || self.index_of(&join(&target, "__init__.py"));
        self.index_of(&format!("{target}.py")).or_else(package)
    }

    /// Whether a package binds `name` only by `from . import name`, or by its own full name.
    fn imports_submodule(&self, owner: usize, name: &str) -> bool {
        let Some(module) = self.modules[owner].module() else {
            return false;
        };
        let mut bindings = module.facts.bindings_of(name, 0).peekable();
        bindings.peek().is_some()
            && bindings.all(|binding| match binding.kind {
                BindingKind::Import(statement, position) => {
                    let import = &module.facts.imports[statement];
                    import.kind == ImportKind::From
                        && import.names[position].name == name
                        && self.resolve_from(owner, import) == Target::Module(owner)
                }
                _ => false,
            })
    }
}
