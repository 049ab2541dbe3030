//! Effects: the only calls that change the disk, each of them a possible crash point.
//!
//! Every method checks first that no parent is a link and that the path is not inside a
//! repository's own folder, then counts one effect, then acts.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use camino::Utf8Path;
#[cfg(unix)]
use cap_std::fs::Permissions;
use cap_std::fs::{Dir, File, OpenOptions};

use super::ApplyError;
use super::root::{Kind, Root, absent_is_none, access, failed, run_folder};
use crate::change::RelPath;
use crate::settings::{Fault, FaultKind};

/// Counts effects and fails before the one that a test asked for.
#[derive(Debug)]
pub(super) struct Faults {
    fault: Option<Fault>,
    done: AtomicU64,
}

impl Faults {
    pub(super) fn new(fault: Option<Fault>) -> Self {
        Self { fault, done: AtomicU64::new(0) }
    }

    /// Counts one effect; fails, or does not return at all, before the chosen one.
    fn count(&self) -> io::Result<()> {
        let number = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        match self.fault {
            Some(fault) if fault.before == number => match fault.kind {
                FaultKind::Abort => std::process::abort(),
                FaultKind::Error => Err(io::Error::other("injected fault")),
            },
            _ => Ok(()),
        }
    }
}

impl Root {
    /// How many effects there were so far.
    pub fn effects(&self) -> u64 {
        self.faults.done.load(Ordering::Relaxed)
    }

    /// Writes a new file and waits until its bytes are on the disk.
    pub(super) fn write_new(
        &self,
        path: &RelPath,
        mode: u32,
        mut bytes: impl io::Read,
    ) -> Result<(), ApplyError> {
        self.before("create", path)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let file = self.folder.open_with(path.as_path(), &options);
        let mut file = file.map_err(failed("create", path))?;
        let written = io::copy(&mut bytes, &mut file)
            .and_then(|_| file.flush())
            .and_then(|()| set_file_mode(&file, mode))
            .and_then(|()| file.sync_all());
        written.map_err(failed("write", path))
    }

    /// Makes a folder; one that exists is left as it is.
    pub(super) fn make_folder(&self, path: &RelPath) -> Result<(), ApplyError> {
        self.before("create", path)?;
        match self.folder.create_dir(path.as_path()) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            result => result.map_err(failed("create", path)),
        }
    }

    /// Makes a symbolic link with this text.
    pub(super) fn make_link(&self, path: &RelPath, target: &str) -> Result<(), ApplyError> {
        self.before("create", path)?;
        let made = symlink(&self.folder, target, path);
        made.map_err(failed("create the link", path))
    }

    /// Gives the file at `from` a second name; `false` where the file system cannot.
    pub(super) fn link_file(&self, from: &RelPath, to: &RelPath) -> Result<bool, ApplyError> {
        self.check_parents(from)?;
        self.before("create", to)?;
        let linked = self.folder.hard_link(from.as_path(), &self.folder, to.as_path());
        match linked {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(access("read", from, error))
            }
            Err(_) => Ok(false),
        }
    }

    /// Renames, replacing a file at `to` in one indivisible step.
    pub(super) fn rename(&self, from: &RelPath, to: &RelPath) -> Result<(), ApplyError> {
        self.check_parents(from)?;
        self.before("replace", to)?;
        let renamed = self.folder.rename(from.as_path(), &self.folder, to.as_path());
        renamed.map_err(failed("replace", to))
    }

    /// Removes a file or a link; one that is gone already is no error.
    pub(super) fn remove_file(&self, path: &RelPath) -> Result<(), ApplyError> {
        self.before("remove", path)?;
        let removed = absent_is_none(self.folder.remove_file(path.as_path()));
        removed.map(|_| ()).map_err(failed("remove", path))
    }

    /// Removes an empty folder; `false` when it holds something, is gone, or is none.
    pub(super) fn remove_folder(&self, path: &RelPath) -> Result<bool, ApplyError> {
        self.before("remove", path)?;
        match absent_is_none(self.folder.remove_dir(path.as_path())) {
            Ok(removed) => Ok(removed.is_some()),
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(false),
            Err(error) => Err(access("remove", path, error)),
        }
    }

    /// Removes a folder of our own with everything in it, following no link.
    pub(super) fn remove_tree(&self, path: &RelPath) -> Result<(), ApplyError> {
        self.before("remove", path)?;
        let removed = absent_is_none(self.folder.remove_dir_all(path.as_path()));
        removed.map(|_| ()).map_err(failed("remove", path))
    }

    /// Sets permission bits.
    pub(super) fn set_mode(&self, path: &RelPath, mode: u32) -> Result<(), ApplyError> {
        self.before("set the mode of", path)?;
        let set = set_mode(&self.folder, path, mode);
        set.map_err(failed("set the mode of", path))
    }

    /// Waits until the names in a folder (`None`: the root itself) are on the disk.
    ///
    /// A folder that is gone needs none; a system that cannot sync folders is taken as it is.
    pub(super) fn sync_folder(&self, folder: Option<&RelPath>) -> Result<(), ApplyError> {
        if let Some(folder) = folder
            && self.kind(folder)? != Some(Kind::Folder)
        {
            return Ok(());
        }
        let place = folder.map_or(Utf8Path::new("."), RelPath::as_path);
        let here = || folder.cloned().unwrap_or_else(run_folder);
        let opened = absent_is_none(self.folder.open(place));
        let opened = opened.map_err(|source| access("open", &here(), source))?;
        match opened.map_or(Ok(()), |folder| folder.sync_all()) {
            Err(error) if error.kind() != io::ErrorKind::InvalidInput => {
                Err(access("sync", &here(), error))
            }
            _ => Ok(()),
        }
    }

    /// Counts one effect that happens elsewhere, in the repository.
    pub(super) fn checkpoint(&self, action: &'static str) -> Result<(), ApplyError> {
        self.faults.count().map_err(failed(action, &run_folder()))
    }

    fn before(&self, action: &'static str, path: &RelPath) -> Result<(), ApplyError> {
        self.check_parents(path)?;
        if path.segments().any(is_repository) {
            return Err(ApplyError::Repository(path.clone()));
        }
        self.faults.count().map_err(failed(action, path))
    }
}

/// Whether a name is a repository's own folder, also on file systems that fold case, shorten
/// names or ignore invisible characters.
fn is_repository(segment: &str) -> bool {
    let visible: String = segment.chars().filter(char::is_ascii).collect();
    visible.eq_ignore_ascii_case(".git") || visible.eq_ignore_ascii_case("git~1")
}

#[cfg(unix)]
fn set_file_mode(file: &File, mode: u32) -> io::Result<()> {
    use cap_std::fs::PermissionsExt;
    file.set_permissions(Permissions::from_mode(mode & 0o7777))
}

#[cfg(not(unix))]
fn set_file_mode(_file: &File, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn set_mode(folder: &Dir, path: &RelPath, mode: u32) -> io::Result<()> {
    use cap_std::fs::PermissionsExt;
    folder.set_permissions(path.as_path(), Permissions::from_mode(mode & 0o7777))
}

#[cfg(not(unix))]
fn set_mode(_folder: &Dir, _path: &RelPath, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn symlink(folder: &Dir, target: &str, path: &RelPath) -> io::Result<()> {
    folder.symlink_contents(target, path.as_path())
}

#[cfg(not(unix))]
fn symlink(folder: &Dir, target: &str, path: &RelPath) -> io::Result<()> {
    folder.symlink_file(target, path.as_path())
}
