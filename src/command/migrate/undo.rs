//! `scaffold migrate PATH --undo [STEP]` and `--abort`.

use super::apply::{apply_error, ledger_folder, open_session};
use super::{MigrateArgs, needs_consent, open};
use crate::apply::{UndoTarget, undo};
use crate::error::{CommandResult, ExitStatus};
use crate::migration::ServiceTarget;
use crate::report::Printer;
use crate::settings::Settings;

/// What `--undo` with or without a step means.
pub(super) fn chosen(step: Option<&str>) -> UndoTarget {
    step.map_or(UndoTarget::LastRun, |step| UndoTarget::Step(step.to_owned()))
}

/// Restores the services, byte for byte, or refuses and names what changed since.
pub(super) fn run(args: &MigrateArgs, settings: &Settings, target: &UndoTarget) -> CommandResult {
    needs_consent(settings)?;
    let printer = Printer::new(settings);
    let mut documents = Vec::new();
    for path in &args.paths {
        let service = settings.absolute(path);
        let root = open::root_of(&service, settings);
        let folder = open::folder_below(&root, &service)?;
        let session = open_session(&root, settings, &printer)?;
        let service = ServiceTarget { folder, package: String::new(), name: String::new() };
        let ledger = ledger_folder(&service)?;
        let undone = undo(&session, &ledger, target, args.git_mode()).map_err(apply_error)?;
        printer.text(format!(
            "{path}: undone {} ({} paths restored)",
            undone.steps.join(", "),
            undone.paths.len()
        ));
        documents.push(serde_json::json!({
            "path": path,
            "steps": undone.steps,
            "paths": undone.paths,
        }));
    }
    printer.json(&serde_json::json!({ "version": 1, "undone": documents }));
    Ok(ExitStatus::Success)
}
