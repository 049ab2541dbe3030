//! Metrics and traces of the shared library, added to every application of a service.
//!
//! Metrics have a registry of their own, so that nothing is registered twice; an application that
//! has `/metrics` keeps it. Traces are off until an endpoint is named in the environment.

mod extra;

use super::Note;
use super::libraries::usable;
use super::logs::declared_version;
use super::web::{
    Addition, Holder, Reach, Served, Web, has_hole, in_front_of_files, insertions, outermost, write,
};
use crate::change::RelPath;
use crate::python::PythonService;
use crate::workspace::{Config, Tree};

const METRICS: &str = "expose_metrics";
const TRACES: &str = "send_traces";
/// The path at which Prometheus reads.
const PATH: &str = "/metrics";
/// What the shared library has to have.
const NEEDED: [(&str, &str); 2] = [("metrics", METRICS), ("traces", TRACES)];
/// What every reason begins with.
const STAYS: &str = "nothing is observed";

/// Libraries that show metrics or make spans of requests themselves.
const OWN_METRICS: [&str; 4] = [
    "prometheus_fastapi_instrumentator",
    "starlette_exporter",
    "starlette_prometheus",
    "aioprometheus",
];
const OWN_TRACES: [&str; 3] =
    ["opentelemetry.instrumentation.fastapi", "opentelemetry.instrumentation.asgi", "ddtrace"];

/// What one application lacks.
struct Wanted<'a> {
    app: &'a Holder,
    metrics: bool,
    traces: bool,
    ahead: Option<u32>,
}

/// Adds what is missing to the applications of a service; `name` is the service's.
pub fn add(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let (insertions, mut notes, package) = {
        let web = Web::read(tree, &service);
        let mut notes = Vec::new();
        let apps = web.apps().filter(|app| !web.is_mounted(&app.owner));
        let wanted: Vec<Wanted<'_>> =
            apps.filter_map(|app| wanted(&web, app, &mut notes)).collect();
        let Some(first) = wanted.first() else { return notes };
        let file = first.app.owner.0;
        let place = (&web.service.modules()[file].path, web.line(file, first.app.call.start));
        let package = match usable(tree, (folder, config), ("api", &NEEDED), (STAYS, place)) {
            Ok(package) => package,
            Err(obstacles) => {
                notes.extend(obstacles);
                return notes;
            }
        };
        let told = (name, declared_version(tree, folder));
        let additions = wanted.iter().map(|wanted| addition(&web, wanted, &package, &told));
        let additions: Vec<Addition<'_>> = additions.collect();
        (insertions(&web, &additions, STAYS, &mut notes), notes, package)
    };
    let needs_extra = insertions
        .values()
        .any(|insertion| insertion.edits.iter().any(|edit| edit.replacement.contains(TRACES)));
    notes.extend(write(tree, &mut service, &insertions, STAYS));
    if let (Some(folder), true) = (folder, needs_extra) {
        notes.extend(extra::require(tree, folder, &package));
    }
    notes
}

fn wanted<'a>(web: &Web<'_>, app: &'a Holder, notes: &mut Vec<Note>) -> Option<Wanted<'a>> {
    let calls = |name: &str| {
        web.outlines
            .values()
            .any(|outline| outline.calls.iter().any(|call| call.what.name() == name))
    };
    let mut found = Wanted {
        app,
        metrics: !calls(METRICS) && !calls("create_metrics_router"),
        traces: !calls(TRACES)
            && !calls("instrument_tracing")
            && imported(web, &OWN_TRACES).is_none(),
        ahead: None,
    };
    if found.metrics {
        match judged(web, app) {
            Ok(ahead) => found.ahead = ahead,
            Err((file, offset, why)) => {
                found.metrics = false;
                notes.push(web.note(file, offset, why));
            }
        }
    }
    (found.metrics || found.traces).then_some(found)
}

/// The offset of what has to come later, or what speaks against metrics.
fn judged(web: &Web<'_>, app: &Holder) -> Result<Option<u32>, (usize, u32, String)> {
    if let Some((file, offset, library)) = imported(web, &OWN_METRICS) {
        return Err((file, offset, format!("no metrics are added: {library} shows them already")));
    }
    let here =
        |why: &str| Err((app.owner.0, app.call.start, format!("no metrics are added: {why}")));
    if app.call.is_open() {
        return here("what the application is told cannot be read (`**`)");
    }
    if app.has_guards() {
        return here("the application has `dependencies` that Prometheus would have to satisfy");
    }
    let served = web.served(&app.owner);
    in_front_of_files(&served, &app.owner, PATH, "metrics").map_err(|found| {
        let why = format!("no metrics are added: {}", answers(found));
        (found.route.file, found.route.call.start, why)
    })
}

fn answers(found: &Served<'_>) -> String {
    let is_own = found.path.trim_end_matches("{*}") == PATH;
    match found.route.reach {
        _ if is_own => format!("{PATH} is there and stays"),
        Reach::Route if !has_hole(&found.path) => {
            format!("this route answers {PATH}, which would change")
        }
        Reach::Route => format!("the path of this route cannot be read, so it may be {PATH}"),
        Reach::Foreign => format!("what is included here cannot be read, so it may have {PATH}"),
        Reach::Files | Reach::Mount => {
            format!("what is mounted here answers {PATH}, which would change")
        }
    }
}

/// Where one of some packages is imported.
fn imported(web: &Web<'_>, packages: &[&'static str]) -> Option<(usize, u32, &'static str)> {
    web.outlines.keys().find_map(|index| {
        let module = web.service.modules()[*index].module()?;
        module.facts.imports.iter().find_map(|import| {
            let mut names = import.names.iter().map(|name| name.name.as_str());
            let is_it = |package: &str, dotted: &str| {
                dotted == package || dotted.starts_with(&format!("{package}."))
            };
            let package = packages.iter().find(|package| {
                is_it(package, &import.module) || names.any(|name| is_it(package, name))
            })?;
            Some((*index, u32::try_from(import.range.start).ok()?, *package))
        })
    })
}

fn addition<'a>(
    web: &Web<'_>,
    wanted: &Wanted<'a>,
    package: &str,
    (service, version): &(&str, String),
) -> Addition<'a> {
    let app = &wanted.app.owner.2;
    let (mut imports, mut lines) = (Vec::new(), Vec::new());
    if wanted.metrics {
        imports.push(format!("from {package}.metrics import {METRICS}"));
        lines.push(format!("$0({app})"));
    }
    if wanted.traces {
        let at = imports.len();
        imports.push(format!("from {package}.traces import {TRACES}"));
        lines.push(format!("${at}({app}, service={service:?}, version={version:?})"));
    }
    let outer = outermost(web, wanted.app, false);
    let ahead = [wanted.ahead, outer].into_iter().flatten().min();
    Addition { app: wanted.app, ahead, imports, lines }
}
