//! Writing a plan: step by step, each with its record in the service's ledger.

use camino::Utf8Path;

use super::{MigrateArgs, needs_consent};
use crate::apply::{self, ApplyError, GitMode, Session, StepMeta};
use crate::change::{Applicability, RelPath};
use crate::error::CommandError;
use crate::migration::{Plan, PlannedStep, ServiceTarget, StepKind};
use crate::report::Printer;
use crate::review::{Answer, review_step};
use crate::settings::{Interaction, Settings};

/// Applies the pending steps; gives back the names of those that were applied.
pub(super) fn run(
    plan: &Plan,
    root: &Utf8Path,
    args: &MigrateArgs,
    settings: &Settings,
) -> Result<Vec<String>, CommandError> {
    if plan.is_empty() {
        return Ok(Vec::new());
    }
    needs_consent(settings)?;
    let printer = Printer::new(settings);
    let session = open_session(root, settings, &printer)?;
    let git = args.git_mode();
    check_clean(root, plan, git)?;
    let folder = ledger_folder(&plan.target)?;
    let run = StepMeta::new_run();
    let mut applied = Vec::new();
    for step in plan.pending() {
        let answer = match settings.interaction {
            Interaction::Ask => review_step(step, &printer)?,
            _ => Answer::Accept,
        };
        if answer == Answer::Stop {
            break;
        }
        let meta = meta(step, &run);
        apply::apply_step(&session, &folder, &meta, &step.changes, git).map_err(apply_error)?;
        applied.push(step.step.id.clone());
    }
    Ok(applied)
}

/// Opens the root for writing and says what an earlier crash left.
pub(super) fn open_session(
    root: &Utf8Path,
    settings: &Settings,
    printer: &Printer,
) -> Result<Session, CommandError> {
    let waiting = || printer.remark("waiting for another scaffold to finish …");
    Session::open(root, settings.fault, waiting).map_err(apply_error)
}

/// Where a service's ledger lies.
pub(in crate::command) fn ledger_folder(target: &ServiceTarget) -> Result<RelPath, CommandError> {
    let path = crate::python::join(target.root(), ".scaffold");
    RelPath::new(path).map_err(CommandError::internal)
}

/// Nothing is written where the user has uncommitted changes to the same paths.
fn check_clean(root: &Utf8Path, plan: &Plan, git: GitMode) -> Result<(), CommandError> {
    if git != GitMode::Clean {
        return Ok(());
    }
    let repository = apply::Repository::around(root).map_err(CommandError::input)?;
    let Some(repository) = repository else { return Ok(()) };
    let steps = plan.steps.iter();
    let paths = steps.flat_map(|step| step.changes.iter().map(|(path, _)| path.clone())).collect();
    let dirty = repository.dirty(Some(&paths)).map_err(CommandError::input)?;
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

impl MigrateArgs {
    pub(super) fn git_mode(&self) -> GitMode {
        match (self.no_commit, self.allow_dirty) {
            (true, _) => GitMode::Never,
            (false, true) => GitMode::AllowDirty,
            (false, false) => GitMode::Clean,
        }
    }
}

/// An error of writing, with its own status and hint.
pub(super) fn apply_error(error: ApplyError) -> CommandError {
    let hint = error.hint();
    let command = CommandError::new(error.status(), error);
    match hint {
        Some(hint) => command.hint(hint),
        None => command,
    }
}
