//! What `scaffold ports check --fix` does to `ports.yaml` and to images.
//!
//! Each service keeps the port at which it is published; what has none gets one; what has
//! no folder loses it. Returns values.

use std::collections::{BTreeMap, BTreeSet};

use super::adopt::{Claim, best_claims};
use super::check::Finding;
use super::facts::Facts;
use super::{AllocateError, GATEWAY_PORT, Registered, Registry, RegistryError, is_gateway};
use crate::change::{ChangeSet, Edit, EditError, RelPath, apply_edits};
use crate::workspace::Service;
use crate::workspace::dockerfile::Dockerfile;

/// Why nothing can be fixed.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// The registry cannot be edited.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A family is full.
    #[error(transparent)]
    Allocate(#[from] AllocateError),
    /// Edits contradict each other.
    #[error(transparent)]
    Edit(#[from] EditError),
}

/// The registry without duplicates and strangers, with every service.
pub fn registry(facts: &Facts<'_>) -> Result<Registry, FixError> {
    let mut registry = one_entry_per_name(facts)?;
    registry = one_name_per_port(facts, registry)?;
    for entry in registry.clone().entries() {
        let is_service = facts.services.iter().any(|known| known.service.name == entry.name);
        let in_compose = facts.compose.iter().any(|file| file.entry(&entry.name).is_some());
        if !is_service && !in_compose {
            registry = registry.release(&entry.name)?;
        }
    }
    for known in &facts.services {
        if registry.get(&known.service.name).is_none() {
            let (family, port) = place(facts, &registry, &known.service, None)?;
            registry = registry.insert(&known.service.name, &family, port)?;
        }
    }
    Ok(registry)
}

/// The family and port a service gets: what it is reached at today if that is free, else the
/// lowest free port of its family.
pub fn place(
    facts: &Facts<'_>,
    registry: &Registry,
    service: &Service,
    family: Option<&str>,
) -> Result<(String, u16), AllocateError> {
    let configured = facts.config.overrides.get(&service.name);
    let family = family.map(str::to_owned).or_else(|| configured?.family.clone());
    let claims = best_claims(facts.tree, service, &facts.compose);
    let taken = registry.ports();
    let is_free = |claim: &&Claim| !taken.contains(&claim.port) && may_claim(facts, claim, service);
    let fitting = claims.iter().filter(is_free).find_map(|claim| {
        let by_port =
            || crate::workspace::narrowest(&facts.families, claim.port).map(str::to_owned);
        let family = family.clone().or_else(by_port)?;
        let fits = facts.families.get(&family)?.contains(claim.port);
        fits.then_some((family, claim.port))
    });
    if let Some(found) = fitting {
        return Ok(found);
    }
    let family = family.unwrap_or_else(|| default_family(facts));
    let mut occupied = facts.occupied();
    if !is_gateway(&service.name) {
        occupied.insert(GATEWAY_PORT);
    }
    let port = registry.allocate(&facts.families, &family, &occupied)?;
    Ok((family, port))
}

/// Whether nothing but the service itself is published at the port.
fn may_claim(facts: &Facts<'_>, claim: &Claim, service: &Service) -> bool {
    let published = facts.published();
    let others = published.get(&claim.port).map_or(&[][..], Vec::as_slice);
    others.iter().all(|found| found.entry.runs(&service.folder))
}

fn default_family(facts: &Facts<'_>) -> String {
    let first = || facts.families.keys().next().cloned().unwrap_or_default();
    let usual = facts.families.keys().find(|name| *name == "services").cloned();
    usual.unwrap_or_else(first)
}

/// Of several entries with one name, the one that is published stays, else the first.
fn one_entry_per_name(facts: &Facts<'_>) -> Result<Registry, RegistryError> {
    let mut registry = facts.registry.clone();
    let mut names: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for entry in registry.entries() {
        names.entry(entry.name.clone()).or_default().push(entry.port);
    }
    for (name, ports) in names.into_iter().filter(|(_, ports)| ports.len() > 1) {
        let published = published_port(facts, &name);
        let kept =
            published.and_then(|port| ports.iter().position(|one| *one == port)).unwrap_or(0);
        for index in (0..ports.len()).rev().filter(|index| *index != kept) {
            let same: Vec<Registered> =
                registry.entries().iter().filter(|entry| entry.name == name).cloned().collect();
            registry = registry.release_entry(&same[index])?;
        }
    }
    Ok(registry)
}

/// Of several services with one port, the one that is published there keeps it, else the first.
fn one_name_per_port(facts: &Facts<'_>, mut registry: Registry) -> Result<Registry, FixError> {
    while let Some((first, second)) = registry.duplicates().first().copied() {
        let second_has_it = published_port(facts, &second.name) == Some(second.port)
            && published_port(facts, &first.name) != Some(first.port);
        let (mover, port) = if second_has_it { (first, first.port) } else { (second, second.port) };
        let mover = mover.clone();
        let by_port = crate::workspace::narrowest(&facts.families, port).map(str::to_owned);
        let family = mover.family.clone().or(by_port).unwrap_or_else(|| default_family(facts));
        let port = registry.allocate(&facts.families, &family, &facts.occupied())?;
        registry = registry.set_port_of(&mover, port)?;
    }
    Ok(registry)
}

fn published_port(facts: &Facts<'_>, name: &str) -> Option<u16> {
    let known = facts.services.iter().find(|known| known.service.name == name)?;
    let found = facts.entries_of(&known.service).into_iter().next()?;
    let (port, _) = known.listens(Some(&found.entry.name))?;
    found.entry.ports.iter().find(|mapping| mapping.container.port == port)?.host
}

/// The digits of every finding that can be made to agree with how its service is started; what two
/// findings want to be different ports stays.
pub fn agreeing(facts: &Facts<'_>, findings: &[Finding]) -> Result<ChangeSet, EditError> {
    let mut wanted: BTreeMap<&RelPath, BTreeMap<(usize, usize), BTreeSet<u16>>> = BTreeMap::new();
    for finding in findings {
        if let Some(mend) = finding.mend {
            let places = wanted.entry(&finding.place.file).or_default();
            places.entry((mend.start, mend.end)).or_default().insert(mend.port);
        }
    }
    let mut changes = ChangeSet::new();
    for (path, places) in wanted {
        let Some(before) = facts.tree.get(path) else { continue };
        let text = before.text().unwrap_or_default();
        let is_number = |range: &std::ops::Range<usize>| {
            text.get(range.clone()).is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()))
        };
        let edits = places.into_iter().filter_map(|((start, end), ports)| {
            let port = ports.first().filter(|_| ports.len() == 1)?;
            is_number(&(start..end)).then(|| Edit::replace(start..end, port.to_string()))
        });
        let edits: Vec<Edit> = edits.collect();
        if !edits.is_empty() {
            let edited = apply_edits(text, &edits)?;
            changes.replace(path.clone(), before.clone(), before.with_bytes(edited));
        }
    }
    Ok(changes)
}

/// `EXPOSE` of every finding that says the image listens elsewhere.
pub fn images(facts: &Facts<'_>, findings: &[Finding]) -> Result<ChangeSet, EditError> {
    let mut changes = ChangeSet::new();
    for finding in findings.iter().filter(|finding| finding.rule == "expose") {
        let path = &finding.place.file;
        let Some(before) = facts.tree.get(path) else { continue };
        let text = before.text().unwrap_or_default();
        let image = Dockerfile::parse(text);
        let points = facts.services.iter().flat_map(|known| &known.points);
        let mut own = points.filter(|point| point.place.file == *path && point.entry.is_none());
        let port = own.find_map(|point| point.port.as_ref()).map(|port| port.port);
        let (Some(port), Some(first)) = (port, image.exposed_ports().into_iter().next()) else {
            continue;
        };
        let edited = apply_edits(text, &[Edit::replace(first.range, port.to_string())])?;
        changes.replace(path.clone(), before.clone(), before.with_bytes(edited));
    }
    Ok(changes)
}
