//! Reading a folder of services: what counts, what is left out, and how much at most.
//!
//! Links are not followed, nothing is run, and every limit that is met becomes a remark.

use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobSet;
use ignore::WalkBuilder;
use rayon::prelude::*;

use super::settings::{AuditSettings, AuditSettingsError};
use crate::change::{Entry, RelPath};
use crate::registry::{REGISTRY_FILE, Registry};
use crate::workspace::{CONFIG_FILE, Config, ConfigError, Folder, Tree, is_written_by_people};

/// Entries of the file system that are looked at, at most.
const ENTRY_LIMIT: usize = 400_000;
/// Bytes of one Python file that are read, at most.
const PYTHON_LIMIT: u64 = 4 << 20;
/// Bytes of one other file that are read, at most.
const TEXT_LIMIT: u64 = 1 << 20;
/// Bytes that are read together, at most.
const TOTAL_LIMIT: u64 = 512 << 20;
/// How far above the folder its root is looked for.
const CLIMB: usize = 5;

/// A folder of services, read.
#[derive(Debug)]
pub struct Backend {
    /// The folder that paths are relative to, absolute.
    pub root: Utf8PathBuf,
    /// What was asked for, below the root.
    pub base: Folder,
    /// What was read.
    pub tree: Tree,
    /// Files that are there and were not read.
    pub unread: Vec<RelPath>,
    /// `scaffold.toml`, when there is one.
    pub config: Option<Config>,
    /// `ports.yaml`, when there is one that can be read.
    pub registry: Option<Registry>,
    /// What the workspace says about audits.
    pub settings: AuditSettings,
    /// Whether the folder that was asked for is one service, so that its root lies above it: what
    /// is shown is named from the folder.
    pub is_one: bool,
    /// What was left out, and why.
    pub remarks: Vec<String>,
}

/// Why nothing can be audited.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The path is no folder.
    #[error("{0} is not a folder")]
    NotAFolder(Utf8PathBuf),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The `[audit]` table cannot be used.
    #[error(transparent)]
    Settings(#[from] AuditSettingsError),
}

/// Reads what is below `folder` (absolute), and the deployment files around it.
pub(crate) fn read(folder: &Utf8Path) -> Result<Backend, IntakeError> {
    if !folder.is_dir() {
        return Err(IntakeError::NotAFolder(folder.to_owned()));
    }
    read_below(&root_of(folder), folder)
}

/// The same with a given root, which is `folder` or above it.
pub(crate) fn read_below(root: &Utf8Path, folder: &Utf8Path) -> Result<Backend, IntakeError> {
    let root = root.to_owned();
    let below = folder.strip_prefix(&root).unwrap_or(Utf8Path::new(""));
    let base = Folder::from(RelPath::new(below).ok());
    let text = std::fs::read_to_string(root.join(CONFIG_FILE)).ok();
    let config = text.as_deref().map(Config::parse).transpose()?;
    let settings =
        text.as_deref().map_or_else(|| Ok(AuditSettings::default()), AuditSettings::parse)?;
    let mut remarks = Vec::new();
    let ignored = settings.ignored()?;
    let libraries = config.as_ref().map(|config| root.join(config.libs.as_str()));
    let beside = libraries.filter(|libraries| !libraries.starts_with(folder));
    let mut roots = vec![(folder, usize::MAX)];
    if folder != root {
        roots.push((&root, 1));
    }
    // Of the shared libraries only what they declare.
    roots.extend(beside.as_deref().map(|libraries| (libraries, 2)));
    let found = walk(&root, &roots, &ignored, &mut remarks);
    let (tree, unread) = load(&root, found, &mut remarks);
    let registry = RelPath::new(REGISTRY_FILE).ok().and_then(|path| tree.text(&path));
    let registry = registry.map(Registry::parse).transpose().unwrap_or_else(|error| {
        remarks.push(format!("{REGISTRY_FILE} is not used: {error}"));
        None
    });
    let is_one = false;
    Ok(Backend { root, base, tree, unread, config, registry, settings, is_one, remarks })
}

/// The workspace, the repository, or the folder with a compose file around `folder`.
fn root_of(folder: &Utf8Path) -> Utf8PathBuf {
    let above = || folder.ancestors().take(CLIMB);
    let with = |name: &str| above().find(|folder| folder.join(name).exists());
    let compose = || {
        let names = ["docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"];
        above().find(|folder| names.iter().any(|name| folder.join(name).is_file()))
    };
    with(CONFIG_FILE).or_else(|| with(".git")).or_else(compose).unwrap_or(folder).to_owned()
}

/// A file with its length.
type Found = (RelPath, u64);

/// The files below some folders, each with how deep it is looked into.
fn walk(
    root: &Utf8Path,
    roots: &[(&Utf8Path, usize)],
    ignored: &GlobSet,
    remarks: &mut Vec<String>,
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut seen = 0;
    for (start, depth) in roots {
        let mut builder = WalkBuilder::new(start);
        builder.standard_filters(false).filter_entry(is_written_by_people);
        if *depth != usize::MAX {
            builder.max_depth(Some(*depth));
        }
        for entry in builder.build() {
            let Ok(entry) = entry else { continue };
            seen += 1;
            if seen > ENTRY_LIMIT {
                remarks.push(format!("only the first {ENTRY_LIMIT} files and folders were read"));
                return found;
            }
            if entry.file_type().is_none_or(|kind| !kind.is_file()) {
                continue;
            }
            let path = entry.path().strip_prefix(root).ok().and_then(|path| path.to_str());
            let Some(path) = path.and_then(|path| RelPath::new(path).ok()) else { continue };
            let length = entry.metadata().map_or(0, |metadata| metadata.len());
            if !ignored.is_match(path.as_str()) {
                found.push((path, length));
            }
        }
    }
    found
}

fn load(root: &Utf8Path, found: Vec<Found>, remarks: &mut Vec<String>) -> (Tree, Vec<RelPath>) {
    let mut wanted = Vec::new();
    let mut unread = Vec::new();
    let mut total = 0;
    let mut over = 0;
    for (path, length) in found {
        let is_python = path.extension() == "py";
        let limit = if is_python { PYTHON_LIMIT } else { TEXT_LIMIT };
        if !is_python && !is_deployment(&path) {
            unread.push(path);
        } else if length > limit {
            remarks.push(format!("{path} was not read: it has {} MB", length >> 20));
            unread.push(path);
        } else if total + length > TOTAL_LIMIT {
            over += 1;
        } else {
            total += length;
            wanted.push(path);
        }
    }
    if over > 0 {
        remarks.push(format!("{over} files were not read: together they have too many bytes"));
    }
    let entries: Vec<_> = wanted
        .into_par_iter()
        .map(|path| match std::fs::read(root.join(path.as_path())) {
            Ok(bytes) => Ok((path, Entry::file(bytes))),
            Err(error) => Err(format!("{path} cannot be read: {error}")),
        })
        .collect();
    let mut tree = Tree::new();
    for entry in entries {
        match entry {
            Ok((path, entry)) => tree.set(path, entry),
            Err(remark) => remarks.push(remark),
        }
    }
    (tree, unread)
}

/// Whether a file says how services are built, configured or started.
fn is_deployment(path: &RelPath) -> bool {
    let name = path.name();
    let by_extension = matches!(path.extension(), "yml" | "yaml" | "toml" | "sh" | "cfg" | "ini");
    by_extension
        || name.contains("Dockerfile")
        || name.starts_with(".env")
        || matches!(name, "Procfile" | "Makefile" | "Pipfile" | "CODEOWNERS")
        || (name.contains("requirements") && matches!(path.extension(), "txt" | "in"))
        || path.parent().is_some_and(|folder| folder.name() == "requirements")
            && path.extension() == "txt"
}

impl Backend {
    /// Whether a file is there, read or not.
    pub fn has(&self, path: &RelPath) -> bool {
        self.tree.get(path).is_some() || self.unread.contains(path)
    }

    /// A path as it is shown: from the folder that was asked for, where that is one service.
    pub fn shown(&self, path: &RelPath) -> RelPath {
        let base = self.base.path().filter(|_| self.is_one);
        base.and_then(|base| path.below(base)).unwrap_or_else(|| path.clone())
    }

    /// A tree in memory as a backend; for tests and examples.
    pub fn of_tree(tree: Tree) -> Self {
        let text = |name: &str| RelPath::new(name).ok().and_then(|path| tree.text(&path));
        let config = text(CONFIG_FILE).and_then(|text| Config::parse(text).ok());
        let settings =
            text(CONFIG_FILE).and_then(|text| AuditSettings::parse(text).ok()).unwrap_or_default();
        let registry = text(REGISTRY_FILE).and_then(|text| Registry::parse(text).ok());
        Self {
            root: Utf8PathBuf::from("/"),
            base: Folder::ROOT,
            unread: Vec::new(),
            remarks: Vec::new(),
            is_one: false,
            config,
            registry,
            settings,
            tree,
        }
    }
}
