//! From paths on the command line to services in one tree.

use camino::{Utf8Path, Utf8PathBuf};

use crate::apply::Repository;
use crate::change::RelPath;
use crate::error::CommandError;
use crate::migration::ServiceTarget;
use crate::settings::Settings;
use crate::workspace::{Scope, Tree, Workspace};

/// The services of one command, below one root.
pub(in crate::command) struct Opened {
    /// The folder below which everything is read and written.
    pub(in crate::command) root: Utf8PathBuf,
    /// What is there.
    pub(in crate::command) tree: Tree,
    /// The services.
    pub(in crate::command) targets: Vec<ServiceTarget>,
}

/// Finds the root around the services (`--root`, the workspace, the git work tree, or the
/// service itself) and reads it.
pub(in crate::command) fn open(
    paths: &[Utf8PathBuf],
    settings: &Settings,
) -> Result<Opened, CommandError> {
    let services: Vec<Utf8PathBuf> = paths.iter().map(|path| settings.absolute(path)).collect();
    for service in &services {
        if !service.is_dir() {
            return Err(CommandError::input(format!("{service} is not a folder"))
                .hint("name the folder of a service, for example services/osint_service"));
        }
    }
    let root = root_of(&services[0], settings);
    let folders = services
        .iter()
        .map(|service| folder_below(&root, service))
        .collect::<Result<Vec<_>, _>>()?;
    let scope = Scope { whole: folders.iter().flatten().cloned().collect() };
    let tree = Tree::read(&root, &scope).map_err(CommandError::input)?;
    let fallback = root.file_name().unwrap_or("service");
    let targets = folders
        .into_iter()
        .map(|folder| ServiceTarget::new(&tree, folder, fallback).map_err(CommandError::input))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Opened { root, tree, targets })
}

/// The folder below which a service's files and what refers to them lie.
pub(in crate::command) fn root_of(service: &Utf8Path, settings: &Settings) -> Utf8PathBuf {
    if let Some(root) = &settings.root {
        return root.clone();
    }
    if let Ok(workspace) = Workspace::discover(None, service) {
        return workspace.root;
    }
    let repository = Repository::around(service).ok().flatten();
    let work_tree = repository.and_then(|repository| repository.work_tree());
    work_tree.unwrap_or_else(|| service.to_owned())
}

/// A service's folder below the root; none when it is the root.
pub(in crate::command) fn folder_below(
    root: &Utf8Path,
    service: &Utf8Path,
) -> Result<Option<RelPath>, CommandError> {
    let real = |path: &Utf8Path| path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let (real_root, real_service) = (real(root), real(service));
    let below = real_service.strip_prefix(&real_root).map_err(|error| {
        CommandError::input(format!("{service} is not below the root {root}: {error}"))
            .hint("give --root a folder that holds the service")
    })?;
    match below.as_str() {
        "" => Ok(None),
        text => RelPath::new(text).map(Some).map_err(CommandError::input),
    }
}
