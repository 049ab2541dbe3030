//! The change set: what becomes of each path below one root.

use std::collections::BTreeMap;

use super::{Entry, RelPath};

/// How far a change may be trusted without a reader.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Applicability {
    /// Shown, never written.
    DisplayOnly,
    /// Written only when asked for by name.
    Behavioural,
    /// Written by default: adds, changes nothing that was there.
    Additive,
    /// Written by default.
    Preserving,
}

/// What becomes of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// What is there now; `None` for a file to be created.
    pub before: Option<Entry>,
    /// What will be there; `None` for a path to be removed.
    pub after: Option<Entry>,
    /// The path whose content this is, when it moved here.
    pub moved_from: Option<RelPath>,
}

impl FileChange {
    /// Whether a file that was there gets other content.
    pub fn is_edit(&self) -> bool {
        self.before.is_some() && self.after.is_some()
    }
}

/// What becomes of each path below one root; applied as a whole or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeSet {
    files: BTreeMap<RelPath, FileChange>,
}

impl ChangeSet {
    /// Nothing changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// How many paths change.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// The changes, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&RelPath, &FileChange)> {
        self.files.iter()
    }

    /// What becomes of `path`, if it changes.
    pub fn get(&self, path: &RelPath) -> Option<&FileChange> {
        self.files.get(path)
    }

    /// Records a change; one that changes nothing is dropped, a second one for the same path
    /// keeps the first `before`.
    pub fn insert(&mut self, path: RelPath, mut change: FileChange) {
        if let Some(earlier) = self.files.remove(&path) {
            change.before = earlier.before;
            change.moved_from = change.moved_from.or(earlier.moved_from);
        }
        if change.before != change.after {
            self.files.insert(path, change);
        }
    }

    /// Records that a file is created.
    pub fn create(&mut self, path: RelPath, entry: Entry) {
        self.insert(path, FileChange { before: None, after: Some(entry), moved_from: None });
    }

    /// Records that an entry is replaced by another at the same path.
    pub fn replace(&mut self, path: RelPath, before: Entry, after: Entry) {
        let change = FileChange { before: Some(before), after: Some(after), moved_from: None };
        self.insert(path, change);
    }

    /// The paths that moved, new path first.
    pub fn moves(&self) -> impl Iterator<Item = (&RelPath, &RelPath)> {
        self.files
            .iter()
            .filter_map(|(path, change)| change.moved_from.as_ref().map(|from| (path, from)))
    }
}

impl FromIterator<(RelPath, FileChange)> for ChangeSet {
    fn from_iter<T: IntoIterator<Item = (RelPath, FileChange)>>(changes: T) -> Self {
        let mut set = Self::new();
        changes.into_iter().for_each(|(path, change)| set.insert(path, change));
        set
    }
}
