//! A case folder as a value.

use camino::{Utf8Path, Utf8PathBuf};

use crate::apply::ApplyError;
use crate::change::{PathError, RelPath};
use crate::migration::{Plan, PlanError, Selection, ServiceTarget, Step, TargetError};
use crate::workspace::{Scope, Tree, TreeError};

/// What a service at the root of a case is called.
pub const NAME: &str = "shop";

/// The largest `notes.txt` (bytes).
const LIMIT: u64 = 1 << 20;

/// One case of one step.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its folder.
    pub path: Utf8PathBuf,
    /// The service's folder below `before/`; none when it is the root.
    pub folder: Option<RelPath>,
    /// What there is before the step.
    pub before: Tree,
    /// What there is after it.
    pub after: Tree,
    /// The notes that the plan has to make, a line each.
    pub notes: String,
}

/// Why a case cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// Its files cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// It cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// What was read.
        path: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It holds no service.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The step cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// It cannot be written to a temporary folder.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// A path is none below a root.
    #[error(transparent)]
    Path(#[from] PathError),
}

impl Case {
    /// Every case in a step's `cases/`, sorted; none without the folder.
    pub fn all(folder: &Utf8Path) -> Result<Vec<Self>, TrialError> {
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let failed = |source| TrialError::Read { path: folder.to_owned(), source };
        let entries = folder.read_dir_utf8().map_err(failed)?;
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed)?.into_path();
            if path.join("before").is_dir() {
                paths.push(path);
            }
        }
        paths.sort();
        paths.into_iter().map(Self::read).collect()
    }

    /// Reads one case folder.
    pub fn read(path: Utf8PathBuf) -> Result<Self, TrialError> {
        let before = read_tree(&path.join("before"))?;
        let after = path.join("after");
        let after = if after.is_dir() { read_tree(&after)? } else { before.clone() };
        let notes = read_notes(&path.join("notes.txt"))?;
        let folder = service_folder(&before);
        Ok(Self { path, folder, before, after, notes })
    }

    /// The name of its folder.
    pub fn name(&self) -> &str {
        self.path.file_name().unwrap_or_default()
    }

    /// Plans one step on a tree of this case.
    pub fn plan(&self, tree: &Tree, step: &Step) -> Result<Plan, TrialError> {
        let target = ServiceTarget::new(tree, self.folder.clone(), NAME)?;
        let selection = Selection { only: vec![step.id.clone()], ..Selection::default() };
        Ok(Plan::build(tree, &target, std::slice::from_ref(step), &selection)?)
    }
}

fn read_tree(path: &Utf8Path) -> Result<Tree, TrialError> {
    Ok(Tree::read(path, &Scope::default())?)
}

fn read_notes(path: &Utf8Path) -> Result<String, TrialError> {
    let failed = |source| TrialError::Read { path: path.to_owned(), source };
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_file() && metadata.len() <= LIMIT => {
            std::fs::read_to_string(path).map_err(failed)
        }
        _ => Ok(String::new()),
    }
}

/// The one service below a folder `services/`, or none: the root is the service.
fn service_folder(tree: &Tree) -> Option<RelPath> {
    let mut found = tree.iter().filter_map(|(path, _)| {
        let segments: Vec<&str> = path.segments().collect();
        let at = segments.iter().position(|segment| *segment == "services")?;
        let is_folder = at + 2 < segments.len();
        is_folder.then(|| RelPath::new(segments[..at + 2].join("/")).ok())?
    });
    found.next()
}
