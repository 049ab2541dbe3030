//! A saved plan is applied exactly, or refused.

use std::fs;

use camino::Utf8Path;
use scaffold::apply::{
    ApplyError, GitMode, Session, UndoTarget, apply_step, load_plan, save_plan, undo,
};
use scaffold::change::{ChangeSet, Entry, PlanDocument, PlanError, PlannedStep};
use scaffold::workspace::{Scope, Tree};

use crate::crash::CASES;
use crate::ledger::meta;
use crate::support::{fresh, fresh_with_large_files, path, picture};

/// A plan of several steps, each made on what the one before would leave.
fn plan(root: &Utf8Path, cases: &[usize]) -> Vec<PlannedStep> {
    let mut tree = Tree::read(root, &Scope::default()).unwrap();
    let mut steps = Vec::new();
    for case in cases {
        let mut after = tree.clone();
        let moves = CASES[*case].1(&mut after);
        let changes = tree.changes_to(&after, &moves);
        let meta = meta(&format!("step-{case}"), "r");
        steps.push(PlannedStep { ledger: path("pkg/.scaffold"), meta, changes });
        tree = after;
    }
    steps
}

fn resolve(plan: &PlanDocument, root: &Utf8Path) -> Result<Vec<PlannedStep>, PlanError> {
    let session = Session::open(root, None, || {}).unwrap();
    plan.resolve(|path| session.root().entry(path))
}

fn apply(steps: &[PlannedStep], root: &Utf8Path) {
    let session = Session::open(root, None, || {}).unwrap();
    for step in steps {
        apply_step(&session, &step.ledger, &step.meta, &step.changes, GitMode::Never).unwrap();
    }
}

#[test]
fn a_saved_plan_comes_back_as_it_was_and_does_the_same() {
    let (_folder, root) = fresh_with_large_files();
    let (_other_folder, other) = fresh_with_large_files();
    let before = picture(&root);
    let steps = plan(&root, &[0, 1, 7, 3, 6]);
    let file = root.parent().unwrap().join(format!("{}.plan.json", root.file_name().unwrap()));

    save_plan(&file, &PlanDocument::new(&steps)).unwrap();
    let loaded = load_plan(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let resolved = resolve(&loaded, &root).unwrap();

    assert_eq!(resolved, steps);
    apply(&resolved, &root);
    apply(&plan(&other, &[0, 1, 7, 3, 6]), &other);
    let ours: Vec<_> = picture(&root).into_iter().collect();
    let theirs: Vec<_> = picture(&other).into_iter().collect();
    assert!(ours == theirs);
    let session = Session::open(&root, None, || {}).unwrap();
    undo(&session, &path("pkg/.scaffold"), &UndoTarget::All, GitMode::Never).unwrap();
    drop(session);
    assert!(picture(&root) == before);
}

#[test]
fn a_plan_on_another_tree_is_refused_with_every_path() {
    let (_folder, root) = fresh();
    let document = PlanDocument::new(&plan(&root, &[1, 0]));
    fs::write(root.join("main.py"), "changed").unwrap();
    fs::remove_file(root.join("pkg/run.sh")).unwrap();

    let error = resolve(&document, &root).unwrap_err();

    let expected = [path("main.py"), path("pkg/run.sh")];
    assert!(matches!(&error, PlanError::Stale(paths) if *paths == expected), "{error}");
}

#[test]
fn a_plan_whose_new_file_exists_meanwhile_is_refused() {
    let (_folder, root) = fresh();
    let document = PlanDocument::new(&plan(&root, &[0]));
    fs::write(root.join("d.py"), "mine").unwrap();

    assert!(matches!(resolve(&document, &root), Err(PlanError::Stale(_))));
}

#[test]
fn an_edited_plan_is_refused() {
    let (_folder, root) = fresh();
    let text = PlanDocument::new(&plan(&root, &[1, 2])).to_json();
    let edits = [
        ("\"edited\"", "\"evil\""),
        ("\"version\": 1", "\"version\": 9"),
        ("\"src/link\"", "\"src/../../link\""),
        ("\"bin/run.sh\"", "\"/bin/run.sh\""),
        ("\"bin/run.sh\"", "\".git/run.sh\""),
        ("\"mode\": 420", "\"mode\": 421"),
        ("\"run\": \"r\"", "\"run\": \"r\", \"extra\": 1"),
    ];
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        assert!(PlanDocument::from_json(&text.replace(from, to)).is_err(), "{to}");
    }
}

/// A plan that was never ours, with hashes that fit.
fn forged(changes: ChangeSet) -> Result<PlanDocument, PlanError> {
    let step = PlannedStep { ledger: path("pkg/.scaffold"), meta: meta("s", "r"), changes };
    PlanDocument::from_json(&PlanDocument::new(&[step]).to_json())
}

#[test]
fn a_forged_plan_writes_neither_hooks_nor_setuid_programs_nor_past_a_link() {
    let creating = |name: &str, mode| {
        let mut changes = ChangeSet::new();
        changes.create(path(name), Entry::file_with_mode("x", mode));
        changes
    };
    assert!(forged(creating(".git/hooks/post-commit", 0o755)).is_err());
    assert!(forged(creating("tool", 0o4755)).is_err());

    let (_folder, root) = fresh();
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), root.join("away")).unwrap();
    let through = forged(creating("away/file", 0o644)).unwrap();
    let step = resolve(&through, &root).unwrap().remove(0);
    let session = Session::open(&root, None, || {}).unwrap();
    let error = session.apply(&step.changes).unwrap_err();
    assert!(matches!(error, ApplyError::ThroughLink { .. }), "{error}");
}

#[test]
fn a_tree_that_changes_after_the_plan_was_resolved_is_noticed() {
    let (_folder, root) = fresh();
    let steps = plan(&root, &[1]);
    let resolved = resolve(&PlanDocument::new(&steps), &root).unwrap();
    fs::write(root.join("main.py"), "changed").unwrap();

    let session = Session::open(&root, None, || {}).unwrap();
    let step = &resolved[0];
    let result = apply_step(&session, &step.ledger, &step.meta, &step.changes, GitMode::Never);

    assert!(matches!(result, Err(ApplyError::Stale(_))), "{result:?}");
}
