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
fn a_rule_is_explained_by_its_page_and_an_unknown_one_by_the_nearest() {
    let known = scaffold::audit::rules().next().unwrap().id;

    let page = scaffold(&["rule", known]);
    let unknown = scaffold(&["rule", &format!("{known}x")]);

    assert!(said(&page).starts_with(&format!("# {known}")), "{}", said(&page));
    assert_eq!(unknown.status.code(), Some(2));
    assert!(said(&unknown).contains(known), "{}", said(&unknown));
}

#[test]
fn a_step_is_explained_by_its_page_and_an_unknown_one_by_the_known() {
    let page = scaffold(&["step", "layer-modules"]);
    let unknown = scaffold(&["step", "layers"]);

    assert!(said(&page).contains("## What it does"), "{}", said(&page));
    assert_eq!(unknown.status.code(), Some(2));
    assert!(said(&unknown).contains("layer-modules"), "{}", said(&unknown));
}
