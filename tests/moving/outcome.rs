//! What becomes of a program: planned in memory, proved, planned again, and run by Python.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use scaffold::change::{Entry, RelPath};
use scaffold::migration::{Plan, Selection, ServiceTarget, catalogue};
use scaffold::workspace::Tree;

use crate::program::Program;
use crate::python::{Pair, Runner};

/// How much moved.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moves {
    /// Definitions that left their module for another file.
    pub(crate) definitions: usize,
    /// Modules that were taken apart.
    pub(crate) divided: usize,
    /// Lines that the driver printed.
    pub(crate) lines: usize,
}

/// What became of a program.
pub(crate) enum Outcome {
    Same(Moves),
    Refused(String),
    Different(String),
}

/// A program, judged.
pub(crate) struct Judged {
    pub(crate) seed: u64,
    pub(crate) features: BTreeSet<&'static str>,
    pub(crate) outcome: Outcome,
}

/// Judges some programs with one Python process.
pub(crate) fn judge(programs: impl Iterator<Item = (u64, Program)>) -> Vec<Judged> {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::try_from(folder.path().to_owned()).unwrap();
    let mut runner = Runner::start();
    let judged = programs.map(|(seed, program)| {
        let outcome = outcome(&mut runner, &root.join(seed.to_string()), &program);
        Judged { seed, features: program.features, outcome }
    });
    judged.collect()
}

/// The tree of some files.
pub(crate) fn tree_of(program: &Program) -> Tree {
    let files = program.files.iter();
    files.map(|(path, text)| (RelPath::new(path).unwrap(), Entry::file(text.as_bytes()))).collect()
}

/// Plans the step that moves modules, alone.
pub(crate) fn plan(tree: &Tree) -> Plan {
    let target = ServiceTarget::new(tree, None, "shop").unwrap();
    let selection = Selection { only: vec!["layer-modules".to_owned()], ..Selection::default() };
    Plan::build(tree, &target, catalogue().unwrap(), &selection).unwrap()
}

fn outcome(runner: &mut Runner, root: &Utf8Path, program: &Program) -> Outcome {
    let tree = tree_of(program);
    let plan = plan(&tree);
    let (before, after) = (root.join("before/shop"), root.join("after/shop"));
    write_tree(&tree, &before);
    write_tree(&plan.after, &after);
    let Pair { before: was, after: is } = runner.run(&before, &after);
    if std::env::var_os("SCAFFOLD_PROGRAM").is_some() {
        let shown = Utf8Path::new("target/moving");
        write_tree(&tree, &shown.join("before"));
        write_tree(&plan.after, &shown.join("after"));
    } else {
        std::fs::remove_dir_all(root).unwrap();
    }
    if let Some(error) = &was.error {
        return Outcome::Different(format!("it does not run before: {error}"));
    }
    if let Some(refusal) = plan.refused().and_then(|step| step.refusal.clone()) {
        return Outcome::Refused(refusal);
    }
    let broken: Vec<String> = plan
        .broken()
        .map(|item| {
            format!(
                "{} {} ({})",
                item.aspect,
                item.name,
                item.detail.as_deref().unwrap_or_default()
            )
        })
        .collect();
    if !broken.is_empty() {
        return Outcome::Different(format!("the proofs find {}", broken.join(", ")));
    }
    if let Some(error) = &is.error {
        return Outcome::Different(format!("it does not run after: {error}"));
    }
    if let Some((old, new)) = was.out.lines().zip(is.out.lines()).find(|(old, new)| old != new) {
        return Outcome::Different(format!("it printed {old:?}, now {new:?}"));
    }
    if was.out.lines().count() != is.out.lines().count() {
        return Outcome::Different("it prints another number of lines".to_owned());
    }
    if !self::plan(&plan.after).is_empty() {
        return Outcome::Different("the second plan is not empty".to_owned());
    }
    Outcome::Same(moves(&plan, was.out.lines().count()))
}

fn moves(plan: &Plan, lines: usize) -> Moves {
    let mut moves = Moves { lines, ..Moves::default() };
    for placement in plan.steps.iter().filter_map(|step| step.placement.as_ref()) {
        moves.divided += placement.divided.len();
        for decision in &placement.decisions {
            let divided = placement.divided.get(&decision.module);
            let leaves = divided.is_some_and(|found| found.files.contains_key(&decision.target));
            moves.definitions += if leaves { decision.names.len() } else { 0 };
        }
    }
    moves
}

/// Writes a tree below a folder.
pub(crate) fn write_tree(tree: &Tree, root: &Utf8Path) {
    for (path, entry) in tree.iter() {
        let full = root.join(path.as_str());
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(&full, &entry.bytes().unwrap()[..]).unwrap();
    }
}
