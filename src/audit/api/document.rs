//! The routes that are found without running anything, as an OpenAPI document.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::audit::fleet::Fleet;
use crate::audit::service::ServiceFacts;
use crate::audit::web::Route;
use crate::workspace::{Service, Tree};

/// One row of a route table.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Row {
    /// `GET` …
    pub method: String,
    /// The path at which it is served.
    pub path: String,
    /// The function that answers.
    pub handler: String,
    /// Where it stands.
    pub place: String,
    /// Whether anybody includes it.
    pub reachable: bool,
}

/// The routes of a service, in the order of its files.
pub fn table(service: &ServiceFacts) -> Vec<Row> {
    let mut rows = Vec::new();
    for route in &service.web.routes {
        let handler = route.handler_in(&service.files);
        let handler = handler.map_or_else(String::new, |handler| handler.name.to_string());
        let place = service.files[route.file].place(route.start).to_string();
        let reachable = !route.served.is_empty();
        let own = vec![route.path.clone()];
        for path in if reachable { &route.served } else { &own } {
            rows.push(Row {
                method: route.method.clone(),
                path: if path.is_empty() { "/".to_owned() } else { path.clone() },
                handler: handler.clone(),
                place: place.clone(),
                reachable,
            });
        }
    }
    rows
}

/// One OpenAPI 3.1 document per service, under the service's name.
pub fn openapi(fleet: &Fleet) -> Json {
    let mut documents = Map::new();
    for service in fleet.services.iter().filter(|service| service.is_web()) {
        documents.insert(service.name().to_owned(), of_service(service));
    }
    Json::Object(documents)
}

/// The OpenAPI 3.1 document of the routes that one service of a tree declares.
pub fn document_of(tree: &Tree, service: Service) -> Json {
    of_service(&ServiceFacts::read(tree, service, &[]))
}

fn of_service(service: &ServiceFacts) -> Json {
    let mut paths: BTreeMap<String, Map<String, Json>> = BTreeMap::new();
    for route in service.web.routes.iter().filter(|route| route.method != "WEBSOCKET") {
        for path in &route.served {
            let operations = paths.entry(template(path)).or_default();
            let method = route.method.to_ascii_lowercase();
            operations.entry(method).or_insert_with(|| operation(service, route, path));
        }
    }
    let app = service.web.apps.first();
    let text = |name: &str| app.and_then(|app| app.call.keyword(name)?.text().map(str::to_owned));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": text("title").unwrap_or_else(|| service.name().to_owned()),
            "version": text("version").unwrap_or_else(|| "0.1.0".to_owned()),
        },
        "paths": paths,
    })
}

/// `{path:path}` as `{path}`.
fn template(path: &str) -> String {
    let mut result = String::new();
    let mut skip = false;
    for character in path.chars() {
        match character {
            ':' if result.rfind('{') > result.rfind('}') => skip = true,
            '}' => {
                skip = false;
                result.push('}');
            }
            other if !skip => result.push(other),
            _ => {}
        }
    }
    if result.is_empty() { "/".to_owned() } else { result }
}

fn operation(service: &ServiceFacts, route: &Route, path: &str) -> Json {
    let handler = route.handler_in(&service.files);
    let names: Vec<String> = template(path)
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
        .collect();
    let parameters: Vec<Json> = names
        .iter()
        .map(|name| {
            let known = handler.and_then(|handler| {
                handler.parameters.iter().find(|parameter| *parameter.name == **name)
            });
            let annotation = known.and_then(|parameter| parameter.annotation.as_deref());
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": kind(annotation) } })
        })
        .collect();
    let mut document = json!({
        "operationId": handler.map_or("", |handler| &*handler.name),
        "x-place": service.files[route.file].place(route.start).to_string(),
        "responses": { "200": { "description": "Successful Response" } },
    });
    if !parameters.is_empty() {
        document["parameters"] = Json::Array(parameters);
    }
    document
}

fn kind(annotation: Option<&str>) -> &'static str {
    match annotation {
        Some("int") => "integer",
        Some("float") => "number",
        Some("bool") => "boolean",
        _ => "string",
    }
}
