//! What a plan has to know about the workspace: a few files and which folders are there.
//!
//! Reads only, and only what `new` edits or could collide with, so that the time does not
//! grow with the services' code.

use std::collections::BTreeSet;

use camino::Utf8Path;

use super::request::NewError;
use super::source::embedded;
use crate::change::{Entry, RelPath};
use crate::registry::REGISTRY_FILE;
use crate::render::env::ENV_FILE;
use crate::workspace::{CONFIG_FILE, Config, Tree};

/// Names under which a compose file is found, in compose's own order of preference.
pub(super) const COMPOSE_FILES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// The state of a workspace that a plan is made from.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// The files that a plan may edit.
    pub tree: Tree,
    /// What is in the folders of services and libraries, below the root.
    pub taken: BTreeSet<RelPath>,
}

impl Survey {
    /// Reads what there is below `root`; a root that does not exist is empty.
    pub fn read(root: &Utf8Path, config: &Config) -> Result<Self, NewError> {
        let mut survey = Self::default();
        for name in [CONFIG_FILE, REGISTRY_FILE, ENV_FILE].into_iter().chain(COMPOSE_FILES) {
            survey.file(root, RelPath::new(name)?)?;
        }
        for path in embedded("workspace")?.targets() {
            survey.file(root, path)?;
        }
        for folder in [&config.services, &config.libs] {
            survey.folder(root, folder)?;
        }
        Ok(survey)
    }

    /// Whether anything has this name in `folder`, also in another spelling.
    pub fn has(&self, folder: &RelPath, name: &str) -> bool {
        let same = |path: &&RelPath| spelled_alike(path.name(), name);
        self.taken
            .iter()
            .filter(|path| path.parent().as_ref() == Some(folder))
            .any(|path| same(&path))
    }

    fn file(&mut self, root: &Utf8Path, path: RelPath) -> Result<(), NewError> {
        let full = root.join(path.as_path());
        let Ok(metadata) = full.symlink_metadata() else {
            return Ok(());
        };
        let failed = |error: std::io::Error| NewError::Read {
            path: full.clone(),
            message: error.to_string(),
        };
        let entry = if metadata.is_symlink() {
            let target = full.read_link_utf8().map_err(failed)?;
            Entry::Symlink { target: target.into_string() }
        } else if metadata.is_file() {
            let bytes = std::fs::read(&full).map_err(failed)?;
            Entry::file_with_mode(bytes, mode_of(&metadata))
        } else {
            return Ok(());
        };
        self.tree.set(path, entry);
        Ok(())
    }

    fn folder(&mut self, root: &Utf8Path, folder: &RelPath) -> Result<(), NewError> {
        let full = root.join(folder.as_path());
        let Ok(entries) = full.read_dir_utf8() else {
            return Ok(());
        };
        for entry in entries {
            let entry = entry.map_err(|error| NewError::Read {
                path: full.clone(),
                message: error.to_string(),
            })?;
            self.taken.insert(folder.join(entry.file_name())?);
        }
        Ok(())
    }
}

/// Package indexes and uv take `a-b`, `a_b` and `A.B` for one name.
pub(super) fn spelled_alike(left: &str, right: &str) -> bool {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '.'], "_");
    plain(left) == plain(right)
}

#[cfg(unix)]
fn mode_of(metadata: &std::fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode_of(_metadata: &std::fs::Metadata) -> u32 {
    0o644
}
