//! From paths on the command line to services in trees, one tree for each root.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;

use super::MigrateArgs;
use super::apply::open_session;
use crate::change::RelPath;
use crate::command::workspace::{folder_below, narrowed, root_of};
use crate::error::CommandError;
use crate::migration::{ServiceTarget, TargetError};
use crate::report::Printer;
use crate::settings::Settings;
use crate::workspace::{Scope, Tree};

/// A service, or the path that is none.
pub(in crate::command) type Target = Result<ServiceTarget, (Utf8PathBuf, TargetError)>;

/// The services below one root.
pub(in crate::command) struct Group {
    /// The folder below which everything is read and written.
    pub(in crate::command) root: Utf8PathBuf,
    /// What is there.
    pub(in crate::command) tree: Tree,
    /// The services, in the order in which they were named.
    pub(in crate::command) targets: Vec<Target>,
}

/// Finds the root around each service (`--root`, the workspace, the git work tree, or the
/// service itself) and reads it. What an earlier crash left is put in order first.
pub(super) fn open(
    args: &MigrateArgs,
    settings: &Settings,
    printer: &Printer,
) -> Result<Vec<Group>, CommandError> {
    let mut places: BTreeMap<Utf8PathBuf, Vec<(Utf8PathBuf, Option<RelPath>)>> = BTreeMap::new();
    for (root, path, folder) in locate(&args.paths, settings)? {
        let folders = places.entry(root).or_default();
        if !folders.iter().any(|(_, known)| *known == folder) {
            folders.push((path, folder));
        }
    }
    let mut groups = Vec::new();
    for (root, folders) in places {
        if args.writes() {
            open_session(&root, settings, printer)?;
        }
        groups.push(read(root, folders)?);
    }
    Ok(groups)
}

/// The services at some paths, to be looked at only.
pub(in crate::command) fn look(
    paths: &[Utf8PathBuf],
    settings: &Settings,
) -> Result<Vec<Group>, CommandError> {
    let mut places: BTreeMap<Utf8PathBuf, Vec<(Utf8PathBuf, Option<RelPath>)>> = BTreeMap::new();
    for (root, path, folder) in locate(paths, settings)? {
        places.entry(root).or_default().push((path, folder));
    }
    places.into_iter().map(|(root, folders)| read(root, folders)).collect()
}

/// Each path with its root and its folder below it.
pub(super) fn locate(
    paths: &[Utf8PathBuf],
    settings: &Settings,
) -> Result<Vec<(Utf8PathBuf, Utf8PathBuf, Option<RelPath>)>, CommandError> {
    let place = |path: &Utf8PathBuf| {
        let service = settings.absolute(path);
        if !service.is_dir() {
            return Err(CommandError::input(format!("{service} is not a folder"))
                .hint("name the folder of a service, for example services/osint_service"));
        }
        let root = root_of(&service, settings);
        let folder = narrowed(&root, folder_below(&root, &service)?)?;
        Ok((root, path.clone(), folder))
    };
    paths.iter().map(place).collect()
}

fn read(
    root: Utf8PathBuf,
    folders: Vec<(Utf8PathBuf, Option<RelPath>)>,
) -> Result<Group, CommandError> {
    let whole = folders.iter().filter_map(|(_, folder)| folder.clone());
    let scope = Scope { whole: whole.collect() };
    let tree = Tree::read(&root, &scope).map_err(CommandError::input)?;
    let fallback = root.file_name().unwrap_or("service");
    let targets = folders.into_iter().map(|(path, folder)| {
        ServiceTarget::new(&tree, folder, fallback).map_err(|error| (path, error))
    });
    let targets = targets.collect();
    Ok(Group { root, tree, targets })
}
