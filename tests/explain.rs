//! `scaffold explain` on a service of `tests/legacy`.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "the tests start the program")]

use std::process::{Command, Output};

fn scaffold(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    command.arg("explain").args(words).env("NO_COLOR", "1");
    command.args(["--root", "tests/legacy"]).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap()
}

const SERVICE: &str = "tests/legacy/backend/services/weather_station_service";

#[test]
fn a_module_is_explained_with_everything_that_leads_to_it() {
    let output = scaffold(&["symbol", SERVICE, "main", "--format", "json"]);

    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let sites = document["sites"].as_array().unwrap();
    let has = |kind: &str| sites.iter().any(|site| site["kind"] == kind);
    assert!(has("import") && has("deployment"), "{document:#}");
    assert!(sites.iter().all(|site| site["line"].as_u64().unwrap() > 0));
    assert_eq!(document["names"][0], "main");
}

#[test]
fn a_name_that_is_nearly_right_is_asked_about() {
    let output = scaffold(&["symbol", SERVICE, "main.ap"]);

    assert_eq!(output.status.code(), Some(2));
    let text = said(&output);
    assert!(text.contains("main.py defines no \"ap\"") && text.contains("\"app\"?"), "{text}");
}

#[test]
fn a_step_is_explained_by_its_page_and_an_unknown_one_by_the_known() {
    let page = scaffold(&["step", "layer-modules"]);
    let unknown = scaffold(&["step", "layers"]);

    assert!(said(&page).contains("## What it does"), "{}", said(&page));
    assert_eq!(unknown.status.code(), Some(2));
    assert!(said(&unknown).contains("layer-modules"), "{}", said(&unknown));
}

/// The document with pictures of the worked example.
const PAGE: &str = "docs/how-it-moves-code.md";
const PICTURE: &str = "docs/how-it-moves-code.svg";

/// What the program says about the example, which is copied to a folder of its own.
fn of_example(words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let service = folder.path().join("loans");
    std::fs::create_dir_all(service.join("tests")).unwrap();
    for file in ["main.py", "Dockerfile", "requirements.txt", "tests/test_loans.py"] {
        std::fs::copy(format!("docs/example/{file}"), service.join(file)).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    command.args(words).args(["--root", "."]).current_dir(folder.path()).env("NO_COLOR", "1");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// The text between two marks of a page, replaced.
fn between(page: &str, name: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->"));
    let (before, rest) = page.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}\n```text\n{}\n```\n\n{end}{after}", text.trim_end())
}

/// `SCAFFOLD_WRITE=1 cargo test --test explain` writes the pictures again.
#[test]
fn the_worked_example_is_what_the_program_draws() {
    let picture = of_example(&["migrate", "loans", "--explain", "--format", "svg"]);
    let html = of_example(&["migrate", "loans", "--explain", "--format", "html"]);
    let tree = html.split("after: ").nth(1).and_then(|rest| rest.split("\">").nth(1)).unwrap();
    let tree = tree.split("</pre>").next().unwrap();
    let symbol = of_example(&["explain", "symbol", "loans", "main.loans_db"]);
    let page = std::fs::read_to_string(PAGE).unwrap();
    let wanted = between(&between(&page, "tree", tree), "symbol", &symbol);
    if std::env::var_os("SCAFFOLD_WRITE").is_some() {
        std::fs::write(PICTURE, &picture).unwrap();
        std::fs::write(PAGE, &wanted).unwrap();
        return;
    }

    assert_eq!(page, wanted, "{PAGE} is not what the program says any more");
    assert_eq!(std::fs::read_to_string(PICTURE).unwrap(), picture);
}

#[test]
fn a_picture_is_of_one_service_and_writes_nothing() {
    let picture = of_example(&["migrate", "loans", "--explain", "--format", "svg"]);
    let wrong = scaffold(&["symbol", SERVICE, "main", "--format", "svg"]);

    assert!(picture.starts_with("<svg") && picture.contains("application/use_cases.py"));
    assert!(picture.matches("class=\"against\"").count() == 2, "{picture}");
    assert_eq!(wrong.status.code(), Some(2));
}
