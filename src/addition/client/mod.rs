//! A typed client of another service, from its OpenAPI document.

mod document;
mod names;
mod sample;
mod schema;

use serde_json::{Value as Json, json};

use super::draft::{Addition, Draft};
use super::error::AddError;
use super::site::{Root, Site, Target};
use crate::audit::api;
use crate::operation::contracts::PACTS;
use crate::registry::{REGISTRY_FILE, Registry};
use crate::template::{Scope, Value, embedded};
use crate::workspace::Service;
use document::{Operation, operations};
use schema::Models;

/// What the user asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClientRequest {
    /// The service that is asked.
    pub provider: String,
    /// Its OpenAPI document; read from its source without it.
    pub document: Option<Json>,
}

/// Plans a client of another service.
pub fn add_client(
    site: &Site,
    target: &Target,
    request: &ClientRequest,
) -> Result<Addition, AddError> {
    let provider = site.target(&request.provider)?;
    if provider.name == target.name {
        return Err(AddError::Edit(format!("{} is no other service", target.name)));
    }
    let document = match &request.document {
        Some(document) => document.clone(),
        None => from_source(&provider),
    };
    let mut models = Models::of(&document);
    let operations = operations(&document, &mut models);
    if operations.is_empty() {
        return Err(AddError::Edit(format!(
            "the document of {} has no operations that a client could use",
            provider.name
        )));
    }
    let mut draft = Draft::new(site, target);
    let mut scope = draft.scope();
    let class = names::class(&provider.name);
    let texts = [
        ("service", provider.name.clone()),
        ("service_snake", names::snake(&provider.name)),
        ("service_class", class),
        ("url", url(site, &provider.name)),
        ("clients", draft.clients_package()),
        ("cases", cases(&operations, &models, request.document.is_some())),
    ];
    scope.values.extend(texts.map(|(key, text)| (key.to_owned(), Value::Text(text))));
    describe(&mut scope, &operations, &models);
    let root = &target.layout.root;
    let has_resources = matches!(root, Root::Composed | Root::Process);
    let features = [("composed", *root == Root::Composed), ("resources", has_resources)];
    scope.features.extend(features.map(|(name, on)| (name.to_owned(), on)));
    if request.document.is_none() {
        draft.notes.push(format!(
            "read from the source of {}: bodies and answers have no types; --openapi FILE gives them",
            provider.name
        ));
    }
    if !has_resources {
        draft.notes.push(format!(
            "{} has no `Resources`: make the client with `create_{}_factory` where it is used",
            target.name,
            names::snake(&provider.name)
        ));
    }
    draft.add(&embedded("add/client")?, &scope)?;
    if request.document.is_some() {
        draft.contracts();
        let other = &provider.folder;
        draft.notes.push(format!(
            "the contract test writes its pact to {PACTS}/; {other} is held to it by a test that \
             `scaffold migrate {other} --only contract-tests` adds"
        ));
    }
    draft.finish(format!("client {}", provider.name))
}

/// Tells the template about operations and models.
fn describe(scope: &mut Scope, operations: &[Operation], models: &Models<'_>) {
    let uses = models.names_used();
    scope.values.insert("uses".into(), Value::List(uses));
    let mut imported: Vec<String> = models.classes().collect();
    imported.retain(|class| operations.iter().any(|operation| operation.mentions(class)));
    imported.sort_by_key(|name| name.to_lowercase());
    scope.values.insert("imported".into(), Value::List(imported));
    let shown: Vec<Json> = operations.iter().map(Operation::shown).collect();
    let needs = |key: &str| {
        let mut shown = shown.iter();
        Value::Bool(shown.any(|one| one[key].as_array().is_some_and(|list| !list.is_empty())))
    };
    for (flag, key) in
        [("has_query", "query"), ("has_headers", "headers"), ("has_path", "path_names")]
    {
        scope.values.insert(flag.into(), needs(key));
    }
    let (has_alias, is_open) = models.forms();
    scope.values.insert("has_alias".into(), Value::Bool(has_alias));
    scope.values.insert("has_config".into(), Value::Bool(has_alias || is_open));
    let used = operations.iter().flat_map(Operation::names_used);
    let used: std::collections::BTreeSet<String> = used.collect();
    scope.values.insert("operation_uses".into(), Value::List(used.into_iter().collect()));
    scope.records.insert("operations".into(), json!(shown));
    scope.records.insert("models".into(), models.shown());
}

/// Where the service is on a laptop, as the registry says.
fn url(site: &Site, name: &str) -> String {
    let path = crate::change::RelPath::new(REGISTRY_FILE).ok();
    let text = path.and_then(|path| site.survey.tree.text(&path).map(str::to_owned));
    let registry = text.and_then(|text| Registry::parse(&text).ok());
    let port = registry.and_then(|registry| registry.get(name).map(|entry| entry.port));
    format!("http://localhost:{}", port.unwrap_or(8000))
}

/// The routes of a service without a word about their bodies and answers.
fn from_source(provider: &Target) -> Json {
    let service = Service { name: provider.name.clone(), folder: provider.folder.clone() };
    let mut document = api::document_of(&provider.tree, service);
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for (_, operations) in paths {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            if matches!(method.as_str(), "post" | "put" | "patch") {
                let schema = json!({ "$ref": "#/components/schemas/AnyBody" });
                operation["requestBody"] =
                    json!({ "content": { "application/json": { "schema": schema } } });
            }
            let any = json!({ "application/json": { "schema": {} } });
            operation["responses"] = json!({ "200": { "content": any } });
        }
    }
    document["components"] = json!({ "schemas": { "AnyBody": {
        "type": "object",
        "description": "Whatever the service accepts.",
        "properties": {},
        "additionalProperties": true,
    } } });
    document
}

/// What the generated test asks and expects, for each operation.
fn cases(operations: &[Operation], models: &Models<'_>, is_declared: bool) -> String {
    let cases = operations.iter().map(|operation| operation.case(models, is_declared));
    let cases: Vec<Json> = cases.collect();
    serde_json::to_string_pretty(&cases).unwrap_or_default()
}
