//! The port of a new service: the one asked for if it is free, else the lowest free one.

use std::collections::BTreeSet;

use super::request::{NewError, Request};
use crate::registry::{Families, GATEWAY_PORT, Registry};
use crate::workspace::yaml::{self, Node};

/// The family of services that name none.
const DEFAULT_FAMILY: &str = "services";

/// A family and a free port of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) family: String,
    pub(super) port: u16,
}

/// What decides about ports: the registry, the ranges, and ports that others publish.
pub(super) struct Ports<'a> {
    pub(super) registry: &'a Registry,
    pub(super) families: &'a Families,
    pub(super) published: Vec<Published>,
    /// Whether the service is the one way in to the others.
    pub(super) is_gateway: bool,
}

/// A host port that a compose file publishes for something that is not registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Published {
    pub(super) port: u16,
    pub(super) service: String,
    pub(super) line: usize,
}

impl Ports<'_> {
    /// Chooses family and port for a request.
    pub(super) fn choose(&self, request: &Request) -> Result<Place, NewError> {
        let family = self.family(request)?;
        let Some(port) = request.port else {
            let port = self.lowest(&family)?;
            return Ok(Place { family, port });
        };
        let proposal = self.lowest(&family).ok();
        let ranges = self.families.get(&family);
        if !ranges.is_some_and(|ranges| ranges.contains(port)) {
            let whose = self.described(request.family.as_deref());
            return Err(NewError::PortOutside { port, whose, proposal });
        }
        match self.owner(port) {
            Some(owner) => Err(NewError::PortTaken { port, owner, proposal }),
            None => Ok(Place { family, port }),
        }
    }

    /// The family asked for, else that of the port, else the default one.
    fn family(&self, request: &Request) -> Result<String, NewError> {
        if let Some(family) = &request.family {
            // The registry's own error names the nearest family.
            if !self.families.contains_key(family) {
                self.registry.allocate(self.families, family, &BTreeSet::new())?;
            }
            return Ok(family.clone());
        }
        let wanted = request.port.or_else(|| {
            let is_free = self.is_gateway && self.owner(GATEWAY_PORT).is_none();
            is_free.then_some(GATEWAY_PORT)
        });
        let holding = wanted.and_then(|port| {
            let holds = self.families.iter().filter(|(_, ranges)| ranges.contains(port));
            let narrow = holds.min_by_key(|(_, ranges)| ranges.width_at(port));
            narrow.map(|(family, _)| family.clone())
        });
        let default = || {
            let first = self.families.keys().next();
            let known = self.families.contains_key(DEFAULT_FAMILY);
            if known { Some(DEFAULT_FAMILY.to_owned()) } else { first.cloned() }
        };
        Ok(holding.or_else(default).unwrap_or_else(|| DEFAULT_FAMILY.to_owned()))
    }

    fn lowest(&self, family: &str) -> Result<u16, NewError> {
        let mut occupied: BTreeSet<u16> = self.published.iter().map(|found| found.port).collect();
        if !self.is_gateway {
            occupied.insert(GATEWAY_PORT);
        }
        Ok(self.registry.allocate(self.families, family, &occupied)?)
    }

    fn owner(&self, port: u16) -> Option<String> {
        if let Some(owner) = self.registry.owner(port) {
            return Some(format!("{:?} (ports.yaml:{})", owner.name, owner.line));
        }
        let published = self.published.iter().find(|found| found.port == port)?;
        Some(format!("{:?} (compose file, line {})", published.service, published.line))
    }

    fn described(&self, family: Option<&str>) -> String {
        let describe = |name: &str| match self.families.get(name) {
            Some(ranges) => format!("{name} ({ranges})"),
            None => name.to_owned(),
        };
        if let Some(family) = family {
            return format!("family {}", describe(family));
        }
        let all: Vec<_> = self.families.keys().map(|name| describe(name)).collect();
        format!("every family: {}", all.join(", "))
    }
}

/// Host ports in a compose file; what is written through variables is left out.
pub(super) fn published(compose: &str) -> Vec<Published> {
    let Ok(root) = yaml::read(compose) else {
        return Vec::new();
    };
    let services = root.get("services").map_or(&[][..], Node::entries);
    let mut found = Vec::new();
    for (key, service) in services {
        let mappings = service.get("ports").map_or(&[][..], Node::items);
        for mapping in mappings {
            if let Some(port) = host_port(mapping) {
                let service = key.text().unwrap_or_default().to_owned();
                found.push(Published { port, service, line: mapping.line });
            }
        }
    }
    found
}

fn host_port(mapping: &Node) -> Option<u16> {
    if let Some(published) = mapping.get_text("published") {
        return published.parse().ok();
    }
    let text = mapping.text()?.split('/').next()?;
    let mut parts = text.rsplit(':');
    let _container = parts.next()?;
    parts.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_ports_are_found_in_every_form() {
        let text = "services:\n  db:\n    ports: [\"5432:5432\", \"127.0.0.1:8101:80/tcp\"]\n  \
            x:\n    ports:\n      - target: 80\n        published: 8102\n      - \"${PORT}:80\"\n";

        let ports: Vec<_> = published(text).into_iter().map(|found| found.port).collect();

        assert_eq!(ports, [5432, 8101, 8102]);
    }
}
