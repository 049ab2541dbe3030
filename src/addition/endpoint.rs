//! One more use case and the endpoint that leads to it.

use super::describe::describe;
use super::draft::{Addition, Draft, require_api, spellings};
use super::entity::features_of;
use super::error::AddError;
use super::field::Field;
use super::site::{Site, Target};
use crate::audit::api;
use crate::template::{EntityName, Value, embedded};
use crate::workspace::Service;

/// How an endpoint is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Method {
    /// Reads, with its input in the query.
    Get,
    /// Does something, with its input in the body.
    #[default]
    Post,
    /// Replaces something, with its input in the body.
    Put,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
        }
    }
}

/// What the user asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointRequest {
    /// What it does: `EstimatePrice`.
    pub name: String,
    /// How it is asked.
    pub method: Method,
    /// Its path below the version; from the name without it.
    pub path: Option<String>,
    /// Its input as `name:type`; one text without any.
    pub fields: Vec<String>,
}

/// Plans one more endpoint.
pub fn add_endpoint(
    site: &Site,
    target: &Target,
    request: &EndpointRequest,
) -> Result<Addition, AddError> {
    let name = EntityName::new(&request.name)?;
    let standard = ["text:str".to_owned()];
    let asked = if request.fields.is_empty() { &standard[..] } else { &request.fields };
    let fields = Field::parse_all(asked)?;
    require_api(site, target)?;
    let path = match &request.path {
        Some(path) => checked(path)?,
        None => name.snake().replace('_', "-"),
    };
    let served = format!("/api/v1/{path}");
    let mut draft = Draft::new(site, target);
    let mut scope = draft.scope();
    let texts = spellings(&name).map(|(key, text)| (key.to_owned(), Value::Text(text)));
    scope.values.extend(texts);
    let title = name.title().to_lowercase();
    let sentence = format!("{}{}", title[..1].to_uppercase(), &title[1..]);
    let texts =
        [("path", path), ("method", request.method.name().to_owned()), ("sentence", sentence)];
    scope.values.extend(texts.map(|(key, text)| (key.to_owned(), Value::Text(text))));
    describe(&mut scope, &embedded("add/entity")?.manifest, (&fields, None));
    scope.features.extend(features_of(target));
    scope.features.insert("reads".into(), request.method == Method::Get);
    draft.add(&embedded("add/endpoint")?, &scope)?;
    let addition = draft.finish(format!("endpoint {}", name.class()))?;
    if !addition.changes.is_empty() {
        is_free(target, request.method, &served)?;
    }
    Ok(addition)
}

/// Fails when the service answers such a request already: of two routes only the first one is asked.
fn is_free(target: &Target, method: Method, served: &str) -> Result<(), AddError> {
    let service = Service { name: target.name.clone(), folder: target.folder.clone() };
    let document = api::document_of(&target.tree, service);
    if document["paths"][served][method.name()].is_null() {
        return Ok(());
    }
    let asked = format!("{} {served}", method.name().to_uppercase());
    Err(AddError::Edit(format!("{asked} is answered already: choose another --path or --method")))
}

/// A path below the version: plain segments.
fn checked(path: &str) -> Result<String, AddError> {
    let plain = path.trim_matches('/');
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.~/".contains(letter);
    if plain.is_empty() || path.contains("//") || !plain.chars().all(fits) {
        return Err(AddError::Edit(format!(
            "{path:?} is no path of an endpoint: letters, digits and - between /"
        )));
    }
    Ok(plain.to_owned())
}
