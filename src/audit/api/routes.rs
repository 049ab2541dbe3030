//! Versions of paths, and routes that hide each other.

use std::collections::BTreeMap;

use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::audit::web::{Holder, Owner, Route};

/// Whether a path has a segment like `v1`.
pub fn is_versioned(path: &str) -> bool {
    path.split('/').any(|part| {
        let digits = part.strip_prefix('v').unwrap_or_default();
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}

/// What an application serves: its routes with a version, and those without.
type Split<'a> = (Vec<&'a Route>, Vec<&'a Route>);

/// For each application, the routes of the service's purpose that are to stay.
fn split(service: &ServiceFacts) -> BTreeMap<&Owner, Split<'_>> {
    let routes = service.web.routes.iter().filter(|route| {
        !route.is_deprecated && !route.is_operational() && route.method != "WEBSOCKET"
    });
    let mut found: BTreeMap<&Owner, Split<'_>> = BTreeMap::new();
    for route in routes {
        for app in &route.apps {
            let (with, without) = found.entry(app).or_default();
            let is_versioned = is_versioned(route.shown());
            (if is_versioned { with } else { without }).push(route);
        }
    }
    found
}

fn report(
    service: &ServiceFacts,
    (owner, message): (&Owner, String),
    routes: &[&Route],
    sink: &mut Sink,
) {
    let is_it = |app: &&Holder| (app.file, &app.name) == (owner.0, &owner.1);
    let app = service.web.apps.iter().find(is_it);
    let mut draft = match app {
        Some(app) => service.files[app.file].draft(app.start, message),
        None => service.draft(message),
    };
    for route in routes.iter().take(15) {
        let text = format!("{} {}", route.method, route.shown());
        draft = draft.because(service.files[route.file].place(route.start), text);
    }
    sink.add(draft);
}

pub(super) fn unversioned(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for (app, (with, without)) in split(service) {
        if with.is_empty() && !without.is_empty() {
            let message = format!("none of {} routes has a version", without.len());
            report(service, (app, message), &without, sink);
        }
    }
}

pub(super) fn mixed(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for (app, (with, without)) in split(service) {
        if !with.is_empty() && !without.is_empty() {
            let message =
                format!("{} routes have a version, {} have none", with.len(), without.len());
            report(service, (app, message), &without, sink);
        }
    }
}

/// The same method and path twice in one application or router: the first one answers.
pub(super) fn duplicate(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut first: BTreeMap<(usize, &str, &str, String), &Route> = BTreeMap::new();
    for route in &service.web.routes {
        let file = &service.files[route.file];
        let context = file.function(route.handler).map(|handler| handler.context);
        let context = context.unwrap_or_default();
        if context.tries > 0 || context.function.is_some() {
            continue;
        }
        let key =
            (route.owner.0, route.owner.1.as_str(), route.method.as_str(), blank(&route.path));
        match first.get(&key) {
            // One of two alternatives; but what stands without a condition is always there.
            Some(_) if context.branches > 0 => {}
            Some(known) => {
                let place = service.files[known.file].place(known.start);
                let message = format!(
                    "`{} {}` is declared a second time; the first answers",
                    route.method, route.path
                );
                sink.add(file.draft(route.start, message).because(place, "first here"));
            }
            None => {
                first.insert(key, route);
            }
        }
    }
}

/// A path with the names of its parameters taken out.
fn blank(path: &str) -> String {
    let mut result = String::new();
    let mut depth = 0;
    for character in path.chars() {
        match character {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                result.push_str("{}");
            }
            other if depth == 0 => result.push(other),
            _ => {}
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_whole_segments() {
        assert!(is_versioned("/api/v1/orders") && is_versioned("/v2.1/x"));
        assert!(!is_versioned("/vault/x") && !is_versioned("/v/x"));
        assert_eq!(blank("/a/{id}/b/{other:path}"), "/a/{}/b/{}");
    }
}
