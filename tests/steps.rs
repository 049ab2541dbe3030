//! A team's own step: made, tested, run over several services, seen in the checklist, undone.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests make a workspace on disk and run the program in it"
)]

use std::fs;
use std::process::{Command, Output};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

const BEFORE: &str = "from company.helpers import old_helper as helper\n\n\n\
    def total():\n    return helper(  # in cents\n        1,\n    )\n";

/// A workspace with two services that use a helper, and one that does not.
struct Place {
    _folder: tempfile::TempDir,
    root: Utf8PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::try_from(folder.path().canonicalize().unwrap()).unwrap();
        fs::write(root.join("scaffold.toml"), "[workspace]\nname = \"demo\"\n").unwrap();
        for (name, text) in [("billing", BEFORE), ("orders", BEFORE), ("plain", "VALUE = 1\n")] {
            let home = root.join("services").join(name);
            fs::create_dir_all(&home).unwrap();
            fs::write(home.join("main.py"), text).unwrap();
            fs::write(home.join("requirements.txt"), "fastapi\n").unwrap();
        }
        Self { _folder: folder, root }
    }

    fn run(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_scaffold"))
            .args(words)
            .current_dir(&self.root)
            .output()
            .unwrap()
    }

    fn code(&self, words: &[&str]) -> Option<i32> {
        self.run(words).status.code()
    }

    fn json(&self, words: &[&str]) -> Value {
        let output = self.run(&[words, &["--format", "json"][..]].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("{words:?}: {error}: {}", String::from_utf8_lossy(&output.stderr))
        })
    }

    fn step(&self) -> Utf8PathBuf {
        self.root.join(".scaffold/migrations/5000-rename-helper")
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }
}

/// What the checklist says of one step, service by service.
fn states(status: &Value, step: &str) -> Vec<String> {
    let services = status["services"].as_array().unwrap().iter();
    let state = |service: &Value| {
        let steps = service["steps"].as_array().unwrap();
        let found = steps.iter().find(|found| found["id"] == step).unwrap();
        found["state"].as_str().unwrap().to_owned()
    };
    services.map(state).collect()
}

#[test]
fn a_step_without_rust_is_made_tested_run_over_services_and_undone() {
    let place = Place::new();

    assert_eq!(place.code(&["step", "new", "rename-helper"]), Some(0));
    assert_eq!(place.code(&["step", "test"]), Some(0));
    let status = place.json(&["status"]);
    assert_eq!(states(&status, "rename-helper"), ["planned", "planned", "nothing-to-do"]);

    let services = ["services/billing", "services/orders", "services/plain"];
    let only = ["--only", "rename-helper", "--yes", "--no-commit"];
    let done = place.run(&[&["migrate"][..], &services[..], &only[..]].concat());
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let expected = "from company.helpers import new_helper\n\n\n\
        def total():\n    return new_helper(  # in cents\n        1,\n    )\n";
    assert_eq!(place.read("services/billing/main.py"), expected);
    assert_eq!(place.read("services/orders/main.py"), expected);
    let status = place.json(&["status"]);
    assert_eq!(states(&status, "rename-helper"), ["applied", "applied", "nothing-to-do"]);

    let undone = place.run(&["migrate", "services/billing", "services/orders", "--undo", "--yes"]);
    assert_eq!(undone.status.code(), Some(0), "{}", String::from_utf8_lossy(&undone.stderr));
    assert_eq!(place.read("services/billing/main.py"), BEFORE);
    assert_eq!(place.read("services/orders/main.py"), BEFORE);
}

const MOVE: &str = "id = \"move\"\ntitle = \"Move the store\"\nkind = \"preserving\"\nsince = \"0.1.0\"\n\n\
    [[operation]]\nverb = \"move-file\"\nfrom = \"shelf/store.py\"\nto = \"kernel/store.py\"\n";

#[test]
fn a_file_that_moves_takes_its_names_along_and_nothing_else_changes() {
    let place = Place::new();
    let write = |path: &str, text: &str| {
        let path = place.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(".scaffold/migrations/5000-move/step.toml", MOVE);
    write(".scaffold/migrations/5000-move/README.md", "# move\n");
    let home = |path: &str| format!("services/plain/{path}");
    write(&home("shelf/__init__.py"), "");
    write(&home("kernel/__init__.py"), "");
    write(&home("shelf/store.py"), "from .sizes import BIG\n\nITEMS = [BIG]\n");
    write(&home("shelf/sizes.py"), "BIG = 3\n");
    write(&home("main.py"), "from shelf import sizes\nfrom shelf.store import ITEMS\n");
    let test = "from unittest.mock import patch\n\n\n\
        def test_items():\n    with patch(\"shelf.store.ITEMS\", []):\n        pass\n";
    write(&home("tests/test_store.py"), test);
    let image = "FROM python:3.12\nWORKDIR /app\nENV PYTHONPATH=/app:/app/demo\nCOPY . .\n\
        CMD [\"python\", \"-m\", \"shelf.store\"]\n";
    write(&home("Dockerfile"), image);
    let project = "[tool.pytest.ini_options]\naddopts = \"--cov=.\"\n";
    write(&home("pyproject.toml"), project);

    let done = place.run(&["migrate", "services/plain", "--only", "move", "--yes", "--no-commit"]);

    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let store = place.read(&home("kernel/store.py"));
    assert_eq!(store, "from shelf.sizes import BIG\n\nITEMS = [BIG]\n");
    let main = place.read(&home("main.py"));
    assert_eq!(main, "from shelf import sizes\nfrom kernel.store import ITEMS\n");
    let tested = place.read(&home("tests/test_store.py"));
    assert_eq!(tested, test.replace("shelf.store", "kernel.store"));
    assert_eq!(place.read(&home("Dockerfile")), image.replace("shelf.store", "kernel.store"));
    assert_eq!(place.read(&home("pyproject.toml")), project);
}

#[test]
fn a_case_that_expects_something_else_fails_the_test_of_its_step() {
    let place = Place::new();
    place.run(&["step", "new", "rename-helper"]);
    let expected = place.step().join("cases/example/after/main.py");
    fs::write(&expected, "VALUE = 2\n").unwrap();

    let output = place.run(&["step", "test"]);

    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("example: BROKEN") && text.contains("main.py:1"), "{text}");
    assert_eq!(place.code(&["step", "test", "--bless"]), Some(0));
    assert!(fs::read_to_string(expected).unwrap().contains("new_helper"));
}

#[test]
fn a_step_whose_path_leaves_the_service_is_refused_before_anything_happens() {
    let place = Place::new();
    place.run(&["step", "new", "rename-helper"]);
    let hostile = "id = \"rename-helper\"\ntitle = \"T\"\nkind = \"additive\"\nsince = \"0.1.0\"\n\n\
        [[operation]]\nverb = \"write-file\"\nfile = \"../../../escaped\"\ntext = \"x\"\n";
    fs::write(place.step().join("step.toml"), hostile).unwrap();

    let output = place.run(&["migrate", "services/billing", "--yes", "--no-commit"]);

    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("climbs out"));
    assert!(!Utf8Path::new(place.root.as_str()).join("../escaped").exists());
}

#[test]
fn a_pinned_step_that_was_changed_and_a_second_one_of_the_name_are_refused() {
    let place = Place::new();
    place.run(&["step", "new", "rename-helper"]);
    let config = "[workspace]\nname = \"demo\"\n[migrations]\npin = { rename-helper = \"00\" }\n";
    fs::write(place.root.join("scaffold.toml"), config).unwrap();

    let output = place.run(&["step", "list"]);

    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("pins"));
    fs::write(place.root.join("scaffold.toml"), "[workspace]\nname = \"demo\"\n").unwrap();
    assert_eq!(place.code(&["step", "new", "rename-helper"]), Some(2));
    assert_eq!(place.code(&["step", "new", "Bad Name"]), Some(2));
}

#[test]
fn the_checklist_is_also_a_page_and_tells_what_is_pending() {
    let place = Place::new();

    let page = String::from_utf8(place.run(&["status", "--html"]).stdout).unwrap();

    assert!(page.starts_with("<!doctype html>") && page.contains("services/billing"));
    assert!(!page.contains("http://") && !page.contains("https://"));
    assert_eq!(place.code(&["status", "--check"]), Some(1));
    assert_eq!(place.code(&["status"]), Some(0));
}
