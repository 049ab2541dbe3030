//! Finding the workspace that a folder belongs to.
//!
//! Looks upwards for `scaffold.toml` and reads it; makes nothing.

use camino::{Utf8Path, Utf8PathBuf};

use super::config::{CONFIG_FILE, Config, ConfigError};
use super::{Scope, Tree, TreeError};
use crate::change::RelPath;

/// A folder with a `scaffold.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// The folder, absolute.
    pub root: Utf8PathBuf,
    /// What its `scaffold.toml` says.
    pub config: Config,
}

/// Why no workspace can be used.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// None here, and none above.
    #[error("no {CONFIG_FILE} in {0} or above")]
    NotFound(Utf8PathBuf),
    /// It cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It says something that is not understood.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl Workspace {
    /// The workspace at `root`, or without one the nearest at `cwd` or above.
    pub fn discover(root: Option<&Utf8Path>, cwd: &Utf8Path) -> Result<Self, WorkspaceError> {
        let found = match root {
            Some(root) => Some(root).filter(|root| root.join(CONFIG_FILE).is_file()),
            None => cwd.ancestors().find(|folder| folder.join(CONFIG_FILE).is_file()),
        };
        match found {
            Some(folder) => Self::open(folder),
            None => Err(WorkspaceError::NotFound(root.unwrap_or(cwd).to_owned())),
        }
    }

    /// The workspace whose `scaffold.toml` is in `root`.
    pub fn open(root: &Utf8Path) -> Result<Self, WorkspaceError> {
        let path = root.join(CONFIG_FILE);
        let text = std::fs::read_to_string(&path)
            .map_err(|source| WorkspaceError::Read { path, source })?;
        let config = Config::parse(&text)?;
        Ok(Self { root: root.to_owned(), config })
    }

    /// Reads every file of the workspace.
    pub fn whole_tree(&self) -> Result<Tree, TreeError> {
        Tree::read(&self.root, &Scope::default())
    }

    /// Reads the files of the workspace that can refer to code or ports.
    pub fn tree(&self) -> Result<Tree, TreeError> {
        let only_text = RelPath::new(CONFIG_FILE).into_iter().collect();
        Tree::read(&self.root, &Scope { whole: only_text })
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests make folders to look at")]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_workspace_upwards_is_found_and_an_asked_for_one_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let deep = root.join("services/osint/tests");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(root.join(CONFIG_FILE), "[workspace]\nname = \"demo\"\n").unwrap();

        let found = Workspace::discover(None, &deep).unwrap();
        let asked = Workspace::discover(Some(&deep), &deep);

        assert_eq!(found.root, root);
        assert_eq!(found.config.name, "demo");
        assert!(matches!(asked, Err(WorkspaceError::NotFound(path)) if path == deep));
    }
}
