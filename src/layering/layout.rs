//! From a placement to moves: modules, what lies beside them, and tests that lie among the code.

use std::collections::{BTreeMap, BTreeSet};

use super::{Placement, Reason};
use crate::change::{Entry, RelPath};
use crate::python::{PathBase, PathStep, PythonService, is_test_path, join, parent};
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
    let mut folders = package_folders(&moves);
    folders.extend(kept_packages(service, placement));
    let staying =
        placement.decisions.iter().filter(|found| matches!(found.reason, Reason::Stays(_)));
    let staying = staying.map(|found| parent(service.modules()[found.module].path.as_str()));
    let staying = Staying { code: staying.collect(), open: open_folders(service, &moves) };
    add_data((tree, service), &folders, &staying, &mut moves);
    add_tests((service, &placement.package), &folders, &mut moves);
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

/// The folders of packages that are where they belong: what lies in them is found through the
/// package, whichever of its modules leave.
fn kept_packages(service: &PythonService, placement: &Placement) -> Vec<(String, String)> {
    let whole = placement.decisions.iter().filter(|found| found.statements.is_empty());
    let kept = whole.filter_map(|found| {
        let path = &service.modules()[found.module].path;
        let is_kept = path.name() == "__init__.py"
            && *path == found.target
            && !matches!(found.reason, Reason::Stays(_));
        let folder = parent(path.as_str()).to_owned();
        is_kept.then(|| (folder.clone(), folder))
    });
    kept.collect()
}

/// Folders whose files do not move.
struct Staying<'a> {
    /// Folders that hold code that stays: what lies beside it stays, too.
    code: BTreeSet<&'a str>,
    /// Folders that code hands on as a path: what is looked for below them cannot be known.
    open: BTreeSet<String>,
}

/// Folders that a path expression leads to without a name behind it, other than as the start of
/// other paths of its file, and whose modules part ways.
fn open_folders(service: &PythonService, moves: &BTreeMap<RelPath, RelPath>) -> BTreeSet<String> {
    let mut open = BTreeSet::new();
    for (index, record) in service.modules().iter().enumerate() {
        let Some(module) = record.module() else { continue };
        let is_read = |name: &String| service.outside().read.contains(&(index, name.clone()));
        for found in module.facts.paths.iter().filter(|found| !found.on_search_path) {
            let is_start =
                module.facts.is_only_a_start(found) && !found.defines.as_ref().is_some_and(is_read);
            let only_climbs = found.value.base == PathBase::File
                && found.value.steps.iter().all(|step| *step == PathStep::Parent);
            let folder = found.value.locate(record.path.as_str(), service.root());
            let below_root = folder.filter(|folder| below(service, folder).is_some());
            if let Some(folder) = below_root.filter(|_| only_climbs && !is_start)
                && service.index_of(&folder).is_none()
                && !moves_together(moves, &folder)
            {
                open.insert(folder);
            }
        }
    }
    open
}

/// Whether all modules below a folder keep their places in it.
fn moves_together(moves: &BTreeMap<RelPath, RelPath>, folder: &str) -> bool {
    let Ok(folder) = RelPath::new(folder) else { return false };
    let targets: BTreeSet<Option<&str>> = moves
        .iter()
        .filter_map(|(from, to)| Some(to.as_str().strip_suffix(from.below(&folder)?.as_str())))
        .collect();
    targets.len() <= 1 && !targets.contains(&None)
}

/// Files beside the modules of a package move with it; what lies in the service's own folder, or
/// beside code that stays, or below a folder that others are told of, stays.
fn add_data(
    (tree, service): (&Tree, &PythonService),
    folders: &BTreeMap<String, String>,
    staying: &Staying<'_>,
    moves: &mut BTreeMap<RelPath, RelPath>,
) {
    for (path, entry) in tree.iter() {
        let is_data = path.extension() != "py" && matches!(entry, Entry::File { .. });
        let Some(below) = below(service, path.as_str()).filter(|_| is_data) else { continue };
        if is_test_path(below) {
            continue;
        }
        let above = || {
            let first = Some(parent(path.as_str()));
            std::iter::successors(first, |folder| Some(parent(folder)))
                .take_while(|folder| folder.len() > service.root().len())
        };
        if above().any(|folder| staying.open.contains(folder)) {
            continue;
        }
        let mut near = above()
            .take_while(|folder| folders.contains_key(*folder) || !staying.code.contains(folder));
        let target = near.find_map(|folder| {
            let rest = path.as_str()[folder.len()..].trim_start_matches('/');
            RelPath::new(join(folders.get(folder)?, rest)).ok()
        });
        if let Some(target) = target.filter(|target| target != path) {
            moves.insert(path.clone(), target);
        }
    }
}

/// Tests that lie inside a moved package go to `tests/`, in folders of the same names.
fn add_tests(
    (service, package): (&PythonService, &str),
    folders: &BTreeMap<String, String>,
    moves: &mut BTreeMap<RelPath, RelPath>,
) {
    let beside_code =
        service.modules().iter().filter(|module| module.is_test).filter_map(|module| {
            let rest = below(service, module.path.as_str())?;
            let first = rest.split('/').next().unwrap_or_default();
            let is_beside_code = rest.contains('/')
                && !matches!(first, "tests" | "test" | "testing")
                && folders.keys().any(|folder| {
                    below(service, folder)
                        .is_some_and(|folder| folder.split('/').next() == Some(first))
                });
            is_beside_code.then_some((module, rest))
        });
    let beside_code: Vec<_> = beside_code.collect();
    // `tests/shop/` would hide the package `shop` from the tests in it.
    let in_package = |rest: &'_ str| -> String {
        let own = rest.strip_prefix(package).and_then(|rest| rest.strip_prefix('/'));
        own.unwrap_or(rest).to_owned()
    };
    let short = |rest: &str| {
        let rest = in_package(rest);
        let kept: Vec<&str> =
            rest.split('/').filter(|segment| !matches!(*segment, "tests" | "test")).collect();
        join(service.root(), &format!("tests/{}", kept.join("/")))
    };
    // A module beside a folder of its name would be hidden by that.
    let folders: BTreeSet<String> = {
        let shorts = beside_code.iter().map(|(_, rest)| short(rest));
        shorts.map(|path| parent(&path).to_owned()).collect()
    };
    let is_hidden =
        |path: &str| path.strip_suffix(".py").is_some_and(|stem| folders.contains(stem));
    let mut taken = BTreeSet::new();
    for (module, rest) in beside_code {
        let long = join(service.root(), &format!("tests/{}", in_package(rest)));
        let free = [short(rest), long].into_iter().find(|target| {
            service.index_of(target).is_none() && !is_hidden(target) && taken.insert(target.clone())
        });
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
