//! Families of an adopted backend: by folder, by shared name prefix, by dependencies, by
//! port; and ranges that hold the ports their services have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Found;
use crate::change::RelPath;
use crate::workspace::compose::ComposeFile;
use crate::workspace::{Config, PortRanges, narrowest};

/// So many services make a prefix or a folder a family.
const ENOUGH: usize = 3;
/// A service that is linked with more than so many others says nothing about their family.
const HUB: usize = 5;
/// Ports that a family gets beyond those in use.
const SPARE: usize = 10;

/// The family of a service and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    /// The family.
    pub(super) family: String,
    /// One clause that says why.
    pub(super) why: String,
}

/// Groups services; those that nothing groups follow their port.
pub(super) fn group(
    services: &[Found],
    home: &RelPath,
    compose: &[Arc<ComposeFile>],
    ports: &BTreeMap<String, u16>,
) -> BTreeMap<String, Choice> {
    let mut choices = by_folder(services, home);
    by_prefix(services, &mut choices);
    by_dependencies(services, compose, &mut choices);
    let defaults = Config::new("defaults").families;
    for service in services {
        let port = ports.get(&service.name).copied();
        let range = port.and_then(|port| narrowest(&defaults, port));
        let choice = match (range, port) {
            (Some(family), Some(port)) => Choice {
                family: family.to_owned(),
                why: format!("its port {port} lies in the range of `{family}`"),
            },
            _ => Choice { family: "services".into(), why: "nothing groups it with others".into() },
        };
        choices.entry(service.name.clone()).or_insert(choice);
    }
    choices
}

/// Folders besides the main one that hold several services.
fn by_folder(services: &[Found], home: &RelPath) -> BTreeMap<String, Choice> {
    let mut folders: BTreeMap<RelPath, Vec<&Found>> = BTreeMap::new();
    for service in services {
        if let Some(parent) = service.folder.parent().filter(|parent| parent != home) {
            folders.entry(parent).or_default().push(service);
        }
    }
    let large = folders.into_iter().filter(|(_, members)| members.len() >= ENOUGH);
    let choices = large.flat_map(|(folder, members)| {
        members.into_iter().map(move |service| {
            let family = family_name(folder.name());
            let why = format!("it is one of several in {folder}");
            (service.name.clone(), Choice { family, why })
        })
    });
    choices.collect()
}

/// Names that begin with the same word.
fn by_prefix(services: &[Found], choices: &mut BTreeMap<String, Choice>) {
    let mut words: BTreeMap<String, Vec<&Found>> = BTreeMap::new();
    for service in services.iter().filter(|service| !choices.contains_key(&service.name)) {
        let mut parts = service.name.split(['_', '-', '.']);
        let first = parts.next().unwrap_or_default().to_ascii_lowercase();
        if parts.next().is_some() && !first.is_empty() {
            words.entry(first).or_default().push(service);
        }
    }
    for (word, members) in words.into_iter().filter(|(_, members)| members.len() >= ENOUGH) {
        for service in &members {
            let why = format!("{} services are called `{word}_…`", members.len());
            let family = family_name(&word);
            choices.insert(service.name.clone(), Choice { family, why });
        }
    }
}

/// A service that talks to the members of one family more than to all others.
fn by_dependencies(
    services: &[Found],
    compose: &[Arc<ComposeFile>],
    choices: &mut BTreeMap<String, Choice>,
) {
    let links = links(services, compose);
    let degree =
        |name: &String| links.iter().filter(|(from, to)| from == name || to == name).count();
    let grouped = choices.clone();
    for service in services.iter().filter(|service| !grouped.contains_key(&service.name)) {
        let others = links.iter().filter_map(|(from, to)| match service.name.as_str() {
            name if name == from => Some(to),
            name if name == to => Some(from),
            _ => None,
        });
        let others: BTreeSet<&String> = others.filter(|other| degree(other) <= HUB).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for choice in others.iter().filter_map(|other| grouped.get(*other)) {
            *counts.entry(choice.family.as_str()).or_default() += 1;
        }
        let best =
            counts.iter().max_by_key(|(family, count)| (**count, std::cmp::Reverse(**family)));
        if let Some((family, count)) =
            best.filter(|(_, count)| **count >= 2 && **count * 3 >= others.len() * 2)
        {
            let why = format!("it talks to {count} services of `{family}`");
            choices.insert(service.name.clone(), Choice { family: (*family).to_owned(), why });
        }
    }
}

/// Pairs of services of which the first needs the second: `depends_on`, and host names in the
/// environment.
fn links(services: &[Found], compose: &[Arc<ComposeFile>]) -> BTreeSet<(String, String)> {
    let entries: Vec<_> = compose.iter().flat_map(|file| &file.entries).collect();
    let owner = |host: &str| {
        let entry = entries.iter().find(|entry| entry.host_names().any(|name| name == host))?;
        let service = services.iter().find(|service| entry.runs(&service.folder))?;
        Some(service.name.clone())
    };
    let mut links = BTreeSet::new();
    for entry in &entries {
        let Some(from) = owner(&entry.name) else { continue };
        let hosts = entry.environment.iter().filter_map(|variable| host_of(&variable.value));
        let needed = entry.depends_on.iter().map(String::as_str).chain(hosts);
        let targets: BTreeSet<String> = needed.filter_map(owner).filter(|to| *to != from).collect();
        links.extend(targets.into_iter().map(|to| (from.clone(), to)));
    }
    links
}

/// `http://osint:8007/x` → `osint`.
fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.rsplit('@').next()?;
    rest.split(['/', ':', '?']).next().filter(|host| !host.is_empty())
}

fn family_name(text: &str) -> String {
    let lower = text.to_ascii_lowercase().replace('-', "_");
    if lower == "metadata" { "metadata_services".into() } else { lower }
}

/// Ranges for every family: the tens in which only its own ports lie, single ports where it
/// lives among others, and room for `wanted` more.
pub(super) fn ranges(
    members: &BTreeMap<String, Vec<u16>>,
    wanted: &BTreeMap<String, usize>,
    occupied: &BTreeSet<u16>,
) -> BTreeMap<String, PortRanges> {
    let defaults = Config::new("defaults").families;
    let mut families = defaults.clone();
    let mut taken: BTreeSet<u16> = occupied.clone();
    taken.extend(members.values().flatten());
    for (family, ports) in members {
        let inside = |port: &u16| defaults.get(family).is_some_and(|own| own.contains(*port));
        let outside: Vec<u16> = ports.iter().copied().filter(|port| !inside(port)).collect();
        let own: BTreeSet<u16> = ports.iter().copied().collect();
        let mut pairs: Vec<(u16, u16)> = outside
            .iter()
            .map(|port| {
                let (first, last) = (port / 10 * 10, port / 10 * 10 + 9);
                let alone = taken.range(first..=last).all(|other| own.contains(other));
                if alone { (first.max(1), last) } else { (*port, *port) }
            })
            .collect();
        let room: usize = pairs.iter().map(|(first, last)| usize::from(last - first) + 1).sum();
        let need = wanted.get(family).copied().unwrap_or(0);
        if !defaults.contains_key(family) && room < own.len() + need + SPARE {
            pairs.extend(free_hundred(&taken, &families));
        }
        let known = defaults.get(family).into_iter().flat_map(PortRanges::iter);
        pairs.extend(known.map(|range| (*range.start(), *range.end())));
        if let Ok(ranges) = PortRanges::from_pairs(pairs) {
            families.insert(family.clone(), ranges);
        }
    }
    families
}

/// The lowest hundred of the services' range that nobody has.
fn free_hundred(
    taken: &BTreeSet<u16>,
    families: &BTreeMap<String, PortRanges>,
) -> Option<(u16, u16)> {
    let hundreds = (81..=655_u16)
        .map(|hundred| (hundred * 100, hundred.saturating_mul(100).saturating_add(99)));
    let mut free = hundreds.filter(|(first, last)| taken.range(*first..=*last).next().is_none());
    free.find(|(first, last)| {
        let others = families.iter().filter(|(name, _)| *name != "services");
        let mut ranges = others.flat_map(|(_, ranges)| ranges.iter());
        !ranges.any(|range| range.start() <= last && first <= range.end())
    })
}
