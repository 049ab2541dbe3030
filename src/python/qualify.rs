//! What a name leads to, through imports and re-exports, out of the service if need be.
//!
//! A name that is bound in several ways leads somewhere only when all of them agree: a guard
//! that asks here may say "it cannot be known", never guess.

use std::collections::BTreeSet;
use std::ops::Range;

use super::facts::{BindingKind, ImportKind, Resolution, ScopeId, StatementKind};
use super::names::Target;
use super::parse::is_standard_module;
use super::service::{Imported, PythonService};

/// How many re-exports are followed.
const DEPTH: usize = 16;

/// Classes of other packages that are known to descend from a class.
const KNOWN_BASES: [(&str, &str); 4] = [
    ("pydantic_settings.BaseSettings", "pydantic.BaseModel"),
    ("pydantic.RootModel", "pydantic.BaseModel"),
    ("pydantic.generics.GenericModel", "pydantic.BaseModel"),
    ("sqlmodel.SQLModel", "pydantic.BaseModel"),
];

/// What can be said about a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It cannot be shown.
    Unknown,
}

impl Answer {
    /// Both are so.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }
}

/// What a dotted name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Qualified {
    /// Something of another package or of Python itself (`builtins.print`).
    External(String),
    /// A name that a module of the service defines.
    Definition(usize, String),
    /// A module of the service.
    Module(usize),
    /// It cannot be known.
    Unknown,
}

impl PythonService {
    /// What a dotted name means where it stands; `range` begins with its first name.
    pub fn qualify_at(&self, index: usize, range: &Range<usize>, dotted: &str) -> Qualified {
        match self.resolution_at(index, range.start) {
            Some(Resolution::Scope(scope)) => self.qualify(index, scope, dotted),
            Some(Resolution::Builtin) => Qualified::External(format!("builtins.{dotted}")),
            Some(Resolution::Unbound) | None => Qualified::Unknown,
        }
    }

    /// In which scope the name that begins at a byte is bound.
    pub fn resolution_at(&self, index: usize, offset: usize) -> Option<Resolution> {
        let facts = &self.modules()[index].module()?.facts;
        let found = facts.references.iter().find(|found| found.range.start == offset)?;
        Some(found.resolution)
    }

    /// What a dotted name means in a scope that binds its first part.
    pub fn qualify(&self, index: usize, scope: ScopeId, dotted: &str) -> Qualified {
        self.follow(index, scope, dotted, DEPTH)
    }

    fn follow(&self, index: usize, scope: ScopeId, dotted: &str, depth: usize) -> Qualified {
        let (name, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        let Some(module) = self.modules()[index].module().filter(|_| depth > 0) else {
            return Qualified::Unknown;
        };
        let mut found: Option<Qualified> = None;
        for binding in module.facts.bindings_of(name, scope) {
            let next = match binding.kind {
                BindingKind::Import(at, position) => {
                    self.imported_as(index, (at, position), rest, depth)
                }
                BindingKind::Function | BindingKind::Class if rest.is_empty() && scope == 0 => {
                    Qualified::Definition(index, name.to_owned())
                }
                _ => Qualified::Unknown,
            };
            match &found {
                Some(earlier) if *earlier != next => return Qualified::Unknown,
                _ => found = Some(next),
            }
        }
        found.unwrap_or(Qualified::Unknown)
    }

    /// What a name bound by an import leads to, with the attributes read from it.
    fn imported_as(
        &self,
        index: usize,
        (at, position): (usize, usize),
        rest: &str,
        depth: usize,
    ) -> Qualified {
        let Some(module) = self.modules()[index].module() else { return Qualified::Unknown };
        let import = &module.facts.imports[at];
        let name = &import.names[position];
        if import.kind == ImportKind::Import {
            let whole = match &name.alias {
                Some(_) => name.name.as_str(),
                None => name.name.split('.').next().unwrap_or_default(),
            };
            return match self.resolve(index, whole) {
                Target::Module(found) => self.inside(found, rest, depth),
                Target::External => Qualified::External(joined(whole, rest)),
                Target::Folder(_) | Target::Missing(_) => Qualified::Unknown,
            };
        }
        match self.resolve_name(index, import, name) {
            Imported::External if import.level == 0 => {
                Qualified::External(joined(&joined(&import.module, &name.name), rest))
            }
            Imported::Module(found) => self.inside(found, rest, depth),
            Imported::Attribute(owner) => {
                self.follow(owner, 0, &joined(&name.name, rest), depth - 1)
            }
            _ => Qualified::Unknown,
        }
    }

    /// What attributes of a module of the service lead to.
    fn inside(&self, owner: usize, rest: &str, depth: usize) -> Qualified {
        let (name, deeper) = rest.split_once('.').unwrap_or((rest, ""));
        if name.is_empty() {
            return Qualified::Module(owner);
        }
        match self.attribute_or_submodule(owner, name) {
            Imported::Module(found) if depth > 0 => self.inside(found, deeper, depth - 1),
            Imported::Attribute(owner) if depth > 0 => self.follow(owner, 0, rest, depth - 1),
            _ => Qualified::Unknown,
        }
    }

    /// Whether something is a class that is `base` or descends from it.
    pub fn descends(&self, class: &Qualified, base: &str) -> Answer {
        let mut seen = BTreeSet::new();
        let mut open = vec![class.clone()];
        let mut answer = Answer::No;
        while let Some(next) = open.pop() {
            match next {
                Qualified::External(name) if name == base => return Answer::Yes,
                Qualified::External(name) if KNOWN_BASES.contains(&(name.as_str(), base)) => {
                    return Answer::Yes;
                }
                Qualified::External(name) => {
                    let package = name.split('.').next().unwrap_or_default();
                    if package != "builtins" && !is_standard_module(package) {
                        answer = Answer::Unknown;
                    }
                }
                Qualified::Definition(owner, name) if seen.insert((owner, name.clone())) => {
                    match self.bases(owner, &name) {
                        Some(bases) => open.extend(bases),
                        None => answer = Answer::Unknown,
                    }
                }
                Qualified::Definition(..) => {}
                Qualified::Module(_) | Qualified::Unknown => answer = Answer::Unknown,
            }
        }
        answer
    }

    /// What the bases of a class of the service lead to; nothing when it is no class, or one
    /// that is defined twice.
    fn bases(&self, owner: usize, name: &str) -> Option<Vec<Qualified>> {
        let facts = &self.modules()[owner].module()?.facts;
        let mut found = facts.statements.iter().filter(|statement| {
            statement.kind == StatementKind::Class
                && statement.binds.iter().any(|bound| bound == name)
        });
        let class = found.next()?;
        if found.next().is_some() {
            return None;
        }
        let lead = |base: &String| {
            let first = base.split('.').next().unwrap_or_default();
            if facts.defines(first) {
                self.qualify(owner, 0, base)
            } else {
                Qualified::External(format!("builtins.{base}"))
            }
        };
        Some(class.bases.iter().map(lead).collect())
    }
}

fn joined(left: &str, right: &str) -> String {
    if right.is_empty() { left.to_owned() } else { format!("{left}.{right}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Entry, RelPath};
    use crate::workspace::Tree;

    fn service(files: &[(&str, &str)]) -> PythonService {
        let entry = |(path, text): &(&str, &str)| {
            (RelPath::new(path).unwrap(), Entry::file(text.as_bytes()))
        };
        let tree: Tree = files.iter().map(entry).collect();
        PythonService::read(&tree, None, "shop")
    }

    fn lead(service: &PythonService, file: &str, dotted: &str) -> Qualified {
        service.qualify(service.index_of(file).unwrap(), 0, dotted)
    }

    fn external(name: &str) -> Qualified {
        Qualified::External(name.to_owned())
    }

    #[test]
    fn a_name_that_is_bound_in_two_ways_is_not_known() {
        let service = service(&[(
            "a.py",
            "from os import getenv\ndef getenv(x): ...\ntry:\n    import json\nexcept ImportError:\n    import ujson as json\n",
        )]);

        assert_eq!(lead(&service, "a.py", "getenv"), Qualified::Unknown);
        assert_eq!(lead(&service, "a.py", "json.dumps"), Qualified::Unknown);
    }

    #[test]
    fn aliases_modules_and_re_exports_are_followed_out_of_the_service() {
        let service = service(&[
            (
                "a.py",
                "import os as o\nimport os.path\nfrom os import getenv as g\nfrom b import read\nimport b\n",
            ),
            ("b.py", "from os import getenv as read\n"),
        ]);

        assert_eq!(lead(&service, "a.py", "o.getenv"), external("os.getenv"));
        assert_eq!(lead(&service, "a.py", "os.getenv"), external("os.getenv"));
        assert_eq!(lead(&service, "a.py", "g"), external("os.getenv"));
        assert_eq!(lead(&service, "a.py", "read"), external("os.getenv"));
        assert_eq!(lead(&service, "a.py", "b.read"), external("os.getenv"));
    }

    #[test]
    fn a_class_descends_through_modules_or_it_cannot_be_shown() {
        let service = service(&[
            (
                "a.py",
                "from base import Own\nfrom lib import Theirs\nclass M(Own): ...\nclass T(Theirs): ...\nclass P: ...\nclass E(Exception): ...\n",
            ),
            ("base.py", "import pydantic\nclass Own(pydantic.BaseModel): ...\n"),
        ]);
        let descends = |name| service.descends(&lead(&service, "a.py", name), "pydantic.BaseModel");

        assert_eq!(descends("M"), Answer::Yes);
        assert_eq!(descends("T"), Answer::Unknown);
        assert_eq!(descends("P"), Answer::No);
        assert_eq!(descends("E"), Answer::No);
    }
}
