//! `scaffold step new|test|list|show`.

mod new;
mod test;

use clap::{Args, Subcommand};

use super::steps::steps;
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::Step;
use crate::report::{Printer, step as step_report};
use crate::settings::Settings;
use crate::workspace::{Workspace, nearest};

/// Arguments of `scaffold step`.
#[derive(Debug, Args)]
pub(super) struct StepArgs {
    #[command(subcommand)]
    command: StepCommand,
}

#[derive(Debug, Subcommand)]
enum StepCommand {
    /// Make a step of the workspace's own, with an example and its case
    New(new::NewArgs),
    /// Hold the workspace's own steps to the laws on their cases
    Test(test::TestArgs),
    /// List every step in the order of the run
    List,
    /// Print a step's page
    Show {
        /// The step
        id: String,
    },
}

/// Runs one of the verbs.
pub(super) fn run(args: &StepArgs, settings: &Settings) -> CommandResult {
    let printer = Printer::new(settings);
    match &args.command {
        StepCommand::New(args) => new::run(args, settings, &printer),
        StepCommand::Test(args) => test::run(args, settings, &printer),
        StepCommand::List => {
            let steps = here(settings)?;
            printer.text(step_report::list(&steps));
            printer.json(&step_report::list_json(&steps));
            Ok(ExitStatus::Success)
        }
        StepCommand::Show { id } => {
            let steps = here(settings)?;
            let step = named(&steps, id)?;
            printer.text(step_report::page(step));
            printer.json(&step_report::page_json(step));
            Ok(ExitStatus::Success)
        }
    }
}

/// The steps of the workspace around the current folder, or the built-in ones outside of any.
fn here(settings: &Settings) -> Result<Vec<Step>, CommandError> {
    let found = Workspace::discover(settings.root.as_deref(), &settings.cwd);
    let root = found.map_or_else(|_| settings.cwd.clone(), |workspace| workspace.root);
    steps(&root)
}

/// The step of that name, or an error with the nearest one.
fn named<'a>(steps: &'a [Step], id: &str) -> Result<&'a Step, CommandError> {
    steps.iter().find(|step| step.id == id).ok_or_else(|| {
        let error = CommandError::input(format!("there is no step {id:?}"));
        match nearest(id, steps.iter().map(|step| step.id.as_str())) {
            Some(name) => error.hint(format!("did you mean {name:?}?")),
            None => error.hint("`scaffold step list` shows them all"),
        }
    })
}
