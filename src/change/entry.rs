//! One thing in a tree: a file with its bytes, or a symbolic link.

use std::fmt;
use std::sync::Arc;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use super::Bytes;

/// A BLAKE3 content hash, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl From<blake3::Hash> for Hash {
    fn from(hash: blake3::Hash) -> Self {
        Self(*hash.as_bytes())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for Hash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parsed = blake3::Hash::from_hex(&text);
        parsed.map(|hash| Self(*hash.as_bytes())).map_err(|error| format!("{text:?}: {error}"))
    }
}

/// The bytes of a file: in memory, or left on disk because the file is large.
#[derive(Debug, Clone)]
pub enum Content {
    /// Read.
    Loaded(Arc<Bytes>),
    /// Larger than the loader's limit: moved and compared by hash, never edited.
    OnDisk {
        /// Where it was when the tree was read.
        path: Utf8PathBuf,
        /// Hash of its bytes.
        hash: Hash,
        /// Length in bytes.
        length: u64,
    },
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Loaded(left), Self::Loaded(right)) => Arc::ptr_eq(left, right) || left == right,
            _ => self.hash() == other.hash(),
        }
    }
}

impl Eq for Content {}

impl Content {
    /// The hash of the bytes.
    pub fn hash(&self) -> Hash {
        match self {
            Self::Loaded(bytes) => bytes.hash(),
            Self::OnDisk { hash, .. } => *hash,
        }
    }

    /// Files above this size are compared by hash and never held in memory (bytes).
    pub const LOAD_LIMIT: u64 = 4 << 20;

    /// Length in bytes.
    pub fn length(&self) -> u64 {
        match self {
            Self::Loaded(bytes) => bytes.len() as u64,
            Self::OnDisk { length, .. } => *length,
        }
    }

    /// The bytes, if they are in memory.
    pub fn bytes(&self) -> Option<&Arc<Bytes>> {
        match self {
            Self::Loaded(bytes) => Some(bytes),
            Self::OnDisk { .. } => None,
        }
    }
}

/// One thing in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A regular file.
    File {
        /// Its bytes.
        content: Content,
        /// Unix permission bits (`0o644` where the system has none).
        mode: u32,
    },
    /// A symbolic link, also a dangling one; never followed.
    Symlink {
        /// The link's text.
        target: String,
    },
}

impl Entry {
    /// A plain file of our making (`0o644`).
    pub fn file(bytes: impl Into<Vec<u8>>) -> Self {
        Self::file_with_mode(bytes, 0o644)
    }

    /// A file with permission bits.
    pub fn file_with_mode(bytes: impl Into<Vec<u8>>, mode: u32) -> Self {
        Self::File { content: Content::Loaded(Arc::new(bytes.into().into())), mode }
    }

    /// The same entry with other bytes; a symbolic link becomes a file.
    #[must_use]
    pub fn with_bytes(&self, bytes: impl Into<Vec<u8>>) -> Self {
        let mode = match self {
            Self::File { mode, .. } => *mode,
            Self::Symlink { .. } => 0o644,
        };
        Self::file_with_mode(bytes, mode)
    }

    /// The bytes of a file that is in memory.
    pub fn bytes(&self) -> Option<&Arc<Bytes>> {
        match self {
            Self::File { content, .. } => content.bytes(),
            Self::Symlink { .. } => None,
        }
    }

    /// The text of a file that is in memory and UTF-8 without NUL bytes.
    pub fn text(&self) -> Option<&str> {
        self.bytes()?.text()
    }

    /// A hash over kind and content (not the mode).
    pub fn hash(&self) -> Hash {
        match self {
            Self::File { content, .. } => content.hash(),
            Self::Symlink { target } => Hash::of(format!("link\0{target}").as_bytes()),
        }
    }
}
