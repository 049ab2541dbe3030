//! `scaffold add endpoint NAME`.

use clap::{Args, ValueEnum};

use super::{Common, class_check, extend, named};
use crate::addition::{EndpointRequest, Method, add_endpoint};
use crate::error::CommandResult;
use crate::settings::Settings;

/// Arguments of `scaffold add endpoint`.
#[derive(Debug, Args)]
pub(super) struct EndpointArgs {
    /// What it does, e.g. `EstimatePrice`; without it, on a terminal, you are asked
    name: Option<String>,
    /// How it is asked
    #[arg(long, value_enum, default_value_t)]
    method: Verb,
    /// Its path below /api/v1 [default: from the name]
    #[arg(long)]
    path: Option<String>,
    /// A field of its input, as of an entity; repeatable [default: text:str]
    #[arg(long = "field", value_name = "NAME:TYPE")]
    fields: Vec<String>,
    #[command(flatten)]
    common: Common,
}

/// How an endpoint is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Verb {
    /// Reads; the input is in the query
    Get,
    /// Does something; the input is in the body
    #[default]
    Post,
    /// Replaces something; the input is in the body
    Put,
}

/// Asks for what is missing, and adds the endpoint.
pub(super) fn run(args: &EndpointArgs, settings: &Settings) -> CommandResult {
    let name = named(args.name.as_deref(), "What the endpoint does", settings, class_check)?;
    let method = match args.method {
        Verb::Get => Method::Get,
        Verb::Post => Method::Post,
        Verb::Put => Method::Put,
    };
    let (path, fields) = (args.path.clone(), args.fields.clone());
    let request = EndpointRequest { name, method, path, fields };
    let is_asked = args.name.is_none();
    extend(&args.common, settings, is_asked, |site, target| add_endpoint(site, target, &request))
}
