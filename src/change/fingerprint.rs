//! What an entry was, without its bytes: enough to recognise it, not to restore it.

use serde::{Deserialize, Serialize};

use super::{Entry, Hash};

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
    /// Whether `other` has the same kind and bytes, whatever its mode.
    pub fn same_content(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File { hash, .. }, Self::File { hash: theirs, .. }) => hash == theirs,
            (left, right) => left == right,
        }
    }
}
