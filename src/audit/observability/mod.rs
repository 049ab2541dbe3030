//! Rules about logs, metrics, traces and health.

mod health;
mod logs;

use super::rule::{Check, Files, Group, Rule, Severity};

pub(crate) use health::{has_health, has_readiness};
pub(crate) use logs::{has_metrics, is_structured, is_traced};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] = &[
    &UNSTRUCTURED,
    &BASIC_CONFIG,
    &PRINT,
    &NO_CORRELATION,
    &NO_METRICS,
    &NO_TRACING,
    &NO_HEALTH,
    &LIVENESS_ONLY,
    &HEALTH_DIFFERS,
];

static UNSTRUCTURED: Rule = Rule {
    id: "unstructured-logs",
    group: Group::Observability,
    severity: Severity::Warning,
    summary: "logs are text that no machine can read",
    step: Some("logging"),
    check: Check::Service(logs::unstructured),
};

static BASIC_CONFIG: Rule = Rule {
    id: "basic-config-at-import",
    group: Group::Observability,
    severity: Severity::Warning,
    summary: "importing a module configures logging for the whole process",
    step: Some("logging"),
    check: Check::File(Files::Code, logs::basic_config),
};

static PRINT: Rule = Rule {
    id: "print-instead-of-log",
    group: Group::Observability,
    severity: Severity::Note,
    summary: "code prints where it should log",
    step: Some("logging"),
    check: Check::Service(logs::print),
};

static NO_CORRELATION: Rule = Rule {
    id: "no-correlation-id",
    group: Group::Observability,
    severity: Severity::Warning,
    summary: "nothing ties the log lines of one request together",
    step: Some("request-headers"),
    check: Check::Service(logs::no_correlation),
};

static NO_METRICS: Rule = Rule {
    id: "no-metrics",
    group: Group::Observability,
    severity: Severity::Note,
    summary: "a service measures nothing",
    step: Some("observability"),
    check: Check::Service(logs::no_metrics),
};

static NO_TRACING: Rule = Rule {
    id: "no-tracing",
    group: Group::Observability,
    severity: Severity::Note,
    summary: "requests cannot be followed from service to service",
    step: Some("observability"),
    check: Check::Service(logs::no_tracing),
};

static NO_HEALTH: Rule = Rule {
    id: "no-health-route",
    group: Group::Observability,
    severity: Severity::Warning,
    summary: "a service cannot be asked whether it is well",
    step: Some("health"),
    check: Check::Service(health::none),
};

static LIVENESS_ONLY: Rule = Rule {
    id: "liveness-only",
    group: Group::Observability,
    severity: Severity::Note,
    summary: "liveness and readiness are not told apart",
    step: Some("health"),
    check: Check::Service(health::liveness_only),
};

static HEALTH_DIFFERS: Rule = Rule {
    id: "health-differs",
    group: Group::Observability,
    severity: Severity::Note,
    summary: "services answer for their health under different paths or in different shapes",
    step: Some("health"),
    check: Check::Fleet(health::differs),
};
