//! What leads to a definition in Python files around the service: they name it in full.

use super::{Definition, Kind, Site, line_text};
use crate::python::{ImportKind, Module, Moment, PythonService};
use crate::workspace::Tree;

/// Imports and strings in other folders that name the definition by its full dotted name.
pub(super) fn sites(tree: &Tree, service: &PythonService, definition: &Definition) -> Vec<Site> {
    let names = full_names(service, definition.module);
    if names.is_empty() {
        return Vec::new();
    }
    let finder = memchr::memmem::Finder::new(last_folder(service).as_bytes());
    let mut found = Vec::new();
    for (path, entry) in tree.iter().filter(|(path, _)| path.extension() == "py") {
        if path.as_str().starts_with(&format!("{}/", service.root())) {
            continue;
        }
        let Some(bytes) = entry.bytes().filter(|bytes| finder.find(bytes).is_some()) else {
            continue;
        };
        let Ok(module) = Module::parse(bytes) else { continue };
        let reached =
            imports(&module, &names, definition).chain(strings(&module, &names, definition));
        for (kind, offset, through, moment) in reached {
            let line = module.source.line_of(offset);
            let text = line_text(module.text(), line);
            let (path, moment) = (path.clone(), Some(moment));
            found.push(Site { kind, path, line, through, moment, to_module: false, text });
        }
    }
    found
}

/// The dotted names of a module that hold the service's folder.
fn full_names(service: &PythonService, module: usize) -> Vec<String> {
    let folder = last_folder(service);
    let mut names = service.names_of(module);
    names.retain(|name| name.split('.').rev().skip(1).any(|part| part == folder));
    names
}

fn last_folder(service: &PythonService) -> &str {
    service.root().rsplit('/').next().unwrap_or_default()
}

type Reached = (Kind, usize, String, Moment);

fn imports<'a>(
    module: &'a Module,
    names: &'a [String],
    definition: &'a Definition,
) -> impl Iterator<Item = Reached> + 'a {
    module.facts.imports.iter().flat_map(move |import| {
        import.names.iter().filter_map(move |name| {
            let written = match import.kind {
                ImportKind::Import => name.name.clone(),
                ImportKind::From => format!("{}.{}", import.module, name.name),
            };
            let is_one = leads(&written, names, definition);
            is_one.then_some((Kind::Import, name.range.start, written, import.moment))
        })
    })
}

fn strings<'a>(
    module: &'a Module,
    names: &'a [String],
    definition: &'a Definition,
) -> impl Iterator<Item = Reached> + 'a {
    module.facts.strings.iter().filter(|string| !string.is_statement).filter_map(move |string| {
        let written = string.value.replacen(':', ".", 1);
        let moment = if string.call.is_some() { Moment::Call } else { Moment::Import };
        let is_one = leads(&written, names, definition);
        is_one.then_some((Kind::String, string.range.start, written, moment))
    })
}

fn leads(written: &str, names: &[String], definition: &Definition) -> bool {
    names.iter().any(|name| match (&definition.name, written.strip_prefix(name.as_str())) {
        (None, Some("")) => true,
        (Some(wanted), Some(rest)) => rest
            .strip_prefix('.')
            .is_some_and(|rest| rest == "*" || rest.split('.').next() == Some(wanted.as_str())),
        _ => false,
    })
}
