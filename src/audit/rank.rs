//! In which order the services of a fleet are best changed.
//!
//! Three rankings are joined by a Borda count: the worst score, the most dependants and the most
//! tests come first. What many others lean on and is in a bad state is worth the most, and tests
//! are what shows that nothing broke. No weights, so nothing to tune.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::fleet_wide::LinkKind;
use super::outcome::{Outcome, ServiceOutcome};

/// A service with what speaks for its place.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Rank {
    /// Its name.
    pub service: String,
    /// Its folder below the root.
    pub folder: String,
    /// Its score, 0 to 10.
    pub score: f64,
    /// The services that call it, import it or are started after it.
    pub dependants: usize,
    /// Its tests.
    pub tests: usize,
}

/// The services of an audit, the one to begin with first; equals in the order of their names.
///
/// The count is that of J.-C. de Borda, "Mémoire sur les élections au scrutin" (1781): each
/// ranking gives a service one point for every service that it puts behind it.
pub fn rank(outcome: &Outcome) -> Vec<Rank> {
    let ranks: Vec<Rank> = outcome.services.iter().map(|service| facts(outcome, service)).collect();
    let with_points = ranks.iter().map(|own| (Reverse(points(own, &ranks)), own.clone()));
    let mut sorted: Vec<(Reverse<usize>, Rank)> = with_points.collect();
    sorted.sort_by(|(one, left), (two, right)| (one, &left.service).cmp(&(two, &right.service)));
    sorted.into_iter().map(|(_, rank)| rank).collect()
}

fn facts(outcome: &Outcome, service: &ServiceOutcome) -> Rank {
    let leads = |kind| matches!(kind, LinkKind::Http | LinkKind::Import | LinkKind::Order);
    let links = outcome.links.iter().filter(|link| leads(link.kind) && link.to == service.name);
    let dependants: BTreeSet<&str> = links.map(|link| link.from.as_str()).collect();
    Rank {
        service: service.name.clone(),
        folder: service.folder.clone(),
        score: service.score.score,
        dependants: dependants.len(),
        tests: service.tests,
    }
}

fn points(own: &Rank, all: &[Rank]) -> usize {
    let behind = |is_behind: fn(&Rank, &Rank) -> bool| {
        all.iter().filter(|other| is_behind(own, other)).count()
    };
    behind(|own, other| other.score > own.score)
        + behind(|own, other| other.dependants < own.dependants)
        + behind(|own, other| other.tests < own.tests)
}
