//! The scratch folder: a copy of the service and its surroundings that a probe may ruin.
//!
//! The only file of `verify` that writes, and only below a temporary folder of its own, which is
//! gone when the value is dropped. Links that lead out of the copy are left out.

#![expect(
    clippy::disallowed_methods,
    reason = "writes below a temporary folder of its own, never in a project"
)]

use std::fs;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use include_dir::{Dir, include_dir};
use tempfile::TempDir;

use crate::change::{Content, Entry, RelPath};
use crate::workspace::Tree;

/// The probe's own code.
static TOOLS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/verify/probe/python");

/// A temporary folder with the probe's tools and a copy of a tree.
#[derive(Debug)]
pub(crate) struct Scratch {
    _folder: TempDir,
    path: Utf8PathBuf,
}

impl Scratch {
    /// Makes the folder and puts the tools and the whole tree there.
    pub(crate) fn new(tree: &Tree) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("scaffold-verify-").tempdir()?;
        let path = Utf8PathBuf::try_from(folder.path().canonicalize()?)
            .map_err(camino::FromPathBufError::into_io_error)?;
        let scratch = Self { _folder: folder, path };
        for name in ["tools", "home", "tree"] {
            fs::create_dir(scratch.path.join(name))?;
        }
        TOOLS.extract(scratch.path.join("tools"))?;
        tree.iter().try_for_each(|(path, entry)| scratch.put(path, entry))?;
        Ok(scratch)
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Where the copy of the tree is.
    pub(crate) fn tree(&self) -> Utf8PathBuf {
        self.path.join("tree")
    }

    /// The folder that stands for the user's home.
    pub(crate) fn home(&self) -> Utf8PathBuf {
        self.path.join("home")
    }

    /// The script that starts a probe.
    pub(crate) fn start_script(&self) -> Utf8PathBuf {
        self.path.join("tools/start.py")
    }

    /// Puts `folder` back to what the tree says, and the home folder to nothing.
    pub(crate) fn reset(&self, tree: &Tree, folder: &RelPath) -> io::Result<()> {
        remove(&self.tree().join(folder.as_path()))?;
        remove(&self.home())?;
        fs::create_dir_all(self.tree().join(folder.as_path()))?;
        fs::create_dir(self.home())?;
        tree.below(folder).try_for_each(|(path, entry)| self.put(path, entry))
    }

    /// Writes a file of the probe's own and says where it is.
    pub(crate) fn write(&self, name: &str, text: &str) -> io::Result<Utf8PathBuf> {
        let path = self.path.join(name);
        fs::write(&path, text)?;
        Ok(path)
    }

    fn put(&self, path: &RelPath, entry: &Entry) -> io::Result<()> {
        let target = self.tree().join(path.as_path());
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        match entry {
            Entry::File { content, mode } => {
                match content {
                    Content::Loaded(bytes) => fs::write(&target, &bytes[..])?,
                    Content::OnDisk { path, .. } => fs::copy(path, &target).map(drop)?,
                }
                set_mode(&target, *mode)
            }
            Entry::Symlink { target: text } if stays_inside(path, text) => link(text, &target),
            Entry::Symlink { .. } => Ok(()),
        }
    }
}

fn remove(path: &Utf8Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Whether a link at `path` leads to something within the same tree.
fn stays_inside(path: &RelPath, target: &str) -> bool {
    let from = path.parent().map(|parent| format!("{parent}/"));
    RelPath::new(format!("{}{target}", from.unwrap_or_default())).is_ok()
        && !target.starts_with('/')
}

#[cfg(unix)]
fn link(text: &str, target: &Utf8Path) -> io::Result<()> {
    std::os::unix::fs::symlink(text, target)
}

#[cfg(not(unix))]
fn link(_text: &str, _target: &Utf8Path) -> io::Result<()> {
    Ok(())
}

/// The owner can always read and remove it.
#[cfg(unix)]
fn set_mode(path: &Utf8Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode((mode & 0o777) | 0o600))
}

#[cfg(not(unix))]
fn set_mode(_path: &Utf8Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelPath {
        RelPath::new(text).unwrap()
    }

    #[test]
    fn a_reset_takes_away_what_a_probe_left_and_restores_what_it_removed() {
        let tree: Tree =
            [(path("svc/a.py"), Entry::file("a")), (path("shared/b.py"), Entry::file("b"))]
                .into_iter()
                .collect();
        let scratch = Scratch::new(&tree).unwrap();
        let service = scratch.tree().join("svc");
        fs::write(service.join("left.db"), "x").unwrap();
        fs::remove_file(service.join("a.py")).unwrap();

        scratch.reset(&tree, &path("svc")).unwrap();

        assert!(!service.join("left.db").exists());
        assert_eq!(fs::read(service.join("a.py")).unwrap(), b"a");
        assert!(scratch.tree().join("shared/b.py").exists());
        assert!(scratch.start_script().exists());
    }

    #[test]
    fn a_link_that_leads_out_of_the_tree_is_left_out() {
        let entry = |target: &str| Entry::Symlink { target: target.into() };
        let tree: Tree = [
            (path("svc/in"), entry("../shared/b.py")),
            (path("svc/out"), entry("../../etc/passwd")),
            (path("svc/absolute"), entry("/etc/passwd")),
        ]
        .into_iter()
        .collect();

        let scratch = Scratch::new(&tree).unwrap();

        let there = |name: &str| scratch.tree().join(name).symlink_metadata().is_ok();
        assert!(there("svc/in"));
        assert!(!there("svc/out") && !there("svc/absolute"));
    }
}
