//! A service's entry in the port registry.

use std::collections::BTreeSet;

use super::Note;
use crate::change::RelPath;
use crate::registry::{REGISTRY_FILE, Registry, families};
use crate::workspace::compose::{ComposeFile, is_compose_file};
use crate::workspace::{Config, EntryPoint, Folder, Tree, entry_points};

/// The family of services that no other family claims.
const DEFAULT_FAMILY: &str = "services";

/// Registers `name` with the port at which the service in `folder` is started.
///
/// Does nothing where there is no registry or the service has its entry. Fails with a sentence
/// when the registry or `scaffold.toml` cannot be read, or no port is free.
pub fn register(
    tree: &mut Tree,
    folder: Option<&RelPath>,
    name: &str,
) -> Result<Option<Note>, String> {
    let path = RelPath::new(REGISTRY_FILE).map_err(|error| error.to_string())?;
    let config_path = RelPath::new("scaffold.toml").map_err(|error| error.to_string())?;
    let (Some(text), Some(config)) = (tree.text(&path), tree.text(&config_path)) else {
        return Ok(None);
    };
    let registry = Registry::parse(text).map_err(|error| format!("{REGISTRY_FILE}: {error}"))?;
    let config = Config::parse(config).map_err(|error| error.to_string())?;
    if registry.get(name).is_some() {
        return Ok(None);
    }
    let families = families(&config, &registry);
    let started = starts(tree, folder).into_iter().find_map(|entry| entry.port);
    let started = started.map(|port| port.port);
    let fits =
        |port: &u16| registry.owner(*port).is_none() && config.family_of_port(*port).is_some();
    let (family, port) = if let Some(port) = started.filter(fits) {
        (config.family_of_port(port).unwrap_or(DEFAULT_FAMILY).to_owned(), port)
    } else {
        let free = registry.allocate(&families, DEFAULT_FAMILY, &BTreeSet::new());
        (DEFAULT_FAMILY.to_owned(), free.map_err(|error| error.to_string())?)
    };
    let registry = registry.insert(name, &family, port).map_err(|error| error.to_string())?;
    let note = started.filter(|started| *started != port).map(|started| {
        let message = format!(
            "{name} is started on {started}, which is taken or in no family; it got {port}"
        );
        Note::new(&path, 0, message)
    });
    if let Some(entry) = tree.get(&path).map(|entry| entry.with_bytes(registry.text())) {
        tree.set(path, entry);
    }
    Ok(note)
}

/// How the service is started, most trusted first.
pub fn starts(tree: &Tree, folder: Option<&RelPath>) -> Vec<EntryPoint> {
    let compose: Vec<ComposeFile> = tree
        .iter()
        .filter(|(path, _)| is_compose_file(path))
        .filter_map(|(path, entry)| ComposeFile::parse(path, entry.text()?).ok())
        .collect();
    let folder = Folder::from(folder.cloned());
    entry_points(tree, &folder, &compose)
}
