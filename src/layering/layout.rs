//! From a placement to moves: modules, what lies beside them, and tests that lie among the code.

use std::collections::{BTreeMap, BTreeSet};

use super::{Placement, Reason};
use crate::change::{Entry, RelPath};
use crate::python::{PythonService, is_test_path, join, parent};
use crate::workspace::Tree;

/// Old path → new path of every file that moves.
pub fn moves(
    tree: &Tree,
    service: &PythonService,
    placement: &Placement,
) -> BTreeMap<RelPath, RelPath> {
    let mut moves = BTreeMap::new();
    for decision in placement.decisions.iter().filter(|found| found.statements.is_empty()) {
        let from = &service.modules()[decision.module].path;
        if *from != decision.target && !matches!(decision.reason, Reason::Stays(_)) {
            moves.insert(from.clone(), decision.target.clone());
        }
    }
    let folders = package_folders(&moves);
    add_data(tree, service, &folders, &mut moves);
    add_tests(service, &folders, &mut moves);
    moves
}

/// Where the folder of each moved package goes: with its `__init__.py`, else with the first
/// module in it.
fn package_folders(moves: &BTreeMap<RelPath, RelPath>) -> BTreeMap<String, String> {
    let mut folders: BTreeMap<String, String> = BTreeMap::new();
    for (from, to) in moves {
        let folder = parent(from.as_str()).to_owned();
        let target = parent(to.as_str()).to_owned();
        if from.name() == "__init__.py" {
            folders.insert(folder, target);
        } else {
            folders.entry(folder).or_insert(target);
        }
    }
    folders
}

/// Files beside the modules of a package move with it; what lies in the service's own folder
/// stays.
fn add_data(
    tree: &Tree,
    service: &PythonService,
    folders: &BTreeMap<String, String>,
    moves: &mut BTreeMap<RelPath, RelPath>,
) {
    for (path, entry) in tree.iter() {
        let is_data = path.extension() != "py" && matches!(entry, Entry::File { .. });
        let Some(below) = below(service, path.as_str()).filter(|_| is_data) else { continue };
        if is_test_path(below) {
            continue;
        }
        let mut folder = parent(path.as_str());
        while folder.len() > service.root().len() {
            if let Some(target) = folders.get(folder) {
                let rest = path.as_str()[folder.len()..].trim_start_matches('/');
                if let Ok(target) = RelPath::new(join(target, rest)) {
                    moves.insert(path.clone(), target);
                }
                break;
            }
            folder = parent(folder);
        }
    }
}

/// Tests that lie inside a moved package go to `tests/`, in folders of the same names.
fn add_tests(
    service: &PythonService,
    folders: &BTreeMap<String, String>,
    moves: &mut BTreeMap<RelPath, RelPath>,
) {
    let mut taken = BTreeSet::new();
    for module in service.modules().iter().filter(|module| module.is_test) {
        let Some(rest) = below(service, module.path.as_str()) else { continue };
        let first = rest.split('/').next().unwrap_or_default();
        let is_beside_code = rest.contains('/')
            && !matches!(first, "tests" | "test" | "testing")
            && folders.keys().any(|folder| {
                below(service, folder).is_some_and(|folder| folder.split('/').next() == Some(first))
            });
        if !is_beside_code {
            continue;
        }
        let kept: Vec<&str> =
            rest.split('/').filter(|segment| !matches!(*segment, "tests" | "test")).collect();
        let short = join(service.root(), &format!("tests/{}", kept.join("/")));
        let long = join(service.root(), &format!("tests/{rest}"));
        let free = [short, long]
            .into_iter()
            .find(|target| service.index_of(target).is_none() && taken.insert(target.clone()));
        if let Some(Ok(target)) = free.map(RelPath::new) {
            moves.insert(module.path.clone(), target);
        }
    }
}

fn below<'a>(service: &PythonService, path: &'a str) -> Option<&'a str> {
    if service.root().is_empty() {
        return Some(path);
    }
    path.strip_prefix(service.root())?.strip_prefix('/')
}
