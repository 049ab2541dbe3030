//! The workspace around a service that lies in none.

use toml_edit::{DocumentMut, Item, Table, value};

use super::Note;
use crate::change::{Entry, RelPath};
use crate::operation::text::restore;
use crate::registry::{REGISTRY_FILE, Registry};
use crate::workspace::{CONFIG_FILE, Config, ServiceConfig, Tree, services};

/// Writes `scaffold.toml`, and `ports.yaml` when there is none, at the tree's root.
///
/// The service is registered as `name`. Where there is a `scaffold.toml`, only the path of a service
/// that it does not lead to is added. Does nothing where the service is the root itself.
pub fn make(tree: &mut Tree, folder: Option<&RelPath>, name: &str) -> Result<(), String> {
    let file = |name: &str| RelPath::new(name).map_err(|error| error.to_string());
    let (config_file, registry_file) = (file(CONFIG_FILE)?, file(REGISTRY_FILE)?);
    let Some(folder) = folder else { return Ok(()) };
    if let Some(text) = tree.text(&config_file) {
        let text = text.to_owned();
        return name_path(tree, &config_file, &text, (folder, name));
    }
    let config = around(folder, name);
    if tree.get(&registry_file).is_none() {
        let registry = Registry::initial(&config).map_err(|error| error.to_string())?;
        tree.set(registry_file, Entry::file(registry.text()));
    }
    tree.set(config_file, Entry::file(config.render()));
    Ok(())
}

/// Names the path of a service that the workspace would not find: one that lies deeper than others.
fn name_path(
    tree: &mut Tree,
    file: &RelPath,
    text: &str,
    (folder, name): (&RelPath, &str),
) -> Result<(), String> {
    let config = Config::parse(text).map_err(|error| error.to_string())?;
    let is_below = config.services.parent().is_none_or(|home| folder.starts_with(&home));
    let is_known = services(tree, &config).iter().any(|service| service.folder == *folder);
    let is_left_out = config.exclude.iter().any(|excluded| excluded == folder.name());
    if is_known || is_left_out || !is_below || config.overrides.contains_key(name) {
        return Ok(());
    }
    let mut document = text.parse::<DocumentMut>().map_err(|error| error.message().to_owned())?;
    let mut implicit = Table::new();
    implicit.set_implicit(true);
    let table = document.entry("services").or_insert(Item::Table(implicit));
    let mut service = Table::new();
    service.insert("path", value(folder.as_str()));
    let table = table.as_table_mut().ok_or("scaffold.toml: [services] is no table")?;
    table.insert(name, Item::Table(service));
    if let Some(entry) = tree.get(file) {
        let entry = entry.with_bytes(restore(text, &document.to_string()));
        tree.set(file.clone(), entry);
    }
    Ok(())
}

/// What a step that needs a workspace says where there is none.
pub fn missing() -> Option<Note> {
    let path = RelPath::new(CONFIG_FILE).ok()?;
    let message = "there is no workspace around the service, so it has no port registry and no \
        shared libraries; `scaffold init --adopt` in a folder around it makes one";
    Some(Note::new(&path, 0, message))
}

/// A configuration that finds the service: by the folder around it, or by its own path.
fn around(folder: &RelPath, name: &str) -> Config {
    let mut config = Config::new("workspace");
    if let Some(parent) = folder.parent().filter(|_| folder.name() == name) {
        config.services = parent;
    } else {
        let service = ServiceConfig { path: Some(folder.clone()), family: None };
        config.overrides.insert(name.to_owned(), service);
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_workspace_finds_its_service_wherever_it_lies() {
        for folder in ["backend/services/parcels", "parcels", "parcels/src"] {
            let folder = RelPath::new(folder).unwrap();
            let file = |name: &str| (folder.join(name).unwrap(), Entry::file(""));
            let mut tree: Tree = [file("main.py"), file("pyproject.toml")].into_iter().collect();

            make(&mut tree, Some(&folder), "parcels").unwrap();

            let config = tree.text(&RelPath::new(CONFIG_FILE).unwrap()).unwrap();
            let found = services(&tree, &Config::parse(config).unwrap());
            assert_eq!(found.iter().map(|service| &service.folder).collect::<Vec<_>>(), [&folder]);
        }
    }
}
