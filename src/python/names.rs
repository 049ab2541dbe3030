//! From names to files, as Python's import system finds them.
//!
//! One file may be importable under several names (`main`, `osint.main`,
//! `services.osint.main`): each search root gives one. Roots are folders below the
//! tree's root, written with `/`; an empty string is the root itself.

use rustc_hash::{FxHashMap, FxHashSet};

/// What a dotted name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file of the service (its index).
    Module(usize),
    /// A folder without `__init__.py`.
    Folder(String),
    /// The first part is the service's, the rest does not exist in it.
    Missing(String),
    /// Nothing of the service.
    External,
}

/// What lies at a path without extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    /// Folders, and files that are no modules.
    Folder,
    /// `path.py`.
    Module(usize),
    /// `path/__init__.py`.
    Package(usize),
}

/// Which modules lie where.
#[derive(Debug, Clone, Default)]
pub(super) struct ModulePaths {
    /// By path without extension.
    found: FxHashMap<String, Found>,
    /// Every name that a folder or a file has: no other can begin a dotted name.
    names: FxHashSet<String>,
}

impl ModulePaths {
    /// Indexes files by path below the tree's root.
    pub(super) fn new<'a>(files: impl Iterator<Item = (&'a str, usize)>) -> Self {
        let mut result = Self::default();
        for (path, index) in files {
            let stem = path.trim_end_matches(".py");
            for name in stem.split('/') {
                if !result.names.contains(name) {
                    result.names.insert(name.to_owned());
                }
            }
            // Whatever is there has the folders around it, too.
            let mut folder = path;
            while let Some((parent, _)) = folder.rsplit_once('/') {
                if result.put(parent, Found::Folder) {
                    break;
                }
                folder = parent;
            }
            if let Some(stem) = path.strip_suffix(".py") {
                result.put(stem, Found::Module(index));
            }
            if path.rsplit('/').next() == Some("__init__.py") {
                result.put(parent(path), Found::Package(index));
            }
        }
        result
    }

    /// Notes what lies at a path; a package wins over a module, and that over a folder. Returns
    /// whether something was there.
    fn put(&mut self, stem: &str, new: Found) -> bool {
        if let Some(known) = self.found.get_mut(stem) {
            *known = new.max(*known);
            return true;
        }
        self.found.insert(stem.to_owned(), new);
        false
    }

    /// The module or package at a path without extension: a package wins over a module of the
    /// same name, a module over a folder without `__init__.py`.
    pub(super) fn at(&self, stem: &str) -> Target {
        match self.found.get(stem) {
            Some(Found::Package(index) | Found::Module(index)) => Target::Module(*index),
            Some(Found::Folder) => Target::Folder(stem.to_owned()),
            None => Target::External,
        }
    }

    /// The tree's root itself, as a package.
    pub(super) fn at_root(&self) -> Target {
        match self.found.get("") {
            Some(Found::Package(index)) => Target::Module(*index),
            _ => Target::Folder(String::new()),
        }
    }

    /// What a dotted name means below one search root.
    pub(super) fn below(&self, root: &str, dotted: &str) -> Target {
        let mut path = String::with_capacity(root.len() + 1 + dotted.len());
        path.push_str(root);
        let mut reached = None;
        for segment in dotted.split('.') {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(segment);
            match (self.found.get(&path), reached) {
                (None, None) => return Target::External,
                (None, Some(_)) => return Target::Missing(path),
                (found, _) => reached = found,
            }
        }
        match reached {
            Some(Found::Package(index) | Found::Module(index)) => Target::Module(*index),
            _ => Target::Folder(path),
        }
    }

    /// What a dotted name means on a search path: the first root that has a module or a
    /// package of the first segment decides; folders without `__init__.py` come last.
    pub(super) fn on_path<'r>(&self, roots: impl Iterator<Item = &'r str>, dotted: &str) -> Target {
        let first = dotted.split('.').next().unwrap_or_default();
        if !self.names.contains(first) {
            return Target::External;
        }
        let mut namespace = Target::External;
        let mut path = String::new();
        for root in roots {
            path.clear();
            path.push_str(root);
            if !root.is_empty() {
                path.push('/');
            }
            path.push_str(first);
            match self.found.get(&path) {
                Some(Found::Package(_) | Found::Module(_)) => return self.below(root, dotted),
                Some(Found::Folder) => {
                    if let (Target::External | Target::Missing(_), found) =
                        (&namespace, self.below(root, dotted))
                    {
                        namespace = found;
                    }
                }
                None => {}
            }
        }
        namespace
    }
}

/// Joins two paths below the root.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The folder that holds a path, or the root.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The dotted name of a file below a search root; `None` when it is not importable from there.
pub(crate) fn dotted_below(root: &str, path: &str) -> Option<String> {
    let below = if root.is_empty() { path } else { path.strip_prefix(root)?.strip_prefix('/')? };
    let stem = below.strip_suffix(".py")?;
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    let is_identifier = |segment: &str| {
        !segment.is_empty()
            && !segment.starts_with(|character: char| character.is_ascii_digit())
            && segment.chars().all(|character| character.is_alphanumeric() || character == '_')
    };
    let importable = stem != "__init__" && stem.split('/').all(is_identifier);
    importable.then(|| stem.replace('/', "."))
}

/// Whether the last argument named in the text of a call is `packages` and not `modules`.
pub(crate) fn lists_packages(call: &str) -> bool {
    let last = |name: &str| {
        let starts = call.match_indices(name).map(|(start, _)| start);
        starts.filter(|start| call[start + name.len()..].trim_start().starts_with('=')).last()
    };
    last("packages") > last("modules")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(files: &[&str]) -> ModulePaths {
        ModulePaths::new(files.iter().enumerate().map(|(index, path)| (*path, index)))
    }

    #[test]
    fn a_package_wins_over_a_module_and_a_module_over_a_bare_folder() {
        let both = paths(&["s/api.py", "s/api/__init__.py"]);
        let bare = paths(&["s/api.py", "s/api/x.py"]);

        assert_eq!(both.on_path(["s"].into_iter(), "api"), Target::Module(1));
        assert_eq!(bare.on_path(["s"].into_iter(), "api"), Target::Module(0));
    }

    #[test]
    fn a_later_root_is_used_for_a_name_that_the_first_does_not_have() {
        let files = paths(&["services/osint/main.py", "services/osint/__init__.py"]);
        let roots = || ["services/osint", "services", ""].into_iter();

        assert_eq!(files.on_path(roots(), "main"), Target::Module(0));
        assert_eq!(files.on_path(roots(), "osint.main"), Target::Module(0));
        assert_eq!(files.on_path(roots(), "services.osint.main"), Target::Module(0));
        assert_eq!(
            files.on_path(roots(), "osint.gone"),
            Target::Missing("services/osint/gone".into())
        );
        assert_eq!(files.on_path(roots(), "fastapi"), Target::External);
    }

    #[test]
    fn hyphenated_folders_have_no_dotted_name() {
        assert_eq!(dotted_below("", "a-b/main.py"), None);
        assert_eq!(dotted_below("a-b", "a-b/x/__init__.py"), Some("x".into()));
    }
}
