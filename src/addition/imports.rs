//! Imports that a sketch shows, in the order in which isort and ruff want them.
//!
//! A name joins the import of its module when there is one; a new statement stands in its
//! section: standard library, packages, shared libraries, the service itself. Nothing that is
//! there is sorted or wrapped anew, except one line that would grow too long.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::conflict::Conflict;
use super::sketch::line_of;
use crate::change::{Edit, apply_edits};
use crate::operation::text::LineEnding;
use crate::python::{
    BindingKind, ImportKind, ImportStatement, ImportedName, Module, Moment, StatementKind,
    is_standard_module,
};

/// Lines of imports are not made longer than this.
const WIDTH: usize = 100;

/// The names that a text imports from a package or from below it.
pub(super) fn names_from(text: &str, package: &str) -> BTreeSet<String> {
    let Ok(module) = Module::parse(text.as_bytes()) else { return BTreeSet::new() };
    let own = module.facts.imports.iter().filter(|import| is_below(&import.module, package));
    own.flat_map(|import| &import.names).map(|name| name.bound().to_owned()).collect()
}

fn is_below(module: &str, package: &str) -> bool {
    module.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The text with every import of the sketch.
pub(super) fn ensure(text: &str, sketch: &str, home: Home<'_>) -> Result<String, Vec<Conflict>> {
    let failed = |error: &dyn std::fmt::Display| {
        vec![Conflict::new(0, format!("it cannot be read: {error}"), "mend it first")]
    };
    let shown = Module::parse(sketch.as_bytes()).map_err(|error| failed(&error))?;
    let mut text = text.to_owned();
    let mut conflicts = Vec::new();
    for import in shown.facts.imports.iter().filter(|import| import.scope == 0) {
        let module = Module::parse(text.as_bytes()).map_err(|error| failed(&error))?;
        let file = File { module: &module, home };
        let missing: Result<Vec<&ImportedName>, Conflict> = import
            .names
            .iter()
            .filter_map(|name| match file.has(import, name) {
                Ok(true) => None,
                Ok(false) => Some(Ok(name)),
                Err(conflict) => Some(Err(conflict)),
            })
            .collect();
        match missing {
            Ok(missing) if missing.is_empty() => {}
            Ok(missing) => {
                let edits = file.added(import, &missing, shown.slice(&import.range));
                text = apply_edits(&text, &edits).map_err(|error| failed(&error))?;
            }
            Err(conflict) => conflicts.push(conflict),
        }
    }
    if conflicts.is_empty() { Ok(text) } else { Err(conflicts) }
}

/// Whose imports they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home<'a> {
    /// The service's own package.
    pub(super) package: &'a str,
    /// What the names of the shared libraries begin with.
    pub(super) prefix: &'a str,
}

/// Where an import belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Future,
    Standard,
    Foreign,
    Library,
    Own,
    Local,
}

struct File<'a> {
    module: &'a Module,
    home: Home<'a>,
}

impl File<'_> {
    /// Whether the file has this name from this module; the same name from elsewhere is a
    /// conflict.
    fn has(&self, import: &ImportStatement, name: &ImportedName) -> Result<bool, Conflict> {
        let facts = &self.module.facts;
        let mut known = facts.bindings_of(name.bound(), 0).peekable();
        if known.peek().is_none() {
            return Ok(false);
        }
        let is_it = |kind: BindingKind| match kind {
            BindingKind::Import(at, position) => {
                let found = &facts.imports[at];
                found.kind == import.kind
                    && found.module == import.module
                    && found.level == import.level
                    && found.names[position].name == name.name
            }
            _ => false,
        };
        let mut other = known.filter(|binding| !is_it(binding.kind));
        match other.next() {
            None => Ok(true),
            Some(other) => {
                let line = line_of(self.module.text(), other.range.start);
                let message = format!("the name `{}` means something else here", name.bound());
                Err(Conflict::new(line, message, "rename it, or use another name"))
            }
        }
    }

    fn added(&self, import: &ImportStatement, missing: &[&ImportedName], text: &str) -> Vec<Edit> {
        let same = self.statements().find(|found| {
            let takes_all = found.names.iter().any(|name| name.name == "*" || name.alias.is_some());
            found.kind == ImportKind::From
                && import.kind == ImportKind::From
                && found.module == import.module
                && found.level == import.level
                && !takes_all
        });
        match same {
            Some(found) if missing.iter().all(|name| name.alias.is_none()) => {
                self.joined(found, missing)
            }
            _ => {
                let text = if missing.len() == import.names.len() {
                    text.to_owned()
                } else {
                    let names: Vec<&str> = missing.iter().map(|name| name.name.as_str()).collect();
                    format!("from {} import {}", import.module, names.join(", "))
                };
                let newline = LineEnding::of(self.module.text()).as_str();
                vec![self.placed(import, &text.replace('\n', newline))]
            }
        }
    }

    /// The plain imports of the module's body.
    fn statements(&self) -> impl Iterator<Item = &ImportStatement> {
        let facts = &self.module.facts;
        facts.imports.iter().filter(|import| {
            import.scope == 0
                && import.moment == Moment::Import
                && facts.statements[import.statement].kind == StatementKind::Import
        })
    }

    /// Adds names to an import of the same module.
    fn joined(&self, found: &ImportStatement, missing: &[&ImportedName]) -> Vec<Edit> {
        let text = self.module.slice(&found.range);
        let newline = LineEnding::of(self.module.text()).as_str();
        if text.contains('(') && text.contains('\n') {
            return missing.iter().map(|name| self.in_lines(found, &name.name)).collect();
        }
        let mut names: Vec<&str> = found.names.iter().map(|name| name.name.as_str()).collect();
        names.extend(missing.iter().map(|name| name.name.as_str()));
        names.sort_by(|one, other| by_member(one, other));
        let dots = ".".repeat(found.level as usize);
        let head = format!("from {dots}{} import ", found.module);
        let line = format!("{head}{}", names.join(", "));
        if line.chars().count() <= WIDTH {
            return vec![Edit::replace(found.range.clone(), line)];
        }
        let lines: Vec<String> = names.iter().map(|name| format!("    {name},{newline}")).collect();
        let lines = lines.concat();
        vec![Edit::replace(found.range.clone(), format!("{head}({newline}{lines})"))]
    }

    /// Adds a name on a line of its own between parentheses.
    fn in_lines(&self, found: &ImportStatement, name: &str) -> Edit {
        let text = self.module.text();
        let newline = LineEnding::of(text).as_str();
        let after = found.names.iter().find(|other| by_member(&other.name, name).is_gt());
        if let Some(after) = after {
            let line = self.module.source.line_range(after.range.start);
            let indent = &text[line.start..after.range.start];
            if indent.trim().is_empty() {
                return Edit::insert(line.start, format!("{indent}{name},{newline}"));
            }
            return Edit::insert(after.range.start, format!("{name}, "));
        }
        let Some(last) = found.names.last() else {
            return Edit::insert(found.range.end, String::new());
        };
        let line = self.module.source.line_range(last.range.start);
        let indent = &text[line.start..last.range.start];
        let rest = &text[last.range.end..line.end];
        if rest.trim_start().starts_with(',') && indent.trim().is_empty() {
            return Edit::insert(line.end, format!("{indent}{name},{newline}"));
        }
        Edit::insert(last.range.end, format!(", {name}"))
    }

    /// Adds a statement of its own.
    fn placed(&self, import: &ImportStatement, text: &str) -> Edit {
        let rank = self.rank(import);
        let newline = LineEnding::of(self.module.text()).as_str();
        let below = |end: usize, text: &str| {
            let line = self.module.source.line_range(end.saturating_sub(1));
            let gap = if self.module.text()[..line.end].ends_with('\n') { "" } else { newline };
            Edit::insert(line.end, format!("{gap}{text}{newline}"))
        };
        let own: Vec<&ImportStatement> =
            self.statements().filter(|found| self.rank(found) == rank).collect();
        if let Some(next) = own.iter().find(|found| by_module(found, import).is_gt()) {
            let start = self.module.source.line_range(next.range.start).start;
            return Edit::insert(start, format!("{text}{newline}"));
        }
        if let Some(last) = own.last() {
            return below(last.range.end, text);
        }
        let inner = self.statements().filter(|found| self.rank(found) < rank).last();
        if let Some(inner) = inner {
            return below(inner.range.end, &format!("{newline}{text}"));
        }
        if let Some(first) = self.statements().next() {
            let start = self.module.source.line_range(first.range.start).start;
            return Edit::insert(start, format!("{text}{newline}{newline}"));
        }
        match &self.module.facts.docstring {
            Some(docstring) => below(docstring.end, &format!("{newline}{text}")),
            None => Edit::insert(0, format!("{text}{newline}{newline}")),
        }
    }

    fn rank(&self, import: &ImportStatement) -> Rank {
        let dotted = match import.kind {
            ImportKind::From => import.module.as_str(),
            ImportKind::Import => import.names.first().map_or("", |name| name.name.as_str()),
        };
        let first = dotted.split('.').next().unwrap_or_default();
        let library = first.strip_prefix(self.home.prefix).unwrap_or_default();
        match first {
            _ if import.level > 0 => Rank::Local,
            "__future__" => Rank::Future,
            _ if first == self.home.package => Rank::Own,
            _ if is_standard_module(first) => Rank::Standard,
            _ if library.starts_with('_') => Rank::Library,
            _ => Rank::Foreign,
        }
    }
}

/// Plain imports first, then by module.
fn by_module(one: &ImportStatement, other: &ImportStatement) -> Ordering {
    let key = |import: &ImportStatement| {
        let plain = import.kind == ImportKind::Import;
        let name = if plain {
            import.names.first().map(|name| name.name.clone()).unwrap_or_default()
        } else {
            import.module.clone()
        };
        (!plain, name.to_lowercase(), name)
    };
    key(one).cmp(&key(other))
}

/// Constants, then classes, then the rest; each by its letters.
fn by_member(one: &str, other: &str) -> Ordering {
    let kind = |name: &str| {
        let is_constant = name.len() > 1 && name.chars().all(|letter| !letter.is_lowercase());
        match name.chars().next() {
            _ if is_constant => 0,
            Some(first) if first.is_uppercase() => 1,
            _ => 2,
        }
    };
    let key = |name: &str| (kind(name), name.to_lowercase(), name.to_owned());
    key(one).cmp(&key(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: Home<'_> = Home { package: "shop", prefix: "vertice" };
    const FILE: &str = "\
\"\"\"Doc.\"\"\"

import os
from datetime import datetime

from fastapi import FastAPI

from vertice_core.config import load

from shop.domain.models import (
    Item,
    Widget,
)
from shop.presentation import endpoints  # all

x = 1
";

    fn with(sketch: &str) -> String {
        ensure(FILE, sketch, SHOP).unwrap()
    }

    #[test]
    fn names_join_the_import_of_their_module_in_order() {
        let found = with(
            "from datetime import UTC\nfrom shop.domain.models import LIMIT, Part, Zebra\n\
             from shop.presentation import parts\n",
        );

        assert!(found.contains("from datetime import UTC, datetime\n"), "{found}");
        assert!(
            found.contains("(\n    LIMIT,\n    Item,\n    Part,\n    Widget,\n    Zebra,\n)\n")
        );
        assert!(found.contains("import endpoints, parts  # all\n"), "{found}");
    }

    #[test]
    fn a_new_statement_stands_in_its_section() {
        let found = with(
            "from decimal import Decimal\nfrom pydantic import Field\nfrom vertice_api.app import a\n\
             from shop.application.parts import (\n    Parts,\n)\n",
        );

        let expected = "from datetime import datetime\nfrom decimal import Decimal\n\n\
            from fastapi import FastAPI\nfrom pydantic import Field\n\n\
            from vertice_api.app import a\nfrom vertice_core.config import load\n\n\
            from shop.application.parts import (\n    Parts,\n)\nfrom shop.domain.models";
        assert!(found.contains(expected), "{found}");
        assert_eq!(with("import os\nfrom shop.presentation import endpoints\n"), FILE);
    }

    #[test]
    fn a_line_that_would_grow_too_long_is_wrapped() {
        let long = "a_name_that_is_rather_long_for_a_module_of_a_service_and_its_line";
        let found = with(&format!("from shop.presentation import {long}\n"));

        let expected = format!("import (\n    {long},\n    endpoints,\n)  # all\n");
        assert!(found.contains(&expected), "{found}");
    }

    #[test]
    fn a_name_that_means_something_else_is_in_the_way() {
        let found = ensure(FILE, "from shop.other import Item\n", SHOP).unwrap_err();

        assert_eq!((found.len(), found[0].line), (1, 11));
    }

    #[test]
    fn a_file_without_imports_gets_them_below_its_docstring() {
        let found = ensure("\"\"\"Doc.\"\"\"\n", "from shop.a import A\n", SHOP).unwrap();

        assert_eq!(found, "\"\"\"Doc.\"\"\"\n\nfrom shop.a import A\n");
    }
}
