//! Which stretch of code of one side is which of the other.
//!
//! A module that is in one piece on both sides is one span. Of a module whose definitions went
//! to several files, each definition is a span of its own, found by its names, and each
//! statement without a name is looked for in the file that the module became.

use std::collections::BTreeMap;
use std::ops::Range;

use super::pairs::Pairs;
use crate::python::{BindingKind, Module, PythonService, Statement, StatementKind};

/// Code that is the same before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// The module before.
    pub(super) old: usize,
    /// The module after.
    pub(super) new: usize,
    /// The bytes before.
    pub(super) was: Range<usize>,
    /// The bytes after.
    pub(super) is: Range<usize>,
}

/// Spans of a service, and the homes of definitions that left their module.
#[derive(Debug, Default)]
pub(super) struct Spans {
    /// All spans.
    pub(super) list: Vec<Span>,
    /// `(module before, name)` → module after, of modules that were taken apart.
    homes: BTreeMap<(usize, String), usize>,
    divided: std::collections::BTreeSet<usize>,
}

impl Spans {
    pub(super) fn new(before: &PythonService, after: &PythonService, pairs: &Pairs) -> Self {
        let mut spans = Self::default();
        let defined = definitions(after);
        for (new, old) in pairs.both() {
            let (Some(was), Some(is)) =
                (before.modules()[old].module(), after.modules()[new].module())
            else {
                continue;
            };
            let left = |statement: &Statement| {
                is_definition(statement)
                    && statement.binds.iter().any(|name| !binds(after, new, name))
                    && elsewhere(&defined, (was, statement), (after, pairs)).is_some()
            };
            if was.facts.statements.iter().any(left) {
                spans.divided.insert(old);
                spans.divide((before, old), (after, new), pairs, &defined);
            } else {
                let (was, is) = (0..was.text().len(), 0..is.text().len());
                spans.list.push(Span { old, new, was, is });
            }
        }
        spans
    }

    /// Whether a module's definitions went to several files.
    pub(super) fn is_divided(&self, old: usize) -> bool {
        self.divided.contains(&old)
    }

    /// Where a name of a divided module is defined now.
    pub(super) fn home(&self, old: usize, name: &str) -> Option<usize> {
        self.homes.get(&(old, name.to_owned())).copied()
    }

    fn divide(
        &mut self,
        (before, old): (&PythonService, usize),
        (after, new): (&PythonService, usize),
        pairs: &Pairs,
        defined: &Defined,
    ) {
        let (Some(was), Some(is)) = (before.modules()[old].module(), after.modules()[new].module())
        else {
            return;
        };
        let unnamed = unnamed(was, is);
        for (position, statement) in was.facts.statements.iter().enumerate() {
            let found = if statement.binds.is_empty() || !is_definition(statement) {
                unnamed.get(&position).map(|number| (new, *number))
            } else {
                let own = is.facts.statements.iter().position(|other| {
                    other.kind == statement.kind && has_names_of(other, statement)
                });
                own.map(|number| (new, number))
                    .or_else(|| elsewhere(defined, (was, statement), (after, pairs)))
            };
            let Some((module, number)) = found else { continue };
            let Some(target) = after.modules()[module].module() else { continue };
            for name in &statement.binds {
                self.homes.insert((old, name.clone()), module);
            }
            let (was, is) =
                (statement.range.clone(), target.facts.statements[number].range.clone());
            self.list.push(Span { old, new: module, was, is });
        }
    }
}

/// Statements without a name of a module and of what it became: those of the same text first,
/// then those of the same kind and callee in their order.
fn unnamed(was: &Module, is: &Module) -> BTreeMap<usize, usize> {
    let open = |module: &Module| -> Vec<usize> {
        let statements = module.facts.statements.iter().enumerate();
        let open = statements.filter(|(_, found)| found.binds.is_empty() || !is_definition(found));
        open.map(|(number, _)| number).collect()
    };
    let text = |module: &Module, number: usize| {
        module.slice(&module.facts.statements[number].range).to_owned()
    };
    let mut found = BTreeMap::new();
    let mut rest = open(is);
    for old in open(was) {
        let same = rest.iter().position(|new| text(was, old) == text(is, *new));
        if let Some(position) = same {
            found.insert(old, rest.remove(position));
        }
    }
    for old in open(was) {
        let (one, was) = (&was.facts.statements[old], was);
        let is_like = |new: &usize| {
            let two = &is.facts.statements[*new];
            let routers =
                [text(was, old), text(is, *new)].map(|text| text.contains("include_router"));
            one.kind == two.kind
                && one.callee == two.callee
                && one.binds == two.binds
                && !routers[1]
        };
        if found.contains_key(&old) {
            continue;
        }
        if let Some(position) = rest.iter().position(is_like) {
            found.insert(old, rest.remove(position));
        }
    }
    found
}

/// Definitions by their names: `(module, statement)`.
type Defined = BTreeMap<String, Vec<(usize, usize, StatementKind)>>;

fn definitions(service: &PythonService) -> Defined {
    let mut found = Defined::new();
    for (index, record) in service.modules().iter().enumerate() {
        let Some(module) = record.module() else { continue };
        for (number, statement) in module.facts.statements.iter().enumerate() {
            for name in statement.binds.iter().filter(|_| is_definition(statement)) {
                found.entry(name.clone()).or_default().push((index, number, statement.kind));
            }
        }
    }
    found
}

const fn is_definition(statement: &Statement) -> bool {
    !matches!(statement.kind, StatementKind::Import | StatementKind::TypeChecking)
}

/// Whether two statements bind the same names, in whichever order.
fn has_names_of(one: &Statement, two: &Statement) -> bool {
    one.binds.len() == two.binds.len() && one.binds.iter().all(|name| two.binds.contains(name))
}

fn binds(service: &PythonService, index: usize, name: &str) -> bool {
    let Some(module) = service.modules()[index].module() else { return true };
    let mut bindings = module.facts.bindings_of(name, 0);
    bindings.any(|binding| !matches!(binding.kind, BindingKind::Import(..)))
}

/// The definition of that name and kind, in a file that no file became, that is most like it.
fn elsewhere(
    defined: &Defined,
    (was, statement): (&Module, &Statement),
    (after, pairs): (&PythonService, &Pairs),
) -> Option<(usize, usize)> {
    let found = statement.binds.iter().find_map(|name| defined.get(name))?;
    let fresh = found
        .iter()
        .filter(|(module, _, kind)| pairs.old(*module).is_none() && *kind == statement.kind);
    let lines: Vec<&str> = was.slice(&statement.range).lines().collect();
    // Of equal definitions, the one in a file that has more of the same module, and nothing else.
    let likeness = |(module, number, _): &&(usize, usize, StatementKind)| {
        let Some(module) = after.modules()[*module].module() else { return (false, 0, 0) };
        let names = module.facts.statements.iter().filter(|found| is_definition(found));
        let names: Vec<&String> = names.flat_map(|found| &found.binds).collect();
        let shared = names.iter().filter(|name| was.facts.defines(name)).count();
        let text = module.slice(&module.facts.statements[*number].range);
        let equal = text.lines().filter(|line| lines.contains(line)).count();
        (shared == names.len(), shared, equal)
    };
    let (module, number, _) = fresh.rev().max_by_key(likeness)?;
    Some((*module, *number))
}
