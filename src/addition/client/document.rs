//! The operations of an OpenAPI document as methods of a client.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::names;
use super::sample;
use super::schema::{Models, mentions, names_in};

/// Paths of what operators use, which no other service asks.
const OPERATIONAL: [&str; 6] =
    ["/health", "/metrics", "/docs", "/redoc", "/openapi.json", "/circuit-breakers"];
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// More arguments than this need a remark for the linter.
const ARGUMENTS: usize = 5;

/// A parameter of an operation.
struct Parameter {
    /// In the document.
    wire: String,
    /// In Python.
    name: String,
    annotation: String,
    place: String,
    required: bool,
    schema: Json,
}

/// One operation.
pub(super) struct Operation {
    name: String,
    about: String,
    method: String,
    path: String,
    parameters: Vec<Parameter>,
    /// The annotation of the body and its schema, and whether it has to be there.
    body: Option<(String, Json, bool)>,
    /// The annotation of the answer and its schema.
    answer: Option<(String, Json)>,
    status: u16,
    /// Whether the service wants something that the client does not send: a cookie, a body that
    /// is no model.
    is_beyond: bool,
}

/// The operations that another service could use, in the order of the document.
pub(super) fn operations(document: &Json, models: &mut Models<'_>) -> Vec<Operation> {
    let mut found = Vec::new();
    let mut taken = BTreeSet::new();
    let paths = document.get("paths").and_then(Json::as_object).into_iter().flatten();
    for (path, item) in paths {
        let is_below = |prefix: &str| {
            let rest = path.strip_prefix(prefix);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if OPERATIONAL.iter().any(|prefix| is_below(prefix)) {
            continue;
        }
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let id = operation.get("operationId").and_then(Json::as_str).unwrap_or_default();
            let mut name = names::snake(if id.is_empty() { path } else { id });
            while !taken.insert(name.clone()) {
                name = format!("{name}_{method}");
            }
            found.push(Operation::read((name, method, path), (operation, item), models));
        }
    }
    found
}

impl Operation {
    fn read(
        (name, method, path): (String, &str, &str),
        (operation, item): (&Json, &Json),
        models: &mut Models<'_>,
    ) -> Self {
        let lists = [operation.get("parameters"), item.get("parameters")];
        let listed = lists.into_iter().flatten().filter_map(Json::as_array).flatten();
        let listed: Vec<&Json> = listed.collect();
        let mut parameters: Vec<Parameter> = Vec::new();
        for parameter in &listed {
            let read = Parameter::read(parameter, models);
            let is_new = |read: &Parameter| parameters.iter().all(|known| known.name != read.name);
            if let Some(read) = read.filter(is_new) {
                parameters.push(read);
            }
        }
        let body = operation.get("requestBody").and_then(|body| {
            let schema = body.pointer("/content/application~1json/schema")?;
            let annotation = models.annotation(schema, 0);
            let is_model = models.classes().any(|class| class == annotation);
            let is_required = body.get("required").and_then(Json::as_bool).unwrap_or(false);
            is_model.then(|| (annotation, schema.clone(), is_required))
        });
        let (status, answer) = answer(operation, models);
        let has_body = operation.get("requestBody").is_some_and(|body| body["required"] == true);
        let has_cookie = listed
            .iter()
            .any(|parameter| parameter["in"] == "cookie" && parameter["required"] == true);
        let is_beyond = has_cookie || (has_body && body.is_none());
        let about = ["summary", "description"]
            .iter()
            .rev()
            .find_map(|key| operation.get(*key).and_then(Json::as_str))
            .unwrap_or_default();
        let about = names::sentence(about, &format!("{} {path}", method.to_uppercase()));
        let (method, path) = (method.to_uppercase(), path.to_owned());
        Self { name, about, method, path, parameters, body, answer, status, is_beyond }
    }

    /// Whether a class stands in its signature.
    pub(super) fn mentions(&self, class: &str) -> bool {
        let body = self.body.iter().map(|(annotation, ..)| annotation);
        let answer = self.answer.iter().map(|(annotation, _)| annotation);
        body.chain(answer).any(|annotation| mentions(annotation, class))
    }

    /// The names of other modules that its signature uses.
    pub(super) fn names_used(&self) -> Vec<String> {
        let parameters = self.parameters.iter().map(|parameter| parameter.annotation.as_str());
        let answer = self.answer.iter().map(|(annotation, _)| annotation.as_str());
        let text: Vec<&str> = parameters.chain(answer).collect();
        names_in(&text.join(" "))
    }

    /// As the template sees it.
    pub(super) fn shown(&self) -> Json {
        let at = |place: &str| {
            let found = self.parameters.iter().filter(|parameter| parameter.place == place);
            found.map(Parameter::shown).collect::<Vec<_>>()
        };
        let path_names = at("path");
        let (query, headers) = (at("query"), at("header"));
        let count = path_names.len() + query.len() + headers.len();
        let count = count + usize::from(self.body.is_some());
        let mut path = self.path.clone();
        for parameter in self.parameters.iter().filter(|parameter| parameter.place == "path") {
            let from = format!("{{{}}}", parameter.wire);
            path = path.replace(&from, &format!("{{_segment({})}}", parameter.name));
        }
        let (body, body_required) = match &self.body {
            Some((annotation, _, required)) => (annotation.as_str(), *required),
            None => ("", false),
        };
        json!({
            "name": self.name,
            "about": self.about,
            "method": self.method,
            "path": path,
            "is_formatted": !path_names.is_empty(),
            "path_names": path_names,
            "query": query,
            "headers": headers,
            "body": body,
            "body_required": body_required,
            "answer": self.answer.as_ref().map_or("", |(annotation, _)| annotation),
            "is_long": count > ARGUMENTS,
        })
    }

    /// What a test asks, and what it expects on the wire; with what the service promises where its
    /// document `is_declared`, so that others can hold it to that.
    pub(super) fn case(&self, models: &Models<'_>, is_declared: bool) -> Json {
        let mut arguments = Map::new();
        let (mut query, mut headers) = (Map::new(), Map::new());
        let mut path = self.path.clone();
        for parameter in self.parameters.iter().filter(|parameter| parameter.required) {
            let value = sample::of(&parameter.schema, models, 0);
            if parameter.place == "path" {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                path = path.replace(&format!("{{{}}}", parameter.wire), &text);
            }
            match parameter.place.as_str() {
                "query" => query.insert(parameter.wire.clone(), json!(on_the_wire(&value))),
                "header" => headers.insert(parameter.wire.clone(), json!(on_the_wire(&value))),
                _ => None,
            };
            arguments.insert(parameter.name.clone(), value);
        }
        let body = self.body.as_ref().map(|(_, schema, _)| sample::of(schema, models, 0));
        if let Some(body) = &body {
            arguments.insert("body".into(), body.clone());
        }
        let answer = self.answer.as_ref().map(|(_, schema)| sample::of(schema, models, 0));
        let contract = (is_declared && !self.is_guessed(models)).then(|| self.contract(models));
        json!({
            "operation": self.name,
            "arguments": arguments,
            "method": self.method,
            "path": path,
            "query": query,
            "headers": headers,
            "body": body,
            "status": self.status,
            "answer": answer,
            "contract": contract,
        })
    }

    /// Whether an example of what is asked may be refused, or could not be sent.
    fn is_guessed(&self, models: &Models<'_>) -> bool {
        let parameters = self.parameters.iter().filter(|parameter| parameter.required);
        let schemas = parameters.map(|parameter| &parameter.schema);
        let body = self.body.iter().map(|(_, schema, _)| schema);
        self.is_beyond || schemas.chain(body).any(|schema| sample::is_guess(schema, models, 0))
    }

    /// What the service promises.
    fn contract(&self, models: &Models<'_>) -> Json {
        let open = self.answer.as_ref().map(|(_, schema)| sample::Open::of(schema, models));
        let sample::Open { nullable, open } = open.unwrap_or_default();
        let is_open = open.iter().any(|path| path == "$");
        json!({
            "state": self.parameters.iter().any(|parameter| parameter.place == "path"),
            "answers": self.answer.is_some() && !is_open,
            "nullable": nullable,
            "open": open,
        })
    }
}

/// A value as it stands in a query or a header.
fn on_the_wire(value: &Json) -> Vec<String> {
    match value {
        Json::Array(items) => items.iter().flat_map(on_the_wire).collect(),
        Json::String(text) => vec![text.clone()],
        value => vec![value.to_string()],
    }
}

impl Parameter {
    fn read(parameter: &Json, models: &mut Models<'_>) -> Option<Self> {
        let wire = parameter.get("name")?.as_str()?.to_owned();
        let place = parameter.get("in")?.as_str()?.to_owned();
        let schema = parameter.get("schema").cloned().unwrap_or_else(|| json!({}));
        let mut annotation = models.annotation(&schema, 0);
        let required =
            place == "path" || parameter.get("required").and_then(Json::as_bool).unwrap_or(false);
        if annotation == "Any" {
            annotation = "str".into();
        }
        if !required && !annotation.ends_with("None") {
            annotation.push_str(" | None");
        }
        let name = names::argument(&wire);
        (place != "cookie").then_some(Self { wire, name, annotation, place, required, schema })
    }

    fn shown(&self) -> Json {
        json!({
            "wire": self.wire,
            "name": self.name,
            "annotation": self.annotation,
            "required": self.required,
        })
    }
}

/// The first status of success, with the annotation and schema of its answer.
fn answer(operation: &Json, models: &mut Models<'_>) -> (u16, Option<(String, Json)>) {
    let responses = operation.get("responses").and_then(Json::as_object).into_iter().flatten();
    let success = responses
        .filter_map(|(status, response)| Some((status.parse::<u16>().ok()?, response)))
        .find(|(status, _)| (200..300).contains(status));
    let Some((status, response)) = success else { return (200, None) };
    let Some(schema) = response.pointer("/content/application~1json/schema") else {
        return (status, None);
    };
    let annotation = models.annotation(schema, 0);
    // A type that is no class has no place where a class is wanted.
    let is_class = !annotation.contains('|') && annotation != "Any" && annotation != "None";
    let is_class = is_class && !annotation.starts_with("Literal");
    let annotation = if is_class { annotation } else { "object".to_owned() };
    (status, Some((annotation, schema.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_become_methods_and_probes_are_left_out() {
        let document = json!({ "paths": {
            "/health/live": { "get": { "operationId": "live" } },
            "/orders/{order-id}": { "get": {
                "operationId": "getOrder",
                "parameters": [
                    { "name": "order-id", "in": "path", "schema": { "type": "string", "format": "uuid" } },
                    { "name": "If-Match", "in": "header", "schema": { "type": "string" } },
                ],
                "responses": { "204": {} },
            } },
        } });
        let mut models = Models::of(&document);

        let found = operations(&document, &mut models);

        assert_eq!(found.len(), 1);
        let shown = found[0].shown();
        assert_eq!((&shown["name"], &shown["answer"]), (&json!("get_order"), &json!("")));
        assert_eq!(shown["path"], "/orders/{_segment(order_id)}");
        assert_eq!(shown["headers"][0]["annotation"], "str | None");
        let case = found[0].case(&models, true);
        assert_eq!(case["path"], "/orders/00000000-0000-0000-0000-000000000007");
        assert_eq!(case["status"], 204);
    }
}
