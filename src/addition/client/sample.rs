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
