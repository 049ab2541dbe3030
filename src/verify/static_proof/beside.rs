//! Absolute imports that only a script would find: of a module in the file's own folder.
//!
//! Python puts the folder of the file that it runs on the path, and of no other. After a move an
//! import by the old, short name may find the new neighbour here and nothing when it runs.

use std::collections::BTreeSet;

use super::Sides;
use crate::python::{ImportKind, ImportStatement, PythonService, join, parent};
use crate::verify::{Aspect, Item, Verdict};

/// No import is found only beside its file that was not before.
pub(super) fn imports(sides: &Sides<'_>) -> Vec<Item> {
    let (known, shared) = (search_folders(sides.before), search_folders(sides.after));
    let mut items = Vec::new();
    for (new, old) in sides.pairs.both() {
        let before: BTreeSet<String> =
            only_beside(sides.before, old, &known).into_iter().map(|(name, _)| name).collect();
        for (name, line) in only_beside(sides.after, new, &shared) {
            if !before.contains(&name) {
                let path = &sides.after.modules()[new].path;
                let name = format!("{path}:{line} {name}");
                let why = "it is found only in the file's own folder, which is not on the path";
                items.push(Item::new(Aspect::References, name, Verdict::Broken).because(why));
            }
        }
    }
    items
}

/// The folders from which every module is found: the service's, its `src`, and what code adds.
fn search_folders(service: &PythonService) -> BTreeSet<String> {
    let mut folders = BTreeSet::from([service.root().to_owned(), join(service.root(), "src")]);
    for record in service.modules() {
        let paths = record.module().map(|module| module.facts.paths.iter()).into_iter().flatten();
        let added = paths.filter(|path| path.on_search_path);
        folders.extend(
            added.filter_map(|path| path.value.locate(record.path.as_str(), service.root())),
        );
    }
    folders
}

/// First parts of absolute imports that nothing but the file's own folder has, with lines.
fn only_beside(
    service: &PythonService,
    index: usize,
    folders: &BTreeSet<String>,
) -> Vec<(String, usize)> {
    let record = &service.modules()[index];
    let folder = parent(record.path.as_str());
    let Some(module) = record.module() else { return Vec::new() };
    if record.is_test || folders.contains(folder) {
        return Vec::new();
    }
    let holds = |folder: &str, name: &str| {
        let package = join(&join(folder, name), "__init__.py");
        service.index_of(&join(folder, &format!("{name}.py"))).is_some()
            || service.index_of(&package).is_some()
    };
    let mut found = Vec::new();
    for import in module.facts.imports.iter().filter(|import| import.level == 0) {
        for name in first_parts(import) {
            if holds(folder, name) && !folders.iter().any(|folder| holds(folder, name)) {
                found.push((name.to_owned(), module.source.line_of(import.range.start)));
            }
        }
    }
    found
}

fn first_parts(import: &ImportStatement) -> Vec<&str> {
    let first = |dotted: &'_ str| dotted.find('.').unwrap_or(dotted.len());
    match import.kind {
        ImportKind::From => vec![&import.module[..first(&import.module)]],
        ImportKind::Import => {
            import.names.iter().map(|name| &name.name[..first(&name.name)]).collect()
        }
    }
}
