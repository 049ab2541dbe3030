//! Where a command runs: working folder, environment, and which folder of the tree is
//! behind a path of the container.

use std::collections::BTreeMap;

use super::StartPort;
use crate::change::RelPath;
use crate::workspace::code::NumberAt;
use crate::workspace::compose::ComposeEntry;
use crate::workspace::dockerfile::{CopyInto, Dockerfile, PortAt, join};
use crate::workspace::folder::Folder;
use crate::workspace::words::expand;

/// Where a command runs.
#[derive(Clone)]
pub(super) struct Container {
    /// The folder of the container the command starts in.
    pub(super) workdir: String,
    /// What else is set there.
    pub(super) environment: BTreeMap<String, String>,
    /// (path in the container, file or folder of the tree), innermost and latest first.
    copies: Vec<(String, Folder)>,
}

impl Container {
    /// No container: the folder itself.
    pub(super) fn none(folder: &Folder) -> Self {
        Self {
            workdir: "/".into(),
            environment: BTreeMap::new(),
            copies: vec![("/".into(), folder.clone())],
        }
    }

    /// The container of an image, perhaps as a compose entry sets it up.
    pub(super) fn of(image: &Dockerfile, context: &Folder, entry: Option<&ComposeEntry>) -> Self {
        let mut copies: Vec<_> =
            image.copies().iter().flat_map(|copy| copied(copy, context)).collect();
        let mounts = entry.map_or(&[][..], |entry| &entry.mounts);
        copies.extend(mounts.iter().map(|(path, inside)| (join("/", inside), path.clone())));
        copies.reverse();
        copies.sort_by_key(|(inside, _)| std::cmp::Reverse(inside.len()));
        let mut environment = image.environment();
        for variable in entry.map_or(&[][..], |entry| &entry.environment) {
            let value = expand(&variable.value, &BTreeMap::new());
            environment.insert(variable.name.clone(), value);
        }
        let workdir = image.workdir();
        let own = entry.and_then(|entry| entry.workdir.as_ref());
        Self { workdir: own.map_or(workdir.clone(), |to| join(&workdir, to)), environment, copies }
    }

    /// The file or folder of the tree behind a path of the container.
    pub(super) fn path_of(&self, path: &str) -> Option<Folder> {
        self.copies.iter().find_map(|(inside, outside)| {
            let rest = path.strip_prefix(inside.trim_end_matches('/'))?;
            if rest.is_empty() {
                return Some(outside.clone());
            }
            outside.folder(rest.strip_prefix('/')?)
        })
    }

    /// As [`Container::path_of`]; what is not copied or mounted is the service's folder.
    pub(super) fn folder_of(&self, path: &str, service: &Folder) -> Folder {
        self.path_of(path).unwrap_or_else(|| service.clone())
    }

    /// The port that a number in code comes to here.
    pub(super) fn port(&self, file: RelPath, number: NumberAt) -> StartPort {
        let variable = number.variable.as_ref().and_then(|name| self.environment.get(name));
        let given = variable.and_then(|value| value.parse().ok());
        let NumberAt { port, range, line, .. } = number;
        match given {
            Some(port) => StartPort { port, digits: None },
            None => StartPort { port, digits: Some((file, PortAt { port, range, line })) },
        }
    }
}

/// What one instruction copies, path by path.
fn copied(copy: &CopyInto, context: &Folder) -> Vec<(String, Folder)> {
    let pairs = copy.sources.iter().filter_map(|source| {
        let outside = context.folder(source)?;
        let name = source.trim_end_matches('/').rsplit('/').next()?;
        let is_file = name.trim_start_matches('.').contains('.');
        let inside = if copy.into_folder && is_file {
            join(&copy.destination, name)
        } else {
            copy.destination.clone()
        };
        Some((inside, outside))
    });
    pairs.collect()
}
