//! `scaffold ports sync`.

use clap::Args;

use super::{facts, registry};
use crate::change::{ChangeSet, RelPath};
use crate::command::workspace::session;
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::registry::facts::Facts;
use crate::registry::follow::{Following, follow};
use crate::render::derive;
use crate::render::env::ENV_FILE;
use crate::report::{Printer, diff, ports as ports_report};
use crate::settings::Settings;
use crate::workspace::{Tree, Workspace};

/// Arguments of `scaffold ports sync`.
#[derive(Debug, Args)]
pub(super) struct SyncArgs {
    /// Show the changes as a diff and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Makes what is derived follow the registry, and lists what stays.
pub(super) fn run(
    args: &SyncArgs,
    workspace: &Workspace,
    settings: &Settings,
    printer: &Printer,
) -> CommandResult {
    let session =
        if args.dry_run { None } else { Some(session(&workspace.root, settings, printer)?) };
    let before = workspace.whole_tree().map_err(CommandError::input)?;
    let (following, changes) = plan(&before, workspace)?;
    printer.text(ports_report::following(&following, &changes));
    printer.json(&ports_report::following_json(&following, &changes, args.dry_run));
    match session {
        Some(session) => session.apply(&changes)?,
        None if changes.is_empty() => {}
        None => printer.text(diff::change_set(&changes, printer.colour())),
    }
    Ok(ExitStatus::Success)
}

/// Containers first, then the mappings that lead to them, then env files that are there.
fn plan(before: &Tree, workspace: &Workspace) -> Result<(Following, ChangeSet), CommandError> {
    let following = follow(&facts(before, workspace)?).map_err(CommandError::internal)?;
    let mut changes = following.changes.clone();
    let moved = before.with(&changes);
    let registry = registry(&moved, workspace)?;
    let facts = Facts::gather(&moved, &workspace.config, registry);
    let derived = derive::compose(&facts, false).map_err(CommandError::input)?;
    let has_env = RelPath::new(ENV_FILE).is_ok_and(|path| before.get(&path).is_some());
    let env = if has_env { derive::env(&facts) } else { ChangeSet::new() };
    for (path, change) in derived.changes.iter().chain(env.iter()) {
        changes.insert(path.clone(), change.clone());
    }
    Ok((following, changes))
}
