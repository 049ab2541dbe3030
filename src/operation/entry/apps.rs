//! The applications of a service, each with the routes that can be read from its code.

use std::collections::BTreeSet;

use crate::change::RelPath;
use crate::python::{Argument, PythonService};
use crate::workspace::{Tree, code};

/// Methods of an application or a router that add a route; their first argument is its path.
const ROUTES: [&str; 11] = [
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "websocket",
    "api_route",
    "add_api_route",
    "route",
];
/// Paths that every service answers: a module with no other is a placeholder.
const COMMON: [&str; 8] =
    ["/", "/health", "/health/live", "/health/ready", "/healthz", "/ready", "/ping", "/metrics"];

/// An application object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The module that makes it, by its index.
    pub module: usize,
    /// Its file.
    pub path: RelPath,
    /// Its name there.
    pub name: String,
    /// The paths of its routes as they are written, sorted.
    pub routes: Vec<String>,
}

impl Application {
    /// The routes that say what the service is for.
    pub fn telling(&self) -> usize {
        self.routes.iter().filter(|route| !COMMON.contains(&route.as_str())).count()
    }
}

/// Every application object of a service.
pub fn applications(tree: &Tree, service: &PythonService) -> Vec<Application> {
    let mut found = Vec::new();
    for (index, record) in service.modules().iter().enumerate() {
        let text = tree.text(&record.path).filter(|_| !record.is_test);
        let Some(text) = text.filter(|text| text.contains("FastAPI")) else { continue };
        for app in code::apps(text).into_iter().filter(|app| !app.factory) {
            found.push(Application {
                module: index,
                path: record.path.clone(),
                routes: routes(service, index, &app.name),
                name: app.name,
            });
        }
    }
    found
}

/// Routes on the object itself, and those of the routers in modules that its module imports.
fn routes(service: &PythonService, index: usize, name: &str) -> Vec<String> {
    let mut found = paths(service, index, |base| base == name);
    let Some(module) = service.modules()[index].module() else { return Vec::new() };
    let includes = module.text().contains(".include_router(");
    for import in module.facts.imports.iter().filter(|_| includes) {
        for other in service.imported_by(index, import) {
            found
                .extend(paths(service, other, |base| base.to_ascii_lowercase().contains("router")));
        }
    }
    found.into_iter().collect()
}

fn paths(
    service: &PythonService,
    index: usize,
    is_base: impl Fn(&str) -> bool,
) -> BTreeSet<String> {
    let Some(module) = service.modules()[index].module() else { return BTreeSet::new() };
    let strings = module.facts.strings.iter().filter(|string| {
        let Some((callee, Argument::Position(0))) = &string.call else { return false };
        let Some((base, method)) = callee.rsplit_once('.') else { return false };
        ROUTES.contains(&method) && is_base(base)
    });
    strings.map(|string| string.value.clone()).collect()
}
