//! Nothing is lost: definitions, comments, other files.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::{Sides, pairs::Pairs, references, shape};
use crate::change::{Entry, RelPath};
use crate::python::{Module, PythonService, Statement, StatementKind, StringUse};
use crate::verify::{Aspect, Item, Verdict};
use crate::workspace::Tree;
use crate::workspace::tools::is_tool_file;

/// What there is of each kind, with the places.
type Multiset = BTreeMap<String, Vec<String>>;

/// The multiset of definitions is the same, each with the same body.
pub(super) fn definitions(sides: &Sides<'_>, same: &Untouched) -> Vec<Item> {
    let mut old = Rewritten::new();
    let mut new = Rewritten::new();
    for span in &sides.spans.list {
        let (mut was, mut is) = references::rewritten(sides, span);
        let (one, two) = sides.port.rewritten(sides, span);
        was.extend(one);
        is.extend(two);
        old.entry(span.old).or_default().extend(was);
        new.entry(span.new).or_default().extend(is);
    }
    let apart = |index: usize| sides.spans.is_divided(index);
    let parts: BTreeSet<usize> =
        sides.spans.list.iter().filter(|span| apart(span.old)).map(|span| span.new).collect();
    let is_merged = |index| sides.pairs.is_merged(index);
    let before = definitions_of((sides.before, &same.before), &old, is_merged, apart);
    let after =
        definitions_of((sides.after, &same.after), &new, |_| false, |index| parts.contains(&index));
    let kept = same.count(sides, |module| {
        let counts = |found: &&Statement| {
            !matches!(found.kind, StatementKind::Import | StatementKind::Docstring)
        };
        module.facts.statements.iter().filter(counts).count()
    });
    difference(Aspect::Definitions, "definitions", kept, (&before, &after))
}

/// Files that nothing was done to: what is in them is there.
pub(super) struct Untouched {
    before: BTreeSet<usize>,
    after: BTreeSet<usize>,
}

impl Untouched {
    pub(super) fn of(sides: &Sides<'_>) -> Self {
        let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
        for (new, old) in sides.pairs.both() {
            let (was, is) = (&sides.before.modules()[old], &sides.after.modules()[new]);
            let (Ok(one), Ok(two)) = (&was.parsed, &is.parsed) else { continue };
            let is_plain = !sides.spans.is_divided(old) && !sides.pairs.took_in(old);
            if is_plain && was.path == is.path && Arc::ptr_eq(one, two) {
                before.insert(old);
                after.insert(new);
            }
        }
        Self { before, after }
    }

    fn count(&self, sides: &Sides<'_>, number: impl Fn(&Module) -> usize) -> usize {
        let modules = self.before.iter().filter_map(|old| sides.before.modules()[*old].module());
        modules.map(number).sum()
    }
}

/// For each module, the ranges that a move rewrote.
type Rewritten = BTreeMap<usize, Vec<Range<usize>>>;

/// `is_merged` tells the modules that only passed on names: their `__all__` went with them, and a
/// main guard that starts the application by its name starts it by another one. `is_divided` tells
/// the modules that were taken apart, or made of one.
fn definitions_of(
    (service, untouched): (&PythonService, &BTreeSet<usize>),
    rewritten: &Rewritten,
    is_merged: impl Fn(usize) -> bool,
    is_divided: impl Fn(usize) -> bool,
) -> Multiset {
    let mut found = Multiset::new();
    let modules = service.modules().iter().enumerate();
    for (index, record) in modules.filter(|(index, _)| !untouched.contains(index)) {
        let Some(module) = record.module() else { continue };
        let ranges = rewritten.get(&index).map(Vec::as_slice).unwrap_or_default();
        for statement in &module.facts.statements {
            if matches!(statement.kind, StatementKind::Import | StatementKind::Docstring) {
                continue;
            }
            // Of a module that was taken apart, what a type checker imports goes with those who
            // name it, and `__all__` lists what stays.
            if is_divided(index)
                && (statement.kind == StatementKind::TypeChecking || statement.binds == ["__all__"])
            {
                continue;
            }
            if is_merged(index)
                && (statement.binds == ["__all__"] || names_itself(module, statement))
            {
                continue;
            }
            let mut names: Vec<&str> = statement.binds.iter().map(String::as_str).collect();
            names.sort_unstable();
            let name = names.join(", ");
            let hash = shape::of(service, index, statement, ranges, is_divided(index));
            let line = module.source.line_of(statement.range.start);
            let label = if name.is_empty() { "a statement" } else { &name };
            found
                .entry(format!("{label} {hash:016x}"))
                .or_default()
                .push(format!("{}:{line}", record.path));
        }
    }
    found
}

/// Whether a statement holds an import string, `"main:app"`.
fn names_itself(module: &Module, statement: &Statement) -> bool {
    let inside = |string: &&StringUse| {
        statement.range.start <= string.range.start && string.range.end <= statement.range.end
    };
    module.facts.strings.iter().filter(inside).any(|string| string.value.contains(':'))
}

/// Every comment is still there; those of a module that only passed on names went with it, unless
/// they stand in its main guard.
pub(super) fn comments(sides: &Sides<'_>, same: &Untouched) -> Vec<Item> {
    let ports = &sides.port;
    let is_merged = |index| sides.pairs.is_merged(index);
    let before = comments_of((sides.before, &same.before), ports.before(), is_merged);
    let after = comments_of((sides.after, &same.after), ports.after(), |_| false);
    let kept = same.count(sides, |module| module.comments.len());
    difference(Aspect::Definitions, "comments", kept, (&before, &after))
}

/// A remark that names the service's port names it after the port changed, too.
fn comments_of(
    (service, untouched): (&PythonService, &BTreeSet<usize>),
    port: Option<&str>,
    is_merged: impl Fn(usize) -> bool,
) -> Multiset {
    let mut found = Multiset::new();
    let modules = service.modules().iter().enumerate();
    for (index, record) in modules.filter(|(index, _)| !untouched.contains(index)) {
        let Some(module) = record.module() else { continue };
        let guard = if is_merged(index) { service.stub(index) } else { None };
        let guard = guard.map(|stub| stub.guard.unwrap_or_default());
        let counts = |range: &&Range<usize>| match &guard {
            Some(guard) => guard.contains(&range.start),
            None => true,
        };
        for range in module.comments.iter().filter(counts) {
            let line = module.source.line_of(range.start);
            let text = module.slice(range).trim_end();
            let text = port.map_or_else(|| text.to_owned(), |port| text.replace(port, "PORT"));
            found.entry(text).or_default().push(format!("{}:{line}", record.path));
        }
    }
    found
}

/// What is gone; `kept` are those that are known to be there.
fn difference(
    aspect: Aspect,
    what: &str,
    mut kept: usize,
    (before, after): (&Multiset, &Multiset),
) -> Vec<Item> {
    let mut items = Vec::new();
    for (key, places) in before {
        let there = after.get(key).map_or(0, Vec::len);
        kept += there.min(places.len());
        if there < places.len() {
            let name = key.rsplit_once(' ').map_or(key.as_str(), |(name, _)| name);
            items.push(
                Item::new(aspect, format!("{name} ({})", places[0]), Verdict::Broken)
                    .because("it is gone, or its text is another one"),
            );
        }
    }
    items.push(Item::new(aspect, format!("{kept} {what}"), Verdict::Equal));
    items
}

/// Files that are no Python are all still there; data keeps its bytes.
pub(super) fn files(
    (before, after): (&Tree, &Tree),
    folder: Option<&RelPath>,
    pairs: &Pairs,
) -> Vec<Item> {
    let mut items = Vec::new();
    let mut kept = 0;
    for (path, entry) in before.iter() {
        let is_inside = folder.is_none_or(|folder| path.starts_with(folder));
        if !is_inside {
            continue;
        }
        let new = pairs.new_path(path);
        let broken = |why: &str| {
            Item::new(Aspect::Files, path.as_str(), Verdict::Broken).because(why.to_owned())
        };
        match after.get(new) {
            None => items.push(broken("it is gone")),
            Some(found) if is_data(path, entry) && found.hash() != entry.hash() => {
                items.push(broken("its bytes are others"));
            }
            Some(_) => kept += 1,
        }
    }
    items.push(Item::new(Aspect::Files, format!("{kept} files"), Verdict::Equal));
    items
}

/// Endings of files that hold data or pages: no step rewrites them.
const DATA: [&str; 14] = [
    "csv", "tsv", "json", "jsonl", "ndjson", "geojson", "sql", "html", "htm", "j2", "css", "js",
    "xml", "parquet",
];

/// Bytes that no step rewrites: data, pages, and what is not text. Python may be text in another
/// encoding, and is judged by its definitions and comments.
fn is_data(path: &RelPath, entry: &Entry) -> bool {
    let is_python = || {
        let bytes = entry.bytes();
        path.extension() == "py" && bytes.is_some_and(|bytes| Module::parse(bytes).is_ok())
    };
    let is_told = || is_tool_file(path.name());
    (DATA.contains(&path.extension()) && !is_told()) || (entry.text().is_none() && !is_python())
}
