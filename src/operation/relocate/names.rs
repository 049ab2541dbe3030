//! Old names and new names of a service's modules and folders.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Moves;
use super::parts::Parts;
use super::paths::is_above;
use crate::change::RelPath;
use crate::layering::Placement;
use crate::python::{PythonService, ServiceModule, dotted_below, join, parent};
use crate::workspace::Tree;

/// Where everything was and where it will be.
#[derive(Clone)]
pub(super) struct Names<'a> {
    pub(super) tree: &'a Tree,
    pub(super) service: &'a PythonService,
    pub(super) moves: &'a Moves,
    /// The package's name.
    pub(super) package: String,
    /// `<service>/src`, or the service's folder where nothing lies below that.
    pub(super) import_root: String,
    /// Whether something comes below `src` that was not there: it has to be found there.
    pub(super) gets_source: bool,
    /// Modules that are taken apart.
    pub(super) parts: Arc<BTreeMap<usize, Parts>>,
    /// The folder in which commands run: the service's own, unless they changed it.
    pub(super) here: String,
    new_paths: Arc<[RelPath]>,
    folders: Arc<BTreeMap<String, String>>,
}

/// Whether `src` is a package itself, by which code names what lies there.
fn is_named(service: &PythonService, source: &str) -> bool {
    let is_it = |name: &str| name == "src" || name.starts_with("src.");
    let modules = service.modules().iter().filter_map(ServiceModule::module);
    let mut imports = modules.flat_map(|module| &module.facts.imports);
    service.index_of(&join(source, "__init__.py")).is_some()
        || imports.any(|import| {
            import.level == 0
                && (is_it(&import.module) || import.names.iter().any(|name| is_it(&name.name)))
        })
}

impl<'a> Names<'a> {
    pub(super) fn new(
        tree: &'a Tree,
        service: &'a PythonService,
        moves: &'a Moves,
        placement: &Placement,
    ) -> Self {
        let new_path = |path: &RelPath| moves.get(path).unwrap_or(path).clone();
        let new_paths: Arc<[RelPath]> =
            service.modules().iter().map(|module| new_path(&module.path)).collect();
        let parts = Parts::of(service, placement);
        let source = join(service.root(), "src");
        let is_source = |path: &RelPath| is_above(&source, path.as_str());
        let parted = parts.values().flat_map(|parts| &parts.files).map(|file| &file.path);
        let has_source = new_paths.iter().chain(parted.clone()).any(is_source);
        let comes = |(old, new): (&RelPath, &RelPath)| !is_source(old) && is_source(new);
        let gets_source = moves.iter().any(comes)
            || parts.iter().any(|(module, parts)| {
                let old = &service.modules()[*module].path;
                parts.files.iter().any(|file| comes((old, &file.path)))
            });
        Self {
            tree,
            service,
            moves,
            package: placement.package.clone(),
            import_root: if has_source && (gets_source || !is_named(service, &source)) {
                source
            } else {
                service.root().to_owned()
            },
            gets_source,
            parts: Arc::new(parts),
            here: service.root().to_owned(),
            new_paths,
            folders: Arc::new(moved_folders(tree, service, moves)),
        }
    }

    /// The same, for commands that run in a folder of the service.
    pub(super) fn seen_from(&self, folder: String) -> Self {
        Self { here: folder, ..self.clone() }
    }

    /// The path of a module afterwards.
    pub(super) fn new_path(&self, index: usize) -> &RelPath {
        &self.new_paths[index]
    }

    /// Whether a module moves.
    pub(super) fn moves_module(&self, index: usize) -> bool {
        self.service.modules()[index].path != self.new_paths[index]
    }

    /// The absolute dotted name of a module afterwards: below `src`, or below the service's
    /// folder for what stays there.
    pub(super) fn new_name(&self, index: usize) -> Option<String> {
        self.dotted(&self.new_paths[index])
    }

    /// The absolute dotted name of a file that lies below `src`, or in the service's folder.
    pub(super) fn dotted(&self, path: &RelPath) -> Option<String> {
        let path = path.as_str();
        dotted_below(&self.import_root, path).or_else(|| dotted_below(self.service.root(), path))
    }

    /// The file in which a name of a module is found afterwards.
    pub(super) fn file_of_name(&self, module: usize, name: &str) -> &RelPath {
        let parts = self.parts.get(&module);
        let home = parts.and_then(|parts| Some(&parts.files[parts.home(name)?].path));
        home.unwrap_or_else(|| self.new_path(module))
    }

    /// Every file in which something of a module lies afterwards.
    pub(super) fn homes(&self, module: usize) -> impl Iterator<Item = &RelPath> {
        let parts = self.parts.get(&module).into_iter().flat_map(|parts| &parts.files);
        std::iter::once(self.new_path(module)).chain(parts.map(|file| &file.path))
    }

    /// The dotted name of a folder below `src`.
    pub(super) fn package_of(&self, folder: &str) -> Option<String> {
        let below = folder.strip_prefix(&self.import_root)?.trim_matches('/');
        (!below.is_empty()).then(|| below.replace('/', "."))
    }

    /// The absolute dotted name of the module in which a name of a module is found afterwards.
    pub(super) fn new_name_of(&self, module: usize, name: &str) -> Option<String> {
        self.dotted(self.file_of_name(module, name))
    }

    /// Whether a name of a module is found in another file afterwards.
    pub(super) fn moves_name(&self, module: usize, name: &str) -> bool {
        self.service.modules()[module].path != *self.file_of_name(module, name)
    }

    /// Whether an absolute name of something that stays outside the package begins like the
    /// package, which comes before the folder of that name: `shop.tests` of a service `shop`.
    pub(super) fn is_hidden(&self, dotted: &str, module: usize) -> bool {
        dotted.split('.').next() == Some(&self.package)
            && dotted_below(&self.import_root, self.new_paths[module].as_str()).is_none()
    }

    /// Whether others read a name from a module.
    pub(super) fn is_read(&self, module: usize, name: &str) -> bool {
        self.service.outside().read.contains(&(module, name.to_owned()))
    }

    /// The absolute dotted name of a folder afterwards, when all of it moves together.
    pub(super) fn new_folder_name(&self, folder: &str) -> Option<String> {
        let new = self.folders.get(folder)?;
        let below = new.strip_prefix(&self.import_root)?.strip_prefix('/')?;
        Some(below.replace('/', "."))
    }

    /// Where the code of a folder lies afterwards, if none of it is still there: the outermost
    /// folders that hold nothing else, and single files.
    pub(super) fn spread(&self, folder: &str) -> Option<Vec<RelPath>> {
        let is_code = |module: &ServiceModule| !module.is_test;
        let is_inside = |module: &ServiceModule| is_above(folder, module.path.as_str());
        // Most of what is asked about is no folder of code.
        if !self.service.modules().iter().any(|module| is_code(module) && is_inside(module)) {
            return None;
        }
        let own_name = folder.rsplit('/').next();
        let (mut own, mut empty, mut others) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let modules = self.service.modules().iter().enumerate();
        for (index, module) in modules.filter(|(_, module)| is_code(module)) {
            let is_own = is_inside(module);
            for home in self.homes(index).map(RelPath::as_str) {
                if !is_own {
                    others.extend(folders_above(home));
                } else if is_above(folder, home) {
                    return None;
                } else if module.is_package() && !module.has_statements() {
                    empty.insert(home);
                } else {
                    own.insert(home);
                }
            }
        }
        // A package that holds nothing itself lies where its modules do.
        let own = if own.is_empty() { empty } else { own };
        let package = join(&self.import_root, &self.package);
        let outermost = |file: &str| {
            let above = folders_above(file).take_while(|folder| {
                let is_inside = *folder == package || is_above(&package, folder);
                is_inside && !others.contains(folder)
            });
            let above: Vec<&str> = above.collect();
            let named = above.iter().find(|folder| folder.rsplit('/').next() == own_name);
            RelPath::new(named.or(above.last()).copied().unwrap_or(file)).ok()
        };
        let mut found: Vec<RelPath> = own.into_iter().filter_map(outermost).collect();
        found.dedup();
        (!found.is_empty()).then_some(found)
    }

    /// Where a path (file or folder, below the tree's root) lies afterwards.
    pub(super) fn locate(&self, path: &str) -> String {
        let moved = RelPath::new(path).ok().and_then(|path| self.moves.get(&path));
        match moved {
            Some(new) => new.as_str().to_owned(),
            None => self.folders.get(path).cloned().unwrap_or_else(|| path.to_owned()),
        }
    }

    /// Whether something is at a path today.
    pub(super) fn is_moved(&self, path: &str) -> bool {
        self.locate(path) != path
    }
}

/// The folders around a path, from the inside.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    fn around(path: &str) -> Option<&str> {
        Some(parent(path)).filter(|folder| !folder.is_empty())
    }
    std::iter::successors(around(path), |path| around(path))
}

/// Folders that move as a whole: every file below them that is no test keeps its place in them.
fn moved_folders(tree: &Tree, service: &PythonService, moves: &Moves) -> BTreeMap<String, String> {
    let mut candidates: BTreeSet<&str> = BTreeSet::new();
    for from in moves.keys() {
        let mut folder = parent(from.as_str());
        while folder.len() > service.root().len() && candidates.insert(folder) {
            folder = parent(folder);
        }
    }
    let mut folders = BTreeMap::new();
    for folder in candidates {
        if let Some(new) = moved_folder(tree, moves, folder) {
            folders.insert(folder.to_owned(), new);
        }
    }
    folders
}

fn moved_folder(tree: &Tree, moves: &Moves, folder: &str) -> Option<String> {
    let root = RelPath::new(folder).ok()?;
    let mut new: Option<String> = None;
    for (path, _) in tree.below(&root) {
        let below = path.below(&root)?;
        if crate::python::is_test_path(below.as_str()) {
            continue;
        }
        let target = moves.get(path)?;
        let prefix = target.as_str().strip_suffix(below.as_str())?.trim_end_matches('/');
        match &new {
            Some(known) if known != prefix => return None,
            Some(_) => {}
            None => new = Some(prefix.to_owned()),
        }
    }
    new
}

/// The relative path from a folder to a path, both below the tree's root.
pub(super) fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    let to: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let shared = from.iter().zip(&to).take_while(|(left, right)| left == right).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(to[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_climb_only_as_far_as_needed() {
        assert_eq!(relative("a/b", "a/c/d.py"), "../c/d.py");
        assert_eq!(relative("a", "a/c"), "c");
        assert_eq!(relative("", "a"), "a");
    }
}
