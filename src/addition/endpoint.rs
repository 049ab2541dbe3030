//! One more use case and the endpoint that leads to it.

use super::describe::describe;
use super::draft::{Addition, Draft, require_api, spellings};
use super::entity::features_of;
use super::error::AddError;
use super::field::Field;
use super::site::{Site, Target};
use crate::template::{EntityName, Value, embedded};

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
    draft.finish(format!("endpoint {}", name.class()))
}

/// A path below the version: plain segments.
fn checked(path: &str) -> Result<String, AddError> {
    let plain = path.trim_matches('/');
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.~/".contains(letter);
    if plain.is_empty() || plain.contains("//") || !plain.chars().all(fits) {
        return Err(AddError::Edit(format!(
            "{path:?} is no path of an endpoint: letters, digits and - between /"
        )));
    }
    Ok(plain.to_owned())
}
