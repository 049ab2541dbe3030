//! `scaffold status [PATH…]`.

use camino::Utf8PathBuf;
use clap::Args;
use rayon::prelude::*;

use super::migrate::open;
use super::steps::{applied, steps};
use super::workspace::{discover, tree};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::{Plan, Selection};
use crate::report::{Printer, status as status_report};
use crate::settings::Settings;
use crate::workspace::services;

/// Arguments of `scaffold status`.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// The services, by their folders (default: all of the workspace)
    paths: Vec<Utf8PathBuf>,
    /// Print one self-contained HTML page
    #[arg(long, conflicts_with = "check")]
    html: bool,
    /// Exit 1 when a step is pending
    #[arg(long)]
    check: bool,
}

/// Shows for each service which steps are done, pending, refused; writes nothing.
pub(super) fn run(args: &StatusArgs, settings: &Settings) -> CommandResult {
    let printer = Printer::new(settings);
    let paths = if args.paths.is_empty() { all(settings)? } else { args.paths.clone() };
    if paths.is_empty() {
        printer.text("no service here");
        return Ok(ExitStatus::Success);
    }
    let groups = open::look(&paths, settings)?;
    let [opened] = &groups[..] else {
        return Err(CommandError::input("the services lie in different workspaces")
            .hint("ask for those of one workspace at a time"));
    };
    let steps = steps(&opened.root)?;
    let plans = opened
        .targets
        .par_iter()
        .map(|target| {
            let target =
                target.as_ref().map_err(|(_, error)| CommandError::input(error.clone()))?;
            let applied = applied(&opened.root, target)?;
            let selection = Selection { applied, ..Selection::default() };
            Plan::build(&opened.tree, target, &steps, &selection).map_err(CommandError::input)
        })
        .collect::<Result<Vec<_>, CommandError>>()?;
    let board = status_report::Board::new(&steps, &plans);
    if args.html {
        printer.text(board.html());
    } else {
        printer.text(board.text());
    }
    printer.json(&board.json());
    let is_open = args.check && plans.iter().any(|plan| !plan.is_empty());
    Ok(if is_open { ExitStatus::Findings } else { ExitStatus::Success })
}

fn all(settings: &Settings) -> Result<Vec<Utf8PathBuf>, CommandError> {
    let workspace = discover(settings)?;
    let tree = tree(&workspace)?;
    let found = services(&tree, &workspace.config);
    Ok(found.into_iter().map(|service| workspace.root.join(service.folder.as_str())).collect())
}
