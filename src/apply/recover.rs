//! After a crash: back to before, or the last cleaning up.
//!
//! Works on what is there, not on what was meant, so that it can itself be broken off at
//! any point and run again.

use std::collections::BTreeSet;

use super::ApplyError;
use super::git::Repository;
use super::journal::{self, Journal, Record, image, stage};
use super::root::{Kind, Root, known};
use crate::change::{Entry, Fingerprint, RelPath};

/// What recovery found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// Nothing was left over.
    Clean,
    /// A change set was half done and has been taken back.
    RolledBack,
    /// A change set was done; the rest of it has been completed.
    Finished,
}

/// Brings a root back into a state between two change sets; the caller holds the lock.
///
/// Fails with [`ApplyError::Diverged`], changing nothing, when somebody has edited the files
/// of the broken run meanwhile.
pub(super) fn recover(root: &Root) -> Result<Recovery, ApplyError> {
    let found = if let Some(journal) = journal::read_pending(root)? {
        roll_back(root, &journal)?;
        Recovery::RolledBack
    } else if let Some(journal) = journal::read_committed(root)? {
        finish(root, &journal)?;
        Recovery::Finished
    } else {
        Recovery::Clean
    };
    if found != Recovery::Clean {
        // The journal goes first: without it the stage is rubbish, without the stage it is a lie.
        journal::discard(root)?;
    }
    let stage = known(".scaffold/run/stage");
    if root.kind(&stage)?.is_some() {
        root.remove_tree(&stage)?;
    }
    Ok(found)
}

/// Commits to git what was written, if that was asked for.
pub(super) fn finish(root: &Root, journal: &Journal) -> Result<(), ApplyError> {
    let Some(request) = &journal.commit else {
        return Ok(());
    };
    match Repository::around(root.path())? {
        Some(repository) => repository.commit(root, request, journal.paths.keys()),
        None => Ok(()),
    }
}

fn roll_back(root: &Root, journal: &Journal) -> Result<(), ApplyError> {
    check(root, journal)?;
    for (path, record) in &journal.paths {
        if record.before.is_none() && present(root, path)?.is_some() {
            root.remove_file(path)?;
        }
    }
    for folder in journal.made.iter().rev() {
        if root.kind(folder)? == Some(Kind::Folder) {
            root.remove_folder(folder)?;
        }
    }
    for (folder, mode) in &journal.emptied {
        if root.kind(folder)?.is_none() {
            root.make_folder(folder)?;
        }
        if root.mode(folder)? != Some(*mode) {
            root.set_mode(folder, *mode)?;
        }
    }
    for (path, record) in &journal.paths {
        restore(root, path, record)?;
    }
    let parents: BTreeSet<Option<RelPath>> = journal.paths.keys().map(RelPath::parent).collect();
    parents.iter().try_for_each(|folder| root.sync_folder(folder.as_ref()))
}

/// Every path must still be as it was before or as it was to be; one that somebody moved away
/// comes back.
fn check(root: &Root, journal: &Journal) -> Result<(), ApplyError> {
    let mut diverged = Vec::new();
    for (path, record) in &journal.paths {
        let now = present(root, path)?;
        if now.is_some() && now != record.before && now != record.after {
            diverged.push(path.clone());
        }
    }
    if diverged.is_empty() { Ok(()) } else { Err(ApplyError::Diverged(diverged)) }
}

fn restore(root: &Root, path: &RelPath, record: &Record) -> Result<(), ApplyError> {
    let Some(before) = &record.before else {
        return Ok(());
    };
    if present(root, path)?.as_ref() == Some(before) {
        return Ok(());
    }
    let kept = match before {
        Fingerprint::File { .. } => image(record.image),
        Fingerprint::Symlink { target } => {
            let link = stage("before", &format!("link-{}", record.image));
            root.remove_file(&link)?;
            root.make_link(&link, target)?;
            link
        }
    };
    // Nothing is kept of what was not replaced yet: somebody moved it away, and puts it back.
    if root.kind(&kept)?.is_none() {
        return Ok(());
    }
    root.rename(&kept, path)
}

/// What is at `path`; a folder counts as nothing.
fn present(root: &Root, path: &RelPath) -> Result<Option<Fingerprint>, ApplyError> {
    match root.kind(path)? {
        Some(Kind::File | Kind::Symlink) => Ok(root.entry(path)?.as_ref().map(Entry::fingerprint)),
        Some(Kind::Folder | Kind::Other) | None => Ok(None),
    }
}
