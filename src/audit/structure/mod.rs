//! Rules about modules: layers, entry points, imports, size.

mod imports;
mod layers;
mod paths;
mod size;

use super::rule::{Check, Files, Group, Rule, Severity};

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] = &[
    &NO_LAYERS,
    &VIOLATION,
    &LOGIC,
    &ENTRY_POINTS,
    &APPS,
    &STUB,
    &MONOLITH,
    &CIRCULAR,
    &CIRCULAR_CALL,
    &UNRESOLVED,
    &ACROSS,
    &SEARCH_PATH,
    &MACHINE,
    &HYPHEN,
];

static NO_LAYERS: Rule = Rule {
    id: "no-layers",
    group: Group::Structure,
    severity: Severity::Warning,
    summary: "a service of several modules has no layers",
    step: Some("layer-modules"),
    check: Check::Service(layers::none),
};

static VIOLATION: Rule = Rule {
    id: "layer-violation",
    group: Group::Structure,
    severity: Severity::Warning,
    summary: "an inner layer imports an outer one",
    step: Some("layer-modules"),
    check: Check::Service(layers::violation),
};

static LOGIC: Rule = Rule {
    id: "logic-in-route",
    group: Group::Structure,
    severity: Severity::Warning,
    summary: "a route does the work itself",
    step: None,
    check: Check::Service(layers::logic),
};

static ENTRY_POINTS: Rule = Rule {
    id: "several-entry-points",
    group: Group::Structure,
    severity: Severity::Warning,
    summary: "several modules run a server",
    step: Some("entry-points"),
    check: Check::Service(size::entry_points),
};

static APPS: Rule = Rule {
    id: "several-apps",
    group: Group::Structure,
    severity: Severity::Warning,
    summary: "a service makes several applications",
    step: Some("entry-points"),
    check: Check::Service(size::apps),
};

static STUB: Rule = Rule {
    id: "stub-entry-point",
    group: Group::Structure,
    severity: Severity::Note,
    summary: "an entry point only passes on what another module makes",
    step: Some("entry-points"),
    check: Check::Service(size::stub),
};

static MONOLITH: Rule = Rule {
    id: "monolith",
    group: Group::Structure,
    severity: Severity::Warning,
    summary: "one service holds many sub-domains",
    step: None,
    check: Check::Service(size::monolith),
};

static CIRCULAR: Rule = Rule {
    id: "circular-import",
    group: Group::Structure,
    severity: Severity::Error,
    summary: "modules import each other in a circle while they are loaded",
    step: Some("layer-modules"),
    check: Check::Service(imports::circular),
};

static CIRCULAR_CALL: Rule = Rule {
    id: "circular-dependency",
    group: Group::Structure,
    severity: Severity::Note,
    summary: "modules need each other, and imports inside functions hide it",
    step: Some("layer-modules"),
    check: Check::Service(imports::circular_at_call),
};

static UNRESOLVED: Rule = Rule {
    id: "unresolved-import",
    group: Group::Structure,
    severity: Severity::Error,
    summary: "an import begins inside the service and leads to nothing",
    step: None,
    check: Check::Service(imports::unresolved),
};

static ACROSS: Rule = Rule {
    id: "cross-service-import",
    group: Group::Structure,
    severity: Severity::Warning,
    summary: "a service imports the code of another one",
    step: None,
    check: Check::Service(imports::across),
};

static SEARCH_PATH: Rule = Rule {
    id: "sys-path-edit",
    group: Group::Structure,
    severity: Severity::Warning,
    summary: "code changes where Python looks for modules",
    step: Some("layer-modules"),
    check: Check::File(Files::All, paths::search_path),
};

static MACHINE: Rule = Rule {
    id: "machine-path",
    group: Group::Structure,
    severity: Severity::Warning,
    summary: "a path exists on one person's machine only",
    step: None,
    check: Check::File(Files::All, paths::machine),
};

static HYPHEN: Rule = Rule {
    id: "hyphenated-package",
    group: Group::Structure,
    severity: Severity::Note,
    summary: "a folder of modules has a name that cannot be imported",
    step: Some("src-layout"),
    check: Check::Service(paths::hyphen),
};
