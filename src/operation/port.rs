//! A service's port: its entry in the registry, and what has to agree with it.
//!
//! The registry's port is the one at which others reach the service. Mapping, image and the
//! port inside the container follow it through [`crate::registry`] and [`crate::render`], as
//! `scaffold ports` does; what stays comes back with its reason.

use super::Note;
use crate::change::{ChangeSet, RelPath};
use crate::registry::check::{Finding, Level, check};
use crate::registry::facts::Facts;
use crate::registry::follow::{Following, follow};
use crate::registry::{REGISTRY_FILE, Registry, fix};
use crate::render::derive;
use crate::render::env::ENV_FILE;
use crate::workspace::{CONFIG_FILE, Config, Place, Service, StartSource, Tree, services};

/// Registers the service in `folder`, and lets code, Dockerfile and compose agree about its port.
///
/// Does nothing where there is no workspace. Fails with a sentence when the registry or
/// `scaffold.toml` cannot be read, or no port is free.
pub fn register(
    tree: &mut Tree,
    folder: Option<&RelPath>,
    name: &str,
) -> Result<Vec<Note>, String> {
    let Some((config, registry)) = workspace(tree)? else {
        return Ok(outside());
    };
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let all = services(tree, &config);
    let known = all.iter().find(|known| known.folder == *folder).cloned();
    let service =
        known.unwrap_or_else(|| Service { name: name.to_owned(), folder: folder.clone() });
    let mut notes = Vec::new();
    if registry.get(&service.name).is_none() {
        notes.extend(enter(tree, &config, registry, (&all, &service))?);
    }
    let mut at = Agreement { tree, config: &config, all: &all, service: &service };
    notes.extend(at.container()?);
    at.derived()?;
    at.image()?;
    notes.extend(at.left()?);
    Ok(notes)
}

/// Makes everything that says the port of the registered service in `folder` agree with how it is
/// started, and then, where nothing else speaks against it, with the registry.
///
/// Health checks, mappings and variables that were wrong ask, map and set something else then, and
/// so does a program that is started by hand. Fails like [`register`].
pub fn agree(tree: &mut Tree, folder: Option<&RelPath>) -> Result<Vec<Note>, String> {
    let (Some((config, registry)), Some(folder)) = (workspace(tree)?, folder) else {
        return Ok(outside());
    };
    let all = services(tree, &config);
    let Some(service) = all.iter().find(|known| known.folder == *folder) else {
        return Ok(Vec::new());
    };
    if registry.get(&service.name).is_none() {
        let path = RelPath::new(REGISTRY_FILE).map_err(|error| error.to_string())?;
        let why = format!("{} has no port here; run register-port first", service.name);
        return Ok(vec![Note::new(&path, 0, why)]);
    }
    let mut at = Agreement { tree, config: &config, all: &all, service };
    if let Some(note) = at.told()? {
        return Ok(vec![note]);
    }
    at.agreeing()?;
    let mut notes = at.container()?;
    at.derived()?;
    at.image()?;
    at.agreeing()?;
    notes.extend(at.left()?);
    Ok(notes)
}

/// `scaffold.toml` and `ports.yaml`, where both are there.
fn workspace(tree: &Tree) -> Result<Option<(Config, Registry)>, String> {
    let text = |name: &str| RelPath::new(name).ok().and_then(|path| tree.text(&path));
    let (Some(registry), Some(config)) = (text(REGISTRY_FILE), text(CONFIG_FILE)) else {
        return Ok(None);
    };
    let registry = Registry::parse(registry).map_err(|error| error.to_string())?;
    let config = Config::parse(config).map_err(|error| error.to_string())?;
    Ok(Some((config, registry)))
}

fn outside() -> Vec<Note> {
    super::workspace::missing().into_iter().collect()
}

/// Gives the service the port at which it is reached today, or the next free one.
fn enter(
    tree: &mut Tree,
    config: &Config,
    registry: Registry,
    (all, service): (&[Service], &Service),
) -> Result<Option<Note>, String> {
    let facts = Facts::of_one(tree, config, registry, (all, &service.folder));
    let (family, port) =
        fix::place(&facts, &facts.registry, service, None).map_err(|error| error.to_string())?;
    let today = reached_at(&facts, service).filter(|today| *today != port);
    let registry = facts.registry.insert(&service.name, &family, port);
    let registry = registry.map_err(|error| error.to_string())?;
    put(tree, REGISTRY_FILE, registry.text());
    let name = &service.name;
    Ok(today.and_then(|today| {
        let message =
            format!("{name} is reached at {today}, which is taken or in no family; it got {port}");
        RelPath::new(REGISTRY_FILE).ok().map(|path| Note::new(&path, 0, message))
    }))
}

/// The published port that leads to the service, else another one of it, else the one at which
/// it listens.
fn reached_at(facts: &Facts<'_>, service: &Service) -> Option<u16> {
    let known = facts.services.iter().find(|known| known.service.folder == service.folder);
    let entries = facts.entries_of(service);
    let leading = entries.iter().find_map(|found| {
        let (port, _) = known?.listens(Some(&found.entry.name))?;
        found.entry.ports.iter().find(|mapping| mapping.container.port == port)?.host
    });
    let published = || {
        let mut ports = entries.iter().flat_map(|found| &found.entry.ports);
        ports.find_map(|mapping| mapping.host)
    };
    leading.or_else(published).or_else(|| known?.listens(None).map(|(port, _)| port))
}

/// Makes what belongs to one service agree with the registry.
struct Agreement<'a> {
    tree: &'a mut Tree,
    config: &'a Config,
    all: &'a [Service],
    service: &'a Service,
}

impl Agreement<'_> {
    /// The facts of the workspace, with this service only.
    fn facts(&self) -> Result<Facts<'_>, String> {
        let path = RelPath::new(REGISTRY_FILE).map_err(|error| error.to_string())?;
        let text = self.tree.text(&path).unwrap_or_default();
        let registry = Registry::parse(text).map_err(|error| error.to_string())?;
        Ok(Facts::of_one(self.tree, self.config, registry, (self.all, &self.service.folder)))
    }

    fn apply(&mut self, changes: &ChangeSet) {
        *self.tree = self.tree.with(changes);
    }

    /// The port inside the container, with every reference to it, or the reasons why it stays.
    fn container(&mut self) -> Result<Vec<Note>, String> {
        let following = follow(&self.facts()?).map_err(|error| error.to_string())?;
        self.apply(&following.changes);
        Ok(reasons(&following))
    }

    /// The published port, and env files that are there.
    fn derived(&mut self) -> Result<(), String> {
        let facts = self.facts()?;
        let derived = derive::compose(&facts, false).map_err(|error| error.to_string())?;
        let has_env = RelPath::new(ENV_FILE).is_ok_and(|path| self.tree.get(&path).is_some());
        let env = if has_env { derive::env(&facts) } else { ChangeSet::new() };
        self.apply(&derived.changes);
        self.apply(&env);
        Ok(())
    }

    /// `EXPOSE` of an image that listens elsewhere.
    fn image(&mut self) -> Result<(), String> {
        let facts = self.facts()?;
        let changes = fix::images(&facts, &self.own(&facts)).map_err(|error| error.to_string())?;
        self.apply(&changes);
        Ok(())
    }

    /// Why nothing can be said about the port: the environment may tell the service another one than
    /// the command that starts it has.
    fn told(&self) -> Result<Option<Note>, String> {
        let facts = self.facts()?;
        let known = facts.services.iter().find(|known| known.service == *self.service);
        let Some(known) = known else { return Ok(None) };
        let commands = known.points.iter().filter(|point| {
            point.port.is_some()
                && matches!(point.source, StartSource::Compose | StartSource::Dockerfile)
        });
        let mut is_commanded = false;
        for point in commands {
            let digits = point.port.as_ref().and_then(|port| port.digits.as_ref());
            let is_literal = digits.is_some_and(|(file, at)| {
                let text = self.tree.text(file).unwrap_or_default();
                let line = text[..at.range.start].rfind('\n').map_or(0, |found| found + 1);
                let before = &text[line..at.range.start];
                let is_setting =
                    ["ENV", "ARG"].iter().any(|word| before.trim_start().starts_with(word));
                !before.ends_with('-') && !is_setting
            });
            if !is_literal {
                let Place { file, line } = &point.place;
                let why = "the port stays: a variable tells it to the command, and what sets that is not known";
                return Ok(Some(Note::new(file, *line, why)));
            }
            is_commanded = true;
        }
        let folder = &self.service.folder;
        let why = "the port stays: no command says it, so the environment may set another one";
        Ok((!is_commanded).then(|| Note::new(folder, 0, why)))
    }

    /// What disagrees with the command that starts the service.
    fn agreeing(&mut self) -> Result<(), String> {
        let facts = self.facts()?;
        let changes =
            fix::agreeing(&facts, &self.own(&facts)).map_err(|error| error.to_string())?;
        self.apply(&changes);
        Ok(())
    }

    /// The findings about this service.
    fn own(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let is_own = |finding: &Finding| finding.service.as_ref() == Some(&self.service.name);
        check(facts).into_iter().filter(is_own).collect()
    }

    /// What still disagrees.
    fn left(&self) -> Result<Vec<Note>, String> {
        let facts = self.facts()?;
        let findings = self.own(&facts).into_iter().filter(|finding| finding.level == Level::Error);
        let note = |finding: Finding| {
            let message = format!("{}; {}", finding.message, finding.help);
            Note::new(&finding.place.file, finding.place.line, message)
        };
        Ok(findings.map(note).collect())
    }
}

fn reasons(following: &Following) -> Vec<Note> {
    let mut notes = Vec::new();
    for stayed in &following.stayed {
        for reason in &stayed.reasons {
            let message = format!(
                "the port in the container stays {} beside {} in {REGISTRY_FILE}: {}",
                stayed.port, stayed.registered, reason.what
            );
            notes.push(Note::new(&reason.place.file, reason.place.line, message));
        }
    }
    notes
}

fn put(tree: &mut Tree, name: &str, text: &str) {
    let Ok(path) = RelPath::new(name) else { return };
    if let Some(entry) = tree.get(&path).map(|entry| entry.with_bytes(text)) {
        tree.set(path, entry);
    }
}
