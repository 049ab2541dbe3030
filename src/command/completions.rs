//! `scaffold completions SHELL`.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::Cli;
use crate::error::{CommandResult, ExitStatus};
use crate::report::Printer;
use crate::settings::Settings;

/// Arguments of `scaffold completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell to write the script for
    shell: Shell,
}

/// Prints the script.
pub(super) fn run(args: &CompletionsArgs, settings: &Settings) -> CommandResult {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "scaffold", &mut script);
    Printer::new(settings).text(String::from_utf8_lossy(&script));
    Ok(ExitStatus::Success)
}
