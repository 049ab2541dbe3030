//! What is imported against what is declared.

use std::collections::BTreeMap;

use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::imports::External;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::Moment;
use crate::python::distributions::{is_tool, provided, providers};
use crate::python::manifest::Manifests;

/// Names of folders and files with Python anywhere around the service: not packages of an index.
fn is_around(fleet: &Fleet, service: &ServiceFacts, top: &str) -> bool {
    let folder = &service.service.folder;
    let named = |name: &str| name == top || name.replace('-', "_") == top;
    if folder.segments().any(named)
        || service.files.iter().any(|file| {
            file.below.split('/').any(|part| part == top || part.strip_suffix(".py") == Some(top))
        })
    {
        return true;
    }
    let other = fleet.services.iter().any(|other| named(other.service.folder.name()));
    other
        || fleet.outside.iter().any(|file| {
            file.path.segments().any(|part| part == top || part.strip_suffix(".py") == Some(top))
        })
}

/// Imports in code of packages that no manifest of the service declares, when it declares any.
pub(in crate::audit) fn undeclared<'s>(
    fleet: &Fleet,
    service: &'s ServiceFacts,
) -> Vec<&'s External> {
    let declared: Vec<&str> =
        service.manifests.declared.iter().map(|declared| declared.name.as_str()).collect();
    if declared.is_empty() {
        return Vec::new();
    }
    let imports = service.imports.external.iter().filter(|import| {
        let counts = service.files[import.file].is_code()
            && !import.guarded
            && import.moment != Moment::Never;
        let top = import.name.split('.').next().unwrap_or_default();
        counts && !provided(&declared, &import.name) && !is_around(fleet, service, top)
    });
    imports.collect()
}

/// What the libraries of the workspace that a service declares bring with them.
pub(in crate::audit) fn brought(fleet: &Fleet, service: &ServiceFacts) -> Vec<String> {
    let tree = &fleet.backend.tree;
    let Some(libs) = fleet.backend.config.as_ref().map(|config| &config.libs) else {
        return Vec::new();
    };
    let folders = service.manifests.declared.iter().filter_map(|declared| {
        let folder = libs.join(declared.name.replace('-', "_")).ok()?;
        tree.has_folder(&folder).then_some(folder)
    });
    let declared = folders.flat_map(|folder| Manifests::read(tree, &folder).declared);
    declared.map(|declared| declared.name).collect()
}

pub(super) fn missing(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut found: BTreeMap<&str, Vec<&External>> = BTreeMap::new();
    for import in undeclared(fleet, service) {
        found.entry(import.name.split('.').next().unwrap_or_default()).or_default().push(import);
    }
    for (top, imports) in found {
        let first =
            imports.iter().min_by_key(|import| (import.moment, import.file)).unwrap_or(&imports[0]);
        let file = &service.files[first.file];
        let when = if first.moment == Moment::Import { "at import" } else { "when it runs" };
        let message =
            format!("`{top}` is imported {when}, and no manifest of the service declares it");
        let mut draft = file.draft(first.start, message).anchored(top);
        for import in imports.iter().take(8) {
            draft = draft.because(service.files[import.file].place(import.start), "imported here");
        }
        sink.add(draft);
    }
}

/// A library of the workspace, which is there for the next module that logs or answers.
fn is_shared(fleet: &Fleet, name: &str) -> bool {
    let Some(config) = &fleet.backend.config else { return false };
    let folder = config.libs.join(name.replace('-', "_"));
    folder.is_ok_and(|folder| fleet.backend.tree.has_folder(&folder))
}

pub(super) fn unused(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    if service.undecodable.is_empty()
        && service.files.iter().all(|file| file.module.errors.is_empty())
    {
        let mut unused: Vec<(&str, &crate::workspace::Place)> = Vec::new();
        for declared in service.manifests.declared.iter().filter(|declared| !declared.dev) {
            let compiled = service.manifests.locks.contains(&declared.place.file);
            let named = |import: &External| {
                providers(&import.name).iter().any(|name| {
                    name.strip_suffix('*')
                        .map_or(*name == declared.name, |start| declared.name.starts_with(start))
                })
            };
            let used = service.imports.external.iter().any(named);
            let mentioned = || in_text(service, &declared.name);
            let seen = unused.iter().any(|(name, _)| *name == declared.name);
            let is_tool = is_tool(&declared.name) && !is_idle_client(service, &declared.name)
                || is_shared(fleet, &declared.name);
            if !compiled && !seen && !is_tool && !used && !mentioned() {
                unused.push((&declared.name, &declared.place));
            }
        }
        let Some((_, first)) = unused.first() else { return };
        let names: Vec<&str> = unused.iter().map(|(name, _)| *name).collect();
        let message = format!("declared and never imported: {}", names.join(", "));
        let mut draft = Draft::new(&first.file, first.line, message).anchored("unused");
        for (name, place) in &unused {
            draft = draft.because((*place).clone(), *name);
        }
        sink.add(draft);
    }
}

/// `httpx` where no test client needs it either, and no test asks one.
fn is_idle_client(service: &ServiceFacts, package: &str) -> bool {
    package == "httpx" && !service.files.iter().any(|file| file.text().contains("testclient"))
}

/// A module of the package's name in a string: `import_module("x")`, a driver in a URL.
fn in_text(service: &ServiceFacts, package: &str) -> bool {
    let module = package.replace('-', "_");
    service.files.iter().any(|file| {
        file.module.facts.strings.iter().any(|string| {
            !string.is_statement && string.value.len() < 120 && string.value.contains(&module)
        })
    })
}
