//! Paths below a root.
//!
//! A [`RelPath`] cannot be absolute, climb out with `..`, or name a device: what
//! comes from templates, plans and ledgers is checked once, here.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

/// A normalised, non-empty path below some root, with `/` between segments.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RelPath(Arc<str>);

/// Why a path is not usable below a root.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing is left after normalisation.
    #[error("the path is empty")]
    Empty,
    /// It starts at a file-system root or a drive.
    #[error("{0:?} is absolute")]
    Absolute(String),
    /// It leaves its root.
    #[error("{0:?} climbs out of its root")]
    Climbs(String),
    /// A segment has a character or a name that some file system cannot hold.
    #[error("{0:?} has a segment that is not portable")]
    NotPortable(String),
}

/// Names that Windows reserves in every folder.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

impl RelPath {
    /// Checks and normalises a path.
    pub fn new(path: impl AsRef<str>) -> Result<Self, PathError> {
        let text = path.as_ref();
        if text.contains(['\0', '\\']) {
            return Err(PathError::NotPortable(text.to_owned()));
        }
        let mut result = Utf8PathBuf::new();
        for component in Utf8Path::new(text).components() {
            match component {
                Utf8Component::Normal(segment) => result.push(segment),
                Utf8Component::CurDir => {}
                Utf8Component::ParentDir => {
                    if !result.pop() {
                        return Err(PathError::Climbs(text.to_owned()));
                    }
                }
                Utf8Component::RootDir | Utf8Component::Prefix(_) => {
                    return Err(PathError::Absolute(text.to_owned()));
                }
            }
        }
        if result.as_str().is_empty() {
            return Err(PathError::Empty);
        }
        Ok(Self(result.into_string().into()))
    }

    /// As [`RelPath::new`], and every segment can be created on every common file system.
    ///
    /// For paths of files that are to be made; files that exist are taken as they are.
    pub fn portable(path: impl AsRef<str>) -> Result<Self, PathError> {
        let path = Self::new(path)?;
        let bad = path.segments().any(|name| {
            let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
            let odd = |character: char| character.is_control() || "<>:\"|?*".contains(character);
            DEVICES.contains(&stem.as_str()) || name.contains(odd) || name.ends_with(['.', ' '])
        });
        if bad { Err(PathError::NotPortable(path.to_string())) } else { Ok(path) }
    }

    /// This path with `tail` below it.
    pub fn join(&self, tail: impl AsRef<str>) -> Result<Self, PathError> {
        Self::new(format!("{}/{}", self.0, tail.as_ref()))
    }

    /// The folder that holds this path, if it is not the root itself.
    pub fn parent(&self) -> Option<Self> {
        let (parent, _) = self.0.rsplit_once('/')?;
        Some(Self(parent.into()))
    }

    /// The part below `folder`, if this path is below it.
    pub fn below(&self, folder: &RelPath) -> Option<Self> {
        let rest = self.0.strip_prefix(&*folder.0)?.strip_prefix('/')?;
        Some(Self(rest.into()))
    }

    /// Whether this path is `folder` or lies below it.
    pub fn starts_with(&self, folder: &RelPath) -> bool {
        let rest = self.0.strip_prefix(&*folder.0);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The last segment.
    pub fn name(&self) -> &str {
        let start = memchr::memrchr(b'/', self.0.as_bytes()).map_or(0, |slash| slash + 1);
        &self.0[start..]
    }

    /// The last segment without its extension.
    pub fn stem(&self) -> &str {
        self.split_name().0
    }

    /// The extension without the dot, or an empty string.
    pub fn extension(&self) -> &str {
        self.split_name().1
    }

    /// The last segment around its last dot; a dot that it begins with is none.
    fn split_name(&self) -> (&str, &str) {
        let name = self.name();
        match memchr::memrchr(b'.', name.as_bytes()) {
            None | Some(0) => (name, ""),
            Some(dot) => (&name[..dot], &name[dot + 1..]),
        }
    }

    /// The segments, outermost first.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path for joining to an absolute root.
    pub fn as_path(&self) -> &Utf8Path {
        Utf8Path::new(&*self.0)
    }
}

/// As the texts; most of those that are compared are the same one.
impl Ord for RelPath {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

impl PartialOrd for RelPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for RelPath {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Eq for RelPath {}

impl Hash for RelPath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl TryFrom<String> for RelPath {
    type Error = PathError;

    fn try_from(text: String) -> Result<Self, PathError> {
        Self::new(text)
    }
}

impl From<RelPath> for String {
    fn from(path: RelPath) -> Self {
        path.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_climbs_out_is_refused_and_one_that_returns_is_kept() {
        assert_eq!(RelPath::new("a/../../b"), Err(PathError::Climbs("a/../../b".into())));
        assert_eq!(RelPath::new("a/./x/../b").unwrap().as_str(), "a/b");
    }

    #[test]
    fn absolute_and_empty_paths_are_refused() {
        assert!(matches!(RelPath::new("/etc/passwd"), Err(PathError::Absolute(_))));
        assert_eq!(RelPath::new("./"), Err(PathError::Empty));
    }

    #[test]
    fn a_name_is_split_at_its_last_dot_but_for_one_at_its_start() {
        let split = |path: &str| {
            let path = RelPath::new(path).unwrap();
            (path.stem().to_owned(), path.extension().to_owned())
        };

        for name in ["x.y/main.py", ".env", ".env.example", "Makefile", "a.", "é.py", "..foo"] {
            let std = std::path::Path::new(name);
            let text = |part: Option<&std::ffi::OsStr>| {
                part.unwrap_or_default().to_string_lossy().into_owned()
            };
            assert_eq!(split(name), (text(std.file_stem()), text(std.extension())), "{name}");
        }
    }

    #[test]
    fn device_names_are_not_portable() {
        assert!(RelPath::new("a/nul.txt").is_ok());
        assert!(RelPath::portable("a/nul.txt").is_err());
    }
}
