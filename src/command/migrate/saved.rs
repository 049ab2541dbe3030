//! `--save-plan FILE` and `--plan FILE`: what a dry run showed, applied to the byte or refused.

use camino::Utf8Path;

use super::apply::{apply_error, ledger_folder, meta, open_session};
use super::{MigrateArgs, needs_consent, open};
use crate::apply::{apply_step, load_plan, save_plan};
use crate::change::{PlanDocument, PlannedStep, StepMeta};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::Plan;
use crate::report::Printer;
use crate::settings::Settings;

/// The pending steps of a plan, as they are saved.
pub(super) fn steps(plan: &Plan) -> Result<Vec<PlannedStep>, CommandError> {
    let ledger = ledger_folder(&plan.target)?;
    let run = StepMeta::new_run();
    let step = |step: &crate::migration::PlannedStep| PlannedStep {
        ledger: ledger.clone(),
        meta: meta(step, &run),
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
    needs_consent(settings)?;
    let printer = Printer::new(settings);
    let document = load_plan(&settings.absolute(file))?;
    let root = open::root_of(&settings.cwd, settings);
    let session = open_session(&root, settings, &printer)?;
    let steps = document.resolve(|path| session.root().entry(path)).map_err(|error| {
        CommandError::input(error).hint("make a new plan with --dry-run --save-plan")
    })?;
    for step in &steps {
        apply_step(&session, &step.ledger, &step.meta, &step.changes, args.git_mode())
            .map_err(apply_error)?;
        printer.text(format!("applied {} ({} paths)", step.meta.id, step.changes.len()));
    }
    let applied: Vec<&str> = steps.iter().map(|step| step.meta.id.as_str()).collect();
    printer.json(&serde_json::json!({ "version": 1, "applied": applied }));
    Ok(ExitStatus::Success)
}
