//! Rules about what happens when something fails.

mod answers;
mod handlers;

use super::rule::{Check, Files, Group, Rule, Severity};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] = &[&SILENT, &BARE, &AS_SUCCESS, &TEXT];

static SILENT: Rule = Rule {
    id: "silent-except",
    group: Group::Errors,
    severity: Severity::Warning,
    summary: "every failure is caught and nobody hears of it",
    step: Some("logged-excepts"),
    check: Check::File(Files::Code, handlers::silent),
};

static BARE: Rule = Rule {
    id: "bare-except",
    group: Group::Errors,
    severity: Severity::Warning,
    summary: "a bare `except` catches even the end of the process",
    step: Some("logged-excepts"),
    check: Check::File(Files::Code, handlers::bare),
};

static AS_SUCCESS: Rule = Rule {
    id: "error-as-success",
    group: Group::Errors,
    severity: Severity::Error,
    summary: "a failure is answered with status 200",
    step: Some("errors"),
    check: Check::Service(answers::as_success),
};

static TEXT: Rule = Rule {
    id: "exception-text-in-answer",
    group: Group::Errors,
    severity: Severity::Warning,
    summary: "callers are told the text of an internal exception",
    step: Some("errors"),
    check: Check::Service(answers::text),
};
