//! Rules about what is really started, and whether it can be.

mod names;
mod targets;
mod urls;

use super::rule::{Check, Files, Group, Rule, Severity};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] = &[
    &PLACEHOLDER,
    &MISSING,
    &UNDEFINED,
    &IMPORT,
    &NOT_INCLUDED,
    &NOWHERE,
    &UNKNOWN_HOST,
    &TWICE,
    &SYNTAX,
];

static PLACEHOLDER: Rule = Rule {
    id: "start-placeholder",
    group: Group::Start,
    severity: Severity::Error,
    summary: "a placeholder is started while the real application lies beside it",
    step: Some("entry-points"),
    check: Check::Service(targets::placeholder),
};

static MISSING: Rule = Rule {
    id: "start-missing",
    group: Group::Start,
    severity: Severity::Error,
    summary: "what is started does not exist",
    step: Some("entry-points"),
    check: Check::Service(targets::missing),
};

static UNDEFINED: Rule = Rule {
    id: "undefined-name",
    group: Group::Start,
    severity: Severity::Error,
    summary: "a name is used that nothing defines",
    step: None,
    check: Check::File(Files::Code, names::undefined),
};

static IMPORT: Rule = Rule {
    id: "start-cannot-import",
    group: Group::Start,
    severity: Severity::Error,
    summary: "what is started fails while it is imported",
    step: Some("layer-modules"),
    check: Check::Service(targets::cannot_import),
};

static NOT_INCLUDED: Rule = Rule {
    id: "router-not-included",
    group: Group::Start,
    severity: Severity::Warning,
    summary: "a router has routes and nobody includes it",
    step: Some("entry-points"),
    check: Check::Service(targets::not_included),
};

static NOWHERE: Rule = Rule {
    id: "url-to-nowhere",
    group: Group::Start,
    severity: Severity::Error,
    summary: "a URL names a compose entry at a port at which it does not listen",
    step: Some("register-port"),
    check: Check::Fleet(urls::nowhere),
};

static UNKNOWN_HOST: Rule = Rule {
    id: "url-unknown-host",
    group: Group::Start,
    severity: Severity::Warning,
    summary: "compose gives a service the URL of a host that it does not have",
    step: None,
    check: Check::Fleet(urls::unknown_host),
};

static TWICE: Rule = Rule {
    id: "service-defined-twice",
    group: Group::Start,
    severity: Severity::Warning,
    summary: "one compose file runs the same service under several names",
    step: None,
    check: Check::Fleet(urls::twice),
};

static SYNTAX: Rule = Rule {
    id: "syntax-error",
    group: Group::Start,
    severity: Severity::Error,
    summary: "a file is not valid Python",
    step: None,
    check: Check::File(Files::All, names::syntax),
};
