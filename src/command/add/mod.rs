//! `scaffold add`: one more entity, endpoint, event, client or feature of a service.

mod client;
mod endpoint;
mod entity;
mod event;
mod feature;

use clap::{Args, Subcommand};

use super::workspace;
use crate::addition::{AddError, Addition, Site, Target};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::report::{AdditionReport, Printer, tree};
use crate::review::prompt;
use crate::settings::{Interaction, Settings};
use crate::template::EntityName;

/// Arguments of `scaffold add`.
#[derive(Debug, Args)]
pub(super) struct AddArgs {
    #[command(subcommand)]
    what: What,
}

/// What can be added, one line each.
#[derive(Debug, Subcommand)]
enum What {
    /// An aggregate: domain, use cases, repository, endpoints, migration and tests
    Entity(entity::EntityArgs),
    /// A use case and the endpoint that leads to it, with tests
    Endpoint(endpoint::EndpointArgs),
    /// A kind of event that a service tells of, or that a worker understands
    Event(event::EventArgs),
    /// A typed client of another service, from its OpenAPI document
    Client(client::ClientArgs),
    /// A feature of the template that the service was made without
    Feature(feature::FeatureArgs),
}

/// Options of everything that can be added.
#[derive(Debug, Clone, Args)]
struct Common {
    /// The service to extend [default: the one around the current folder, or the only one]
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Show the tree and the full diff; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Adds what is asked for.
pub(super) fn run(args: &AddArgs, settings: &Settings) -> CommandResult {
    match &args.what {
        What::Entity(args) => entity::run(args, settings),
        What::Endpoint(args) => endpoint::run(args, settings),
        What::Event(args) => event::run(args, settings),
        What::Client(args) => client::run(args, settings),
        What::Feature(args) => feature::run(args, settings),
    }
}

/// Plans, shows, and unless it is a dry run writes what `plan` makes of a service.
fn extend(
    common: &Common,
    settings: &Settings,
    is_asked: bool,
    plan: impl Fn(&Site, &Target) -> Result<Addition, AddError>,
) -> CommandResult {
    let printer = Printer::new(settings);
    let place = workspace::discover(settings)?;
    let planned = || -> Result<Addition, AddError> {
        let site = Site::read(&place.root, &place.config)?;
        let name = site.choose(common.service.as_deref(), &settings.cwd)?;
        let target = site.target(&name)?;
        plan(&site, &target)
    };
    let addition = planned().map_err(refused)?;
    let report = AdditionReport::new(&addition);
    if common.dry_run {
        report.dry_run(&printer);
        return Ok(ExitStatus::Success);
    }
    if addition.changes.is_empty() {
        report.done(&printer);
        return Ok(ExitStatus::Success);
    }
    if is_asked && settings.interaction == Interaction::Ask {
        printer.remark(tree::full(&addition.changes));
        if !prompt::confirm("Write this?", true)? {
            return Err(CommandError::interrupted());
        }
    }
    // Again under the lock, on what is there now.
    let session = workspace::session(&place.root, settings, &printer)?;
    let addition = planned().map_err(refused)?;
    session.apply(&addition.changes)?;
    AdditionReport::new(&addition).done(&printer);
    Ok(ExitStatus::Success)
}

/// A name, asked for on a terminal when it is missing.
fn named(
    given: Option<&str>,
    question: &str,
    settings: &Settings,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<String, CommandError> {
    match (given, settings.interaction) {
        (Some(name), _) => Ok(name.to_owned()),
        (None, Interaction::Ask) => Ok(prompt::text(question, None, check)?),
        (None, _) => {
            let error = CommandError::input(format!("{} is missing", question.to_lowercase()));
            Err(error.hint("give it as an argument, or run it on a terminal to be asked"))
        }
    }
}

/// Whether a text is a class name that the generated code can use.
fn class_check(name: &str) -> Result<(), String> {
    match EntityName::new(name) {
        Ok(_) => Ok(()),
        Err(error) => Err(match &error.proposal {
            Some(proposal) => format!("{error}; try {proposal:?}"),
            None => error.to_string(),
        }),
    }
}

fn refused(error: AddError) -> CommandError {
    let hints = error.hints();
    hints.into_iter().fold(CommandError::input(error), CommandError::hint)
}
