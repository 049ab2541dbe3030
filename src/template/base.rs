//! The rendered base: what a template gave, kept beside the answers.
//!
//! A later update merges three ways with it without running an old template again. It is a
//! committed file and therefore untrusted when it is read: sizes, paths and the hash in its
//! name are checked.

use crate::change::{Entry, Hash, PathError, RelPath};
use crate::workspace::Tree;

/// First line of the archive.
const HEADER: &str = "scaffold-base 1\n";

/// Largest archive after decompression (bytes).
const LARGEST: usize = 64 << 20;

/// A tree in one compressed file that is named by the hash of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// Hash of the archive before compression.
    pub hash: Hash,
    /// The compressed archive.
    pub bytes: Vec<u8>,
}

/// Why a kept base cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseError {
    /// It cannot be decompressed, or is too large.
    #[error("the rendered base is damaged: {0}")]
    Damaged(String),
    /// Its content is not what its name says.
    #[error("the rendered base does not have the hash {0}")]
    OtherContent(Hash),
    /// It holds a path that leaves its folder.
    #[error("the rendered base holds a path that cannot be used: {0}")]
    Path(#[from] PathError),
}

impl Base {
    /// Packs the plain files of a tree.
    pub fn pack(tree: &Tree) -> Self {
        let mut archive = HEADER.as_bytes().to_vec();
        for (path, entry) in tree.iter() {
            if let (Some(bytes), Entry::File { mode, .. }) = (entry.bytes(), entry) {
                let line = format!("{mode:o} {} {path}\n", bytes.len());
                archive.extend_from_slice(line.as_bytes());
                archive.extend_from_slice(bytes);
            }
        }
        let hash = Hash::of(&archive);
        let bytes = miniz_oxide::deflate::compress_to_vec_zlib(&archive, 9);
        Self { hash, bytes }
    }

    /// The name of its file.
    pub fn file_name(hash: Hash) -> String {
        format!("base-{}.z", &hash.to_string()[..16])
    }

    /// Unpacks what [`Base::pack`] made.
    pub fn unpack(&self) -> Result<Tree, BaseError> {
        let damaged = |message: &str| BaseError::Damaged(message.to_owned());
        let archive = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(&self.bytes, LARGEST)
            .map_err(|error| damaged(&error.to_string()))?;
        if Hash::of(&archive) != self.hash {
            return Err(BaseError::OtherContent(self.hash));
        }
        let rest = archive.strip_prefix(HEADER.as_bytes());
        let mut rest = rest.ok_or_else(|| damaged("unknown version"))?;
        let mut tree = Tree::new();
        while !rest.is_empty() {
            let (mode, length, path, after) = head(rest).ok_or_else(|| damaged("bad entry"))?;
            let (bytes, next) =
                after.split_at_checked(length).ok_or_else(|| damaged("an entry is cut off"))?;
            tree.set(RelPath::portable(path)?, Entry::file_with_mode(bytes, mode));
            rest = next;
        }
        Ok(tree)
    }
}

/// The line before an entry's bytes: mode, length, path.
fn head(rest: &[u8]) -> Option<(u32, usize, &str, &[u8])> {
    let end = memchr::memchr(b'\n', rest)?;
    let line = std::str::from_utf8(rest.get(..end)?).ok()?;
    let mut parts = line.splitn(3, ' ');
    let mode = u32::from_str_radix(parts.next()?, 8).ok()? & 0o777;
    let length = parts.next()?.parse().ok()?;
    Some((mode, length, parts.next()?, rest.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let path = |text: &str| RelPath::new(text).unwrap();
        [
            (path("a b/c.py"), Entry::file("x = 1\n\n")),
            (path("empty"), Entry::file("")),
            (path("run"), Entry::file_with_mode([0u8, 255, 10], 0o755)),
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn packing_and_unpacking_is_the_identity() {
        assert_eq!(Base::pack(&tree()).unpack().unwrap(), tree());
    }

    #[test]
    fn a_base_that_was_tampered_with_is_refused() {
        let mut base = Base::pack(&tree());
        base.hash = Hash::of(b"other");
        assert!(matches!(base.unpack(), Err(BaseError::OtherContent(_))));

        let archive = format!("{HEADER}644 1 ../x\ny");
        let bytes = miniz_oxide::deflate::compress_to_vec_zlib(archive.as_bytes(), 6);
        let base = Base { hash: Hash::of(archive.as_bytes()), bytes };
        assert!(matches!(base.unpack(), Err(BaseError::Path(_))));

        let base = Base { hash: Hash::of(b""), bytes: vec![1, 2, 3] };
        assert!(matches!(base.unpack(), Err(BaseError::Damaged(_))));
    }
}
