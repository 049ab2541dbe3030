//! Every migration step, held to its laws on every case below `migrations/*/cases/`.
//!
//! `SCAFFOLD_BLESS=1 cargo test --test migrations` rewrites what the cases expect; each
//! difference is then read by a person. `SCAFFOLD_CASE=NAME` keeps to cases of that name
//! or to those of that step.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests write the trees that the steps are held against, and start Python"
)]

mod cases;
mod disk;
mod images;
mod legacy;
mod options;
mod script;

use std::sync::LazyLock;

use cases::Case;
use rayon::prelude::*;
use scaffold::trial::{Broken, Law, judge};

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

/// The laws that are broken, case by case; every case is tried once.
static JUDGED: LazyLock<Vec<(String, Vec<Broken>)>> = LazyLock::new(|| {
    let cases = cases::all();
    assert!(!cases.is_empty(), "there is no case below migrations/");
    let judged = cases.par_iter().map(|case| {
        if cases::blesses() {
            case.bless(&case.plan(&case.before));
            return (case.label(), Vec::new());
        }
        (case.label(), judge(case, &case.step).unwrap())
    });
    judged.collect()
});

/// No case breaks any of these laws.
fn holds(laws: &[Law]) {
    let broken: Vec<String> = JUDGED
        .iter()
        .flat_map(|(label, broken)| {
            let these = broken.iter().filter(|broken| laws.contains(&broken.law));
            these.map(move |broken| format!("{label}: {}: {}", broken.law, broken.detail))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_case_becomes_what_its_after_folder_holds() {
    holds(&[Law::Result]);
}

#[test]
fn a_second_plan_is_empty() {
    holds(&[Law::Idempotent]);
}

#[test]
fn what_parsed_still_parses_and_the_static_proofs_find_nothing_broken() {
    holds(&[Law::Parses, Law::NothingLost]);
}

#[test]
fn a_plan_is_written_as_it_is_and_undone_byte_for_byte() {
    holds(&[Law::DryRun, Law::Undo]);
}

#[test]
fn windows_line_endings_make_no_difference() {
    holds(&[Law::LineEndings]);
}

#[test]
fn the_dry_run_shows_what_apply_writes_and_undo_gives_it_back() {
    every_case(|case| {
        let place = disk::Place::of(&case.before, case.folder.as_ref());
        let options = ["--only", case.step.id.as_str()];

        disk::problems(&place, &options, &case.plan(&case.before))
    });
}

#[test]
fn the_script_of_a_case_prints_the_same_before_and_after() {
    every_case(|case| script::problems(case, &case.plan(&case.before).after));
}

#[test]
fn every_step_has_cases() {
    let steps = scaffold::migration::catalogue().unwrap();
    let cases = cases::all();

    for step in steps {
        let own = cases.iter().filter(|case| case.step.id == step.id);
        assert!(own.count() >= 3, "{} has fewer than three cases", step.id);
    }
}
