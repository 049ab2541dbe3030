//! The folders that Python searches for the imports of a file.
//!
//! Nothing is imported here: what a dotted name means on such a path is for
//! [`PythonService::resolve`].

use super::PythonService;
use super::ServiceModule;
use crate::python::dependents;
use crate::python::facts::ImportKind;
use crate::python::names::{Target, join, parent};
use crate::python::{StatementKind, is_standard_module};

impl PythonService {
    /// In order: pytest's own folder of a test, the service's folder (the current directory), its
    /// `src`, folders that code puts on `sys.path`, and the folders around the service.
    pub(super) fn roots_of(&self, index: usize) -> Vec<String> {
        let mut roots = Vec::new();
        let module = &self.modules[index];
        let folder = parent(module.path.as_str());
        if module.is_test {
            roots.push(self.first_folder_without_init(folder));
        }
        if module.is_dependent {
            roots.extend(dependents::folders(module, &self.root));
            roots.extend(self.conftests_above(index).flat_map(|found| found.search_path("")));
            roots.extend(module.follows_others.then(|| self.root.clone()));
        } else {
            roots.push(self.root.clone());
            roots.push(join(&self.root, "src"));
            roots.extend(module.search_path(&self.root));
            if !module.is_test && self.may_be_a_script(index) {
                roots.push(folder.to_owned());
            }
            roots.extend(self.shared_roots.iter().cloned());
        }
        let mut around = self.root.as_str();
        while !around.is_empty() {
            around = parent(around);
            roots.push(around.to_owned());
        }
        let mut seen = rustc_hash::FxHashSet::default();
        roots.retain(|root| seen.insert(root.clone()));
        roots
    }

    /// The `conftest.py` files outside of the service that pytest runs before a file there.
    fn conftests_above(&self, index: usize) -> impl Iterator<Item = &ServiceModule> {
        let path = self.modules[index].path.as_str();
        let modules = self.modules.iter().filter(move |record| {
            let folder = parent(record.path.as_str());
            let is_above = folder.is_empty() || path.starts_with(&format!("{folder}/"));
            record.path.as_str() != path && is_above
        });
        modules.filter(|record| record.is_dependent && record.path.name() == "conftest.py")
    }

    /// Whether a file outside of the service, or a `conftest.py` above it, puts a folder on the
    /// search path that it computes from its own place.
    pub fn puts_on_path(&self, index: usize, folder: &str) -> bool {
        let above = self.conftests_above(index);
        let mut all = std::iter::once(&self.modules[index]).chain(above);
        all.any(|record| dependents::followed(record).any(|found| found == folder))
    }

    /// Whether a file may be started by its path, which puts its own folder on the search path: a
    /// module of a package without a main guard is not, so that `import jwt` in `services/jwt.py`
    /// is the library.
    fn may_be_a_script(&self, index: usize) -> bool {
        let module = &self.modules[index];
        let folder = parent(module.path.as_str());
        let is_packaged = self.by_path.contains_key(&join(folder, "__init__.py"));
        let statements = module.module().map(|module| module.facts.statements.as_slice());
        let mut statements = statements.unwrap_or_default().iter();
        !is_packaged || statements.any(|statement| statement.kind == StatementKind::MainGuard)
    }

    /// pytest (rootdir/`prepend` import mode) puts this folder on the path for a test file.
    fn first_folder_without_init(&self, folder: &str) -> String {
        let mut current = folder;
        while !current.is_empty()
            && current != self.root
            && self.by_path.contains_key(&join(current, "__init__.py"))
        {
            current = parent(current);
        }
        current.to_owned()
    }

    /// Folders in which programs are started: a file there imports another one by a name that is
    /// found in its own folder only, so that all that this program imports finds it there, too.
    pub(super) fn launch_folders(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (index, record) in self.modules.iter().enumerate() {
            let folder = parent(record.path.as_str());
            let is_one = !record.is_test
                && !record.is_dependent
                && folder != self.root
                && !self.by_path.contains_key(&join(folder, "__init__.py"))
                && !found.iter().any(|known| known == folder);
            let Some(module) = record.module().filter(|_| is_one) else { continue };
            let others = || self.roots[index].iter().filter(|root| *root != folder);
            let is_found_here = |dotted: &str| {
                let first = dotted.split('.').next().unwrap_or_default();
                matches!(self.paths.below(folder, dotted), Target::Module(_))
                    && !is_standard_module(first)
                    && others().all(|root| self.paths.at(&join(root, first)) == Target::External)
            };
            let mut imports = module.facts.imports.iter().filter(|import| import.level == 0);
            if imports.any(|import| match import.kind {
                ImportKind::From => is_found_here(&import.module),
                ImportKind::Import => import.names.iter().any(|name| is_found_here(&name.name)),
            }) {
                found.push(folder.to_owned());
            }
        }
        found
    }

    /// Folders of the service that its code puts on `sys.path` anywhere.
    pub(super) fn collect_shared_roots(&self) -> Vec<String> {
        let own = self.modules.iter().filter(|module| !module.is_dependent);
        let mut roots: Vec<String> = own
            .flat_map(|module| module.search_path(&self.root))
            .filter(|root| root.starts_with(&self.root))
            .collect();
        roots.sort();
        roots.dedup();
        roots
    }
}

impl ServiceModule {
    /// Folders that the file puts on `sys.path`, when it is started in the folder `cwd`.
    pub(crate) fn search_path(&self, cwd: &str) -> impl Iterator<Item = String> {
        let facts = self.module().map(|module| &module.facts);
        let paths = facts.into_iter().flat_map(|facts| &facts.paths);
        let edits = paths.filter(|path| path.on_search_path);
        edits.filter_map(move |path| path.value.locate(self.path.as_str(), cwd))
    }
}
