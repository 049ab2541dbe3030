//! One service: do image, compose, env files and code agree about its ports?

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Findings, Level, Mend, Report};
use crate::change::RelPath;
use crate::registry::facts::{EntryOf, ServiceFacts, env_ports, is_own_port_variable, local_ports};
use crate::workspace::dockerfile::{Dockerfile, PortAt};
use crate::workspace::{EntryPoint, Place, StartSource, is_dockerfile};

impl EntryOf<'_> {
    /// Other digits for this entry; none where they stand in a part that others share.
    fn own(&self, line: usize, digits: &Range<usize>, port: u16) -> Option<Mend> {
        (self.entry.line..self.end).contains(&line).then(|| Mend::new(digits, port))
    }
}

impl Findings<'_> {
    /// Everything about one service.
    pub(super) fn service(&mut self, service: &ServiceFacts) {
        let name = &service.service.name;
        let registered = self.facts.registry.get(name).map(|entry| entry.port);
        if registered.is_none() {
            let place = service.points.first().map_or_else(
                || Place { file: service.service.folder.clone(), line: 1 },
                |point| point.place.clone(),
            );
            self.fixable(Report {
                rule: "unregistered-service",
                service: Some(name),
                place,
                message: format!("`{name}` has no port in ports.yaml"),
                help: format!("`scaffold ports add {name}`; --fix does so"),
            });
        }
        for (rank, entry) in self.facts.entries_of(&service.service).into_iter().enumerate() {
            self.entry(service, entry, registered.filter(|_| rank == 0));
        }
        self.dockerfiles(service);
        self.image_commands(service);
        self.env_files(service);
        self.code(service);
        self.container_port(service, registered);
    }

    /// One compose entry: mapping, health check and environment against its command.
    fn entry(&mut self, service: &ServiceFacts, found: EntryOf<'_>, registered: Option<u16>) {
        let (entry, file) = (found.entry, &found.file.path);
        let name = Some(service.service.name.as_str());
        let at = |line: usize| Place { file: file.clone(), line };
        let Some((port, place)) = service.listens(Some(&entry.name)) else { return };
        let main = entry.ports.iter().find(|mapping| mapping.container.port == port);
        match (main, entry.ports.first(), registered) {
            (Some(mapping), _, Some(wanted)) if mapping.host.is_some_and(|host| host != wanted) => {
                let host = mapping.host.unwrap_or_default();
                self.fixable(Report {
                    rule: "host-port",
                    service: name,
                    place: at(mapping.container.line),
                    message: format!("`{}` publishes {host}, ports.yaml says {wanted}", entry.name),
                    help: format!(
                        "map \"{wanted}:{port}\"; --fix and `scaffold render compose` do so"
                    ),
                });
            }
            (None, Some(first), _) => self.mendable(
                Report {
                    rule: "mapping",
                    service: name,
                    place: at(first.container.line),
                    message: format!(
                        "`{}` maps to {} in the container, but it listens at {port} ({place})",
                        entry.name, first.container.port
                    ),
                    help: format!("map to {port}, or start it at {}", first.container.port),
                },
                found.own(first.container.line, &first.container.range, port),
            ),
            _ => {}
        }
        self.inside(service, found, port, &place);
    }

    /// Health check and environment of an entry that listens at `port`.
    fn inside(&mut self, service: &ServiceFacts, found: EntryOf<'_>, port: u16, place: &Place) {
        let (entry, file) = (found.entry, &found.file.path);
        let name = Some(service.service.name.as_str());
        let at = |line: usize| Place { file: file.clone(), line };
        let health =
            entry.healthcheck.iter().flat_map(|check| local_ports(&check.words, check.line));
        for checked in health.filter(|checked| checked.port != port) {
            let mend = found.own(checked.line, &checked.range, port);
            let report = Report {
                rule: "healthcheck",
                service: name,
                place: at(checked.line),
                message: format!(
                    "the health check of `{}` asks {}, but it listens at {port} ({place})",
                    entry.name, checked.port
                ),
                help: format!("ask port {port}"),
            };
            self.mendable(report, mend);
        }
        for variable in entry
            .environment
            .iter()
            .filter(|one| is_own_port_variable(&one.name, &service.service.name))
        {
            if variable.value.parse::<u16>().is_ok_and(|value| value != port) {
                let text = self.facts.tree.text(file).and_then(|it| it.get(variable.range.clone()));
                let start = text.and_then(|text| text.rfind(&variable.value));
                let digits = start.map(|start| variable.range.start + start);
                let digits = digits.map(|start| start..start + variable.value.len());
                let mend = digits.and_then(|digits| found.own(variable.line, &digits, port));
                let report = Report {
                    rule: "environment",
                    service: name,
                    place: at(variable.line),
                    message: format!(
                        "{} is {}, but `{}` listens at {port} ({place})",
                        variable.name, variable.value, entry.name
                    ),
                    help: format!("set {} to {port}", variable.name),
                };
                self.mendable(report, mend);
            }
        }
    }

    /// Each Dockerfile against its own command and against what compose starts in it.
    fn dockerfiles(&mut self, service: &ServiceFacts) {
        let facts = self.facts;
        let own = facts.tree.below(&service.service.folder).map(|(path, _)| path);
        let own = own.filter(|path| path.parent().as_ref() == Some(&service.service.folder));
        for path in own.filter(|path| is_dockerfile(path)) {
            let Some(image) = facts.tree.text(path).map(Dockerfile::parse) else { continue };
            let command = service.points.iter().find(|point| {
                point.source == StartSource::Dockerfile
                    && point.entry.is_none()
                    && point.place.file == *path
            });
            let command = command.and_then(|point| point.port.as_ref()).map(|port| port.port);
            let name = Some(service.service.name.as_str());
            let exposed = image.exposed_ports();
            if let (Some(port), Some(first)) = (command, exposed.first())
                && exposed.iter().all(|exposed| exposed.port != port)
            {
                self.fixable(Report {
                    rule: "expose",
                    service: name,
                    place: Place { file: path.clone(), line: first.line },
                    message: format!(
                        "the image exposes {}, but its command listens at {port}",
                        first.port
                    ),
                    help: format!("EXPOSE {port}; --fix does so"),
                });
            }
            let Some(health) = image.healthcheck() else { continue };
            for checked in local_ports(&health.words, health.line) {
                self.image_health(service, path, &checked, command);
            }
        }
    }

    fn image_health(
        &mut self,
        service: &ServiceFacts,
        path: &RelPath,
        checked: &PortAt,
        command: Option<u16>,
    ) {
        let name = Some(service.service.name.as_str());
        let place = Place { file: path.clone(), line: checked.line };
        if let Some(port) = command.filter(|port| *port != checked.port) {
            let report = Report {
                rule: "healthcheck",
                service: name,
                place: place.clone(),
                message: format!(
                    "the health check asks {}, but the image listens at {port}",
                    checked.port
                ),
                help: format!("ask port {port}"),
            };
            self.mendable(report, Some(Mend::new(&checked.range, port)));
        }
        for found in self.facts.entries_of(&service.service) {
            let built = found.entry.build.as_ref().is_some_and(|build| build.dockerfile == *path);
            let Some((port, started)) = service.listens(Some(&found.entry.name)) else { continue };
            if built
                && found.entry.healthcheck.is_none()
                && port != checked.port
                && command != Some(port)
            {
                let entry = &found.entry.name;
                let report = Report {
                    rule: "image-healthcheck",
                    service: name,
                    place: place.clone(),
                    message: format!(
                        "the health check asks {}, but `{entry}` starts it at {port} ({started})",
                        checked.port
                    ),
                    help: format!("ask port {port}, or give `{entry}` a health check of its own"),
                };
                self.mendable(report, Some(Mend::new(&checked.range, port)));
            }
        }
    }

    /// What an image starts by itself, against the one port at which compose starts it.
    fn image_commands(&mut self, service: &ServiceFacts) {
        let name = &service.service.name;
        let commands = service
            .points
            .iter()
            .filter(|point| point.source == StartSource::Dockerfile && point.entry.is_none());
        for point in commands {
            let image = &point.place.file;
            let Some((port, (file, at))) =
                point.port.as_ref().and_then(|port| Some((port.port, port.digits.as_ref()?)))
            else {
                continue;
            };
            let entries = self.facts.entries_of(&service.service).into_iter();
            let built = entries.filter(|found| {
                found.entry.build.as_ref().is_some_and(|build| build.dockerfile == *image)
            });
            let started: Option<BTreeSet<u16>> =
                built.map(|found| Some(service.listens(Some(&found.entry.name))?.0)).collect();
            let started = started.unwrap_or_default();
            let Some(wanted) =
                started.first().filter(|wanted| started.len() == 1 && **wanted != port)
            else {
                continue;
            };
            let report = Report {
                rule: "image-port",
                service: Some(name),
                place: Place { file: file.clone(), line: at.line },
                message: format!(
                    "the image listens at {port} by itself, and compose starts it at {wanted}"
                ),
                help: format!("nothing is wrong; {wanted} here as well is one port less to know"),
            };
            let mend = Some(Mend::new(&at.range, *wanted));
            self.push(report, Level::Note, (false, mend));
        }
    }

    fn env_files(&mut self, service: &ServiceFacts) {
        let Some((port, place)) = self.facts.listens(service) else { return };
        for found in env_ports(self.facts.tree, &service.service) {
            if found.value.port != port && !found.commented {
                let report = Report {
                    rule: "env-file",
                    service: Some(&service.service.name),
                    place: Place { file: found.file, line: found.value.line },
                    message: format!(
                        "{} is {}, but the service listens at {port} ({place})",
                        found.name, found.value.port
                    ),
                    help: format!("set {} to {port}", found.name),
                };
                self.mendable(report, Some(Mend::new(&found.value.range, port)));
            }
        }
    }

    /// What the code listens at when it is run directly, against how it is really started.
    fn code(&mut self, service: &ServiceFacts) {
        let main = self.facts.listens(service).map(|(port, _)| port);
        let is_main = |point: &&EntryPoint| {
            point.port.is_some() && point.port.as_ref().map(|port| port.port) == main
        };
        let Some(first) = service.points.iter().find(is_main) else { return };
        let started = first.port.as_ref().map(|port| port.port);
        let same_app = service.points.iter().filter(|point| {
            point.source == StartSource::Code && point.module_file == first.module_file
        });
        for point in same_app {
            let Some(port) = &point.port else { continue };
            let Some((file, at)) = port.digits.as_ref().filter(|_| Some(port.port) != started)
            else {
                continue;
            };
            let started = started.unwrap_or_default();
            let report = Report {
                rule: "code-port",
                service: Some(&service.service.name),
                place: Place { file: file.clone(), line: at.line },
                message: format!(
                    "the code listens at {}, but it is started at {started} ({})",
                    port.port, first.place
                ),
                help: format!("use {started} here, or read the port from the settings"),
            };
            self.mendable(report, Some(Mend::new(&at.range, started)));
        }
    }

    fn container_port(&mut self, service: &ServiceFacts, registered: Option<u16>) {
        let (Some(wanted), Some((port, place))) = (registered, self.facts.listens(service)) else {
            return;
        };
        if wanted != port {
            let name = &service.service.name;
            let report = Report {
                rule: "container-port",
                service: Some(name),
                place,
                message: format!(
                    "`{name}` listens at {port} in its container and is reached at {wanted}"
                ),
                help:
                    "nothing is wrong; `scaffold ports sync` makes both the same where it is safe"
                        .into(),
            };
            self.push(report, Level::Note, (false, None));
        }
    }
}
