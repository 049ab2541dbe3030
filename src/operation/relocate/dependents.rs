//! Files outside of the service that use it: they find its package below the service's `src`.
//!
//! A file whose references were rewritten puts that folder on its search path, by a path from the
//! file itself, unless it is there already.

use std::ops::Range;

use super::Rewrite;
use super::names::relative;
use crate::change::Edit;
use crate::python::{BindingKind, StatementKind, parent};

/// Makes the rewritten names of a file outside of the service findable.
pub(super) fn reach(rewrite: &mut Rewrite<'_>) {
    let record = &rewrite.names.service.modules()[rewrite.index];
    if !record.is_dependent || rewrite.edits.is_empty() {
        return;
    }
    let source = rewrite.names.import_root.as_str();
    let path = record.path.as_str();
    // A path to the service's folder becomes one to its sources by itself.
    let folders = [source, rewrite.names.service.root()];
    if folders.iter().any(|folder| rewrite.names.service.puts_on_path(rewrite.index, folder)) {
        return;
    }
    let at = place(rewrite);
    let newline = rewrite.module.source.newline_at(at);
    let lines = lines(rewrite, at, &expression(path, source)).join(newline);
    let before = if rewrite.module.text()[..at].ends_with('\n') || at == 0 { "" } else { newline };
    let text = format!("{before}{lines}{newline}");
    rewrite.edits.push(Edit::replace(at..at, text));
    rewrite.note(at, format!("finds the service below {source}, which it puts on its search path"));
}

/// Where the line goes: before the first statement of the body that runs a rewritten import, or
/// behind the imports at the top.
fn place(rewrite: &Rewrite<'_>) -> usize {
    let statements = &rewrite.module.facts.statements;
    let is_edited = |range: &Range<usize>| {
        let mut edits = rewrite.edits.iter();
        edits.any(|edit| range.start <= edit.range.start && edit.range.end <= range.end)
    };
    let first = statements.iter().find(|statement| is_edited(&statement.range));
    if let Some(first) = first
        && !matches!(first.kind, StatementKind::Function | StatementKind::Class)
    {
        return rewrite.module.source.line_range(first.range.start).start;
    }
    let is_head =
        |kind: StatementKind| matches!(kind, StatementKind::Import | StatementKind::Docstring);
    let head = statements.iter().take_while(|statement| is_head(statement.kind)).last();
    match head {
        Some(last) => rewrite.module.source.line_range(last.range.end.saturating_sub(1)).end,
        None => statements.first().map_or(0, |first| first.range.start),
    }
}

/// `parents[1] / "services/shop/src"`, from a file to a folder (both below the tree's root).
fn expression(file: &str, folder: &str) -> String {
    let way = relative(parent(file), folder);
    let climbs = way.split('/').take_while(|part| *part == "..").count();
    let into: Vec<&str> = way.split('/').skip(climbs).collect();
    format!("parents[{climbs}] / \"{}\"", into.join("/"))
}

/// The statement, with the imports that it needs.
fn lines(rewrite: &Rewrite<'_>, at: usize, expression: &str) -> Vec<String> {
    let facts = &rewrite.module.facts;
    let is_imported = |name: &str, from: &str| {
        facts.bindings_of(name, 0).any(|binding| match binding.kind {
            BindingKind::Import(statement, position) => {
                let import = &facts.imports[statement];
                let whole = &import.names[position].name;
                let dotted = match import.module.as_str() {
                    "" => whole.clone(),
                    module => format!("{module}.{whole}"),
                };
                dotted == from && import.range.end <= at && binding.from == 0
            }
            _ => false,
        })
    };
    let is_taken = |name: &str| facts.bindings_of(name, 0).next().is_some();
    let mut lines = Vec::new();
    let system = if is_imported("sys", "sys") {
        "sys"
    } else if is_taken("sys") {
        lines.push("import sys as _sys".to_owned());
        "_sys"
    } else {
        lines.push("import sys".to_owned());
        "sys"
    };
    let class = if is_imported("Path", "pathlib.Path") {
        "Path"
    } else if is_taken("Path") {
        if !is_imported("pathlib", "pathlib") {
            lines.insert(0, "import pathlib".to_owned());
        }
        "pathlib.Path"
    } else {
        lines.push("from pathlib import Path".to_owned());
        "Path"
    };
    lines.push(format!("{system}.path.insert(0, str({class}(__file__).resolve().{expression}))"));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_the_source_folder_starts_at_the_file() {
        let ways = [
            expression("scripts/check.py", "services/shop/src"),
            expression("check.py", "services/shop/src"),
            expression("services/b/main.py", "services/a/src"),
        ];

        assert_eq!(
            ways,
            [
                "parents[1] / \"services/shop/src\"",
                "parents[0] / \"services/shop/src\"",
                "parents[1] / \"a/src\""
            ]
        );
    }
}
