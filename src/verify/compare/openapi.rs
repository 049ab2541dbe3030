//! Two OpenAPI documents: operations, the order of the paths, schemas, everything else.
//!
//! Schemas that `FastAPI` names after their module, because two of them have the same name,
//! count as renamed when the module moves. Title, version and description of the document are
//! reported and never counted: nothing that a caller does depends on them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::difference::differences;
use crate::verify::{Aspect, Item, Verdict};

const REFERENCE: &str = "#/components/schemas/";

/// Compares two documents, one item for each operation, schema and other part.
pub(crate) fn compare(before: &Value, after: &Value) -> Vec<Item> {
    let renames = renamed_schemas(before, after);
    let after = rename(after, &renames);
    let mut items = operations(before, &after);
    items.push(path_order(before, &after));
    items.extend(schemas(before, &after, &renames));
    items.extend(other_parts(before, &after));
    items
}

fn item(name: impl Into<String>, verdict: Verdict) -> Item {
    Item::new(Aspect::OpenApi, name, verdict)
}

fn operations(before: &Value, after: &Value) -> Vec<Item> {
    let old = flattened(before);
    let new = flattened(after);
    let kept = old.iter().map(|(name, value)| match new.get(name) {
        None => item(name, Verdict::Broken).because("is gone"),
        Some(other) => judged(name, value, other),
    });
    let added = new.keys().filter(|name| !old.contains_key(*name));
    let added = added.map(|name| item(name, Verdict::Added));
    kept.chain(added).collect()
}

fn judged(name: &str, before: &Value, after: &Value) -> Item {
    let found = differences(before, after);
    if found.is_empty() {
        item(name, Verdict::Equal)
    } else {
        item(name, Verdict::Broken).because(found.join("; "))
    }
}

/// Operations by `METHOD path`; what a path says for all its operations by `path key`.
fn flattened(document: &Value) -> BTreeMap<String, &Value> {
    let paths = document.get("paths").and_then(Value::as_object);
    let mut found = BTreeMap::new();
    for (path, operations) in paths.into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let name = if operation.is_object() {
                format!("{} {path}", method.to_uppercase())
            } else {
                format!("{path} {method}")
            };
            found.insert(name, operation);
        }
    }
    found
}

/// The order of the paths that both have is part of the document: readers see it.
fn path_order(before: &Value, after: &Value) -> Item {
    let keys = |document: &Value| -> Vec<String> {
        let paths = document.get("paths").and_then(Value::as_object);
        paths.into_iter().flat_map(Map::keys).cloned().collect()
    };
    let (old, new) = (keys(before), keys(after));
    let kept: Vec<_> = old.iter().filter(|path| new.contains(path)).collect();
    let found: Vec<_> = new.iter().filter(|path| old.contains(path)).collect();
    let first = kept.iter().zip(&found).find(|(left, right)| left != right);
    match first {
        None => item("order of paths", Verdict::Equal),
        Some((left, right)) => item("order of paths", Verdict::Broken)
            .because(format!("{right} comes where {left} was")),
    }
}

fn schemas(before: &Value, after: &Value, renames: &BTreeMap<String, String>) -> Vec<Item> {
    let (old, new) = (schema_map(before), schema_map(after));
    let originals: BTreeMap<_, _> = renames.iter().map(|(new, old)| (old, new)).collect();
    let kept = old.iter().map(|(name, value)| {
        let label = format!("schema {name}");
        match (new.get(name), originals.get(&name)) {
            (None, _) => item(label, Verdict::Broken).because("is gone"),
            (Some(other), None) => judged(&label, value, other),
            (Some(other), Some(now)) => {
                let item = judged(&label, value, other);
                let new_name = format!("is named {now} now");
                let detail = match &item.detail {
                    Some(found) => format!("{new_name}; {found}"),
                    None => new_name,
                };
                item.because(detail)
            }
        }
    });
    let added = new.keys().filter(|name| !old.contains_key(*name));
    let added = added.map(|name| item(format!("schema {name}"), Verdict::Added));
    kept.chain(added).collect()
}

fn schema_map(document: &Value) -> BTreeMap<String, &Value> {
    let found = document.pointer("/components/schemas");
    let found = found.and_then(Value::as_object).into_iter().flatten();
    found.map(|(name, value)| (name.clone(), value)).collect()
}

fn other_parts(before: &Value, after: &Value) -> Vec<Item> {
    let (old, new) = (parts(before), parts(after));
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let compared = names.into_iter().map(|name| {
        let nothing = Value::Null;
        let value = old.get(name).unwrap_or(&nothing);
        let other = new.get(name).unwrap_or(&nothing);
        let found = differences(value, other);
        match (found.is_empty(), name.as_str()) {
            (true, _) => item(name, Verdict::Equal),
            (false, "info") => {
                item(name, Verdict::Equal).because(format!("not counted: {}", found.join("; ")))
            }
            (false, _) if value.is_null() => item(name, Verdict::Added),
            (false, _) => item(name, Verdict::Broken).because(found.join("; ")),
        }
    });
    compared.collect()
}

/// Everything but paths and schemas, by name.
fn parts(document: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for (key, value) in document.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("paths", _) => {}
            ("components", Value::Object(components)) => {
                let kept = components.iter().filter(|(name, _)| *name != "schemas");
                found.extend(kept.map(|(name, part)| (format!("components {name}"), part.clone())));
            }
            _ => {
                found.insert(key.clone(), value.clone());
            }
        }
    }
    found
}

/// New names of schemas, with the old names they are known by, when only the module in them
/// changed.
fn renamed_schemas(before: &Value, after: &Value) -> BTreeMap<String, String> {
    let (old, new) = (schema_map(before), schema_map(after));
    let mut gone: Vec<_> = old.keys().filter(|name| !new.contains_key(*name)).collect();
    let mut renames = BTreeMap::new();
    for equal_content in [true, false] {
        for name in new.keys().filter(|name| !old.contains_key(*name)) {
            if renames.contains_key(name) {
                continue;
            }
            let fits = |candidate: &&&String| {
                let same = plain(&unqualified(old[**candidate])) == plain(&unqualified(new[name]));
                base(candidate) == base(name) && (same || !equal_content)
            };
            let candidates: Vec<_> = gone.iter().filter(fits).copied().collect();
            if let [candidate] = candidates.as_slice() {
                renames.insert(name.clone(), (*candidate).clone());
                gone.retain(|other| other != candidate);
            }
        }
    }
    renames
}

/// The name without the module in front: `app__models__Item` is `Item`.
fn base(name: &str) -> &str {
    name.rsplit("__").next().unwrap_or(name)
}

/// A text that is equal for values that differ in the order of keys only.
fn plain(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<_, _> = fields.iter().map(|(k, v)| (k, plain(v))).collect();
            format!("{sorted:?}")
        }
        Value::Array(values) => format!("{:?}", values.iter().map(plain).collect::<Vec<_>>()),
        other => other.to_string(),
    }
}

/// The value with the module taken out of every schema reference.
fn unqualified(value: &Value) -> Value {
    map_references(value, &|name| base(name).to_owned())
}

/// The document with the old names put back.
fn rename(document: &Value, renames: &BTreeMap<String, String>) -> Value {
    let original = |name: &str| renames.get(name).map_or(name, String::as_str).to_owned();
    let mut document = map_references(document, &original);
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        *schemas = std::mem::take(schemas)
            .into_iter()
            .map(|(name, schema)| (original(&name), schema))
            .collect();
    }
    document
}

fn map_references(value: &Value, original: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix(REFERENCE) {
            Some(name) => Value::String(format!("{REFERENCE}{}", original(name))),
            None => value.clone(),
        },
        Value::Array(values) => {
            values.iter().map(|inner| map_references(inner, original)).collect()
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(key, inner)| (key.clone(), map_references(inner, original)))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn broken(items: &[Item]) -> Vec<&str> {
        let found = items.iter().filter(|item| item.verdict == Verdict::Broken);
        found.map(|item| item.name.as_str()).collect()
    }

    #[expect(clippy::needless_pass_by_value, reason = "calls read better")]
    fn document(paths: Value, schemas: Value) -> Value {
        json!({"openapi": "3.1.0", "info": {"title": "x"}, "paths": paths, "components": {"schemas": schemas}})
    }

    #[test]
    fn a_document_equals_itself() {
        let one = document(json!({"/a": {"get": {}}}), json!({"S": {"type": "object"}}));

        let items = compare(&one, &one);

        assert!(items.iter().all(|item| item.verdict == Verdict::Equal));
        assert!(items.len() >= 4);
    }

    #[test]
    fn a_lost_operation_and_a_changed_status_are_named() {
        let before =
            document(json!({"/a": {"get": {"responses": {"200": {}}}, "post": {}}}), json!({}));
        let after = document(json!({"/a": {"get": {"responses": {"201": {}}}}}), json!({}));

        assert_eq!(broken(&compare(&before, &after)), ["GET /a", "POST /a"]);
    }

    #[test]
    fn an_added_path_is_added_and_breaks_nothing() {
        let before = document(json!({"/a": {"get": {}}}), json!({}));
        let after = document(json!({"/health": {"get": {}}, "/a": {"get": {}}}), json!({}));

        let items = compare(&before, &after);

        assert!(broken(&items).is_empty());
        assert!(
            items.iter().any(|item| item.verdict == Verdict::Added && item.name == "GET /health")
        );
    }

    #[test]
    fn the_order_of_paths_counts() {
        let before = document(json!({"/a": {"get": {}}, "/b": {"get": {}}}), json!({}));
        let after = document(json!({"/b": {"get": {}}, "/a": {"get": {}}}), json!({}));

        assert_eq!(broken(&compare(&before, &after)), ["order of paths"]);
    }

    #[test]
    fn schemas_named_after_their_module_are_renamed_not_changed() {
        let uses = |a: &str, b: &str| json!({"/a": {"get": {"x": {"$ref": format!("{REFERENCE}{a}")}}}, "/b": {"get": {"x": {"$ref": format!("{REFERENCE}{b}")}}}});
        let text = json!({"type": "string"});
        let number = json!({"type": "integer"});
        let before = document(
            uses("api__Item", "models__Item"),
            json!({"api__Item": text, "models__Item": number}),
        );
        let after = document(
            uses("svc__web__Item", "svc__domain__Item"),
            json!({"svc__domain__Item": number, "svc__web__Item": text}),
        );

        assert_eq!(broken(&compare(&before, &after)), Vec::<&str>::new());
        let swapped = document(
            uses("svc__domain__Item", "svc__web__Item"),
            json!({"svc__domain__Item": number, "svc__web__Item": text}),
        );
        assert_eq!(broken(&compare(&before, &swapped)), ["GET /a", "GET /b"]);
    }

    #[test]
    fn a_renamed_schema_with_other_content_is_broken() {
        let before = document(json!({}), json!({"m__Item": {"type": "string"}}));
        let after = document(json!({}), json!({"p__m__Item": {"type": "integer"}}));

        assert_eq!(broken(&compare(&before, &after)), ["schema m__Item"]);
    }

    #[test]
    fn the_title_is_reported_and_not_counted() {
        let before = document(json!({}), json!({}));
        let mut after = before.clone();
        after["info"]["title"] = json!("y");

        let items = compare(&before, &after);

        assert!(broken(&items).is_empty());
        assert!(items.iter().any(|item| item.detail.is_some()));
    }

    #[test]
    fn a_lost_security_scheme_is_broken() {
        let mut before = document(json!({}), json!({}));
        before["components"]["securitySchemes"] = json!({"key": {"type": "apiKey"}});
        let after = document(json!({}), json!({}));

        assert_eq!(broken(&compare(&before, &after)), ["components securitySchemes"]);
    }
}
