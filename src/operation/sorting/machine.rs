//! Search paths of somebody's machine, taken out of tests where nothing is found through them.
//!
//! `sys.path.insert(0, "/home/somebody/shop/services/billing")` finds nothing on any other machine. On that
//! one it finds what lies in the same folder of this repository: where tests need none of the
//! names that lie there, they find the same without it.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::{Edit, RelPath};
use crate::operation::Note;
use crate::operation::web::{Insertion, write};
use crate::python::outline::{Call, Value};
use crate::python::{ImportKind, Module, PythonService};
use crate::workspace::Tree;

/// What is never imported from a folder of a service.
const NO_MODULES: [&str; 4] = ["tests", "test", "src", "conftest"];

/// Takes the search paths out of the tests of a service; `name` is the service's.
pub fn drop_machine_paths(tree: &mut Tree, (folder, name): (Option<&RelPath>, &str)) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let used = used(&service);
    let mut notes = Vec::new();
    let mut insertions: BTreeMap<usize, Insertion> = BTreeMap::new();
    for (index, record) in service.modules().iter().enumerate() {
        let module = record.module().filter(|module| record.is_test && module.errors.is_empty());
        let Some(module) = module.filter(|module| module.text().contains("sys.path")) else {
            continue;
        };
        let bytes = tree.get(&record.path).and_then(|entry| entry.bytes());
        let outline = bytes.and_then(|bytes| Module::with_outline(bytes).ok());
        let calls = outline.map(|(_, outline)| outline.calls).unwrap_or_default();
        for (call, text) in calls.iter().filter_map(|call| Some((call, machine_path(call)?))) {
            let line = module.source.line_of(call.what.start as usize);
            match reason(tree, &service, text, &used).or(alone(module, call).err()) {
                None => {
                    let edit = alone(module, call).ok().map(Edit::delete);
                    insertions.entry(index).or_default().edits.extend(edit);
                }
                Some(why) => {
                    let why = format!("this search path of one machine stays: {why}");
                    notes.push(Note::new(&record.path, line, why));
                }
            }
        }
    }
    notes.extend(write(tree, &mut service, &insertions, "a search path of one machine stays"));
    notes
}

/// The folder that a call puts on the search path, when it is written out and absolute.
fn machine_path(call: &Call) -> Option<&str> {
    let position = match &*call.what.callee {
        "sys.path.insert" => 1,
        "sys.path.append" => 0,
        _ => return None,
    };
    let text = call.what.arguments.get(position).and_then(Value::text)?;
    let is_drive = text.get(1..3).is_some_and(|rest| matches!(rest, ":\\" | ":/"));
    (text.starts_with('/') || is_drive).then_some(text)
}

/// Why tests could find something through a folder.
fn reason(
    tree: &Tree,
    service: &PythonService,
    text: &str,
    used: &BTreeSet<String>,
) -> Option<String> {
    let text = text.replace('\\', "/");
    let text = text.trim_end_matches('/');
    let is_same = |folder: &str| !folder.is_empty() && text.ends_with(&format!("/{folder}"));
    let mut folder = service.root();
    while !folder.is_empty() && !is_same(folder) {
        folder = folder.split_once('/').map_or("", |(_, rest)| rest);
    }
    if folder.is_empty() {
        return Some("it is no folder of this service".to_owned());
    }
    let here = format!("{}/", service.root());
    let names = tree.iter().filter_map(|(path, _)| {
        let below = path.as_str().strip_prefix(&here)?;
        let (first, rest) = below.split_once('/').unwrap_or((below, ""));
        let is_python = path.extension() == "py";
        is_python.then(|| if rest.is_empty() { first.trim_end_matches(".py") } else { first })
    });
    let names: BTreeSet<&str> = names.filter(|name| !NO_MODULES.contains(name)).collect();
    let found = names.into_iter().find(|name| used.contains(*name))?;
    Some(format!("tests import {found}, which lies in that folder"))
}

/// The first parts of every name that tests import, or spell in a dotted text.
fn used(service: &PythonService) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for record in service.modules().iter().filter(|record| record.is_test) {
        let Some(module) = record.module() else { continue };
        let first = |dotted: &str| dotted.split('.').next().unwrap_or_default().to_owned();
        for import in &module.facts.imports {
            match import.kind {
                ImportKind::From => drop(found.insert(first(&import.module))),
                ImportKind::Import => {
                    found.extend(import.names.iter().map(|name| first(&name.name)));
                }
            }
        }
        found.extend(module.facts.strings.iter().map(|string| first(&string.value)));
    }
    found
}

/// The whole lines of a call that is a statement of its own and not all that a block does.
fn alone(module: &Module, call: &Call) -> Result<std::ops::Range<usize>, String> {
    let range = call.what.start as usize..call.what.end as usize;
    let first = module.source.line_range(range.start);
    let last = module.source.line_range(range.end.saturating_sub(1));
    let is_alone = module.text()[first.start..range.start].is_empty()
        && module.text()[range.end..last.end].trim().is_empty();
    if is_alone && call.discarded {
        return Ok(first.start..last.end);
    }
    Err("it is no statement of the module alone on its line".to_owned())
}
