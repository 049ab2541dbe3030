//! The references that a service's own files and compose entries hold.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Reason;
use super::mentions::Mentions;
use crate::change::RelPath;
use crate::registry::facts::{
    EntryOf, Facts, ServiceFacts, env_ports, is_own_port_variable, local_ports,
};
use crate::workspace::compose::{ComposeEntry, ComposeFile, is_compose_file};
use crate::workspace::dockerfile::{Dockerfile, PortAt};
use crate::workspace::launch::Launch;
use crate::workspace::{Place, StartSource, code, is_dockerfile};

/// The places that say a service's port, gathered one after the other.
pub(super) struct References<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) service: &'a ServiceFacts,
    pub(super) port: u16,
    pub(super) mentions: &'a Mentions<'a>,
    /// Bytes to be replaced in each file.
    pub(super) found: BTreeMap<RelPath, Vec<Range<usize>>>,
    /// Why the port must stay.
    pub(super) reasons: Vec<Reason>,
}

impl References<'_> {
    /// Gathers everything.
    pub(super) fn gather(&mut self) {
        let entries = self.facts.entries_of(&self.service.service);
        for entry in &entries {
            self.compose_entry(*entry);
        }
        let hosts: Vec<&str> = entries.iter().flat_map(|found| found.entry.host_names()).collect();
        self.own_files();
        self.others(&hosts);
        for ranges in self.found.values_mut() {
            ranges.sort_by_key(|range| (range.start, range.end));
            ranges.dedup();
        }
    }

    pub(super) fn stays(&mut self, file: &RelPath, line: usize, what: impl Into<String>) {
        let place = Place { file: file.clone(), line };
        self.reasons.push(Reason { place, what: what.into() });
    }

    /// Takes the digits at `range`, if they really are the port.
    pub(super) fn take(&mut self, file: &RelPath, range: Range<usize>) {
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
        let started =
            self.service.points.iter().filter(|point| point.entry.as_ref() == Some(&entry.name));
        let listening = started.filter_map(|point| point.port.as_ref());
        let digits: Vec<Option<(RelPath, PortAt)>> = listening
            .filter(|start| start.port == port)
            .map(|start| start.digits.clone())
            .collect();
        let ports = self.entry_ports(file, entry);
        let is_told = entry.environment.iter().any(|one| one.value == port.to_string());
        if digits.iter().any(Option::is_none) && !is_told {
            self.stays(
                file,
                entry.line,
                format!("`{}` starts it without naming a port", entry.name),
            );
        }
        for (path, at) in digits.into_iter().flatten() {
            self.take(&path, at.range);
        }
        for at in ports.into_iter().filter(|at| at.port == port) {
            if (entry.line..found.end).contains(&at.line) {
                self.take(file, at.range);
            } else {
                self.stays(file, at.line, format!("`{}` shares this with others", entry.name));
            }
        }
    }

    /// Mappings, health check and environment of an entry, as far as they say a port.
    fn entry_ports(&self, file: &RelPath, entry: &ComposeEntry) -> Vec<PortAt> {
        let port = self.port;
        let mut ports: Vec<PortAt> =
            entry.ports.iter().map(|mapping| mapping.container.clone()).collect();
        let checks = entry.healthcheck.iter();
        ports.extend(checks.flat_map(|check| local_ports(&check.words, check.line)));
        for variable in &entry.environment {
            let own = is_own_port_variable(&variable.name, &self.service.service.name);
            if own && variable.value == port.to_string() {
                let text = self.facts.tree.text(file);
                let end = text.and_then(|text| text[variable.range.clone()].rfind(&variable.value));
                let start = variable.range.start + end.unwrap_or(0);
                let range = start..start + variable.value.len();
                ports.push(PortAt { port, range, line: variable.line });
            }
        }
        ports
    }

    /// A compose file of the service's own: what it publishes is the service, on both sides.
    fn own_compose(&mut self, path: &RelPath, text: &str) {
        let Ok(file) = ComposeFile::parse(path, text) else { return };
        let (folder, port) = (&self.service.service.folder, self.port);
        for entry in file.entries.iter().filter(|entry| entry.runs(folder)) {
            for at in self.entry_ports(path, entry) {
                self.take(path, at.range);
            }
            for mapping in entry.ports.iter().filter(|found| found.host == Some(port)) {
                let end = mapping.container.range.start;
                let line = text[..end].rfind('\n').map_or(0, |found| found + 1);
                if let Some(at) = text[line..end].rfind(&port.to_string()) {
                    let start = line + at;
                    self.take(path, start..start + port.to_string().len());
                }
            }
            for written in entry.entrypoint.iter().chain(&entry.command) {
                if let Some(at) = Launch::read(&written.words, written.line).port {
                    self.take(path, at.range);
                }
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
            let Some(start) = point.port.as_ref().filter(|start| start.port == self.port) else {
                continue;
            };
            match start.digits.clone() {
                Some((file, at)) => {
                    let foreign = point.source == StartSource::Compose && point.entry.is_none();
                    if !foreign {
                        self.take(&file, at.range);
                    }
                }
                None if point.source == StartSource::Dockerfile => {
                    let Place { file, line } = point.place.clone();
                    self.stays(&file, line, "the image starts it without naming a port");
                }
                None => {}
            }
        }
        let paths: Vec<RelPath> =
            facts.tree.below(&service.folder).map(|(path, _)| path.clone()).collect();
        for path in paths {
            let Some(text) = facts.tree.text(&path) else { continue };
            if is_compose_file(&path) {
                self.own_compose(&path, text);
            } else if is_dockerfile(&path) {
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
}
