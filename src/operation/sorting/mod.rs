//! Tests go to `tests/{unit,integration,e2e,contract}` by what they touch.
//!
//! Only files that lie directly in `tests/` move: folders below it are an order that somebody chose.
//! `conftest.py`, helpers and data stay where they are, and every path, import and command that
//! names a test follows it. What could make pytest find something else keeps all of them in place.

mod kinds;
mod machine;
mod obstacle;

use std::collections::BTreeMap;

use super::Note;
use super::relocate::{Moves, relocate};
use crate::change::{Entry, RelPath};
use crate::layering::Placement;
use crate::python::{PythonService, join};
use crate::workspace::Tree;
pub(super) use kinds::Kind;
pub use machine::drop_machine_paths;

/// What every reason begins with.
const STAYS: &str = "the tests stay in one folder";

/// What sorting leaves.
#[derive(Debug)]
pub struct Sorted {
    /// The tree afterwards.
    pub tree: Tree,
    /// New path → old path of everything that moved.
    pub moved: BTreeMap<RelPath, RelPath>,
    /// What was left as it is, with reasons.
    pub notes: Vec<Note>,
}

/// Sorts the tests of a service; fails with a sentence when a file cannot be moved.
pub fn sort(tree: &Tree, service: &PythonService, package: &str) -> Result<Sorted, String> {
    let folder = join(service.root(), "tests");
    let mut notes = Vec::new();
    let unchanged = |notes| Ok(Sorted { tree: tree.clone(), moved: BTreeMap::new(), notes });
    let found: Vec<(usize, Kind)> = (0..service.modules().len())
        .filter(|index| is_direct(service, *index, &folder))
        .map(|index| (index, kinds::of(service, index)))
        .collect();
    if found.is_empty() {
        return unchanged(notes);
    }
    if let Some(note) = obstacle::of_all(tree, service) {
        notes.push(Note { message: format!("{STAYS}: {}", note.message), ..note });
        return unchanged(notes);
    }
    let mut moves = Moves::new();
    for (index, kind) in found {
        let path = &service.modules()[index].path;
        let apart = obstacle::is_apart(service, &folder, kind.folder())
            .then(|| (0, format!("{} is no package as the tests around it are", kind.folder())));
        let stays = apart.or_else(|| obstacle::of_one(service, index, &folder));
        if let Some((line, why)) = stays {
            notes.push(Note::new(path, line, format!("this test stays in tests/: {why}")));
            continue;
        }
        let to = format!("{folder}/{}/{}", kind.folder(), path.name());
        let to = RelPath::new(to).map_err(|error| error.to_string())?;
        moves.insert(path.clone(), to);
    }
    if moves.is_empty() {
        return unchanged(notes);
    }
    let whole = Placement {
        package: package.to_owned(),
        code_root: service.root().to_owned(),
        decisions: Vec::new(),
        divided: BTreeMap::new(),
        kept_whole: Vec::new(),
        links: Vec::new(),
    };
    let mut relocated =
        relocate(tree, service, &moves, &whole).map_err(|error| error.to_string())?;
    add_packages(tree, &mut relocated.tree, &folder, &moves);
    notes.extend(relocated.notes);
    Ok(Sorted { tree: relocated.tree, moved: relocated.moved, notes })
}

/// Whether a file is a test that lies directly in the folder of tests.
fn is_direct(service: &PythonService, index: usize, folder: &str) -> bool {
    let record = &service.modules()[index];
    let name = record.path.name();
    let is_named = (name.starts_with("test_") || name.ends_with("_test.py")) && record.is_sound();
    record.is_test
        && is_named
        && record.path.parent().is_some_and(|parent| parent.as_str() == folder)
}

/// Where the tests are a package, the folders for them are packages as well.
fn add_packages(before: &Tree, after: &mut Tree, folder: &str, moves: &Moves) {
    let is_package =
        RelPath::new(format!("{folder}/__init__.py")).is_ok_and(|path| before.get(&path).is_some());
    if !is_package {
        return;
    }
    for kind in Kind::ALL {
        let inside = format!("{folder}/{}/", kind.folder());
        let Ok(path) = RelPath::new(format!("{inside}__init__.py")) else { continue };
        let is_used = moves.values().any(|to| to.as_str().starts_with(&inside));
        if is_used && after.get(&path).is_none() {
            after.set(path, Entry::file(kind.docstring()));
        }
    }
}
