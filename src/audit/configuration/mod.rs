//! Rules about where settings come from.

mod names;
mod styles;

use super::rule::{Check, Group, Rule, Severity};

pub(crate) use styles::{STYLES, styles};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] = &[&MIXED, &DEFAULTS, &NAMES, &UNDEFINED];

static MIXED: Rule = Rule {
    id: "config-styles",
    group: Group::Configuration,
    severity: Severity::Warning,
    summary: "a service takes its settings from several places at once",
    step: Some("settings"),
    check: Check::Service(styles::mixed),
};

static DEFAULTS: Rule = Rule {
    id: "env-default-differs",
    group: Group::Configuration,
    severity: Severity::Warning,
    summary: "an environment variable has different defaults in several places",
    step: Some("settings"),
    check: Check::Fleet(names::defaults),
};

static NAMES: Rule = Rule {
    id: "env-name-differs",
    group: Group::Configuration,
    severity: Severity::Note,
    summary: "the same thing is read under different names",
    step: Some("settings"),
    check: Check::Fleet(names::names),
};

static UNDEFINED: Rule = Rule {
    id: "setting-undefined",
    group: Group::Configuration,
    severity: Severity::Error,
    summary: "a setting is used that the settings class does not have",
    step: Some("settings"),
    check: Check::Service(names::undefined),
};
