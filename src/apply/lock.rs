//! One writer at a time below a root.
//!
//! The lock file lives in `.scaffold/run/` together with journal and staged files. That
//! folder ignores itself in git and is removed when the lock is given back, so that it is
//! never committed and an untouched tree stays untouched.

use std::fs::{File, TryLockError};
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use cap_std::fs::OpenOptions;

use super::ApplyError;
use super::root::{Kind, Root, access, known, run_folder};
use crate::change::RelPath;
use crate::process::interrupt;

/// After this long the caller is told that it waits.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(15);

/// The exclusive right to write below a root; given back when dropped.
#[derive(Debug)]
pub struct Lock {
    root: Root,
    _file: File,
}

impl Lock {
    /// Waits for the lock; `waiting` is called once, after two seconds.
    ///
    /// Ends with [`ApplyError::Interrupted`] when the user presses Ctrl-C meanwhile.
    pub fn acquire(root: &Root, waiting: impl FnOnce()) -> Result<Self, ApplyError> {
        let start = Instant::now();
        let mut waiting = Some(waiting);
        loop {
            if let Some(file) = attempt(root)? {
                let lock = Self { root: root.clone(), _file: file };
                lock.ignore_in_git()?;
                return Ok(lock);
            }
            if interrupt::requested() {
                return Err(ApplyError::Interrupted);
            }
            if start.elapsed() > PATIENCE
                && let Some(waiting) = waiting.take()
            {
                waiting();
            }
            thread::sleep(PAUSE);
        }
    }

    fn ignore_in_git(&self) -> Result<(), ApplyError> {
        let path = known(".scaffold/run/.gitignore");
        if self.root.kind(&path)?.is_some() {
            return Ok(());
        }
        self.root.write_new(&path, 0o644, &b"*\n"[..])
    }

    /// Removes what belongs to the lock; with a journal left behind, everything stays.
    fn clear(&self) -> Result<(), ApplyError> {
        if super::journal::is_pending(&self.root)? {
            return Ok(());
        }
        self.root.remove_tree(&known(".scaffold/run/stage"))?;
        self.root.remove_file(&known(".scaffold/run/.gitignore"))?;
        self.root.remove_file(&lock_file())?;
        if self.root.remove_folder(&run_folder())? {
            self.root.remove_folder(&known(".scaffold"))?;
        }
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next writer.
        let _ = self.clear();
    }
}

fn lock_file() -> RelPath {
    known(".scaffold/run/lock")
}

/// Opens and locks the file; `None` when somebody else has it or has just removed it.
fn attempt(root: &Root) -> Result<Option<File>, ApplyError> {
    let path = lock_file();
    let Some(file) = open(root, &path)? else {
        return Ok(None);
    };
    match file.try_lock() {
        Ok(()) => Ok(is_at(root, &path, &file)?.then_some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(access("lock", &path, source)),
    }
}

fn open(root: &Root, path: &RelPath) -> Result<Option<File>, ApplyError> {
    let vanished = |error: &ApplyError| matches!(error, ApplyError::Access { source, .. } if source.kind() == io::ErrorKind::NotFound);
    if root.kind(&run_folder())? != Some(Kind::Folder) {
        for folder in [known(".scaffold"), run_folder()] {
            match root.make_folder(&folder) {
                Err(error) if vanished(&error) => return Ok(None),
                result => result?,
            }
        }
    }
    root.check_parents(path)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    match root.folder.open_with(path.as_path(), &options) {
        Ok(file) => Ok(Some(file.into_std())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(access("open", path, error)),
    }
}

/// Whether the locked file is still the one that others will open.
#[cfg(unix)]
fn is_at(root: &Root, path: &RelPath, file: &File) -> Result<bool, ApplyError> {
    use cap_std::fs::MetadataExt as _;
    use std::os::unix::fs::MetadataExt as _;
    let ours = file.metadata().map_err(|source| access("read", path, source))?;
    let there = root.metadata(path)?;
    Ok(there.is_some_and(|there| there.ino() == ours.ino() && there.dev() == ours.dev()))
}

/// Elsewhere an open file cannot be removed, so it is.
#[cfg(not(unix))]
fn is_at(_root: &Root, _path: &RelPath, _file: &File) -> Result<bool, ApplyError> {
    Ok(true)
}
