//! Routes that do nothing, always answer the same, or say that they are not finished.

use std::collections::BTreeSet;

use crate::audit::file::FileFacts;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::audit::web::{Owner, Route, is_operational, locate};
use crate::python::outline::{Body, Function};

/// Whether a function is meant to have no body.
fn is_meant(file: &FileFacts, function: &Function) -> bool {
    let decorated = function.decorators.iter().any(|decorator| {
        let name = decorator.dotted().unwrap_or_default();
        let last = name.rsplit('.').next().unwrap_or_default();
        matches!(
            last,
            "abstractmethod"
                | "overload"
                | "property"
                | "fixture"
                | "validator"
                | "field_validator"
                | "asynccontextmanager"
        )
    });
    let class = function.context.class.and_then(|class| file.outline.classes.get(class as usize));
    let abstract_class = class.is_some_and(|class| {
        class.bases.iter().any(|base| {
            let last = base.rsplit('.').next().unwrap_or(base);
            matches!(last, "ABC" | "Protocol") || last.starts_with("Base")
        }) || class.name.starts_with("Base")
            || class.name.starts_with("Abstract")
    });
    decorated || abstract_class || function.name.starts_with("__")
}

/// The function that a name called in a file leads to, when it is one at module level.
fn target<'a>(
    service: &'a ServiceFacts,
    index: usize,
    callee: &str,
) -> Option<(&'a FileFacts, &'a Function)> {
    let (file, name): Owner = locate(&service.python, &service.files, index, callee)?;
    let file = &service.files[file];
    let function = file.outline.functions.iter().find(|function| {
        *function.name == *name
            && function.context.function.is_none()
            && function.context.class.is_none()
    })?;
    Some((file, function))
}

/// A handler that is a stub itself, or calls a function of the service that is one.
pub(super) fn stub(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut seen: BTreeSet<(usize, Option<u32>)> = BTreeSet::new();
    for route in &service.web.routes {
        let Some(handler) = route.handler_in(&service.files) else { continue };
        if !seen.insert((route.file, route.handler)) {
            continue;
        }
        let file = &service.files[route.file];
        if matches!(handler.body, Body::Empty | Body::NotImplemented) {
            let message = format!("`{} {}` does nothing", route.method, route.shown());
            sink.add(file.draft(handler.start as usize, message));
            continue;
        }
        let calls = file.outline.calls.iter().filter(|call| call.context.function == route.handler);
        for call in calls {
            let Some((owner, found)) = target(service, route.file, &call.what.callee) else {
                continue;
            };
            let is_stub = matches!(found.body, Body::Empty | Body::NotImplemented);
            if is_stub && !is_meant(owner, found) && owner.is_code() {
                let message = format!(
                    "`{} {}` calls `{}`, which does nothing",
                    route.method,
                    route.shown(),
                    found.name
                );
                let place = owner.place(found.start as usize);
                sink.add(file.draft(call.what.start as usize, message).because(place, "the stub"));
            }
        }
    }
}

/// A handler whose whole body is one `return` of a literal.
pub(super) fn constant(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for route in &service.web.routes {
        let Some(handler) = route.handler_in(&service.files) else { continue };
        let describes = [
            "capabilities",
            "categories",
            "types",
            "schema",
            "about",
            "docs",
            "help",
            "features",
            "config",
            "available",
        ];
        let last = route.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let is_description = describes.contains(&last);
        if handler.body == Body::Constant
            && !route.is_deprecated
            && !route.is_operational()
            && !is_operational(&route.path)
            && !is_description
        {
            let message = format!("`{} {}` always answers the same", route.method, route.shown());
            sink.add(service.files[route.file].draft(handler.start as usize, message));
        }
    }
}

/// A comment in a handler that says TODO, FIXME or the like.
pub(super) fn todo(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    for route in &service.web.routes {
        let Some(handler) = route.handler_in(&service.files) else { continue };
        let file = &service.files[route.file];
        for comment in comments(file, route, handler) {
            let text = file.text()[comment.clone()].trim_start_matches('#').trim();
            let says = [
                "TODO",
                "FIXME",
                "XXX:",
                "HACK:",
                "placeholder",
                "not implemented",
                "Placeholder",
                "Mock ",
            ];
            let key = comment.start;
            if says.iter().any(|word| text.starts_with(word))
                && seen.insert(key + (route.file << 32))
            {
                let short: String = text.chars().take(80).collect();
                let message = format!("`{} {}`: {short}", route.method, route.shown());
                sink.add(file.draft(key, message));
            }
        }
    }
}

fn comments<'f>(
    file: &'f FileFacts,
    _: &Route,
    handler: &Function,
) -> impl Iterator<Item = &'f std::ops::Range<usize>> {
    let (from, to) = (handler.whole as usize, handler.end as usize);
    file.module.comments.iter().filter(move |range| range.start >= from && range.end <= to)
}
