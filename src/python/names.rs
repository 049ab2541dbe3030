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

/// Which modules lie where.
#[derive(Debug, Clone, Default)]
pub(super) struct ModulePaths {
    files: FxHashMap<String, usize>,
    folders: FxHashSet<String>,
    /// Every name that a folder or a file has: no other can begin a dotted name.
    names: FxHashSet<String>,
}

impl ModulePaths {
    /// Indexes files by path below the tree's root.
    pub(super) fn new<'a>(files: impl Iterator<Item = (&'a str, usize)>) -> Self {
        let mut result = Self::default();
        for (path, index) in files {
            result.files.insert(path.to_owned(), index);
            for name in path.trim_end_matches(".py").split('/') {
                if !result.names.contains(name) {
                    result.names.insert(name.to_owned());
                }
            }
            let mut folder = path;
            while let Some((parent, _)) = folder.rsplit_once('/') {
                if !result.folders.insert(parent.to_owned()) {
                    break;
                }
                folder = parent;
            }
        }
        result
    }

    /// The module or package at a path without extension: a package wins over a module of the
    /// same name, a module over a folder without `__init__.py`.
    pub(super) fn at(&self, stem: &str) -> Target {
        let package = self.files.get(&join(stem, "__init__.py"));
        let module = || self.files.get(&format!("{stem}.py"));
        if let Some(index) = package.or_else(module) {
            return Target::Module(*index);
        }
        if self.folders.contains(stem) {
            return Target::Folder(stem.to_owned());
        }
        Target::External
    }

    /// The tree's root itself, as a package.
    pub(super) fn at_root(&self) -> Target {
        match self.files.get("__init__.py") {
            Some(index) => Target::Module(*index),
            None => Target::Folder(String::new()),
        }
    }

    /// What a dotted name means below one search root.
    pub(super) fn below(&self, root: &str, dotted: &str) -> Target {
        let mut path = root.to_owned();
        let mut reached = Target::External;
        for segment in dotted.split('.') {
            path = join(&path, segment);
            match self.at(&path) {
                Target::External => {
                    return match reached {
                        Target::External => Target::External,
                        _ => Target::Missing(path),
                    };
                }
                found => reached = found,
            }
        }
        reached
    }

    /// What a dotted name means on a search path: the first root that has a module or a
    /// package of the first segment decides; folders without `__init__.py` come last.
    pub(super) fn on_path<'r>(&self, roots: impl Iterator<Item = &'r str>, dotted: &str) -> Target {
        let first = dotted.split('.').next().unwrap_or_default();
        if !self.names.contains(first) {
            return Target::External;
        }
        let mut namespace = Target::External;
        for root in roots {
            match self.at(&join(root, first)) {
                Target::Module(_) => return self.below(root, dotted),
                Target::Folder(_) => {
                    if let (Target::External | Target::Missing(_), found) =
                        (&namespace, self.below(root, dotted))
                    {
                        namespace = found;
                    }
                }
                _ => {}
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
