//! The journal: what one change set found, written down before its first effect.
//!
//! While `journal.json` exists the change set is half done and is taken back; once it is
//! renamed to `committed.json` it is done and only the cleaning up may be missing. The
//! rename is the one moment in which a change set becomes true.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ApplyError;
use super::git::CommitRequest;
use super::layout::Layout;
use super::root::{Root, known, run_folder};
use crate::change::{ChangeSet, Entry, Fingerprint, RelPath};

/// The version of the format that this program writes and reads.
const VERSION: u32 = 1;
/// A journal above this size is not one of ours (bytes).
const LIMIT: u64 = 256 << 20;

/// One change set as the journal records it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    version: u32,
    /// Every path that changes.
    pub(super) paths: BTreeMap<RelPath, Record>,
    /// Folders that come.
    pub(super) made: BTreeSet<RelPath>,
    /// Folders that go, with their modes.
    pub(super) emptied: BTreeMap<RelPath, u32>,
    /// What is to be committed once everything is written.
    pub(super) commit: Option<CommitRequest>,
}

/// One path in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    /// What was there.
    pub(super) before: Option<Fingerprint>,
    /// What will be there.
    pub(super) after: Option<Fingerprint>,
    /// Number of the kept file.
    pub(super) image: usize,
}

impl Journal {
    pub(super) fn new(changes: &ChangeSet, layout: &Layout, commit: Option<CommitRequest>) -> Self {
        let print = |entry: &Option<Entry>| entry.as_ref().map(Entry::fingerprint);
        let records = changes.iter().enumerate().map(|(image, (path, change))| {
            let record =
                Record { before: print(&change.before), after: print(&change.after), image };
            (path.clone(), record)
        });
        Self {
            version: VERSION,
            paths: records.collect(),
            made: layout.made.clone(),
            emptied: layout.emptied.clone(),
            commit,
        }
    }

    /// Puts the journal in place: from here on a crash is taken back.
    pub(super) fn write(&self, root: &Root) -> Result<(), ApplyError> {
        let staged = known(".scaffold/run/stage/journal.json");
        let text = serde_json::to_vec(self).map_err(|error| damaged(&staged, &error))?;
        root.write_new(&staged, 0o600, text.as_slice())?;
        root.rename(&staged, &pending())?;
        root.sync_folder(Some(&run_folder()))
    }
}

/// The journal of a change set that is half done, if there is one.
pub(super) fn read_pending(root: &Root) -> Result<Option<Journal>, ApplyError> {
    read(root, &pending())
}

/// The journal of a change set that is written and perhaps not yet committed to git.
pub(super) fn read_committed(root: &Root) -> Result<Option<Journal>, ApplyError> {
    read(root, &committed())
}

fn read(root: &Root, path: &RelPath) -> Result<Option<Journal>, ApplyError> {
    let Some(text) = root.read(path, LIMIT)? else {
        return Ok(None);
    };
    let journal: Journal = serde_json::from_slice(&text).map_err(|error| damaged(path, &error))?;
    if journal.version != VERSION {
        return Err(damaged(path, &"it was written by another version"));
    }
    Ok(Some(journal))
}

/// Declares the change set written.
pub(super) fn commit(root: &Root) -> Result<(), ApplyError> {
    root.rename(&pending(), &committed())
}

/// Declares it half done again, because it could not be committed to git.
pub(super) fn reopen(root: &Root) -> Result<(), ApplyError> {
    root.rename(&committed(), &pending())
}

/// Whether a change set is half done or not yet cleaned up.
pub(super) fn is_pending(root: &Root) -> Result<bool, ApplyError> {
    Ok(root.kind(&pending())?.is_some() || root.kind(&committed())?.is_some())
}

/// Forgets a change set that was taken back or cleaned up.
pub(super) fn discard(root: &Root) -> Result<(), ApplyError> {
    root.remove_file(&pending())?;
    root.remove_file(&committed())
}

/// Where the files that a change set replaces are kept.
pub(super) fn image(number: usize) -> RelPath {
    stage("before", &number.to_string())
}

/// A path in the folder of staged files.
pub(super) fn stage(part: &str, name: &str) -> RelPath {
    let path = RelPath::new(format!(".scaffold/run/stage/{part}/{name}"));
    path.unwrap_or_else(|error| unreachable!("{error}"))
}

fn pending() -> RelPath {
    known(".scaffold/run/journal.json")
}

fn committed() -> RelPath {
    known(".scaffold/run/committed.json")
}

fn damaged(path: &RelPath, reason: &dyn std::fmt::Display) -> ApplyError {
    ApplyError::Journal { path: path.clone(), reason: reason.to_string() }
}
