//! Writing: the only folder that changes a user's files.
//!
//! A [`Session`] opens a root, holds its lock, takes back what a crash left half done, and
//! then applies change sets, each as a whole or not at all. Nothing here decides what is to
//! be changed, and nothing here prints.

mod effect;
mod error;
mod git;
mod journal;
mod layout;
mod ledger;
mod lock;
mod new_root;
mod plan_file;
mod recover;
mod root;
mod stage;
mod transaction;

pub use error::ApplyError;
pub use git::{GitError, GitMode, Repository};
pub use ledger::{
    Images, Ledger, OpenRun, PathRecord, RunStep, StepRecord, StepState, Stretch, UndoTarget,
    Undone, apply_run_step, apply_step, before_images, close_run, record_state, stretches, undo,
};
pub use lock::Lock;
pub use new_root::NewRoot;
pub use plan_file::{PlanFileError, load_plan, save_file, save_plan};
pub use recover::Recovery;
pub use root::{Kind, Root};

pub use crate::change::StepMeta;

use camino::Utf8Path;

use crate::change::ChangeSet;
use crate::process::interrupt::{self, Hold};
use crate::settings::Fault;
use transaction::Transaction;

/// Whether what lies below `root` may be half written: another process is writing, or was broken off.
///
/// # Errors
///
/// When the folder cannot be opened.
pub fn is_half_written(root: &Utf8Path) -> Result<bool, ApplyError> {
    journal::is_pending(&Root::open(root)?)
}

/// The right to write below one root: opened, locked, recovered.
#[derive(Debug)]
pub struct Session {
    root: Root,
    recovery: Recovery,
    _lock: Lock,
    _hold: Hold,
}

impl Session {
    /// Opens `root`, waits for its lock and recovers from an earlier crash.
    ///
    /// `waiting` is called once when another process has held the lock for two seconds.
    pub fn open(
        root: &Utf8Path,
        fault: Option<Fault>,
        waiting: impl FnOnce(),
    ) -> Result<Self, ApplyError> {
        let hold = interrupt::hold();
        let root = Root::open_with_fault(root, fault)?;
        let lock = Lock::acquire(&root, waiting)?;
        let recovery = recover::recover(&root)?;
        Ok(Self { root, recovery, _lock: lock, _hold: hold })
    }

    /// The folder below which this session writes.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// What the session found when it was opened; worth a remark unless clean.
    pub fn recovery(&self) -> Recovery {
        self.recovery
    }

    /// Applies `changes` as a whole; after an error nothing has changed.
    ///
    /// Refuses with [`ApplyError::Stale`] or [`ApplyError::Occupied`] when the tree is not the
    /// one that the changes were made from.
    pub fn apply(&self, changes: &ChangeSet) -> Result<(), ApplyError> {
        Transaction::new(&self.root, changes).run()
    }
}
