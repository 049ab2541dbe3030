//! Who answers the HTTP exceptions of a service.

use super::surroundings::Surroundings;
use crate::python::outline::{Function, Invocation, Outline, Value};
use crate::python::{Module, Reference};

impl Surroundings<'_> {
    /// Why an exception of the domain cannot be given to whoever answers HTTP exceptions.
    pub(super) fn own_answers(&self) -> Option<String> {
        for app in self.web.apps() {
            if app.call.is_open() || app.call.keyword("exception_handlers").is_some() {
                let place = self.place(app.owner.0, app.call.start);
                return Some(format!(
                    "the application is told its handlers when it is made ({place})"
                ));
            }
        }
        let by_class = self.code().find(|(_, module)| {
            ["route_class", "get_route_handler"].iter().any(|word| module.text().contains(word))
        });
        if let Some((file, _)) = by_class {
            let path = &self.service().modules()[file].path;
            return Some(format!("routes have a class of their own ({path})"));
        }
        let mut calls = self.web.outlines.iter().flat_map(|(file, outline)| {
            outline.calls.iter().map(move |call| (file, outline, call))
        });
        let (file, _, call) = calls.find(|(file, outline, call)| {
            is_for_http(&call.what) && !self.is_plain_handler(**file, outline, &call.what)
        })?;
        let place = self.place(*file, call.what.start);
        Some(format!("the service answers HTTP exceptions in its own way ({place})"))
    }

    /// Whether a handler makes its answer of what an exception says, not of where it was raised,
    /// and nobody raises Starlette's own class, for which another one may be registered.
    fn is_plain_handler(&self, file: usize, outline: &Outline, call: &Invocation) -> bool {
        let named = call.argument(1, "handler").and_then(Value::dotted);
        let is_it = |function: &&Function| match named {
            Some(name) => function.context.function.is_none() && *function.name == *name,
            None => function
                .decorators
                .iter()
                .filter_map(Value::call)
                .any(|known| known.start == call.start),
        };
        let Some(function) = outline.functions.iter().find(is_it) else { return false };
        let [_, error] = &function.parameters[..] else { return false };
        let Some(module) = self.service().modules()[file].module() else { return false };
        let range = function.start as usize..function.end as usize;
        let reads =
            |found: &&Reference| found.name == *error.name && range.contains(&found.range.start);
        let is_said = |found: &Reference| {
            if let Some(first) = found.chain.first() {
                return matches!(&*first.name, "status_code" | "detail" | "headers");
            }
            let before = module.text()[range.start..found.range.start].trim_end();
            let is_handed = ["str(", "http_exception_handler(request,"];
            !found.stored && is_handed.iter().any(|call| before.ends_with(call))
        };
        let text = &module.text()[range.clone()];
        if ["exc_info", "traceback"].iter().any(|word| text.contains(word)) {
            return false;
        }
        let is_starlette = |(_, module): (usize, &Module)| {
            module.facts.imports.iter().any(|import| {
                import.module == "starlette.exceptions"
                    && import.names.iter().any(|name| name.name == "HTTPException")
            })
        };
        module.facts.references.iter().filter(reads).all(is_said) && !self.code().any(is_starlette)
    }
}

/// Whether a call registers a handler that HTTP exceptions may reach.
fn is_for_http(call: &Invocation) -> bool {
    if !matches!(call.name(), "exception_handler" | "add_exception_handler") {
        return false;
    }
    match call.argument(0, "exc_class_or_status_code") {
        Some(Value::Int(status)) => *status != 500,
        Some(Value::Name(name)) => {
            let last = name.rsplit('.').next().unwrap_or(name);
            last.ends_with("HTTPException") || last.starts_with("HTTP_")
        }
        _ => true,
    }
}
