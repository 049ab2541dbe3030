//! Everything in a workspace that says something about ports, gathered once.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::{Families, Registry, families};
use crate::change::RelPath;
use crate::workspace::compose::{ComposeEntry, ComposeFile};
use crate::workspace::dockerfile::PortAt;
use crate::workspace::services::compose_files;
use crate::workspace::words::Word;
use crate::workspace::{Config, EntryPoint, Folder, Place, Service, Tree, entry_points, services};

/// A workspace as far as ports are concerned.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// All files.
    pub tree: &'a Tree,
    /// `scaffold.toml`.
    pub config: &'a Config,
    /// `ports.yaml`.
    pub registry: Registry,
    /// Ports per family.
    pub families: Families,
    /// Compose files that speak for several services.
    pub compose: Vec<Arc<ComposeFile>>,
    /// Every service.
    pub services: Vec<ServiceFacts>,
}

/// One service.
#[derive(Debug, Clone)]
pub struct ServiceFacts {
    /// Its name and folder.
    pub service: Service,
    /// How it is started, most trusted first.
    pub points: Vec<EntryPoint>,
}

/// A compose entry with its file.
#[derive(Debug, Clone, Copy)]
pub struct EntryOf<'a> {
    /// The file.
    pub file: &'a ComposeFile,
    /// The entry.
    pub entry: &'a ComposeEntry,
    /// The line at which the next entry begins.
    pub end: usize,
}

impl<'a> Facts<'a> {
    /// Gathers the facts of a workspace.
    pub fn gather(tree: &'a Tree, config: &'a Config, registry: Registry) -> Self {
        Self::gather_where(tree, config, registry, &services(tree, config), |_| true)
    }

    /// The same, of `all` services with only the one in `folder`.
    pub fn of_one(
        tree: &'a Tree,
        config: &'a Config,
        registry: Registry,
        (all, folder): (&[Service], &RelPath),
    ) -> Self {
        let is_wanted = |service: &Service| service.folder == *folder;
        Self::gather_where(tree, config, registry, all, is_wanted)
    }

    fn gather_where(
        tree: &'a Tree,
        config: &'a Config,
        registry: Registry,
        all: &[Service],
        is_wanted: impl Fn(&Service) -> bool,
    ) -> Self {
        let compose = compose_files(tree, all);
        let families = families(config, &registry);
        let services = all
            .iter()
            .filter(|service| is_wanted(service))
            .cloned()
            .map(|service| {
                let folder = Folder::from(service.folder.clone());
                let points = entry_points(tree, &folder, &compose);
                ServiceFacts { service, points }
            })
            .collect();
        Self { tree, config, registry, families, compose, services }
    }

    /// The compose entries that run a service: first the one at which it is reached by the
    /// registry's port, then the one that is best called like it.
    pub fn entries_of(&self, service: &Service) -> Vec<EntryOf<'_>> {
        let registered = self.registry.get(&service.name).map(|entry| entry.port);
        let is_reached = |entry: &ComposeEntry| {
            registered.is_some() && entry.ports.iter().any(|mapping| mapping.host == registered)
        };
        let mut found: Vec<EntryOf<'_>> = Vec::new();
        let entries = || self.compose.iter().flat_map(|file| &file.entries);
        let building = entries().filter(|entry| entry.runs(&service.folder));
        let names: BTreeSet<&str> = building.map(|entry| entry.name.as_str()).collect();
        // An override, or the same in another environment: it says the rest about an entry.
        let is_rest =
            |entry: &ComposeEntry| entry.build.is_none() && names.contains(entry.name.as_str());
        for file in &self.compose {
            for (index, entry) in file.entries.iter().enumerate() {
                if entry.runs(&service.folder) || is_rest(entry) {
                    let end = file.entries.get(index + 1).map_or(usize::MAX, |next| next.line);
                    found.push(EntryOf { file, entry, end });
                }
            }
        }
        found.sort_by_key(|found| {
            (!is_reached(found.entry), name_fit(&service.name, &found.entry.name))
        });
        found
    }

    /// The port at which a service listens: in the first of its entries that says so, else wherever
    /// it is started.
    pub fn listens(&self, service: &ServiceFacts) -> Option<(u16, Place)> {
        let entries = self.entries_of(&service.service);
        let mut ports = entries.iter().map(|found| service.listens(Some(&found.entry.name)));
        ports.find_map(|port| port).or_else(|| service.listens(None))
    }

    /// Host ports that compose publishes, with the entries that do.
    pub fn published(&self) -> BTreeMap<u16, Vec<EntryOf<'_>>> {
        let mut ports: BTreeMap<u16, Vec<EntryOf<'_>>> = BTreeMap::new();
        for file in &self.compose {
            for entry in &file.entries {
                let hosts: BTreeSet<u16> =
                    entry.ports.iter().filter_map(|mapping| mapping.host).collect();
                for host in hosts {
                    let found = EntryOf { file, entry, end: usize::MAX };
                    ports.entry(host).or_default().push(found);
                }
            }
        }
        ports
    }

    /// Ports that no new service may get.
    pub fn occupied(&self) -> BTreeSet<u16> {
        self.published().into_keys().collect()
    }
}

impl ServiceFacts {
    /// The port at which the service listens in a compose entry, or wherever it is started.
    pub fn listens(&self, entry: Option<&str>) -> Option<(u16, Place)> {
        let here = |point: &&EntryPoint| match entry {
            Some(name) => point.entry.as_deref() == Some(name),
            None => true,
        };
        let mut points = self.points.iter().filter(here);
        points.find_map(|point| {
            let port = point.port.as_ref()?;
            let place = match &port.digits {
                Some((file, at)) => Place { file: file.clone(), line: at.line },
                None => point.place.clone(),
            };
            Some((port.port, place))
        })
    }
}

fn name_fit(service: &str, entry: &str) -> u8 {
    let plain = |name: &str| name.replace('-', "_").to_ascii_lowercase();
    match () {
        () if service == entry => 0,
        () if plain(service) == plain(entry) => 1,
        () => 2,
    }
}

/// Ports behind `localhost:` and the like in the words of a health check.
pub fn local_ports(words: &[Word], line: usize) -> Vec<PortAt> {
    let ports = words.iter().flat_map(|word| {
        let found = url_ports(&word.text, &["localhost", "127.0.0.1", "0.0.0.0", "[::1]"]);
        found.into_iter().map(|(port, range)| {
            // A quoted word begins one byte before its text.
            let start = word.range.start + usize::from(word.range.len() > word.text.len());
            PortAt { port, range: start + range.start..start + range.end, line }
        })
    });
    ports.collect()
}

/// The numbers behind `HOST:` for each of `hosts`, with their bytes.
pub fn url_ports(text: &str, hosts: &[&str]) -> Vec<(u16, Range<usize>)> {
    let mut found = Vec::new();
    for host in hosts {
        for at in memchr::memmem::find_iter(text.as_bytes(), host) {
            let before = text[..at].chars().next_back();
            let part_of_word =
                |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '.';
            let start = at + host.len() + 1;
            let rest = text[at + host.len()..].strip_prefix(':').unwrap_or_default();
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            if before.is_some_and(part_of_word) || length == 0 {
                continue;
            }
            if let Ok(port) = rest[..length].parse() {
                found.push((port, start..start + length));
            }
        }
    }
    found.sort_by_key(|(_, range)| range.start);
    found.dedup();
    found
}

/// Whether an environment variable of this name gives the port of the service itself.
pub fn is_own_port_variable(name: &str, service: &str) -> bool {
    const GENERAL: [&str; 8] = [
        "PORT",
        "SERVICE_PORT",
        "API_PORT",
        "APP_PORT",
        "HTTP_PORT",
        "SERVER_PORT",
        "UVICORN_PORT",
        "LISTEN_PORT",
    ];
    let upper = super::variable_prefix(service);
    let short = upper.trim_end_matches("_SERVICE");
    GENERAL.contains(&name) || name == format!("{upper}_PORT") || name == format!("{short}_PORT")
}

/// A line of an env file that sets the port of its service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvPort {
    /// The file.
    pub file: RelPath,
    /// The variable.
    pub name: String,
    /// The value.
    pub value: PortAt,
    /// Whether the line is an example behind a `#`.
    pub commented: bool,
}

/// The lines of a service's own env files that set its port.
pub fn env_ports(tree: &Tree, service: &Service) -> Vec<EnvPort> {
    let mut found = Vec::new();
    for (path, _) in tree.below(&service.folder) {
        let is_own = path.parent().as_ref() == Some(&service.folder);
        if !is_own || !(path.name().starts_with(".env") || path.extension() == "env") {
            continue;
        }
        let mut offset = 0;
        for (index, line) in tree.text(path).unwrap_or_default().split_inclusive('\n').enumerate() {
            if let Some((name, port, range)) = env_line(line)
                && is_own_port_variable(name, &service.name)
            {
                let range = offset + range.start..offset + range.end;
                let value = PortAt { port, range, line: index + 1 };
                let commented = line.trim_start().starts_with('#');
                let name = name.to_owned();
                found.push(EnvPort { file: path.clone(), name, value, commented });
            }
            offset += line.len();
        }
    }
    found
}

/// `export NAME="8000"  # note` → name, port and the bytes of the port.
fn env_line(line: &str) -> Option<(&str, u16, Range<usize>)> {
    let (left, right) = line.split_once('=')?;
    let name = left.trim().trim_start_matches('#').trim_start().trim_start_matches("export ");
    let name = name.trim();
    let start = left.len() + 1;
    let digits = right.find(|c: char| !c.is_whitespace() && c != '"' && c != '\'')?;
    let length = right[digits..].bytes().take_while(u8::is_ascii_digit).count();
    let rest = right[digits + length..].trim_start_matches(['"', '\'']).trim_start();
    let port = right[digits..digits + length].parse().ok()?;
    let is_whole = rest.is_empty() || rest.starts_with('#');
    is_whole.then_some((name, port, start + digits..start + digits + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_behind_hosts_are_found_where_the_host_is_a_whole_word() {
        let text = "http://osint:8007/x my-osint:1 osint:9,osint:8008 osint:";

        let found: Vec<_> = url_ports(text, &["osint"]).into_iter().map(|(port, _)| port).collect();

        assert_eq!(found, [8007, 9, 8008]);
    }

    #[test]
    fn env_lines_give_their_port_and_its_bytes() {
        let line = "export PORT=\"8007\"  # why\n";

        let (name, port, range) = env_line(line).unwrap();

        assert_eq!((name, port, &line[range]), ("PORT", 8007, "8007"));
        assert_eq!(env_line("# PORT=8007").map(|(name, ..)| name), Some("PORT"));
        assert_eq!(env_line("PORT=8007x\n"), None);
        assert!(is_own_port_variable("OSINT_PORT", "osint-service"));
        assert!(!is_own_port_variable("REDIS_PORT", "osint-service"));
    }
}
