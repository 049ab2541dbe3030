//! Which services call each other, and what they share.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::finding::squeezed;
use crate::audit::fleet::Fleet;
use crate::audit::service::ServiceFacts;
use crate::python::outline::Value;
use crate::workspace::Place;

/// What connects two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkKind {
    /// One has the other's HTTP address.
    Http,
    /// One imports the other's code.
    Import,
    /// Compose starts one after the other.
    Order,
    /// Both name one topic or queue of a broker; `to` is the topic.
    Broker,
    /// Both name one relational database; `to` is the database.
    Database,
}

/// One connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Link {
    /// The service that needs.
    pub from: String,
    /// The service, topic or database that is needed.
    pub to: String,
    /// How.
    pub kind: LinkKind,
    /// Where that stands.
    pub place: Place,
}

/// Every host name that leads to a service: its own names and those of its compose entries.
fn hosts(fleet: &Fleet) -> BTreeMap<String, &ServiceFacts> {
    let mut hosts = BTreeMap::new();
    for service in &fleet.services {
        for name in service.names() {
            hosts.insert(name, service);
        }
    }
    for (_, entry) in fleet.entries() {
        if let Some(service) = fleet.run_by(entry) {
            for name in entry.host_names() {
                hosts.insert(name.to_owned(), service);
            }
        }
    }
    hosts
}

/// The host of an HTTP URL in a text.
fn host_of(text: &str) -> Option<&str> {
    let (_, rest) = text
        .split_once("://")
        .filter(|(scheme, _)| scheme.ends_with("http") || scheme.ends_with("https"))?;
    let host = rest.split(['/', ':', '?', '"', ',', ' ']).next()?;
    (!host.is_empty()).then_some(host)
}

/// Connections over HTTP, one per pair, at the first place that names the address.
pub(crate) fn calls_between(fleet: &Fleet) -> Vec<Link> {
    let hosts = hosts(fleet);
    let mut seen: BTreeMap<(String, String), Place> = BTreeMap::new();
    let mut note = |from: &str, to: &ServiceFacts, place: Place| {
        if from != to.name() {
            seen.entry((from.to_owned(), to.name().to_owned())).or_insert(place);
        }
    };
    for service in &fleet.services {
        for file in service.code() {
            for string in file.module.facts.strings.iter().filter(|string| !string.is_statement) {
                let target = host_of(&string.value).and_then(|host| hosts.get(host));
                if let Some(target) = target {
                    note(service.name(), target, file.place(string.range.start));
                }
            }
        }
    }
    for (file, entry) in fleet.entries() {
        let Some(service) = fleet.run_by(entry) else { continue };
        for variable in &entry.environment {
            if let Some(target) = host_of(&variable.value).and_then(|host| hosts.get(host)) {
                note(
                    service.name(),
                    target,
                    Place { file: file.path.clone(), line: variable.line },
                );
            }
        }
    }
    let links =
        seen.into_iter().map(|((from, to), place)| Link { from, to, kind: LinkKind::Http, place });
    links.collect()
}

/// Every connection between services.
pub(crate) fn links(fleet: &Fleet) -> Vec<Link> {
    let mut links = calls_between(fleet);
    for (file, entry) in fleet.entries() {
        let Some(service) = fleet.run_by(entry) else { continue };
        for name in &entry.depends_on {
            let other = file.entry(name).and_then(|other| fleet.run_by(other));
            if let Some(other) = other.filter(|other| other.name() != service.name()) {
                let place = Place { file: file.path.clone(), line: entry.line };
                let (from, to) = (service.name().to_owned(), other.name().to_owned());
                links.push(Link { from, to, kind: LinkKind::Order, place });
            }
        }
    }
    let folders: BTreeMap<String, &ServiceFacts> = fleet
        .services
        .iter()
        .map(|service| (service.service.folder.name().replace('-', "_"), service))
        .collect();
    for service in &fleet.services {
        for import in &service.imports.external {
            let first = import.name.split('.').next().unwrap_or_default();
            if let Some(other) = folders.get(first).filter(|other| other.name() != service.name()) {
                let place = service.files[import.file].place(import.start);
                let (from, to) = (service.name().to_owned(), other.name().to_owned());
                links.push(Link { from, to, kind: LinkKind::Import, place });
            }
        }
    }
    links.extend(through(databases(fleet), LinkKind::Database, "database"));
    links.extend(through(super::topics::topics(fleet), LinkKind::Broker, "topic"));
    links.sort();
    links.dedup_by(|left, right| {
        (&left.from, &left.to, left.kind) == (&right.from, &right.to, right.kind)
    });
    links
}

/// Links from services to what several of them share.
fn through(
    shared: BTreeMap<String, BTreeMap<String, Place>>,
    kind: LinkKind,
    word: &str,
) -> Vec<Link> {
    let several = shared.into_iter().filter(|(_, users)| users.len() > 1);
    let links = several.flat_map(|(name, users)| {
        let to = format!("{word} {name}");
        users.into_iter().map(move |(from, place)| Link { from, to: to.clone(), kind, place })
    });
    links.collect()
}

/// Relational databases by host and name, with the services whose settings name them.
pub(super) fn databases(fleet: &Fleet) -> BTreeMap<String, BTreeMap<String, Place>> {
    let mut found: BTreeMap<String, BTreeMap<String, Place>> = BTreeMap::new();
    let mut note = |text: &str, service: &ServiceFacts, place: Place| {
        if let Some(database) = database_of(text) {
            found.entry(database).or_default().entry(service.name().to_owned()).or_insert(place);
        }
    };
    for service in &fleet.services {
        let mut told = BTreeSet::new();
        for read in &service.environment {
            let text = read.default.as_ref().and_then(Value::text);
            if let Some(text) = text.filter(|text| told.insert((*text).to_owned())) {
                note(text, service, service.files[read.file].place(read.start));
            }
        }
        let read = service.environment.iter().filter_map(|read| {
            let default = read.default.as_ref().and_then(Value::text)?;
            Some((&*read.name, default, service.files[read.file].place(read.start)))
        });
        for (url, place) in in_parts(&read.collect::<Vec<_>>()) {
            note(&url, service, place);
        }
    }
    for (file, entry) in fleet.every_entry() {
        let Some(service) = fleet.run_by(entry) else { continue };
        let place = |line: usize| Place { file: file.path.clone(), line };
        for variable in &entry.environment {
            note(&variable.value, service, place(variable.line));
        }
        let told = entry.environment.iter();
        let told = told.map(|one| (one.name.as_str(), one.value.as_str(), place(one.line)));
        for (url, place) in in_parts(&told.collect::<Vec<_>>()) {
            note(&url, service, place);
        }
    }
    found
}

/// Databases that are told by host and name apart, `POSTGRES_HOST` and `POSTGRES_DB`, as URLs.
fn in_parts(told: &[(&str, &str, Place)]) -> Vec<(String, Place)> {
    const KINDS: [&str; 4] = ["POSTGRES", "PG", "MYSQL", "DB"];
    const NAMES: [&str; 4] = ["DB", "DATABASE", "NAME", "DBNAME"];
    let hosts = told.iter().filter_map(|(name, value, place)| {
        let stem = name.strip_suffix("_HOST")?;
        let is_kind = KINDS.iter().any(|kind| stem == *kind || stem.ends_with(&format!("_{kind}")));
        is_kind.then_some((stem, *value, place))
    });
    let found = hosts.filter_map(|(stem, host, place)| {
        let is_name = |known: &str| NAMES.iter().any(|name| *known == format!("{stem}_{name}"));
        let (_, name, _) = told.iter().find(|(known, ..)| is_name(known))?;
        Some((format!("postgres://{host}/{name}"), place.clone()))
    });
    found.collect()
}

/// `host/name` of a URL of PostgreSQL or `MySQL` on another host.
fn database_of(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.starts_with("postgres") && !scheme.starts_with("mysql") {
        return None;
    }
    let rest = rest.rsplit('@').next()?;
    let (address, name) = rest.split_once('/')?;
    let host = address.split(':').next()?;
    let name = name.split('?').next()?;
    let is_local = matches!(host, "localhost" | "127.0.0.1" | "");
    (!is_local && !name.is_empty() && !host.contains('$'))
        .then(|| squeezed(&format!("{host}/{name}")))
}
