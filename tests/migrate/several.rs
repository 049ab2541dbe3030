//! Several services in one command.

use crate::support::{Backend, without_ledger};

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
