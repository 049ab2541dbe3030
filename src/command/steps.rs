//! The steps that apply here, and which of them a service has had already.

use camino::Utf8Path;

use super::migrate::ledger_folder;
use crate::apply::{Ledger, Root, StepState};
use crate::error::CommandError;
use crate::migration::{ServiceTarget, Step, arranged, catalogue, own_steps};
use crate::workspace::{CONFIG_FILE, Workspace};

/// Built-in and own steps in the order that the workspace at `root` wants.
pub(super) fn steps(root: &Utf8Path) -> Result<Vec<Step>, CommandError> {
    let built_in = catalogue().map_err(CommandError::internal)?;
    let own = own_steps(root).map_err(CommandError::input)?;
    let config = if root.join(CONFIG_FILE).is_file() {
        Some(Workspace::open(root).map_err(CommandError::input)?.config)
    } else {
        None
    };
    arranged(built_in, own, config.as_ref()).map_err(CommandError::input)
}

/// The steps that a service's ledger records as done.
pub(super) fn applied(
    root: &Utf8Path,
    target: &ServiceTarget,
) -> Result<Vec<String>, CommandError> {
    let root = Root::open(root)?;
    Ok(done(&Ledger::read(&root, &ledger_folder(target)?)?))
}

/// The steps that a ledger records as done.
pub(super) fn done(ledger: &Ledger) -> Vec<String> {
    let ids = ledger.steps().iter().map(|step| step.meta.id.clone());
    let is_done =
        |id: &String| matches!(ledger.state(id), Some(StepState::Applied | StepState::Adopted));
    let mut done: Vec<String> = ids.filter(is_done).collect();
    done.dedup();
    done
}
