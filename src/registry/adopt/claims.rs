//! Which port a service has today: claims with their evidence, and who keeps one that
//! several want.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::Found;
use crate::workspace::compose::{ComposeEntry, ComposeFile};
use crate::workspace::dockerfile::Dockerfile;
use crate::workspace::{EntryPoint, Folder, Place, StartSource, Tree, entry_points, is_dockerfile};

/// How much a claim weighs; smaller is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// An existing `ports.yaml` says so.
    Registered,
    /// The shared compose file publishes it on the host.
    Published,
    /// A compose file of the service itself publishes it.
    PublishedAlone,
    /// A compose command listens there, unpublished.
    Compose,
    /// The image's command listens there.
    Dockerfile,
    /// A start script listens there.
    Script,
    /// The image exposes it.
    Exposed,
    /// The code listens there when it is run.
    Code,
}

/// A port that something says belongs to a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Claim {
    /// How much it weighs.
    pub weight: Weight,
    /// Among equals: how well the compose entry's name fits, or how early it was found;
    /// smaller is better.
    #[serde(skip)]
    fit: usize,
    /// The port.
    pub port: u16,
    /// What says so.
    pub what: String,
    /// Where.
    pub place: Place,
}

/// Every claim of a service, the weightiest first.
pub(super) fn claims(tree: &Tree, service: &Found, compose: &[Arc<ComposeFile>]) -> Vec<Claim> {
    let folder = Folder::from(service.folder.clone());
    let points = entry_points(tree, &folder, compose);
    let mut claims = Vec::new();
    for file in compose {
        for entry in file.entries.iter().filter(|entry| entry.runs(&service.folder)) {
            let port = points
                .iter()
                .find(|point| point.entry.as_ref() == Some(&entry.name))
                .and_then(listening);
            claims.extend(of_entry(service, file, entry, port, Weight::Published));
        }
    }
    for (path, _) in tree.below(&service.folder) {
        if !crate::workspace::compose::is_compose_file(path) {
            continue;
        }
        let parsed = tree.text(path).map(|text| ComposeFile::parse(path, text));
        let Some(Ok(file)) = parsed else { continue };
        for entry in file.entries.iter().filter(|entry| entry.runs(&service.folder)) {
            let port = points.iter().find_map(listening);
            claims.extend(of_entry(service, &file, entry, port, Weight::PublishedAlone));
        }
    }
    claims.extend(points.iter().enumerate().filter_map(|(rank, point)| of_point(rank, point)));
    claims.extend(exposed(tree, service));
    claims.sort();
    claims
}

fn listening(point: &EntryPoint) -> Option<u16> {
    Some(point.port.as_ref()?.port)
}

/// The published port of the mapping that leads to where the service listens.
fn of_entry(
    service: &Found,
    file: &ComposeFile,
    entry: &ComposeEntry,
    listening: Option<u16>,
    weight: Weight,
) -> Option<Claim> {
    let leads = |mapping: &&crate::workspace::compose::Mapping| {
        mapping.host.is_some() && Some(mapping.container.port) == listening
    };
    let first = || entry.ports.iter().find(|mapping| mapping.host.is_some());
    let leading = entry.ports.iter().find(leads);
    let mapping = leading.or_else(first)?;
    let what = format!("`{}` publishes {}", entry.name, mapping_text(mapping));
    Some(Claim {
        weight,
        // What leads to nothing that listens comes after all that does.
        fit: fit(&service.name, &entry.name) + if leading.is_some() { 0 } else { 4 },
        port: mapping.host?,
        what,
        place: Place { file: file.path.clone(), line: mapping.container.line },
    })
}

fn mapping_text(mapping: &crate::workspace::compose::Mapping) -> String {
    let host = mapping.host.map_or_else(String::new, |host| host.to_string());
    format!("{host}:{}", mapping.container.port)
}

/// 0: the service's own name, 1: the same but for hyphens, 2: begins alike, 3: another name.
fn fit(service: &str, entry: &str) -> usize {
    let plain = |name: &str| name.replace('-', "_").to_ascii_lowercase();
    let (own, other) = (plain(service), plain(entry));
    match () {
        () if service == entry => 0,
        () if own == other => 1,
        () if own.starts_with(&other) || other.starts_with(&own) => 2,
        () => 3,
    }
}

fn of_point(rank: usize, point: &EntryPoint) -> Option<Claim> {
    let port = point.port.as_ref()?;
    let weight = match point.source {
        StartSource::Compose => Weight::Compose,
        StartSource::Dockerfile => Weight::Dockerfile,
        StartSource::Script => Weight::Script,
        StartSource::Code | StartSource::Convention => Weight::Code,
    };
    let app = point.app.as_deref().unwrap_or("the service");
    let implied = if port.digits.is_none() { " by default" } else { "" };
    let place = match &port.digits {
        Some((file, at)) => Place { file: file.clone(), line: at.line },
        None => point.place.clone(),
    };
    Some(Claim {
        weight,
        fit: rank,
        port: port.port,
        what: format!("`{app}` listens at {}{implied}", port.port),
        place,
    })
}

fn exposed(tree: &Tree, service: &Found) -> Vec<Claim> {
    let own = |path: &&crate::change::RelPath| path.parent().as_ref() == Some(&service.folder);
    let files = tree.below(&service.folder).map(|(path, _)| path);
    let files = files.filter(own).filter(|path| is_dockerfile(path));
    let ports = files.filter_map(|path| {
        let first = Dockerfile::parse(tree.text(path)?).exposed_ports().into_iter().next()?;
        Some(Claim {
            weight: Weight::Exposed,
            fit: usize::from(path.name() != "Dockerfile"),
            port: first.port,
            what: format!("the image exposes {}", first.port),
            place: Place { file: path.clone(), line: first.line },
        })
    });
    ports.collect()
}

/// What became of the claims of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Award {
    /// It keeps this claim.
    Kept(Claim),
    /// Others have what it claimed: each port with the one that has it.
    Lost(Vec<(Claim, String)>),
    /// Nothing says which port it has.
    Nothing,
}

/// Gives each port to the service with the weightiest claim; what compose publishes for
/// something that is no service belongs to that.
pub(super) fn award(
    claims: &BTreeMap<String, Vec<Claim>>,
    foreign: &BTreeMap<u16, String>,
) -> BTreeMap<String, Award> {
    let mut order: Vec<(&String, &Vec<Claim>)> = claims.iter().collect();
    order.sort_by_key(|(name, claims)| {
        (claims.first().map(|claim| (claim.weight, claim.fit)), (*name).clone())
    });
    order.sort_by_key(|(_, claims)| claims.is_empty());
    let mut owners: BTreeMap<u16, String> = foreign.clone();
    let mut awards = BTreeMap::new();
    for (name, claims) in order {
        let Some(best) = claims.first().map(|claim| claim.weight) else {
            awards.insert(name.clone(), Award::Nothing);
            continue;
        };
        let published = best == Weight::Published;
        let alike = |claim: &&Claim| claim.weight == best;
        let count = if published { claims.len() } else { 1 };
        let equal: Vec<&Claim> = claims.iter().filter(alike).take(count).collect();
        let free = equal.iter().find(|claim| !owners.contains_key(&claim.port));
        let award = if let Some(claim) = free {
            owners.insert(claim.port, format!("`{name}`"));
            Award::Kept((**claim).clone())
        } else {
            let lost = equal.into_iter();
            Award::Lost(lost.map(|claim| (claim.clone(), owners[&claim.port].clone())).collect())
        };
        awards.insert(name.clone(), award);
    }
    awards
}

/// Ports that compose publishes for entries that run no service, or besides a service's own.
pub(super) fn foreign_ports(
    compose: &[Arc<ComposeFile>],
    claims: &BTreeMap<String, Vec<Claim>>,
) -> BTreeMap<u16, String> {
    let claimed: BTreeSet<u16> = claims
        .values()
        .flat_map(|claims| claims.iter().filter(|claim| claim.weight <= Weight::Published))
        .map(|claim| claim.port)
        .collect();
    let entries = compose.iter().flat_map(|file| &file.entries);
    let published = entries.flat_map(|entry| {
        let ports = entry.ports.iter().filter_map(|mapping| mapping.host);
        ports.map(|port| (port, format!("compose entry `{}`", entry.name)))
    });
    published.filter(|(port, _)| !claimed.contains(port)).collect()
}

impl Claim {
    /// The claim of an entry in a registry that is there already.
    pub(super) fn registered(entry: &crate::registry::Registered) -> Self {
        Self {
            weight: Weight::Registered,
            fit: 0,
            port: entry.port,
            what: "it is registered already".into(),
            place: Place { file: crate::registry::Registry::path(), line: entry.line },
        }
    }
}
