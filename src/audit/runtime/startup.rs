//! Start-up: where the service runs, which routes it has, what it sets up and how often.

use std::collections::BTreeMap;

use crate::audit::file::FileFacts;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::{Call, Value};
use crate::workspace::Place;

/// Names by which code asks where it runs.
const NAMES: [&str; 12] = [
    "ENVIRONMENT",
    "ENV",
    "APP_ENV",
    "PRODUCTION",
    "IS_PRODUCTION",
    "FASTAPI_ENV",
    "PYTHON_ENV",
    "NODE_ENV",
    "DEPLOYMENT_ENV",
    "STAGE",
    "DEPLOY_ENV",
    "ENV_NAME",
];

/// Two or more names, each read from the environment or as an attribute of settings.
pub(super) fn environment(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut found: BTreeMap<String, Place> = BTreeMap::new();
    for read in &service.environment {
        if NAMES.contains(&read.name.as_str()) {
            let how = if read.field { "a settings field" } else { "a read of the environment" };
            let key = format!("`{}` as {how}", read.name);
            found.entry(key).or_insert_with(|| service.files[read.file].place(read.start));
        }
    }
    if found.len() < 2 {
        return;
    }
    let ways: Vec<&str> = found.keys().map(String::as_str).collect();
    let mut draft = service.draft(format!(
        "{} ways to find out where it runs: {}",
        ways.len(),
        ways.join(", ")
    ));
    for (way, place) in &found {
        draft = draft.because(place.clone(), way.clone());
    }
    sink.add(draft);
}

/// `include_router` in a `try` whose handler catches the failure of an import and goes on.
pub(super) fn silent_routes(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for call in file.calls_named("include_router").filter(|call| call.context.tries > 0) {
        let start = call.what.start;
        // The clauses of the `try` around the call follow it.
        let handler = file.outline.handlers.iter().filter(|handler| {
            handler.start > start && handler.context.function == call.context.function
        });
        let Some(handler) = handler.min_by_key(|handler| handler.start) else { continue };
        let catches = handler.types.is_empty()
            || handler.types.iter().any(|name| {
                matches!(
                    &**name,
                    "ImportError" | "ModuleNotFoundError" | "Exception" | "AttributeError"
                )
            });
        if catches && !handler.raises {
            let how = if handler.silent { "silently" } else { "with a log line" };
            let message = format!("when an import fails these routes are left out, {how}");
            let place = file.place(handler.start as usize);
            sink.add(file.draft(start as usize, message).because(place, "goes on without them"));
        }
    }
}

/// Whether a call sets something up, by its name.
fn sets_up(call: &Call) -> bool {
    let name = call.what.name();
    let starts = ["init", "setup", "configure", "initialize", "instrument", "start_"];
    starts.iter().any(|start| name.starts_with(start))
        && name != "__init__"
        && !name.contains("logger")
}

/// The same set-up called twice with the same arguments in one function.
pub(super) fn twice(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    let mut seen: Vec<&Call> = Vec::new();
    for call in file.outline.calls.iter().filter(|call| call.discarded && sets_up(call)) {
        if call.context.loops > 0 || call.context.handler.is_some() || call.context.branches > 0 {
            continue;
        }
        let same = seen.iter().find(|other| {
            other.context.function == call.context.function
                && other.what.callee == call.what.callee
                && other.what.arguments == call.what.arguments
                && other.what.keywords == call.what.keywords
        });
        let plain = call.what.arguments.iter().all(|value| *value != Value::Other);
        match same {
            Some(first) if plain => {
                let message =
                    format!("`{}` is called a second time in the same start-up", call.what.callee);
                let place = file.place(first.what.start as usize);
                sink.add(
                    file.draft(call.what.start as usize, message).because(place, "first here"),
                );
            }
            _ => seen.push(call),
        }
    }
}

/// `@app.on_event` of an application that is made with `lifespan=`.
pub(super) fn ignored(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for app in service
        .web
        .apps
        .iter()
        .filter(|app| app.call.keyword("lifespan").is_some_and(|value| *value != Value::None))
    {
        let file = &service.files[app.file];
        let receiver = format!("{}.on_event", app.name);
        for function in &file.outline.functions {
            let on_event = function
                .decorators
                .iter()
                .filter_map(Value::call)
                .find(|call| *call.callee == *receiver);
            if let Some(call) = on_event {
                let message =
                    format!("`{}` never runs: the application has a lifespan", function.name);
                let place = file.place(app.start);
                sink.add(
                    file.draft(call.start as usize, message).because(place, "the application"),
                );
            }
        }
    }
}

/// `add_middleware` in a start-up handler or a lifespan: the stack is built by then, and
/// Starlette refuses.
pub(super) fn too_late(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let lifespans: Vec<&str> = service
        .web
        .apps
        .iter()
        .filter_map(|app| app.call.keyword("lifespan")?.dotted())
        .map(|name| name.rsplit('.').next().unwrap_or(name))
        .collect();
    for file in service.code() {
        for call in file.calls_of(&["add_middleware", "instrument"]) {
            let Some(function) = file.function(call.context.function) else { continue };
            let on_start = function.decorators.iter().filter_map(Value::call).any(|decorator| {
                decorator.name() == "on_event"
                    && decorator.arguments.first().and_then(Value::text) == Some("startup")
            });
            let is_lifespan = function.yields && lifespans.contains(&&*function.name);
            let is_adding = call.what.name() == "add_middleware"
                || file.imports("prometheus_fastapi_instrumentator")
                    && call.what.callee.starts_with("Instrumentator()");
            if is_adding && (on_start || is_lifespan) {
                let message = format!(
                    "`{}` adds middleware while the application starts: it refuses that by then",
                    function.name
                );
                sink.add(file.draft(call.what.start as usize, message));
            }
        }
    }
}
