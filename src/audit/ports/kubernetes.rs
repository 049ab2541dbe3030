//! Ports in Kubernetes manifests against the port at which an image listens.
//!
//! Files with several documents are read document by document; charts with templates in them
//! do not parse and are left out.

use std::sync::Arc;

use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::change::RelPath;
use crate::workspace::yaml::{self, Node};
use crate::workspace::{Place, StartSource};

const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

/// The documents of every manifest, with the line before each.
fn documents(fleet: &Fleet) -> Vec<(&RelPath, Arc<Node>, usize)> {
    let mut found = Vec::new();
    for (path, entry) in fleet.backend.tree.iter() {
        let is_yaml = matches!(path.extension(), "yml" | "yaml");
        let Some(text) = entry.text().filter(|_| is_yaml) else { continue };
        if !text.contains("apiVersion:") || text.contains("{{") {
            continue;
        }
        let mut before = 0;
        for part in split(text) {
            if let Ok(root) = yaml::read(part) {
                found.push((path, root, before));
            }
            before += part.lines().count() + 1;
        }
    }
    found
}

/// The parts between lines of `---`.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "---" {
            parts.push(&text[start..at]);
            start = at + line.len();
        }
        at += line.len();
    }
    parts.push(&text[start..]);
    parts
}

/// The port at which the image listens: by its own command, not by that of compose.
fn listens(service: &ServiceFacts) -> Option<(u16, Place)> {
    let image = service.points.iter().find(|point| {
        matches!(point.source, StartSource::Dockerfile | StartSource::Script)
            && point.port.is_some()
    });
    let by_image = image.and_then(|point| Some((point.port.as_ref()?.port, point.place.clone())));
    by_image.or_else(|| service.listens().map(|(port, place, _)| (port, place)))
}

/// Container ports, probes and target ports that are not the one at which the image listens.
pub(super) fn disagreement(fleet: &Fleet, sink: &mut Sink) {
    for (path, root, before) in documents(fleet) {
        let at = |node: &Node| Place { file: path.clone(), line: before + node.line };
        match root.get_text("kind").unwrap_or_default() {
            "Service" => target_ports(fleet, &root, &at, sink),
            _ => {
                for container in containers(&root) {
                    container_ports(fleet, container, &at, sink);
                }
            }
        }
    }
}

/// The containers of a pod or of what makes pods.
fn containers(root: &Node) -> &[Node] {
    let spec = root.get("spec");
    let jobs = spec.and_then(|spec| spec.get("jobTemplate")?.get("spec")).or(spec);
    let pod = jobs.and_then(|spec| spec.get("template")?.get("spec")).or(jobs);
    pod.and_then(|spec| spec.get("containers")).map_or(&[][..], Node::items)
}

/// The service that a container runs, by the name of its image or its own.
fn run_by<'f>(fleet: &'f Fleet, container: &Node) -> Option<&'f ServiceFacts> {
    let image = container.get_text("image").unwrap_or_default();
    let image =
        image.rsplit('/').next().unwrap_or(image).split([':', '@']).next().unwrap_or_default();
    let own = container.get_text("name").unwrap_or_default();
    let by = |name: &str| fleet.services.iter().find(|service| service.names().contains(name));
    by(image).or_else(|| by(own))
}

fn container_ports(fleet: &Fleet, container: &Node, at: &dyn Fn(&Node) -> Place, sink: &mut Sink) {
    let Some(service) = run_by(fleet, container) else { return };
    let replaced = container.get("command").is_some() || container.get("args").is_some();
    let Some((port, place)) = listens(service).filter(|_| !replaced) else { return };
    let ports = container.get("ports").map_or(&[][..], Node::items);
    let numbers: Vec<&Node> = ports.iter().filter_map(|one| one.get("containerPort")).collect();
    let is_there = numbers.iter().any(|node| number(node) == Some(port));
    if let (Some(first), false) = (numbers.first(), is_there)
        && let Some(named) = number(first)
    {
        let message = format!("the container names port {named}, its image listens at {port}");
        sink.add(draft(service, &at(first), message, &place));
    }
    for probe in PROBES.iter().filter_map(|name| container.get(name)) {
        let how = probe.get("httpGet").or_else(|| probe.get("tcpSocket"));
        let Some(asked) = how.and_then(|how| how.get("port")) else { continue };
        if let Some(wrong) = number(asked).filter(|asked| *asked != port) {
            let message = format!("the probe asks port {wrong}, the image listens at {port}");
            sink.add(draft(service, &at(asked), message, &place));
        }
    }
}

fn target_ports(fleet: &Fleet, root: &Node, at: &dyn Fn(&Node) -> Place, sink: &mut Sink) {
    let name = root.get("metadata").and_then(|metadata| metadata.get_text("name"));
    let selected = root.get("spec").and_then(|spec| spec.get("selector")?.get_text("app"));
    let of = |name: &str| fleet.services.iter().find(|service| service.names().contains(name));
    let Some(service) = name.and_then(of).or_else(|| selected.and_then(of)) else { return };
    let Some((port, place)) = listens(service) else { return };
    let ports = root.get("spec").and_then(|spec| spec.get("ports")).map_or(&[][..], Node::items);
    let targets = ports.iter().filter_map(|one| one.get("targetPort").or_else(|| one.get("port")));
    let targets: Vec<&Node> = targets.collect();
    let is_there = targets.iter().any(|node| number(node).is_none_or(|found| found == port));
    if let (Some(first), false) = (targets.first(), is_there) {
        let wrong = number(first).unwrap_or_default();
        let message = format!("the cluster leads to port {wrong}, the image listens at {port}");
        sink.add(draft(service, &at(first), message, &place));
    }
}

fn number(node: &Node) -> Option<u16> {
    node.text()?.parse().ok()
}

fn draft(service: &ServiceFacts, at: &Place, message: String, listens: &Place) -> Draft {
    Draft::new(&at.file, at.line, message)
        .of(service.name())
        .because(listens.clone(), "where it listens")
}
