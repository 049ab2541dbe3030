//! Errors are answered as problem details, and routes no longer answer 200 with an error in it.
//!
//! The shared handlers are installed right behind the statement that makes the application, so
//! that handlers of the service, which come later, keep the exceptions that they are for. In a route,
//! a broad `except` whose last statement returns a dictionary that says "error" raises instead;
//! what it does before stays. Health checks keep their answers: those are read by machines.

use std::collections::BTreeMap;

use super::Note;
use super::libraries::usable;
use super::web::{Addition, Holder, Insertion, Web, inside_out, is_operational, write};
use crate::change::{Edit, RelPath};
use crate::python::outline::{Outline, Return, Value};
use crate::python::{PythonService, SyntaxTree};
use crate::workspace::{Config, Tree};

const INSTALL: &str = "install_problem_details";
const BOUNDARY: &str = "ErrorBoundaryMiddleware";
/// What the shared library has to have.
const NEEDED: [(&str, &str); 2] = [("problems", INSTALL), ("middleware", BOUNDARY)];
/// What every reason begins with.
const STAYS: &str = "errors are answered as before";

/// Rewrites the answers of a service's applications; `name` is the service's.
pub fn answer(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let (insertions, mut notes) = {
        let web = Web::read(tree, &service);
        let mut notes = Vec::new();
        let apps = web.apps().filter(|app| !web.is_mounted(&app.owner));
        let wanted: Vec<(&Holder, bool)> =
            apps.filter_map(|app| wanted(&web, app, &mut notes)).collect();
        let mut insertions = raising(&web, &mut notes);
        let first =
            wanted.first().map(|(app, _)| (app.owner.0, web.line(app.owner.0, app.call.start)));
        let first = first.or_else(|| insertions.keys().next().map(|file| (*file, 0)));
        let Some((file, line)) = first else { return notes };
        let place = (&web.service.modules()[file].path, line);
        let package = match usable(tree, (folder, config), ("api", &NEEDED), (STAYS, place)) {
            Ok(package) => package,
            Err(obstacles) => return obstacles,
        };
        let additions: Vec<Addition<'_>> =
            wanted.iter().map(|wanted| addition(wanted, &package)).collect();
        for (file, more) in inside_out(&web, &additions, STAYS, &mut notes) {
            let known: &mut Insertion = insertions.entry(file).or_default();
            known.edits.extend(more.edits);
            known.imports.extend(more.imports);
        }
        (insertions, notes)
    };
    notes.extend(write(tree, &mut service, &insertions, STAYS));
    notes
}

/// Whether an application gets the shared handlers, and the boundary for everything else.
fn wanted<'a>(web: &Web<'_>, app: &'a Holder, notes: &mut Vec<Note>) -> Option<(&'a Holder, bool)> {
    let mut calls = web.outlines.values().flat_map(|outline| &outline.calls);
    if calls.any(|call| matches!(call.what.name(), INSTALL | "create_api")) {
        return None;
    }
    if app.call.is_open() || app.call.keyword("exception_handlers").is_some() {
        let why = format!("{STAYS}: the application is told its handlers when it is made");
        notes.push(web.note(app.owner.0, app.call.start, why));
        return None;
    }
    let mut calls = web.outlines.values().flat_map(|outline| &outline.calls);
    let takes_all = calls.any(|call| {
        let kind = call.what.argument(0, "exc_class_or_status_code");
        matches!(call.what.name(), "exception_handler" | "add_exception_handler")
            && (matches!(kind, Some(Value::Int(500)))
                || kind.and_then(Value::dotted) == Some("Exception"))
    });
    Some((app, !takes_all))
}

fn addition<'a>((app, has_boundary): &(&'a Holder, bool), package: &str) -> Addition<'a> {
    let name = &app.owner.2;
    let mut addition = Addition {
        app,
        ahead: None,
        imports: vec![format!("from {package}.problems import {INSTALL}")],
        lines: vec![format!("$0({name})")],
    };
    if *has_boundary {
        addition.imports.insert(0, format!("from {package}.middleware import {BOUNDARY}"));
        addition.lines = vec![format!("{name}.add_middleware($0)"), format!("$1({name})")];
    }
    addition
}

/// The edits by which routes raise what they answered with 200.
fn raising(web: &Web<'_>, notes: &mut Vec<Note>) -> BTreeMap<usize, Insertion> {
    let mut found: BTreeMap<usize, Insertion> = BTreeMap::new();
    for (file, outline) in &web.outlines {
        let Some(module) = web.service.modules()[*file].module() else { continue };
        let told: Vec<&Return> =
            outline.returns.iter().filter(|one| is_told(outline, one)).collect();
        if told.is_empty() || !module.errors.is_empty() {
            continue;
        }
        let syntax = module.syntax();
        for one in told {
            let Some(paths) = paths_of(web, *file, outline, one) else { continue };
            let line = module.source.line_of(one.start as usize);
            let path = &web.service.modules()[*file].path;
            if paths.iter().any(|path| is_operational(path)) {
                let why = "this failure is still answered with 200, as those who ask for the \
                    health of the service read it";
                notes.push(Note::new(path, line, why));
                continue;
            }
            if let Some(range) = statement(&syntax, one.start as usize) {
                found.entry(*file).or_default().edits.push(Edit::replace(range, "raise"));
                continue;
            }
            let why = "this failure is still answered with 200: it is not the last thing that its \
                `except` does, or has a remark in it";
            notes.push(Note::new(path, line, why));
        }
    }
    found
}

/// Whether a broad `except` answers with a dictionary that says that something failed.
fn is_told(outline: &Outline, one: &Return) -> bool {
    let handler = one.context.handler.and_then(|at| outline.handlers.get(at as usize));
    let is_broad = handler.is_some_and(|handler| {
        handler.types.is_empty()
            || handler.types.iter().any(|kind| matches!(&**kind, "Exception" | "BaseException"))
    });
    let Value::Dict(items) = &one.value else { return false };
    is_broad
        && items.iter().any(|(key, value)| match key.text() {
            Some("error") => !matches!(value, Value::None | Value::Bool(false)),
            Some("status") => matches!(value.text(), Some("error" | "failed" | "failure" | "fail")),
            Some("success" | "ok") => *value == Value::Bool(false),
            _ => false,
        })
}

/// The paths of the routes whose function returns this; none when it is no route's.
fn paths_of(web: &Web<'_>, file: usize, outline: &Outline, one: &Return) -> Option<Vec<String>> {
    let function = outline.functions.get(one.context.function? as usize)?;
    let starts: Vec<u32> =
        function.decorators.iter().filter_map(Value::call).map(|call| call.start).collect();
    let routes = web.routes.iter().filter(|route| {
        route.file == file && route.owner.is_some() && starts.contains(&route.call.start)
    });
    let paths: Vec<String> = routes.map(|route| route.path.clone()).collect();
    (!paths.is_empty()).then_some(paths)
}

/// A return that is the last statement of its `except` clause.
fn statement(syntax: &SyntaxTree, start: usize) -> Option<std::ops::Range<usize>> {
    let node = (0..syntax.nodes.len()).find(|node| {
        syntax.nodes[*node].range.start == start && syntax.nodes[*node].kind.is_statement()
    })?;
    let parent = syntax.nodes[node].parent?;
    let range = syntax.nodes[node].range.clone();
    let is_last = syntax.children(parent).next_back() == Some(node);
    (syntax.nodes[parent].kind.is_handler() && is_last && !syntax.has_comment(&range))
        .then_some(range)
}
