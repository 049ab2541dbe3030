//! Making the port inside a container that of the registry, together with every reference.
//!
//! A reference is a place that says the port and is known to mean this service: commands,
//! mappings, health checks, `EXPOSE`, own environment variables, defaults in code, and URLs
//! with one of its host names anywhere in the tree. One mention that is not understood, and
//! the port stays as it is: the service works as before and the reasons are listed.

use std::collections::BTreeMap;
use std::ops::Range;

mod mentions;
mod others;
mod references;

use serde::Serialize;

use super::facts::{Facts, ServiceFacts};
use super::variable_prefix;
use crate::change::{ChangeSet, Edit, EditError, RelPath, apply_edits};
use crate::workspace::Place;
use crate::workspace::yaml::LineStarts;
use mentions::Mentions;
use references::References;

/// Derived from the registry itself: what it says follows anyway.
const ENV_FILE: &str = ".env.ports";

/// Why nothing can be planned.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Edits contradict each other.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The names of the services are too many for one search.
    #[error(transparent)]
    Search(#[from] regex::Error),
}

/// What becomes of the ports inside containers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Following {
    /// The files that change.
    pub changes: ChangeSet,
    /// Services whose port in the container becomes that of the registry.
    pub moved: Vec<Moved>,
    /// Services whose port in the container stays, with the reasons.
    pub stayed: Vec<Stayed>,
}

/// A port that changes with all its references.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The service.
    pub service: String,
    /// The port it had.
    pub from: u16,
    /// The port of the registry.
    pub to: u16,
    /// Every place that changes.
    pub places: Vec<Place>,
}

/// A port that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stayed {
    /// The service.
    pub service: String,
    /// Its port in the container.
    pub port: u16,
    /// The port of the registry.
    pub registered: u16,
    /// Why, each with its place.
    pub reasons: Vec<Reason>,
}

/// One reason why a port stays.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reason {
    /// Where.
    pub place: Place,
    /// What stands there.
    pub what: String,
}

/// Plans the change for every service whose two ports differ.
pub fn follow(facts: &Facts<'_>) -> Result<Following, FollowError> {
    let mut result = Following::default();
    let mut edits: BTreeMap<RelPath, Vec<Edit>> = BTreeMap::new();
    let differing = differing(facts);
    let words = differing.iter().flat_map(|(service, from, _)| words(facts, service, *from));
    let mentions = Mentions::find(facts.tree, words.collect())?;
    for (service, from, to) in differing {
        let name = &service.service.name;
        let (found, reasons) = (BTreeMap::new(), Vec::new());
        let mut references =
            References { facts, service, port: from, mentions: &mentions, found, reasons };
        references.gather();
        let References { found, mut reasons, .. } = references;
        if reasons.is_empty() {
            let places = places(facts, &found);
            for (path, ranges) in found {
                let new = ranges.into_iter().map(|range| Edit::replace(range, to.to_string()));
                edits.entry(path).or_default().extend(new);
            }
            result.moved.push(Moved { service: name.clone(), from, to, places });
        } else {
            reasons.sort();
            reasons.dedup();
            result.stayed.push(Stayed {
                service: name.clone(),
                port: from,
                registered: to,
                reasons,
            });
        }
    }
    for (path, edits) in edits {
        let Some(before) = facts.tree.get(&path) else { continue };
        let text = apply_edits(before.text().unwrap_or_default(), &edits)?;
        result.changes.replace(path, before.clone(), before.with_bytes(text));
    }
    Ok(result)
}

/// Services that listen at another port than the registry's: from which, to which.
fn differing<'a>(facts: &'a Facts<'_>) -> Vec<(&'a ServiceFacts, u16, u16)> {
    let pairs = facts.services.iter().filter_map(|service| {
        let to = facts.registry.get(&service.service.name)?.port;
        let (from, _) = facts.listens(service)?;
        Some((service, from, to))
    });
    pairs.filter(|(_, from, to)| from != to).collect()
}

/// What has to be looked for: the port, the host names, the variable of the port.
fn words(facts: &Facts<'_>, service: &ServiceFacts, port: u16) -> Vec<String> {
    let entries = facts.entries_of(&service.service);
    let hosts = entries.iter().flat_map(|found| found.entry.host_names()).map(str::to_owned);
    let mut words: Vec<String> = hosts.collect();
    words.push(port.to_string());
    words.push(port_variable(&service.service.name));
    words
}

/// `osint` → `OSINT_PORT`: what callers call a port that they hold apart from its host.
fn port_variable(name: &str) -> String {
    format!("{}_PORT", variable_prefix(name))
}

fn places(facts: &Facts<'_>, found: &BTreeMap<RelPath, Vec<Range<usize>>>) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for (file, ranges) in found {
        let lines = LineStarts::new(facts.tree.text(file).unwrap_or_default());
        let new =
            ranges.iter().map(|range| Place { file: file.clone(), line: lines.line(range.start) });
        places.extend(new);
    }
    places.sort();
    places.dedup();
    places
}
