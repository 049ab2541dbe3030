//! `scaffold add entity NAME`.

use clap::Args;

use super::{Common, class_check, extend, named};
use crate::addition::{EntityRequest, Field, add_entity};
use crate::error::{CommandError, CommandResult};
use crate::review::prompt;
use crate::settings::{Interaction, Settings};

/// Arguments of `scaffold add entity`.
#[derive(Debug, Args)]
pub(super) struct EntityArgs {
    /// Its class, e.g. `Parcel`; without it, on a terminal, you are asked
    name: Option<String>,
    /// A field: str, int, float, bool, datetime, date, uuid or decimal, with ? if it may be
    /// missing; repeatable [default: name:str description:str?]
    #[arg(long = "field", value_name = "NAME:TYPE")]
    fields: Vec<String>,
    /// A field of type str whose value no two of them share [default: name, without --field]
    #[arg(long, value_name = "FIELD")]
    unique: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Asks for what is missing, and adds the entity.
pub(super) fn run(args: &EntityArgs, settings: &Settings) -> CommandResult {
    let request = request(args, settings)?;
    let is_asked = args.name.is_none();
    extend(&args.common, settings, is_asked, |site, target| add_entity(site, target, &request))
}

fn request(args: &EntityArgs, settings: &Settings) -> Result<EntityRequest, CommandError> {
    let name = named(args.name.as_deref(), "Entity", settings, class_check)?;
    let mut fields = args.fields.clone();
    if args.name.is_none() && fields.is_empty() && settings.interaction == Interaction::Ask {
        fields = ask_fields()?;
    }
    Ok(EntityRequest { name, fields, unique: args.unique.clone() })
}

/// Fields until an empty answer; none takes the standard ones.
fn ask_fields() -> Result<Vec<String>, CommandError> {
    let mut fields: Vec<String> = Vec::new();
    loop {
        let check = |text: &str| {
            let all: Vec<String> = fields.iter().cloned().chain([text.to_owned()]).collect();
            if text.is_empty() {
                return Ok(());
            }
            Field::parse_all(&all).map(drop).map_err(|error| match error.hint() {
                Some(hint) => format!("{error}; {hint}"),
                None => error.to_string(),
            })
        };
        let question = "Field as name:type, nothing to go on";
        let answer = prompt::text(question, Some(String::new()), check)?;
        if answer.is_empty() {
            return Ok(fields);
        }
        fields.push(answer);
    }
}
