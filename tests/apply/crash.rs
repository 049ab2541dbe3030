//! A writer that stops or fails before the n-th effect, for every n.
//!
//! Whatever happens, the tree is afterwards exactly the one before or exactly the one
//! after: bytes, modes, links and folders.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use camino::{Utf8Path, Utf8PathBuf};
use scaffold::apply::{GitMode, Recovery, Session, UndoTarget, apply_step, undo};
use scaffold::change::{ChangeSet, Entry, RelPath};
use scaffold::settings::{Fault, FaultKind, environment};
use scaffold::workspace::{Scope, Tree};

use crate::support::{Picture, fresh, fresh_with_large_files, path, picture};

/// What a case makes of a tree: the tree after, and which new path was which old one.
pub(crate) type Edit = fn(&mut Tree) -> BTreeMap<RelPath, RelPath>;

/// A case: its name and what it does to the common tree.
pub(crate) const CASES: [(&str, Edit); 8] = [
    ("creates files and folders", creates),
    ("edits files", edits),
    ("moves whole folders away", moves),
    ("swaps two files and chains a third", swaps),
    ("removes files and a folder", removes),
    ("turns files into folders and back", turns),
    ("changes links and modes", links_and_modes),
    ("moves, edits and removes large files", large),
];

/// The case that needs large files.
const LARGE: usize = 7;

fn creates(tree: &mut Tree) -> BTreeMap<RelPath, RelPath> {
    for name in ["new/deep/er/a.py", "new/b.py", "pkg/c.py", "d.py"] {
        tree.set(path(name), Entry::file(name));
    }
    BTreeMap::new()
}

fn edits(tree: &mut Tree) -> BTreeMap<RelPath, RelPath> {
    for name in ["main.py", "pkg/one.py", "pkg/run.sh"] {
        let entry = tree.get(&path(name)).unwrap().with_bytes("edited");
        tree.set(path(name), entry);
    }
    BTreeMap::new()
}

fn rename(tree: &mut Tree, moves: &mut BTreeMap<RelPath, RelPath>, from: &str, to: &str) {
    let entry = tree.remove(&path(from)).unwrap();
    tree.set(path(to), entry);
    moves.insert(path(to), path(from));
}

fn moves(tree: &mut Tree) -> BTreeMap<RelPath, RelPath> {
    let mut moves = BTreeMap::new();
    rename(tree, &mut moves, "pkg/one.py", "src/app/one.py");
    rename(tree, &mut moves, "pkg/two.py", "src/app/domain/two.py");
    rename(tree, &mut moves, "pkg/run.sh", "bin/run.sh");
    rename(tree, &mut moves, "pkg/sub/link", "src/link");
    rename(tree, &mut moves, "pkg/sub/data.bin", "src/app/data.bin");
    let edited = tree.get(&path("src/app/one.py")).unwrap().with_bytes("moved and edited");
    tree.set(path("src/app/one.py"), edited);
    moves
}

fn swaps(tree: &mut Tree) -> BTreeMap<RelPath, RelPath> {
    let mut moves = BTreeMap::new();
    let (one, two) = (path("pkg/one.py"), path("pkg/two.py"));
    let (first, second) = (tree.remove(&one).unwrap(), tree.remove(&two).unwrap());
    let main = tree.remove(&path("main.py")).unwrap();
    tree.set(one.clone(), second);
    tree.set(two.clone(), main);
    tree.set(path("pkg/three.py"), first);
    moves.insert(one.clone(), two.clone());
    moves.insert(two, path("main.py"));
    moves.insert(path("pkg/three.py"), one);
    moves
}

fn removes(tree: &mut Tree) -> BTreeMap<RelPath, RelPath> {
    for name in ["pkg/sub/link", "pkg/sub/data.bin", "main.py", "dangling"] {
        tree.remove(&path(name));
    }
    BTreeMap::new()
}

fn turns(tree: &mut Tree) -> BTreeMap<RelPath, RelPath> {
    let mut moves = BTreeMap::new();
    rename(tree, &mut moves, "main.py", "main.py/__init__.py");
    tree.remove(&path("pkg/sub/link"));
    rename(tree, &mut moves, "pkg/sub/data.bin", "pkg/sub");
    tree.remove(&path("dangling"));
    tree.set(path("dangling/file.py"), Entry::file("in a folder that was a link"));
    moves
}

fn links_and_modes(tree: &mut Tree) -> BTreeMap<RelPath, RelPath> {
    let link = |target: &str| Entry::Symlink { target: target.to_owned() };
    tree.set(path("dangling"), link("elsewhere/too"));
    tree.set(path("main.py"), link("pkg/one.py"));
    tree.set(path("pkg/sub/link"), Entry::file("no longer a link"));
    tree.set(path("new/link"), link("../pkg"));
    let script = tree.get(&path("pkg/run.sh")).unwrap().bytes().unwrap().to_vec();
    tree.set(path("pkg/run.sh"), Entry::file_with_mode(script, 0o600));
    BTreeMap::new()
}

fn large(tree: &mut Tree) -> BTreeMap<RelPath, RelPath> {
    let mut moves = BTreeMap::new();
    rename(tree, &mut moves, "models/big.bin", "src/models/big.bin");
    tree.remove(&path("models/huge.bin"));
    let Some(Entry::File { content, .. }) = tree.remove(&path("models/wide.bin")) else {
        unreachable!("the common tree has it");
    };
    let mode = 0o600;
    tree.set(path("models/wide.bin"), Entry::File { content, mode });
    moves
}

pub(crate) fn changes(root: &Utf8Path, case: usize) -> ChangeSet {
    let before = Tree::read(root, &Scope::default()).unwrap();
    let mut after = before.clone();
    let moves = CASES[case].1(&mut after);
    before.changes_to(&after, &moves)
}

/// The tree that a case starts from.
pub(crate) fn start(case: usize) -> (tempfile::TempDir, Utf8PathBuf) {
    if case == LARGE { fresh_with_large_files() } else { fresh() }
}

/// The pictures before and after a case that nothing disturbs.
fn undisturbed(case: usize) -> (Picture, Picture) {
    let (_folder, root) = start(case);
    let before = picture(&root);
    let changes = changes(&root, case);
    let planned = Tree::read(&root, &Scope::default()).unwrap().with(&changes);
    Session::open(&root, None, || {}).unwrap().apply(&changes).unwrap();
    assert_eq!(Tree::read(&root, &Scope::default()).unwrap(), planned);
    (before, picture(&root))
}

/// Runs this test program again as a writer that stops; true when it came to its end.
fn child(root: &Utf8Path, task: &str, fault: u64) -> bool {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["crash::writer_that_may_stop", "--exact", "--nocapture"])
        .env("SCAFFOLD_TEST_ROOT", root)
        .env("SCAFFOLD_TEST_TASK", task)
        .env("SCAFFOLD_FAULT", fault.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.unwrap().success()
}

/// As [`child`], for a whole step with its commits, or for its undo.
pub(crate) fn child_step(root: &Utf8Path, case: usize, undoing: bool, fault: u64) -> bool {
    let task = if undoing { "undo".to_owned() } else { format!("step {case}") };
    child(root, &task, fault)
}

/// Not a test by itself: the process that the other tests start and that dies.
#[test]
fn writer_that_may_stop() {
    let Some(root) = environment("SCAFFOLD_TEST_ROOT") else {
        return;
    };
    let root = Utf8Path::new(&root);
    let fault = environment("SCAFFOLD_FAULT").and_then(|text| text.parse().ok());
    let task = environment("SCAFFOLD_TEST_TASK").unwrap();
    let session = Session::open(root, fault, || {}).unwrap();
    let folder = path("pkg/.scaffold");
    match task.split_once(' ') {
        Some(("apply", case)) => session.apply(&changes(root, case.parse().unwrap())).unwrap(),
        Some(("step", case)) => {
            let changes = changes(root, case.parse().unwrap());
            let meta = crate::ledger::meta("s", "r1");
            apply_step(&session, &folder, &meta, &changes, GitMode::Clean).unwrap();
        }
        _ if task == "undo" => {
            undo(&session, &folder, &UndoTarget::All, GitMode::Clean).unwrap();
        }
        _ => assert_eq!(task, "recover"),
    }
}

#[test]
fn a_stop_before_any_effect_leaves_before_or_after() {
    for (case, (name, _)) in CASES.iter().enumerate() {
        let (before, after) = undisturbed(case);
        assert_ne!(before, after, "{name}");
        let mut seen = [0, 0];
        for fault in 1.. {
            let (_folder, root) = start(case);
            let finished = child(&root, &format!("apply {case}"), fault);
            drop(Session::open(&root, None, || {}).unwrap());
            let now = picture(&root);
            assert!(now == before || now == after, "{name}: effect {fault}");
            seen[usize::from(now == after)] += 1;
            if finished {
                assert_eq!(now, after, "{name}");
                break;
            }
        }
        assert!(seen[0] > 5 && seen[1] > 1, "{name}: {seen:?}");
    }
}

#[test]
fn an_error_before_any_effect_leaves_before_or_after() {
    for (case, (name, _)) in CASES.iter().enumerate() {
        let (before, after) = undisturbed(case);
        for before_effect in 1.. {
            let (_folder, root) = start(case);
            let changes = changes(&root, case);
            let fault = Fault { before: before_effect, kind: FaultKind::Error };
            let result = Session::open(&root, Some(fault), || {})
                .and_then(|session| session.apply(&changes).map(|()| session.root().effects()));
            drop(Session::open(&root, None, || {}).unwrap());
            let expected = if result.is_ok() { &after } else { &before };
            assert!(picture(&root) == *expected, "{name}: effect {before_effect}");
            if result.is_ok_and(|effects| effects < before_effect) {
                break;
            }
        }
    }
}

#[test]
fn a_stop_during_recovery_is_recovered_too() {
    let case = 5;
    let (before, after) = undisturbed(case);
    for fault in (1..).step_by(3) {
        let (_folder, root) = start(case);
        let finished = child(&root, &format!("apply {case}"), fault);
        for again in 1.. {
            if child(&root, "recover", again) {
                break;
            }
        }
        let session = Session::open(&root, None, || {}).unwrap();
        assert_eq!(session.recovery(), Recovery::Clean);
        drop(session);
        let now = picture(&root);
        assert!(now == before || now == after, "effect {fault}");
        if finished {
            break;
        }
    }
}
