//! The questions of `scaffold new`: from nothing to a request, each answer checked at once.

use super::prompt::{self, PromptError};
use crate::error::CommandError;
use crate::template::{BlueprintKind, EntityName, Kind, NewError, Request, Site, Variable};

/// Asks for everything that `request` leaves open.
pub fn interview(site: Site<'_>, mut request: Request) -> Result<Request, CommandError> {
    let said = |error: NewError| sentence(&error);
    request.name =
        prompt::text("Name of the service", None, |name| site.check_name(name).map_err(said))?;
    if request.family.is_none() {
        request.family = Some(family(site)?);
    }
    if request.features.is_none() {
        request.features = features(site)?;
    }
    if request.port.is_none() {
        request.port = Some(port(site, &request)?);
    }
    if request.entity.is_none() {
        request.entity = Some(entity(site, &request)?);
    }
    variables(site, &mut request)?;
    Ok(request)
}

/// An error with its hint, as one sentence.
fn sentence(error: &NewError) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}

fn family(site: Site<'_>) -> Result<String, PromptError> {
    let families: Vec<_> = site.config.families.iter().collect();
    let shown: Vec<_> = families.iter().map(|(name, ports)| format!("{name}  {ports}")).collect();
    let proposal = families.iter().position(|(name, _)| *name == "services").unwrap_or(0);
    let chosen = prompt::one_of("Family, which decides about its port", &shown, proposal)?;
    Ok(families[chosen].0.clone())
}

/// `None` when the template has no features to choose from.
fn features(site: Site<'_>) -> Result<Option<Vec<String>>, PromptError> {
    let features = &site.blueprint.manifest().features;
    if features.is_empty() {
        return Ok(None);
    }
    let items = features
        .iter()
        .map(|feature| (format!("{}  {}", feature.name, feature.description), feature.default));
    let chosen = prompt::any_of("Features", &items.collect::<Vec<_>>())?;
    let names = chosen.into_iter().map(|index| features[index].name.clone());
    Ok(Some(names.collect()))
}

fn port(site: Site<'_>, request: &Request) -> Result<u16, CommandError> {
    let proposal = site.proposal(request).map_err(CommandError::input)?.1;
    let check = |text: &str| {
        let port = text.parse().map_err(|error| format!("{text:?} is not a port: {error}"))?;
        let request = Request { port: Some(port), ..request.clone() };
        site.proposal(&request).map(drop).map_err(|error| sentence(&error))
    };
    let text = prompt::text("Port", Some(proposal.to_string()), check)?;
    Ok(text.parse().unwrap_or(proposal))
}

fn entity(site: Site<'_>, request: &Request) -> Result<String, CommandError> {
    let proposal = site.entity_of(&request.name).map_err(CommandError::input)?;
    let check = |name: &str| {
        let checked = EntityName::new(name).map(drop);
        checked.map_err(|error| sentence(&NewError::from(error)))
    };
    Ok(prompt::text("Entity, the example aggregate", Some(proposal), check)?)
}

/// The template's own variables.
fn variables(site: Site<'_>, request: &mut Request) -> Result<(), CommandError> {
    let BlueprintKind::Own(template) = &site.blueprint.kind else {
        return Ok(());
    };
    for variable in &template.manifest.variables {
        let given = variable.name == "description" && request.description.is_some();
        if given || request.values.contains_key(&variable.name) {
            continue;
        }
        let scope = site.known(request).map_err(CommandError::input)?;
        let proposal = template.proposal(variable, &scope).map_err(CommandError::input)?;
        let answer = ask(variable, proposal.map(|value| value.to_string()))?;
        request.values.insert(variable.name.clone(), answer);
    }
    Ok(())
}

fn ask(variable: &Variable, proposal: Option<String>) -> Result<String, PromptError> {
    match &variable.kind {
        Kind::Bool => {
            let proposal = proposal.as_deref() == Some("true");
            Ok(prompt::confirm(&variable.prompt, proposal)?.to_string())
        }
        Kind::Choice(choices) => {
            let known = |text: String| choices.iter().position(|choice| *choice == text);
            let chosen = proposal.and_then(known).unwrap_or(0);
            let chosen = prompt::one_of(&variable.prompt, choices, chosen)?;
            Ok(choices[chosen].clone())
        }
        Kind::Text | Kind::Integer => prompt::text(&variable.prompt, proposal, |text| {
            let value = variable.kind.read(text);
            let value = value.ok_or_else(|| format!("{text:?} is not {}", variable.kind))?;
            variable.check(&value).map_err(|error| error.to_string())
        }),
    }
}
