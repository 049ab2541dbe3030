//! Rules about packages and versions.

mod declared;
mod used;

pub(super) use used::{brought, undeclared};

use super::rule::{Check, Group, Rule, Severity};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] =
    &[&CONFLICT, &UNPINNED, &MISSING, &UNUSED, &SEVERAL, &NO_LOCK, &NO_MANIFEST];

static CONFLICT: Rule = Rule {
    id: "version-conflict",
    group: Group::Dependencies,
    severity: Severity::Warning,
    summary: "services pin different versions of one package",
    step: Some("catalogue"),
    check: Check::Fleet(declared::conflict),
};

static UNPINNED: Rule = Rule {
    id: "unpinned-dependency",
    group: Group::Dependencies,
    severity: Severity::Note,
    summary: "a package may come in any later version and nothing locks it",
    step: Some("dependencies"),
    check: Check::Service(declared::unpinned),
};

static MISSING: Rule = Rule {
    id: "missing-dependency",
    group: Group::Dependencies,
    severity: Severity::Error,
    summary: "a package is imported and not declared",
    step: Some("dependencies"),
    check: Check::Service(used::missing),
};

static UNUSED: Rule = Rule {
    id: "unused-dependency",
    group: Group::Dependencies,
    severity: Severity::Note,
    summary: "a package is declared and never imported",
    step: Some("dependencies"),
    check: Check::Service(used::unused),
};

static SEVERAL: Rule = Rule {
    id: "several-manifests",
    group: Group::Dependencies,
    severity: Severity::Warning,
    summary: "a service declares its packages in several formats",
    step: Some("dependencies"),
    check: Check::Service(declared::several),
};

static NO_LOCK: Rule = Rule {
    id: "no-lock-file",
    group: Group::Dependencies,
    severity: Severity::Note,
    summary: "nothing fixes the versions of indirect packages",
    step: Some("dependencies"),
    check: Check::Service(declared::no_lock),
};

static NO_MANIFEST: Rule = Rule {
    id: "no-manifest",
    group: Group::Dependencies,
    severity: Severity::Warning,
    summary: "a service declares no packages at all",
    step: Some("src-layout"),
    check: Check::Service(declared::no_manifest),
};
