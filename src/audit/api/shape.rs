//! What routes say about their answers, and how they wrap them.

use std::collections::BTreeMap;

use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::audit::web::Route;
use crate::python::outline::Value;

/// Whether a route says what it answers: a model, a class of responses, an annotation.
fn says(service: &ServiceFacts, route: &Route) -> bool {
    let by_call = ["response_model", "response_class", "status_code"].iter().any(|name| {
        route.call.keyword(name).is_some_and(|value| {
            *name != "status_code"
                || matches!(value, Value::Int(204))
                || value.dotted().is_some_and(|d| d.contains("204"))
        })
    });
    let handler = route.handler_in(&service.files);
    let annotation = handler.and_then(|handler| handler.returns.as_deref());
    let loose = ["dict", "Dict", "Dict[str, Any]", "dict[str, Any]", "Any", "None"];
    by_call || annotation.is_some_and(|text| !loose.contains(&text))
}

pub(super) fn no_model(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let routes: Vec<&Route> = service
        .web
        .routes
        .iter()
        .filter(|route| !route.is_operational() && route.method != "WEBSOCKET")
        .collect();
    let silent: Vec<&Route> =
        routes.iter().copied().filter(|route| !says(service, route)).collect();
    if silent.is_empty() {
        return;
    }
    let message =
        format!("{} of {} routes do not say what they answer", silent.len(), routes.len());
    let mut draft = service.draft(message);
    for route in silent.iter().take(15) {
        let text = format!("{} {}", route.method, route.shown());
        draft = draft.because(service.files[route.file].place(route.start), text);
    }
    sink.add(draft);
}

/// The keys that an answer wraps its content or its state in, together; none without one.
fn wrapper(value: &Value) -> Option<String> {
    const WORDS: [&str; 8] =
        ["success", "status", "ok", "data", "result", "results", "response", "message"];
    let Value::Dict(items) = value else { return None };
    let has = |name: &&str| items.iter().any(|(key, _)| key.text() == Some(*name));
    let found: Vec<&str> = WORDS.into_iter().filter(has).collect();
    (!found.is_empty() && found != ["message"]).then(|| found.join(", "))
}

/// Three or more different wrappers among the answers of one service.
pub(super) fn envelope(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut found: BTreeMap<String, Vec<crate::workspace::Place>> = BTreeMap::new();
    for (index, file) in service.files.iter().enumerate().filter(|(_, file)| file.is_code()) {
        for returned in file.outline.returns.iter().filter(|found| found.context.handler.is_none())
        {
            let Some(route) = service.web.route_of(index, returned.context.function) else {
                continue;
            };
            if let (Some(name), false) = (wrapper(&returned.value), route.is_operational()) {
                found.entry(name).or_default().push(file.place(returned.start as usize));
            }
        }
    }
    if found.len() < 3 {
        return;
    }
    let names: Vec<String> =
        found.iter().map(|(name, places)| format!("`{name}` ({})", places.len())).collect();
    let mut draft =
        service.draft(format!("answers are wrapped in {} ways: {}", found.len(), names.join(", ")));
    for (name, places) in found {
        draft = draft.because(places[0].clone(), format!("`{name}`"));
    }
    sink.add(draft);
}
