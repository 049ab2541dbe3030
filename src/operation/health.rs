//! The shared liveness and readiness routes, added to every application of a service.
//!
//! Existing routes keep their paths and answers: where one of them may answer a path of the new
//! ones, nothing is added and the line is listed, but for files served from `/`, which the new
//! routes stand in front of. Readiness asks the clients that can be seen; others are listed.

use super::Note;
use super::libraries::usable;
use super::readiness::{Asked, asked};
use super::web::{
    Addition, Holder, Reach, Served, Web, has_hole, in_front_of_files, insertions, write,
};
use crate::change::RelPath;
use crate::python::PythonService;
use crate::workspace::{Config, Tree};

/// What the shared router serves.
const PATHS: [&str; 3] = ["/health/live", "/health/ready", "/health/startup"];
/// Its function.
const ROUTER: &str = "create_health_router";
/// The models that it shows in the OpenAPI document.
const MODELS: [&str; 2] = ["HealthReport", "CheckResult"];
/// What every reason begins with.
const STAYS: &str = "no health routes are added";

/// One application that gets the routes.
struct Wanted {
    file: usize,
    line: usize,
    /// The offset of what has to come later.
    ahead: Option<u32>,
}

/// Adds the routes to the applications of a service; `name` is the service's.
pub fn add(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let (insertions, mut notes) = {
        let web = Web::read(tree, &service);
        let mut notes = Vec::new();
        let mut wanted: Vec<(&Holder, Wanted)> = Vec::new();
        for app in web.apps().filter(|app| !is_served(&web, app)) {
            match judged(&web, app) {
                Ok(found) => wanted.push((app, found)),
                Err((file, offset, why)) => {
                    notes.push(web.note(file, offset, format!("{STAYS}: {why}")));
                }
            }
        }
        let Some((_, first)) = wanted.first() else { return notes };
        let place = (&web.service.modules()[first.file].path, first.line);
        let questions: Vec<Vec<Asked>> =
            wanted.iter().map(|(app, _)| asked(&web, app, &mut notes)).collect();
        let mut needed = vec![("health", ROUTER)];
        needed.extend(questions.iter().flatten().map(|asked| ("health", asked.check)));
        let package = match usable(tree, (folder, config), ("api", &needed), (STAYS, place)) {
            Ok(package) => package,
            Err(obstacles) => {
                notes.extend(obstacles);
                return notes;
            }
        };
        let additions = wanted.iter().zip(&questions);
        let additions = additions.map(|(wanted, asked)| addition(&web, wanted, &package, asked));
        let additions: Vec<Addition<'_>> = additions.collect();
        (insertions(&web, &additions, STAYS, &mut notes), notes)
    };
    notes.extend(write(tree, &mut service, &insertions, STAYS));
    notes
}

/// Whether there is nothing to add: both routes are there, or it is part of another application.
fn is_served(web: &Web<'_>, app: &Holder) -> bool {
    let served = web.served(&app.owner);
    let has = |path: &str| served.iter().any(|found| found.is(path));
    web.is_mounted(&app.owner) || PATHS[..2].iter().all(|path| has(path))
}

/// What the application needs, or the file, the offset and the reason that speak against it.
fn judged(web: &Web<'_>, app: &Holder) -> Result<Wanted, (usize, u32, String)> {
    let here = |why: &str| Err((app.owner.0, app.call.start, why.to_owned()));
    if app.call.is_open() {
        return here("what the application is told cannot be read (`**`)");
    }
    if app.has_guards() {
        return here("the application has `dependencies` that a probe would have to satisfy");
    }
    let mut ahead: Option<u32> = None;
    let served = web.served(&app.owner);
    for path in PATHS {
        match in_front_of_files(&served, &app.owner, path, "health") {
            Ok(files) => ahead = [ahead, files].into_iter().flatten().min(),
            Err(found) => {
                return Err((found.route.file, found.route.call.start, answers(found, path)));
            }
        }
    }
    let line = web.line(app.owner.0, app.call.start);
    Ok(Wanted { file: app.owner.0, line, ahead })
}

fn answers(found: &Served<'_>, path: &str) -> String {
    match found.route.reach {
        Reach::Route if found.is(path) => {
            format!("{path} is there, and the shared routes come together")
        }
        Reach::Route if has_hole(&found.path) => {
            format!("the path of this route cannot be read, so it may be {path}")
        }
        Reach::Route => format!("this route answers {path}, which would change"),
        Reach::Foreign => format!("what is included here cannot be read, so it may have {path}"),
        Reach::Files | Reach::Mount => {
            format!("what is mounted here answers {path}, which would change")
        }
    }
}

fn addition<'a>(
    web: &Web<'_>,
    (app, found): &(&'a Holder, Wanted),
    package: &str,
    asked: &[Asked],
) -> Addition<'a> {
    let hidden = if is_hidden(web, app) { ", include_in_schema=False" } else { "" };
    let mut imports = ["HealthMonitor", ROUTER]
        .map(|name| format!("from {package}.health import {name}"))
        .to_vec();
    let mut checks = Vec::new();
    for one in asked {
        checks.push(format!("\"{}\": ${}({})", one.label, imports.len(), one.name));
        imports.push(format!("from {package}.health import {}", one.check));
    }
    imports.extend(asked.iter().filter_map(|one| one.import.clone()));
    let checks = checks.join(", ");
    let line = format!("{}.include_router($1($0({{{checks}}})){hidden})", app.owner.2);
    Addition { app, ahead: found.ahead, imports, lines: vec![line] }
}

/// Whether the routes are kept out of the OpenAPI document, where they would rename a model or an
/// operation that is there.
fn is_hidden(web: &Web<'_>, app: &Holder) -> bool {
    let mut classes = web.outlines.values().flat_map(|outline| &outline.classes);
    let clashes = classes.any(|class| MODELS.contains(&&*class.name));
    clashes || app.call.keyword("generate_unique_id_function").is_some()
}
