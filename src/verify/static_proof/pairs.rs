//! Which file of one side is which of the other.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::{Hash, RelPath};
use crate::python::PythonService;
use crate::workspace::Tree;

/// Files that are the same before and after, under whichever path.
pub(super) struct Pairs {
    old_of: BTreeMap<usize, usize>,
    new_of: BTreeMap<usize, usize>,
    merged: BTreeSet<usize>,
    took_in: BTreeSet<usize>,
    new_paths: BTreeMap<RelPath, RelPath>,
}

impl Pairs {
    pub(super) fn new(
        (before, old): (&Tree, &PythonService),
        (after, new): (&Tree, &PythonService),
        moves: Option<&BTreeMap<RelPath, RelPath>>,
    ) -> Self {
        let new_paths = match moves {
            Some(moves) => moves.iter().map(|(new, old)| (old.clone(), new.clone())).collect(),
            None => guess(before, after),
        };
        let mut pairs = Self {
            old_of: BTreeMap::new(),
            new_of: BTreeMap::new(),
            merged: BTreeSet::new(),
            took_in: BTreeSet::new(),
            new_paths,
        };
        pairs.follow_stubs(old, after);
        for (index, module) in old.modules().iter().enumerate() {
            if let Some(found) = new.index_of(pairs.new_path(&module.path).as_str()) {
                pairs.new_of.insert(index, found);
                if !pairs.merged.contains(&index) {
                    pairs.old_of.insert(found, index);
                }
            }
        }
        pairs
    }

    /// What only passed on names of another module, and is gone, is that module now.
    fn follow_stubs(&mut self, old: &PythonService, after: &Tree) {
        for (index, module) in old.modules().iter().enumerate() {
            let mut end = index;
            let is_gone = |pairs: &Self, index: usize| {
                after.get(pairs.new_path(&old.modules()[index].path)).is_none()
            };
            for _ in 0..8 {
                let stub = if is_gone(self, end) { old.stub(end) } else { None };
                match stub {
                    Some(stub) => end = stub.target,
                    None => break,
                }
            }
            if end != index {
                let target = self.new_path(&old.modules()[end].path).clone();
                self.new_paths.insert(module.path.clone(), target);
                self.merged.insert(index);
                self.took_in.insert(end);
            }
        }
    }

    /// Whether an old module has taken the place of one that only passed on its names.
    pub(super) fn took_in(&self, old: usize) -> bool {
        self.took_in.contains(&old)
    }

    /// Whether an old module is gone because it only passed on names of another one.
    pub(super) fn is_merged(&self, old: usize) -> bool {
        self.merged.contains(&old)
    }

    /// The old index of a new module.
    pub(super) fn old(&self, new: usize) -> Option<usize> {
        self.old_of.get(&new).copied()
    }

    /// The new index of an old module.
    pub(super) fn new_index(&self, old: usize) -> Option<usize> {
        self.new_of.get(&old).copied()
    }

    /// `(new, old)` of every module that both sides have.
    pub(super) fn both(&self) -> impl Iterator<Item = (usize, usize)> {
        self.old_of.iter().map(|(new, old)| (*new, *old))
    }

    /// Where an old path lies now.
    pub(super) fn new_path<'a>(&'a self, old: &'a RelPath) -> &'a RelPath {
        self.new_paths.get(old).unwrap_or(old)
    }

    /// Where a file or a folder lies now; a folder by the files in it.
    pub(super) fn locate(&self, old: &str) -> Vec<String> {
        let Ok(path) = RelPath::new(old) else { return vec![old.to_owned()] };
        if let Some(new) = self.new_paths.get(&path) {
            return vec![new.as_str().to_owned()];
        }
        let mut folders: BTreeSet<String> = BTreeSet::from([old.to_owned()]);
        for (from, to) in &self.new_paths {
            if let Some(below) = from.below(&path)
                && let Some(folder) = to.as_str().strip_suffix(below.as_str())
            {
                folders.insert(folder.trim_end_matches('/').to_owned());
            }
        }
        folders.into_iter().collect()
    }
}

/// Pairs what vanished with what appeared: equal bytes first, then the same file name.
fn guess(before: &Tree, after: &Tree) -> BTreeMap<RelPath, RelPath> {
    let gone = before.iter().filter(|(path, _)| after.get(path).is_none());
    let came: Vec<_> = after.iter().filter(|(path, _)| before.get(path).is_none()).collect();
    let mut by_hash: BTreeMap<Hash, Vec<&RelPath>> = BTreeMap::new();
    for (path, entry) in &came {
        by_hash.entry(entry.hash()).or_default().push(path);
    }
    let mut taken: BTreeSet<&RelPath> = BTreeSet::new();
    let mut found = BTreeMap::new();
    let mut open = Vec::new();
    for (path, entry) in gone {
        let equal = by_hash.get(&entry.hash()).into_iter().flatten();
        let same_name =
            equal.clone().find(|new| new.name() == path.name() && !taken.contains(**new));
        match same_name.or_else(|| equal.clone().find(|new| !taken.contains(**new))) {
            Some(new) => {
                taken.insert(new);
                found.insert(path.clone(), (*new).clone());
            }
            None => open.push(path),
        }
    }
    for path in open {
        let candidates = came.iter().map(|(new, _)| *new);
        let best = candidates
            .filter(|new| new.name() == path.name() && !taken.contains(new))
            .max_by_key(|new| shared_tail(path, new));
        if let Some(new) = best {
            taken.insert(new);
            found.insert(path.clone(), new.clone());
        }
    }
    found
}

/// How many last segments two paths share.
fn shared_tail(left: &RelPath, right: &RelPath) -> usize {
    left.segments().rev().zip(right.segments().rev()).take_while(|(one, two)| one == two).count()
}
