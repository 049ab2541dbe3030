//! What routes answer when something fails.

use super::handlers::is_broad;
use crate::audit::file::FileFacts;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::{Context, Value};

/// Whether a dictionary says that something failed.
fn says_failed(value: &Value) -> bool {
    let items: Vec<(&str, &Value)> = match value {
        Value::Dict(items) => {
            items.iter().filter_map(|(key, value)| Some((key.text()?, value))).collect()
        }
        // A model of the service; responses of the framework name their status.
        Value::Call(call)
            if !call.name().ends_with("Response") || call.keyword("status_code").is_none() =>
        {
            call.keywords.iter().map(|(name, value)| (&**name, value)).collect()
        }
        _ => return false,
    };
    items.into_iter().any(|item| match item {
        ("error" | "errors" | "exception", value) => *value != Value::None,
        ("success" | "ok", Value::Bool(false)) => true,
        ("status" | "state" | "result", Value::Str(text)) => {
            matches!(&**text, "error" | "failed" | "failure" | "fail")
        }
        _ => false,
    })
}

/// Whether a path asks how the service is: then a failure is the answer.
fn asks_for_health(path: &str) -> bool {
    let word =
        |part: &str| ["health", "live", "ready", "readi"].iter().any(|w| part.starts_with(w));
    path.split('/').any(word)
}

/// A route that returns, from an `except`, data that says that something failed.
pub(super) fn as_success(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for (index, file) in service.files.iter().enumerate().filter(|(_, file)| file.is_code()) {
        for returned in &file.outline.returns {
            if returned.context.handler.is_none() {
                continue;
            }
            let Some(route) = service.web.route_of(index, returned.context.function) else {
                continue;
            };
            let answers_for_health = asks_for_health(route.shown());
            if says_failed(&returned.value) && !answers_for_health {
                let message = format!(
                    "`{} {}` answers a failure with status 200",
                    route.method,
                    route.shown()
                );
                sink.add(file.draft(returned.start as usize, message));
            }
        }
    }
}

/// The name of the exception that is caught where something stands, when everything is caught.
fn caught(file: &FileFacts, context: Context) -> Option<&str> {
    let handler = file.outline.handlers.get(context.handler? as usize)?;
    handler.name.as_deref().filter(|_| is_broad(handler))
}

/// Whether a value carries the text of an exception: `str(e)`, `f"…{e}"`, `e`, `repr(e)`.
fn carries(value: &Value, name: &str) -> bool {
    match value {
        Value::Name(found) => **found == *name,
        Value::Call(call) => {
            matches!(&*call.callee, "str" | "repr")
                && call.arguments.iter().any(|value| carries(value, name))
        }
        Value::Format(_, parts) => parts.iter().any(|part| carries(part, name)),
        Value::Binary(_, sides) => carries(&sides.0, name) || carries(&sides.1, name),
        Value::Dict(items) => items.iter().any(|(_, value)| carries(value, name)),
        _ => false,
    }
}

/// `HTTPException(detail=str(e))` and answers of routes with the text of any exception.
pub(super) fn text(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for (index, file) in service.files.iter().enumerate().filter(|(_, file)| file.is_code()) {
        for call in file.calls_of(&["HTTPException", "JSONResponse"]) {
            let Some(name) = caught(file, call.context) else { continue };
            let shown = ["detail", "content"].iter().filter_map(|key| call.what.keyword(key));
            let shown = shown.chain(call.what.arguments.iter());
            if shown.into_iter().any(|value| carries(value, name)) {
                let message = format!("the answer carries the text of `{name}`, whatever it is");
                sink.add(file.draft(call.what.start as usize, message));
            }
        }
        for returned in &file.outline.returns {
            let Some(name) = caught(file, returned.context) else { continue };
            let is_route = service.web.route_of(index, returned.context.function).is_some();
            if is_route
                && matches!(returned.value, Value::Dict(_))
                && carries(&returned.value, name)
            {
                let message = format!("the answer carries the text of `{name}`, whatever it is");
                sink.add(file.draft(returned.start as usize, message));
            }
        }
    }
}
