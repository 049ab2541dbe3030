//! Stub entry points: `api.py` that only says `from main import app`, or the other way round.
//!
//! The stub goes and every reference leads to the module that makes the application. What the
//! stub has of its own, a main guard that starts the server, moves into that module.

use std::ops::Range;

use super::commands;
use super::redirect::{Redirect, redirect};
use crate::change::{Edit, EditError, RelPath, apply_edits};
use crate::operation::Note;
use crate::operation::text::LineEnding;
use crate::python::{Module, PythonService, StatementKind, Stub};
use crate::workspace::{Tree, code};

/// Where one looks for an application.
const USUAL: [&str; 7] = ["main", "app", "api", "server", "application", "asgi", "wsgi"];

/// Why stubs cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Edits of one file contradict each other: a defect of ours.
    #[error("{path}: {error}")]
    Edits {
        /// The file.
        path: RelPath,
        /// What is wrong.
        error: EditError,
    },
    /// A file's new text has a character that its encoding lacks.
    #[error("{0}: the new text does not fit the file's encoding")]
    Encoding(RelPath),
}

/// Takes away every module that only passes an application on; says what was left and why.
///
/// `read` reads the service's Python again after each one: stubs may stand behind stubs.
pub fn merge(
    tree: &mut Tree,
    folder: Option<&RelPath>,
    read: impl Fn(&Tree) -> PythonService,
) -> Result<Vec<Note>, EntryError> {
    let mut notes = Vec::new();
    let mut left: Vec<RelPath> = Vec::new();
    let is_usual = |path: &RelPath| USUAL.contains(&path.stem());
    loop {
        let service = read(tree);
        let next = (0..service.modules().len()).find_map(|index| {
            // Below `src` the package's own modules start it.
            let is_open = !left.contains(&service.modules()[index].path)
                && is_usual(&service.modules()[index].path)
                && !service.below(index).starts_with("src/");
            if !is_open {
                return None;
            }
            let stub = service.stub(index)?;
            passes_application(tree, &service, &stub).then_some((index, stub))
        });
        let Some((index, stub)) = next else { return Ok(notes) };
        let path = service.modules()[index].path.clone();
        match merge_one(tree, folder, &service, (index, &stub))? {
            Ok(found) => notes.extend(found),
            Err(reason) => {
                notes.push(reason);
                left.push(path);
            }
        }
    }
}

/// Whether what is passed on is an application.
fn passes_application(tree: &Tree, service: &PythonService, stub: &Stub) -> bool {
    let target = &service.modules()[stub.target].path;
    let apps = code::apps(tree.text(target).unwrap_or_default());
    let passes = |name: &str| {
        stub.names.is_empty() || stub.names.iter().any(|(there, _)| there.as_str() == name)
    };
    let makes_it = apps.iter().any(|app| passes(&app.name));
    makes_it || service.stub(stub.target).is_some()
}

/// Merges one stub, or says why it stays.
fn merge_one(
    tree: &mut Tree,
    folder: Option<&RelPath>,
    service: &PythonService,
    (index, stub): (usize, &Stub),
) -> Result<Result<Vec<Note>, Note>, EntryError> {
    let path = service.modules()[index].path.clone();
    let target = service.modules()[stub.target].path.clone();
    let stays = |line: usize, why: String| Note::new(&path, line, format!("stays: {why}"));
    if let Err(why) = may_merge(service, (index, stub)) {
        return Ok(Err(stays(1, why)));
    }
    let all = Redirect { service, index, stub, tree, folder };
    let redirected = match redirect(&all) {
        Ok(redirected) => redirected,
        Err((place, why)) => return Ok(Err(stays(1, format!("{place} {why}")))),
    };
    let mut rewritten = match commands::rewrite(&all) {
        Ok(files) => files,
        Err((place, why)) => return Ok(Err(stays(1, format!("{place} {why}")))),
    };
    for (found, edits) in redirected {
        let Some(module) = module_at(service, &found) else { continue };
        let mut edits = edits;
        if found == target {
            edits.extend(guard(service, (index, stub), &all).into_iter().flatten());
        }
        let text = apply_edits(module.text(), &edits)
            .map_err(|error| EntryError::Edits { path: found.clone(), error })?;
        let bytes = module.source.encode(&text);
        let bytes = bytes.ok_or_else(|| EntryError::Encoding(found.clone()))?;
        rewritten.extend(tree.get(&found).map(|entry| (found, entry.with_bytes(bytes))));
    }
    let mentions = commands::mentions(tree, folder, &path);
    tree.remove(&path);
    for (found, entry) in rewritten {
        tree.set(found, entry);
    }
    let gone = format!("only passed on what {target} makes; it went, and what named it names that");
    let mut notes = vec![Note::new(&path, 0, gone)];
    notes.extend(mentions);
    Ok(Ok(notes))
}

fn module_at<'a>(service: &'a PythonService, path: &RelPath) -> Option<&'a Module> {
    service.index_of(path.as_str()).and_then(|index| service.modules()[index].module())
}

/// What speaks against taking a stub away, before its references are looked at.
fn may_merge(service: &PythonService, (index, stub): (usize, &Stub)) -> Result<(), String> {
    let (own, other) = (&service.modules()[index], &service.modules()[stub.target]);
    let (Some(own), Some(target)) = (own.module(), other.module()) else {
        return Err("the module behind it cannot be read".to_owned());
    };
    if !target.errors.is_empty() {
        return Err(format!("{} does not parse", other.path));
    }
    if other.is_package() {
        return Err(format!("{} makes a package of its folder", other.path));
    }
    let guards = |module: &Module| {
        let mut guards = module.facts.statements.iter();
        guards.any(|statement| statement.kind == StatementKind::MainGuard)
    };
    if let Some(guard) = &stub.guard
        && guards(target)
    {
        let text = own.slice(guard).lines().map(str::trim_end).collect::<Vec<_>>();
        let same = target.facts.statements.iter().any(|statement| {
            statement.kind == StatementKind::MainGuard
                && target
                    .slice(&statement.range)
                    .lines()
                    .map(str::trim_end)
                    .eq(text.iter().copied())
        });
        if !same {
            return Err(format!("its main guard is another one than that of {}", other.path));
        }
    }
    for range in needed_imports(own, target, stub) {
        let text = own.slice(&range);
        let name = text.split_whitespace().nth(1).unwrap_or_default();
        let first = name.split('.').next().unwrap_or_default();
        if first != "uvicorn" && !crate::python::is_standard_module(first) {
            return Err(format!("its main guard needs `{text}`, which {} lacks", other.path));
        }
    }
    Ok(())
}

/// Imports of the stub's guard that the target has not got.
fn needed_imports(own: &Module, target: &Module, stub: &Stub) -> Vec<Range<usize>> {
    let top = |module: &Module, text: &str| {
        let mut imports = module.facts.imports.iter().filter(|import| import.scope == 0);
        imports.any(|import| module.slice(&import.range) == text)
    };
    let needed = stub.guard_imports.iter().filter(|range| !top(target, own.slice(range)));
    needed.cloned().collect()
}

/// The stub's main guard at the end of the target, unless the same one is there, and the imports
/// that it needs behind those of the target.
fn guard(
    service: &PythonService,
    (index, stub): (usize, &Stub),
    all: &Redirect<'_>,
) -> Option<Vec<Edit>> {
    let own = service.modules()[index].module()?;
    let target = service.modules()[stub.target].module()?;
    let range = stub.guard.clone()?;
    let mut statements = target.facts.statements.iter();
    if statements.any(|found| found.kind == StatementKind::MainGuard) {
        return None;
    }
    let inside = |edit: &&Edit| range.start <= edit.range.start && edit.range.end <= range.end;
    let edits = super::redirect::strings(all, index);
    let moved: Vec<Edit> =
        edits.iter().filter(inside).map(|edit| shifted(edit, range.start)).collect();
    let text = apply_edits(own.slice(&range), &moved).ok()?;
    let body = target.text();
    let newline = LineEnding::of(body).as_str();
    let lines = |text: &str| {
        let ended = text.lines().flat_map(|line| [line.trim_end_matches('\r'), newline]);
        ended.collect::<String>()
    };
    let imports =
        needed_imports(own, target, stub).into_iter().map(|range| lines(own.slice(&range)));
    let imports: String = imports.collect();
    let gap = if body.is_empty() || body.ends_with('\n') { "" } else { newline };
    let mut result = Vec::new();
    let head = match last_import(target).filter(|_| !imports.is_empty()) {
        Some(end) => {
            result.push(Edit::insert(end, imports));
            String::new()
        }
        None if imports.is_empty() => imports,
        None => format!("{imports}{newline}"),
    };
    let added = format!("{gap}{}{head}{}", newline.repeat(2), lines(&text));
    result.push(Edit::insert(body.len(), added));
    Some(result)
}

/// The end of the line of the last import at the top of a module.
fn last_import(module: &Module) -> Option<usize> {
    let leading = module.facts.statements.iter().take_while(|statement| {
        matches!(statement.kind, StatementKind::Import | StatementKind::Docstring)
    });
    let last = leading.filter(|found| found.kind == StatementKind::Import).last()?;
    let end = module.source.line_range(last.range.end).end;
    module.text()[..end].ends_with('\n').then_some(end)
}

fn shifted(edit: &Edit, by: usize) -> Edit {
    Edit::replace(edit.range.start - by..edit.range.end - by, edit.replacement.clone())
}
