//! Rules about ports: who listens where, and what disagrees.

mod kubernetes;

use std::collections::BTreeMap;

use super::finding::Draft;
use super::fleet::Fleet;
use super::rule::{Check, Group, Rule, Severity, Sink};
use super::service::ServiceFacts;
use crate::registry::REGISTRY_FILE;
use crate::registry::check::Level;
use crate::workspace::Place;

/// The page of these rules.
pub(crate) const PAGE: &str = include_str!("README.md");

/// Every rule of this group.
pub(crate) static RULES: &[&Rule] =
    &[&SHARED, &PUBLISHED, &DISAGREEMENT, &CLUSTER, &REGISTRY, &UNREGISTERED];

static SHARED: Rule = Rule {
    id: "port-shared",
    group: Group::Ports,
    severity: Severity::Warning,
    summary: "several services listen at the same port",
    step: Some("register-port"),
    check: Check::Fleet(shared),
};

static PUBLISHED: Rule = Rule {
    id: "port-published-twice",
    group: Group::Ports,
    severity: Severity::Error,
    summary: "one compose file publishes the same host port for several entries",
    step: Some("register-port"),
    check: Check::Fleet(published),
};

static DISAGREEMENT: Rule = Rule {
    id: "port-disagreement",
    group: Group::Ports,
    severity: Severity::Warning,
    summary: "code, image, compose and health check of one service name different ports",
    step: Some("one-port"),
    check: Check::Service(disagreement),
};

static CLUSTER: Rule = Rule {
    id: "port-in-cluster-differs",
    group: Group::Ports,
    severity: Severity::Error,
    summary: "a Kubernetes manifest names a port at which the image does not listen",
    step: Some("register-port"),
    check: Check::Fleet(kubernetes::disagreement),
};

static REGISTRY: Rule = Rule {
    id: "no-port-registry",
    group: Group::Ports,
    severity: Severity::Warning,
    summary: "nothing says which service owns which port",
    step: Some("register-port"),
    check: Check::Fleet(no_registry),
};

static UNREGISTERED: Rule = Rule {
    id: "port-unregistered",
    group: Group::Ports,
    severity: Severity::Warning,
    summary: "the registry has no port for a service",
    step: Some("register-port"),
    check: Check::Service(unregistered),
};

/// The services by the port at which they listen by their most trusted source.
pub(crate) fn by_port(fleet: &Fleet) -> BTreeMap<u16, Vec<(&ServiceFacts, Place)>> {
    let mut ports: BTreeMap<u16, Vec<(&ServiceFacts, Place)>> = BTreeMap::new();
    for service in &fleet.services {
        if let Some((port, place, _)) = service.listens() {
            ports.entry(port).or_default().push((service, place));
        }
    }
    ports
}

fn shared(fleet: &Fleet, sink: &mut Sink) {
    for (port, users) in by_port(fleet).into_iter().filter(|(_, users)| users.len() > 1) {
        for (index, (service, place)) in users.iter().enumerate() {
            let others = users.len() - 1;
            let message = format!(
                "`{}` listens at {port}, as {others} other service{} do{}",
                service.name(),
                if others == 1 { "" } else { "s" },
                if others == 1 { "es" } else { "" },
            );
            let mut draft = Draft::new(&place.file, place.line, message)
                .of(service.name())
                .anchored(format!("{} {port}", service.name()));
            let rest = users.iter().enumerate().filter(|(other, _)| *other != index);
            for (_, (other, place)) in rest.take(5) {
                draft = draft.because(place.clone(), format!("`{}` as well", other.name()));
            }
            sink.add(draft);
        }
    }
}

fn published(fleet: &Fleet, sink: &mut Sink) {
    for file in &fleet.compose {
        let mut hosts: BTreeMap<u16, Vec<(&str, usize)>> = BTreeMap::new();
        for entry in &file.entries {
            let mut own: Vec<_> = entry
                .ports
                .iter()
                .filter_map(|mapping| Some((mapping.host?, mapping.container.line)))
                .collect();
            own.sort_unstable();
            own.dedup_by_key(|(host, _)| *host);
            for (host, line) in own {
                hosts.entry(host).or_default().push((&entry.name, line));
            }
        }
        for (host, users) in hosts.into_iter().filter(|(_, users)| users.len() > 1) {
            let (first, rest) = users.split_at(1);
            for (name, line) in rest {
                let message = format!("`{name}` publishes {host}, as `{}` does", first[0].0);
                let owner = file.entry(name).and_then(|entry| fleet.run_by(entry));
                let mut draft = Draft::new(&file.path, *line, message)
                    .anchored(format!("{name} {host}"))
                    .because(Place { file: file.path.clone(), line: first[0].1 }, "first here");
                if let Some(owner) = owner {
                    draft = draft.of(owner.name());
                }
                sink.add(draft);
            }
        }
    }
}

/// What the registry's own check calls wrong inside one service.
fn disagreement(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    const INSIDE: [&str; 8] = [
        "code-port",
        "env-file",
        "environment",
        "expose",
        "healthcheck",
        "image-healthcheck",
        "image-port",
        "mapping",
    ];
    let own = fleet.ports.iter().filter(|finding| {
        finding.service.as_deref() == Some(service.name())
            && (finding.level == Level::Error || finding.rule == "image-port")
            && INSIDE.contains(&finding.rule)
    });
    for finding in own {
        let draft = Draft::new(&finding.place.file, finding.place.line, finding.message.clone());
        sink.add(draft);
    }
}

fn no_registry(fleet: &Fleet, sink: &mut Sink) {
    if fleet.backend.registry.is_some() || fleet.services.len() < 2 {
        return;
    }
    let home = fleet.services[0].home();
    let message = format!(
        "there is no {REGISTRY_FILE}: {} services choose their ports by themselves",
        fleet.services.len()
    );
    sink.add(Draft::new(&home.file, home.line, message).anchored("registry"));
}

fn unregistered(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let Some(registry) = &fleet.backend.registry else { return };
    if registry.get(service.name()).is_none() && service.is_web() {
        sink.add(service.draft(format!("{REGISTRY_FILE} has no port for `{}`", service.name())));
    }
}
