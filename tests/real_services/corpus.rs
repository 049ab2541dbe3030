//! A copy of a backend that may be ruined, and pictures of it to compare byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

/// What is never copied: what tools made.
const LEFT_OUT: [&str; 7] =
    [".git", "__pycache__", ".venv", "venv", "node_modules", ".pytest_cache", ".mypy_cache"];

/// Where services lie below a backend, the first that exists.
const PLACES: [&str; 3] = ["backend/services", "services", "."];

/// A backend in a scratch folder.
#[derive(Debug)]
pub(crate) struct Corpus {
    _folder: tempfile::TempDir,
    /// The copy.
    pub(crate) root: Utf8PathBuf,
    /// The services, below the root.
    pub(crate) services: Vec<String>,
}

impl Corpus {
    /// Copies the backend at `source` and finds its services; `only` keeps those of these names.
    pub(crate) fn copy(source: &Utf8Path, only: &[String]) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("scaffold-corpus-").tempdir()?;
        let root = Utf8PathBuf::try_from(folder.path().canonicalize()?)
            .map_err(camino::FromPathBufError::into_io_error)?
            .join("root");
        copy_tree(source, &root)?;
        let mut services = find_services(&root)?;
        if !only.is_empty() {
            services.retain(|service| only.iter().any(|name| service.ends_with(name)));
        }
        Ok(Self { _folder: folder, root, services })
    }
}

/// The folders that hold Python, in the first place that has any.
fn find_services(root: &Utf8Path) -> io::Result<Vec<String>> {
    for place in PLACES {
        let folder = root.join(place);
        if !folder.is_dir() {
            continue;
        }
        let mut found = Vec::new();
        for entry in folder.read_dir_utf8()? {
            let entry = entry?;
            let hidden = entry.file_name().starts_with(['.', '_']);
            if entry.file_type()?.is_dir() && !hidden && holds_python(entry.path())? {
                found.push(if place == "." {
                    entry.file_name().to_owned()
                } else {
                    format!("{place}/{}", entry.file_name())
                });
            }
        }
        found.sort();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn holds_python(folder: &Utf8Path) -> io::Result<bool> {
    for entry in folder.read_dir_utf8()? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            if holds_python(entry.path())? {
                return Ok(true);
            }
        } else if entry.path().extension() == Some("py") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Copies files, links and modes.
#[expect(clippy::disallowed_methods, reason = "writes the scratch copy of a test")]
pub(crate) fn copy_tree(source: &Utf8Path, target: &Utf8Path) -> io::Result<()> {
    fs::create_dir_all(target)?;
    for entry in source.read_dir_utf8()? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let to = target.join(entry.file_name());
        if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path())?, &to)?;
        } else if kind.is_dir() {
            if !LEFT_OUT.contains(&entry.file_name()) {
                copy_tree(entry.path(), &to)?;
            }
        } else if kind.is_file() {
            fs::copy(entry.path(), &to)?;
        }
    }
    fs::set_permissions(target, fs::metadata(source)?.permissions())
}

/// What is at each path: kind, mode and content.
pub(crate) type Picture = BTreeMap<String, String>;

/// Everything below `root`, empty folders included.
pub(crate) fn picture(root: &Utf8Path) -> io::Result<Picture> {
    let mut found = Picture::new();
    add(root, root, &mut found)?;
    Ok(found)
}

fn add(root: &Utf8Path, folder: &Utf8Path, found: &mut Picture) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    for entry in folder.read_dir_utf8()? {
        let entry = entry?;
        let path = entry.path();
        let metadata = path.symlink_metadata()?;
        let mode = metadata.permissions().mode();
        let seen = if metadata.is_symlink() {
            format!("link to {}", fs::read_link(path)?.display())
        } else if metadata.is_dir() {
            add(root, path, found)?;
            format!("folder {mode:o}")
        } else {
            format!("file {mode:o} {}", blake3::hash(&fs::read(path)?))
        };
        let name = path.strip_prefix(root).unwrap_or(path).as_str().to_owned();
        found.insert(name, seen);
    }
    Ok(())
}

/// The paths at which two pictures differ.
pub(crate) fn differences(before: &Picture, after: &Picture) -> Vec<String> {
    let changed = before.iter().filter(|(path, seen)| after.get(*path) != Some(*seen));
    let new = after.iter().filter(|(path, _)| !before.contains_key(*path));
    changed.chain(new).map(|(path, _)| path.clone()).collect()
}
