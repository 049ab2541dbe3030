//! Running a service in a scratch copy and writing down what it shows.
//!
//! Each probe is one process of the given interpreter, in namespaces of its own where the system
//! allows it: no network but loopback, nothing writable but the scratch folder, no foreign
//! processes. Each has a time limit. Nothing of the service runs in place.

mod launch;
mod mask;
mod reading;
mod scratch;
mod session;

use std::collections::BTreeMap;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::RelPath;
use crate::workspace::Tree;

pub use session::examine;

use super::evidence::Evidence;

/// One side of a comparison: a tree, and where in it the service is.
#[derive(Debug, Clone)]
pub struct Side {
    /// The service with its surroundings.
    pub tree: Tree,
    /// The folder of the service.
    pub service: RelPath,
    /// What is started, the one that counts first.
    pub starts: Vec<Start>,
}

/// A way in which the service is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// `module:attribute`.
    pub app: String,
    /// Who says so, with the line where there is one.
    pub source: String,
    /// Whether a file that runs the service says so, and not only a convention.
    pub declared: bool,
    /// The working directory, below the root of the tree.
    pub cwd: RelPath,
    /// More folders for `PYTHONPATH`, below the root of the tree.
    pub paths: Vec<RelPath>,
    /// Environment that the service is started with.
    pub environment: BTreeMap<String, String>,
}

/// What a probe may use.
#[derive(Debug, Clone)]
pub struct Options {
    /// The interpreter, with the service's dependencies.
    pub python: Utf8PathBuf,
    /// Whether the tests are run.
    pub tests: bool,
    /// The limit of one test.
    pub test_limit: Duration,
    /// The limit of all tests together.
    pub suite_limit: Duration,
    /// The limit of an import, of a start, and of all GET requests together.
    pub application_limit: Duration,
}

impl Options {
    /// The usual limits with the given interpreter.
    pub fn new(python: Utf8PathBuf) -> Self {
        Self {
            python,
            tests: true,
            test_limit: Duration::from_secs(20),
            suite_limit: Duration::from_mins(10),
            application_limit: Duration::from_mins(1),
        }
    }
}

/// What came of looking at one side.
#[derive(Debug, Clone, Default)]
pub struct Examination {
    /// What was seen.
    pub evidence: Evidence,
    /// Modules that nothing provides; what needs them cannot be judged.
    pub missing: Vec<String>,
    /// What the reader should know about how it was looked at.
    pub remarks: Vec<String>,
}

/// Why a side cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The scratch copy cannot be made.
    #[error("cannot make a scratch copy: {0}")]
    Scratch(std::io::Error),
    /// The interpreter cannot be started.
    #[error("cannot start {python}: {source}")]
    Start {
        /// The interpreter.
        python: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The probe itself did not run.
    #[error("the probe did not run in {python}: {output}")]
    Silent {
        /// The interpreter.
        python: Utf8PathBuf,
        /// The end of its output.
        output: String,
    },
}

/// Folders with Python code that are found from the service: its `src`, and the shared
/// libraries of the workspace.
fn source_folders(tree: &Tree, service: &RelPath) -> Vec<RelPath> {
    let mut found: Vec<RelPath> = Vec::new();
    let own = service.join("src").ok();
    found.extend(own.filter(|folder| holds_python(tree, folder)));
    let mut above = service.parent();
    let mut levels = vec![RelPath::new("libs").ok()];
    while let Some(folder) = above {
        levels.push(folder.join("libs").ok());
        above = folder.parent();
    }
    for libs in levels.into_iter().flatten() {
        for (path, _) in tree.below(&libs) {
            let Some(library) = library_source(&libs, path) else {
                continue;
            };
            if !found.contains(&library) {
                found.push(library);
            }
        }
    }
    found
}

/// `libs/<name>/src` of a file below it.
fn library_source(libs: &RelPath, path: &RelPath) -> Option<RelPath> {
    let below = path.below(libs)?;
    let mut segments = below.segments();
    let name = segments.next()?;
    let source = segments.next().filter(|segment| *segment == "src")?;
    segments.next()?;
    libs.join(format!("{name}/{source}")).ok()
}

fn holds_python(tree: &Tree, folder: &RelPath) -> bool {
    tree.below(folder).any(|(path, _)| path.extension() == "py")
}

/// Whether `folder` (the root when `None`) holds a module or package of this name.
fn provides(tree: &Tree, folder: Option<&RelPath>, module: &str) -> bool {
    let top = module.split('.').next().unwrap_or(module);
    let at = |name: String| match folder {
        Some(folder) => folder.join(name).ok(),
        None => RelPath::new(name).ok(),
    };
    at(format!("{top}.py")).is_some_and(|path| tree.get(&path).is_some())
        || at(top.to_owned()).is_some_and(|path| holds_python(tree, &path))
}

/// The folders above `service`, innermost first; `None` is the root.
fn ancestors(service: &RelPath) -> Vec<Option<RelPath>> {
    let mut found = Vec::new();
    let mut folder = service.parent();
    while let Some(inner) = folder {
        folder = inner.parent();
        found.push(Some(inner));
    }
    found.push(None);
    found
}

/// `folder` below `root`; the root itself for `None`.
fn inside(root: &Utf8Path, folder: Option<&RelPath>) -> Utf8PathBuf {
    folder.map_or_else(|| root.to_owned(), |folder| root.join(folder.as_path()))
}
