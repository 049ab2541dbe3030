//! `scaffold add client SERVICE --for OTHER`.

use camino::Utf8PathBuf;
use clap::Args;

use super::{Common, extend, named};
use crate::addition::{ClientRequest, add_client};
use crate::error::{CommandError, CommandResult};
use crate::settings::Settings;

/// Arguments of `scaffold add client`.
#[derive(Debug, Args)]
pub(super) struct ClientArgs {
    /// The service that is asked
    provider: Option<String>,
    /// The service that asks, as --service
    #[arg(long = "for", value_name = "NAME", conflicts_with = "service")]
    consumer: Option<String>,
    /// The OpenAPI document of the service that is asked [default: what its source says of routes]
    #[arg(long, value_name = "FILE")]
    openapi: Option<Utf8PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// Asks for what is missing, and adds the client.
pub(super) fn run(args: &ClientArgs, settings: &Settings) -> CommandResult {
    let provider = named(args.provider.as_deref(), "Service that is asked", settings, |_| Ok(()))?;
    let document = args.openapi.as_ref().map(|path| {
        let path = settings.absolute(path);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| CommandError::input(format!("cannot read {path}: {error}")))?;
        serde_json::from_str(&text).map_err(|error| {
            CommandError::input(format!("{path}:{}: {error}", error.line()))
                .hint("the document has to be JSON, as the service gives it at /openapi.json")
        })
    });
    let request = ClientRequest { provider, document: document.transpose()? };
    let service = args.consumer.clone().or_else(|| args.common.service.clone());
    let common = Common { service, ..args.common.clone() };
    let is_asked = args.provider.is_none();
    extend(&common, settings, is_asked, |site, target| {
        let provider = site.choose(Some(&request.provider), &settings.cwd)?;
        let request = ClientRequest { provider, ..request.clone() };
        add_client(site, target, &request)
    })
}
