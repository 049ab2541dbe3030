//! Rules about secrets, transport, injection and access.

mod access;
mod deploy;
mod secrets;
mod transport;

use super::rule::{Check, Files, Group, Rule, Severity};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] = &[
    &LITERAL,
    &DEFAULT,
    &JWT_ALGORITHM,
    &JWT_EXPIRY,
    &TLS,
    &DEBUG,
    &SQL,
    &COMPOSE,
    &UNAUTHENTICATED,
];

static LITERAL: Rule = Rule {
    id: "secret-in-code",
    group: Group::Security,
    severity: Severity::Error,
    summary: "a secret is written in the code",
    step: Some("settings"),
    check: Check::File(Files::Code, secrets::literal),
};

static DEFAULT: Rule = Rule {
    id: "secret-with-default",
    group: Group::Security,
    severity: Severity::Error,
    summary: "a secret that nobody sets has a value that everybody knows",
    step: Some("settings"),
    check: Check::Service(secrets::default),
};

static JWT_ALGORITHM: Rule = Rule {
    id: "jwt-without-algorithms",
    group: Group::Security,
    severity: Severity::Error,
    summary: "a token is read without saying how it must be signed",
    step: None,
    check: Check::File(Files::Code, transport::jwt_algorithm),
};

static JWT_EXPIRY: Rule = Rule {
    id: "jwt-without-expiry",
    group: Group::Security,
    severity: Severity::Warning,
    summary: "a token is issued for ever",
    step: None,
    check: Check::File(Files::Code, transport::jwt_expiry),
};

static TLS: Rule = Rule {
    id: "tls-not-verified",
    group: Group::Security,
    severity: Severity::Error,
    summary: "a connection trusts whoever answers",
    step: None,
    check: Check::File(Files::Code, transport::tls),
};

static DEBUG: Rule = Rule {
    id: "debug-or-reload",
    group: Group::Security,
    severity: Severity::Warning,
    summary: "a service is started as on a developer's desk",
    step: Some("container"),
    check: Check::Service(deploy::debug),
};

static SQL: Rule = Rule {
    id: "sql-from-text",
    group: Group::Security,
    severity: Severity::Error,
    summary: "a query is put together from text",
    step: None,
    check: Check::File(Files::Code, transport::sql),
};

static COMPOSE: Rule = Rule {
    id: "credentials-in-deployment",
    group: Group::Security,
    severity: Severity::Warning,
    summary: "a compose or env file holds a secret",
    step: None,
    check: Check::Fleet(deploy::credentials),
};

static UNAUTHENTICATED: Rule = Rule {
    id: "unauthenticated-route",
    group: Group::Security,
    severity: Severity::Warning,
    summary: "a route changes something without asking who calls, where others ask",
    step: None,
    check: Check::Service(access::unauthenticated),
};
