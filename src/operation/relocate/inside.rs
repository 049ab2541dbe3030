//! Edits in a divided module itself: names that are read through their new module, `global`
//! statements that have nothing left to declare, routes that go to a router.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::needs::{Access, Needs, access, rebinds_elsewhere};
use super::parts::{FileNumber, Parts};
use super::{Rewrite, objects};
use crate::change::Edit;
use crate::python::{Imported, StatementKind, Target};

/// Rewrites the uses of names that get another home.
pub(super) fn rewrite(rewrite: &mut Rewrite<'_>, parts: &Parts) {
    let module = rewrite.module;
    let mut edits: BTreeSet<(usize, usize, String)> = BTreeSet::new();
    for reference in &module.facts.references {
        if let Some(run) = parts.router_decorator(&reference.range) {
            if let Some((_, router)) = parts.router_of(run) {
                edits.insert((reference.range.start, reference.range.end, router.to_owned()));
            }
        } else if let Access::Qualified(home) = access(parts, reference) {
            let text = qualified(rewrite, parts, home, &reference.name);
            edits.insert((reference.range.start, reference.range.end, text));
        }
    }
    for binding in &module.facts.bindings {
        let file = parts.file_of(binding.statement);
        if let Some(home) = rebinds_elsewhere(parts, file, binding) {
            let text = qualified(rewrite, parts, home, &binding.name);
            edits.insert((binding.range.start, binding.range.end, text));
        }
    }
    for (start, end, text) in edits {
        rewrite.edits.push(Edit::replace(start..end, text));
    }
    undeclare(rewrite, parts);
}

fn qualified(rewrite: &Rewrite<'_>, parts: &Parts, home: FileNumber, name: &str) -> String {
    let path = match home {
        Some(number) => &parts.files[number].path,
        None => rewrite.names.new_path(rewrite.index),
    };
    match rewrite.names.dotted(path) {
        Some(dotted) => format!("{}.{name}", objects::alias(rewrite, &dotted)),
        None => name.to_owned(),
    }
}

/// Takes names out of `global` statements that are at home in another file.
fn undeclare(rewrite: &mut Rewrite<'_>, parts: &Parts) {
    let module = rewrite.module;
    for global in &module.facts.globals {
        let file = parts.file_of(global.statement);
        let leaves =
            |name: &str| parts.division.qualified.contains(name) && parts.home(name) != file;
        let kept: Vec<&str> = global
            .names
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !leaves(name))
            .collect();
        if kept.len() == global.names.len() {
            continue;
        }
        if kept.is_empty() {
            let edit = without_line(rewrite, &global.range);
            rewrite.edits.push(edit);
        } else {
            rewrite.replace(global.range.clone(), format!("global {}", kept.join(", ")));
        }
    }
}

/// Deletes a statement with its line, but for a comment behind it, or leaves `pass` where nothing
/// else may be left.
fn without_line(rewrite: &Rewrite<'_>, range: &Range<usize>) -> Edit {
    let text = rewrite.module.text();
    let line = rewrite.module.source.line_range(range.start);
    let indent = &text[line.start..range.start];
    let behind = text[range.end..line.end].trim();
    let is_first = indent.chars().all(char::is_whitespace);
    let next = text[line.end..].lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let has_sibling = next.strip_prefix(indent).is_some_and(|rest| !rest.starts_with([' ', '\t']));
    if !is_first || !has_sibling || indent.is_empty() {
        return Edit::replace(range.clone(), "pass");
    }
    if behind.is_empty() {
        Edit::delete(line)
    } else if behind.starts_with('#') {
        let comment = text[range.end..line.end].find('#').unwrap_or_default();
        Edit::delete(range.start..range.end + comment)
    } else {
        Edit::replace(range.clone(), "pass")
    }
}

/// Imports that the module's own file does not need any more.
pub(super) fn unneeded(
    rewrite: &Rewrite<'_>,
    parts: &Parts,
    needs: &BTreeMap<FileNumber, Needs>,
) -> BTreeSet<(usize, usize)> {
    let facts = &rewrite.module.facts;
    let exported = facts.exported.as_deref().unwrap_or_default();
    let mut found = BTreeSet::new();
    for (number, import) in facts.imports.iter().enumerate() {
        let is_plain = facts.statements[import.statement].kind == StatementKind::Import;
        if !is_plain || import.module == "__future__" || !is_alone(rewrite, &import.range) {
            continue;
        }
        for (position, name) in import.names.iter().enumerate() {
            let bound = match &name.alias {
                Some(alias) => alias.as_str(),
                None if import.kind == crate::python::ImportKind::Import => {
                    name.name.split('.').next().unwrap_or_default()
                }
                None => name.name.as_str(),
            };
            let is_used = facts.references.iter().any(|reference| {
                reference.name == bound
                    && reference.resolution == crate::python::Resolution::Scope(0)
            });
            let is_wanted = needs[&None].imports.contains(&(number, position))
                || exported.iter().any(|exported| exported == bound)
                || (parts.home(bound).is_none() && rewrite.names.is_read(rewrite.index, bound));
            if is_used && !is_wanted {
                found.insert((number, position));
            }
        }
        let is_whole = (0..import.names.len()).all(|position| found.contains(&(number, position)));
        let is_carried = || carrier(rewrite, parts, needs, number).is_some();
        if is_whole && has_comment(rewrite, &import.range) && !is_carried() {
            found.retain(|(statement, _)| *statement != number);
        }
    }
    found
}

/// The file to which an import statement from outside the service goes as it is, comments
/// included.
pub(super) fn carrier(
    rewrite: &Rewrite<'_>,
    parts: &Parts,
    needs: &BTreeMap<FileNumber, Needs>,
    number: usize,
) -> Option<usize> {
    let import = &rewrite.module.facts.imports[number];
    let service = rewrite.names.service;
    let is_outside = import.names.iter().all(|name| match import.kind {
        crate::python::ImportKind::From => {
            service.resolve_name(rewrite.index, import, name) == Imported::External
        }
        crate::python::ImportKind::Import => {
            service.resolve(rewrite.index, &name.name) == Target::External
        }
    });
    parts.carrier(needs, number, import).filter(|_| is_outside && import.level == 0)
}

/// Whether comments stand on the lines of a statement.
pub(super) fn has_comment(rewrite: &Rewrite<'_>, range: &Range<usize>) -> bool {
    let line = rewrite.module.source.line_range(range.end);
    rewrite
        .module
        .comments
        .iter()
        .any(|comment| range.start < comment.start && comment.end <= line.end)
}

/// Whether a statement has its lines for itself, comments aside.
fn is_alone(rewrite: &Rewrite<'_>, range: &Range<usize>) -> bool {
    let source = &rewrite.module.source;
    let text = rewrite.module.text();
    let before = &text[source.line_range(range.start).start..range.start];
    let after = text[range.end..source.line_range(range.end).end].trim();
    before.trim().is_empty() && (after.is_empty() || after.starts_with('#'))
}
