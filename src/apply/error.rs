//! Why something could not be written, and with which exit status a command ends then.

use camino::Utf8PathBuf;

use super::git::GitError;
use crate::change::RelPath;
use crate::error::{CommandError, ExitStatus};

/// Why writing, undoing or recovering did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The root cannot be opened.
    #[error("cannot open the folder {path}")]
    Open {
        /// The root.
        path: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// One access to the disk failed.
    #[error("cannot {action} {path}")]
    Access {
        /// A verb: read, create, rename …
        action: &'static str,
        /// Where, below the root.
        path: RelPath,
        /// What the system said.
        source: std::io::Error,
    },
    /// A path leads through a symbolic link, which may end anywhere.
    #[error("{path} leads through the symbolic link {link}")]
    ThroughLink {
        /// The path that was asked for.
        path: RelPath,
        /// The link on the way.
        link: RelPath,
    },
    /// A path lies in the repository's own folder.
    #[error("{0} lies in a .git folder, which is never written")]
    Repository(RelPath),
    /// Something that is neither a file, a folder nor a link.
    #[error("{0} is neither a regular file nor a symbolic link")]
    NotAnEntry(RelPath),
    /// A name or a link's text is not UTF-8.
    #[error("{0} has a name or a link text that is not UTF-8")]
    NotUtf8(RelPath),
    /// The tree is not what the changes were made from.
    #[error("changed since the plan was made: {}", list(.0))]
    Stale(Vec<RelPath>),
    /// Files to be created would lie on top of something.
    #[error("in the way of a new file: {}", list(.0))]
    Occupied(Vec<RelPath>),
    /// The change set contradicts itself or cannot be carried out.
    #[error("{path} cannot be written: {reason}")]
    Invalid {
        /// Which path.
        path: RelPath,
        /// Why.
        reason: &'static str,
    },
    /// After a crash somebody changed files that were about to be restored.
    #[error("changed since a run was broken off, so it cannot be rolled back: {}", list(.0))]
    Diverged(Vec<RelPath>),
    /// A journal of ours does not make sense.
    #[error("the journal {path} is damaged: {reason}")]
    Journal {
        /// Where it is.
        path: RelPath,
        /// What is wrong.
        reason: String,
    },
    /// Taking back what was half done failed too; the journal is kept.
    #[error("could not roll back after: {cause}")]
    RollBack {
        /// The first failure.
        cause: Box<ApplyError>,
        /// The second.
        source: Box<ApplyError>,
    },
    /// The repository around the root does not allow it.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A ledger does not make sense; it may have been edited.
    #[error("the ledger {path} is damaged: {reason}")]
    Ledger {
        /// The file.
        path: RelPath,
        /// What is wrong.
        reason: String,
    },
    /// Files that undo would restore are no longer what the step left.
    #[error("changed since the step was applied: {}", list(.0))]
    ChangedSince(Vec<RelPath>),
    /// Nothing that could be undone.
    #[error("{0}")]
    NothingToUndo(String),
    /// Ctrl-C before the first effect.
    #[error("interrupted")]
    Interrupted,
}

/// Some of many paths, readable in one line.
pub(super) fn list(paths: &[RelPath]) -> String {
    const SHOWN: usize = 10;
    let mut names: Vec<&str> = paths.iter().take(SHOWN).map(RelPath::as_str).collect();
    let more = format!("and {} more", paths.len().saturating_sub(SHOWN));
    if paths.len() > SHOWN {
        names.push(&more);
    }
    names.join(", ")
}

impl ApplyError {
    /// The exit status of a command that ends with this error.
    pub fn status(&self) -> ExitStatus {
        match self {
            Self::Open { .. }
            | Self::ThroughLink { .. }
            | Self::Repository(_)
            | Self::NotAnEntry(_)
            | Self::NotUtf8(_)
            | Self::Stale(_)
            | Self::Occupied(_)
            | Self::Ledger { .. }
            | Self::NothingToUndo(_)
            | Self::Git(
                GitError::Dirty(_)
                | GitError::Busy(_)
                | GitError::Submodule(_)
                | GitError::Elsewhere(_),
            ) => ExitStatus::Input,
            Self::Diverged(_) | Self::ChangedSince(_) => ExitStatus::Unresolved,
            Self::Interrupted => ExitStatus::Interrupted,
            Self::Access { .. }
            | Self::Git(GitError::Library { .. })
            | Self::Invalid { .. }
            | Self::Journal { .. }
            | Self::RollBack { .. } => ExitStatus::Internal,
        }
    }

    /// What the user can do next.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::ThroughLink { .. } => Some("replace the link by a folder, or leave it out"),
            Self::Stale(_) => Some("nothing was written; plan again on the files as they are now"),
            Self::Occupied(_) => Some("nothing was written; move these away or rename them"),
            Self::Diverged(_) => {
                Some("move these files away, run any command again, then put them back")
            }
            Self::Journal { .. } => {
                Some("compare the tree with version control, then remove that file")
            }
            Self::Git(GitError::Dirty(_)) => Some("commit or stash them, or pass --allow-dirty"),
            Self::Git(GitError::Busy(_)) => Some("finish or abort that first"),
            Self::Ledger { .. } => Some("restore it from version control"),
            Self::ChangedSince(_) => Some("nothing was written; take these changes back first"),
            Self::RollBack { .. } => Some("mend the cause; the next command rolls back by itself"),
            _ => None,
        }
    }
}

impl From<ApplyError> for CommandError {
    fn from(error: ApplyError) -> Self {
        let hint = error.hint();
        let result = Self::new(error.status(), error);
        match hint {
            Some(hint) => result.hint(hint),
            None => result,
        }
    }
}
