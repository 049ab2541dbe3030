//! Health routes: whether there are any, what they mean, how they are called.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::audit::web::{Route, is_health};
use crate::python::outline::Value;

fn health_routes(service: &ServiceFacts) -> impl Iterator<Item = &Route> {
    service.web.routes.iter().filter(|route| {
        route.method == "GET" && is_health(route.shown()) && route.shown().split('/').count() <= 5
    })
}

/// Whether a service has a health route, its own or one of the shared library.
pub(crate) fn has_health(service: &ServiceFacts) -> bool {
    health_routes(service).next().is_some() || shares_health(service)
}

/// `include_router(health_router)` and the like from a library.
fn shares_health(service: &ServiceFacts) -> bool {
    service.code().any(|file| {
        file.module.facts.imports.iter().any(|import| {
            import.names.iter().any(|name| name.name.to_ascii_lowercase().contains("health"))
                && import.module.contains("_api")
        })
    })
}

/// Whether it tells readiness apart.
pub(crate) fn has_readiness(service: &ServiceFacts) -> bool {
    let is_ready = |route: &Route| route.shown().to_ascii_lowercase().contains("read");
    health_routes(service).any(is_ready) || shares_health(service)
}

pub(super) fn none(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let makes_app = service.web.apps.iter().any(|app| service.files[app.file].is_code());
    if makes_app && !has_health(service) {
        sink.add(service.draft("there is no health route"));
    }
}

pub(super) fn liveness_only(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let Some(first) = health_routes(service).next() else { return };
    if !has_readiness(service) {
        let file = &service.files[first.file];
        let message = format!(
            "`{}` is all there is; nothing says whether the service is ready",
            first.shown()
        );
        sink.add(file.draft(first.start, message));
    }
}

/// The keys of what a handler answers, when it is a dictionary written out.
fn shape(service: &ServiceFacts, route: &Route) -> Option<String> {
    let file = &service.files[route.file];
    let returned =
        file.outline.returns.iter().find(|found| {
            found.context.function == route.handler && found.context.handler.is_none()
        })?;
    match &returned.value {
        Value::Dict(items) => {
            let keys: BTreeSet<&str> = items.iter().filter_map(|(key, _)| key.text()).collect();
            Some(keys.into_iter().collect::<Vec<_>>().join(", "))
        }
        Value::Call(call) => Some(call.name().to_owned()),
        _ => None,
    }
}

/// One finding for all services together: the paths in use, and the shapes of the answers.
pub(super) fn differs(fleet: &Fleet, sink: &mut Sink) {
    let mut paths: BTreeMap<String, Vec<(&ServiceFacts, &Route)>> = BTreeMap::new();
    let mut shapes: BTreeMap<String, usize> = BTreeMap::new();
    for service in &fleet.services {
        let Some(first) = health_routes(service).next() else { continue };
        paths.entry(first.shown().to_owned()).or_default().push((service, first));
        if let Some(shape) = shape(service, first) {
            *shapes.entry(shape).or_default() += 1;
        }
    }
    if paths.len() < 2 && shapes.len() < 2 {
        return;
    }
    let Some((service, route)) = paths.values().next().and_then(|users| users.first()) else {
        return;
    };
    let at = service.files[route.file].place(route.start);
    let message = format!(
        "health is asked under {} paths and answered in {} shapes",
        paths.len(),
        shapes.len()
    );
    let mut draft = Draft::new(&at.file, at.line, message).anchored("health");
    for (path, users) in &paths {
        let (service, route) = users[0];
        let text = format!("`{path}` in {} services", users.len());
        draft = draft.because(service.files[route.file].place(route.start), text);
    }
    sink.add(draft);
}
