//! `scaffold ports check [--fix]`.

use clap::Args;

use super::facts;
use crate::change::ChangeSet;
use crate::command::workspace::{put, session, tree};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::registry::check::{Finding, Level, check};
use crate::registry::facts::Facts;
use crate::registry::{Registry, fix};
use crate::render::derive;
use crate::report::{Printer, ports as ports_report};
use crate::settings::Settings;
use crate::workspace::{Tree, Workspace};

/// Arguments of `scaffold ports check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Mend what has one right answer: entries, published ports, EXPOSE
    #[arg(long)]
    fix: bool,
}

/// Reports what disagrees; exit status 1 while something does.
pub(super) fn run(
    args: &CheckArgs,
    workspace: &Workspace,
    settings: &Settings,
    printer: &Printer,
) -> CommandResult {
    let session = if args.fix { Some(session(&workspace.root, settings, printer)?) } else { None };
    let before = tree(workspace)?;
    let changes = match &session {
        Some(session) => {
            let changes = fixes(&before, workspace)?;
            session.apply(&changes)?;
            changes
        }
        None => ChangeSet::new(),
    };
    let after = before.with(&changes);
    let findings = check(&facts(&after, workspace)?);
    printer.text(ports_report::findings(&findings, &changes));
    printer.json(&ports_report::findings_json(&findings, &changes));
    Ok(status(&findings))
}

fn status(findings: &[Finding]) -> ExitStatus {
    if findings.iter().any(|finding| finding.level == Level::Error) {
        ExitStatus::Findings
    } else {
        ExitStatus::Success
    }
}

/// Registry first, then what follows it.
fn fixes(before: &Tree, workspace: &Workspace) -> Result<ChangeSet, CommandError> {
    let facts = facts(before, workspace)?;
    let registry = fix::registry(&facts).map_err(CommandError::input)?;
    let mut changes = fix::images(&facts, &check(&facts)).map_err(CommandError::internal)?;
    put(&mut changes, before, Registry::path(), registry.text());
    let with_registry = before.with(&changes);
    let facts = Facts::gather(&with_registry, &workspace.config, registry);
    let derived = derive::compose(&facts, false).map_err(CommandError::input)?;
    for (path, change) in derived.changes.iter() {
        changes.insert(path.clone(), change.clone());
    }
    Ok(changes)
}
