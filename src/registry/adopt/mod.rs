//! Making a workspace of a backend that is none yet.
//!
//! Finds its services, takes over the ports at which they are really reached, groups them
//! into families, and says for each why. Returns values; writes nothing.

mod claims;
mod families;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

pub use claims::{Claim, Weight};

use super::{AllocateError, Registry, RegistryError};
use crate::change::RelPath;
use crate::workspace::compose::ComposeFile;
use crate::workspace::services::{Candidate, Reason, compose_files, find, homes};
use crate::workspace::{Config, Folder, Place, Service, ServiceConfig, Tree};
use claims::Award;
use families::Choice;

/// A backend as a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// What `scaffold.toml` will say.
    pub config: Config,
    /// What `ports.yaml` will say.
    pub registry: Registry,
    /// Every service with the reasons of each choice, sorted by name.
    pub services: Vec<Adopted>,
}

/// One adopted service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adopted {
    /// Its name in `ports.yaml`.
    pub name: String,
    /// Its folder.
    pub folder: RelPath,
    /// Whether it lies outside the folder that holds most services.
    pub outside: bool,
    /// Why it is taken for a service.
    pub found: Vec<Reason>,
    /// Its family.
    pub family: String,
    /// Why it is in that family.
    pub family_why: String,
    /// Its port.
    pub port: u16,
    /// Whether the port is the one it had.
    pub kept: bool,
    /// Why it has that port.
    pub port_why: String,
    /// Where that is written.
    pub port_place: Option<Place>,
}

/// Why a backend cannot be adopted.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// Nothing looks like a service.
    #[error(
        "no service found in {0}: no folder with a Dockerfile, a compose entry or a FastAPI application"
    )]
    NoServices(Folder),
    /// The registry that is there cannot be used.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A family has no port left.
    #[error(transparent)]
    Allocate(#[from] AllocateError),
}

/// A service that was found, before it has a port.
#[derive(Debug, Clone)]
struct Found {
    name: String,
    folder: RelPath,
    reasons: Vec<Reason>,
}

/// Adopts the services of `tree` below `base`; `existing` is the text of a `ports.yaml`.
pub fn adopt(
    tree: &Tree,
    name: &str,
    base: &Folder,
    existing: Option<&str>,
) -> Result<Adoption, AdoptError> {
    let everywhere = compose_files(tree, &[]);
    let candidates = find(tree, base, &everywhere);
    if candidates.is_empty() {
        return Err(AdoptError::NoServices(base.clone()));
    }
    let home = homes(&candidates).into_iter().next().map_or_else(
        // All of them lie at the top: each is named by its path, and new ones get a folder.
        || Config::new(name).services,
        |(home, _)| home,
    );
    let services = named(candidates, &home);
    let as_services: Vec<Service> = services
        .iter()
        .map(|found| Service { name: found.name.clone(), folder: found.folder.clone() })
        .collect();
    let compose = compose_files(tree, &as_services);
    let existing = existing.map(Registry::parse).transpose()?;
    let mut claims: BTreeMap<String, Vec<Claim>> = BTreeMap::new();
    for service in &services {
        claims.insert(service.name.clone(), claims::claims(tree, service, &compose));
    }
    let foreign = claims::foreign_ports(&compose, &claims);
    if let Some(registry) = &existing {
        for entry in registry.entries() {
            claims.insert(entry.name.clone(), vec![Claim::registered(entry)]);
        }
    }
    let awards = claims::award(&claims, &foreign);
    let kept = awards.iter().filter_map(|(name, award)| match award {
        Award::Kept(claim) => Some((name.clone(), claim.port)),
        Award::Lost(_) | Award::Nothing => None,
    });
    let kept: BTreeMap<String, u16> = kept.collect();
    let choices = families::group(&services, &home, &compose, &kept);
    let occupied: BTreeSet<u16> =
        foreign.keys().copied().chain(claims.values().flatten().map(|claim| claim.port)).collect();
    let config = config(name, home, &services, &choices, (&kept, &occupied));
    let registry = match existing {
        Some(registry) => registry,
        None => Registry::initial(&config)?,
    };
    settle(&Plan { services, awards, choices, occupied }, config, registry)
}

/// What a service claims today, as far as it weighs as much as its weightiest claim.
pub fn best_claims(tree: &Tree, service: &Service, compose: &[Arc<ComposeFile>]) -> Vec<Claim> {
    let (name, folder) = (service.name.clone(), service.folder.clone());
    let found = Found { name, folder, reasons: Vec::new() };
    let mut claims = claims::claims(tree, &found, compose);
    let best = claims.first().map(|claim| claim.weight);
    claims.retain(|claim| Some(claim.weight) == best);
    claims
}

/// What was decided, before ports are given.
struct Plan {
    services: Vec<Found>,
    awards: BTreeMap<String, Award>,
    choices: BTreeMap<String, Choice>,
    occupied: BTreeSet<u16>,
}

/// Registers every service: first those that keep their port, then the others.
fn settle(plan: &Plan, config: Config, mut registry: Registry) -> Result<Adoption, AdoptError> {
    let families = super::families(&config, &registry);
    let mut order: Vec<&Found> = plan.services.iter().collect();
    let rank = |found: &&Found| {
        let choice = &plan.choices[&found.name].family;
        match &plan.awards[&found.name] {
            Award::Kept(claim) => (0, choice.clone(), claim.port),
            Award::Lost(_) | Award::Nothing => (1, choice.clone(), 0),
        }
    };
    order.sort_by_key(rank);
    let mut adopted = Vec::new();
    for found in order {
        let choice = &plan.choices[&found.name];
        let award = &plan.awards[&found.name];
        let known = registry.get(&found.name).map(|entry| entry.port);
        let port = match (known, award) {
            (Some(port), _) => port,
            (None, Award::Kept(claim)) => claim.port,
            (None, _) => registry.allocate(&families, &choice.family, &plan.occupied)?,
        };
        if known.is_none() {
            registry = registry.insert(&found.name, &choice.family, port)?;
        }
        adopted.push(report(found, choice, award, port, &config));
    }
    adopted.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(Adoption { config, registry, services: adopted })
}

fn report(found: &Found, choice: &Choice, award: &Award, port: u16, config: &Config) -> Adopted {
    let (kept, port_why, port_place) = match award {
        Award::Kept(claim) => (true, claim.what.clone(), Some(claim.place.clone())),
        Award::Lost(lost) => {
            let reasons =
                lost.iter().map(|(claim, owner)| format!("{} belongs to {owner}", claim.port));
            let place = lost.first().map(|(claim, _)| claim.place.clone());
            let why = reasons.collect::<Vec<_>>().join(", ");
            (false, format!("new: {why}"), place)
        }
        Award::Nothing => (false, "new: nothing says which port it had".to_owned(), None),
    };
    Adopted {
        name: found.name.clone(),
        folder: found.folder.clone(),
        outside: found.folder.parent().as_ref() != Some(&config.services),
        found: found.reasons.clone(),
        family: choice.family.clone(),
        family_why: choice.why.clone(),
        port,
        kept,
        port_why,
        port_place,
    }
}

/// Gives each folder a name: its own, and where two have one name, that of the folder above too.
fn named(candidates: Vec<Candidate>, home: &RelPath) -> Vec<Found> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    let (inside, outside): (Vec<_>, Vec<_>) = candidates
        .into_iter()
        .partition(|candidate| candidate.folder.parent().as_ref() == Some(home));
    let mut found = Vec::new();
    for Candidate { folder, reasons } in inside.into_iter().chain(outside) {
        let own = folder.name().to_owned();
        let long = folder.parent().map(|parent| format!("{}_{own}", parent.name()));
        let numbered = (2..).map(|number| format!("{own}_{number}"));
        let mut choices = std::iter::once(own.clone()).chain(long).chain(numbered);
        let free = choices.find(|name| !names.contains(name));
        let name = free.unwrap_or(own);
        names.insert(name.clone());
        found.push(Found { name, folder, reasons });
    }
    found
}

fn config(
    name: &str,
    home: RelPath,
    services: &[Found],
    choices: &BTreeMap<String, Choice>,
    (kept, occupied): (&BTreeMap<String, u16>, &BTreeSet<u16>),
) -> Config {
    let mut members: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
    for (service, choice) in choices {
        let ports = members.entry(choice.family.clone()).or_default();
        match kept.get(service) {
            Some(port) => ports.push(*port),
            None => *wanted.entry(choice.family.clone()).or_default() += 1,
        }
    }
    let mut config = Config::new(name);
    config.families = families::ranges(&members, &wanted, occupied);
    for found in services {
        if found.folder.parent().as_ref() != Some(&home) || found.folder.name() != found.name {
            let path = Some(found.folder.clone());
            config.overrides.insert(found.name.clone(), ServiceConfig { path, family: None });
        }
    }
    config.services = home;
    config
}

#[cfg(test)]
mod tests;
