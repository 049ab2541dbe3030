//! One change set, as a whole or not at all.
//!
//! Check, stage, write the journal, rename, commit, clean up: an error takes everything
//! back at once, a crash is taken back by the next [`recover`](super::recover::recover).

use std::collections::BTreeSet;

use super::ApplyError;
use super::git::CommitRequest;
use super::journal::{self, Journal};
use super::layout::{self, Layout, Rules, leaving};
use super::recover::{finish, recover};
use super::root::Root;
use super::stage::{Placement, Stager};
use crate::change::{ChangeSet, RelPath};
use crate::process::interrupt;

/// A change set that is about to be written.
pub(super) struct Transaction<'a> {
    root: &'a Root,
    changes: &'a ChangeSet,
    rules: Rules,
    commit: Option<CommitRequest>,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(root: &'a Root, changes: &'a ChangeSet) -> Self {
        Self { root, changes, rules: Rules::default(), commit: None }
    }

    /// With what undo knows about folders.
    pub(super) fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// With a commit to git as its last part.
    pub(super) fn commit(mut self, request: Option<CommitRequest>) -> Self {
        self.commit = request;
        self
    }

    /// Writes everything; after an error nothing has changed.
    ///
    /// The caller holds the lock and has recovered the root.
    pub(super) fn run(&self) -> Result<(), ApplyError> {
        if self.changes.is_empty() {
            return Ok(());
        }
        if interrupt::requested() {
            return Err(ApplyError::Interrupted);
        }
        let layout = Layout::plan(self.root, self.changes, &self.rules)?;
        layout::check(self.root, self.changes, &layout, &self.rules)?;
        let written = self.write(&layout);
        let settled = recover(self.root);
        match (written, settled) {
            (Ok(()), _) => Ok(()),
            (Err(cause), Ok(_)) => Err(cause),
            (Err(cause), Err(source)) => {
                Err(ApplyError::RollBack { cause: Box::new(cause), source: Box::new(source) })
            }
        }
    }

    fn write(&self, layout: &Layout) -> Result<(), ApplyError> {
        let stager = Stager::new(self.root, self.changes, layout);
        let placements = stager.run(&self.rules)?;
        let journal = Journal::new(self.changes, layout, self.commit.clone());
        journal.write(self.root)?;
        self.take_away(layout)?;
        for Placement { from, to } in &placements {
            self.root.rename(from, to)?;
        }
        self.sync(layout, &placements)?;
        journal::commit(self.root)?;
        if let Err(error) = finish(self.root, &journal) {
            journal::reopen(self.root)?;
            return Err(error);
        }
        // Done is done: what could not be cleaned up is cleaned up by the next command.
        let _ = journal::discard(self.root);
        Ok(())
    }

    fn take_away(&self, layout: &Layout) -> Result<(), ApplyError> {
        for path in leaving(self.changes) {
            self.root.remove_file(path)?;
        }
        for folder in layout.emptied.keys().rev() {
            if !self.root.remove_folder(folder)? {
                return Err(ApplyError::Stale(vec![folder.clone()]));
            }
        }
        Ok(())
    }

    /// Waits until every changed name is on the disk.
    fn sync(&self, layout: &Layout, placements: &[Placement]) -> Result<(), ApplyError> {
        let arrived = placements.iter().map(|placement| &placement.to);
        let folders: BTreeSet<Option<RelPath>> = leaving(self.changes)
            .chain(arrived)
            .chain(layout.emptied.keys())
            .map(RelPath::parent)
            .collect();
        folders.iter().try_for_each(|folder| self.root.sync_folder(folder.as_ref()))
    }
}
