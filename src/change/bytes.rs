//! The bytes of a file, with what was read out of them.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::{Derived, Hash};

/// Bytes that never change, so that what is derived from them is kept beside them: a file that
/// many steps look at is hashed and parsed once.
pub struct Bytes {
    content: Text,
    hash: OnceLock<Hash>,
    derived: Derived,
}

enum Text {
    /// UTF-8 without NUL bytes.
    Yes(Box<str>),
    No(Box<[u8]>),
}

impl Bytes {
    /// Their hash.
    pub fn hash(&self) -> Hash {
        *self.hash.get_or_init(|| Hash::of(self))
    }

    /// The text, if they are UTF-8 without NUL bytes.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Text::Yes(text) => Some(text),
            Text::No(_) => None,
        }
    }

    /// What `make` reads out of the bytes: made at the first call for a type, kept for later
    /// ones. `fits` says whether a value that is there is the wanted one (when it depends on more
    /// than the bytes).
    pub fn derived<T: Any + Send + Sync>(
        &self,
        fits: impl Fn(&T) -> bool,
        make: impl FnOnce(&[u8]) -> T,
    ) -> Arc<T> {
        self.derived.get(fits, || make(self))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.content {
            Text::Yes(text) => text.as_bytes(),
            Text::No(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        let is_binary = memchr::memchr(0, &bytes).is_some();
        let content = match String::from_utf8(bytes) {
            Ok(text) if !is_binary => Text::Yes(text.into()),
            Ok(text) => Text::No(text.into_bytes().into()),
            Err(error) => Text::No(error.into_bytes().into()),
        };
        Self { content, hash: OnceLock::new(), derived: Derived::default() }
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Bytes {}

impl fmt::Debug for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_derived_is_made_once_for_each_type_and_fit() {
        let bytes = Bytes::from(b"abc".to_vec());
        let mut made = 0;
        for _ in 0..2 {
            let length = bytes.derived::<usize>(
                |_| true,
                |bytes| {
                    made += 1;
                    bytes.len()
                },
            );
            assert_eq!(*length, 3);
        }
        let other = bytes.derived::<usize>(|length| *length == 4, |_| 4);

        assert_eq!((made, *other), (1, 4));
        assert_eq!(*bytes.derived::<String>(|_| true, |_| "x".to_owned()), "x");
    }

    #[test]
    fn bytes_with_nul_or_broken_utf8_are_no_text() {
        assert_eq!(Bytes::from(b"ab".to_vec()).text(), Some("ab"));
        assert_eq!(Bytes::from(b"a\0".to_vec()).text(), None);
        assert_eq!(Bytes::from(b"\xff".to_vec()).text(), None);
    }
}
