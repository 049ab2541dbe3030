//! Import statements of the files that a split writes or extends, in the order of isort.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::Edit;
use crate::python::{Module, StatementKind, is_standard_module};

/// Lines are not made longer than this.
const WIDTH: usize = 88;

/// The groups of a block of imports, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Future,
    Standard,
    Foreign,
    Own,
}

fn group_of(module: &str, package: &str) -> Group {
    match module.split('.').next().unwrap_or(module) {
        "__future__" => Group::Future,
        "" => Group::Own,
        top if top == package => Group::Own,
        top if is_standard_module(top) => Group::Standard,
        _ => Group::Foreign,
    }
}

/// `from a import b as c` → `a`, `b as c`; none for `import a`.
fn parts(statement: &str) -> Option<(&str, &str)> {
    statement.strip_prefix("from ")?.split_once(" import ")
}

fn module_of(statement: &str) -> &str {
    match parts(statement) {
        Some((module, _)) => module,
        None => statement.trim_start_matches("import ").split(" as ").next().unwrap_or_default(),
    }
}

/// Names of one module in the order of isort: constants, classes, the rest.
fn sorted(names: &BTreeSet<&str>) -> Vec<String> {
    let rank = |name: &str| {
        let is_constant = name.chars().all(|c| !c.is_lowercase()) && name.len() > 1;
        match (is_constant, name.chars().next().is_some_and(char::is_uppercase)) {
            (true, _) => 0,
            (_, true) => 1,
            _ => 2,
        }
    };
    let mut names: Vec<&str> = names.iter().copied().collect();
    names.sort_by_key(|name| (rank(name), name.to_lowercase()));
    names.into_iter().map(str::to_owned).collect()
}

/// A statement that takes names from a module, over several lines where it is long.
fn taken(module: &str, names: &[String], newline: &str) -> String {
    let line = format!("from {module} import {}", names.join(", "));
    if line.chars().count() <= WIDTH {
        return line;
    }
    let inside = names.join(&format!(",{newline}    "));
    format!("from {module} import ({newline}    {inside},{newline})")
}

/// The statements of one group.
#[derive(Default)]
struct Lines<'a> {
    /// `import a`.
    plain: BTreeSet<&'a str>,
    /// Module → names.
    from: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

/// A whole block for a new file; ends without a line break.
pub(in crate::operation) fn block(statements: &BTreeSet<String>, package: &str) -> String {
    let mut groups: BTreeMap<Group, Lines<'_>> = BTreeMap::new();
    for statement in statements {
        let group = groups.entry(group_of(module_of(statement), package)).or_default();
        match parts(statement) {
            Some((module, name)) => {
                group.from.entry(module).or_default().insert(name);
            }
            None => {
                group.plain.insert(statement);
            }
        }
    }
    let groups = groups.into_values().map(|group| {
        let mut lines: Vec<String> = group.plain.into_iter().map(str::to_owned).collect();
        lines.extend(group.from.iter().map(|(module, names)| taken(module, &sorted(names), "\n")));
        lines.join("\n")
    });
    groups.collect::<Vec<_>>().join("\n\n")
}

/// The edits by which a file that is there gets more imports.
pub(in crate::operation) fn added(
    module: &Module,
    statements: &BTreeSet<String>,
    package: &str,
) -> Vec<Edit> {
    let newline = module.source.newline_at(0);
    let mut edits: Vec<Edit> = Vec::new();
    let mut groups: BTreeMap<Group, Vec<String>> = BTreeMap::new();
    let mut from: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for statement in statements {
        match parts(statement) {
            Some((name, imported)) => {
                from.entry(name).or_default().insert(imported);
            }
            None => groups
                .entry(group_of(module_of(statement), package))
                .or_default()
                .push(statement.clone()),
        }
    }
    for (name, imported) in from {
        let names = sorted(&imported);
        match joined(module, name, &names) {
            Some(edit) => edits.push(edit),
            None => groups
                .entry(group_of(name, package))
                .or_default()
                .push(taken(name, &names, newline)),
        }
    }
    let mut inserted: BTreeMap<usize, String> = BTreeMap::new();
    for (group, lines) in groups {
        let mut before: Option<usize> = None;
        for line in lines {
            let (offset, text) = placed(module, group, &line, package);
            let there = inserted.entry(offset).or_default();
            if before == Some(offset) {
                // One group is not divided by the blank lines that each of its lines would get.
                let gap = format!("{newline}{newline}");
                if there.ends_with(&gap) {
                    there.truncate(there.len() - newline.len());
                }
                there.push_str(text.trim_start_matches(newline));
            } else {
                there.push_str(&text);
            }
            before = Some(offset);
        }
    }
    edits.extend(inserted.into_iter().map(|(offset, text)| Edit::insert(offset, text)));
    edits
}

/// More names for a statement on one line that takes some from the same module.
fn joined(module: &Module, from: &str, names: &[String]) -> Option<Edit> {
    let facts = &module.facts;
    let found = facts.imports.iter().find(|found| {
        found.level == 0
            && found.module == from
            && facts.statements[found.statement].kind == StatementKind::Import
            && found.names.iter().all(|name| name.name != "*")
    })?;
    let last = found.names.last()?;
    let text = module.slice(&found.range);
    if !text.contains('\n') {
        let width = text.chars().count() + names.join(", ").chars().count() + 2;
        return (width <= WIDTH && !text.contains('('))
            .then(|| Edit::insert(last.range.end, format!(", {}", names.join(", "))));
    }
    let line = module.source.line_range(last.range.start);
    let indent = &module.text()[line.start..last.range.start];
    let newline = module.source.newline_at(last.range.start);
    let between = format!(",{newline}{indent}");
    let more = format!("{between}{}", names.join(&between));
    indent.trim().is_empty().then(|| Edit::insert(last.range.end, more))
}

/// Where a statement goes, and its line with the blank lines around it.
fn placed(module: &Module, group: Group, statement: &str, package: &str) -> (usize, String) {
    let facts = &module.facts;
    let newline = module.source.newline_at(0);
    let mut before: Option<(Group, usize)> = None;
    let mut head = None;
    for (number, found) in facts.statements.iter().enumerate() {
        match found.kind {
            StatementKind::Docstring if number == 0 => head = Some(found.range.end),
            StatementKind::Import => {
                let import = facts.imports.iter().find(|import| import.statement == number);
                let Some(import) = import else { continue };
                let name = match (import.level, import.names.first()) {
                    (1.., _) => "",
                    (_, Some(first)) if import.module.is_empty() => first.name.as_str(),
                    _ => import.module.as_str(),
                };
                let own = group_of(name, package);
                let is_before = own < group
                    || (own == group && import.level == 0 && name <= module_of(statement));
                if is_before {
                    before = Some((own, found.range.end));
                } else {
                    let start = module.source.line_range(found.range.start).start;
                    let gap = if own == group { "" } else { newline };
                    return match before {
                        Some((known, end)) if known == group || own != group => {
                            below(module, end, known == group, statement)
                        }
                        _ => (start, format!("{statement}{newline}{gap}")),
                    };
                }
            }
            StatementKind::Function | StatementKind::Class => break,
            _ => {}
        }
    }
    match (before, head) {
        (Some((known, end)), _) => below(module, end, known == group, statement),
        (None, Some(end)) => below(module, end, false, statement),
        (None, None) => (0, format!("{statement}{newline}{newline}")),
    }
}

/// A line below the one that holds `end`.
fn below(module: &Module, end: usize, is_same: bool, statement: &str) -> (usize, String) {
    let newline = module.source.newline_at(0);
    let line = module.source.line_range(end.saturating_sub(1));
    let gap = if is_same { "" } else { newline };
    if module.text()[line.clone()].ends_with('\n') {
        (line.end, format!("{gap}{statement}{newline}"))
    } else {
        (line.end, format!("{newline}{gap}{statement}"))
    }
}
