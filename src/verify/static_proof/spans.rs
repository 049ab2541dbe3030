//! Which stretch of code of one side is which of the other.
//!
//! A module that is in one piece on both sides is one span. Of a module whose definitions went
//! to several files, each definition is a span of its own, found by its names, and each
//! statement without a name is looked for in the file that the module became.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use super::pairs::Pairs;
use crate::python::{BindingKind, Imported, Module, PythonService, Statement, StatementKind};

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
    divided: BTreeSet<usize>,
}

impl Spans {
    /// `folded` are the modules before whose application a factory makes afterwards.
    pub(super) fn new(
        before: &PythonService,
        after: &PythonService,
        pairs: &Pairs,
        folded: &BTreeSet<usize>,
    ) -> Self {
        let mut spans = Self::default();
        let (defined, votes) = (definitions(after), RefCell::default());
        let finder = Finder { before, after, pairs, defined, votes };
        for (new, old) in pairs.both() {
            let (Some(was), Some(is)) =
                (before.modules()[old].module(), after.modules()[new].module())
            else {
                continue;
            };
            let left = |statement: &Statement| {
                is_definition(statement)
                    && statement.binds.iter().any(|name| !binds(after, new, name))
                    && finder.elsewhere(old, statement).is_some()
            };
            if was.facts.statements.iter().any(left) {
                spans.divided.insert(old);
                spans.divide(old, new, &finder);
            } else if folded.contains(&old) || is_reaching(before, old, (was, is)) {
                // What wires the application may stand behind other statements now.
                spans.divide(old, new, &finder);
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

    fn divide(&mut self, old: usize, new: usize, finder: &Finder<'_>) {
        let (before, after) = (finder.before, finder.after);
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
                own.map(|number| (new, number)).or_else(|| finder.elsewhere(old, statement))
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

/// Whether a file outside of the service got a statement by which it finds the service.
fn is_reaching(before: &PythonService, old: usize, (was, is): (&Module, &Module)) -> bool {
    before.modules()[old].is_dependent && was.facts.statements.len() < is.facts.statements.len()
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
    // What begins with the same word comes before what is only of the same kind.
    for is_strict in [true, false] {
        for old in open(was) {
            let (one, was) = (&was.facts.statements[old], was);
            let word = text(was, old);
            let is_like = |new: &usize| {
                let two = &is.facts.statements[*new];
                let routers =
                    [text(was, old), text(is, *new)].map(|text| text.contains("include_router"));
                one.kind == two.kind
                    && one.callee == two.callee
                    && one.binds == two.binds
                    && !routers[1]
                    && (!is_strict || first_word(&word) == first_word(&text(is, *new)))
            };
            if found.contains_key(&old) {
                continue;
            }
            if let Some(position) = rest.iter().position(is_like) {
                found.insert(old, rest.remove(position));
            }
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

/// Finds definitions that left their module.
struct Finder<'a> {
    before: &'a PythonService,
    after: &'a PythonService,
    pairs: &'a Pairs,
    defined: Defined,
    /// By module before: where each of its names is imported from now.
    votes: RefCell<BTreeMap<usize, Rc<Votes>>>,
}

/// `(name, module after)` → how many import it from there; the name is none for any name.
type Votes = BTreeMap<(Option<String>, usize), usize>;

impl Finder<'_> {
    /// The definition of that name and kind, in a file that no file became, to which most of
    /// those who imported it lead now, and that is most like it.
    fn elsewhere(&self, old: usize, statement: &Statement) -> Option<(usize, usize)> {
        let was = self.before.modules()[old].module()?;
        let name = statement.binds.iter().find(|name| self.defined.contains_key(*name))?;
        let fresh: Vec<_> = self.defined[name]
            .iter()
            .filter(|(module, _, kind)| {
                self.pairs.old(*module).is_none() && *kind == statement.kind
            })
            .filter(|(module, number, kind)| {
                // A guarded import of a name is no assignment that adds to it.
                *kind != StatementKind::Other
                    || self.after.modules()[*module].module().is_some_and(|is| {
                        let found = &is.facts.statements[*number];
                        first_word(is.slice(&found.range))
                            == first_word(was.slice(&statement.range))
                    })
            })
            .collect();
        let votes = if fresh.len() > 1 { self.votes(old) } else { Rc::default() };
        let voted = |name: Option<&String>, module: usize| {
            votes.get(&(name.cloned(), module)).copied().unwrap_or_default()
        };
        let lines: Vec<&str> = was.slice(&statement.range).lines().collect();
        // What the old module only imported was never its own.
        let own = defined_by(was);
        // Of equal definitions, the one in a file that has more of the same module, and nothing
        // else.
        let likeness = |module: usize, number: usize| {
            let Some(module) = self.after.modules()[module].module() else { return (false, 0, 0) };
            let names = defined_by(module);
            let shared = names.iter().filter(|name| own.contains(name)).count();
            let text = module.slice(&module.facts.statements[number].range);
            let equal = text.lines().filter(|line| lines.contains(line)).count();
            (shared == names.len(), shared, equal)
        };
        let best = fresh.iter().rev().max_by_key(|(module, number, _)| {
            (voted(Some(name), *module), voted(None, *module), likeness(*module, *number))
        });
        best.map(|(module, number, _)| (*module, *number))
    }

    /// Where those who imported a name of a module find it now, and what stays of that module
    /// itself; once for each.
    fn votes(&self, old: usize) -> Rc<Votes> {
        if let Some(known) = self.votes.borrow().get(&old) {
            return known.clone();
        }
        let facts = self.before.modules()[old].module().map(|module| &module.facts);
        let statements = facts.into_iter().flat_map(|facts| &facts.statements);
        let mut votes = Votes::new();
        for name in statements.filter(|found| is_definition(found)).flat_map(|found| &found.binds) {
            let importers = (0..self.before.modules().len())
                .filter(|importer| imports(self.before, *importer, name).contains(&old));
            let users = importers.chain(std::iter::once(old));
            let now = users.filter_map(|user| self.pairs.new_index(user));
            for module in now.flat_map(|user| imports(self.after, user, name)) {
                *votes.entry((Some(name.clone()), module)).or_default() += 1;
                *votes.entry((None, module)).or_default() += 1;
            }
        }
        let votes = Rc::new(votes);
        self.votes.borrow_mut().insert(old, votes.clone());
        votes
    }
}

fn first_word(text: &str) -> &str {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).next().unwrap_or(text)
}

/// The names that a module defines itself.
fn defined_by(module: &Module) -> Vec<&String> {
    let definitions = module.facts.statements.iter().filter(|found| is_definition(found));
    definitions.flat_map(|found| &found.binds).collect()
}

/// The modules of the service from which a module imports a name, re-exports followed.
fn imports(service: &PythonService, index: usize, name: &str) -> Vec<usize> {
    let Some(module) = service.modules()[index].module() else { return Vec::new() };
    let named = module.facts.imports.iter().flat_map(|import| {
        import.names.iter().filter(|found| found.name == name).map(move |found| (import, found))
    });
    named
        .filter_map(|(import, found)| match service.resolve_name(index, import, found) {
            Imported::Attribute(owner) => service.origin(owner, name).map(|(origin, _)| origin),
            _ => None,
        })
        .collect()
}
