//! `scaffold add feature NAME`.

use clap::Args;

use super::{Common, extend, named};
use crate::addition::add_feature;
use crate::error::CommandResult;
use crate::settings::Settings;

/// Arguments of `scaffold add feature`.
#[derive(Debug, Args)]
pub(super) struct FeatureArgs {
    /// database, http, messaging or contract
    name: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Asks for what is missing, and adds the feature.
pub(super) fn run(args: &FeatureArgs, settings: &Settings) -> CommandResult {
    let name = named(args.name.as_deref(), "Feature", settings, |_| Ok(()))?;
    let is_asked = args.name.is_none();
    extend(&args.common, settings, is_asked, |site, target| add_feature(site, target, &name))
}
