//! The smallest value that fits a schema, for generated tests.

use regex::Regex;
use serde_json::{Map, Value as Json, json};

use super::schema::Models;

/// Deepest nesting that is filled.
const DEEPEST: usize = 12;
/// A text.
const TEXT: &str = "First";
/// Longest text that is made.
const LONGEST: usize = 10_000;

/// A value that fits a schema.
pub(super) fn of(schema: &Json, models: &Models<'_>, depth: usize) -> Json {
    if depth > DEEPEST {
        return Json::Null;
    }
    if let Some(behind) = models.behind(schema) {
        return of(behind, models, depth + 1);
    }
    if let Some(example) = example(schema) {
        return example.clone();
    }
    if let Some(option) = option(schema) {
        return of(option, models, depth + 1);
    }
    if let Some(value) = schema.get("const") {
        return value.clone();
    }
    if let Some(value) = schema.get("enum").and_then(|values| values.get(0)) {
        return value.clone();
    }
    let kind = match schema.get("type") {
        Some(Json::Array(kinds)) => {
            kinds.iter().filter_map(Json::as_str).find(|kind| *kind != "null")
        }
        Some(kind) => kind.as_str(),
        None => None,
    };
    let format = schema.get("format").and_then(Json::as_str).unwrap_or_default();
    match (kind.unwrap_or_default(), format) {
        ("string", "date-time") => json!("2026-03-01T09:00:00Z"),
        ("string", "date") => json!("2026-03-01"),
        ("string", "uuid") => json!("00000000-0000-0000-0000-000000000007"),
        ("string", "time") => json!("09:00:00"),
        ("string", "duration") => json!("P1D"),
        ("string", "uri") => json!("http://localhost/"),
        ("string", _) => json!(format!("{:x<1$}", TEXT, length(schema, "minLength"))),
        ("integer", _) => json!(least_whole(schema)),
        ("number", _) => json!(least(schema)),
        ("boolean", _) => json!(true),
        ("array", _) => {
            let item = schema.get("items").unwrap_or(&Json::Null);
            let count = length(schema, "minItems").min(DEEPEST);
            Json::Array(vec![of(item, models, depth + 1); count])
        }
        ("object", _) => object(schema, models, depth),
        _ if schema.get("properties").is_some() => object(schema, models, depth),
        _ => json!({ "any": 1 }),
    }
}

/// The first form of a value that has several, null apart.
fn option(schema: &Json) -> Option<&Json> {
    let lists = ["anyOf", "oneOf", "allOf"].iter().filter_map(|key| schema.get(*key)?.as_array());
    lists.flatten().find(|option| option["type"] != "null")
}

/// The example that a schema gives itself.
fn example(schema: &Json) -> Option<&Json> {
    let first = schema.get("examples").and_then(|examples| examples.get(0));
    first.or_else(|| schema.get("example"))
}

/// A length that a schema asks for; 0 where it asks for none.
fn length(schema: &Json, key: &str) -> usize {
    let length = schema.get(key).and_then(Json::as_u64).unwrap_or_default();
    usize::try_from(length).unwrap_or(LONGEST).min(LONGEST)
}

/// A number that is within the limits of a schema.
fn least(schema: &Json) -> f64 {
    let limit = |key: &str| schema.get(key).and_then(Json::as_f64);
    let least = limit("minimum").or(limit("exclusiveMinimum").map(|limit| limit + 1.0));
    let most = limit("maximum").or(limit("exclusiveMaximum").map(|limit| limit - 1.0));
    let value = least.map_or(1.5, |least| least.max(1.5));
    most.map_or(value, |most| value.min(most))
}

/// The same for whole numbers.
fn least_whole(schema: &Json) -> i64 {
    let limit = |key: &str| schema.get(key).and_then(Json::as_i64);
    let least = limit("minimum").or(limit("exclusiveMinimum").map(|limit| limit + 1));
    let most = limit("maximum").or(limit("exclusiveMaximum").map(|limit| limit - 1));
    let value = least.map_or(1, |least| least.max(1));
    most.map_or(value, |most| value.min(most))
}

/// Whether a sample may not be what a service accepts: its form is said by a pattern, or it must
/// differ from others.
pub(super) fn is_guess(schema: &Json, models: &Models<'_>, depth: usize) -> bool {
    if depth > DEEPEST {
        return true;
    }
    if let Some(behind) = models.behind(schema) {
        return is_guess(behind, models, depth + 1);
    }
    if example(schema).is_some() {
        return false;
    }
    let has = |key: &str| schema.get(key).is_some_and(|value| *value != Json::Bool(false));
    let is_short = has("maxLength")
        && length(schema, "maxLength") < length(schema, "minLength").max(TEXT.len());
    let pattern = schema.get("pattern").and_then(Json::as_str);
    let fits = |pattern: &str| {
        let sample = of(schema, models, depth);
        let text = sample.as_str().unwrap_or_default();
        Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
    };
    if is_short
        || pattern.is_some_and(|pattern| !fits(pattern))
        || ["multipleOf", "uniqueItems", "not"].into_iter().any(has)
    {
        return true;
    }
    let required = schema.get("required").and_then(Json::as_array).into_iter().flatten();
    let properties = required
        .filter_map(|name| schema.get("properties").and_then(|known| known.get(name.as_str()?)));
    let items = schema.get("items").filter(|_| length(schema, "minItems") > 0);
    let mut inner = properties.chain(option(schema)).chain(items);
    inner.any(|schema| is_guess(schema, models, depth + 1))
}

/// Whether a schema says anything about its values.
pub(super) fn is_known(schema: &Json, models: &Models<'_>) -> bool {
    let schema = models.behind(schema).unwrap_or(schema);
    let says = ["type", "properties", "anyOf", "oneOf", "allOf", "const", "enum"];
    says.iter().any(|key| schema.get(*key).is_some())
}

/// What cannot be said of an answer by an example of it, as paths of JSON: `$.description`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Open {
    /// Plain values in whose place null may stand.
    pub(super) nullable: Vec<String>,
    /// Values of several forms, or of any: nothing is promised there.
    pub(super) open: Vec<String>,
}

impl Open {
    pub(super) fn of(schema: &Json, models: &Models<'_>) -> Self {
        let mut found = Self::default();
        found.gather(schema, models, ("$", 0));
        found
    }

    fn gather(&mut self, schema: &Json, models: &Models<'_>, (at, depth): (&str, usize)) {
        if let Some(behind) = models.behind(schema).filter(|_| depth <= DEEPEST) {
            return self.gather(behind, models, (at, depth + 1));
        }
        let kinds = schema.get("type").and_then(Json::as_array);
        let is_null = |option: &Json| option["type"] == "null";
        let options: Vec<&Json> = ["anyOf", "oneOf"]
            .iter()
            .filter_map(|key| schema.get(*key).and_then(Json::as_array))
            .flatten()
            .collect();
        let real: Vec<&&Json> = options.iter().filter(|option| !is_null(option)).collect();
        let may_be_null = real.len() < options.len()
            || kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"))
            || schema.get("nullable") == Some(&Json::Bool(true));
        let value = real.first().map_or(schema, |option| **option);
        let behind = models.behind(value).unwrap_or(value);
        let is_plain = ["string", "integer", "number", "boolean"].iter().any(|kind| {
            behind["type"] == *kind || kinds.is_some_and(|kinds| kinds.iter().any(|it| it == kind))
        });
        if depth > DEEPEST || real.len() > 1 || !is_known(schema, models) {
            self.open.push(at.to_owned());
        } else if may_be_null && is_plain && !at.contains('-') {
            self.nullable.push(at.to_owned());
        } else if may_be_null {
            self.open.push(at.to_owned());
        } else if let [option] = real.as_slice() {
            self.gather(option, models, (at, depth + 1));
        } else if let Some(all) = schema.get("allOf").and_then(|all| all.get(0)) {
            self.gather(all, models, (at, depth + 1));
        } else {
            let required = schema.get("required").and_then(Json::as_array).into_iter().flatten();
            for name in required.filter_map(Json::as_str) {
                if let Some(property) = schema.get("properties").and_then(|known| known.get(name)) {
                    if name.contains(['.', ' ', '$', '[']) {
                        self.open.push(at.to_owned());
                        return;
                    }
                    self.gather(property, models, (&format!("{at}.{name}"), depth + 1));
                }
            }
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
