//! The shared correlation id and security headers, added around every application of a service.
//!
//! Headers are added to answers, nothing that an answer has is replaced. A service that names
//! correlation ids itself keeps its own; one that serves pages gets no security headers, as the
//! policy for pages would stop their scripts.

use super::Note;
use super::libraries::usable;
use super::web::{Addition, Holder, Reach, Web, insertions, outermost, write};
use crate::change::RelPath;
use crate::python::PythonService;
use crate::python::outline::Value;
use crate::workspace::{Config, Tree};

const SECURITY: &str = "SecurityHeadersMiddleware";
const CORRELATION: &str = "CorrelationIdMiddleware";
/// The function of the shared library that adds all middleware.
const STACK: &str = "install_middleware";
/// What the shared library has to have.
const NEEDED: [(&str, &str); 2] = [("middleware", SECURITY), ("middleware", CORRELATION)];
/// What every reason begins with.
const STAYS: &str = "no request headers are added";

/// Code that says that pages are served, which a policy for an API would break.
const PAGES: [&str; 8] = [
    "HTMLResponse",
    "Jinja2Templates",
    "TemplateResponse",
    "StaticFiles",
    "text/html",
    "get_swagger_ui_html",
    "WSGIMiddleware",
    "gradio",
];

/// Adds the middleware to the applications of a service; `name` is the service's.
pub fn add(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let (insertions, mut notes) = {
        let web = Web::read(tree, &service);
        let mut notes = Vec::new();
        let apps = web.apps().filter(|app| !web.is_mounted(&app.owner));
        let wanted = apps.map(|app| (app, wanted(&web, app, &mut notes)));
        let wanted: Vec<(&Holder, Vec<String>)> =
            wanted.filter(|(_, wanted)| !wanted.is_empty()).collect();
        let Some((first, _)) = wanted.first() else { return notes };
        let path = &web.service.modules()[first.owner.0].path;
        let place = (path, web.line(first.owner.0, first.call.start));
        let package = match usable(tree, (folder, config), ("api", &NEEDED), (STAYS, place)) {
            Ok(package) => package,
            Err(obstacles) => {
                notes.extend(obstacles);
                return notes;
            }
        };
        let additions: Vec<Addition<'_>> =
            wanted.iter().map(|(app, lines)| addition(&web, app, lines, &package)).collect();
        (insertions(&web, &additions, STAYS, &mut notes), notes)
    };
    notes.extend(write(tree, &mut service, &insertions, STAYS));
    notes
}

/// The arguments of each `add_middleware` that an application lacks, the innermost first.
fn wanted(web: &Web<'_>, app: &Holder, notes: &mut Vec<Note>) -> Vec<String> {
    let has = |name: &str| {
        web.outlines.values().any(|outline| {
            outline.calls.iter().any(|call| {
                let is_added = call.what.name() == "add_middleware"
                    && call.what.argument(0, "middleware_class").and_then(Value::dotted)
                        == Some(name);
                is_added || call.what.name() == STACK
            })
        })
    };
    let mut found = Vec::new();
    let mut says = |file, offset, why: &str| notes.push(web.note(file, offset, why));
    if !has(SECURITY) {
        match security(web, app) {
            Ok(arguments) => found.push(arguments),
            Err((file, offset, why)) => says(file, offset, &why),
        }
    }
    if !has(CORRELATION) {
        match names_itself(web) {
            None => found.push(CORRELATION.to_owned()),
            Some((file, offset)) => {
                says(file, offset, "no correlation id is added: the service names one itself");
            }
        }
    }
    found
}

/// The arguments for the security headers, or what speaks against them.
fn security(web: &Web<'_>, app: &Holder) -> Result<String, (usize, u32, String)> {
    if let Some((file, offset, word)) = pages(web) {
        let why = format!(
            "no security headers are added: {word} says that pages are served, for which a \
             content security policy of their own is needed"
        );
        return Err((file, offset, why));
    }
    let served = web.served(&app.owner);
    if let Some(mount) = served.iter().find(|found| found.route.reach == Reach::Mount) {
        let why = "no security headers are added: what is mounted here may serve pages";
        return Err((mount.route.file, mount.route.call.start, why.to_owned()));
    }
    let mut pages = Vec::new();
    for (argument, default) in [("docs_url", "/docs"), ("redoc_url", "/redoc")] {
        match app.call.keyword(argument) {
            None => pages.push(default.to_owned()),
            Some(Value::None) => {}
            Some(Value::Str(path)) => pages.push(path.to_string()),
            Some(_) => {
                let why = format!("no security headers are added: {argument} cannot be read");
                return Err((app.owner.0, app.call.start, why));
            }
        }
    }
    if app.call.is_open() {
        let why = "no security headers are added: what the application is told cannot be read";
        return Err((app.owner.0, app.call.start, why.to_owned()));
    }
    if pages == ["/docs", "/redoc"] || pages.is_empty() {
        return Ok(format!("{SECURITY}, is_secure=False"));
    }
    let mut listed: Vec<String> = pages.iter().map(|page| format!("{page:?}")).collect();
    if listed.len() == 1 {
        listed.push(String::new());
    }
    let listed = listed.join(", ");
    Ok(format!("{SECURITY}, is_secure=False, documentation=({})", listed.trim_end()))
}

/// Where code says that it serves pages.
fn pages(web: &Web<'_>) -> Option<(usize, u32, &'static str)> {
    web.outlines.keys().find_map(|index| {
        let module = web.service.modules()[*index].module()?;
        let text = module.text();
        let found = PAGES.into_iter().find_map(|word| Some((text.find(word)?, word)));
        found.map(|(at, word)| (*index, u32::try_from(at).unwrap_or_default(), word))
    })
}

/// Where the code names the header of correlation ids, or a library that sets one.
fn names_itself(web: &Web<'_>) -> Option<(usize, u32)> {
    web.outlines.keys().find_map(|index| {
        let module = web.service.modules()[*index].module()?;
        let is_header = |text: &str| {
            let text = text.to_ascii_lowercase();
            text == "x-correlation-id" || text == "x_correlation_id"
        };
        let mut strings = module.facts.strings.iter();
        let by_name = strings.find(|found| is_header(&found.value)).map(|found| found.range.start);
        let mut imports = module.facts.imports.iter();
        let by_library = imports.find(|import| import.module.starts_with("asgi_correlation_id"));
        let at = by_name.or(by_library.map(|import| import.range.start))?;
        Some((*index, u32::try_from(at).unwrap_or_default()))
    })
}

fn addition<'a>(web: &Web<'_>, app: &'a Holder, lines: &[String], package: &str) -> Addition<'a> {
    let class = |line: &String| line.split(',').next().unwrap_or_default().to_owned();
    let mut classes: Vec<String> = lines.iter().map(class).collect();
    classes.sort_unstable();
    let imports = classes.iter().map(|class| format!("from {package}.middleware import {class}"));
    let call = |line: &String| {
        let class = class(line);
        let at = classes.iter().position(|known| *known == class).unwrap_or_default();
        let arguments = line.replacen(&class, &format!("${at}"), 1);
        format!("{}.add_middleware({arguments})", app.owner.2)
    };
    Addition {
        app,
        ahead: outermost(web, app, lines.iter().any(|line| line == CORRELATION)),
        imports: imports.collect(),
        lines: lines.iter().map(call).collect(),
    }
}
