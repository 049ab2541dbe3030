//! `on_event` handlers become one lifespan, the form that FastAPI does not deprecate.
//!
//! The handlers stay what they are, functions of the module; only the decorator goes, and a
//! lifespan calls them in the order in which they were registered: startup before the first
//! request, shutdown after the last one, also when the server is cancelled. An application with
//! a lifespan ignores every other handler, so all of them have to be seen: where one could be
//! registered out of sight, the file stays as it is and is listed.

mod extend;
mod handlers;

use std::ops::Range;

use super::Note;
use super::rewrite::{Import, ensure, name_for};
use crate::change::{Edit, RelPath, apply_edits};
use crate::operation::text::LineEnding;
use crate::python::{Module, PythonService, SyntaxTree};
use crate::workspace::Tree;
pub(super) use extend::{Extension, extension, holder_file};
pub(super) use handlers::above_comments;
use handlers::{Application, read};

/// Words with which handlers are registered or called in other ways.
const OTHER_WAYS: [&str; 6] = [
    "add_event_handler",
    "on_startup",
    "on_shutdown",
    "lifespan_context",
    "router.startup",
    "router.shutdown",
];

/// What a lifespan needs.
const IMPORTS: [&str; 2] =
    ["from collections.abc import AsyncIterator", "from contextlib import asynccontextmanager"];

/// Rewrites every application of the service whose handlers are all in sight.
pub fn adopt(tree: &mut Tree, (folder, name): (Option<&RelPath>, &str)) -> Vec<Note> {
    let has = |word: &str| {
        let mut files = tree.within(folder).filter(|(path, _)| path.extension() == "py");
        files.any(|(_, entry)| entry.text().is_some_and(|text| text.contains(word)))
    };
    if !has(".on_event(") {
        return Vec::new();
    }
    let other = OTHER_WAYS.into_iter().find(|word| has(word));
    let mut service = PythonService::read(tree, folder, name);
    let files: Vec<usize> = (0..service.modules().len())
        .filter(|index| {
            let module = service.modules()[*index].module();
            module.is_some_and(|module| module.text().contains(".on_event("))
        })
        .collect();
    let read_all: Vec<_> = files.iter().map(|index| (*index, file(&service, *index))).collect();
    let foreign = read_all.iter().find_map(|(index, found)| match found {
        Err((line, reason)) => Some((*index, *line, reason.clone())),
        Ok(_) => None,
    });
    let mut notes = Vec::new();
    for (index, found) in read_all {
        let path = service.modules()[index].path.clone();
        match (found, &foreign, other) {
            (Err((line, reason)), _, _) => notes.push(Note::new(&path, line, reason)),
            (Ok(None), _, _) => {}
            (Ok(Some(application)), None, None) => {
                if let Err(reason) = rewrite(tree, &mut service, (index, &path), &application) {
                    notes.push(Note::new(&path, application.line, reason));
                }
            }
            (Ok(Some(application)), _, Some(word)) => {
                let reason = format!("its handlers stay: the service also uses {word}");
                notes.push(Note::new(&path, application.line, reason));
            }
            (Ok(Some(application)), Some((other, line, _)), None) => {
                let other = &service.modules()[*other].path;
                let reason =
                    format!("its handlers stay: those at {other}:{line} may be its own too");
                notes.push(Note::new(&path, application.line, reason));
            }
        }
    }
    notes
}

/// The application of a file with its handlers, or the line of one that is not understood.
fn file(service: &PythonService, index: usize) -> Result<Option<Application>, (usize, String)> {
    let record = &service.modules()[index];
    let Some(module) = record.module().filter(|module| module.errors.is_empty()) else {
        return Err((0, "its handlers stay: the file does not parse".to_owned()));
    };
    read(service, index, module, &module.syntax())
}

fn rewrite(
    tree: &mut Tree,
    service: &mut PythonService,
    (index, path): (usize, &RelPath),
    application: &Application,
) -> Result<(), String> {
    let original = service.modules()[index].module().cloned().ok_or("it cannot be read")?;
    let imports: Vec<Import> = IMPORTS.into_iter().filter_map(Import::parse).collect();
    let names = imports.iter().map(|import| name_for(service, index, import));
    let names = names.collect::<Result<Vec<_>, _>>()?;
    let text = edited(&original, application, (&names[0], &names[1]))?;
    let text = ensure(service, (index, path), (&original, &text), &imports)
        .ok_or("the result cannot be read")?;
    let (before, after) = (original.syntax(), SyntaxTree::parse(&text));
    if !after.errors.is_empty() || before.comment_texts() != after.comment_texts() {
        return Err("its handlers stay: a comment stands in the way".to_owned());
    }
    let bytes = original.source.encode(&text).ok_or("the result does not fit its encoding")?;
    if let Some(entry) = tree.get(path).map(|entry| entry.with_bytes(bytes)) {
        tree.set(path.clone(), entry);
    }
    Ok(())
}

/// The text with the lifespan, the argument that names it, and without the decorators.
fn edited(
    module: &Module,
    application: &Application,
    imported: (&str, &str),
) -> Result<String, String> {
    let call = |handler: &handlers::Handler| {
        let wait = if handler.is_async { "await " } else { "" };
        format!("{wait}{}()", handler.name)
    };
    let starts: Vec<String> = application.startup.iter().map(call).collect();
    let stops: Vec<String> = application.shutdown.iter().map(call).collect();
    let mut edits = written(module, application, imported, (&starts, &stops))
        .ok_or("its handlers stay: lifespan means something else in this file")?;
    edits.extend(closed_up(module.text(), &application.decorators).map(Edit::delete));
    apply_edits(module.text(), &edits).map_err(|error| error.to_string())
}

/// The edits that write a lifespan in front of an application and name it in its call; none where
/// the file has no name for it left.
fn written(
    module: &Module,
    application: &Application,
    (iterator, manager): (&str, &str),
    (starts, stops): (&[String], &[String]),
) -> Option<Vec<Edit>> {
    let taken = |name: &&str| module.facts.bindings.iter().any(|binding| binding.name == **name);
    let name = ["lifespan", "app_lifespan"].into_iter().find(|name| !taken(name))?;
    let unit = module.syntax().indent.clone().unwrap_or_else(|| "    ".to_owned());
    let mut lines = vec![
        format!("@{manager}"),
        format!("async def {name}(_: {}) -> {iterator}[None]:", application.class),
        format!("{unit}\"\"\"Start and stop what lives as long as the application.\"\"\""),
    ];
    lines.extend(starts.iter().map(|line| format!("{unit}{line}")));
    if stops.is_empty() {
        lines.push(format!("{unit}yield"));
    } else {
        lines.extend([
            format!("{unit}try:"),
            format!("{unit}{unit}yield"),
            format!("{unit}finally:"),
        ]);
        lines.extend(stops.iter().map(|line| format!("{unit}{unit}{line}")));
    }
    lines.extend([String::new(), String::new(), String::new()]);
    let newline = LineEnding::of(module.text()).as_str();
    let above = module.text()[..application.insert_at].trim_end();
    let gap = &module.text()[above.len()..application.insert_at];
    let blank_lines = gap.matches('\n').count().saturating_sub(1);
    let missing = if above.is_empty() { 0 } else { 2usize.saturating_sub(blank_lines) };
    let text = format!("{}{}", newline.repeat(missing), lines.join(newline));
    Some(vec![Edit::insert(application.insert_at, text), application.argument(module, name, &unit)])
}

/// Whole lines that go, each with the blank lines around it that would be one gap too many: of
/// those before and those after it, the fewer.
fn closed_up(text: &str, lines: &[Range<usize>]) -> impl Iterator<Item = Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    let mut lines = lines.to_vec();
    lines.sort_by_key(|range| range.start);
    for range in lines {
        match joined.last_mut().filter(|last| last.end == range.start) {
            Some(last) => last.end = range.end,
            None => joined.push(range),
        }
    }
    joined.into_iter().map(|range| {
        let blank = |line: &&str| line.trim().is_empty();
        let before = text[..range.start].split_inclusive('\n').rev().take_while(blank);
        let before: Vec<usize> = before.map(str::len).collect();
        let after = text[range.end..].split_inclusive('\n').take_while(blank);
        let after: Vec<usize> = after.map(str::len).collect();
        match before.is_empty() || after.is_empty() {
            true => range,
            false if after.len() > before.len() => {
                range.start - before.iter().sum::<usize>()..range.end
            }
            false => range.start..range.end + after.iter().sum::<usize>(),
        }
    })
}

#[cfg(test)]
mod tests;
