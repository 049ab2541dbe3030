//! Every migration step, held to its laws on every case below `migrations/*/cases/`.
//!
//! `SCAFFOLD_BLESS=1 cargo test --test migrations` rewrites what the cases expect; each
//! difference is then read by a person. `SCAFFOLD_CASE=NAME` keeps to cases of that name.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests write the trees that the steps are held against, and start Python"
)]

mod cases;
mod disk;
mod legacy;
mod script;

use std::collections::BTreeMap;

use cases::Case;
use rayon::prelude::*;
use scaffold::change::{Entry, RelPath};
use scaffold::migration::Plan;
use scaffold::python::Module;
use scaffold::workspace::Tree;

/// Holds every case to one law and reports all that break it.
fn every_case(law: impl Fn(&Case) -> Vec<String> + Sync) {
    let cases = cases::all();
    assert!(!cases.is_empty(), "there is no case below migrations/");
    let broken: Vec<String> = cases
        .par_iter()
        .flat_map_iter(|case| {
            let problems = law(case);
            problems.into_iter().map(|problem| format!("{}: {problem}", case.label()))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// What differs between two trees, with the first line that does.
fn differences(expected: &Tree, found: &Tree) -> Vec<String> {
    let all = |tree: &Tree| -> BTreeMap<RelPath, Entry> {
        tree.iter().map(|(path, entry)| (path.clone(), entry.clone())).collect()
    };
    let (expected, found) = (all(expected), all(found));
    let mut problems = Vec::new();
    for (path, entry) in &expected {
        match found.get(path) {
            None => problems.push(format!("{path} is missing")),
            Some(other) if other != entry => problems.push(first_difference(path, entry, other)),
            Some(_) => {}
        }
    }
    let extra = found.keys().filter(|path| !expected.contains_key(*path));
    problems.extend(extra.map(|path| format!("{path} should not be there")));
    problems
}

fn first_difference(path: &RelPath, expected: &Entry, found: &Entry) -> String {
    let text = |entry: &Entry| {
        let bytes = entry.bytes().map(|bytes| bytes.to_vec()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (expected, found) = (text(expected), text(found));
    let lines = expected.split('\n').zip(found.split('\n')).zip(1..);
    match lines.into_iter().find(|((left, right), _)| left != right) {
        Some(((left, right), line)) => {
            format!("{path}:{line}: expected {left:?}, found {right:?}")
        }
        None => format!("{path}: one side is longer, or the mode differs"),
    }
}

/// How many Python files of a tree do not parse.
fn unsound(tree: &Tree) -> usize {
    let files = tree.iter().filter(|(path, _)| path.extension() == "py");
    let is_sound = |entry: &Entry| {
        let module = entry.bytes().and_then(|bytes| Module::parse(bytes).ok());
        module.is_some_and(|module| module.errors.is_empty())
    };
    files.filter(|(_, entry)| !is_sound(entry)).count()
}

/// The plan of a case's step on one of its trees.
fn plan(case: &Case, tree: &Tree) -> Plan {
    case.plan(tree).unwrap()
}

#[test]
fn a_case_becomes_what_its_after_folder_holds() {
    every_case(|case| {
        let plan = plan(case, &case.before);
        if cases::blesses() {
            case.bless(&plan);
            return Vec::new();
        }
        let mut problems = differences(&case.after, &plan.after);
        let notes = cases::notes(&plan);
        if notes != case.notes {
            problems.push(format!("expected notes:\n{}found notes:\n{notes}", case.notes));
        }
        problems
    });
}

#[test]
fn a_second_plan_is_empty() {
    every_case(|case| {
        let after = plan(case, &case.before).after;

        let second = plan(case, &after);

        differences(&after, &second.after)
    });
}

#[test]
fn what_parsed_still_parses_and_the_static_proofs_find_nothing_broken() {
    every_case(|case| {
        let plan = plan(case, &case.before);

        let broken = plan.broken().map(|item| format!("broken: {} {}", item.aspect, item.name));
        let mut problems: Vec<String> = broken.collect();
        let (before, after) = (unsound(&case.before), unsound(&plan.after));
        if before != after {
            problems.push(format!("{before} files did not parse, now {after}"));
        }
        problems
    });
}

#[test]
fn the_dry_run_shows_what_apply_writes_and_undo_gives_it_back() {
    every_case(|case| {
        let place = disk::Place::of(&case.before, case.folder.as_ref());
        let options = ["--only", case.step.as_str()];

        disk::problems(&place, &options, &plan(case, &case.before))
    });
}

#[test]
fn the_script_of_a_case_prints_the_same_before_and_after() {
    every_case(|case| script::problems(case, &plan(case, &case.before).after));
}

#[test]
fn every_step_has_cases() {
    let steps = scaffold::migration::catalogue().unwrap();
    let cases = cases::all();
    let covered = ["workspace", "src-layout", "layer-modules"];

    for step in steps.iter().filter(|step| covered.contains(&step.id.as_str())) {
        let own = cases.iter().filter(|case| case.step == step.id);
        assert!(own.count() >= 3, "{} has fewer than three cases", step.id);
    }
}
