//! What a service is made from: a template of ours, or a foreign one.
//!
//! Hides from the planner whose format a template has; fetching one from a repository is
//! [`super::fetch`]'s.

use std::collections::BTreeMap;

use super::answers::Provenance;
use super::engine::{Limits, Scope};
use super::fetch::fetch;
use super::kind::ServiceKind;
use super::liquid::{Hooks, LiquidError, LiquidTemplate};
use super::manifest::Manifest;
use super::render::Template;
use super::request::NewError;
use super::source::{Dialect, Source, dialect, embedded, load};
use super::value::Value;
use crate::workspace::{Tree, nearest};

/// A loaded template for services, and where it came from.
#[derive(Debug)]
pub struct Blueprint {
    /// Where it came from.
    pub provenance: Provenance,
    /// The template.
    pub kind: BlueprintKind,
}

/// Whose format the template has.
#[derive(Debug)]
pub enum BlueprintKind {
    /// Ours.
    Own(Box<Template>),
    /// cargo-generate's.
    Liquid(Box<LiquidTemplate>),
}

impl Blueprint {
    /// The template of the binary for a kind of service.
    pub fn embedded(kind: ServiceKind) -> Result<Self, NewError> {
        let template = embedded(kind.template())?;
        let provenance = Provenance::embedded(kind.template());
        Ok(Self { provenance, kind: BlueprintKind::Own(Box::new(template)) })
    }

    /// A template from elsewhere; nothing of it runs.
    pub fn open(source: &Source) -> Result<Self, NewError> {
        let fetched = fetch(source)?;
        let provenance = fetched.provenance.clone();
        let kind = match dialect(&fetched.folder)? {
            Dialect::Own => {
                let template = load(&fetched.folder, Limits::default())?;
                BlueprintKind::Own(Box::new(template))
            }
            Dialect::Liquid => BlueprintKind::Liquid(Box::new(LiquidTemplate::load(fetched)?)),
        };
        Ok(Self { provenance, kind })
    }

    /// The scripts that the template wants to run, if it has any.
    pub fn hooks(&self) -> Option<&Hooks> {
        match &self.kind {
            BlueprintKind::Own(_) => None,
            BlueprintKind::Liquid(template) => template.hooks.as_ref(),
        }
    }

    /// Fails unless the hooks, if there are any, are those that `agreed` names.
    pub fn check_consent(&self, agreed: Option<&str>) -> Result<(), NewError> {
        match self.hooks() {
            Some(hooks) if agreed != Some(hooks.hash.to_string().as_str()) => {
                Err(LiquidError::NoConsent(hooks.clone()).into())
            }
            _ => Ok(()),
        }
    }

    /// What the template says about itself; a foreign one only its name.
    pub fn manifest(&self) -> &Manifest {
        match &self.kind {
            BlueprintKind::Own(template) => &template.manifest,
            BlueprintKind::Liquid(template) => &template.manifest,
        }
    }

    /// Completes what the engine provides with features, given values and defaults.
    pub fn scope(
        &self,
        scope: Scope,
        with: Option<&[String]>,
        given: &BTreeMap<String, String>,
    ) -> Result<Scope, NewError> {
        let scope = self.preview(scope, with, given)?;
        match &self.kind {
            BlueprintKind::Own(template) => Ok(template.complete(scope)?),
            BlueprintKind::Liquid(_) => Ok(scope),
        }
    }

    /// As [`Blueprint::scope`], without the defaults of what is not yet answered.
    pub fn preview(
        &self,
        mut scope: Scope,
        with: Option<&[String]>,
        given: &BTreeMap<String, String>,
    ) -> Result<Scope, NewError> {
        scope.features = features(self.manifest(), with)?;
        for (name, text) in given {
            let value = self.variable_value(name, text)?;
            scope.values.insert(name.clone(), value.unwrap_or_else(|| Value::from(text.as_str())));
        }
        Ok(scope)
    }

    /// Reads a given value as its variable wants it; `None` for foreign templates, which
    /// check by themselves.
    fn variable_value(&self, name: &str, text: &str) -> Result<Option<Value>, NewError> {
        if matches!(self.kind, BlueprintKind::Liquid(_)) {
            return Ok(None);
        }
        let variables = &self.manifest().variables;
        let Some(variable) = variables.iter().find(|variable| variable.name == name) else {
            let names = variables.iter().map(|variable| variable.name.as_str());
            return Err(NewError::UnknownVariable {
                name: name.to_owned(),
                nearest: nearest(name, names),
            });
        };
        let value = variable.kind.read(text).ok_or_else(|| NewError::BadValue {
            name: name.to_owned(),
            expected: variable.kind.to_string(),
            found: text.to_owned(),
        })?;
        Ok(Some(value))
    }

    /// The files of a service, below its folder.
    pub fn render(&self, scope: &Scope) -> Result<Tree, NewError> {
        match &self.kind {
            BlueprintKind::Own(template) => Ok(template.render(scope)?),
            BlueprintKind::Liquid(template) => Ok(template.render(scope)?),
        }
    }
}

/// Every feature of the template, on or off.
fn features(
    manifest: &Manifest,
    with: Option<&[String]>,
) -> Result<BTreeMap<String, bool>, NewError> {
    let Some(with) = with else {
        let defaults = manifest.features.iter();
        return Ok(defaults.map(|feature| (feature.name.clone(), feature.default)).collect());
    };
    let names: Vec<&str> = manifest.features.iter().map(|feature| feature.name.as_str()).collect();
    let wanted = with.iter().map(String::as_str).filter(|name| *name != "none");
    let wanted: Vec<&str> = wanted.collect();
    if let Some(unknown) = wanted.iter().find(|name| !names.contains(name)) {
        return Err(NewError::UnknownFeature {
            name: (*unknown).to_owned(),
            nearest: nearest(unknown, names.iter().copied()),
            known: names.join(", "),
        });
    }
    let chosen = names.iter().map(|name| ((*name).to_owned(), wanted.contains(name)));
    Ok(chosen.collect())
}
