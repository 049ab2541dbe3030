//! Which trees are compared: the service with its surroundings, now and before.
//!
//! Reads only. The surroundings are the workspace or repository around the service, of which only
//! text that can refer to code is read; a service that stands alone is put into a folder of its
//! own name, so that it can be imported as a package.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::{Entry, RelPath};
use crate::workspace::{RevisionError, Scope, Tree, TreeError, work_tree};

/// Files that mark the root of a backend.
const MARKERS: [&str; 4] =
    ["scaffold.toml", "docker-compose.yml", "docker-compose.yaml", "compose.yaml"];

/// A service and where its surroundings begin.
#[derive(Debug, Clone)]
pub struct Subject {
    root: Utf8PathBuf,
    folder: Utf8PathBuf,
    service: RelPath,
}

/// Why the trees cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// The service is not a folder.
    #[error("{0} is not a folder")]
    NotAFolder(Utf8PathBuf),
    /// The service is not below the given root.
    #[error("{folder} is not below {root}")]
    Outside {
        /// The service.
        folder: Utf8PathBuf,
        /// The root.
        root: Utf8PathBuf,
    },
    /// A folder cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A revision cannot be read.
    #[error(transparent)]
    Revision(#[from] RevisionError),
}

impl Subject {
    /// The service in `folder`; its surroundings begin at `root`, or where they seem to begin.
    pub fn find(folder: &Utf8Path, root: Option<&Utf8Path>) -> Result<Self, SubjectError> {
        let folder = folder
            .canonicalize_utf8()
            .ok()
            .filter(|folder| folder.is_dir())
            .ok_or_else(|| SubjectError::NotAFolder(folder.to_owned()))?;
        let root = match root {
            Some(root) => root.canonicalize_utf8().unwrap_or_else(|_| root.to_owned()),
            None => surroundings(&folder),
        };
        let outside = || SubjectError::Outside { folder: folder.clone(), root: root.clone() };
        let below = folder.strip_prefix(&root).map_err(|_error| outside())?.as_str();
        let name = if below.is_empty() { folder.file_name().unwrap_or("service") } else { below };
        let service = RelPath::new(name).map_err(|_error| outside())?;
        Ok(Self { root, folder, service })
    }

    /// The folder of the service below the root of every tree.
    pub fn service(&self) -> &RelPath {
        &self.service
    }

    /// The folder of the service on disk.
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    /// The root of the surroundings on disk.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// As it is now.
    pub fn now(&self) -> Result<Tree, SubjectError> {
        Ok(self.placed(Tree::read(&self.root, &self.scope())?))
    }

    /// As a git revision has it.
    pub fn at(&self, revision: &str) -> Result<Tree, SubjectError> {
        Ok(self.placed(Tree::read_revision(&self.root, revision, &self.scope())?))
    }

    /// With the service as another folder has it, in the surroundings of now.
    pub fn with_folder(&self, now: &Tree, folder: &Utf8Path) -> Result<Tree, SubjectError> {
        let other = Tree::read(folder, &Scope::default())?;
        let elsewhere = now.iter().filter(|(path, _)| !path.starts_with(&self.service));
        let moved = other.iter().filter_map(|(path, entry)| {
            Some((self.service.join(path.as_str()).ok()?, entry.clone()))
        });
        let elsewhere = elsewhere.map(|(path, entry)| (path.clone(), entry.clone()));
        Ok(elsewhere.chain(moved).collect())
    }

    /// With what some paths below the folder `base` were, `None` where nothing was.
    ///
    /// Paths outside the surroundings of the service are left out.
    pub fn with_images(
        &self,
        now: &Tree,
        base: &Utf8Path,
        images: BTreeMap<RelPath, Option<Entry>>,
    ) -> Tree {
        let mut tree = now.clone();
        for (path, image) in images {
            let placed = self.placed_below(base, &path);
            match (placed, image) {
                (Some(path), Some(entry)) => tree.set(path, entry),
                (Some(path), None) => drop(tree.remove(&path)),
                (None, _) => {}
            }
        }
        tree
    }

    /// Where a path below the folder `base` is in every tree of this subject.
    pub fn placed_below(&self, base: &Utf8Path, path: &RelPath) -> Option<RelPath> {
        let full = base.join(path.as_path());
        let below = full.strip_prefix(&self.root).ok()?;
        self.place(&RelPath::new(below.as_str()).ok()?)
    }

    fn stands_alone(&self) -> bool {
        self.root == self.folder
    }

    fn scope(&self) -> Scope {
        let whole = if self.stands_alone() { Vec::new() } else { vec![self.service.clone()] };
        Scope { whole }
    }

    fn placed(&self, tree: Tree) -> Tree {
        if !self.stands_alone() {
            return tree;
        }
        let entries = tree.iter();
        entries.filter_map(|(path, entry)| Some((self.place(path)?, entry.clone()))).collect()
    }

    fn place(&self, path: &RelPath) -> Option<RelPath> {
        if self.stands_alone() { self.service.join(path.as_str()).ok() } else { Some(path.clone()) }
    }
}

/// The workspace, the repository or the compose file around the service; else as far up as folders
/// are packages; else the service alone.
fn surroundings(folder: &Utf8Path) -> Utf8PathBuf {
    let marked = |folder: &&Utf8Path| folder.join(MARKERS[0]).is_file();
    if let Some(root) = folder.ancestors().find(marked) {
        return root.to_owned();
    }
    if let Some(root) = work_tree(folder) {
        return root;
    }
    let composed = |folder: &&Utf8Path| MARKERS.iter().any(|name| folder.join(name).is_file());
    if let Some(root) = folder.ancestors().find(composed) {
        return root.to_owned();
    }
    let is_package = |folder: &Utf8Path| folder.join("__init__.py").is_file();
    let mut root = folder;
    while let Some(above) = root.parent().filter(|_| is_package(root)) {
        if !is_package(above) {
            break;
        }
        root = above;
    }
    root.to_owned()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "prepares folders to be read")]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(folder.path().canonicalize().unwrap()).unwrap();
        (folder, path)
    }

    fn write(path: &Utf8Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn the_surroundings_begin_at_the_compose_file() {
        let (_keep, root) = folder();
        write(&root.join("docker-compose.yml"), "services: {}\n");
        write(&root.join("backend/shared/a.py"), "");
        write(&root.join("backend/services/x/main.py"), "");
        write(&root.join("backend/services/x/data.bin"), "");
        write(&root.join("backend/services/y/data.bin"), "");

        let subject = Subject::find(&root.join("backend/services/x"), None).unwrap();

        assert_eq!(subject.service().as_str(), "backend/services/x");
        let tree = subject.now().unwrap();
        let names: Vec<_> = tree.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            names,
            [
                "backend/services/x/data.bin",
                "backend/services/x/main.py",
                "backend/shared/a.py",
                "docker-compose.yml"
            ]
        );
    }

    #[test]
    fn a_service_alone_stands_in_a_folder_of_its_name_on_both_sides() {
        let (_keep, root) = folder();
        write(&root.join("x_service/main.py"), "new");
        write(&root.join("old/main.py"), "old");

        let subject = Subject::find(&root.join("x_service"), None).unwrap();
        let now = subject.now().unwrap();
        let before = subject.with_folder(&now, &root.join("old")).unwrap();

        let main = RelPath::new("x_service/main.py").unwrap();
        assert_eq!(now.text(&main), Some("new"));
        assert_eq!(before.text(&main), Some("old"));
    }
}
