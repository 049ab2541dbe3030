//! A tree as a git revision has it, without touching the work tree.

use camino::{Utf8Path, Utf8PathBuf};
use git2::{ObjectType, Repository, TreeWalkMode, TreeWalkResult};

use super::tree::is_generated;
use super::{Scope, Tree};
use crate::change::{Entry, RelPath};

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// The folder is not in a git work tree.
    #[error("{0} is not in a git work tree")]
    NoRepository(Utf8PathBuf),
    /// The repository has no such revision.
    #[error("there is no revision {name:?} in {root}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The repository.
        root: Utf8PathBuf,
    },
    /// git failed.
    #[error("cannot read revision {name:?}: {source}")]
    Git {
        /// What was asked for.
        name: String,
        /// What git said.
        source: git2::Error,
    },
}

/// The work tree that holds `folder`, if one does.
pub fn work_tree(folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let repository = Repository::discover(folder).ok()?;
    let root = repository.workdir()?.canonicalize().ok()?;
    Utf8PathBuf::try_from(root).ok()
}

impl Tree {
    /// Reads `folder` as the revision `name` of its repository has it.
    ///
    /// `folder` is a folder of the work tree, and need not exist any more; the paths of the result are
    /// below it, as far as `scope` reads them.
    pub fn read_revision(
        folder: &Utf8Path,
        name: &str,
        scope: &Scope,
    ) -> Result<Self, RevisionError> {
        let root = work_tree(folder).ok_or_else(|| RevisionError::NoRepository(folder.into()))?;
        let failed = |source| RevisionError::Git { name: name.to_owned(), source };
        let repository = Repository::open(&root).map_err(failed)?;
        let commit = repository.revparse_single(name).and_then(|found| found.peel_to_commit());
        let unknown = || RevisionError::Unknown { name: name.to_owned(), root: root.clone() };
        let tree = commit.map_err(|_error| unknown())?.tree().map_err(failed)?;
        let below = folder.strip_prefix(&root).map(Utf8Path::as_str).unwrap_or_default();
        let tree = if below.is_empty() {
            tree
        } else {
            let entry = tree.get_path(below.as_ref()).map_err(failed)?;
            entry.to_object(&repository).and_then(|object| object.peel_to_tree()).map_err(failed)?
        };
        let mut found = Vec::new();
        let walked = tree.walk(TreeWalkMode::PreOrder, |parent, entry| {
            found.extend(read_entry(&repository, parent, entry, scope));
            TreeWalkResult::Ok
        });
        walked.map_err(failed)?;
        Ok(found.into_iter().collect())
    }
}

/// A file or link of the revision; folders, submodules and names that are not UTF-8 are none.
fn read_entry(
    repository: &Repository,
    parent: &str,
    entry: &git2::TreeEntry<'_>,
    scope: &Scope,
) -> Option<(RelPath, Entry)> {
    if entry.kind() != Some(ObjectType::Blob) {
        return None;
    }
    let path = RelPath::new(format!("{parent}{}", entry.name().ok()?)).ok()?;
    // As on disk, what tools wrote is no part of a service, also where it was committed.
    let is_filled = parent.split('/').any(is_generated);
    if is_filled || !scope.reads(&path) {
        return None;
    }
    let blob = repository.find_blob(entry.id()).ok()?;
    let entry = match entry.filemode() {
        0o120_000 => Entry::Symlink { target: String::from_utf8(blob.content().to_vec()).ok()? },
        0o100_755 => Entry::file_with_mode(blob.content(), 0o755),
        _ => Entry::file(blob.content()),
    };
    Some((path, entry))
}

#[cfg(test)]
mod tests {
    use git2::{IndexAddOption, RepositoryInitOptions, Signature};

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "prepares a repository to be read")]
    fn a_revision_is_read_whatever_the_work_tree_holds() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::try_from(folder.path().canonicalize().unwrap()).unwrap();
        let mut options = RepositoryInitOptions::new();
        let repository =
            Repository::init_opts(&root, options.initial_head("main").mkdir(true)).unwrap();
        std::fs::create_dir_all(root.join("services/x")).unwrap();
        std::fs::write(root.join("services/x/main.py"), "old").unwrap();
        let mut index = repository.index().unwrap();
        index.add_all(["*"], IndexAddOption::DEFAULT, None).unwrap();
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let author = Signature::now("somebody", "somebody@example.com").unwrap();
        repository.commit(Some("HEAD"), &author, &author, "one", &tree, &[]).unwrap();
        std::fs::write(root.join("services/x/main.py"), "new").unwrap();

        let whole = Tree::read_revision(&root, "HEAD", &Scope::default()).unwrap();
        let part = Tree::read_revision(&root.join("services"), "main", &Scope::default()).unwrap();
        let unknown = Tree::read_revision(&root, "nope", &Scope::default()).unwrap_err();

        let text =
            |tree: &Tree, name: &str| tree.text(&RelPath::new(name).unwrap()).map(str::to_owned);
        assert_eq!(text(&whole, "services/x/main.py").as_deref(), Some("old"));
        assert_eq!(text(&part, "x/main.py").as_deref(), Some("old"));
        assert!(matches!(unknown, RevisionError::Unknown { .. }));
    }
}
