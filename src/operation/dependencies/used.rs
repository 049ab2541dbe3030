//! What is imported against what is declared.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::normal;
use crate::change::RelPath;
use crate::operation::Note;
use crate::python::distributions::{is_tool, provided, providers};
use crate::python::{ImportKind, Moment, PythonService, ServiceModule, Target, is_standard_module};
use crate::workspace::Tree;

/// Packages that are imported and not declared, and declared and not imported.
///
/// They are listed and not written: which package of an index provides a module is a guess
/// that installs the code of strangers.
pub(super) fn notes(
    tree: &Tree,
    service: &PythonService,
    (path, document): (&RelPath, &DocumentMut),
) -> Vec<Note> {
    let running = listed(document.get("project").and_then(|project| project.get("dependencies")));
    let mut declared = running.clone();
    let optional = document.get("project").and_then(|project| project.get("optional-dependencies"));
    for groups in [optional, document.get("dependency-groups")] {
        let groups = groups.and_then(Item::as_table_like).into_iter().flat_map(TableLike::iter);
        declared.extend(groups.flat_map(|(_, list)| listed(Some(list))));
    }
    if running.is_empty() {
        return Vec::new();
    }
    let imported = imported(tree, service);
    let names: Vec<&str> = declared.iter().map(String::as_str).collect();
    let mut notes = Vec::new();
    for (module, (file, line, counts)) in &imported {
        if *counts && !provided(&names, module) {
            let message = format!("`{module}` is imported and no dependency provides it");
            notes.push(Note::new(file, *line, message));
        }
    }
    let is_used = |name: &String| {
        let is_provider = |known: &String| match known.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => known == name,
        };
        imported.keys().any(|module| providers(module).iter().any(is_provider))
            || is_tool(name)
            || is_named(service, name)
    };
    let unused: Vec<&str> =
        running.iter().filter(|name| !is_used(name)).map(String::as_str).collect();
    if !unused.is_empty() && service.modules().iter().all(ServiceModule::is_sound) {
        let message = format!("declared and never imported: {}", unused.join(", "));
        notes.push(Note::new(path, 0, message));
    }
    notes
}

fn listed(list: Option<&Item>) -> Vec<String> {
    let lines = list.and_then(Item::as_array).into_iter().flatten().filter_map(Value::as_str);
    let end = |line: &str| line.find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)));
    lines.map(|line| normal(&line[..end(line).unwrap_or(line.len())])).collect()
}

/// Top-level names of modules from outside, with their first place, and whether code that is no
/// test needs one of them unguarded.
fn imported(tree: &Tree, service: &PythonService) -> BTreeMap<String, (RelPath, usize, bool)> {
    let mut found: BTreeMap<String, (RelPath, usize, bool)> = BTreeMap::new();
    for (index, record) in service.modules().iter().enumerate() {
        let Some(module) = record.module() else { continue };
        for import in module.facts.imports.iter().filter(|import| import.level == 0) {
            let names: Vec<&str> = match import.kind {
                ImportKind::From => vec![import.module.as_str()],
                ImportKind::Import => import.names.iter().map(|name| name.name.as_str()).collect(),
            };
            for name in names {
                let top = name.split('.').next().unwrap_or(name);
                let is_outside = service.resolve(index, name) == Target::External;
                if !is_outside || is_standard_module(top) {
                    continue;
                }
                let counts = !record.is_test
                    && !import.guarded
                    && import.moment != Moment::Never
                    && !lies_around(tree, top);
                let line = module.source.line_of(import.range.start);
                let place = (record.path.clone(), line, counts);
                let key = if is_shared_name(top) { name } else { top };
                let known = found.entry(key.to_owned()).or_insert_with(|| place.clone());
                if counts && !known.2 {
                    *known = place;
                }
            }
        }
    }
    found
}

/// Names below which packages of several makers lie.
fn is_shared_name(top: &str) -> bool {
    matches!(top, "google" | "opentelemetry" | "azure" | "zope")
}

/// Whether a folder or file of the tree has the name: no package of an index.
fn lies_around(tree: &Tree, top: &str) -> bool {
    tree.derived(|_| true, Around::of).0.contains(top)
}

/// The names of every folder and file on the way to Python code, as a module would have them.
struct Around(FxHashSet<String>);

impl Around {
    fn of(tree: &Tree) -> Self {
        let python = tree.iter().filter(|(path, _)| path.extension() == "py");
        let parts: FxHashSet<&str> = python.flat_map(|(path, _)| path.segments()).collect();
        let named = |part: &str| part.strip_suffix(".py").unwrap_or(part).replace('-', "_");
        Self(parts.into_iter().map(named).collect())
    }
}

/// Whether code names the package in a text: an import by name, a driver in a URL.
fn is_named(service: &PythonService, package: &str) -> bool {
    let module = package.replace('-', "_");
    let modules = service.modules().iter().filter_map(|record| record.module());
    let mut strings = modules.flat_map(|module| &module.facts.strings);
    strings.any(|found| {
        !found.is_statement && found.value.len() < 120 && found.value.contains(&module)
    })
}
