//! Nothing leaves the root, one writer at a time, refusals name every path.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;

use scaffold::apply::{ApplyError, Lock, Root, Session};
use scaffold::change::{ChangeSet, Entry, FileChange};
use scaffold::error::ExitStatus;

use crate::support::{fresh, path, picture};

fn creating(names: &[&str]) -> ChangeSet {
    let mut changes = ChangeSet::new();
    for name in names {
        changes.create(path(name), Entry::file("x"));
    }
    changes
}

#[test]
fn a_link_in_a_parent_is_refused_inside_and_outside() {
    let (_folder, root) = fresh();
    let outside = tempfile::tempdir().unwrap();
    symlink(outside.path(), root.join("away")).unwrap();
    symlink("pkg", root.join("near")).unwrap();
    symlink("missing", root.join("nowhere")).unwrap();
    let before = picture(&root);

    for name in ["away/new.py", "near/new.py", "nowhere/new.py", "near/sub/deep/new.py"] {
        let session = Session::open(&root, None, || {}).unwrap();
        let error = session.apply(&creating(&["ok.py", name])).unwrap_err();
        assert!(matches!(error, ApplyError::ThroughLink { .. }), "{name}: {error}");
        assert_eq!(error.status(), ExitStatus::Input);
    }

    assert_eq!(picture(&root), before);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn nothing_is_behind_a_link() {
    let (_folder, root) = fresh();
    symlink("/etc", root.join("etc")).unwrap();
    let opened = Root::open(&root).unwrap();

    let error = opened.read(&path("etc/passwd"), 1 << 20).unwrap_err();

    assert!(matches!(error, ApplyError::ThroughLink { .. }), "{error}");
    assert_eq!(opened.entry(&path("etc/passwd")).unwrap(), None);
    assert!(matches!(opened.entry(&path("etc")).unwrap(), Some(Entry::Symlink { .. })));
}

#[test]
fn the_repository_folder_is_never_written() {
    let (_folder, root) = fresh();
    fs::create_dir_all(root.join(".git/hooks")).unwrap();
    let session = Session::open(&root, None, || {}).unwrap();

    for name in [".git/hooks/post-commit", "sub/.GIT/config", "sub/.g\u{200c}it/config"] {
        let error = session.apply(&creating(&[name])).unwrap_err();
        assert!(matches!(error, ApplyError::Repository(_)), "{name}: {error}");
    }
}

#[test]
fn device_names_are_refused_for_new_files() {
    let (_folder, root) = fresh();
    let before = picture(&root);
    let session = Session::open(&root, None, || {}).unwrap();

    let error = session.apply(&creating(&["pkg/com7.txt"])).unwrap_err();

    drop(session);
    assert!(matches!(error, ApplyError::Invalid { .. }), "{error}");
    assert_eq!(picture(&root), before);
}

#[test]
fn what_no_longer_fits_is_refused_with_every_path() {
    let (_folder, root) = fresh();
    let mut stale = ChangeSet::new();
    stale.replace(path("main.py"), Entry::file("old"), Entry::file("new"));
    stale.replace(path("pkg/gone.py"), Entry::file("old"), Entry::file("new"));
    stale.replace(path("pkg/sub"), Entry::file("old"), Entry::file("new"));
    let before = picture(&root);
    let session = Session::open(&root, None, || {}).unwrap();

    let changed = session.apply(&stale).unwrap_err();
    let occupied = session.apply(&creating(&["pkg", "main.py", "main.py2/x", "dangling"]));

    drop(session);
    assert!(matches!(&changed, ApplyError::Stale(paths) if paths.len() == 3), "{changed}");
    assert_eq!(changed.status(), ExitStatus::Input);
    let occupied = occupied.unwrap_err();
    assert!(matches!(&occupied, ApplyError::Occupied(paths) if paths.len() == 3), "{occupied}");
    assert_eq!(picture(&root), before);
}

#[test]
fn a_changed_mode_is_a_change() {
    let (_folder, root) = fresh();
    let mut changes = ChangeSet::new();
    let script = Entry::file_with_mode("#!/bin/sh\n", 0o644);
    changes.replace(path("pkg/run.sh"), script, Entry::file("new"));

    let error = Session::open(&root, None, || {}).unwrap().apply(&changes).unwrap_err();

    assert!(matches!(error, ApplyError::Stale(_)), "{error}");
}

#[test]
fn a_file_where_a_folder_has_to_be_is_named() {
    let (_folder, root) = fresh();

    let error =
        Session::open(&root, None, || {}).unwrap().apply(&creating(&["main.py/x.py"])).unwrap_err();

    assert!(
        matches!(&error, ApplyError::Occupied(paths) if *paths == [path("main.py")]),
        "{error}"
    );
}

#[test]
fn sixty_four_writers_take_turns_and_leave_nothing_behind() {
    let (_folder, root) = fresh();
    let mut expected = picture(&root);
    let counter = path("counter");

    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                let session = Session::open(&root, None, || {}).unwrap();
                let before = session.root().entry(&counter).unwrap();
                let text = before.as_ref().and_then(Entry::text).unwrap_or("0").to_owned();
                let after = Entry::file((text.parse::<u32>().unwrap() + 1).to_string());
                let mut changes = ChangeSet::new();
                match before {
                    Some(before) => changes.replace(counter.clone(), before, after),
                    None => changes.create(counter.clone(), after),
                }
                session.apply(&changes).unwrap();
            });
        }
    });

    expected.insert("counter".to_owned(), (0o100_644, b"64".to_vec()));
    assert_eq!(picture(&root), expected);
}

#[test]
fn a_waiting_writer_is_told_so_once() {
    let (_folder, root) = fresh();
    let opened = Root::open(&root).unwrap();
    let held = Lock::acquire(&opened, || {}).unwrap();
    let (sender, told) = std::sync::mpsc::channel();

    let waiting = std::thread::spawn(move || {
        let opened = Root::open(&root).unwrap();
        Lock::acquire(&opened, move || sender.send(()).unwrap()).map(drop)
    });
    told.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    drop(held);

    waiting.join().unwrap().unwrap();
    assert!(told.recv().is_err());
}

#[test]
fn empty_parents_go_and_folders_with_anything_left_stay() {
    let (_folder, root) = fresh();
    fs::create_dir_all(root.join("pkg/__pycache__")).unwrap();
    let opened = Root::open(&root).unwrap();
    let mut changes = ChangeSet::new();
    for name in ["pkg/one.py", "pkg/two.py", "pkg/run.sh", "pkg/sub/link", "pkg/sub/data.bin"] {
        let before = opened.entry(&path(name)).unwrap();
        let change = FileChange { before, after: None, moved_from: None };
        changes.insert(path(name), change);
    }

    Session::open(&root, None, || {}).unwrap().apply(&changes).unwrap();

    let left: BTreeSet<String> = picture(&root).into_keys().collect();
    assert!(left.contains("pkg/__pycache__") && !left.contains("pkg/sub"), "{left:?}");
}

#[test]
fn two_copies_of_one_file_do_not_share_their_bytes() {
    let (_folder, root) = fresh();
    let before = Root::open(&root).unwrap().entry(&path("main.py")).unwrap();
    let mut changes = ChangeSet::new();
    for name in ["x/a.py", "x/b.py"] {
        let (after, moved_from) = (before.clone(), Some(path("main.py")));
        changes.insert(path(name), FileChange { before: None, after, moved_from });
    }
    changes.insert(path("main.py"), FileChange { before, after: None, moved_from: None });

    Session::open(&root, None, || {}).unwrap().apply(&changes).unwrap();
    fs::write(root.join("x/a.py"), "edited in place").unwrap();

    assert_eq!(fs::read(root.join("x/b.py")).unwrap(), b"import pkg\n");
}
