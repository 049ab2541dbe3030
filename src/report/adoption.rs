//! What `scaffold init --adopt` chose and why, as text and JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::change::RelPath;
use crate::registry::adopt::{Adopted, Adoption};

/// One paragraph per family, one line per service, the reasons behind it.
pub fn text(adoption: &Adoption) -> String {
    let services = &adoption.services;
    let outside = services.iter().filter(|service| service.outside).count();
    let new = services.iter().filter(|service| !service.kept).count();
    let mut text = format!(
        "{} services: {} in {}, {outside} elsewhere; {} keep their port, {new} get a new one\n",
        services.len(),
        services.len() - outside,
        adoption.config.services,
        services.len() - new,
    );
    let mut families: BTreeMap<&str, Vec<&Adopted>> = BTreeMap::new();
    for service in services {
        families.entry(&service.family).or_default().push(service);
    }
    for (family, mut members) in families {
        let ports = adoption.config.families.get(family);
        let ports = ports.map_or_else(String::new, ToString::to_string);
        let _ = writeln!(text, "\n{family} ({ports})");
        members.sort_by_key(|service| service.port);
        for service in members {
            line(&mut text, service);
        }
    }
    text
}

fn line(text: &mut String, service: &Adopted) {
    let mark = if service.kept { " " } else { "*" };
    let place = service.port_place.as_ref().map_or_else(String::new, |place| format!(" ({place})"));
    let _ = writeln!(text, " {mark}{:<5} {}", service.port, service.name);
    let _ = writeln!(text, "        port: {}{place}", service.port_why);
    let _ = writeln!(text, "        family: {}", service.family_why);
    if let Some(reason) = service.found.first() {
        let _ =
            writeln!(text, "        found: {}: {} ({})", service.folder, reason.what, reason.place);
    }
}

/// The same as one JSON document.
pub fn json(name: &str, adoption: Option<&Adoption>, files: &[&RelPath], dry_run: bool) -> Value {
    let families = adoption.map(|adoption| {
        let pairs = adoption.config.families.iter();
        pairs.map(|(name, ports)| (name.clone(), ports.to_string())).collect::<BTreeMap<_, _>>()
    });
    json!({
        "workspace": name,
        "dry_run": dry_run,
        "files": files,
        "families": families,
        "services": adoption.map(|adoption| &adoption.services),
    })
}
