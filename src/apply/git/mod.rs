//! The repository around a root: is it clean, and commits of exactly what we changed.
//!
//! Runs no hook and signs nothing; the index is touched at our paths only. Whatever else the
//! user has staged or edited stays staged or edited, and is in none of our commits.

mod commit;
mod history;

pub(super) use commit::CommitRequest;
pub(super) use history::History;

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use git2::{ErrorCode, RepositoryState, Status, StatusOptions};

use crate::change::RelPath;

/// Whether a step is committed, and on which trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GitMode {
    /// Commit inside a work tree; refuse when a path concerned has changes of the user's.
    #[default]
    Clean,
    /// Commit inside a work tree, together with changes of the user's to the same paths.
    AllowDirty,
    /// Never commit: before-images only, as outside of git.
    Never,
}

/// Why the repository cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The library said no.
    #[error("git: cannot {action}")]
    Library {
        /// What was tried.
        action: &'static str,
        /// Why not.
        source: git2::Error,
    },
    /// Paths concerned have changes that are not committed.
    #[error("not committed: {}", super::error::list(.0))]
    Dirty(Vec<RelPath>),
    /// A merge, rebase or the like is under way, or the index has conflicts.
    #[error("the repository is in the middle of a {0}")]
    Busy(&'static str),
    /// A path lies in another repository.
    #[error("{0} lies in a submodule")]
    Submodule(RelPath),
    /// The repository is not where paths of this root can be named in it.
    #[error("the root is not below the work tree {0}")]
    Elsewhere(Utf8PathBuf),
}

/// The repository whose work tree holds a root.
pub struct Repository {
    inner: git2::Repository,
    /// The root's place in the work tree; `None` when they are the same folder.
    prefix: Option<RelPath>,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Repository").field(&self.inner.path()).finish()
    }
}

impl Repository {
    /// The repository around `root`, if there is one with a work tree.
    pub fn around(root: &Utf8Path) -> Result<Option<Self>, GitError> {
        let inner = match git2::Repository::discover(root) {
            Ok(inner) => inner,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(library("open the repository")(error)),
        };
        let Some(work_tree) = inner.workdir() else {
            return Ok(None);
        };
        let shown = Utf8PathBuf::from(work_tree.display().to_string());
        let canonical = |path: &Utf8Path| path.canonicalize_utf8();
        let (Ok(top), Ok(root)) = (canonical(&shown), canonical(root)) else {
            return Err(GitError::Elsewhere(shown));
        };
        let prefix = match root.strip_prefix(&top) {
            Ok(below) if below.as_str().is_empty() => None,
            Ok(below) => {
                RelPath::new(below).map(Some).map_err(|_error| GitError::Elsewhere(top))?
            }
            Err(_) => return Err(GitError::Elsewhere(top)),
        };
        Ok(Some(Self { inner, prefix }))
    }

    /// The folder of the work tree, absolute.
    pub fn work_tree(&self) -> Option<Utf8PathBuf> {
        Utf8PathBuf::from_path_buf(self.inner.workdir()?.to_owned()).ok()
    }

    /// Paths below the root with changes that are not committed, untracked files included.
    ///
    /// `concerned` limits the question; `None` asks about everything below the root. What
    /// running commands of ours leave there for a moment does not count.
    pub fn dirty(&self, concerned: Option<&BTreeSet<RelPath>>) -> Result<Vec<RelPath>, GitError> {
        if concerned.is_some_and(BTreeSet::is_empty) {
            return Ok(Vec::new());
        }
        let mut options = StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true);
        options.include_ignored(false).exclude_submodules(true);
        options.disable_pathspec_match(true);
        match (concerned, &self.prefix) {
            (Some(paths), _) => paths.iter().for_each(|path| {
                options.pathspec(self.inside(path).as_str());
            }),
            (None, Some(prefix)) => {
                options.pathspec(prefix.as_str());
            }
            (None, None) => {}
        }
        let statuses =
            self.inner.statuses(Some(&mut options)).map_err(library("read the status"))?;
        let changed = statuses.iter().filter(|entry| entry.status() != Status::CURRENT);
        let paths = changed.filter_map(|entry| self.outside(entry.path().ok()?));
        let ours = |path: &RelPath| path.segments().take(2).eq([".scaffold", "run"]);
        let concerns = |path: &RelPath| concerned.is_none_or(|paths| paths.contains(path));
        Ok(paths.filter(|path| !ours(path) && concerns(path)).collect())
    }

    /// Refuses while a merge, rebase, cherry-pick … is under way.
    pub fn check_ready(&self) -> Result<(), GitError> {
        let name = match self.inner.state() {
            RepositoryState::Clean => None,
            RepositoryState::Merge => Some("merge"),
            RepositoryState::Revert | RepositoryState::RevertSequence => Some("revert"),
            RepositoryState::CherryPick | RepositoryState::CherryPickSequence => {
                Some("cherry-pick")
            }
            RepositoryState::Bisect => Some("bisection"),
            RepositoryState::Rebase
            | RepositoryState::RebaseInteractive
            | RepositoryState::RebaseMerge => Some("rebase"),
            RepositoryState::ApplyMailbox | RepositoryState::ApplyMailboxOrRebase => {
                Some("mailbox import")
            }
        };
        if let Some(name) = name {
            return Err(GitError::Busy(name));
        }
        let index = self.inner.index().map_err(library("read the index"))?;
        if index.has_conflicts() {
            return Err(GitError::Busy("conflict"));
        }
        Ok(())
    }

    /// Refuses paths that another repository owns.
    pub(super) fn check_paths<'a>(
        &self,
        paths: impl Iterator<Item = &'a RelPath>,
    ) -> Result<(), GitError> {
        const LINK: u32 = 0o160_000;
        let index = self.inner.index().map_err(library("read the index"))?;
        for path in paths {
            let inside = self.inside(path);
            for folder in super::layout::ancestors(&inside) {
                let entry = index.get_path(folder.as_path().as_std_path(), 0);
                if entry.is_some_and(|entry| entry.mode == LINK) {
                    return Err(GitError::Submodule(path.clone()));
                }
            }
        }
        Ok(())
    }

    /// A path of the root as a path of the work tree.
    fn inside(&self, path: &RelPath) -> RelPath {
        let joined = self.prefix.as_ref().map(|prefix| prefix.join(path.as_str()));
        joined.and_then(Result::ok).unwrap_or_else(|| path.clone())
    }

    /// A path of the work tree as a path of the root.
    fn outside(&self, path: &str) -> Option<RelPath> {
        let path = RelPath::new(path).ok()?;
        match &self.prefix {
            Some(prefix) => path.below(prefix),
            None => Some(path),
        }
    }
}

fn library(action: &'static str) -> impl FnOnce(git2::Error) -> GitError {
    move |source| GitError::Library { action, source }
}
