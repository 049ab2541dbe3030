//! Rules about access to stored data.

mod models;
mod patterns;
mod pools;

use super::rule::{Check, Files, Group, Rule, Severity};

pub(crate) use patterns::patterns;

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] = &[
    &MIXED,
    &POOL_UNSET,
    &POOL_LARGE,
    &COMPETING,
    &AT_IMPORT,
    &MEMORY,
    &FILES,
    &NO_TLS,
    &NO_INDEX,
];

static MIXED: Rule = Rule {
    id: "mixed-database-access",
    group: Group::Database,
    severity: Severity::Warning,
    summary: "one service reaches relational data in several ways",
    step: None,
    check: Check::Service(patterns::mixed),
};

static POOL_UNSET: Rule = Rule {
    id: "pool-unset",
    group: Group::Database,
    severity: Severity::Note,
    summary: "a connection pool has no size of its own",
    step: Some("pool-settings"),
    check: Check::File(Files::Code, pools::unset),
};

static POOL_LARGE: Rule = Rule {
    id: "pool-too-large",
    group: Group::Database,
    severity: Severity::Warning,
    summary: "one process may open more connections than a server allows",
    step: None,
    check: Check::Service(pools::too_large),
};

static COMPETING: Rule = Rule {
    id: "competing-database-modules",
    group: Group::Database,
    severity: Severity::Warning,
    summary: "several modules of a service set up the database",
    step: None,
    check: Check::Service(patterns::competing),
};

static AT_IMPORT: Rule = Rule {
    id: "engine-at-import",
    group: Group::Database,
    severity: Severity::Warning,
    summary: "importing a module sets up the database",
    step: Some("clients"),
    check: Check::File(Files::Code, pools::at_import),
};

static MEMORY: Rule = Rule {
    id: "memory-store",
    group: Group::Database,
    severity: Severity::Warning,
    summary: "routes keep their data in a variable of the module",
    step: Some("stores"),
    check: Check::Service(patterns::memory),
};

static FILES: Rule = Rule {
    id: "file-store",
    group: Group::Database,
    severity: Severity::Note,
    summary: "a service keeps data in JSON files",
    step: None,
    check: Check::Service(patterns::files),
};

static NO_TLS: Rule = Rule {
    id: "database-without-tls",
    group: Group::Database,
    severity: Severity::Note,
    summary: "a database on another host is reached without encryption",
    step: None,
    check: Check::File(Files::Code, pools::without_tls),
};

static NO_INDEX: Rule = Rule {
    id: "missing-index",
    group: Group::Database,
    severity: Severity::Note,
    summary: "a column is filtered by and has no index",
    step: None,
    check: Check::Service(models::no_index),
};
