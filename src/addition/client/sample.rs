//! The smallest value that fits a schema, for generated tests.

use serde_json::{Map, Value as Json, json};

use super::schema::Models;

/// Deepest nesting that is filled.
const DEEPEST: usize = 12;

/// A value that fits a schema.
pub(super) fn of(schema: &Json, models: &Models<'_>, depth: usize) -> Json {
    if depth > DEEPEST {
        return Json::Null;
    }
    if let Some(behind) = models.behind(schema) {
        return of(behind, models, depth + 1);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        let options = schema.get(key).and_then(Json::as_array).into_iter().flatten();
        let mut real = options.filter(|option| option["type"] != "null");
        if let Some(option) = real.next() {
            return of(option, models, depth + 1);
        }
    }
    if let Some(value) = schema.get("const") {
        return value.clone();
    }
    if let Some(value) = schema.get("enum").and_then(|values| values.get(0)) {
        return value.clone();
    }
    let kind = match schema.get("type") {
        Some(Json::Array(kinds)) => kinds.first().and_then(Json::as_str),
        Some(kind) => kind.as_str(),
        None => None,
    };
    let format = schema.get("format").and_then(Json::as_str).unwrap_or_default();
    match (kind.unwrap_or_default(), format) {
        ("string", "date-time") => json!("2026-03-01T09:00:00Z"),
        ("string", "date") => json!("2026-03-01"),
        ("string", "uuid") => json!("00000000-0000-0000-0000-000000000007"),
        ("string", _) => json!("First"),
        ("integer", _) => json!(1),
        ("number", _) => json!(1.5),
        ("boolean", _) => json!(true),
        ("array", _) => json!([]),
        ("object", _) => object(schema, models, depth),
        _ if schema.get("properties").is_some() => object(schema, models, depth),
        _ => json!({ "any": 1 }),
    }
}

/// Whether a schema says anything about its values.
pub(super) fn is_known(schema: &Json, models: &Models<'_>) -> bool {
    let schema = models.behind(schema).unwrap_or(schema);
    let says = ["type", "properties", "anyOf", "oneOf", "allOf", "const", "enum"];
    says.iter().any(|key| schema.get(*key).is_some())
}

/// The places in a sample at which null may stand as well, as paths of JSON: `$.description`.
pub(super) fn nullable(schema: &Json, models: &Models<'_>) -> Vec<String> {
    let mut found = Vec::new();
    gather(schema, models, ("$", 0), &mut found);
    found
}

fn gather(schema: &Json, models: &Models<'_>, (at, depth): (&str, usize), found: &mut Vec<String>) {
    if depth > DEEPEST {
        return;
    }
    if let Some(behind) = models.behind(schema) {
        return gather(behind, models, (at, depth + 1), found);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        let options = schema.get(key).and_then(Json::as_array).into_iter().flatten();
        let (null, real): (Vec<_>, Vec<_>) = options.partition(|option| option["type"] == "null");
        if !null.is_empty() {
            found.push(at.to_owned());
        }
        if let Some(option) = real.first() {
            return gather(option, models, (at, depth + 1), found);
        }
    }
    let kinds = schema.get("type").and_then(Json::as_array).into_iter().flatten();
    if kinds.skip(1).any(|kind| kind == "null") {
        found.push(at.to_owned());
    }
    let required = schema.get("required").and_then(Json::as_array).into_iter().flatten();
    for name in required.filter_map(Json::as_str) {
        if let Some(property) = schema.get("properties").and_then(|known| known.get(name)) {
            let is_plain = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
            let at = if is_plain { format!("{at}.{name}") } else { format!("{at}['{name}']") };
            gather(property, models, (&at, depth + 1), found);
        }
    }
}

fn object(schema: &Json, models: &Models<'_>, depth: usize) -> Json {
    let required = schema.get("required").and_then(Json::as_array).into_iter().flatten();
    let filled: Map<String, Json> = required
        .filter_map(|name| {
            let name = name.as_str()?;
            let property = schema.get("properties")?.get(name)?;
            Some((name.to_owned(), of(property, models, depth + 1)))
        })
        .collect();
    Json::Object(filled)
}
