//! Routes that are declared on an application and can be declared on a router instead.
//!
//! `app.include_router(router)` adds the routes of a router behind those that are there, with
//! the application's own dependencies, responses and classes, as `@app.get` does. So a run of
//! routes without another registration between them may come from a router that is included
//! where the first of them stood.

use std::collections::BTreeMap;
use std::ops::Range;

use super::divide::Division;
use crate::python::{
    Argument, BindingKind, Facts, Module, Reference, Statement, StatementKind, StringUse, Usage,
};

/// Methods of an application that declare a route and that a router has as well.
const METHODS: [&str; 10] =
    ["get", "post", "put", "delete", "patch", "head", "options", "trace", "api_route", "websocket"];

/// Routes of one application that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The application's name.
    pub application: String,
    /// The statements of its routes, in order.
    pub statements: Vec<usize>,
    /// Where the application's name stands in their decorators.
    pub names: Vec<Range<usize>>,
}

/// Names that a module binds once, to what `FastAPI(…)` gives.
pub(super) fn applications(facts: &Facts) -> Vec<String> {
    let is_application = |callee: &String| callee.rsplit('.').next() == Some("FastAPI");
    let statements = facts.statements.iter().filter(|statement| {
        statement.kind == StatementKind::Assignment
            && statement.callee.as_ref().is_some_and(is_application)
    });
    let names = statements.filter_map(|statement| statement.binds.first());
    names
        .filter(|name| {
            let mut bindings = facts.bindings_of(name, 0);
            bindings.next().is_some_and(|binding| binding.kind == BindingKind::Assignment)
                && bindings.next().is_none()
        })
        .cloned()
        .collect()
}

/// Statements that make an application in a function: each function that calls `FastAPI`, and each
/// assignment of what such a function gives.
pub(super) fn factories(facts: &Facts) -> Vec<usize> {
    let is_called = |reference: &Reference| {
        let last = reference.chain.last().map_or(&reference.name, |found| &found.name);
        last == "FastAPI" && reference.usage == Usage::Call
    };
    let makes = |number: usize| {
        facts.statements[number].kind == StatementKind::Function
            && facts.references.iter().any(|found| found.statement == number && is_called(found))
    };
    let functions: Vec<usize> =
        (0..facts.statements.len()).filter(|number| makes(*number)).collect();
    let is_given = |statement: &Statement| {
        statement.kind == StatementKind::Assignment
            && statement.callee.as_ref().is_some_and(|callee| {
                functions.iter().any(|number| facts.statements[*number].binds.contains(callee))
            })
    };
    let given = (0..facts.statements.len()).filter(|number| is_given(&facts.statements[*number]));
    functions.iter().copied().chain(given).collect()
}

/// Whether a reference is the root of a decorator (not an argument of one).
pub(super) fn is_decorator_of(module: &Module, statement: usize, reference: &Reference) -> bool {
    let start = module.facts.statements[statement].range.start;
    reference.statement == statement
        && reference.usage == Usage::Decorator
        && reference.range.start >= start
        && module.text()[start..reference.range.start].trim_end().ends_with('@')
}

/// Whether a decorator on an application declares a route with a path of its own.
pub(super) fn is_route(module: &Module, statement: usize, reference: &Reference) -> bool {
    let [method] = reference.chain.as_slice() else { return false };
    if module.facts.statements[statement].kind != StatementKind::Function
        || !METHODS.contains(&method.name.as_str())
        || !is_decorator_of(module, statement, reference)
    {
        return false;
    }
    path_of(module, reference).is_some_and(|path| path.value.starts_with('/'))
}

/// The literal path of a route's decorator.
fn path_of<'a>(module: &'a Module, reference: &Reference) -> Option<&'a StringUse> {
    module.facts.strings.iter().find(|string| {
        let is_first = match &string.call {
            Some((_, Argument::Position(0))) => true,
            Some((_, Argument::Keyword(name))) => name == "path",
            _ => false,
        };
        is_first
            && string.call_range.as_ref().is_some_and(|call| call.start == reference.range.start)
    })
}

/// The runs of routes whose functions may leave the module.
pub(super) fn runs(
    module: &Module,
    applications: &[String],
    movable: impl Fn(&usize) -> bool,
) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for application in applications {
        let mut open: Option<Run> = None;
        for number in 0..module.facts.statements.len() {
            let found = decorators(module, number, application);
            if !found.is_empty() && movable(&number) {
                let run = open.get_or_insert_with(|| Run {
                    application: application.clone(),
                    statements: Vec::new(),
                    names: Vec::new(),
                });
                run.statements.push(number);
                run.names.extend(found);
            } else if registers(module, number, application) {
                runs.extend(open.take());
            }
        }
        runs.extend(open.take());
    }
    runs
}

/// Why routes of a module stay on the application that it makes: one sentence for each name that
/// they need from the main part, with the place of the first of them.
pub fn staying(module: &Module, division: &Division) -> Vec<(usize, String)> {
    let mut found: BTreeMap<Option<&String>, Vec<usize>> = BTreeMap::new();
    for number in &division.root {
        let mut names = division.applications.iter();
        if names.any(|name| !decorators(module, *number, name).is_empty()) {
            found.entry(division.held.get(number)).or_default().push(*number);
        }
    }
    let sentence = |(name, numbers): (Option<&String>, Vec<usize>)| {
        let first = &module.facts.statements[*numbers.first()?];
        let why = name.map_or_else(
            || "they are tied to what builds it".to_owned(),
            |name| format!("they need `{name}`, which belongs to it"),
        );
        let example = first.binds.first().map(String::as_str).unwrap_or_default();
        let text = match numbers.len() {
            1 => format!("the route {example} stays with the application: {why}"),
            count => format!("{count} routes ({example} …) stay with the application: {why}"),
        };
        Some((module.source.line_of(first.range.start), text))
    };
    found.into_iter().filter_map(sentence).collect()
}

/// Where the application's name stands in the route decorators of a statement.
fn decorators(module: &Module, number: usize, application: &str) -> Vec<Range<usize>> {
    let references = module.facts.references.iter();
    references
        .filter(|reference| reference.name == application && is_route(module, number, reference))
        .map(|reference| reference.range.clone())
        .collect()
}

/// What an application is told that adds no route.
const NO_ROUTE: [&str; 8] = [
    "add_middleware",
    "add_exception_handler",
    "add_event_handler",
    "middleware",
    "exception_handler",
    "on_event",
    "state",
    "dependency_overrides",
];

/// Whether a statement may register a route (or something that answers like one).
fn registers(module: &Module, number: usize, application: &str) -> bool {
    let mut references = module.facts.references.iter();
    references.any(|reference| {
        reference.statement == number
            && reference.name == application
            && reference.moment == crate::python::Moment::Import
            && !reference
                .chain
                .first()
                .is_some_and(|attribute| NO_ROUTE.contains(&attribute.name.as_str()))
    })
}
