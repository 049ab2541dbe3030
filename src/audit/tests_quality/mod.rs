//! Rules about tests.

mod kinds;
mod patches;
mod single;

use super::rule::{Check, Files, Group, Rule, Severity};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] =
    &[&NONE, &UNIT_ONLY, &NO_DATABASE, &NO_CONTRACT, &DEAD_PATCH, &NO_ASSERTION, &SKIPPED];

static NONE: Rule = Rule {
    id: "no-tests",
    group: Group::Tests,
    severity: Severity::Warning,
    summary: "a service has no test",
    step: None,
    check: Check::Service(kinds::none),
};

static UNIT_ONLY: Rule = Rule {
    id: "only-unit-tests",
    group: Group::Tests,
    severity: Severity::Note,
    summary: "no test asks the application",
    step: None,
    check: Check::Service(kinds::unit_only),
};

static NO_DATABASE: Rule = Rule {
    id: "no-database-tests",
    group: Group::Tests,
    severity: Severity::Note,
    summary: "a service has a database and no test uses a real one",
    step: None,
    check: Check::Service(kinds::no_database),
};

static NO_CONTRACT: Rule = Rule {
    id: "no-contract-tests",
    group: Group::Tests,
    severity: Severity::Note,
    summary: "services call each other and nothing tests what they agreed on",
    step: None,
    check: Check::Fleet(kinds::no_contract),
};

static DEAD_PATCH: Rule = Rule {
    id: "patch-of-nothing",
    group: Group::Tests,
    severity: Severity::Error,
    summary: "a test patches what does not exist",
    step: None,
    check: Check::Service(patches::dead),
};

static NO_ASSERTION: Rule = Rule {
    id: "test-without-assertion",
    group: Group::Tests,
    severity: Severity::Warning,
    summary: "a test checks nothing",
    step: None,
    check: Check::File(Files::Tests, single::no_assertion),
};

static SKIPPED: Rule = Rule {
    id: "test-skipped",
    group: Group::Tests,
    severity: Severity::Note,
    summary: "a test is skipped for ever",
    step: None,
    check: Check::File(Files::Tests, single::skipped),
};

pub(crate) use kinds::test_count;
