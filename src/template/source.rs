//! Where templates come from: the binary, a folder, or a git repository.
//!
//! Loading reads every file of a template into memory, within limits. A symbolic link, a
//! device or a name that is not portable is refused; what is not a template of ours is
//! recognised and left to [`super::liquid`].

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use ignore::WalkBuilder;
use include_dir::{Dir, include_dir};

use super::engine::Limits;
use super::manifest::{self, Manifest, ManifestError};
use super::render::{SourceFile, Template};
use crate::change::{PathError, RelPath};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The folder of a template's contents.
const FILES: &str = "files";

/// The folder of sketches: what files that are there shall hold.
const EDITS: &str = "edits";

/// The manifest of a cargo-generate template.
pub(super) const LIQUID_FILE: &str = "cargo-generate.toml";

/// Where a template is, as the user wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder.
    Directory(Utf8PathBuf),
    /// A repository that the user's git can clone, with an optional branch, tag or commit.
    Git {
        /// What git is given.
        url: String,
        /// After `#` in what the user wrote.
        revision: Option<String>,
    },
}

/// Why a template cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Nothing is there.
    #[error("there is no template at {0}")]
    Missing(String),
    /// A folder without a manifest.
    #[error("{0} has neither {file} nor {LIQUID_FILE}", file = manifest::FILE)]
    NoManifest(Utf8PathBuf),
    /// The manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Something in the folder is not a plain file.
    #[error("{0} is a symbolic link or a special file, which a template cannot have")]
    NotPlain(Utf8PathBuf),
    /// A name that cannot be written everywhere.
    #[error("a file of the template cannot be used: {0}")]
    Path(#[from] PathError),
    /// Too many files.
    #[error("the template has more than {0} files")]
    TooMany(usize),
    /// A file is too large.
    #[error("{path} is larger than {limit} bytes")]
    TooLarge {
        /// The file.
        path: Utf8PathBuf,
        /// The limit.
        limit: u64,
    },
    /// A read failed.
    #[error("cannot read {path}: {message}")]
    Read {
        /// What was read.
        path: String,
        /// What the system said.
        message: String,
    },
    /// git failed.
    #[error("git cannot fetch {url}: {message}")]
    Git {
        /// What git was given.
        url: String,
        /// The end of what it said.
        message: String,
    },
}

/// Whose format a template folder has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `template.toml` and tera.
    Own,
    /// `cargo-generate.toml` and Liquid.
    Liquid,
}

impl Source {
    /// Reads `--template`; relative folders are below `cwd`.
    pub fn parse(text: &str, cwd: &Utf8Path) -> Self {
        let looks_remote = text.contains("://")
            || text.split('#').next().and_then(|url| url.strip_suffix(".git")).is_some()
            || is_scp_like(text);
        if !looks_remote || cwd.join(text).is_dir() {
            return Self::Directory(cwd.join(text));
        }
        let (url, revision) = match text.rsplit_once('#') {
            Some((url, revision)) => (url, Some(revision.to_owned())),
            None => (text, None),
        };
        Self::Git { url: url.to_owned(), revision }
    }
}

/// `user@host:path`, the way ssh is written.
fn is_scp_like(text: &str) -> bool {
    let host = text.split_once(':').map(|(host, _)| host);
    host.is_some_and(|host| host.contains('@') && !host.contains('/'))
}

/// A template of ours that is part of the binary.
pub fn embedded(name: &'static str) -> Result<Template, SourceError> {
    let folder = EMBEDDED.get_dir(name);
    let folder = folder.ok_or_else(|| SourceError::Missing(name.to_owned()))?;
    let text = folder
        .get_file(folder.path().join(manifest::FILE))
        .and_then(include_dir::File::contents_utf8)
        .ok_or_else(|| SourceError::Missing(name.to_owned()))?;
    let manifest = Manifest::parse(&format!("templates/{name}/{}", manifest::FILE), text)?;
    let below = |name: &str| {
        let mut files = BTreeMap::new();
        if let Some(root) = EMBEDDED.get_dir(folder.path().join(name)) {
            collect(root, root.path(), &mut files)?;
        }
        Ok::<_, SourceError>(files)
    };
    let template = Template::new(manifest, below(FILES)?, Limits::default());
    Ok(template.with_edits(below(EDITS)?))
}

fn collect(
    folder: &Dir<'_>,
    root: &std::path::Path,
    files: &mut BTreeMap<RelPath, SourceFile>,
) -> Result<(), SourceError> {
    for file in folder.files() {
        let below = file.path().strip_prefix(root).unwrap_or(file.path());
        let path = RelPath::new(below.to_string_lossy())?;
        let script = file.contents().starts_with(b"#!");
        let mode = if script { 0o755 } else { 0o644 };
        files.insert(path, SourceFile { bytes: file.contents().into(), mode });
    }
    folder.dirs().try_for_each(|folder| collect(folder, root, files))
}

/// Whose format the folder has.
pub fn dialect(folder: &Utf8Path) -> Result<Dialect, SourceError> {
    if !folder.is_dir() {
        return Err(SourceError::Missing(folder.to_string()));
    }
    if folder.join(manifest::FILE).is_file() {
        Ok(Dialect::Own)
    } else if folder.join(LIQUID_FILE).is_file() {
        Ok(Dialect::Liquid)
    } else {
        Err(SourceError::NoManifest(folder.to_owned()))
    }
}

/// Loads a template of our format from a folder.
pub fn load(folder: &Utf8Path, limits: Limits) -> Result<Template, SourceError> {
    let path = folder.join(manifest::FILE);
    let text = read(&path, limits.file_bytes)?;
    let text = String::from_utf8(text).map_err(|error| failed(&path, &error))?;
    let manifest = Manifest::parse(path.as_str(), &text)?;
    let mut files = BTreeMap::new();
    for (path, full) in walk(&folder.join(FILES), limits)? {
        let mode = if is_executable(&full) { 0o755 } else { 0o644 };
        let bytes = read(&full, limits.file_bytes)?;
        files.insert(path, SourceFile { bytes: bytes.into(), mode });
    }
    Ok(Template::new(manifest, files, limits))
}

/// Every plain file below a folder; anything else than files and folders is refused.
pub(super) fn walk(
    root: &Utf8Path,
    limits: Limits,
) -> Result<Vec<(RelPath, Utf8PathBuf)>, SourceError> {
    let mut found = Vec::new();
    if !root.is_dir() {
        return Ok(found);
    }
    if root.is_symlink() {
        return Err(SourceError::NotPlain(root.to_owned()));
    }
    for entry in WalkBuilder::new(root).standard_filters(false).build() {
        let entry = entry.map_err(|error| failed(root, &error))?;
        let full = Utf8PathBuf::try_from(entry.path().to_owned());
        let full = full.map_err(|error| failed(root, &error))?;
        match entry.file_type() {
            Some(kind) if kind.is_dir() => continue,
            Some(kind) if kind.is_file() => {}
            _ => return Err(SourceError::NotPlain(full)),
        }
        let below = full.strip_prefix(root).unwrap_or(&full);
        found.push((RelPath::portable(below)?, full));
        if found.len() > limits.files {
            return Err(SourceError::TooMany(limits.files));
        }
    }
    found.sort();
    Ok(found)
}

/// Reads a file that is not larger than `limit` (bytes).
pub(super) fn read(path: &Utf8Path, limit: u64) -> Result<Vec<u8>, SourceError> {
    let length = path.metadata().map_err(|error| failed(path, &error))?.len();
    if length > limit {
        return Err(SourceError::TooLarge { path: path.to_owned(), limit });
    }
    std::fs::read(path).map_err(|error| failed(path, &error))
}

fn failed(path: &Utf8Path, error: &dyn std::error::Error) -> SourceError {
    SourceError::Read { path: path.to_string(), message: error.to_string() }
}

#[cfg(unix)]
pub(super) fn is_executable(path: &Utf8Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let metadata = path.metadata();
    metadata.is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
pub(super) fn is_executable(_path: &Utf8Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_repositories_are_told_apart() {
        let cwd = Utf8Path::new("/work-place");
        let git = |url: &str, revision: Option<&str>| Source::Git {
            url: url.into(),
            revision: revision.map(str::to_owned),
        };

        assert_eq!(
            Source::parse("my/template", cwd),
            Source::Directory("/work-place/my/template".into())
        );
        assert_eq!(
            Source::parse("https://example.org/t.git#v1", cwd),
            git("https://example.org/t.git", Some("v1"))
        );
        assert_eq!(Source::parse("git@example.org:t", cwd), git("git@example.org:t", None));
    }

    #[test]
    fn every_glob_of_our_templates_matches_a_file() {
        let made = ["workspace", "service", "libs/core", "libs/api", "libs/db", "libs/messaging"];
        let added = ["add/entity", "add/endpoint", "add/event", "add/consumer", "add/client"];
        for name in made.into_iter().chain(added) {
            let template = embedded(name).unwrap();

            assert_eq!(template.idle_globs(), Vec::<String>::new(), "{name}");
        }
    }
}
