//! The audit: what is wrong with a folder of services, where, and which step mends it.
//!
//! `intake` reads, `fleet` understands, each rule looks, `run` collects, [`score`] weighs.
//! One folder per group of rules; its page (`README.md`) holds the definitions and the examples
//! that a test executes. Nothing here prints, writes or runs what it reads.

mod allow;
mod baseline;
mod environment;
mod file;
mod finding;
mod fleet;
mod hostile;
mod imports;
mod intake;
mod metrics;
mod outcome;
mod rank;
mod rule;
mod run;
pub mod score;
mod service;
mod settings;
mod web;

pub mod api;
mod configuration;
mod database;
mod dependencies;
mod duplication;
mod errors;
mod fantasy;
mod fleet_wide;
mod middleware;
mod observability;
mod ports;
mod runtime;
mod security;
mod start;
mod structure;
mod tests_quality;

use camino::{Utf8Path, Utf8PathBuf};

pub use baseline::{Baseline, BaselineError};
pub use finding::{Evidence, Finding};
pub use fleet::Fleet;
pub use fleet_wide::{Link, LinkKind};
pub use intake::{Backend, IntakeError};
pub use metrics::{Detail, Metric};
pub use outcome::{FamilyView, Outcome, ServiceOutcome};
pub use rank::{Rank, rank};
pub use rule::{Check, Group, Rule, Severity};
pub use settings::{AuditSettings, Thresholds};

/// The rules of each group with their page, in the order of reports.
static GROUPS: [(&[&Rule], &str); 17] = [
    (ports::RULES, ports::PAGE),
    (start::RULES, start::PAGE),
    (structure::RULES, structure::PAGE),
    (configuration::RULES, configuration::PAGE),
    (duplication::RULES, duplication::PAGE),
    (dependencies::RULES, dependencies::PAGE),
    (api::RULES, api::PAGE),
    (observability::RULES, observability::PAGE),
    (database::RULES, database::PAGE),
    (errors::RULES, errors::PAGE),
    (middleware::RULES, middleware::PAGE),
    (security::RULES, security::PAGE),
    (fantasy::RULES, fantasy::PAGE),
    (tests_quality::RULES, tests_quality::PAGE),
    (runtime::RULES, runtime::PAGE),
    (fleet_wide::RULES, fleet_wide::PAGE),
    (&[&allow::UNUSED], allow::PAGE),
];

/// Stack of each thread: enough for the deepest expression that is let in.
const STACK: usize = 256 << 20;

/// Every rule, in the order of reports.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    GROUPS.iter().flat_map(|(rules, _)| rules.iter().copied())
}

/// The rule of that name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

/// The page of a rule: what it finds, its definition, a flagged and a clean example.
pub fn page(id: &str) -> Option<String> {
    let (rules, page) = GROUPS.iter().find(|(rules, _)| rules.iter().any(|rule| rule.id == id))?;
    let rule = rules.iter().find(|rule| rule.id == id)?;
    let heading = format!("## `{id}`\n");
    let start = page.find(&heading)? + heading.len();
    let rest = &page[start..];
    let body = &rest[..rest.find("\n## `").unwrap_or(rest.len())];
    let introduction = page.lines().skip(1).take_while(|line| !line.starts_with("## "));
    let introduction = introduction.collect::<Vec<_>>().join("\n");
    Some(format!(
        "# {id}\n\n{} ({}, {})\n\n{}\n\n## Definitions of the group\n\n{}\n",
        rule.summary,
        rule.group.name(),
        rule.severity.word(),
        body.trim(),
        introduction.trim(),
    ))
}

/// Audits what is below a folder (absolute).
pub fn audit(folder: &Utf8Path) -> Result<(Fleet, Outcome), IntakeError> {
    let mut backend = intake::read(folder)?;
    let alone = backend.base.path().is_none() && fleet::is_alone(&backend);
    if alone && let Some(above) = folder.parent() {
        backend = intake::read_below(above, folder)?;
        backend.is_one = true;
    }
    Ok(examine(backend))
}

/// The folders of the services at or below a folder (absolute), as an audit of it finds them.
pub fn service_folders(folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>, IntakeError> {
    let backend = intake::read(folder)?;
    let services = fleet::discover(&backend);
    let place = |service: crate::workspace::Service| backend.root.join(service.folder.as_str());
    let found: Vec<_> = services.into_iter().map(place).collect();
    let is_one = !found.is_empty() && fleet::is_alone(&backend);
    Ok(if is_one { vec![folder.to_owned()] } else { found })
}

/// Audits what was read.
pub fn examine(backend: Backend) -> (Fleet, Outcome) {
    let work = || {
        let fleet = Fleet::read(backend);
        let findings = run::findings(&fleet);
        let outcome = Outcome::of(&fleet, findings);
        (fleet, outcome)
    };
    match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

#[cfg(test)]
mod tests;
