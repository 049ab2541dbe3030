//! Several services in one command.

use crate::support::{Backend, text, without_ledger};

#[test]
fn one_service_that_fails_does_not_stop_the_others() {
    let backend = Backend::with(&["parcels", "letters"]);
    backend.write("services/notes/README.md", "no Python here\n");
    backend.write("services/broken/main.py", "x = 1\n");
    backend.write("services/broken/.scaffold/ledger.json", "{}");

    let all =
        ["services/notes", "services/parcels", "services/broken", "services/letters", "--yes"];
    let said = backend.expect(2, &all);

    assert!(said.contains("notes holds no Python file"), "{said}");
    assert!(said.contains("services/broken/.scaffold/ledger.json is damaged"), "{said}");
    for service in ["parcels", "letters"] {
        assert!(backend.has(&format!("services/{service}/src/{service}/main.py")), "{service}");
    }
    let ports = backend.read("ports.yaml");
    assert!(ports.contains("parcels: 8123") && ports.contains("letters: 8100"), "{ports}");
}

#[test]
fn a_path_that_is_no_folder_is_bad_input_before_anything_is_written() {
    let backend = Backend::with(&["parcels"]);
    let before = backend.picture();

    let said = backend.expect(2, &["services/parcels", "services/parcel", "--yes"]);

    assert!(said.contains("services/parcel is not a folder"), "{said}");
    assert_eq!(backend.picture(), before);
}

#[test]
fn services_that_share_files_are_taken_back_in_any_order() {
    let backend = Backend::with(&["parcels", "letters"]);
    let before = backend.picture();
    let both = ["services/parcels", "services/letters"];
    backend.expect(0, &[both[0], both[1], "--yes"]);

    let alone = backend.expect(3, &[both[0], "--undo", "--yes"]);
    assert!(alone.contains("ports.yaml"), "{alone}");
    backend.expect(0, &[both[0], both[1], "--undo", "--yes"]);

    assert_eq!(backend.picture(), before);
}

#[test]
fn together_or_one_after_the_other_gives_the_same() {
    let together = Backend::with(&["parcels", "letters"]);
    together.expect(0, &["services/parcels", "services/letters", "--yes"]);
    let alone = Backend::with(&["parcels", "letters"]);
    alone.expect(0, &["services/parcels", "--yes"]);
    alone.expect(0, &["services/letters", "--yes"]);

    assert_eq!(without_ledger(&together.picture()), without_ledger(&alone.picture()));
}

#[test]
fn the_document_names_what_was_applied_and_what_failed() {
    let backend = Backend::with(&["parcels"]);
    backend.write("services/notes/README.md", "no Python here\n");

    let output =
        backend.migrate(&["services/notes", "services/parcels", "--yes", "--format", "json"]);

    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let services = document["services"].as_array().unwrap();
    assert!(services[0]["error"].as_str().unwrap().contains("no Python file"));
    let steps = services[1]["steps"].as_array().unwrap().iter();
    let applied = steps.filter(|step| step["applied"] == true).count();
    assert_eq!(applied, backend.steps("parcels", "applied").len());
}

#[test]
fn all_finds_the_services_and_says_one_line_of_each() {
    let backend = Backend::with(&["parcels", "letters"]);

    let said = backend.expect(0, &["services", "--all", "--yes", "--report", "run.html"]);

    assert!(said.contains("applied       services/letters: "), "{said}");
    assert!(said.contains("2 services: 2 applied"), "{said}");
    let page = backend.read("run.html");
    assert!(page.contains("services/parcels") && page.contains("services/letters"));
    assert!(page.contains("rename to services/parcels/src/parcels/domain/"), "{page}");
    assert!(!page.contains("http://") && !page.contains("<script"), "it needs nothing else");
}

#[test]
fn what_a_dry_run_of_all_announces_is_what_is_written() {
    let backend = Backend::with(&["parcels", "letters", "notes"]);
    let foreseen = backend.migrate(&["--all", "--dry-run", "--format", "json"]);

    let written = backend.migrate(&["--all", "--yes", "--format", "json"]);

    let changes = |output: &std::process::Output| {
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let services = document["services"].as_array().unwrap().clone();
        let steps = services.into_iter().flat_map(|it| it["steps"].as_array().unwrap().clone());
        steps.map(|step| step["changes"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(changes(&foreseen), changes(&written));
    assert!(changes(&written).iter().any(|step| !step.as_array().unwrap().is_empty()));
}

#[test]
fn waves_take_the_services_one_after_the_other() {
    let backend = Backend::with(&["letters", "notes", "parcels"]);
    let tests = "def test_one(): pass\n\n\ndef test_two(): pass\n";
    backend.write("services/parcels/tests/test_more.py", tests);
    let wave = ["--all", "--first", "2", "--yes"];

    let first = backend.expect(0, &wave);
    let second = backend.expect(0, &wave);
    let third = backend.expect(0, &wave);

    assert!(first.contains("2 services: 2 applied"), "{first}");
    assert!(first.contains("applied       services/parcels"), "the tests speak for it: {first}");
    assert!(first.contains("0 dependants, 3 tests)"), "{first}");
    assert!(second.contains("1 service: 1 applied"), "{second}");
    assert!(third.contains("nothing to do"), "{third}");
}

#[test]
fn a_service_that_cannot_be_written_gives_its_port_to_the_next_one() {
    let backend = Backend::committed(&["letters", "notes", "parcels"]);
    let port = |name: &str| backend.read("ports.yaml").contains(&format!("{name}: 8100"));
    backend.write("services/notes/rates.py", "not committed\n");

    let said = backend.expect(2, &["services", "--all", "--yes"]);

    assert!(said.contains("uncommitted changes in services/notes/rates.py"), "{said}");
    assert!(said.contains("3 services: 2 applied, 1 failed"), "{said}");
    assert!(!backend.has("services/notes/src"), "{said}");
    assert!(port("parcels") && !backend.read("ports.yaml").contains("notes"), "{said}");
}

#[test]
fn a_service_that_lies_deeper_is_found_again_and_taken_back() {
    let backend = Backend::with(&["parcels", "group/letters"]);
    let before = backend.picture();
    backend.expect(0, &["--all", "--yes"]);

    let again = backend.expect(0, &["--all", "--check"]);
    assert!(again.contains("2 services: 2 nothing to do"), "{again}");
    backend.expect(0, &["--all", "--undo", "--yes"]);

    assert_eq!(backend.picture(), before);
}

#[test]
fn after_a_wave_only_what_was_done_is_taken_back() {
    let backend = Backend::with(&["parcels", "letters"]);
    let before = backend.picture();
    backend.expect(0, &["--all", "--first", "1", "--yes"]);

    backend.expect(0, &["--all", "--undo", "--yes"]);

    assert_eq!(backend.picture(), before);
}

#[test]
fn a_page_that_cannot_be_written_stops_the_run_before_it_begins() {
    let backend = Backend::with(&["parcels"]);
    let before = backend.picture();

    let said = backend.expect(2, &["--all", "--yes", "--report", "nowhere/run.html"]);

    assert!(said.contains("run.html cannot be written"), "{said}");
    assert_eq!(backend.picture(), before);
}

#[test]
fn all_of_a_fleet_is_taken_back_together() {
    let backend = Backend::with(&["parcels", "letters"]);
    let before = backend.picture();
    backend.expect(0, &["--all", "--behavioural", "--yes"]);

    backend.expect(0, &["--all", "--undo", "--yes"]);

    assert_eq!(backend.picture(), before);
}

#[test]
fn a_folder_of_services_is_none_itself() {
    let backend = Backend::with(&["parcels", "letters"]);
    let before = backend.picture();

    let said = backend.expect(2, &["services", "--yes"]);

    assert!(said.contains("services holds 2 services"), "{said}");
    assert!(said.contains("--all"), "{said}");
    assert_eq!(backend.picture(), before);
}

#[test]
fn a_new_service_joins_the_members_that_migrated_ones_have() {
    let backend = Backend::with(&["parcels", "letters"]);
    backend.expect(0, &["services/parcels", "--yes"]);

    let made = backend.scaffold(&["new", "stamps", "--root", ".", "--yes"]);

    assert!(made.status.success(), "{}", text(&made));
    let project = backend.read("pyproject.toml");
    assert!(project.contains("\"services/parcels\", \"services/stamps\"]"), "{project}");
}

#[test]
fn a_new_workspace_has_no_members_that_are_no_projects() {
    let backend = Backend::with(&["parcels"]);

    let made = backend.scaffold(&["new", "stamps", "--root", ".", "--yes"]);

    assert!(made.status.success(), "{}", text(&made));
    let project = backend.read("pyproject.toml");
    assert!(project.contains("members = [\"libs/*\", \"services/stamps\"]"), "{project}");
}

#[test]
fn a_migrated_service_is_equal_to_its_own_commit() {
    let backend = Backend::committed(&["parcels"]);
    backend.expect(0, &["services/parcels", "--yes"]);

    let words = ["verify", "services/parcels", "--against", "HEAD", "--static-only"];
    let verified = backend.scaffold(&words);

    assert!(verified.status.success(), "{}", text(&verified));
}

#[test]
fn a_step_is_known_by_its_number_as_well() {
    let backend = Backend::with(&["parcels"]);

    for name in ["0200", "200", "0200-src-layout", "src-layout"] {
        let said = backend.expect(0, &["services/parcels", "--only", name, "--dry-run"]);

        assert!(said.contains("0200 src-layout               0 moved"), "{said}");
        assert!(said.contains("one-entry                skipped: behavioural"), "{said}");
    }
}

#[test]
fn an_entry_that_nothing_starts_is_bad_input_before_anything_is_written() {
    let backend = Backend::with(&["parcels"]);
    let before = backend.picture();

    let said = backend.expect(2, &["services/parcels", "--entry", "gone:app", "--yes"]);

    assert!(said.contains("it is started as main:app"), "{said}");
    assert_eq!(backend.picture(), before);
}
