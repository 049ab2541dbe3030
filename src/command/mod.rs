//! The commands: one file per verb with its arguments and a thin function.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::process::interrupt;
use crate::report;
use crate::settings::{Format, GlobalArgs, Settings};
use crate::template;

/// Generates clean-architecture FastAPI services and migrates existing ones.
#[derive(Debug, Parser)]
#[command(name = "scaffold", version, about, propagate_version = true)]
#[command(
    after_help = "Exit status: 0 done · 1 findings, pending changes or breakage · 2 bad usage or input · \
    3 unresolved or unjudged · 4 internal failure · 130 interrupted"
)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

/// Every verb, one line each.
#[derive(Debug, Subcommand)]
enum Command {
    /// Make a workspace, of an existing backend if asked to
    Init(init::InitArgs),
    /// List, add, release, check and apply the ports of services
    Ports(ports::PortsArgs),
    /// Write the files that follow ports.yaml
    Render(render::RenderArgs),
    /// Move existing services into the clean architecture, step by step
    Migrate(migrate::MigrateArgs),
    /// Show which steps each service has had, and which are pending
    Status(status::StatusArgs),
    /// Make, test, list and show migration steps
    Step(step::StepArgs),
    /// Compare a service with what it was: imports, OpenAPI, routes, answers, tests
    Verify(verify::VerifyArgs),
    /// Say what leads to a definition, or what a step does and why
    Explain(explain::ExplainArgs),
    /// Find what is wrong with a folder of services, and which step mends it
    Audit(audit::AuditArgs),
    /// Generate a service, and the workspace around it when there is none
    New(new::NewArgs),
    /// Add an entity, endpoint, event, client or feature to a service
    Add(add::AddArgs),
    /// Run a cargo-generate template; `new` starts this in a child process
    #[command(name = template::CHILD, hide = true)]
    Liquid(template::ChildArgs),
    /// Print a shell completion script
    Completions(completions::CompletionsArgs),
}

mod add;
mod audit;
mod completions;
mod explain;
mod init;
mod lock;
mod migrate;
mod new;
mod ports;
mod render;
mod status;
mod step;
mod steps;
mod verify;
mod workspace;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // Without handlers Ctrl-C still ends the process, only less politely.
    let _ = interrupt::listen();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let status = if error.use_stderr() { ExitStatus::Input } else { ExitStatus::Success };
            let _ = error.print();
            return ExitCode::from(status.code());
        }
    };
    let status = run(cli).unwrap_or_else(|error| {
        report::error(&error);
        error.status
    });
    ExitCode::from(status.code())
}

fn run(cli: Cli) -> CommandResult {
    interrupt::listen().map_err(CommandError::internal)?;
    let settings = Settings::resolve(cli.global).map_err(CommandError::input)?;
    let format = settings.format;
    let is_fit = match cli.command {
        Command::Audit(_) => format != Format::Svg,
        Command::Migrate(_) => format.is_common() || format.is_picture(),
        _ => format.is_common(),
    };
    if !is_fit {
        return Err(CommandError::input("this command does not write this format")
            .hint("use --format text or --format json"));
    }
    match cli.command {
        Command::Init(args) => init::run(&args, &settings),
        Command::Ports(args) => ports::run(&args, &settings),
        Command::Render(args) => render::run(&args, &settings),
        Command::Migrate(args) => migrate::run(&args, &settings),
        Command::Status(args) => status::run(&args, &settings),
        Command::Step(args) => step::run(&args, &settings),
        Command::Verify(args) => verify::run(&args, &settings),
        Command::Explain(args) => explain::run(&args, &settings),
        Command::Audit(args) => audit::run(&args, &settings),
        Command::New(args) => new::run(args, &settings),
        Command::Add(args) => add::run(&args, &settings),
        Command::Liquid(args) => match template::run_child(args) {
            Ok(()) => Ok(ExitStatus::Success),
            Err(error) => Err(CommandError::input(error)),
        },
        Command::Completions(args) => completions::run(&args, &settings),
    }
}
