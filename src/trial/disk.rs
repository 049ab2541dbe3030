//! A case on disk: written, migrated and taken back in a temporary folder.

use camino::Utf8PathBuf;

use super::{Case, NAME, TrialError, differences};
use crate::apply::{GitMode, Session, StepMeta, UndoTarget, apply_step, undo};
use crate::change::{Applicability, ChangeSet, RelPath};
use crate::migration::Plan;
use crate::python::join;
use crate::workspace::{Scope, Tree};

/// What differs from the plan after applying it, and from the start after undoing it.
pub(super) fn problems(case: &Case, plan: &Plan) -> Result<(Vec<String>, Vec<String>), TrialError> {
    if plan.is_empty() || plan.broken().next().is_some() {
        return Ok((Vec::new(), Vec::new()));
    }
    let failed =
        |source| TrialError::Read { path: Utf8PathBuf::from("a temporary folder"), source };
    let folder = tempfile::tempdir().map_err(failed)?;
    let parent = Utf8PathBuf::try_from(folder.path().to_owned())
        .map_err(|error| failed(error.into_io_error()))?;
    let session = Session::open(&parent, None, || {})?;
    let mut start = ChangeSet::new();
    for (path, entry) in case.before.iter() {
        start.create(RelPath::new(format!("{NAME}/{path}"))?, entry.clone());
    }
    session.apply(&start)?;
    drop(session);
    let root = parent.join(NAME);
    let session = Session::open(&root, None, || {})?;
    let ledger = case.folder.as_ref().map_or("", RelPath::as_str);
    let ledger = RelPath::new(join(ledger, ".scaffold"))?;
    let run = StepMeta::new_run();
    for step in plan.pending() {
        let meta = StepMeta {
            id: step.step.id.clone(),
            title: step.step.title.clone(),
            kind: Applicability::Preserving,
            run: run.clone(),
        };
        apply_step(&session, &ledger, &meta, &step.changes, GitMode::Never)?;
    }
    let read = || Tree::read(&root, &Scope::default());
    let written = differences(&plan.after, &read()?);
    undo(&session, &ledger, &UndoTarget::All, GitMode::Never)?;
    let undone = differences(&case.before, &read()?);
    Ok((written, undone))
}
