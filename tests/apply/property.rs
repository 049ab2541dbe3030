//! Random trees and random changes: what is applied is what was planned, and undo is the
//! identity.

use std::collections::BTreeMap;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use proptest::prelude::*;
use scaffold::apply::{GitMode, Session, UndoTarget, apply_step, undo};
use scaffold::change::{Entry, RelPath};
use scaffold::workspace::{Scope, Tree};

use crate::ledger::meta;
use crate::support::{path, picture};

/// One thing that happens to a tree.
#[derive(Debug, Clone)]
enum Happening {
    Set(RelPath, Entry),
    Remove(usize),
    Move(usize, RelPath),
    Edit(usize, Vec<u8>),
}

/// Few names, so that files and folders get into each other's way.
fn names() -> impl Strategy<Value = RelPath> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "c.py", "d"]), 1..4)
        .prop_map(|segments| path(&segments.join("/")))
}

fn entries() -> impl Strategy<Value = Entry> {
    let modes = prop::sample::select(vec![0o644, 0o600, 0o755, 0o444]);
    let bytes = prop::collection::vec(any::<u8>(), 0..12);
    prop_oneof![
        4 => (bytes, modes).prop_map(|(bytes, mode)| Entry::file_with_mode(bytes, mode)),
        1 => "[a-z./]{1,8}".prop_map(|target| Entry::Symlink { target }),
    ]
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        (names(), entries()).prop_map(|(name, entry)| Happening::Set(name, entry)),
        any::<usize>().prop_map(Happening::Remove),
        (any::<usize>(), names()).prop_map(|(at, name)| Happening::Move(at, name)),
        (any::<usize>(), prop::collection::vec(any::<u8>(), 0..12))
            .prop_map(|(at, bytes)| Happening::Edit(at, bytes)),
    ];
    prop::collection::vec(one, 1..12)
}

/// Whether an entry at `name` fits between the others.
fn fits(tree: &Tree, name: &RelPath) -> bool {
    let above = std::iter::successors(name.parent(), RelPath::parent);
    !tree.has_folder(name) && above.into_iter().all(|folder| tree.get(&folder).is_none())
}

fn happen(tree: &mut Tree, happenings: Vec<Happening>) -> BTreeMap<RelPath, RelPath> {
    let start = tree.clone();
    let mut moves: BTreeMap<RelPath, RelPath> = BTreeMap::new();
    for happening in happenings {
        let pick = |at: usize| {
            let names: Vec<_> = tree.iter().map(|(name, _)| name.clone()).collect();
            names.get(at.checked_rem(names.len())?).cloned()
        };
        match happening {
            Happening::Set(name, entry) if fits(tree, &name) => {
                moves.remove(&name);
                tree.set(name, entry);
            }
            Happening::Remove(at) => {
                if let Some(name) = pick(at) {
                    moves.remove(&name);
                    tree.remove(&name);
                }
            }
            Happening::Move(at, to) => {
                let Some(from) = pick(at) else { continue };
                let entry = tree.remove(&from).unwrap();
                if fits(tree, &to) && to != from {
                    let origin = moves.remove(&from).unwrap_or(from);
                    moves.remove(&to);
                    tree.set(to.clone(), entry);
                    moves.insert(to, origin);
                } else {
                    tree.set(from, entry);
                }
            }
            Happening::Edit(at, bytes) => {
                if let Some(name) = pick(at) {
                    let entry = tree.get(&name).unwrap().with_bytes(bytes);
                    tree.set(name, entry);
                }
            }
            Happening::Set(..) => {}
        }
    }
    // A file is only said to have moved from where one was.
    moves.retain(|to, from| start.get(from).is_some() && to != from);
    moves
}

fn write(root: &Utf8Path, tree: &Tree) {
    use std::os::unix::fs::PermissionsExt;
    for (name, entry) in tree.iter() {
        let full = root.join(name.as_path());
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        match entry {
            Entry::Symlink { target } => std::os::unix::fs::symlink(target, &full).unwrap(),
            Entry::File { mode, .. } => {
                fs::write(&full, &entry.bytes().unwrap()[..]).unwrap();
                fs::set_permissions(&full, fs::Permissions::from_mode(*mode)).unwrap();
            }
        }
    }
}

fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
    let memory = Utf8Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let folder = folder.unwrap();
    let root = Utf8PathBuf::try_from(folder.path().canonicalize().unwrap()).unwrap();
    (folder, root)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn applied_is_as_planned_and_undone_is_as_before(
        given in happenings(),
        first in happenings(),
        second in happenings(),
    ) {
        let (_folder, root) = folder();
        let mut tree = Tree::new();
        happen(&mut tree, given);
        write(&root, &tree);
        let before = picture(&root);
        let ledger = path("kept/.scaffold");

        for (name, happenings) in [("first", first), ("second", second)] {
            let mut after = tree.clone();
            let moves = happen(&mut after, happenings);
            let changes = tree.changes_to(&after, &moves);
            let session = Session::open(&root, None, || {}).unwrap();
            apply_step(&session, &ledger, &meta(name, name), &changes, GitMode::Never).unwrap();
            prop_assert_eq!(&Tree::read(&root, &Scope::default()).unwrap(), &after);
            tree = after;
        }
        let session = Session::open(&root, None, || {}).unwrap();
        undo(&session, &ledger, &UndoTarget::All, GitMode::Never).unwrap();
        drop(session);

        prop_assert_eq!(picture(&root), before);
    }
}
