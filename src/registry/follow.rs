//! Making the port inside a container that of the registry, together with every reference.
//!
//! A reference is a place that says the port and is known to mean this service: commands,
//! mappings, health checks, `EXPOSE`, own environment variables, defaults in code, and URLs
//! with one of its host names anywhere in the tree. One mention that is not understood, and
//! the port stays as it is: the service works as before and the reasons are listed.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use super::facts::{
    EntryOf, Facts, ServiceFacts, env_ports, is_own_port_variable, local_ports, url_ports,
};
use crate::change::{ChangeSet, Edit, EditError, RelPath, apply_edits};
use crate::workspace::dockerfile::{Dockerfile, PortAt};
use crate::workspace::yaml::LineStarts;
use crate::workspace::{Place, StartSource, code, is_dockerfile};

/// Host names that mean the own container or machine.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "0.0.0.0"];

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
pub fn follow(facts: &Facts<'_>) -> Result<Following, EditError> {
    let mut result = Following::default();
    let mut edits: BTreeMap<RelPath, Vec<Edit>> = BTreeMap::new();
    for service in &facts.services {
        let name = &service.service.name;
        let registered = facts.registry.get(name).map(|entry| entry.port);
        let (Some(to), Some((from, _))) = (registered, service.listens(None)) else { continue };
        if from == to {
            continue;
        }
        let mut references =
            References { facts, service, port: from, found: BTreeMap::new(), reasons: Vec::new() };
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

struct References<'a> {
    facts: &'a Facts<'a>,
    service: &'a ServiceFacts,
    port: u16,
    found: BTreeMap<RelPath, Vec<Range<usize>>>,
    reasons: Vec<Reason>,
}

impl References<'_> {
    fn gather(&mut self) {
        let entries = self.facts.entries_of(&self.service.service);
        for entry in &entries {
            self.compose_entry(*entry);
        }
        let hosts: Vec<&str> = entries.iter().flat_map(|found| found.entry.host_names()).collect();
        self.own_files();
        self.mentions(&hosts);
        for ranges in self.found.values_mut() {
            ranges.sort_by_key(|range| (range.start, range.end));
            ranges.dedup();
        }
    }

    fn stays(&mut self, file: &RelPath, line: usize, what: impl Into<String>) {
        let place = Place { file: file.clone(), line };
        self.reasons.push(Reason { place, what: what.into() });
    }

    /// Takes the digits at `range`, if they really are the port.
    fn take(&mut self, file: &RelPath, range: Range<usize>) {
        let digits = self.port.to_string();
        let text = self.facts.tree.text(file).and_then(|text| text.get(range.clone()));
        if text == Some(digits.as_str()) {
            self.found.entry(file.clone()).or_default().push(range);
        }
    }

    fn compose_entry(&mut self, found: EntryOf<'_>) {
        let (entry, file) = (found.entry, &found.file.path);
        let port = self.port;
        match self.service.listens(Some(&entry.name)) {
            Some((other, place)) if other != port => {
                let what = format!("`{}` starts it at {other} ({place})", entry.name);
                self.stays(file, entry.line, what);
                return;
            }
            _ => {}
        }
        let mut ports: Vec<PortAt> =
            entry.ports.iter().map(|mapping| mapping.container.clone()).collect();
        let checks = entry.healthcheck.iter();
        ports.extend(checks.flat_map(|check| local_ports(&check.words, check.line)));
        let started =
            self.service.points.iter().filter(|point| point.entry.as_ref() == Some(&entry.name));
        let digits = started.filter_map(|point| point.port.as_ref()?.digits.clone());
        let digits: Vec<(RelPath, PortAt)> = digits.collect();
        for (path, at) in digits {
            self.take(&path, at.range);
        }
        for variable in &entry.environment {
            let own = is_own_port_variable(&variable.name, &self.service.service.name);
            if own && variable.value == port.to_string() {
                let end = self
                    .facts
                    .tree
                    .text(file)
                    .and_then(|text| text[variable.range.clone()].rfind(&variable.value));
                let start = variable.range.start + end.unwrap_or(0);
                ports.push(PortAt {
                    port,
                    range: start..start + variable.value.len(),
                    line: variable.line,
                });
            }
        }
        for at in ports.into_iter().filter(|at| at.port == port) {
            if (entry.line..found.end).contains(&at.line) {
                self.take(file, at.range);
            } else {
                self.stays(file, at.line, format!("`{}` shares this with others", entry.name));
            }
        }
    }

    /// What the service's own files say in ways that are understood.
    fn own_files(&mut self) {
        let (facts, service) = (self.facts, &self.service.service);
        for found in env_ports(facts.tree, service) {
            self.take(&found.file, found.value.range);
        }
        for point in &self.service.points {
            if let Some((file, at)) = point.port.as_ref().and_then(|port| port.digits.clone()) {
                let foreign = point.source == StartSource::Compose && point.entry.is_none();
                if !foreign {
                    self.take(&file, at.range);
                }
            }
        }
        let paths: Vec<RelPath> =
            facts.tree.below(&service.folder).map(|(path, _)| path.clone()).collect();
        for path in paths {
            let Some(text) = facts.tree.text(&path) else { continue };
            if is_dockerfile(&path) {
                self.dockerfile(&path, text);
            } else if path.extension() == "py" && text.contains(&self.port.to_string()) {
                for named in code::named_ports(text) {
                    if is_own_port_variable(&named.name.to_ascii_uppercase(), &service.name) {
                        self.take(&path, named.value.range);
                    }
                }
            }
        }
    }

    fn dockerfile(&mut self, path: &RelPath, text: &str) {
        let image = Dockerfile::parse(text);
        let health = image.healthcheck();
        let checked = health.iter().flat_map(|check| local_ports(&check.words, check.line));
        for at in image.exposed_ports().into_iter().chain(checked) {
            self.take(path, at.range);
        }
    }

    /// Every other mention: URLs with a host name of the service are references; the bare
    /// number in the service's own files, or its host name apart from a port, is a reason to stay.
    fn mentions(&mut self, hosts: &[&str]) {
        let folder = self.service.service.folder.clone();
        let digits = self.port.to_string();
        let tree = self.facts.tree;
        for (path, _) in tree.iter() {
            let Some(text) = tree.text(path) else { continue };
            let own = path.starts_with(&folder);
            let has_digits = text.contains(&digits);
            if has_digits {
                self.urls(path, text, hosts);
                if own {
                    self.local_urls(path, text);
                }
            }
            if own && has_digits && !is_prose(path) {
                self.bare(path, text, &digits);
            }
            if !own && !is_prose(path) {
                self.split_address(path, text, hosts);
            }
        }
    }

    fn urls(&mut self, path: &RelPath, text: &str, hosts: &[&str]) {
        let found = url_ports(text, hosts);
        let port = self.port;
        for (_, range) in found.into_iter().filter(|(found, _)| *found == port) {
            self.take(path, range);
        }
    }

    /// `localhost:8000` in the service's own files is the service, unless another one is
    /// reached at that port.
    fn local_urls(&mut self, path: &RelPath, text: &str) {
        let name = &self.service.service.name;
        let other = self.facts.registry.owner(self.port).filter(|owner| owner.name != *name);
        let Some(other) = other.map(|owner| owner.name.clone()) else {
            return self.urls(path, text, &LOCAL);
        };
        let lines = LineStarts::new(text);
        let known = self.found.get(path).cloned().unwrap_or_default();
        for (port, range) in url_ports(text, &LOCAL) {
            if port == self.port && !known.contains(&range) && !is_prose(path) {
                let what = format!("localhost:{port} may mean `{other}`");
                self.stays(path, lines.line(range.start), what);
            }
        }
    }

    fn bare(&mut self, path: &RelPath, text: &str, digits: &str) {
        let lines = LineStarts::new(text);
        let known = self.found.get(path).cloned().unwrap_or_default();
        for (at, _) in text.match_indices(digits) {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
            let before = text[..at].chars().next_back().is_some_and(is_word);
            let after = text[at + digits.len()..].chars().next().is_some_and(is_word);
            if !before && !after && !known.iter().any(|range| range.start == at) {
                self.stays(
                    path,
                    lines.line(at),
                    format!("mentions {digits} in a way that is not understood"),
                );
            }
        }
    }

    /// Callers that hold host and port apart would not be found by their URL.
    fn split_address(&mut self, path: &RelPath, text: &str, hosts: &[&str]) {
        for host in hosts {
            for (at, _) in text.match_indices(host) {
                let before = text[..at].chars().next_back();
                let after = text[at + host.len()..].chars().next();
                let quoted = matches!(before, Some('"' | '\'')) && before == after;
                let assigned = before == Some('=') && after.is_none_or(char::is_whitespace);
                let is_code = path.extension() == "py" && quoted;
                if assigned || is_code {
                    let line = LineStarts::new(text).line(at);
                    self.stays(path, line, format!("names the host `{host}` without a port"));
                    return;
                }
            }
        }
    }
}

/// Documents and locks: what they mention binds nobody.
fn is_prose(path: &RelPath) -> bool {
    path.name().starts_with("requirements")
        || matches!(path.extension(), "md" | "rst" | "txt" | "html" | "xml" | "lock")
}
