//! Contents of files that a repository had.

use std::collections::BTreeSet;

use camino::Utf8Path;
use git2::{Oid, Repository};

use crate::change::{Entry, Hash, RelPath};

/// How many commits are looked through, the latest first.
const COMMITS: usize = 500;

/// The commits around a folder.
pub(in crate::apply) struct History {
    repository: Repository,
    /// The folder, below the work tree of the repository.
    prefix: String,
}

impl History {
    /// The history of the repository that holds a folder; none where there is none.
    pub(in crate::apply) fn around(folder: &Utf8Path) -> Option<Self> {
        let repository = Repository::discover(folder).ok()?;
        let work_tree = repository.workdir()?.canonicalize().ok()?;
        let folder = folder.canonicalize().ok()?;
        let prefix = folder.strip_prefix(work_tree).ok()?.to_str()?.to_owned();
        Some(Self { repository, prefix })
    }

    /// The file with a hash, where a commit has it at one of some places below the folder.
    pub(in crate::apply) fn find(&self, places: &BTreeSet<&RelPath>, hash: Hash) -> Option<Entry> {
        let mut walk = self.repository.revwalk().ok()?;
        walk.push_head().ok()?;
        let mut seen: BTreeSet<Oid> = BTreeSet::new();
        for commit in walk.flatten().take(COMMITS) {
            let tree = self.repository.find_commit(commit).ok()?.tree().ok()?;
            for place in places {
                let path = Utf8Path::new(&self.prefix).join(place.as_str());
                let Ok(entry) = tree.get_path(path.as_std_path()) else { continue };
                if !seen.insert(entry.id()) {
                    continue;
                }
                let Ok(blob) = self.repository.find_blob(entry.id()) else { continue };
                let found = Entry::file(blob.content().to_vec());
                if found.hash() == hash {
                    return Some(found);
                }
            }
        }
        None
    }
}
