//! A writer that stops or fails before the n-th effect, for every n.
//!
//! Whatever happens, the tree is afterwards exactly the one before or exactly the one
//! after: bytes, modes, links and folders.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests make the trees that the writer is held against"
)]

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use camino::{Utf8Path, Utf8PathBuf};
use scaffold::apply::{Recovery, Session};
use scaffold::change::{ChangeSet, Content, Entry, RelPath};
use scaffold::settings::{Fault, FaultKind, environment};
use scaffold::workspace::{Scope, Tree};

/// Everything on disk: path, mode, and bytes, link text or "folder".
type Picture = BTreeMap<String, (u32, Vec<u8>)>;

/// What a case makes of a tree: the tree after, and which new path was which old one.
type Edit = fn(&mut Tree) -> BTreeMap<RelPath, RelPath>;

/// A case: its name and what it does to the common tree.
const CASES: [(&str, Edit); 8] = [
    ("creates files and folders", creates),
    ("edits files", edits),
    ("moves whole folders away", moves),
    ("swaps two files and chains a third", swaps),
    ("removes files and a folder", removes),
    ("turns files into folders and back", turns),
    ("changes links and modes", links_and_modes),
    ("moves, edits and removes large files", large),
];

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

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

/// Writes the tree that every case starts from.
fn populate(root: &Utf8Path) {
    let large = usize::try_from(Content::LOAD_LIMIT).unwrap() + 1;
    let files: [(&str, Vec<u8>, u32); 8] = [
        ("main.py", b"import pkg\n".to_vec(), 0o644),
        ("pkg/one.py", b"one = 1\r\n".to_vec(), 0o664),
        ("pkg/two.py", b"".to_vec(), 0o600),
        ("pkg/run.sh", b"#!/bin/sh\n".to_vec(), 0o755),
        ("pkg/sub/data.bin", vec![0, 159, 146, 150], 0o444),
        ("models/big.bin", vec![1; large], 0o640),
        ("models/huge.bin", vec![2; large], 0o644),
        ("models/wide.bin", vec![3; large], 0o644),
    ];
    for (name, bytes, mode) in files {
        let file = root.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, bytes).unwrap();
        set_mode(&file, mode);
    }
    set_mode(&root.join("pkg/sub"), 0o700);
    std::os::unix::fs::symlink("nowhere", root.join("dangling")).unwrap();
    std::os::unix::fs::symlink("../one.py", root.join("pkg/sub/link")).unwrap();
}

fn set_mode(file: &Utf8Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
}

fn picture(root: &Utf8Path) -> Picture {
    use std::os::unix::fs::PermissionsExt;
    let mut result = Picture::new();
    let mut open: Vec<Utf8PathBuf> = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in folder.read_dir_utf8().unwrap() {
            let full = entry.unwrap().into_path();
            let metadata = full.symlink_metadata().unwrap();
            let content = if metadata.is_symlink() {
                full.read_link_utf8().unwrap().into_string().into_bytes()
            } else if metadata.is_dir() {
                open.push(full.clone());
                b"folder".to_vec()
            } else {
                fs::read(&full).unwrap()
            };
            let name = full.strip_prefix(root).unwrap().to_string();
            result.insert(name, (metadata.permissions().mode(), content));
        }
    }
    result
}

fn changes(root: &Utf8Path, case: usize) -> ChangeSet {
    let before = Tree::read(root, &Scope::default()).unwrap();
    let mut after = before.clone();
    let moves = CASES[case].1(&mut after);
    before.changes_to(&after, &moves)
}

fn fresh() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::try_from(folder.path().canonicalize().unwrap()).unwrap();
    populate(&root);
    (folder, root)
}

/// The pictures before and after a case that nothing disturbs.
fn undisturbed(case: usize) -> (Picture, Picture) {
    let (_folder, root) = fresh();
    let before = picture(&root);
    let changes = changes(&root, case);
    let planned = Tree::read(&root, &Scope::default()).unwrap().with(&changes);
    Session::open(&root, None, || {}).unwrap().apply(&changes).unwrap();
    assert_eq!(Tree::read(&root, &Scope::default()).unwrap(), planned);
    (before, picture(&root))
}

/// Runs this test program again as a writer that stops; true when it came to its end.
fn child(root: &Utf8Path, case: Option<usize>, fault: u64) -> bool {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["writer_that_may_stop", "--exact", "--nocapture"])
        .env("SCAFFOLD_TEST_ROOT", root)
        .env("SCAFFOLD_TEST_CASE", case.map_or(String::new(), |case| case.to_string()))
        .env("SCAFFOLD_FAULT", fault.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.unwrap().success()
}

/// Not a test by itself: the process that the other tests start and that dies.
#[test]
fn writer_that_may_stop() {
    let Some(root) = environment("SCAFFOLD_TEST_ROOT") else {
        return;
    };
    let fault = environment("SCAFFOLD_FAULT").and_then(|text| text.parse().ok());
    let session = Session::open(Utf8Path::new(&root), fault, || {}).unwrap();
    if let Some(case) = environment("SCAFFOLD_TEST_CASE").and_then(|text| text.parse().ok()) {
        session.apply(&changes(Utf8Path::new(&root), case)).unwrap();
    }
}

#[test]
fn a_stop_before_any_effect_leaves_before_or_after() {
    for (case, (name, _)) in CASES.iter().enumerate() {
        let (before, after) = undisturbed(case);
        assert_ne!(before, after, "{name}");
        let mut seen = [0, 0];
        for fault in 1.. {
            let (_folder, root) = fresh();
            let finished = child(&root, Some(case), fault);
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
            let (_folder, root) = fresh();
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
        let (_folder, root) = fresh();
        let finished = child(&root, Some(case), fault);
        for again in 1.. {
            if child(&root, None, again) {
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
