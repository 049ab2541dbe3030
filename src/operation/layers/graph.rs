//! The imports of a package as import-linter sees them: by the text of the statements alone.
//!
//! import-linter builds its graph with grimp, which knows the modules of folders with an
//! `__init__.py` and resolves `from a import b` to the longest name that is a module. What is
//! listed as known here has to be an edge there, or the contract would fail on its own list.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::RelPath;
use crate::python::{ImportKind, ImportStatement, Module, PythonService};

/// Who imports, and what.
pub(super) type Import = (String, String);

/// The modules of one package and who imports whom.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// All modules, with whether each is a package.
    pub(super) modules: BTreeMap<String, bool>,
    /// `(importer, imported)`, modules of the package only.
    pub(super) inside: BTreeSet<Import>,
    /// `(importer, top-level name of a library)`.
    pub(super) outside: BTreeSet<Import>,
    /// Files that do not parse: import-linter reads no package with one.
    pub(super) unreadable: Vec<RelPath>,
}

impl Imports {
    /// Reads the package in `source` (`…/src/<package>`).
    pub(super) fn read(service: &PythonService, source: &str, package: &str) -> Self {
        let mut found = Self::default();
        let mut files = Vec::new();
        for record in service.modules() {
            let path = record.path.as_str();
            let below = path.strip_prefix(source).and_then(|rest| rest.strip_prefix('/'));
            let Some((name, is_package)) = below.and_then(|below| named(package, below)) else {
                continue;
            };
            let is_orphan = folders(source, path)
                .any(|folder| service.index_of(&format!("{folder}/__init__.py")).is_none());
            if is_orphan {
                continue;
            }
            match record.module().filter(|module| module.errors.is_empty()) {
                Some(module) => files.push((name.clone(), is_package, module)),
                None => found.unreadable.push(record.path.clone()),
            }
            found.modules.insert(name, is_package);
        }
        for (name, is_package, module) in files {
            found.add(package, (&name, is_package), module);
        }
        found
    }

    fn add(&mut self, package: &str, (importer, is_package): (&str, bool), module: &Module) {
        for import in &module.facts.imports {
            for target in targets(importer, is_package, import) {
                let top = target.split('.').next().unwrap_or(&target);
                if top != package {
                    self.outside.insert((importer.to_owned(), top.to_owned()));
                    continue;
                }
                if let Some(imported) = self.longest(&target, import.kind)
                    && imported != importer
                {
                    self.inside.insert((importer.to_owned(), imported));
                }
            }
        }
    }

    /// The module that a dotted name means: itself, or for `from a import b` what it is taken from.
    fn longest(&self, target: &str, kind: ImportKind) -> Option<String> {
        if self.modules.contains_key(target) {
            return Some(target.to_owned());
        }
        let (owner, _) = target.rsplit_once('.').filter(|_| kind == ImportKind::From)?;
        self.modules.contains_key(owner).then(|| owner.to_owned())
    }
}

/// The dotted name of a file of the package, and whether it is a package itself.
fn named(package: &str, below: &str) -> Option<(String, bool)> {
    let stem = below.strip_suffix(".py")?;
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    if name.is_empty() || name.contains('.') {
        return None;
    }
    let parts = folder.split('/').filter(|part| !part.is_empty());
    let mut parts: Vec<&str> = std::iter::once(package).chain(parts).collect();
    if parts.iter().skip(1).any(|part| !is_identifier(part)) {
        return None;
    }
    let is_package = name == "__init__";
    if !is_package {
        parts.push(name);
    }
    Some((parts.join("."), is_package))
}

fn is_identifier(part: &str) -> bool {
    let mut characters = part.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_')
}

/// The folders from a package's own down to a file's.
fn folders<'a>(source: &'a str, path: &'a str) -> impl Iterator<Item = &'a str> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    ends.filter(move |end| *end >= source.len()).map(move |end| &path[..end])
}

/// The absolute dotted names that an import statement asks for.
fn targets(importer: &str, is_package: bool, import: &ImportStatement) -> Vec<String> {
    if import.kind == ImportKind::Import {
        return import.names.iter().map(|name| name.name.clone()).collect();
    }
    let module = if import.level == 0 {
        import.module.clone()
    } else {
        let climbs = usize::try_from(import.level).unwrap_or(usize::MAX) - usize::from(is_package);
        let parts: Vec<&str> = importer.split('.').collect();
        let Some(kept) = parts.len().checked_sub(climbs).filter(|kept| *kept > 0) else {
            return Vec::new();
        };
        let base = parts[..kept].join(".");
        if import.module.is_empty() { base } else { format!("{base}.{}", import.module) }
    };
    import.names.iter().map(|name| format!("{module}.{}", name.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;
    use crate::workspace::Tree;

    fn read(files: &[(&str, &str)]) -> Imports {
        let path = |text: &str| RelPath::new(text).unwrap();
        let tree: Tree =
            files.iter().map(|(name, text)| (path(name), Entry::file(*text))).collect();
        Imports::read(&PythonService::read(&tree, None, "shop"), "src/shop", "shop")
    }

    fn pairs(found: &BTreeSet<Import>) -> Vec<String> {
        found.iter().map(|(from, to)| format!("{from} -> {to}")).collect()
    }

    #[test]
    fn names_lead_to_the_longest_module_and_orphans_are_none() {
        let found = read(&[
            ("src/shop/__init__.py", ""),
            (
                "src/shop/a.py",
                "from shop.b import c, D\nimport shop.b.c as x\nimport redis.asyncio\n",
            ),
            ("src/shop/b/__init__.py", "from .c import *\nfrom .. import a\n"),
            ("src/shop/b/c.py", "def f():\n    from ...beyond import g\n    from ..a import h\n"),
            ("src/shop/lost/d.py", "import shop.a\n"),
            ("tests/test_a.py", "import shop.a\n"),
        ]);

        let modules: Vec<&str> = found.modules.keys().map(String::as_str).collect();
        assert_eq!(modules, ["shop", "shop.a", "shop.b", "shop.b.c"]);
        assert_eq!(
            pairs(&found.inside),
            [
                "shop.a -> shop.b",
                "shop.a -> shop.b.c",
                "shop.b -> shop.a",
                "shop.b -> shop.b.c",
                "shop.b.c -> shop.a",
            ]
        );
        assert_eq!(pairs(&found.outside), ["shop.a -> redis"]);
    }

    #[test]
    fn a_file_that_does_not_parse_is_named() {
        let found = read(&[("src/shop/__init__.py", ""), ("src/shop/a.py", "def (:\n")]);

        assert_eq!(found.unreadable.len(), 1);
    }
}
