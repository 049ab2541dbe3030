//! Plans as files: written in one piece, read up to a limit.

use std::io::{Read, Write};

use camino::{Utf8Path, Utf8PathBuf};

use crate::change::{PlanDocument, PlanError};
use crate::error::CommandError;

/// A plan above this size is not one of ours (bytes).
const LIMIT: u64 = 1 << 30;

/// Why a plan file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// The system said no.
    #[error("cannot {action} the plan {path}")]
    Access {
        /// write or read.
        action: &'static str,
        /// The file.
        path: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is no plan, or not the one that was saved.
    #[error("{path}: {source}")]
    Plan {
        /// The file.
        path: Utf8PathBuf,
        /// What is wrong.
        source: PlanError,
    },
}

/// Writes a plan in one piece; an older file of that name is replaced.
pub fn save_plan(path: &Utf8Path, plan: &PlanDocument) -> Result<(), PlanFileError> {
    let failed = |source| PlanFileError::Access { action: "write", path: path.to_owned(), source };
    save_file(path, plan.to_json().as_bytes()).map_err(failed)
}

/// Writes a file that the user asked for by name in one piece; an older one is replaced.
pub fn save_file(path: &Utf8Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_str().is_empty());
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder.unwrap_or(Utf8Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

/// Reads a plan and checks what can be checked without a tree.
pub fn load_plan(path: &Utf8Path) -> Result<PlanDocument, PlanFileError> {
    let mut text = String::new();
    let read =
        std::fs::File::open(path).and_then(|file| file.take(LIMIT).read_to_string(&mut text));
    read.map_err(|source| PlanFileError::Access { action: "read", path: path.to_owned(), source })?;
    PlanDocument::from_json(&text)
        .map_err(|source| PlanFileError::Plan { path: path.to_owned(), source })
}

impl From<PlanFileError> for CommandError {
    fn from(error: PlanFileError) -> Self {
        Self::input(error).hint("make a new plan with --dry-run --save-plan")
    }
}
