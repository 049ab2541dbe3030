//! The shared limit of a request's size, added inside of everything that an application has.
//!
//! A service that takes files, or reads bodies piece by piece, is left as it is: its limit is for
//! its people to choose.

use super::Note;
use super::libraries::usable;
use super::web::{Addition, Holder, Web, inside_out, write};
use crate::change::RelPath;
use crate::python::PythonService;
use crate::python::outline::Value;
use crate::workspace::{Config, Tree};

const LIMIT: &str = "BodyLimitMiddleware";
/// What every reason begins with.
const STAYS: &str = "no limit of a request's size is added";
/// Code that takes bodies of any size.
const LARGE: [&str; 5] = ["UploadFile", "File(", ".stream()", "multipart", "request.form("];

/// Adds the limit to the applications of a service; `name` is the service's.
pub fn add(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let (insertions, mut notes) = {
        let web = Web::read(tree, &service);
        let apps = web.apps().filter(|app| !web.is_mounted(&app.owner) && !is_limited(&web));
        let apps: Vec<&Holder> = apps.collect();
        let Some(first) = apps.first() else { return Vec::new() };
        let path = &web.service.modules()[first.owner.0].path;
        let place = (path, web.line(first.owner.0, first.call.start));
        if let Some((file, line, word)) = takes_files(&web) {
            let path = &web.service.modules()[file].path;
            let why = format!("{STAYS}: {word} says that large ones are taken");
            return vec![Note::new(path, line, why)];
        }
        let package =
            match usable(tree, (folder, config), ("api", &[("middleware", LIMIT)]), (STAYS, place))
            {
                Ok(package) => package,
                Err(obstacles) => return obstacles,
            };
        let addition =
            |app: &&'_ Holder| format!("{}.add_middleware($0, max_bytes=1_048_576)", app.owner.2);
        let additions: Vec<Addition<'_>> = apps
            .iter()
            .map(|app| Addition {
                app,
                ahead: None,
                imports: vec![format!("from {package}.middleware import {LIMIT}")],
                lines: vec![addition(app)],
            })
            .collect();
        let mut notes = Vec::new();
        (inside_out(&web, &additions, STAYS, &mut notes), notes)
    };
    notes.extend(write(tree, &mut service, &insertions, STAYS));
    notes
}

/// Whether the service has the limit, by itself or with all shared middleware.
fn is_limited(web: &Web<'_>) -> bool {
    let mut calls = web.outlines.values().flat_map(|outline| &outline.calls);
    calls.any(|call| {
        let class = call.what.argument(0, "middleware_class").and_then(Value::dotted);
        call.what.name() == "install_middleware"
            || (call.what.name() == "add_middleware" && class == Some(LIMIT))
    })
}

fn takes_files(web: &Web<'_>) -> Option<(usize, usize, &'static str)> {
    web.outlines.keys().find_map(|index| {
        let module = web.service.modules()[*index].module()?;
        let found = LARGE.into_iter().find_map(|word| Some((module.text().find(word)?, word)));
        found.map(|(at, word)| (*index, module.source.line_of(at), word))
    })
}
