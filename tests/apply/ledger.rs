//! Steps with their record, and undo byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use camino::Utf8Path;
use scaffold::apply::{
    ApplyError, GitMode, Ledger, Session, StepState, UndoTarget, apply_step, record_state, undo,
};
use scaffold::change::{Applicability, ChangeSet, Entry, StepMeta};
use scaffold::error::ExitStatus;
use scaffold::workspace::{Scope, Tree};

use crate::crash::{CASES, changes, start};
use crate::support::{fresh, fresh_with_large_files, path, picture, set_mode};

pub(crate) fn meta(id: &str, run: &str) -> StepMeta {
    StepMeta {
        id: id.to_owned(),
        title: format!("Do {id}"),
        kind: Applicability::Preserving,
        run: run.to_owned(),
    }
}

fn open(root: &Utf8Path) -> Session {
    Session::open(root, None, || {}).unwrap()
}

/// Applies one case as a step on whatever is there.
fn step(root: &Utf8Path, case: usize, run: &str) {
    let changes = changes(root, case);
    let meta = meta(&format!("step-{case}"), run);
    apply_step(&open(root), &path("pkg/.scaffold"), &meta, &changes, GitMode::Never).unwrap();
}

/// Writes to a file that exists.
fn edit(root: &Utf8Path, name: &str, text: &str) {
    let mut file = fs::OpenOptions::new().append(true).open(root.join(name)).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
}

#[test]
fn every_case_is_undone_byte_for_byte() {
    for (case, (name, _)) in CASES.iter().enumerate() {
        let (_folder, root) = start(case);
        let before = picture(&root);

        step(&root, case, "r1");
        assert_ne!(picture(&root), before);
        let undone =
            undo(&open(&root), &path("pkg/.scaffold"), &UndoTarget::LastRun, GitMode::Never)
                .unwrap();

        assert!(undone.ledger_removed);
        assert!(picture(&root) == before, "{name}");
    }
}

#[test]
fn steps_on_top_of_each_other_are_undone_together_or_one_by_one() {
    for one_by_one in [false, true] {
        let (_folder, root) = fresh_with_large_files();
        let mut before = vec![picture(&root)];
        for case in [0, 1, 3, 7] {
            step(&root, case, &format!("r{}", case / 2));
            before.push(picture(&root));
        }
        let folder = path("pkg/.scaffold");
        if one_by_one {
            for case in [7, 3, 1, 0] {
                let target = UndoTarget::Step(format!("step-{case}"));
                let undone = undo(&open(&root), &folder, &target, GitMode::Never).unwrap();
                assert_eq!(undone.steps, [format!("step-{case}")]);
            }
        } else {
            undo(&open(&root), &folder, &UndoTarget::All, GitMode::Never).unwrap();
        }
        assert!(picture(&root) == before[0], "{one_by_one}");
    }
}

#[test]
fn the_last_run_alone_is_undone_and_the_ledger_remembers() {
    let (_folder, root) = fresh();
    let folder = path("pkg/.scaffold");
    step(&root, 0, "first");
    let between = Tree::read(&root, &Scope::default()).unwrap();
    step(&root, 1, "second");
    step(&root, 4, "second");

    let undone = undo(&open(&root), &folder, &UndoTarget::LastRun, GitMode::Never).unwrap();

    let session = open(&root);
    let ledger = Ledger::read(session.root(), &folder).unwrap();
    assert_eq!(undone.steps, ["step-4", "step-1"]);
    assert!(!undone.ledger_removed);
    assert_eq!(ledger.state("step-0"), Some(StepState::Applied));
    assert_eq!(ledger.state("step-4"), Some(StepState::Undone));
    assert_eq!(Tree::read(&root, &Scope::default()).unwrap(), between);
}

#[test]
fn undo_refuses_and_names_what_changed_since() {
    let (_folder, root) = fresh();
    step(&root, 1, "r");
    edit(&root, "main.py", "more");
    set_mode(&root.join("pkg/one.py"), 0o755);
    let before = picture(&root);

    let error =
        undo(&open(&root), &path("pkg/.scaffold"), &UndoTarget::All, GitMode::Never).unwrap_err();

    let expected = [path("main.py"), path("pkg/one.py")];
    assert!(matches!(&error, ApplyError::ChangedSince(paths) if *paths == expected), "{error}");
    assert_eq!(error.status(), ExitStatus::Unresolved);
    assert_eq!(picture(&root), before);
}

#[test]
fn permissions_of_another_machine_are_no_change_and_are_kept() {
    let (_folder, root) = fresh();
    step(&root, 1, "r");
    set_mode(&root.join("main.py"), 0o600);

    undo(&open(&root), &path("pkg/.scaffold"), &UndoTarget::All, GitMode::Never).unwrap();

    let mode = fs::metadata(root.join("main.py")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn an_edit_between_two_steps_stops_the_undo_of_both() {
    let (_folder, root) = fresh();
    step(&root, 1, "r1");
    edit(&root, "main.py", "mine");
    step(&root, 3, "r2");
    let folder = path("pkg/.scaffold");

    let error = undo(&open(&root), &folder, &UndoTarget::All, GitMode::Never).unwrap_err();
    undo(&open(&root), &folder, &UndoTarget::LastRun, GitMode::Never).unwrap();

    assert!(matches!(error, ApplyError::ChangedSince(_)), "{error}");
    assert!(fs::read_to_string(root.join("main.py")).unwrap().ends_with("mine"));
}

#[test]
fn steps_that_were_not_applied_are_recorded_with_the_reason() {
    let (_folder, root) = fresh();
    let folder = path("pkg/.scaffold");
    let state = (StepState::Skipped, "not wanted");

    record_state(&open(&root), &folder, &meta("a", "r"), state, GitMode::Never).unwrap();

    let session = open(&root);
    let ledger = Ledger::read(session.root(), &folder).unwrap();
    assert_eq!(ledger.state("a"), Some(StepState::Skipped));
    assert_eq!(ledger.steps()[0].reason.as_deref(), Some("not wanted"));
    let nothing = undo(&session, &folder, &UndoTarget::LastRun, GitMode::Never).unwrap_err();
    assert!(matches!(nothing, ApplyError::NothingToUndo(_)));
}

/// A ledger that somebody has edited.
fn tampered(replace: &[(&str, &str)]) -> (ApplyError, bool) {
    let (_folder, root) = fresh();
    step(&root, 1, "r");
    let file = root.join("pkg/.scaffold/ledger.json");
    let mut text = fs::read_to_string(&file).unwrap();
    for (from, to) in replace {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    fs::write(&file, text).unwrap();
    let before = picture(&root);
    let error =
        undo(&open(&root), &path("pkg/.scaffold"), &UndoTarget::All, GitMode::Never).unwrap_err();
    (error, picture(&root) == before)
}

#[test]
fn a_tampered_ledger_is_refused() {
    let cases: [&[(&str, &str)]; 7] = [
        &[("\"version\": 1", "\"version\": 2")],
        &[("\"main.py\"", "\"../main.py\"")],
        &[("\"main.py\"", "\"/main.py\"")],
        &[("\"main.py\"", "\"pkg/.scaffold/objects/x\"")],
        &[("\"mode\": 420", "\"mode\": 2541")],
        &[("\"title\": \"Do step-1\"", "\"title\": \"Do\\nScaffold-Run: x\"")],
        &[("\"id\": \"step-1\"", "\"id\": \"../step\"")],
    ];
    for replace in cases {
        let (error, untouched) = tampered(replace);
        assert!(matches!(error, ApplyError::Ledger { .. }), "{replace:?}: {error}");
        assert!(untouched);
    }
}

#[test]
fn kept_bytes_that_were_exchanged_or_inflated_are_refused() {
    for bytes in
        [&b"rubbish"[..], &miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 1 << 20], 9)]
    {
        let (_folder, root) = fresh();
        step(&root, 1, "r");
        let objects: Vec<_> = picture(&root)
            .into_iter()
            .filter(|(name, (_, content))| name.contains("/objects/") && content != b"folder")
            .collect();
        for (name, _) in &objects {
            fs::write(root.join(name), bytes).unwrap();
        }
        let before = picture(&root);

        let error = undo(&open(&root), &path("pkg/.scaffold"), &UndoTarget::All, GitMode::Never)
            .unwrap_err();

        assert!(!objects.is_empty());
        assert!(matches!(error, ApplyError::Ledger { .. }), "{error}");
        assert_eq!(picture(&root), before);
    }
}

#[test]
fn a_step_may_not_touch_its_own_ledger_or_make_setuid_files() {
    let (_folder, root) = fresh();
    for (name, mode) in [("pkg/.scaffold/ledger.json", 0o644), ("tool", 0o4755)] {
        let mut changes = ChangeSet::new();
        changes.create(path(name), Entry::file_with_mode("x", mode));
        let result = apply_step(
            &open(&root),
            &path("pkg/.scaffold"),
            &meta("a", "r"),
            &changes,
            GitMode::Never,
        );
        assert!(matches!(result, Err(ApplyError::Invalid { .. })), "{result:?}");
    }
}

#[test]
fn two_names_of_one_content_come_back_with_their_own_modes() {
    let (_folder, root) = fresh();
    fs::write(root.join("pkg/copy.py"), "one = 1\r\n").unwrap();
    set_mode(&root.join("pkg/copy.py"), 0o600);
    let before = picture(&root);
    let tree = Tree::read(&root, &Scope::default()).unwrap();
    let mut after = tree.clone();
    let one = after.remove(&path("pkg/one.py")).unwrap();
    after.remove(&path("pkg/copy.py"));
    after.set(path("new/one.py"), one);
    let moves = BTreeMap::from([(path("new/one.py"), path("pkg/one.py"))]);

    let changes = tree.changes_to(&after, &moves);
    let folder = path("pkg/.scaffold");
    apply_step(&open(&root), &folder, &meta("a", "r"), &changes, GitMode::Never).unwrap();
    undo(&open(&root), &folder, &UndoTarget::All, GitMode::Never).unwrap();

    assert_eq!(picture(&root), before);
}
