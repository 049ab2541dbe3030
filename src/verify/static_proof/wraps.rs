//! Values that functions give back instead of names that were bound to them.

use std::collections::BTreeMap;

use super::leads::Lead;
use crate::python::{Module, Statement, StatementKind};

/// Index of a file before, and a name there → index of the file afterwards, and the function's name.
pub(super) type Wraps = BTreeMap<(usize, String), (usize, String)>;

/// The names of a file that are gone as a new function of it gives back, token by token, what was
/// assigned to them; with the function's name.
pub(in crate::verify) fn wrapped(before: &Module, after: &Module) -> BTreeMap<String, String> {
    let given = given_back(before, after);
    let mut found = BTreeMap::new();
    for statement in &before.facts.statements {
        let ([name], false) = (&statement.binds[..], given.is_empty()) else { continue };
        if after.facts.defines(name) {
            continue;
        }
        let value = assigned(before, statement);
        let function = value.and_then(|value| given.iter().find(|(_, given)| *given == value));
        found.extend(function.map(|(function, _)| (name.clone(), function.clone())));
    }
    found
}

/// Whether a name led to a value and leads to the function that gives it back now.
pub(super) fn leads_to_function(wraps: &Wraps, before: &Lead, after: &Lead) -> bool {
    match (before, after) {
        (Lead::Definition(old, one), Lead::Definition(new, two)) => {
            let found = wraps.get(&(*old, one.clone()));
            found.is_some_and(|(file, name)| file == new && name == two)
        }
        _ => false,
    }
}

/// What a statement assigns to its one name, token by token.
fn assigned(module: &Module, statement: &Statement) -> Option<Vec<String>> {
    if statement.kind != StatementKind::Assignment || statement.binds.len() != 1 {
        return None;
    }
    let tree = module.syntax();
    let value = tree.children(tree.node_at(&statement.range)?).last()?;
    Some(tree.token_texts(&tree.nodes[value].range).into_iter().map(str::to_owned).collect())
}

/// The functions that are new in a file, with what they give back as their last statement.
fn given_back(before: &Module, after: &Module) -> Vec<(String, Vec<String>)> {
    let is_new = |statement: &&Statement| {
        statement.kind == StatementKind::Function
            && statement.binds.iter().all(|name| !before.facts.defines(name))
    };
    let mut new = after.facts.statements.iter().filter(is_new).peekable();
    if new.peek().is_none() {
        return Vec::new();
    }
    let tree = after.syntax();
    let value = |statement: &Statement| {
        let inside = |node: &usize| {
            let range = &tree.nodes[*node].range;
            statement.range.start <= range.start && range.end == statement.range.end
        };
        let last =
            (0..tree.nodes.len()).filter(inside).find(|node| tree.nodes[*node].kind.is_return())?;
        let value = tree.children(last).next()?;
        let tokens = tree.token_texts(&tree.nodes[value].range);
        Some((statement.binds.first()?.clone(), tokens.into_iter().map(str::to_owned).collect()))
    };
    new.filter_map(value).collect()
}
