//! Rules about behaviour while running.

mod blocking;
mod limits;
mod startup;

use super::rule::{Check, Files, Group, Rule, Severity};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] = &[
    &ENVIRONMENT,
    &SILENT_ROUTES,
    &TWICE,
    &IGNORED,
    &TOO_LATE,
    &BLOCKING,
    &QUEUE,
    &CACHE,
    &TIMEOUT,
    &MEMORY,
];

static ENVIRONMENT: Rule = Rule {
    id: "environment-detection",
    group: Group::Runtime,
    severity: Severity::Warning,
    summary: "a service finds out in several ways where it runs",
    step: Some("settings"),
    check: Check::Service(startup::environment),
};

static SILENT_ROUTES: Rule = Rule {
    id: "routes-lost-silently",
    group: Group::Runtime,
    severity: Severity::Error,
    summary: "routes are missing when an import fails, and nobody hears of it",
    step: Some("entry-points"),
    check: Check::File(Files::Code, startup::silent_routes),
};

static TWICE: Rule = Rule {
    id: "initialised-twice",
    group: Group::Runtime,
    severity: Severity::Warning,
    summary: "start-up initialises the same thing twice",
    step: None,
    check: Check::File(Files::Code, startup::twice),
};

static IGNORED: Rule = Rule {
    id: "startup-ignored",
    group: Group::Runtime,
    severity: Severity::Error,
    summary: "an application with a lifespan never runs its `on_event` handlers",
    step: None,
    check: Check::Service(startup::ignored),
};

static TOO_LATE: Rule = Rule {
    id: "middleware-after-start",
    group: Group::Runtime,
    severity: Severity::Error,
    summary: "start-up adds middleware to an application that runs already",
    step: None,
    check: Check::Service(startup::too_late),
};

static BLOCKING: Rule = Rule {
    id: "blocking-call-in-async",
    group: Group::Runtime,
    severity: Severity::Warning,
    summary: "a coroutine blocks every other one",
    step: None,
    check: Check::File(Files::Code, blocking::calls),
};

static QUEUE: Rule = Rule {
    id: "unbounded-queue",
    group: Group::Runtime,
    severity: Severity::Note,
    summary: "a queue in memory may grow without end",
    step: None,
    check: Check::File(Files::Code, limits::queue),
};

static CACHE: Rule = Rule {
    id: "unbounded-cache",
    group: Group::Runtime,
    severity: Severity::Note,
    summary: "a cache in memory may grow without end",
    step: None,
    check: Check::File(Files::Code, limits::cache),
};

static TIMEOUT: Rule = Rule {
    id: "request-without-timeout",
    group: Group::Runtime,
    severity: Severity::Warning,
    summary: "a request may wait for ever",
    step: None,
    check: Check::File(Files::Code, blocking::timeouts),
};

static MEMORY: Rule = Rule {
    id: "no-memory-limit",
    group: Group::Runtime,
    severity: Severity::Note,
    summary: "compose sets no limit to the memory of a service",
    step: Some("container"),
    check: Check::Fleet(limits::memory),
};
