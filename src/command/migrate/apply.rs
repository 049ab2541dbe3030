//! Writing what was accepted: step by step, each with its record in the service's ledger.

use camino::Utf8Path;

use super::follow_up;
use super::service::Job;
use crate::apply::{
    GitMode, Recovery, Repository, RunStep, Session, StepState, apply_run_step, close_run,
    record_state,
};
use crate::change::{Applicability, RelPath, StepMeta};
use crate::error::{CommandError, ExitStatus};
use crate::migration::{Plan, PlannedStep, ServiceTarget, StepKind};
use crate::report::Printer;
use crate::review::Review;
use crate::settings::Settings;

/// What was written of a plan.
#[derive(Default)]
pub(super) struct Written {
    /// The names of the steps.
    pub(super) applied: Vec<String>,
    /// Why not all of it.
    pub(super) error: Option<CommandError>,
}

/// Applies the accepted steps as the run `run`; before the first one nothing is left behind by an
/// error, after it the ledger says which steps are still to come.
pub(super) fn run(job: &Job<'_>, review: &Review, run: &str) -> Result<Written, CommandError> {
    let steps: Vec<&PlannedStep> = review.steps().collect();
    let folder = ledger_folder(&review.plan.target)?;
    let git = job.args.git_mode();
    if steps.is_empty() {
        return finish_empty(job, review, &folder);
    }
    check_clean(job.root, &review.plan, git)?;
    let session = open_session(job.root, job.settings, job.printer)?;
    let beside = beside(review, run);
    let mut written = Written::default();
    for (index, step) in steps.iter().enumerate() {
        let later = steps[index + 1..].iter().map(|step| step.step.id.clone());
        let pending: Vec<String> = later.chain(review.rest.iter().cloned()).collect();
        let meta = meta(step, run);
        job.bars.writing(review.plan.target.root(), (index, steps.len()), &step.step.id);
        let beside: &[_] = if index == 0 { &beside } else { &[] };
        let write = RunStep { meta: &meta, changes: &step.changes, pending: &pending, beside };
        if let Err(error) = apply_run_step(&session, &folder, write, git) {
            let error = CommandError::from(error);
            if index == 0 {
                return Err(error);
            }
            let reason = error.to_string();
            // Should this fail too, the ledger still says which steps are to come.
            let _ = record_state(&session, &folder, &meta, (StepState::Failed, &reason), git);
            written.error = Some(stopped(error, &meta));
            return Ok(written);
        }
        written.applied.push(step.step.id.clone());
    }
    report(job, review, &written);
    follow_up::run(job, &review.plan, &written.applied)?;
    Ok(written)
}

/// Nothing is to be written; a run that was taken up ends here.
fn finish_empty(job: &Job<'_>, review: &Review, folder: &RelPath) -> Result<Written, CommandError> {
    if job.args.mode.resume && !review.stopped {
        let session = open_session(job.root, job.settings, job.printer)?;
        close_run(&session, folder, job.args.git_mode())?;
    } else if review.stopped {
        job.printer.remark("stopped before the first step; nothing was written");
    }
    Ok(Written::default())
}

/// The error after which a run is left where it is.
fn stopped(error: CommandError, meta: &StepMeta) -> CommandError {
    if error.status == ExitStatus::Interrupted {
        return error;
    }
    let text = format!("step {} failed and was taken back: {error}", meta.id);
    let result = CommandError::unresolved(text);
    result.hint("mend the cause and go on with --continue, or take the run back with --abort")
}

/// What the ledger learns beside the applied steps: those left out, and the one refused.
fn beside(review: &Review, run: &str) -> Vec<(StepMeta, StepState, String)> {
    let mut found = Vec::new();
    for step in &review.plan.steps {
        let refusal = step.refusal.as_ref().map(|why| (StepState::Unresolved, why.clone()));
        let is_skipped = review.skipped.contains(&step.step.id);
        let skipped = is_skipped.then(|| (StepState::Skipped, "left out when asked".to_owned()));
        if let Some((state, reason)) = refusal.or(skipped) {
            found.push((meta(step, run), state, reason));
        }
    }
    found
}

fn report(job: &Job<'_>, review: &Review, written: &Written) {
    let count = written.applied.len();
    let names = written.applied.join(", ");
    if !job.args.fleet.all {
        job.printer.text(format!("applied {count} steps: {names}; --undo takes them back\n"));
    }
    if !review.rest.is_empty() {
        let rest = review.rest.join(", ");
        job.printer.remark(format!("stopped before {rest}; --continue goes on, --abort goes back"));
    }
}

/// Opens the root for writing and says what an earlier crash left.
pub(super) fn open_session(
    root: &Utf8Path,
    settings: &Settings,
    printer: &Printer,
) -> Result<Session, CommandError> {
    let waiting = || printer.remark("waiting for another scaffold to finish …");
    let session = Session::open(root, settings.fault, waiting)?;
    if session.recovery() != Recovery::Clean {
        printer.remark("an earlier run was broken off; its last step was completed or taken back");
    }
    Ok(session)
}

/// Where a service's ledger lies.
pub(in crate::command) fn ledger_folder(target: &ServiceTarget) -> Result<RelPath, CommandError> {
    let path = crate::python::join(target.root(), ".scaffold");
    RelPath::new(path).map_err(CommandError::internal)
}

/// Nothing is written where the service, or another file that would change, has uncommitted
/// changes.
fn check_clean(root: &Utf8Path, plan: &Plan, git: GitMode) -> Result<(), CommandError> {
    if git != GitMode::Clean {
        return Ok(());
    }
    let repository = Repository::around(root).map_err(CommandError::input)?;
    let Some(repository) = repository else { return Ok(()) };
    let mut dirty = repository.dirty(None).map_err(CommandError::input)?;
    let changed = |path: &RelPath| plan.steps.iter().any(|step| step.changes.get(path).is_some());
    let is_own =
        |path: &RelPath| plan.target.folder.as_ref().is_none_or(|folder| path.starts_with(folder));
    dirty.retain(|path| is_own(path) || changed(path));
    if dirty.is_empty() {
        return Ok(());
    }
    let list: Vec<&str> = dirty.iter().take(10).map(RelPath::as_str).collect();
    Err(CommandError::input(format!("uncommitted changes in {}", list.join(", ")))
        .hint("commit or stash them, or add --allow-dirty"))
}

pub(super) fn meta(step: &PlannedStep, run: &str) -> StepMeta {
    let kind = match step.step.kind {
        StepKind::Preserving => Applicability::Preserving,
        StepKind::Additive => Applicability::Additive,
        StepKind::Behavioural => Applicability::Behavioural,
    };
    StepMeta { id: step.step.id.clone(), title: step.step.title.clone(), kind, run: run.to_owned() }
}
