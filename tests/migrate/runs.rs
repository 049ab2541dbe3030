//! One service: dry runs, checks, runs that stop and go on, undo, saved plans.

use std::fs;

use crate::support::{Backend, text, without_ledger};

const PARCELS: &str = "services/parcels";

/// A backend in which a run failed after its first step, and the message.
///
/// Tries one effect after the other: before the first step nothing is left, and a failure to
/// clean up is none.
pub(crate) fn failed_in_the_middle(make: impl Fn() -> Backend) -> (Backend, String) {
    for effect in 10..2_000 {
        let backend = make();
        let fault = format!("{effect}:error");
        let output =
            backend.command(&[PARCELS, "--yes"]).env("SCAFFOLD_FAULT", fault).output().unwrap();
        match output.status.code() {
            Some(3) => return (backend, text(&output)),
            Some(4) => assert!(!backend.has("services/parcels/.scaffold"), "{}", text(&output)),
            status => assert_eq!(status, Some(0), "{}", text(&output)),
        }
    }
    panic!("no run failed after its first step");
}

#[test]
fn a_dry_run_writes_nothing_and_a_check_says_whether_something_would_change() {
    let backend = Backend::with(&["parcels"]);
    let before = backend.picture();

    let shown = backend.expect(0, &[PARCELS, "--dry-run"]);
    backend.expect(1, &[PARCELS, "--check"]);
    assert_eq!(backend.picture(), before);
    assert!(shown.contains("rename from services/parcels/rates.py"), "{shown}");

    backend.expect(0, &[PARCELS, "--yes"]);
    backend.expect(0, &[PARCELS, "--check"]);
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_asked_and_nothing_is_written() {
    let backend = Backend::with(&["parcels"]);
    let before = backend.picture();

    for words in [vec![PARCELS], vec![PARCELS, "--undo"], vec![PARCELS, "--abort"]] {
        let said = backend.expect(2, &words);
        assert!(said.contains("there is no terminal to confirm on"), "{said}");
    }

    assert_eq!(backend.picture(), before);
}

#[test]
fn undo_restores_everything_that_the_run_touched() {
    let backend = Backend::with(&["parcels"]);
    let before = backend.picture();

    backend.expect(0, &[PARCELS, "--yes"]);
    assert!(backend.has("scaffold.toml") && backend.has("services/parcels/src/parcels/main.py"));
    assert!(backend.read("ports.yaml").contains("parcels: 8123"), "{}", backend.read("ports.yaml"));
    backend.expect(0, &[PARCELS, "--undo", "--yes"]);

    assert_eq!(backend.picture(), before);
    let said = backend.expect(2, &[PARCELS, "--undo", "--yes"]);
    assert!(said.contains("no applied step"), "{said}");
}

#[test]
fn undo_of_a_step_takes_back_what_came_after_it_too() {
    let backend = Backend::with(&["parcels"]);
    let before = backend.picture();
    backend.expect(0, &[PARCELS, "--yes", "--to", "src-layout"]);
    let between = without_ledger(&backend.picture());
    backend.expect(0, &[PARCELS, "--yes"]);

    backend.expect(0, &[PARCELS, "--undo", "layer-modules", "--yes"]);
    assert_eq!(without_ledger(&backend.picture()), between);
    backend.expect(0, &[PARCELS, "--undo", "workspace", "--yes"]);

    assert_eq!(backend.picture(), before);
}

#[test]
fn undo_refuses_and_names_what_changed_since() {
    let backend = Backend::with(&["parcels"]);
    backend.expect(0, &[PARCELS, "--yes"]);
    let main = "services/parcels/src/parcels/main.py";
    backend.write(main, &(backend.read(main) + "# mine\n"));
    let before = backend.picture();

    let said = backend.expect(3, &[PARCELS, "--undo", "--yes"]);

    assert!(said.contains(main), "{said}");
    assert_eq!(backend.picture(), before);
}

#[test]
fn a_run_that_fails_after_a_step_is_open_until_it_goes_on() {
    let whole = Backend::with(&["parcels"]);
    whole.expect(0, &[PARCELS, "--yes"]);
    let before = Backend::with(&["parcels"]).picture();

    let (backend, said) = failed_in_the_middle(|| Backend::with(&["parcels"]));
    assert!(said.contains("failed and was taken back") && said.contains("--continue"), "{said}");
    assert!(!backend.steps("parcels", "applied").is_empty());
    assert_eq!(backend.steps("parcels", "failed").len(), 1);

    let refused = backend.expect(3, &[PARCELS, "--yes"]);
    assert!(refused.contains("--abort"), "{refused}");
    backend.expect(3, &[PARCELS, "--check"]);
    backend.expect(0, &[PARCELS, "--dry-run"]);
    backend.expect(0, &[PARCELS, "--continue", "--yes"]);

    assert_eq!(without_ledger(&backend.picture()), without_ledger(&whole.picture()));
    backend.expect(0, &[PARCELS, "--check"]);
    let said = backend.expect(2, &[PARCELS, "--continue", "--yes"]);
    assert!(said.contains("was stopped"), "{said}");
    backend.expect(0, &[PARCELS, "--undo", "--yes"]);
    assert_eq!(backend.picture(), before);
}

#[test]
fn abort_takes_back_the_stopped_run_and_no_other() {
    let before = Backend::with(&["parcels"]).picture();

    let (backend, _) = failed_in_the_middle(|| Backend::with(&["parcels"]));
    backend.expect(0, &[PARCELS, "--abort", "--yes"]);
    assert_eq!(backend.picture(), before);

    backend.expect(0, &[PARCELS, "--yes"]);
    let said = backend.expect(2, &[PARCELS, "--abort", "--yes"]);
    assert!(said.contains("--undo"), "{said}");
}

#[test]
fn a_saved_plan_is_applied_exactly_or_refused() {
    let whole = Backend::with(&["parcels"]);
    whole.expect(0, &[PARCELS, "--yes"]);
    let backend = Backend::with(&["parcels"]);
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.json");
    let plan = plan.to_str().unwrap();

    backend.expect(0, &[PARCELS, "--dry-run", "--save-plan", plan]);
    let rates = backend.read("services/parcels/rates.py");
    backend.write("services/parcels/rates.py", &(rates.clone() + "# mine\n"));
    let said = backend.expect(2, &["--plan", plan, "--yes"]);
    assert!(said.contains("rates.py"), "{said}");
    assert!(!backend.has("services/parcels/.scaffold"));
    backend.write("services/parcels/rates.py", &rates);
    backend.expect(0, &["--plan", plan, "--yes"]);

    assert_eq!(without_ledger(&backend.picture()), without_ledger(&whole.picture()));
    fs::write(plan, fs::read_to_string(plan).unwrap().replace("rate", "rats")).unwrap();
    let said = backend.expect(2, &["--plan", plan, "--yes"]);
    assert!(said.contains("changed after it was saved"), "{said}");
}

#[test]
fn an_unknown_step_is_bad_input_and_the_known_ones_are_named() {
    let backend = Backend::with(&["parcels"]);

    for option in ["--only", "--skip", "--to"] {
        let said = backend.expect(2, &[PARCELS, option, "layers", "--dry-run"]);
        assert!(
            said.contains("there is no step \"layers\"") && said.contains("src-layout"),
            "{said}"
        );
    }
}

#[test]
fn a_lock_file_is_a_follow_up_and_not_part_of_the_plan() {
    let backend = Backend::with(&["parcels"]);
    backend.write("services/parcels/uv.lock", "version = 1\n");

    let said = backend.expect(0, &[PARCELS, "--dry-run"]);

    assert!(said.contains("afterwards: `uv lock` in services/parcels"), "{said}");
}
