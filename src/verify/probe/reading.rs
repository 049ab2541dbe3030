//! From the probe's result lines to evidence.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

use super::mask::Mask;
use crate::verify::compare::shorten;
use crate::verify::evidence::{
    Answer, Application, Cut, Failure, Middleware, Outcome, Route, Suite,
};

/// One line of the result file.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Fact {
    Start { isolation: Isolation },
    Imported {},
    ImportFailed(Failure),
    Routes { routes: Vec<Route> },
    Middleware { middleware: Vec<Middleware> },
    Openapi { document: Value },
    OpenapiFailed(Failure),
    Startup { error: Option<String> },
    Paths { paths: Vec<String> },
    Answer(RawAnswer),
    NoPytest(Failure),
    Collected { tests: Vec<String> },
    Uncollected { file: String, text: String },
    Begun { test: String },
    Outcome(Phase),
    Ended {},
    Stuck { test: String },
    Internal { text: String },
    Finished { status: i32 },
    Crash(Failure),
}

/// What the probe could be kept from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Isolation {
    /// Only the loopback interface is there.
    pub(crate) network: bool,
    /// Only the scratch folder can be written.
    pub(crate) files: bool,
}

/// An answer as it came.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RawAnswer {
    path: String,
    status: Option<u16>,
    headers: Vec<(String, String)>,
    body: String,
    error: Option<String>,
}

/// One phase of one test.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Phase {
    test: String,
    #[serde(rename = "phase")]
    when: String,
    outcome: String,
    expected: bool,
    late: bool,
    text: String,
}

/// Reads result lines; a last line that was cut short is left out.
pub(crate) fn facts(text: &str) -> Vec<Fact> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Puts what was seen of an application into `app`.
pub(crate) fn application(facts: &[Fact], mask: &Mask, app: &mut Application) {
    for fact in facts {
        match fact {
            Fact::ImportFailed(failure) | Fact::Crash(failure) if app.routes.is_empty() => {
                app.failure = Some(masked(failure, mask));
            }
            Fact::Routes { routes } => app.routes.clone_from(routes),
            Fact::Middleware { middleware } => {
                app.middleware = middleware.iter().map(|one| masked_options(one, mask)).collect();
            }
            Fact::Openapi { document } => app.openapi = Some(Ok(mask.document(document))),
            Fact::OpenapiFailed(failure) => app.openapi = Some(Err(masked(failure, mask))),
            _ => {}
        }
    }
}

fn masked(failure: &Failure, mask: &Mask) -> Failure {
    Failure {
        error: mask.folders(&failure.error),
        missing: failure.missing.clone(),
        trace: mask.folders(&failure.trace),
    }
}

fn masked_options(middleware: &Middleware, mask: &Mask) -> Middleware {
    Middleware {
        class: middleware.class.clone(),
        options: mask.value(&middleware.options),
        arguments: mask.value(&middleware.arguments),
    }
}

/// The answers that came, and those that were asked for and did not come.
pub(crate) fn answers(facts: &[Fact], mask: &Mask) -> BTreeMap<String, Answer> {
    let mut found = BTreeMap::new();
    for fact in facts {
        match fact {
            Fact::Paths { paths } => {
                let not_reached = || Answer {
                    error: Some("not reached within the time limit".into()),
                    ..Answer::default()
                };
                found.extend(paths.iter().map(|path| (path.clone(), not_reached())));
            }
            Fact::Answer(raw) => {
                found.insert(raw.path.clone(), answer(raw, mask));
            }
            _ => {}
        }
    }
    found
}

/// Headers whose value is part of the answer; of others only the name is.
fn is_telling(name: &str) -> bool {
    matches!(
        name,
        "content-type"
            | "location"
            | "cache-control"
            | "www-authenticate"
            | "vary"
            | "allow"
            | "x-content-type-options"
            | "x-frame-options"
            | "strict-transport-security"
            | "content-security-policy"
            | "content-disposition"
    ) || name.starts_with("access-control-")
}

fn answer(raw: &RawAnswer, mask: &Mask) -> Answer {
    let of_the_server = ["date", "server", "content-length", "connection", "etag", "last-modified"];
    let headers = raw.headers.iter();
    let headers = headers.filter(|(name, _)| !of_the_server.contains(&name.as_str()));
    let headers: BTreeMap<_, _> = headers
        .map(|(name, value)| {
            let told = is_telling(name).then(|| mask.text(value));
            (name.clone(), told.map_or(Value::Null, Value::String))
        })
        .collect();
    Answer {
        status: raw.status,
        body: body(&raw.body, mask),
        headers,
        error: raw.error.as_deref().map(|error| mask.text(error)),
    }
}

/// JSON as JSON, metrics as the names and kinds of their families, anything else as text.
fn body(text: &str, mask: &Mask) -> Value {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return mask.value(&value);
    }
    let families: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    if families.is_empty() {
        Value::String(mask.text(text))
    } else {
        let mut families: Vec<_> = families.into_iter().map(str::to_owned).collect();
        families.sort();
        Value::from(families)
    }
}

/// The outcome of every test that was collected.
pub(crate) fn suite(facts: &[Fact], mask: &Mask) -> Suite {
    let mut suite = Suite::default();
    let mut tests: BTreeMap<&str, Option<Outcome>> = BTreeMap::new();
    for fact in facts {
        match fact {
            Fact::Collected { tests: found } => {
                for test in found {
                    tests.entry(test).or_default();
                }
            }
            Fact::Outcome(phase) => {
                let outcome = tests.entry(&phase.test).or_default();
                *outcome = later(*outcome, phase);
                if !phase.text.is_empty() {
                    let text = shorten(&mask.text(&phase.text), 240);
                    suite.messages.insert(test_name(&phase.test, mask), text);
                }
            }
            Fact::Stuck { test } => {
                tests.insert(test, Some(Outcome::TimedOut));
            }
            Fact::Uncollected { file, text } => {
                let name = file.rsplit('/').next().unwrap_or(file);
                let reason = mask.text(&reason(text));
                suite.uncollected.insert(name.to_owned(), reason);
            }
            _ => {}
        }
    }
    for (test, outcome) in ended_the_process(facts) {
        tests.insert(test, Some(outcome));
    }
    for (test, outcome) in tests {
        let outcomes = suite.outcomes.entry(test_name(test, mask)).or_default();
        outcomes.push(outcome.unwrap_or(Outcome::NotRun));
        outcomes.sort_unstable();
    }
    suite.cut = cut(facts, &suite, mask);
    suite
}

/// Tests that began and never ended although another process came after them.
fn ended_the_process(facts: &[Fact]) -> Vec<(&str, Outcome)> {
    let mut running: Option<&str> = None;
    let mut found = Vec::new();
    for fact in facts {
        match fact {
            Fact::Begun { test } => running = Some(test),
            Fact::Ended { .. } | Fact::Stuck { .. } => running = None,
            Fact::Start { .. } => {
                found.extend(running.take().map(|test| (test, Outcome::Errored)));
            }
            _ => {}
        }
    }
    found
}

/// The outcome of a test after one more phase.
fn later(earlier: Option<Outcome>, phase: &Phase) -> Option<Outcome> {
    let outcome = match (phase.outcome.as_str(), phase.when.as_str()) {
        ("failed", _) if phase.late => Outcome::TimedOut,
        ("failed", "call") => Outcome::Failed,
        ("failed", _) => Outcome::Errored,
        ("skipped", _) if phase.expected => Outcome::ExpectedFailure,
        ("skipped", _) => Outcome::Skipped,
        ("passed", "call") if phase.expected => Outcome::UnexpectedPass,
        ("passed", "call") => Outcome::Passed,
        _ => return earlier,
    };
    match earlier {
        Some(Outcome::Failed | Outcome::TimedOut) => earlier,
        _ => Some(outcome),
    }
}

fn cut(facts: &[Fact], suite: &Suite, mask: &Mask) -> Option<Cut> {
    let problem = facts.iter().rev().find_map(|fact| match fact {
        Fact::NoPytest(failure) => Some(format!("pytest is not installed: {}", failure.error)),
        Fact::Crash(failure) => Some(failure.error.clone()),
        Fact::Internal { text } => text.lines().last().map(str::to_owned),
        Fact::Finished { status } if *status >= 2 => Some(match status {
            2 => "the run was interrupted from within".to_owned(),
            3 => "pytest failed".to_owned(),
            4 => "pytest could not start: conftest or configuration".to_owned(),
            _ if suite.is_empty() => "no test is collected".to_owned(),
            _ => return None,
        }),
        _ => None,
    });
    problem.map(|text| Cut::Failed(shorten(&mask.text(&text), 240)))
}

/// File, class, function and parameters, without the folder.
fn test_name(id: &str, mask: &Mask) -> String {
    let (path, rest) = id.split_once("::").unwrap_or((id, ""));
    let file = path.rsplit('/').next().unwrap_or(path);
    let rest = mask.folders(rest);
    let rest = match Regex::new("0x[0-9a-f]{6,}") {
        Ok(addresses) => addresses.replace_all(&rest, "<address>").into_owned(),
        Err(_) => rest,
    };
    format!("{file}::{rest}")
}

/// The last line that pytest marks as the error, else the last line.
fn reason(text: &str) -> String {
    let marked = text.lines().rev().find_map(|line| line.strip_prefix("E "));
    let last = || text.lines().last().unwrap_or_default();
    marked.unwrap_or_else(last).trim().to_owned()
}

/// The module that a file which cannot be collected asks for.
pub(crate) fn missing_module(text: &str) -> Option<String> {
    let (_, tail) = text.split_once("No module named '")?;
    let (name, _) = tail.split_once('\'')?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn suite_of(lines: &str) -> Suite {
        suite(&facts(lines), &Mask::default())
    }

    fn outcome(phase: &str, outcome: &str) -> String {
        json!({"kind": "outcome", "test": "tests/unit/test_a.py::T::x[1]", "phase": phase,
               "outcome": outcome, "expected": false, "late": false, "text": ""})
        .to_string()
    }

    #[test]
    fn a_test_is_known_without_its_folder_and_fails_when_its_clean_up_does() {
        let lines = [
            r#"{"kind": "collected", "tests": ["tests/unit/test_a.py::T::x[1]", "t.py::y"]}"#
                .to_owned(),
            outcome("setup", "passed"),
            outcome("call", "passed"),
            outcome("teardown", "failed"),
        ];

        let suite = suite_of(&lines.join("\n"));

        assert_eq!(suite.outcomes["test_a.py::T::x[1]"], [Outcome::Errored]);
        assert_eq!(suite.outcomes["t.py::y"], [Outcome::NotRun]);
    }

    #[test]
    fn a_line_that_was_cut_short_costs_only_itself() {
        let found = facts("{\"kind\": \"finished\", \"status\": 0}\n{\"kind\": \"outc");

        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_test_that_ended_the_process_is_an_error_and_the_rest_counts() {
        let start =
            r#"{"kind": "start", "isolation": {"network": true, "files": true}, "python": "3"}"#;
        let lines = [
            start,
            r#"{"kind": "collected", "tests": ["t.py::kills", "t.py::next"]}"#,
            r#"{"kind": "begun", "test": "t.py::kills"}"#,
            start,
            r#"{"kind": "begun", "test": "t.py::next"}"#,
            r#"{"kind": "outcome", "test": "t.py::next", "phase": "call", "outcome": "passed", "expected": false, "late": false, "text": ""}"#,
            r#"{"kind": "ended", "test": "t.py::next"}"#,
            r#"{"kind": "finished", "status": 0}"#,
        ];

        let suite = suite_of(&lines.join("\n"));

        assert_eq!(suite.outcomes["t.py::kills"], [Outcome::Errored]);
        assert_eq!(suite.outcomes["t.py::next"], [Outcome::Passed]);
        assert_eq!(suite.cut, None);
    }

    #[test]
    fn an_uncollected_file_has_its_reason_and_its_missing_module() {
        let text = "ImportError while importing\nE   ModuleNotFoundError: No module named 'torch'";

        let lines = json!({"kind": "uncollected", "file": "tests/test_b.py", "text": text});
        let suite = suite_of(&lines.to_string());

        assert_eq!(suite.uncollected["test_b.py"], "ModuleNotFoundError: No module named 'torch'");
        assert_eq!(missing_module(text).as_deref(), Some("torch"));
    }

    #[test]
    fn metrics_are_their_families_and_json_is_json() {
        let mask = Mask::default();

        assert_eq!(
            body("# HELP a b\n# TYPE b_total counter\n# TYPE a gauge\na 3", &mask),
            json!(["a gauge", "b_total counter"])
        );
        assert_eq!(body("{\"a\": 1}", &mask), json!({"a": 1}));
        assert_eq!(body("plain", &mask), json!("plain"));
    }

    #[test]
    fn an_answer_keeps_telling_headers_and_the_names_of_others() {
        let raw = RawAnswer {
            path: "/x".into(),
            status: Some(200),
            headers: vec![
                ("content-type".into(), "text/plain".into()),
                ("x-request-id".into(), "7".into()),
                ("date".into(), "now".into()),
            ],
            body: String::new(),
            error: None,
        };

        let answer = answer(&raw, &Mask::default());

        let expected = [
            ("content-type".to_owned(), json!("text/plain")),
            ("x-request-id".to_owned(), Value::Null),
        ];
        assert_eq!(answer.headers, expected.into());
    }
}
