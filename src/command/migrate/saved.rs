//! `--save-plan FILE` and `--plan FILE`: what a dry run showed, applied to the byte or refused.

use camino::Utf8Path;

use super::apply::{ledger_folder, meta, open_session};
use super::{MigrateArgs, consents};
use crate::apply::{ApplyError, GitMode};
use crate::apply::{GitError, Repository, RunStep, apply_run_step, load_plan, save_plan};
use crate::change::{PlanDocument, PlannedStep, RelPath};
use crate::command::workspace::root_of;
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::Plan;
use crate::report::Printer;
use crate::settings::Settings;

/// The pending steps of a plan, as they are saved; none of a plan that would not be applied.
pub(super) fn steps(plan: &Plan, run: &str) -> Result<Vec<PlannedStep>, CommandError> {
    if plan.is_broken() {
        return Ok(Vec::new());
    }
    let ledger = ledger_folder(&plan.target)?;
    let step = |step: &crate::migration::PlannedStep| PlannedStep {
        ledger: ledger.clone(),
        meta: meta(step, run),
        changes: step.changes.clone(),
    };
    Ok(plan.pending().map(step).collect())
}

/// Writes the plan file.
pub(super) fn save(file: &Utf8Path, steps: &[PlannedStep]) -> Result<(), CommandError> {
    Ok(save_plan(file, &PlanDocument::new(steps))?)
}

/// Applies a saved plan below the root around the current directory.
pub(super) fn apply(file: &Utf8Path, args: &MigrateArgs, settings: &Settings) -> CommandResult {
    let printer = Printer::new(settings);
    let document = load_plan(&settings.absolute(file))?;
    let names: Vec<&str> = document.steps().map(|(_, meta)| meta.id.as_str()).collect();
    if !consents(&format!("Apply {} steps: {}?", names.len(), names.join(", ")), settings)? {
        return Ok(ExitStatus::Unresolved);
    }
    let root = root_of(&settings.cwd, settings);
    let session = open_session(&root, settings, &printer)?;
    let steps = document.resolve(|path| session.root().entry(path)).map_err(|error| {
        CommandError::input(error).hint("make a new plan with --dry-run --save-plan")
    })?;
    let git = args.git_mode();
    check_clean(&root, &steps, git)?;
    for (index, step) in steps.iter().enumerate() {
        let later = steps[index + 1..].iter().filter(|later| later.ledger == step.ledger);
        let pending: Vec<String> = later.map(|later| later.meta.id.clone()).collect();
        let (meta, changes) = (&step.meta, &step.changes);
        let write = RunStep { meta, changes, pending: &pending, beside: &[] };
        apply_run_step(&session, &step.ledger, write, git)?;
        printer.text(format!("applied {} ({} paths)", step.meta.id, step.changes.len()));
    }
    let applied: Vec<&str> = steps.iter().map(|step| step.meta.id.as_str()).collect();
    printer.json(&serde_json::json!({ "version": 1, "applied": applied }));
    Ok(ExitStatus::Success)
}

/// Either every step finds a clean tree, or none is tried.
fn check_clean(root: &Utf8Path, steps: &[PlannedStep], git: GitMode) -> Result<(), ApplyError> {
    let repository = if git == GitMode::Clean { Repository::around(root)? } else { None };
    let Some(repository) = repository else { return Ok(()) };
    let all = steps.iter().flat_map(|step| step.changes.iter().map(|(path, _)| path.clone()));
    let dirty: Vec<RelPath> = repository.dirty(Some(&all.collect()))?;
    if dirty.is_empty() { Ok(()) } else { Err(GitError::Dirty(dirty).into()) }
}
