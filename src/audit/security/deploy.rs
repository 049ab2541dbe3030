//! How services are started, and what deployment files hold.

use super::secrets::{is_secret_name, is_secret_value, password_in_url};
use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::Value;
use crate::workspace::dockerfile::Dockerfile;
use crate::workspace::{StartSource, is_dockerfile};

/// `--reload` in images and compose, `FastAPI(debug=True)`.
pub(super) fn debug(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let tree = &fleet.backend.tree;
    for (path, _) in tree.below(&service.service.folder) {
        let Some(text) = tree.text(path).filter(|_| is_dockerfile(path)) else { continue };
        let Some(command) = Dockerfile::parse(text).start_command() else { continue };
        if command.words.iter().any(|word| word.text == "--reload") {
            let message = "the image starts its server with `--reload`";
            sink.add(Draft::new(path, command.line, message));
        }
    }
    for (file, entry) in
        fleet.every_entry().filter(|(_, entry)| entry.runs(&service.service.folder))
    {
        let Some(command) = &entry.command else { continue };
        if command.words.iter().any(|word| word.text == "--reload") {
            let message = format!("`{}` starts its server with `--reload`", entry.name);
            sink.add(Draft::new(&file.path, command.line, message));
        }
    }
    for file in service.code() {
        let runs =
            file.calls_named("run").filter(|call| file.full(&call.what.callee) == "uvicorn.run");
        for call in runs.filter(|call| call.what.keyword("reload") == Some(&Value::Bool(true))) {
            let started = service.points.iter().any(|point| {
                point.source <= StartSource::Script
                    && point.module_file.as_ref() == Some(&file.path)
            });
            if started || !call.context.main_guard {
                let message = "the server is run with `reload=True`";
                sink.add(file.draft(call.what.start as usize, message));
            }
        }
    }
    for app in &service.web.apps {
        if app.call.keyword("debug") == Some(&Value::Bool(true)) {
            let message = "`debug=True` shows tracebacks to callers";
            sink.add(service.files[app.file].draft(app.start, message));
        }
    }
}

/// Secrets in compose files and in env files that are no examples.
pub(super) fn credentials(fleet: &Fleet, sink: &mut Sink) {
    for (file, entry) in fleet.every_entry() {
        for variable in &entry.environment {
            if holds_secret(&variable.name, &variable.value) {
                let message = format!("`{}` gives `{}` its secret", entry.name, variable.name);
                let draft = Draft::new(&file.path, variable.line, message);
                sink.add(match fleet.run_by(entry) {
                    Some(service) => draft.of(service.name()),
                    None => draft,
                });
            }
        }
    }
    for (path, entry) in fleet.backend.tree.iter() {
        let name = path.name();
        let is_env = name == ".env" || name.starts_with(".env.") || path.extension() == "env";
        let is_example =
            ["example", "sample", "template", "dist"].iter().any(|word| name.contains(word));
        let Some(text) = entry.text().filter(|_| is_env && !is_example) else { continue };
        for (index, line) in text.lines().enumerate() {
            let Some((name, value)) = line.trim_start_matches("export ").split_once('=') else {
                continue;
            };
            let value = value.trim().trim_matches(['"', '\'']);
            if !line.trim_start().starts_with('#') && holds_secret(name.trim(), value) {
                sink.add(Draft::new(
                    path,
                    index + 1,
                    format!("`{}` is in the repository", name.trim()),
                ));
            }
        }
    }
}

/// `${NAME:-fallback}` counts by its fallback.
fn holds_secret(name: &str, value: &str) -> bool {
    let value = match value.strip_prefix("${") {
        Some(inner) => match inner.trim_end_matches('}').split_once(":-") {
            Some((_, fallback)) => fallback,
            None => return false,
        },
        None => value,
    };
    is_secret_name(name) && is_secret_value(value)
        || name.to_ascii_uppercase().contains("PASSWORD") && is_usual(value)
        || password_in_url(value).is_some()
}

/// A password that everybody tries first.
fn is_usual(value: &str) -> bool {
    const USUAL: [&str; 10] = [
        "admin",
        "changeme",
        "guest",
        "minioadmin",
        "password",
        "postgres",
        "root",
        "secret",
        "test",
        "user",
    ];
    USUAL.contains(&value.to_ascii_lowercase().as_str())
}
