//! Routes of a declarative gateway configuration against the services that compose runs.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::change::RelPath;
use crate::workspace::yaml::{self, Node};

/// Configurations of Kong, told by `_format_version`.
fn configurations(fleet: &Fleet) -> Vec<(&RelPath, Arc<Node>)> {
    let yaml = fleet.backend.tree.iter().filter(|(path, entry)| {
        matches!(path.extension(), "yml" | "yaml")
            && entry.text().is_some_and(|text| text.contains("_format_version"))
    });
    yaml.filter_map(|(path, entry)| Some((path, yaml::read(entry.text()?).ok()?))).collect()
}

/// The host that a service of the gateway leads to.
fn host(service: &Node) -> Option<&str> {
    let Some(url) = service.get_text("url") else { return service.get_text("host") };
    let (_, rest) = url.split_once("://")?;
    rest.split(['/', ':', '?']).next()
}

/// Services of the gateway whose host nobody runs, and routes that lead to none.
pub(super) fn routes(fleet: &Fleet, sink: &mut Sink) {
    let mut known: BTreeSet<String> = BTreeSet::new();
    for (_, entry) in fleet.entries() {
        known.extend(entry.host_names().map(str::to_owned));
    }
    if known.is_empty() {
        known.extend(fleet.services.iter().flat_map(crate::audit::service::ServiceFacts::names));
    }
    for (path, root) in configurations(fleet) {
        let upstreams = root.get("upstreams").map_or(&[][..], Node::items);
        let upstreams: Vec<&str> =
            upstreams.iter().filter_map(|one| one.get_text("name")).collect();
        for service in root.get("services").map_or(&[][..], Node::items) {
            let Some(host) = host(service) else { continue };
            let is_outside = host.contains(['.', '$', '{']) || host == "localhost";
            if is_outside || known.contains(host) || upstreams.contains(&host) {
                continue;
            }
            let name = service.get_text("name").unwrap_or(host);
            let message = format!("the gateway leads `{name}` to `{host}`, which nobody runs");
            sink.add(Draft::new(path, service.line, message).anchored(name));
        }
        for route in root.get("routes").map_or(&[][..], Node::items) {
            if route.get("service").is_none() {
                let name = route.get_text("name").unwrap_or("without a name");
                let message = format!("the route `{name}` of the gateway leads to no service");
                sink.add(Draft::new(path, route.line, message).anchored(name));
            }
        }
    }
}
