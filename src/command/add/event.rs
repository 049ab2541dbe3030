//! `scaffold add event NAME`.

use clap::Args;

use super::{Common, extend, named};
use crate::addition::{EventRequest, add_event};
use crate::error::CommandResult;
use crate::settings::Settings;

/// Arguments of `scaffold add event`.
#[derive(Debug, Args)]
pub(super) struct EventArgs {
    /// What happened, e.g. `OrderShipped`, to tell others of it; or for a worker the type of an
    /// event that it shall understand, e.g. `orders.order_shipped.v1`
    name: Option<String>,
    /// What there is to know about it, as of an entity; repeatable [default: name:str]
    #[arg(long = "field", value_name = "NAME:TYPE")]
    fields: Vec<String>,
    #[command(flatten)]
    common: Common,
}

/// Asks for what is missing, and adds the event.
pub(super) fn run(args: &EventArgs, settings: &Settings) -> CommandResult {
    let name = named(args.name.as_deref(), "What happened, or a type", settings, |_| Ok(()))?;
    let request = EventRequest { name, fields: args.fields.clone() };
    let is_asked = args.name.is_none();
    extend(&args.common, settings, is_asked, |site, target| add_event(site, target, &request))
}
