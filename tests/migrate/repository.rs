//! In a git repository: commits and their trailers, dirty trees, revert commits.

use std::collections::BTreeMap;

use crate::runs::failed_in_the_middle;
use crate::support::{Backend, text};

const PARCELS: &str = "services/parcels";

/// How many commits name each step, and that those of one step have the same trailers.
fn commits_per_step(backend: &Backend) -> BTreeMap<String, usize> {
    let log = backend.git(&["log", "--format=%(trailers:unfold,separator=%x7C)"]);
    let mut trailers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for line in log.lines().filter(|line| line.contains("Scaffold-Step: ")) {
        let step = line.split("Scaffold-Step: ").nth(1).unwrap();
        let step = step.split('|').next().unwrap().to_owned();
        trailers.entry(step).or_default().push(line);
    }
    for (step, lines) in &trailers {
        assert!(lines.iter().all(|line| line == &lines[0]), "{step}: {lines:?}");
    }
    trailers.into_iter().map(|(step, lines)| (step, lines.len())).collect()
}

#[test]
fn each_step_makes_at_most_two_commits_with_the_same_trailers_and_the_moves_come_first() {
    let backend = Backend::committed(&["parcels"]);

    backend.expect(0, &[PARCELS, "--yes"]);

    let commits = commits_per_step(&backend);
    assert!(commits.len() >= 3 && commits.values().all(|count| *count <= 2), "{commits:?}");
    assert_eq!(commits["layer-modules"], 2);
    assert_eq!(backend.git(&["status", "--porcelain"]), "");
    let subject = ["log", "--format=%H", "--grep=^Scaffold-Step: layer-modules"];
    let hashes = backend.git(&subject);
    let moves = hashes.lines().nth(1).unwrap();
    let shown = backend.git(&["show", "--find-renames=100%", "--name-status", "--format=", moves]);
    assert!(shown.lines().all(|line| line.starts_with("R100\t")), "{shown}");
}

#[test]
fn undo_is_a_revert_commit_that_leaves_the_tree_of_before() {
    let backend = Backend::committed(&["parcels"]);
    let before = backend.git(&["rev-parse", "HEAD^{tree}"]);
    backend.expect(0, &[PARCELS, "--yes"]);
    let commits = backend.git(&["rev-list", "--count", "HEAD"]);

    backend.expect(0, &[PARCELS, "--undo", "--yes"]);

    let count = |text: &str| text.trim().parse::<usize>().unwrap();
    assert_eq!(backend.git(&["rev-parse", "HEAD^{tree}"]), before);
    assert_eq!(count(&backend.git(&["rev-list", "--count", "HEAD"])), count(&commits) + 1);
    let message = backend.git(&["log", "-1", "--format=%B"]);
    assert!(message.starts_with("Revert ") && message.contains("Scaffold-Undo: "), "{message}");
}

#[test]
fn a_dirty_service_is_refused_unless_allowed() {
    let backend = Backend::committed(&["parcels", "letters"]);
    backend.write("services/parcels/notes.txt", "not committed\n");
    backend.write("services/letters/notes.txt", "not ours to mind\n");
    let before = backend.picture();

    let said = backend.expect(2, &[PARCELS, "--yes"]);
    assert!(said.contains("services/parcels/notes.txt") && !said.contains("letters"), "{said}");
    assert_eq!(backend.picture(), before);

    backend.expect(0, &[PARCELS, "--yes", "--allow-dirty"]);
    let status = backend.git(&["status", "--porcelain"]);
    assert_eq!(status, "?? services/letters/notes.txt\n?? services/parcels/notes.txt\n");
}

#[test]
fn a_stopped_run_goes_on_in_a_clean_tree() {
    let (backend, _) = failed_in_the_middle(|| Backend::committed(&["parcels"]));

    assert_eq!(backend.git(&["status", "--porcelain"]), "");
    backend.expect(0, &[PARCELS, "--continue", "--yes"]);

    let steps = backend.steps("parcels", "applied");
    let runs = backend.git(&["log", "--format=%(trailers:key=Scaffold-Run,valueonly)"]);
    let runs: std::collections::BTreeSet<&str> =
        runs.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert!(steps.len() >= 3, "{steps:?}");
    assert_eq!(backend.git(&["status", "--porcelain"]), "");
}

#[test]
fn the_root_of_the_repository_becomes_the_workspace() {
    let backend = Backend::committed(&["parcels"]);

    let output = std::process::Command::new(crate::support::SCAFFOLD)
        .args(["migrate", ".", "--yes"])
        .current_dir(backend.root().join(PARCELS))
        .output()
        .unwrap();

    assert!(output.status.success(), "{}", crate::support::text(&output));
    let config = backend.read("scaffold.toml");
    assert!(config.contains("services = \"services\""), "{config}");
}

#[test]
fn a_file_that_was_moved_and_edited_since_is_verified_against_what_git_has_of_it() {
    let backend = Backend::committed(&["shop"]);
    backend.expect(0, &["services/shop", "--yes"]);
    let moved = "services/shop/src/shop/domain/rates.py";
    let edited = backend.read(moved).replace("def rate(", "# Twice.\ndef rate(");
    backend.write(moved, &edited);
    backend.commit();

    let output = backend.scaffold(&["verify", "services/shop", "--static-only"]);

    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("equal"), "{}", text(&output));
}
