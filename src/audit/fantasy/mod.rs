//! Rules about what is configured or promised and not there.

mod gateway;
mod infrastructure;
mod stubs;

use super::rule::{Check, Group, Rule, Severity};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] =
    &[&CONFIGURED, &INFRASTRUCTURE, &GATEWAY, &CLIENT, &STUB, &CONSTANT, &TODO];

static CONFIGURED: Rule = Rule {
    id: "configured-unused",
    group: Group::Fantasy,
    severity: Severity::Warning,
    summary: "a service is told where something is and never connects to it",
    step: None,
    check: Check::Service(infrastructure::configured),
};

static INFRASTRUCTURE: Rule = Rule {
    id: "infrastructure-unused",
    group: Group::Fantasy,
    severity: Severity::Warning,
    summary: "compose runs something that no code connects to",
    step: None,
    check: Check::Fleet(infrastructure::unused),
};

static GATEWAY: Rule = Rule {
    id: "gateway-route-to-nowhere",
    group: Group::Fantasy,
    severity: Severity::Error,
    summary: "the gateway has a route to a service that nobody runs",
    step: None,
    check: Check::Fleet(gateway::routes),
};

static CLIENT: Rule = Rule {
    id: "client-never-used",
    group: Group::Fantasy,
    severity: Severity::Note,
    summary: "a client library is imported and nothing of it is called",
    step: None,
    check: Check::Service(infrastructure::client),
};

static STUB: Rule = Rule {
    id: "stub-behind-route",
    group: Group::Fantasy,
    severity: Severity::Warning,
    summary: "a route leads to code that does nothing",
    step: None,
    check: Check::Service(stubs::stub),
};

static CONSTANT: Rule = Rule {
    id: "constant-endpoint",
    group: Group::Fantasy,
    severity: Severity::Warning,
    summary: "a route always answers the same",
    step: None,
    check: Check::Service(stubs::constant),
};

static TODO: Rule = Rule {
    id: "todo-behind-route",
    group: Group::Fantasy,
    severity: Severity::Note,
    summary: "a route says itself that it is not finished",
    step: None,
    check: Check::Service(stubs::todo),
};
