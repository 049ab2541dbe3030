//! The one opener: access below one folder that cannot leave it.
//!
//! Built on `cap-std`: the system resolves every path beneath an open handle of the root,
//! so that a link planted between a check and its use cannot lead outside either. `cap-std`
//! alone would follow links that stay inside; here no component may be a link at all,
//! because a change made through one would land on a path that nobody planned. This file
//! reads; what changes the disk is in `effect`.

use std::fmt;
use std::io;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata};

use super::ApplyError;
use super::effect::Faults;
use crate::change::{Content, Entry, Hash, RelPath};
use crate::settings::Fault;

/// An open folder below which everything happens. Clones share the handle.
#[derive(Clone)]
pub struct Root {
    path: Utf8PathBuf,
    pub(super) folder: Arc<Dir>,
    pub(super) faults: Arc<Faults>,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, also a dangling one.
    Symlink,
    /// A socket, pipe or device.
    Other,
}

impl Root {
    /// Opens an existing folder.
    pub fn open(path: &Utf8Path) -> Result<Self, ApplyError> {
        Self::open_with_fault(path, None)
    }

    /// Opens an existing folder whose effects fail as `fault` says.
    pub fn open_with_fault(path: &Utf8Path, fault: Option<Fault>) -> Result<Self, ApplyError> {
        let failed = |source| ApplyError::Open { path: path.to_owned(), source };
        let absolute = path.canonicalize_utf8().map_err(failed)?;
        let folder = Dir::open_ambient_dir(&absolute, ambient_authority()).map_err(failed)?;
        Ok(Self { path: absolute, folder: Arc::new(folder), faults: Arc::new(Faults::new(fault)) })
    }

    /// The folder itself, absolute and without links.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// What is at `path`; `None` if nothing is, or only behind a symbolic link.
    pub fn kind(&self, path: &RelPath) -> Result<Option<Kind>, ApplyError> {
        Ok(self.metadata(path)?.as_ref().map(kind_of))
    }

    /// The file or link at `path`; an error if a folder is there, `None` if nothing is, or only
    /// behind a symbolic link: that would be another path's entry.
    pub fn entry(&self, path: &RelPath) -> Result<Option<Entry>, ApplyError> {
        let Some(metadata) = self.metadata(path)? else {
            return Ok(None);
        };
        match kind_of(&metadata) {
            Kind::Symlink => self.read_link(path).map(Some),
            Kind::File => {
                let content = self.content(path, metadata.len())?;
                let mode = mode_of(&metadata);
                Ok(Some(Entry::File { content, mode }))
            }
            Kind::Folder | Kind::Other => Err(ApplyError::NotAnEntry(path.clone())),
        }
    }

    /// The bytes of the file at `path`, if there is one; refuses more than `limit` bytes and
    /// paths through a link.
    pub fn read(&self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, ApplyError> {
        self.check_parents(path)?;
        let Some(metadata) = self.metadata(path)? else {
            return Ok(None);
        };
        if kind_of(&metadata) != Kind::File {
            return Err(ApplyError::NotAnEntry(path.clone()));
        }
        if metadata.len() > limit {
            let reason = "it is larger than files of this kind are";
            let path = path.clone();
            return Err(ApplyError::Invalid { path, reason });
        }
        let read = self.folder.read(path.as_path());
        read.map(Some).map_err(failed("read", path))
    }

    /// The names in a folder (`None`: the root itself), sorted.
    pub fn list(&self, folder: Option<&RelPath>) -> Result<Vec<RelPath>, ApplyError> {
        if let Some(folder) = folder {
            self.check_parents(&child(Some(folder), "-")?)?;
        }
        let place = folder.map_or(Utf8Path::new("."), RelPath::as_path);
        let here = || folder.cloned().unwrap_or_else(run_folder);
        let entries = self.folder.read_dir(place);
        let entries = entries.map_err(|source| access("list", &here(), source))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|source| access("list", &here(), source))?;
            let name = entry.file_name();
            let name = name.to_str().ok_or_else(|| ApplyError::NotUtf8(here()))?;
            names.push(child(folder, name)?);
        }
        names.sort();
        Ok(names)
    }

    /// Permission bits of what is at `path`; `None` if nothing is.
    pub fn mode(&self, path: &RelPath) -> Result<Option<u32>, ApplyError> {
        Ok(self.metadata(path)?.as_ref().map(mode_of))
    }

    /// Opens the file at `path` for reading.
    pub(super) fn open_file(&self, path: &RelPath) -> Result<File, ApplyError> {
        self.check_parents(path)?;
        self.folder.open(path.as_path()).map_err(failed("open", path))
    }

    /// Looks at `path`; what could only be reached through a link is not there.
    pub(super) fn metadata(&self, path: &RelPath) -> Result<Option<Metadata>, ApplyError> {
        match self.check_parents(path) {
            Ok(true) => {}
            Ok(false) | Err(ApplyError::ThroughLink { .. }) => return Ok(None),
            Err(error) => return Err(error),
        }
        absent_is_none(self.folder.symlink_metadata(path.as_path())).map_err(failed("read", path))
    }

    /// Whether every folder above `path` exists; a link among them is refused.
    pub(super) fn check_parents(&self, path: &RelPath) -> Result<bool, ApplyError> {
        let above = path.as_path().ancestors().skip(1);
        let mut folders: Vec<&Utf8Path> = above.filter(|part| !part.as_str().is_empty()).collect();
        folders.reverse();
        for folder in folders {
            let found = absent_is_none(self.folder.symlink_metadata(folder));
            let Some(metadata) = found.map_err(failed("read", path))? else {
                return Ok(false);
            };
            if metadata.is_symlink() {
                let link = RelPath::new(folder).unwrap_or_else(|_| path.clone());
                let path = path.clone();
                return Err(ApplyError::ThroughLink { path, link });
            }
            if !metadata.is_dir() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn read_link(&self, path: &RelPath) -> Result<Entry, ApplyError> {
        let target = self.folder.read_link_contents(path.as_path());
        let target = target.map_err(failed("read", path))?.into_os_string();
        match target.into_string() {
            Ok(target) => Ok(Entry::Symlink { target }),
            Err(_) => Err(ApplyError::NotUtf8(path.clone())),
        }
    }

    fn content(&self, path: &RelPath, length: u64) -> Result<Content, ApplyError> {
        if length <= Content::LOAD_LIMIT {
            let bytes = self.folder.read(path.as_path());
            let bytes = bytes.map_err(failed("read", path))?;
            return Ok(Content::Loaded(std::sync::Arc::new(bytes.into())));
        }
        let mut hasher = blake3::Hasher::new();
        let mut file = self.open_file(path)?;
        let length = io::copy(&mut file, &mut hasher).map_err(failed("read", path))?;
        Ok(Content::OnDisk {
            path: self.path.join(path.as_path()),
            hash: Hash::from(hasher.finalize()),
            length,
        })
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Root").field(&self.path).finish()
    }
}

/// The folder of lock, journal and staged files; it exists only while something is written.
pub(super) fn run_folder() -> RelPath {
    known(".scaffold/run")
}

/// A path of our own, known to be well formed.
pub(super) fn known(path: &'static str) -> RelPath {
    RelPath::new(path).unwrap_or_else(|error| unreachable!("{error}"))
}

pub(super) fn access(action: &'static str, path: &RelPath, source: io::Error) -> ApplyError {
    ApplyError::Access { action, path: path.clone(), source }
}

pub(super) fn failed<'a>(
    action: &'static str,
    path: &'a RelPath,
) -> impl Fn(io::Error) -> ApplyError + 'a {
    move |source| access(action, path, source)
}

/// Nothing there, or a file where a folder would have to be, is no error.
pub(super) fn absent_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(None),
            _ => Err(error),
        },
    }
}

fn child(folder: Option<&RelPath>, name: &str) -> Result<RelPath, ApplyError> {
    let joined = match folder {
        Some(folder) => folder.join(name),
        None => RelPath::new(name),
    };
    joined.map_err(|_error| ApplyError::NotUtf8(folder.cloned().unwrap_or_else(run_folder)))
}

fn kind_of(metadata: &Metadata) -> Kind {
    let kind = metadata.file_type();
    if kind.is_symlink() {
        Kind::Symlink
    } else if kind.is_dir() {
        Kind::Folder
    } else if kind.is_file() {
        Kind::File
    } else {
        Kind::Other
    }
}

#[cfg(unix)]
fn mode_of(metadata: &Metadata) -> u32 {
    use cap_std::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode_of(_metadata: &Metadata) -> u32 {
    0o644
}
