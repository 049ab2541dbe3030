//! Does everything agree with `ports.yaml`? Each disagreement with its place and what to do.
//!
//! The registry's port is the one on the host, at which others reach a service. The port
//! inside a container is a matter of the container: there command, mapping, health checks,
//! environment and defaults in code must agree among themselves.

mod service;

use std::ops::Range;

use serde::Serialize;

use super::Registry;
use super::facts::Facts;
use crate::workspace::Place;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Two things disagree.
    Error,
    /// Worth knowing; nothing is wrong.
    Note,
}

/// One thing that `scaffold ports check` reports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// How serious.
    pub level: Level,
    /// Its kind, one word with hyphens.
    pub rule: &'static str,
    /// The service it is about.
    pub service: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Whether `--fix` does it.
    pub fixable: bool,
    /// The digits that make it agree with how the service is started.
    #[serde(skip)]
    pub mend: Option<Mend>,
}

/// Digits of a file that have to be another port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mend {
    /// Where they begin, in bytes.
    pub start: usize,
    /// Where they end.
    pub end: usize,
    /// The port.
    pub port: u16,
}

impl Mend {
    fn new(range: &Range<usize>, port: u16) -> Self {
        Self { start: range.start, end: range.end, port }
    }
}

/// Every finding, sorted by place.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Findings { facts, list: Vec::new() };
    findings.duplicates();
    findings.ranges();
    findings.entries_without_service();
    findings.collisions();
    for service in &facts.services {
        findings.service(service);
    }
    findings.list.sort();
    findings.list.dedup();
    findings.list
}

struct Findings<'a> {
    facts: &'a Facts<'a>,
    list: Vec<Finding>,
}

/// A finding before it has a level.
struct Report<'a> {
    rule: &'static str,
    service: Option<&'a str>,
    place: Place,
    message: String,
    help: String,
}

impl Findings<'_> {
    fn add(&mut self, report: Report<'_>) {
        self.push(report, Level::Error, (false, None));
    }

    fn fixable(&mut self, report: Report<'_>) {
        self.push(report, Level::Error, (true, None));
    }

    /// With the digits that are to be replaced, where they belong to this service alone.
    fn mendable(&mut self, report: Report<'_>, mend: Option<Mend>) {
        self.push(report, Level::Error, (false, mend));
    }

    fn push(&mut self, report: Report<'_>, level: Level, (fixable, mend): (bool, Option<Mend>)) {
        self.list.push(Finding {
            place: report.place,
            level,
            rule: report.rule,
            service: report.service.map(str::to_owned),
            message: report.message,
            help: report.help,
            fixable,
            mend,
        });
    }

    fn duplicates(&mut self) {
        let facts = self.facts;
        for (first, second) in facts.registry.duplicates() {
            let same_name = first.name == second.name;
            let (rule, message) = if same_name {
                (
                    "duplicate-name",
                    format!("`{}` is registered twice, first in line {}", second.name, first.line),
                )
            } else {
                let (port, owner, line) = (second.port, &first.name, first.line);
                (
                    "duplicate-port",
                    format!("port {port} of `{}` belongs to `{owner}` (line {line})", second.name),
                )
            };
            let help = if same_name {
                "keep the line with the port that is published; --fix removes the other".to_owned()
            } else {
                format!("give one of them a free port; --fix does so for `{}`", second.name)
            };
            let service = Some(second.name.as_str());
            self.fixable(Report {
                rule,
                service,
                place: registry_place(second.line),
                message,
                help,
            });
        }
    }

    fn ranges(&mut self) {
        let facts = self.facts;
        for conflict in facts.registry.range_conflicts(facts.config) {
            let family = &conflict.family;
            let ports = &facts.config.families[family];
            self.add(Report {
                rule: "range-conflict",
                service: None,
                place: registry_place(conflict.line),
                message: format!("family `{family}` has the ports {ports} in scaffold.toml"),
                help: "write the same range in both files; scaffold.toml counts".into(),
            });
        }
        for entry in facts.registry.entries() {
            let Some(family) = entry.family.as_deref() else {
                if crate::workspace::narrowest(&facts.families, entry.port).is_none() {
                    self.out_of_range(entry, "every family");
                }
                continue;
            };
            match facts.families.get(family) {
                Some(ports) if ports.contains(entry.port) => {}
                Some(ports) => self.out_of_range(entry, &format!("`{family}` ({ports})")),
                None => self.add(Report {
                    rule: "unknown-family",
                    service: Some(&entry.name),
                    place: registry_place(entry.line),
                    message: format!("family `{family}` has no ports"),
                    help: format!("add [families.{family}] with `ports = \"…\"` to scaffold.toml"),
                }),
            }
        }
    }

    fn out_of_range(&mut self, entry: &super::Registered, family: &str) {
        self.add(Report {
            rule: "out-of-range",
            service: Some(&entry.name),
            place: registry_place(entry.line),
            message: format!("port {} of `{}` is outside of {family}", entry.port, entry.name),
            help:
                "widen the family in scaffold.toml, or release the port and add the service again"
                    .into(),
        });
    }

    fn entries_without_service(&mut self) {
        let facts = self.facts;
        for entry in facts.registry.entries() {
            let is_service = facts.services.iter().any(|known| known.service.name == entry.name);
            let in_compose = facts.compose.iter().any(|file| file.entry(&entry.name).is_some());
            if !is_service && !in_compose {
                self.fixable(Report {
                    rule: "unknown-service",
                    service: Some(&entry.name),
                    place: registry_place(entry.line),
                    message: format!("`{}` has a port but no folder", entry.name),
                    help: format!("`scaffold ports release {}`; --fix does so", entry.name),
                });
            }
        }
    }

    fn collisions(&mut self) {
        let facts = self.facts;
        for (port, entries) in facts.published() {
            let [first, rest @ ..] = entries.as_slice() else { continue };
            for other in rest.iter().filter(|other| other.file.path == first.file.path) {
                let mapping = other.entry.ports.iter().find(|mapping| mapping.host == Some(port));
                let line = mapping.map_or(other.entry.line, |mapping| mapping.container.line);
                self.add(Report {
                    rule: "host-collision",
                    service: None,
                    place: Place { file: other.file.path.clone(), line },
                    message: format!(
                        "`{}` publishes {port}, as `{}` does",
                        other.entry.name, first.entry.name
                    ),
                    help: "only one of them can start; publish one at another port".into(),
                });
            }
        }
    }
}

fn registry_place(line: usize) -> Place {
    Place { file: Registry::path(), line }
}

#[cfg(test)]
mod tests;
