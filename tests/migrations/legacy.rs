//! The services of `tests/legacy`, held to the same laws.

use std::sync::LazyLock;

use rayon::prelude::*;
use scaffold::change::RelPath;
use scaffold::migration::{Plan, Selection, ServiceTarget, catalogue};
use scaffold::workspace::{Scope, Tree};

use scaffold::trial::{differences, unsound};

use crate::disk;

static BACKEND: LazyLock<Tree> =
    LazyLock::new(|| Tree::read("tests/legacy".into(), &Scope::default()).unwrap());

fn services() -> Vec<RelPath> {
    let folders = camino::Utf8Path::new("tests/legacy/backend/services").read_dir_utf8().unwrap();
    let mut names: Vec<String> =
        folders.map(|entry| entry.unwrap().file_name().to_owned()).collect();
    names.sort();
    names.iter().map(|name| RelPath::new(format!("backend/services/{name}")).unwrap()).collect()
}

fn plan(tree: &Tree, folder: &RelPath) -> Plan {
    let target = ServiceTarget::new(tree, Some(folder.clone()), "shop").unwrap();
    Plan::build(tree, &target, catalogue().unwrap(), &Selection::default()).unwrap()
}

fn every_service(law: impl Fn(&RelPath, &Plan) -> Vec<String> + Sync) {
    let services = services();
    assert!(services.len() >= 12, "{} legacy services", services.len());
    let broken: Vec<String> = services
        .par_iter()
        .flat_map_iter(|folder| {
            let problems = law(folder, &plan(&BACKEND, folder));
            problems.into_iter().map(move |problem| format!("{folder}: {problem}"))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Whether a plan says why it does not do everything.
fn is_refused(plan: &Plan) -> bool {
    plan.refused().is_some_and(|step| step.refusal.as_ref().is_some_and(|why| !why.is_empty()))
}

#[test]
fn a_legacy_service_is_planned_without_a_broken_proof_or_refused_with_a_reason() {
    every_service(|_, plan| {
        if plan.is_empty() && !is_refused(plan) {
            return vec!["nothing is planned, and no reason given".to_owned()];
        }
        let broken = plan.broken().map(|item| {
            let why = item.detail.as_deref().unwrap_or_default();
            format!("broken: {} {}: {why}", item.aspect, item.name)
        });
        let parses = unsound(&plan.before) == unsound(&plan.after);
        broken.chain((!parses).then(|| "a file no longer parses".to_owned())).collect()
    });
}

#[test]
fn a_second_plan_of_a_legacy_service_is_empty() {
    every_service(|folder, first| {
        let second = plan(&first.after, folder);

        differences(&first.after, &second.after)
    });
}

#[test]
fn a_legacy_service_is_written_as_planned_and_undone_byte_for_byte() {
    every_service(|folder, plan| {
        let place = disk::Place::of(&BACKEND, Some(folder));

        disk::problems(&place, &[], plan)
    });
}
