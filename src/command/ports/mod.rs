//! `scaffold ports list|add|release|check|sync`.

mod check;
mod edit;
mod sync;

use clap::{Args, Subcommand};

use super::workspace::{discover, tree};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::registry::Registry;
use crate::registry::facts::Facts;
use crate::report::{Printer, ports as ports_report};
use crate::settings::Settings;
use crate::workspace::{Tree, Workspace};

/// Arguments of `scaffold ports`.
#[derive(Debug, Args)]
pub(super) struct PortsArgs {
    #[command(subcommand)]
    command: PortsCommand,
}

#[derive(Debug, Subcommand)]
enum PortsCommand {
    /// Show every service with its port
    List,
    /// Give a service a port
    Add(edit::AddArgs),
    /// Take a service's port back
    Release(edit::ReleaseArgs),
    /// Compare ports.yaml with Dockerfiles, compose, env files and code
    Check(check::CheckArgs),
    /// Make published ports, env files and, where it is safe, containers follow ports.yaml
    Sync(sync::SyncArgs),
}

/// Runs one of the verbs.
pub(super) fn run(args: &PortsArgs, settings: &Settings) -> CommandResult {
    let printer = Printer::new(settings);
    let workspace = discover(settings)?;
    match &args.command {
        PortsCommand::List => list(&workspace, &printer),
        PortsCommand::Add(args) => edit::add(args, &workspace, settings, &printer),
        PortsCommand::Release(args) => edit::release(args, &workspace, settings, &printer),
        PortsCommand::Check(args) => check::run(args, &workspace, settings, &printer),
        PortsCommand::Sync(args) => sync::run(args, &workspace, settings, &printer),
    }
}

fn list(workspace: &Workspace, printer: &Printer) -> CommandResult {
    let tree = tree(workspace)?;
    let facts = facts(&tree, workspace)?;
    printer.text(ports_report::list(&facts));
    printer.json(&ports_report::list_json(&facts));
    Ok(ExitStatus::Success)
}

/// The registry in a tree; a workspace without `ports.yaml` has an empty one.
pub(super) fn registry(tree: &Tree, workspace: &Workspace) -> Result<Registry, CommandError> {
    let read = match tree.text(&Registry::path()) {
        Some(text) => Registry::parse(text),
        None => Registry::initial(&workspace.config),
    };
    read.map_err(CommandError::input)
}

/// Everything about ports in a tree.
pub(super) fn facts<'a>(
    tree: &'a Tree,
    workspace: &'a Workspace,
) -> Result<Facts<'a>, CommandError> {
    Ok(Facts::gather(tree, &workspace.config, registry(tree, workspace)?))
}
