//! Rules about routes, and the document of the routes that are found without running.

mod document;
mod routes;
mod shape;

use super::rule::{Check, Group, Rule, Severity};

pub use document::{Row, document_of, openapi, table};
pub use routes::is_versioned;

/// The page of these rules.
pub const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub static RULES: &[&Rule] = &[&UNVERSIONED, &MIXED, &DUPLICATE, &NO_MODEL, &ENVELOPE];

static UNVERSIONED: Rule = Rule {
    id: "unversioned-api",
    group: Group::Api,
    severity: Severity::Warning,
    summary: "no route of a service has a version",
    step: Some("api-versions"),
    check: Check::Service(routes::unversioned),
};

static MIXED: Rule = Rule {
    id: "mixed-versioning",
    group: Group::Api,
    severity: Severity::Warning,
    summary: "some routes have a version and others have none",
    step: Some("api-versions"),
    check: Check::Service(routes::mixed),
};

static DUPLICATE: Rule = Rule {
    id: "duplicate-route",
    group: Group::Api,
    severity: Severity::Error,
    summary: "two handlers have the same method and path",
    step: None,
    check: Check::Service(routes::duplicate),
};

static NO_MODEL: Rule = Rule {
    id: "no-response-model",
    group: Group::Api,
    severity: Severity::Note,
    summary: "routes do not say what they answer",
    step: None,
    check: Check::Service(shape::no_model),
};

static ENVELOPE: Rule = Rule {
    id: "response-envelope",
    group: Group::Api,
    severity: Severity::Note,
    summary: "routes of one service wrap their answers differently",
    step: None,
    check: Check::Service(shape::envelope),
};
