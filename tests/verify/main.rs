//! `scaffold verify` from the outside: a small service against what it was.
//!
//! The dynamic part needs an interpreter with FastAPI and pytest, named by
//! `SCAFFOLD_TEST_PYTHON`, or made in the build folder.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::type_complexity,
    clippy::unwrap_used,
    reason = "a test sets up its own folders, says what it measured and fails by panicking"
)]

#[path = "../common/python.rs"]
mod python;

use std::process::{Command, Output};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

const MAIN: &str = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get(\"/items\")\ndef items():\n    return {\"items\": [1, 2]}\n";
const TESTS: &str = "from fastapi.testclient import TestClient\n\nfrom main import app\n\n\ndef test_items():\n    assert TestClient(app).get(\"/items\").json() == {\"items\": [1, 2]}\n";

/// Two folders with the same service.
fn pair() -> (tempfile::TempDir, Utf8PathBuf, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::try_from(folder.path().canonicalize().unwrap()).unwrap();
    let (before, after) = (root.join("before/shop"), root.join("after/shop"));
    for side in [&before, &after] {
        write(&side.join("main.py"), MAIN);
        write(&side.join("test_main.py"), TESTS);
        write(
            &side.join("Dockerfile"),
            "FROM x\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\"]\n",
        );
    }
    (folder, before, after)
}

#[expect(clippy::disallowed_methods, reason = "prepares the folders of a test")]
fn write(path: &Utf8Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "a test starts the program that it tests")]
fn verify(after: &Utf8Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    command.args(["verify", after.as_str()]).args(words).output().unwrap()
}

fn items(output: &Output) -> Vec<(String, String, String)> {
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let word = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    let items = document["items"].as_array().unwrap().iter();
    items.map(|item| (word(item, "aspect"), word(item, "name"), word(item, "verdict"))).collect()
}

fn interpreter() -> String {
    python::interpreter().into_string()
}

fn has(found: &[(String, String, String)], item: (&str, &str, &str)) -> bool {
    let (aspect, name, verdict) = item;
    found.contains(&(aspect.to_owned(), name.to_owned(), verdict.to_owned()))
}

#[test]
fn an_equal_service_is_proved_without_python() {
    let (_keep, before, after) = pair();

    let output = verify(&after, &["--against", before.as_str(), "--static-only"]);

    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.ends_with("nothing broken (0 fixed, 0 unjudged)\n"), "{text}");
}

#[test]
fn a_file_that_does_not_parse_any_more_is_a_finding() {
    let (_keep, before, after) = pair();
    write(&after.join("main.py"), "def broken(:\n");

    let output =
        verify(&after, &["--against", before.as_str(), "--static-only", "--format", "json"]);

    assert_eq!(output.status.code(), Some(1));
    let broken = |(aspect, name, verdict): &(String, String, String)| {
        aspect == "syntax" && name.ends_with("main.py") && verdict == "broken"
    };
    assert!(items(&output).iter().any(broken));
}

#[test]
fn a_service_without_a_run_and_without_a_reference_is_bad_usage_with_a_hint() {
    let (_keep, _before, after) = pair();

    let output = verify(&after, &["--static-only"]);

    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("no migration run is recorded"), "{text}");
    assert!(text.contains("--against"), "{text}");
}

#[test]
fn a_folder_that_is_not_there_and_an_unknown_revision_are_bad_usage() {
    let (_keep, _before, after) = pair();

    let missing = verify(&after.join("nowhere"), &["--against", "HEAD"]);
    let unknown = verify(&after, &["--against", "no-such-revision"]);

    assert_eq!(missing.status.code(), Some(2));
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn behaviour_is_compared_test_by_test_and_answer_by_answer() {
    let python = interpreter();
    let (_keep, before, after) = pair();
    let words = ["--against", before.as_str(), "--python", &python, "--format", "json"];

    let equal = verify(&after, &words);
    assert_eq!(equal.status.code(), Some(0), "{}", String::from_utf8_lossy(&equal.stdout));
    let tests = ("tests".to_owned(), "test_main.py::test_items".to_owned(), "equal".to_owned());
    assert!(items(&equal).contains(&tests));

    write(&after.join("main.py"), &MAIN.replace("[1, 2]", "[1, 3]"));
    let changed = verify(&after, &words);
    assert_eq!(changed.status.code(), Some(1));
    let found = items(&changed);
    let is_broken = |aspect: &str, name: &str| {
        found.contains(&(aspect.to_owned(), name.to_owned(), "broken".to_owned()))
    };
    assert!(is_broken("answers", "GET /items"));
    assert!(is_broken("tests", "test_main.py::test_items"));
}

#[test]
fn hanging_tests_and_tests_that_end_the_process_cost_only_themselves() {
    let python = interpreter();
    let (_keep, before, after) = pair();
    let tests = "import os\nimport time\n\n\ndef test_hangs():\n    time.sleep(60)\n\n\ndef test_ends():\n    os._exit(1)\n\n\ndef test_works():\n    pass\n";
    write(&before.join("test_main.py"), tests);
    write(&after.join("test_main.py"), tests);
    let words = ["--against", before.as_str(), "--python", &python, "--test-timeout", "1"];

    let output = verify(&after, &[&words[..], &["--format", "json"]].concat());

    let found = items(&output);
    let works = ("tests".to_owned(), "test_main.py::test_works".to_owned(), "equal".to_owned());
    assert_eq!(output.status.code(), Some(0), "{found:?}");
    assert!(found.contains(&works), "{found:?}");
}

#[test]
fn a_service_of_which_nothing_works_on_either_side_is_unjudged_and_says_why() {
    let (_keep, before, after) = pair();
    for side in [&before, &after] {
        write(&side.join("main.py"), &format!("import no_such_module\n{MAIN}"));
    }
    let python = interpreter();

    let output = verify(&after, &["--against", before.as_str(), "--python", &python]);

    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("for want of these modules: no_such_module"), "{text}");
    assert!(text.ends_with("nothing could be judged\n"), "{text}");
}

#[test]
fn what_works_only_now_is_fixed_and_what_is_new_is_added() {
    let (_keep, before, after) = pair();
    write(&before.join("main.py"), &format!("import no_such_module\n{MAIN}"));
    let extra = "\n\ndef test_more():\n    pass\n";
    write(&after.join("test_main.py"), &format!("{TESTS}{extra}"));
    let python = interpreter();
    let words = ["--against", before.as_str(), "--python", &python, "--format", "json"];

    let output = verify(&after, &words);

    let found = items(&output);
    assert_eq!(output.status.code(), Some(0), "{found:?}");
    let fixed =
        |(aspect, _, verdict): &(String, String, String)| aspect == "import" && verdict == "fixed";
    assert!(found.iter().any(fixed), "{found:?}");
    assert!(has(&found, ("tests", "test_main.py::test_items", "fixed")), "{found:?}");
}

#[test]
fn a_migrated_service_is_compared_with_what_it_was_before_the_run() {
    let (_keep, _before, after) = pair();
    let migrate = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
        let output = command.args(["migrate", after.as_str()]).args(words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    migrate(&["--yes"]);
    let python = interpreter();

    let output = verify(&after, &["--python", &python, "--format", "json"]);
    let found = items(&output);
    assert_eq!(output.status.code(), Some(0), "{found:?}");
    assert!(has(&found, ("tests", "test_main.py::test_items", "equal")), "{found:?}");
    assert!(has(&found, ("answers", "GET /items", "equal")), "{found:?}");

    write(&after.join("src/shop/main.py"), &MAIN.replace("/items", "/things"));
    let output = verify(&after, &["--python", &python]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("broken routes: "), "{text}");
}

#[test]
fn steps_that_rewrite_definitions_are_proved_by_themselves_and_the_rest_as_strictly() {
    let (_keep, _before, after) = pair();
    let started = "\n\n@app.on_event(\"startup\")\nasync def connect():\n    pass\n";
    write(&after.join("main.py"), &format!("{MAIN}{started}"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    let output = command.args(["migrate", after.as_str(), "--yes"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let main = after.join("src/shop/main.py");
    let text = std::fs::read_to_string(&main).unwrap();
    assert!(text.contains("lifespan=lifespan"), "{text}");

    let output = verify(&after, &["--static-only", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{:?}", items(&output));

    write(&main, &text.replace("async def connect():\n    pass\n", ""));
    let output = verify(&after, &["--static-only", "--format", "json"]);
    let found = items(&output);
    assert_eq!(output.status.code(), Some(1), "{found:?}");
    let is_lost = |item: &(String, String, String)| item.0 == "definitions" && item.2 == "broken";
    assert!(found.iter().any(is_lost), "{found:?}");
}

#[test]
fn without_an_interpreter_an_environment_is_built_with_uv_from_what_the_service_declares() {
    let (_keep, before, after) = pair();
    for side in [&before, &after] {
        write(&side.join("requirements.txt"), "fastapi>=0.118,<0.119\nhttpx>=0.27,<0.28\n");
    }
    let uv = python::uv();
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", uv.parent().unwrap());

    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    command.args(["verify", after.as_str(), "--against", before.as_str(), "--format", "json"]);
    let output = command.env("PATH", path).output().unwrap();

    let found = items(&output);
    assert_eq!(output.status.code(), Some(0), "{found:?}");
    assert!(has(&found, ("tests", "test_main.py::test_items", "equal")), "{found:?}");
}
