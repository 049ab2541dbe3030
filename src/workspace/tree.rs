//! A tree of files as a value.
//!
//! A [`Tree`] is read from disk once and then only changed in memory: planning step
//! n+1 works on the tree that steps 1..n would leave. Cloning shares all contents.

use std::any::Any;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use ignore::{DirEntry, WalkBuilder};
use rayon::prelude::*;

use crate::change::{ChangeSet, Content, Derived, Entry, FileChange, Hash, RelPath};

/// Folders that hold what tools made, never what people wrote.
const GENERATED: [&str; 14] = [
    ".git",
    ".hg",
    ".svn",
    "__pycache__",
    ".venv",
    "venv",
    "node_modules",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".nox",
    ".scaffold",
    "target",
];

/// Endings of files that can refer to code by name.
const TEXT: [&str; 26] = [
    "py", "pyi", "toml", "cfg", "ini", "yml", "yaml", "json", "txt", "md", "rst", "sh", "bash",
    "env", "conf", "mk", "in", "j2", "html", "sql", "service", "tf", "example", "lock", "tpl",
    "xml",
];

/// Which files of a folder are read.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Below these folders everything is read; elsewhere only text that can refer to code.
    /// Empty means everywhere.
    pub whole: Vec<RelPath>,
}

/// Why a tree cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// The walk or a read failed.
    #[error("cannot read {path}: {source}")]
    Read {
        /// What was being read.
        path: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The root is not a folder.
    #[error("{0} is not a folder")]
    NotAFolder(Utf8PathBuf),
}

/// Files and symbolic links below one root, with their contents.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    files: Arc<Files>,
    unreadable_names: Arc<[String]>,
}

/// What trees share until one of them is changed.
#[derive(Default)]
struct Files {
    entries: BTreeMap<RelPath, Entry>,
    derived: Derived,
}

impl Tree {
    /// Nothing is there.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads what is below `root`, in parallel; generated folders (`.git`, `__pycache__`,
    /// virtual environments …) are left out and links are not followed.
    pub fn read(root: &Utf8Path, scope: &Scope) -> Result<Self, TreeError> {
        if !root.is_dir() {
            return Err(TreeError::NotAFolder(root.to_owned()));
        }
        let mut unreadable_names = Vec::new();
        let mut paths = Vec::new();
        let walk = WalkBuilder::new(root)
            .standard_filters(false)
            .filter_entry(is_written_by_people)
            .build();
        for found in walk {
            let found = found.map_err(|error| walk_error(root, error))?;
            if found.file_type().is_none_or(|kind| kind.is_dir()) {
                continue;
            }
            match relative(root, found.path()) {
                Some(path) if scope.reads(&path) => paths.push(path),
                Some(_) => {}
                None => unreadable_names.push(found.path().display().to_string()),
            }
        }
        let entries = paths
            .into_par_iter()
            .filter_map(|path| read_entry(root, path).transpose())
            .collect::<Result<BTreeMap<_, _>, _>>()?;
        Ok(Self { unreadable_names: unreadable_names.into(), ..entries.into() })
    }

    /// Names that are not UTF-8: such files are never touched.
    pub fn unreadable_names(&self) -> &[String] {
        &self.unreadable_names
    }

    /// What is at `path`.
    pub fn get(&self, path: &RelPath) -> Option<&Entry> {
        self.files.entries.get(path)
    }

    /// The text of the file at `path`, if it is a text file in memory.
    pub fn text(&self, path: &RelPath) -> Option<&str> {
        self.get(path)?.text()
    }

    /// Everything, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&RelPath, &Entry)> {
        self.files.entries.iter()
    }

    /// Everything below `folder`, sorted by path.
    pub fn below<'a>(
        &'a self,
        folder: &'a RelPath,
    ) -> impl Iterator<Item = (&'a RelPath, &'a Entry)> {
        self.files
            .entries
            .range(folder.clone()..)
            .skip_while(move |(path, _)| *path == folder)
            .take_while(move |(path, _)| path.as_str().starts_with(folder.as_str()))
            .filter(move |(path, _)| path.starts_with(folder))
    }

    /// Everything below `folder`, or everything there is for `None`, sorted by path.
    pub fn within<'a>(
        &'a self,
        folder: Option<&'a RelPath>,
    ) -> Box<dyn Iterator<Item = (&'a RelPath, &'a Entry)> + 'a> {
        match folder {
            Some(folder) => Box::new(self.below(folder)),
            None => Box::new(self.iter()),
        }
    }

    /// Whether `folder` holds anything.
    pub fn has_folder(&self, folder: &RelPath) -> bool {
        self.below(folder).next().is_some()
    }

    /// Puts an entry at `path`.
    pub fn set(&mut self, path: RelPath, entry: Entry) {
        self.entries_mut().insert(path, entry);
    }

    /// Takes what is at `path` away.
    pub fn remove(&mut self, path: &RelPath) -> Option<Entry> {
        self.entries_mut().remove(path)
    }

    /// What `make` reads out of the whole tree: made at the first call for a type and kept as long
    /// as nothing is changed. `fits` says whether a value that is there is the wanted one.
    pub fn derived<T: Any + Send + Sync>(
        &self,
        fits: impl Fn(&T) -> bool,
        make: impl FnOnce(&Self) -> T,
    ) -> Arc<T> {
        self.files.derived.get(fits, || make(self))
    }

    fn entries_mut(&mut self) -> &mut BTreeMap<RelPath, Entry> {
        let files = Arc::make_mut(&mut self.files);
        files.derived = Derived::default();
        &mut files.entries
    }

    /// The tree that `changes` leave.
    #[must_use]
    pub fn with(&self, changes: &ChangeSet) -> Self {
        let mut result = self.clone();
        for (path, change) in changes.iter() {
            match &change.after {
                Some(entry) => result.set(path.clone(), entry.clone()),
                None => {
                    result.remove(path);
                }
            }
        }
        result
    }

    /// What has to change for this tree to become `after`; `moves` maps new paths to the old
    /// paths whose content they carry.
    pub fn changes_to(&self, after: &Self, moves: &BTreeMap<RelPath, RelPath>) -> ChangeSet {
        let change = |path: &RelPath, before: Option<&Entry>, after: Option<&Entry>| {
            let moved_from = after.and_then(|_| moves.get(path).cloned());
            let (before, after) = (before.cloned(), after.cloned());
            (path.clone(), FileChange { before, after, moved_from })
        };
        if Arc::ptr_eq(&self.files, &after.files) && moves.is_empty() {
            return ChangeSet::new();
        }
        // Both sides are sorted by path: what is equal on both is passed over side by side.
        let (mut old, mut new) = (self.iter().peekable(), after.iter().peekable());
        let mut changes = Vec::new();
        loop {
            match (old.peek(), new.peek()) {
                (None, None) => break changes.into_iter().collect(),
                (Some((path, before)), None) => {
                    changes.push(change(path, Some(before), None));
                    old.next();
                }
                (None, Some((path, after))) => {
                    changes.push(change(path, None, Some(after)));
                    new.next();
                }
                (Some((one, before)), Some((two, after))) => match one.cmp(two) {
                    Ordering::Less => {
                        changes.push(change(one, Some(before), None));
                        old.next();
                    }
                    Ordering::Greater => {
                        changes.push(change(two, None, Some(after)));
                        new.next();
                    }
                    Ordering::Equal => {
                        if before != after || moves.contains_key(*two) {
                            changes.push(change(two, Some(before), Some(after)));
                        }
                        old.next();
                        new.next();
                    }
                },
            }
        }
    }
}

impl FromIterator<(RelPath, Entry)> for Tree {
    fn from_iter<T: IntoIterator<Item = (RelPath, Entry)>>(entries: T) -> Self {
        entries.into_iter().collect::<BTreeMap<_, _>>().into()
    }
}

impl From<BTreeMap<RelPath, Entry>> for Tree {
    fn from(entries: BTreeMap<RelPath, Entry>) -> Self {
        let files = Files { entries, derived: Derived::default() };
        Self { files: Arc::new(files), unreadable_names: Arc::default() }
    }
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        self.unreadable_names == other.unreadable_names
            && (Arc::ptr_eq(&self.files, &other.files) || self.files.entries == other.files.entries)
    }
}

impl Eq for Tree {}

/// A copy is made to be changed: what was read out of the original is not true of it.
impl Clone for Files {
    fn clone(&self) -> Self {
        Self { entries: self.entries.clone(), derived: Derived::default() }
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.entries, formatter)
    }
}

impl Scope {
    pub(crate) fn reads(&self, path: &RelPath) -> bool {
        self.whole.is_empty()
            || self.whole.iter().any(|folder| path.starts_with(folder))
            || refers_to_code(path)
    }
}

/// Whether a file of this name can refer to code: source, configuration, scripts, pages.
pub(crate) fn refers_to_code(path: &RelPath) -> bool {
    let name = path.name();
    TEXT.contains(&path.extension())
        || name.starts_with(".env")
        || name.contains("Dockerfile")
        || !name.contains('.')
}

/// Whether an entry is no folder that tools fill.
pub(crate) fn is_written_by_people(entry: &DirEntry) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let name = entry.file_name().to_str().unwrap_or_default();
    entry.depth() == 0 || !is_folder || !is_generated(name)
}

/// Whether tools fill a folder of this name.
pub(crate) fn is_generated(name: &str) -> bool {
    GENERATED.contains(&name) || name.ends_with(".egg-info")
}

fn relative(root: &Utf8Path, path: &Path) -> Option<RelPath> {
    let below = path.strip_prefix(root).ok()?.to_str()?;
    RelPath::new(below).ok()
}

fn walk_error(root: &Utf8Path, error: ignore::Error) -> TreeError {
    let text = error.to_string();
    let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other(text));
    TreeError::Read { path: root.to_owned(), source }
}

/// Reads one entry; sockets, pipes and devices are no entries.
fn read_entry(root: &Utf8Path, path: RelPath) -> Result<Option<(RelPath, Entry)>, TreeError> {
    let full = root.join(path.as_path());
    let failed = |source| TreeError::Read { path: full.clone(), source };
    let metadata = full.symlink_metadata().map_err(failed)?;
    let entry = if metadata.is_symlink() {
        let target = full.read_link_utf8().map_err(failed)?;
        Entry::Symlink { target: target.into_string() }
    } else if metadata.is_file() {
        Entry::File { content: read_content(&full, metadata.len())?, mode: mode_of(&metadata) }
    } else {
        return Ok(None);
    };
    Ok(Some((path, entry)))
}

fn read_content(full: &Utf8Path, length: u64) -> Result<Content, TreeError> {
    let failed = |source| TreeError::Read { path: full.to_owned(), source };
    if length <= Content::LOAD_LIMIT {
        let bytes = std::fs::read(full).map_err(failed)?;
        return Ok(Content::Loaded(Arc::new(bytes.into())));
    }
    let mut hasher = blake3::Hasher::new();
    let mut file = std::fs::File::open(full).map_err(failed)?;
    std::io::copy(&mut file, &mut hasher).map_err(failed)?;
    let hash = Hash::from(hasher.finalize());
    Ok(Content::OnDisk { path: full.to_owned(), hash, length })
}

#[cfg(unix)]
fn mode_of(metadata: &std::fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode_of(_metadata: &std::fs::Metadata) -> u32 {
    0o644
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelPath {
        RelPath::new(text).unwrap()
    }

    #[test]
    fn below_lists_a_folder_and_not_its_namesakes() {
        let names = ["a", "a/x.py", "a/z/y.py", "a-b/x.py", "ab/x.py"];
        let tree: Tree = names.iter().map(|name| (path(name), Entry::file(""))).collect();

        let folder = path("a");

        let found: Vec<_> = tree.below(&folder).map(|(path, _)| path.as_str()).collect();

        assert_eq!(found, ["a/x.py", "a/z/y.py"]);
    }

    #[test]
    fn changes_to_and_with_are_inverse() {
        let before: Tree =
            [(path("a"), Entry::file("1")), (path("b"), Entry::file("2"))].into_iter().collect();
        let after: Tree =
            [(path("b"), Entry::file("3")), (path("c"), Entry::file("1"))].into_iter().collect();

        let changes = before.changes_to(&after, &BTreeMap::from([(path("c"), path("a"))]));

        assert_eq!(before.with(&changes), after);
        assert_eq!(changes.moves().count(), 1);
    }
}
