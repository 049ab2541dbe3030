//! The bytes of a file, with what was read out of them.

use std::any::Any;
use std::fmt;
use std::hash::Hasher;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashSet, FxHasher};

use super::{Derived, Hash};

/// Bytes that never change, so that what is derived from them is kept beside them: a file that
/// many steps look at is hashed and parsed once.
pub struct Bytes {
    content: Text,
    hash: OnceLock<Hash>,
    words: OnceLock<Words>,
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

    /// Whether a name may stand in the text by itself, not as a part of a longer one: where this
    /// says no it does not, without looking at the text again.
    ///
    /// The name may have several parts, such as `folder/module.py`.
    pub fn may_mention(&self, name: &str) -> bool {
        self.words.get_or_init(|| Words::of(self)).have(name)
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

/// The hashes of every word of a text, sorted.
struct Words(Box<[u64]>);

impl Words {
    fn of(text: &[u8]) -> Self {
        let mut found: FxHashSet<u64> = FxHashSet::default();
        found.extend(words(text).map(hash));
        let mut sorted: Box<[u64]> = found.into_iter().collect();
        sorted.sort_unstable();
        Self(sorted)
    }

    fn have(&self, name: &str) -> bool {
        words(name.as_bytes()).all(|word| self.0.binary_search(&hash(word)).is_ok())
    }
}

/// The longest stretches of letters, digits and underscores; whatever is not ASCII counts as one.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    text.split(move |byte| !is_part(byte)).filter(|word| !word.is_empty())
}

fn hash(word: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word);
    hasher.finish()
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
        Self { content, hash: OnceLock::new(), words: OnceLock::new(), derived: Derived::default() }
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
    fn a_name_is_mentioned_where_each_of_its_parts_stands_by_itself() {
        let bytes = Bytes::from(b"from shop.osint_api import x  # a/b-c.py".to_vec());

        let found = ["osint_api", "shop.osint_api", "b-c.py", "osint", "x.y", "int_api"]
            .map(|name| bytes.may_mention(name));

        assert_eq!(found, [true, true, true, false, false, false]);
    }

    #[test]
    fn bytes_with_nul_or_broken_utf8_are_no_text() {
        assert_eq!(Bytes::from(b"ab".to_vec()).text(), Some("ab"));
        assert_eq!(Bytes::from(b"a\0".to_vec()).text(), None);
        assert_eq!(Bytes::from(b"\xff".to_vec()).text(), None);
    }
}
