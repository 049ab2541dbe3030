//! The files of a workspace that follow its registry.

use crate::change::{ChangeSet, Entry, RelPath};
use crate::registry::facts::{EntryOf, Facts};
use crate::workspace::Service;
use crate::workspace::compose::Mapping;
use crate::workspace::dockerfile::Dockerfile;

use super::compose::{self, COMPOSE_FILE, ComposeError, ComposeService};
use super::env::{self, ENV_FILE};

/// What `scaffold render compose` changes, and what it leaves to the user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Derived {
    /// The files that change.
    pub changes: ChangeSet,
    /// Registered services that no compose file starts.
    pub missing: Vec<String>,
}

/// Sets the host ports of every service that compose publishes, unless another entry is published
/// there; with `add_missing`, services with a Dockerfile that no compose file starts are added.
pub fn compose(facts: &Facts<'_>, add_missing: bool) -> Result<Derived, ComposeError> {
    let mut texts: Vec<(RelPath, String)> = Vec::new();
    for file in &facts.compose {
        let text = facts.tree.text(&file.path).unwrap_or_default();
        texts.push((file.path.clone(), text.to_owned()));
    }
    let mut missing = Vec::new();
    for known in &facts.services {
        let name = &known.service.name;
        let Some(registered) = facts.registry.get(name) else { continue };
        let Some(found) = facts.entries_of(&known.service).into_iter().next() else {
            missing.push(name.clone());
            continue;
        };
        let Some((port, _)) = known.listens(Some(&found.entry.name)) else { continue };
        let leads_there = |mapping: &&Mapping| mapping.container.port == port;
        let host = found.entry.ports.iter().find(leads_there).and_then(|mapping| mapping.host);
        if host.is_none_or(|host| host == registered.port) {
            continue;
        }
        if is_taken(facts, registered.port, &found) {
            // Two would be published at one port; `ports check` says so.
            continue;
        }
        let holds = |(path, _): &&mut (RelPath, String)| *path == found.file.path;
        if let Some((_, text)) = texts.iter_mut().find(holds) {
            *text = compose::set_host_port(text, &found.entry.name, (registered.port, port))?;
        }
    }
    if add_missing {
        add(facts, &mut texts, &mut missing)?;
    }
    let mut changes = ChangeSet::new();
    for (path, text) in texts {
        put(&mut changes, facts, path, &text);
    }
    Ok(Derived { changes, missing })
}

/// Whether another entry is published at a port and does not get another one by this as well.
fn is_taken(facts: &Facts<'_>, port: u16, own: &EntryOf<'_>) -> bool {
    let leaves = |other: &EntryOf<'_>| {
        facts.services.iter().any(|known| {
            let entries = facts.entries_of(&known.service);
            let is_its = entries.first().is_some_and(|first| first.entry.name == other.entry.name);
            let registered = facts.registry.get(&known.service.name);
            is_its && registered.is_some_and(|entry| entry.port != port)
        })
    };
    let published = facts.published();
    let others = published.get(&port).map_or(&[][..], Vec::as_slice);
    others.iter().any(|other| other.entry.name != own.entry.name && !leaves(other))
}

fn add(
    facts: &Facts<'_>,
    texts: &mut Vec<(RelPath, String)>,
    missing: &mut Vec<String>,
) -> Result<(), ComposeError> {
    let target = path(COMPOSE_FILE);
    if !texts.iter().any(|(path, _)| *path == target) {
        let text = facts.tree.text(&target).unwrap_or(compose::EMPTY);
        texts.push((target.clone(), text.to_owned()));
    }
    let Some((_, text)) = texts.iter_mut().find(|(path, _)| *path == target) else { return Ok(()) };
    for known in &facts.services {
        let service = &known.service;
        let dockerfile = service.folder.join("Dockerfile").ok();
        let has_image = dockerfile.as_ref().is_some_and(|path| facts.tree.get(path).is_some());
        let (Some(dockerfile), Some(registered)) = (dockerfile, facts.registry.get(&service.name))
        else {
            continue;
        };
        if !missing.contains(&service.name) || !has_image || !is_built_from_root(facts, &dockerfile)
        {
            continue;
        }
        let listens = known.listens(None).map_or(registered.port, |(port, _)| port);
        let entry = ComposeService {
            name: service.name.clone(),
            dockerfile: dockerfile.as_str().to_owned(),
            host_port: registered.port,
            container_port: listens,
            health_path: None,
            environment: for_development(facts, service),
        };
        *text = compose::upsert_service(text, &entry)?;
        missing.retain(|name| *name != service.name);
    }
    Ok(())
}

/// What a service is told whose settings know where it runs: that it is not production.
fn for_development(facts: &Facts<'_>, service: &Service) -> Vec<(String, String)> {
    let example = service.folder.join(".env.example").ok();
    let example = example.and_then(|path| facts.tree.text(&path)).unwrap_or_default();
    let variable = format!("{}_ENVIRONMENT", service.name.to_uppercase().replace('-', "_"));
    let is_known = example.contains(&format!("{variable}=development"));
    is_known.then(|| (variable, "development".to_owned())).into_iter().collect()
}

/// Whether a Dockerfile copies from its own folder as seen from the workspace's root.
fn is_built_from_root(facts: &Facts<'_>, dockerfile: &RelPath) -> bool {
    let copies = facts.tree.text(dockerfile).map(|text| Dockerfile::parse(text).copies());
    let folder = dockerfile.parent();
    copies.unwrap_or_default().iter().flat_map(|copy| &copy.sources).any(|source| {
        let source = RelPath::new(source).ok();
        source.zip(folder.as_ref()).is_some_and(|(source, folder)| source.starts_with(folder))
    })
}

/// What `scaffold render env` changes.
pub fn env(facts: &Facts<'_>) -> ChangeSet {
    let target = path(ENV_FILE);
    let text = env::render(facts.tree.text(&target), &facts.registry);
    let mut changes = ChangeSet::new();
    put(&mut changes, facts, target, &text);
    changes
}

fn put(changes: &mut ChangeSet, facts: &Facts<'_>, path: RelPath, text: &str) {
    match facts.tree.get(&path) {
        Some(before) => changes.replace(path, before.clone(), before.with_bytes(text)),
        None => changes.create(path, Entry::file(text)),
    }
}

fn path(name: &str) -> RelPath {
    RelPath::new(name).expect("a fixed relative path")
}
