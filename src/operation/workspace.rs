//! The workspace around a service that lies in none.

use super::Note;
use crate::change::{Entry, RelPath};
use crate::registry::{REGISTRY_FILE, Registry};
use crate::workspace::{CONFIG_FILE, Config, ServiceConfig, Tree};

/// Writes `scaffold.toml`, and `ports.yaml` when there is none, at the tree's root.
///
/// The service is registered as `name`. Does nothing where there is a `scaffold.toml`, or where the
/// service is the root itself.
pub fn make(tree: &mut Tree, folder: Option<&RelPath>, name: &str) -> Result<(), String> {
    let file = |name: &str| RelPath::new(name).map_err(|error| error.to_string());
    let (config_file, registry_file) = (file(CONFIG_FILE)?, file(REGISTRY_FILE)?);
    let Some(folder) = folder else { return Ok(()) };
    if tree.get(&config_file).is_some() {
        return Ok(());
    }
    let config = around(folder, name);
    if tree.get(&registry_file).is_none() {
        let registry = Registry::initial(&config).map_err(|error| error.to_string())?;
        tree.set(registry_file, Entry::file(registry.text()));
    }
    tree.set(config_file, Entry::file(config.render()));
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
    use crate::workspace::services;

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
