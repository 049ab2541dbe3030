//! Folders around a change set: which come with it, which go, and what stands in the way.
//!
//! Only looks; nothing is written here.

use std::collections::{BTreeMap, BTreeSet};

use super::ApplyError;
use super::root::{Kind, Root};
use crate::change::{ChangeSet, Entry, RelPath};

/// Which folders change hands with a change set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// Folders to be made, outer ones first.
    pub(super) made: BTreeSet<RelPath>,
    /// Folders left empty, which go, with their modes.
    pub(super) emptied: BTreeMap<RelPath, u32>,
}

/// What undo knows and a plain change set does not.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    /// The only folders that may go when emptied; `None` means any.
    pub(super) removable: Option<BTreeSet<RelPath>>,
    /// The modes of folders to be made; others get the default.
    pub(super) modes: BTreeMap<RelPath, u32>,
    /// Whether new paths were there once, so that their names are good enough.
    pub(super) restores: bool,
}

impl Layout {
    /// Looks at the disk around `changes`.
    pub(super) fn plan(
        root: &Root,
        changes: &ChangeSet,
        rules: &Rules,
    ) -> Result<Self, ApplyError> {
        let emptied = emptied(root, changes, rules)?;
        let mut made = BTreeSet::new();
        for (path, _) in arriving(changes) {
            for folder in ancestors(path) {
                if made.contains(&folder) {
                    break;
                }
                if root.kind(&folder)? == Some(Kind::Folder) {
                    break;
                }
                made.insert(folder);
            }
        }
        Ok(Self { made, emptied })
    }

    /// The outermost folder to be made above `path`, if any is.
    pub(super) fn outermost_made(&self, path: &RelPath) -> Option<RelPath> {
        let above = ancestors(path).filter(|folder| self.made.contains(folder));
        above.last()
    }
}

/// Refuses what no longer fits: everything that is wrong is named at once.
pub(super) fn check(
    root: &Root,
    changes: &ChangeSet,
    layout: &Layout,
    rules: &Rules,
) -> Result<(), ApplyError> {
    check_shape(changes, rules)?;
    let mut stale = Vec::new();
    let mut occupied = Vec::new();
    for (path, change) in changes.iter() {
        match &change.before {
            Some(before) => {
                if !matches(root, path, before)? {
                    stale.push(path.clone());
                }
            }
            None => {
                if root.kind(path)?.is_some() && !layout.emptied.contains_key(path) {
                    occupied.push(path.clone());
                }
            }
        }
    }
    for folder in &layout.made {
        let leaves = changes.get(folder).is_some_and(|change| change.after.is_none());
        match root.kind(folder)? {
            Some(Kind::Symlink) if !leaves => {
                let inside = changes.iter().find(|(path, _)| path.starts_with(folder));
                let path = inside.map_or(folder, |(path, _)| path).clone();
                return Err(ApplyError::ThroughLink { path, link: folder.clone() });
            }
            Some(_) if !leaves => occupied.push(folder.clone()),
            _ => {}
        }
    }
    if !stale.is_empty() {
        return Err(ApplyError::Stale(stale));
    }
    if !occupied.is_empty() {
        return Err(ApplyError::Occupied(occupied));
    }
    Ok(())
}

/// Whether exactly `entry` is at `path`.
pub(super) fn matches(root: &Root, path: &RelPath, entry: &Entry) -> Result<bool, ApplyError> {
    match root.kind(path)? {
        Some(Kind::File | Kind::Symlink) => Ok(root.entry(path)?.as_ref() == Some(entry)),
        Some(Kind::Folder | Kind::Other) | None => Ok(false),
    }
}

/// The folders above a path, innermost first.
pub(super) fn ancestors(path: &RelPath) -> impl Iterator<Item = RelPath> {
    std::iter::successors(path.parent(), RelPath::parent)
}

/// What is put somewhere by `changes`.
pub(super) fn arriving(changes: &ChangeSet) -> impl Iterator<Item = (&RelPath, &Entry)> {
    changes.iter().filter_map(|(path, change)| change.after.as_ref().map(|entry| (path, entry)))
}

/// What `changes` take away.
pub(super) fn leaving(changes: &ChangeSet) -> impl Iterator<Item = &RelPath> {
    changes.iter().filter(|(_, change)| change.after.is_none()).map(|(path, _)| path)
}

fn check_shape(changes: &ChangeSet, rules: &Rules) -> Result<(), ApplyError> {
    let refuse = |path: &RelPath, reason| {
        let path = path.clone();
        Err(ApplyError::Invalid { path, reason })
    };
    let arriving: BTreeSet<&RelPath> = arriving(changes).map(|(path, _)| path).collect();
    for path in &arriving {
        if ancestors(path).any(|folder| arriving.contains(&folder)) {
            return refuse(path, "a file is to be where its folder has to be");
        }
    }
    for (path, change) in changes.iter() {
        if path.segments().take(2).eq([".scaffold", "run"]) {
            return refuse(path, "the folder .scaffold/run belongs to running commands");
        }
        let new = change.before.is_none() && change.moved_from.is_none() && !rules.restores;
        if new && change.after.is_some() && RelPath::portable(path.as_str()).is_err() {
            return refuse(path, "its name is a device or not allowed on some systems");
        }
    }
    Ok(())
}

/// Folders of which nothing is left, their own parents included.
fn emptied(
    root: &Root,
    changes: &ChangeSet,
    rules: &Rules,
) -> Result<BTreeMap<RelPath, u32>, ApplyError> {
    let mut gone: BTreeSet<RelPath> = leaving(changes).cloned().collect();
    let kept: BTreeSet<RelPath> = arriving(changes).flat_map(|(path, _)| ancestors(path)).collect();
    let above: BTreeSet<RelPath> = gone.iter().flat_map(ancestors).collect();
    let mut folders: Vec<RelPath> = above.into_iter().collect();
    folders.sort_by_key(|folder| std::cmp::Reverse(folder.segments().count()));
    let mut result = BTreeMap::new();
    for folder in folders {
        let allowed = rules.removable.as_ref().is_none_or(|removable| removable.contains(&folder));
        if !allowed || kept.contains(&folder) || root.kind(&folder)? != Some(Kind::Folder) {
            continue;
        }
        if holds_only(root, &folder, &gone)? {
            let mode = root.mode(&folder)?.unwrap_or(0o755);
            gone.insert(folder.clone());
            result.insert(folder, mode);
        }
    }
    Ok(result)
}

fn holds_only(root: &Root, folder: &RelPath, gone: &BTreeSet<RelPath>) -> Result<bool, ApplyError> {
    match root.list(Some(folder)) {
        Ok(names) => Ok(names.iter().all(|path| gone.contains(path))),
        // A name that we cannot even write down is certainly not ours.
        Err(ApplyError::NotUtf8(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
