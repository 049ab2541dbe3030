//! Commits of exactly what a step changed, and nothing else.

use std::fs;

use camino::Utf8Path;
use scaffold::apply::{
    ApplyError, GitError, GitMode, Repository, Session, UndoTarget, apply_step, undo,
};
use scaffold::error::ExitStatus;

use crate::crash::{CASES, changes, child_step, start};
use crate::ledger::meta;
use crate::support::{fresh, path, picture};

/// Makes a repository of a folder and commits everything in it.
fn versioned(root: &Utf8Path) -> git2::Repository {
    let repository = git2::Repository::init(root).unwrap();
    let mut config = repository.config().unwrap();
    config.set_str("user.name", "Jo").unwrap();
    config.set_str("user.email", "jo@example.org").unwrap();
    commit_all(&repository, "Begin");
    repository
}

fn commit_all(repository: &git2::Repository, message: &str) {
    let mut index = repository.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.update_all(["*"], None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let signature = git2::Signature::now("Jo", "jo@example.org").unwrap();
    let head = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
    let parents: Vec<_> = head.iter().collect();
    repository.commit(Some("HEAD"), &signature, &signature, message, &tree, &parents).unwrap();
}

/// The messages from the newest to the oldest.
fn messages(repository: &git2::Repository) -> Vec<String> {
    let mut walk = repository.revwalk().unwrap();
    walk.set_sorting(git2::Sort::TOPOLOGICAL).unwrap();
    walk.push_head().unwrap();
    walk.map(|id| repository.find_commit(id.unwrap()).unwrap().message().unwrap().to_owned())
        .collect()
}

fn dirty(repository: &git2::Repository) -> Vec<String> {
    let mut options = git2::StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true);
    let statuses = repository.statuses(Some(&mut options)).unwrap();
    statuses.iter().map(|entry| entry.path().unwrap().to_owned()).collect()
}

fn step(root: &Utf8Path, case: usize, git: GitMode) -> Result<(), ApplyError> {
    let session = Session::open(root, None, || {}).unwrap();
    let changes = changes(root, case);
    apply_step(&session, &path("pkg/.scaffold"), &meta("s", "r1"), &changes, git)
}

fn back(root: &Utf8Path) -> Result<(), ApplyError> {
    let session = Session::open(root, None, || {}).unwrap();
    undo(&session, &path("pkg/.scaffold"), &UndoTarget::All, GitMode::Clean).map(|_| ())
}

#[test]
fn moves_are_a_commit_of_their_own_and_keep_their_bytes() {
    let (_folder, root) = fresh();
    let repository = versioned(&root);

    step(&root, 2, GitMode::Clean).unwrap();

    let messages = messages(&repository);
    assert_eq!(dirty(&repository), [""; 0]);
    assert_eq!(messages.len(), 3);
    assert!(messages[1].starts_with("Do s: moves\n"), "{messages:?}");
    assert!(messages[0].starts_with("Do s\n"), "{messages:?}");
    for trailer in ["Scaffold-Run: r1\n", "Scaffold-Step: s\n", "Scaffold-Plan: "] {
        assert!(messages[..2].iter().all(|message| message.contains(trailer)), "{messages:?}");
    }
    let edits = repository.head().unwrap().peel_to_commit().unwrap();
    let moves = edits.parent(0).unwrap();
    let base = moves.parent(0).unwrap();
    let mut diff = repository
        .diff_tree_to_tree(Some(&base.tree().unwrap()), Some(&moves.tree().unwrap()), None)
        .unwrap();
    diff.find_similar(Some(git2::DiffFindOptions::new().exact_match_only(true))).unwrap();
    let kinds: Vec<_> = diff.deltas().map(|delta| delta.status()).collect();
    let renamed = kinds.iter().filter(|kind| **kind == git2::Delta::Renamed);
    // The fifth file is empty: git sees it go and come.
    assert_eq!((renamed.count(), kinds.len()), (4, 6), "{kinds:?}");
}

#[test]
fn undo_is_one_revert_commit_and_the_tree_is_the_first_one() {
    for (case, (name, _)) in CASES.iter().enumerate() {
        let (_folder, root) = start(case);
        let repository = versioned(&root);
        let before = picture(&root);
        let tree = repository.head().unwrap().peel_to_tree().unwrap().id();

        step(&root, case, GitMode::Clean).unwrap();
        assert_eq!(dirty(&repository), [""; 0], "{name}");
        back(&root).unwrap();

        assert_eq!(picture(&root), before, "{name}");
        assert_eq!(dirty(&repository), [""; 0], "{name}");
        assert_eq!(repository.head().unwrap().peel_to_tree().unwrap().id(), tree, "{name}");
        let newest = messages(&repository).remove(0);
        assert!(newest.starts_with("Revert \"Do s\"\n"), "{newest}");
        assert!(newest.contains("Scaffold-Undo: s\n"), "{newest}");
    }
}

#[test]
fn only_paths_concerned_have_to_be_clean_and_only_they_are_committed() {
    let (_folder, root) = fresh();
    let repository = versioned(&root);
    fs::write(root.join("unrelated.py"), "mine").unwrap();
    fs::write(root.join("staged.py"), "mine too").unwrap();
    let mut index = repository.index().unwrap();
    index.add_path(std::path::Path::new("staged.py")).unwrap();
    index.write().unwrap();

    step(&root, 1, GitMode::Clean).unwrap();

    let tree = repository.head().unwrap().peel_to_tree().unwrap();
    assert!(tree.get_name("staged.py").is_none());
    let staged = repository.status_file(std::path::Path::new("staged.py")).unwrap();
    assert_eq!(staged, git2::Status::INDEX_NEW);
    assert_eq!(dirty(&repository), ["staged.py", "unrelated.py"]);
    let around = Repository::around(&root).unwrap().unwrap();
    assert_eq!(around.dirty(None).unwrap(), [path("staged.py"), path("unrelated.py")]);
}

#[test]
fn a_dirty_path_is_refused_unless_allowed() {
    let (_folder, root) = fresh();
    let repository = versioned(&root);
    fs::write(root.join("main.py"), "mine\n").unwrap();
    let before = picture(&root);

    let error = step(&root, 1, GitMode::Clean).unwrap_err();
    assert!(
        matches!(&error, ApplyError::Git(GitError::Dirty(paths)) if *paths == [path("main.py")]),
        "{error}"
    );
    assert_eq!(error.status(), ExitStatus::Input);
    assert_eq!(picture(&root), before);

    step(&root, 1, GitMode::AllowDirty).unwrap();
    assert_eq!(messages(&repository).len(), 2);
    assert_eq!(dirty(&repository), [""; 0]);
}

#[test]
fn a_merge_under_way_is_refused() {
    let (_folder, root) = fresh();
    let repository = versioned(&root);
    let head = repository.head().unwrap().target().unwrap();
    fs::write(root.join(".git/MERGE_HEAD"), format!("{head}\n")).unwrap();

    let error = step(&root, 1, GitMode::AllowDirty).unwrap_err();

    assert!(matches!(error, ApplyError::Git(GitError::Busy("merge"))), "{error}");
    assert_eq!(error.status(), ExitStatus::Input);
}

#[test]
fn a_root_below_the_work_tree_and_ignored_paths_are_fine() {
    let (_folder, top) = fresh();
    let repository = git2::Repository::init(&top).unwrap();
    fs::write(top.join(".gitignore"), "two.py\nbin/\n").unwrap();
    fs::create_dir(top.join("inner")).unwrap();
    fs::rename(top.join("pkg"), top.join("inner/pkg")).unwrap();
    fs::rename(top.join("main.py"), top.join("inner/main.py")).unwrap();
    commit_all(&repository, "Begin");
    let root = top.join("inner");
    let before = picture(&root);

    step(&root, 2, GitMode::Clean).unwrap();
    assert_eq!(dirty(&repository), [""; 0]);
    let tree = repository.head().unwrap().peel_to_tree().unwrap();
    let has = |name: &str| tree.get_path(std::path::Path::new(name)).is_ok();
    assert!(has("inner/src/app/one.py") && has("inner/pkg/.scaffold/ledger.json"));
    // It was tracked before it moved, so it still is; the other was ignored all the time.
    assert!(has("inner/bin/run.sh") && !has("inner/src/app/domain/two.py"));
    assert!(root.join("src/app/domain/two.py").exists());

    back(&root).unwrap();
    assert_eq!(picture(&root), before);
    assert_eq!(dirty(&repository), [""; 0]);
}

#[test]
fn a_repository_without_commits_gets_its_first() {
    let (_folder, root) = fresh();
    let repository = git2::Repository::init(&root).unwrap();

    step(&root, 0, GitMode::Clean).unwrap();

    assert_eq!(messages(&repository).len(), 1);
}

#[test]
fn without_a_name_in_the_configuration_a_neutral_one_signs() {
    let (_folder, root) = fresh();
    let repository = versioned(&root);
    let mut config = repository.config().unwrap();
    config.set_str("user.name", "").unwrap();

    step(&root, 1, GitMode::Clean).unwrap();

    let head = repository.head().unwrap().peel_to_commit().unwrap();
    assert_eq!(head.author().name(), Ok("scaffold"));
}

#[test]
fn a_detached_head_moves_on() {
    let (_folder, root) = fresh();
    let repository = versioned(&root);
    let head = repository.head().unwrap().target().unwrap();
    repository.set_head_detached(head).unwrap();

    step(&root, 1, GitMode::Clean).unwrap();

    assert!(repository.head_detached().unwrap());
    assert_eq!(messages(&repository).len(), 2);
}

#[test]
fn a_locked_index_takes_the_whole_step_back() {
    let (_folder, root) = fresh();
    let repository = versioned(&root);
    let before = picture(&root);
    fs::write(root.join(".git/index.lock"), "").unwrap();

    let error = step(&root, 2, GitMode::Clean).unwrap_err();

    fs::remove_file(root.join(".git/index.lock")).unwrap();
    assert!(matches!(error, ApplyError::Git(GitError::Library { .. })), "{error}");
    assert_eq!(picture(&root), before);
    assert_eq!(dirty(&repository), [""; 0]);
    assert_eq!(messages(&repository).len(), 1);
}

#[test]
fn a_stop_before_any_effect_of_a_step_leaves_tree_and_branch_together() {
    let case = 2;
    let undisturbed = {
        let (_folder, root) = fresh();
        versioned(&root);
        step(&root, case, GitMode::Clean).unwrap();
        picture(&root)
    };
    for undoing in [false, true] {
        for fault in 1.. {
            let (_folder, root) = fresh();
            let repository = versioned(&root);
            let untouched = picture(&root);
            if undoing {
                step(&root, case, GitMode::Clean).unwrap();
            }
            let finished = child_step(&root, case, undoing, fault);
            drop(Session::open(&root, None, || {}).unwrap());
            let now = picture(&root);
            let commits = messages(&repository).len();
            let states = if undoing {
                [(&undisturbed, 3), (&untouched, 4)]
            } else {
                [(&untouched, 1), (&undisturbed, 3)]
            };
            let state = states.iter().position(|(tree, count)| **tree == now && *count == commits);
            assert!(state.is_some(), "undoing {undoing}, effect {fault}: {commits} commits");
            assert_eq!(dirty(&repository), [""; 0], "undoing {undoing}, effect {fault}");
            if finished {
                assert_eq!(state, Some(1));
                break;
            }
        }
    }
}
