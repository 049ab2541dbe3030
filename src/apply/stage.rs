//! Staging: everything that takes time or space happens here, before the first effect.
//!
//! Files to be replaced or removed are kept by a second name (a hard link), new contents are
//! written and synced, and a file that moves unchanged gets a second name too: its bytes,
//! mode and size do not matter. What follows is renaming only.

use std::collections::BTreeSet;

use super::ApplyError;
use super::journal::{image, stage};
use super::layout::{Layout, Rules, arriving};
use super::root::{Root, known};
use crate::change::{ChangeSet, Content, Entry, Hash, RelPath};

/// A staged file or folder and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placement {
    pub(super) from: RelPath,
    pub(super) to: RelPath,
}

/// Fills the staging folder of one change set.
pub(super) struct Stager<'a> {
    root: &'a Root,
    changes: &'a ChangeSet,
    layout: &'a Layout,
    /// Files that have their second name already.
    linked: BTreeSet<RelPath>,
    /// Folders made in the staging area.
    folders: BTreeSet<RelPath>,
}

impl<'a> Stager<'a> {
    pub(super) fn new(root: &'a Root, changes: &'a ChangeSet, layout: &'a Layout) -> Self {
        Self { root, changes, layout, linked: BTreeSet::new(), folders: BTreeSet::new() }
    }

    /// Stages everything; the placements come in the order in which they can be carried out.
    pub(super) fn run(mut self, rules: &Rules) -> Result<Vec<Placement>, ApplyError> {
        let top = known(".scaffold/run/stage");
        self.root.remove_tree(&top)?;
        self.folder(&known(".scaffold/run/stage/before"), &top)?;
        self.keep_images()?;
        let mut placements = Vec::new();
        for (number, (path, entry)) in arriving(self.changes).enumerate() {
            let placement = self.place(number, path);
            self.folder_of(&placement, path, &top)?;
            let staged = staged_path(&placement, path);
            self.put(path, entry, &staged)?;
            if !placements.contains(&placement) {
                placements.push(placement);
            }
        }
        self.finish_folders(&placements, rules)?;
        Ok(placements)
    }

    fn keep_images(&self) -> Result<(), ApplyError> {
        for (number, (path, change)) in self.changes.iter().enumerate() {
            if let Some(Entry::File { mode, .. }) = change.before {
                let kept = image(number);
                if !self.root.link_file(path, &kept)? {
                    self.copy(path, &kept, mode)?;
                }
            }
        }
        Ok(())
    }

    /// A new folder is staged as a whole, any other entry by itself.
    fn place(&self, number: usize, path: &RelPath) -> Placement {
        let made = self.layout.outermost_made(path);
        let name = match &made {
            Some(folder) => {
                let position = self.layout.made.iter().position(|one| one == folder);
                format!("folder-{}", position.unwrap_or(number))
            }
            None => format!("file-{number}"),
        };
        Placement { from: stage("after", &name), to: made.unwrap_or_else(|| path.clone()) }
    }

    fn folder_of(
        &mut self,
        placement: &Placement,
        path: &RelPath,
        top: &RelPath,
    ) -> Result<(), ApplyError> {
        let staged = staged_path(placement, path);
        match staged.parent() {
            Some(parent) => self.folder(&parent, top),
            None => Ok(()),
        }
    }

    /// Makes a folder in the staging area, with everything above it.
    fn folder(&mut self, folder: &RelPath, top: &RelPath) -> Result<(), ApplyError> {
        if self.folders.contains(folder) {
            return Ok(());
        }
        if folder != top
            && let Some(parent) = folder.parent()
        {
            self.folder(&parent, top)?;
        }
        self.root.make_folder(folder)?;
        self.folders.insert(folder.clone());
        Ok(())
    }

    fn put(&mut self, path: &RelPath, entry: &Entry, staged: &RelPath) -> Result<(), ApplyError> {
        match entry {
            Entry::Symlink { target } => self.root.make_link(staged, target),
            Entry::File { content, mode } => {
                if self.move_unchanged(path, entry, staged)? {
                    return Ok(());
                }
                match content {
                    Content::Loaded(bytes) => self.root.write_new(staged, *mode, &bytes[..]),
                    Content::OnDisk { hash, .. } => {
                        let source = self.source(path, content, *hash)?;
                        self.copy(&source, staged, *mode)
                    }
                }
            }
        }
    }

    /// Gives a file that only changes its place a second name, at most once per file.
    fn move_unchanged(
        &mut self,
        path: &RelPath,
        entry: &Entry,
        staged: &RelPath,
    ) -> Result<bool, ApplyError> {
        let change = self.changes.get(path);
        let Some(from) = change.and_then(|change| change.moved_from.as_ref()) else {
            return Ok(false);
        };
        let unchanged =
            self.changes.get(from).is_some_and(|source| source.before.as_ref() == Some(entry));
        if !unchanged || self.linked.contains(from) {
            return Ok(false);
        }
        let linked = self.root.link_file(from, staged)?;
        if linked {
            self.linked.insert(from.clone());
        }
        Ok(linked)
    }

    /// Where the bytes of a large file are now.
    fn source(&self, path: &RelPath, content: &Content, hash: Hash) -> Result<RelPath, ApplyError> {
        let change = self.changes.get(path);
        let recorded = match content {
            Content::OnDisk { path, .. } => path.strip_prefix(self.root.path()).ok(),
            Content::Loaded(_) => None,
        };
        let candidates = [
            change.and_then(|change| change.moved_from.clone()),
            recorded.and_then(|below| RelPath::new(below).ok()),
            Some(path.clone()),
        ];
        for candidate in candidates.into_iter().flatten() {
            let holds = |entry: &Entry| entry.hash() == hash;
            let found = match self.changes.get(&candidate) {
                Some(change) => change.before.as_ref().is_some_and(holds),
                None => self.root.entry(&candidate)?.as_ref().is_some_and(holds),
            };
            if found {
                return Ok(candidate);
            }
        }
        Err(ApplyError::Stale(vec![path.clone()]))
    }

    fn copy(&self, from: &RelPath, to: &RelPath, mode: u32) -> Result<(), ApplyError> {
        let file = self.root.open_file(from)?;
        self.root.write_new(to, mode, file)
    }

    /// Sets the modes that folders had, and waits until their names are on the disk.
    fn finish_folders(&self, placements: &[Placement], rules: &Rules) -> Result<(), ApplyError> {
        for folder in self.folders.iter().rev() {
            self.root.sync_folder(Some(folder))?;
        }
        for (folder, mode) in rules.modes.iter().rev() {
            let inside = placements.iter().find(|placement| folder.starts_with(&placement.to));
            let staged = inside.map(|placement| staged_path(placement, folder));
            if let Some(staged) = staged.filter(|staged| self.folders.contains(staged)) {
                self.root.set_mode(&staged, *mode)?;
            }
        }
        Ok(())
    }
}

/// Where `path` is staged when its placement carries it.
fn staged_path(placement: &Placement, path: &RelPath) -> RelPath {
    let inside = path.below(&placement.to);
    let joined = inside.map(|below| placement.from.join(below.as_str()));
    match joined {
        Some(Ok(staged)) => staged,
        _ => placement.from.clone(),
    }
}
