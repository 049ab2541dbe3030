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
use crate::process::ProcessError;
use crate::workspace::{Folder, Tree};

pub(crate) use launch::both_streams;
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
    pub sources: Vec<String>,
    /// Whether a file that runs the service says so, and not only a convention.
    pub declared: bool,
    /// The working directory.
    pub cwd: Folder,
    /// Where imports are looked up, in order.
    pub paths: Vec<Folder>,
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
    /// The interpreter cannot be started, or the user stopped it.
    #[error(transparent)]
    Process(#[from] ProcessError),
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
fn source_folders(tree: &Tree, service: &RelPath) -> Vec<Folder> {
    let own = service.join("src").ok();
    let mut found: Vec<Folder> =
        own.filter(|folder| holds_python(tree, folder)).map(Folder::from).into_iter().collect();
    for libs in ancestors(service).iter().filter_map(|folder| folder.file("libs")) {
        for library in tree.below(&libs).filter_map(|(path, _)| library_source(&libs, path)) {
            if !found.contains(&library) {
                found.push(library);
            }
        }
    }
    found
}

/// `libs/<name>/src` of a file below it.
fn library_source(libs: &RelPath, path: &RelPath) -> Option<Folder> {
    let below = path.below(libs)?;
    let mut segments = below.segments();
    let name = segments.next()?;
    let source = segments.next().filter(|segment| *segment == "src")?;
    segments.next()?;
    libs.join(format!("{name}/{source}")).ok().map(Folder::from)
}

fn holds_python(tree: &Tree, folder: &RelPath) -> bool {
    tree.below(folder).any(|(path, _)| path.extension() == "py")
}

/// Whether `folder` holds a module or package of this name.
fn provides(tree: &Tree, folder: &Folder, module: &str) -> bool {
    let top = module.split('.').next().unwrap_or(module);
    folder.file(&format!("{top}.py")).is_some_and(|path| tree.get(&path).is_some())
        || folder.file(top).is_some_and(|path| holds_python(tree, &path))
}

/// The folders above `service`, innermost first, the root last.
fn ancestors(service: &RelPath) -> Vec<Folder> {
    let mut found = vec![Folder::of(service)];
    while let Some(folder) = found.last().and_then(|folder| folder.path().map(Folder::of)) {
        found.push(folder);
    }
    found
}

/// `folder` of a tree whose root is at `root`.
fn inside(root: &Utf8Path, folder: &Folder) -> Utf8PathBuf {
    folder.path().map_or_else(|| root.to_owned(), |folder| root.join(folder.as_path()))
}
