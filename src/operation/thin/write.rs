//! Writes the routes that call, the use cases, and the exceptions with their handler.

use std::collections::{BTreeMap, BTreeSet};

use super::imports;
use super::{Outcome, Split};
use crate::change::{Edit, apply_edits};
use crate::operation::rewrite::ensure;
use crate::python::PythonService;
use crate::workspace::Tree;

/// What becomes of one file.
#[derive(Default)]
struct File {
    edits: Vec<Edit>,
    imports: BTreeSet<String>,
}

/// Writes everything; what cannot be written leaves the tree as it was.
pub(super) fn write(tree: &mut Tree, service: &mut PythonService, outcome: &Outcome) {
    let mut after = tree.clone();
    let first = outcome.splits.first().and_then(|split| service.modules()[split.file].module());
    let newline = first.map_or("\n", |module| module.source.newline_at(0));
    for (index, file) in files(service, outcome) {
        if rewrite(&mut after, service, (index, &file), outcome).is_none() {
            return;
        }
    }
    for home in &outcome.homes {
        home.write(&mut after, &outcome.package, newline);
    }
    let statuses: BTreeSet<u16> =
        outcome.splits.iter().flat_map(|split| split.statuses.iter().copied()).collect();
    if outcome.splits.iter().any(|split| split.has_errors) {
        outcome.errors.write(&mut after, &statuses, newline);
    }
    *tree = after;
}

fn files(service: &PythonService, outcome: &Outcome) -> BTreeMap<usize, File> {
    let mut files: BTreeMap<usize, File> = BTreeMap::new();
    for split in &outcome.splits {
        let file = files.entry(split.file).or_default();
        file.edits.push(replaced(service, split));
        let import = format!("from {}.application import {}", outcome.package.name, split.home);
        file.imports.insert(import);
    }
    if outcome.splits.iter().any(|split| split.has_errors) {
        for (index, edits) in &outcome.wiring {
            let file = files.entry(*index).or_default();
            file.edits.extend(edits.iter().cloned());
            file.imports.insert(outcome.errors.install());
        }
    }
    files
}

/// The body of a route becomes the call.
fn replaced(service: &PythonService, split: &Split) -> Edit {
    let module = service.modules()[split.file].module();
    let newline = module.map_or("\n", |module| module.source.newline_at(split.lines.start));
    let text = module.map_or("", |module| module.text());
    let ends = text[split.lines.clone()].ends_with('\n');
    let call = split.call.replace('\n', newline);
    let end = if ends { newline } else { "" };
    Edit::replace(split.lines.clone(), format!("{call}{end}"))
}

/// A file with its edits, the imports that it needs, and without those that nothing uses any more.
fn rewrite(
    tree: &mut Tree,
    service: &mut PythonService,
    (index, file): (usize, &File),
    outcome: &Outcome,
) -> Option<()> {
    let path = service.modules()[index].path.clone();
    let original = service.modules()[index].module().cloned()?;
    let missing = file.imports.iter().filter(|statement| {
        let name = statement.rsplit(' ').next().unwrap_or_default();
        !original.facts.defines(name)
    });
    let missing: BTreeSet<String> = missing.cloned().collect();
    let mut edits = file.edits.clone();
    edits.extend(imports::added(&original, &missing, &outcome.package.name));
    let text = apply_edits(original.text(), &edits).ok()?;
    let text = ensure(service, (index, &path), (&original, &text), &[])?;
    let bytes = original.source.encode(&text)?;
    let entry = tree.get(&path)?.with_bytes(bytes);
    tree.set(path, entry);
    Some(())
}
