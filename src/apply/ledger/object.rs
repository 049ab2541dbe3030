//! Kept bytes: named by their hash, compressed, checked when read.
//!
//! Small contents are deflated; files that are never held in memory are moved here as they
//! are (`.raw`).

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::Ledger;
use crate::apply::ApplyError;
use crate::apply::root::Root;
use crate::change::{ChangeSet, Content, Entry, FileChange, Hash, RelPath};

/// The compression level: a little slower than the default, a good deal smaller.
const LEVEL: u8 = 8;

impl Ledger {
    /// Where a content of this hash is kept.
    pub(super) fn object(&self, hash: Hash) -> Result<RelPath, ApplyError> {
        let name = hash.to_string();
        let (first, rest) = name.split_at(2);
        let path = self.folder().join(format!("objects/{first}/{rest}"));
        path.map_err(|error| self.damaged(&error.to_string()))
    }

    /// Where a large file of this hash is kept.
    pub(super) fn raw_object(&self, hash: Hash) -> Result<RelPath, ApplyError> {
        let name = format!("{}.raw", self.object(hash)?);
        RelPath::new(name).map_err(|error| self.damaged(&error.to_string()))
    }

    /// Adds to `changes` that the content of the file at `path` is kept, unless it is already.
    pub(super) fn keep(
        &self,
        root: &Root,
        path: &RelPath,
        entry: &Entry,
        changes: &mut ChangeSet,
    ) -> Result<(), ApplyError> {
        let Entry::File { content, mode } = entry else {
            return Ok(());
        };
        let (place, after, moved_from) = match content {
            Content::Loaded(bytes) => {
                let packed = compress_to_vec_zlib(bytes, LEVEL);
                (self.object(content.hash())?, Entry::file(packed), None)
            }
            Content::OnDisk { .. } => {
                let after = Entry::File { content: content.clone(), mode: *mode };
                (self.raw_object(content.hash())?, after, Some(path.clone()))
            }
        };
        if root.kind(&place)?.is_none() {
            changes.insert(place, FileChange { before: None, after: Some(after), moved_from });
        }
        Ok(())
    }

    /// A kept content and, for a large file, where it lies.
    pub(super) fn fetch(
        &self,
        root: &Root,
        hash: Hash,
        length: u64,
    ) -> Result<(Content, Option<RelPath>), ApplyError> {
        let raw = self.raw_object(hash)?;
        if length > Content::LOAD_LIMIT {
            return match root.entry(&raw)? {
                Some(Entry::File { content, .. }) if content.hash() == hash => {
                    Ok((content, Some(raw)))
                }
                _ => Err(self.damaged(&format!("the kept file {raw} is missing or was changed"))),
            };
        }
        let path = self.object(hash)?;
        // Deflate adds a few bytes at most.
        let packed = root.read(&path, Content::LOAD_LIMIT + (1 << 16))?;
        let packed = packed.ok_or_else(|| self.damaged(&format!("{path} is missing")))?;
        let limit = usize::try_from(length.max(1)).unwrap_or(usize::MAX);
        let bytes = decompress_to_vec_zlib_with_limit(&packed, limit)
            .map_err(|error| self.damaged(&format!("{path}: {error}")))?;
        if Hash::of(&bytes) != hash {
            return Err(
                self.damaged(&format!("{path} does not have the content it is named after"))
            );
        }
        Ok((Content::Loaded(std::sync::Arc::new(bytes.into())), None))
    }
}
