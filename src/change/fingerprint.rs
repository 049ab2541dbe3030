//! What an entry was, without its bytes: enough to recognise it, not to restore it.

use serde::{Deserialize, Serialize};

use super::{ChangeSet, Entry, Hash};

/// Kind, content hash and mode of one entry, as journals, ledgers and saved plans record it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fingerprint {
    /// A regular file.
    File {
        /// Hash of its bytes.
        hash: Hash,
        /// Length in bytes.
        length: u64,
        /// Permission bits.
        mode: u32,
    },
    /// A symbolic link.
    Symlink {
        /// The link's text.
        target: String,
    },
}

impl Entry {
    /// What identifies this entry without its bytes.
    pub fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::File { content, mode } => {
                Fingerprint::File { hash: content.hash(), length: content.length(), mode: *mode }
            }
            Self::Symlink { target } => Fingerprint::Symlink { target: target.clone() },
        }
    }
}

impl Fingerprint {
    /// Whether `other` is the same as far as git keeps it: kind, bytes and whether it can be run.
    /// The other permissions are those of the machine on which somebody checked it out.
    pub fn same_for_git(&self, other: &Self) -> bool {
        let runs = |mode: &u32| mode & 0o111 != 0;
        match (self, other) {
            (Self::File { mode, .. }, Self::File { mode: theirs, .. }) => {
                self.same_content(other) && runs(mode) == runs(theirs)
            }
            (left, right) => left == right,
        }
    }

    /// Whether `other` has the same kind and bytes, whatever its mode.
    pub fn same_content(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File { hash, .. }, Self::File { hash: theirs, .. }) => hash == theirs,
            (left, right) => left == right,
        }
    }
}

impl ChangeSet {
    /// Identifies this change set: every path with what it was, becomes and came from.
    pub fn hash(&self) -> Hash {
        let print = |entry: &Option<Entry>| entry.as_ref().map(Entry::fingerprint);
        let mut hasher = blake3::Hasher::new();
        for (path, change) in self.iter() {
            let line = (path, print(&change.before), print(&change.after), &change.moved_from);
            let written = serde_json::to_writer(&mut hasher, &line);
            written.unwrap_or_else(|error| unreachable!("plain values have a JSON form: {error}"));
        }
        Hash::from(hasher.finalize())
    }
}
