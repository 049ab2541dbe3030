//! Schemas of a document as Python: annotations, and the models that they name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::names;

/// Deepest nesting of schemas that is followed.
const DEEPEST: usize = 24;

/// The models that the operations of a document need.
pub(super) struct Models<'a> {
    schemas: Option<&'a Map<String, Json>>,
    /// Class by the name in the document.
    classes: BTreeMap<String, String>,
    /// In the order in which they can be defined.
    written: Vec<(String, Json)>,
    /// Being written: what refers to them is in a circle.
    open: BTreeSet<String>,
}

impl<'a> Models<'a> {
    /// The models of a document; none is needed yet.
    pub(super) fn of(document: &'a Json) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Json::as_object);
        Self { schemas, classes: BTreeMap::new(), written: Vec::new(), open: BTreeSet::new() }
    }

    /// The classes, in the order in which they are defined.
    pub(super) fn classes(&self) -> impl Iterator<Item = String> + '_ {
        self.written.iter().map(|(class, _)| class.clone())
    }

    /// The models as the template sees them.
    pub(super) fn shown(&self) -> Json {
        Json::Array(self.written.iter().map(|(_, model)| model.clone()).collect())
    }

    /// Whether a model has names of its own for what is on the wire, and whether one takes more
    /// than it names.
    pub(super) fn forms(&self) -> (bool, bool) {
        let any = |flag: &str| self.written.iter().any(|(_, model)| model[flag] == true);
        (any("has_alias"), any("is_open"))
    }

    /// The names of other modules that the models use.
    pub(super) fn names_used(&self) -> Vec<String> {
        let text = self.shown().to_string();
        names_in(&text)
    }

    /// A schema of the document behind a reference.
    pub(super) fn behind(&self, schema: &Json) -> Option<&'a Json> {
        let name = schema.get("$ref")?.as_str()?.rsplit('/').next()?;
        self.schemas?.get(name)
    }

    /// The annotation of a schema; models that it names are written.
    pub(super) fn annotation(&mut self, schema: &Json, depth: usize) -> String {
        if depth > DEEPEST {
            return "Any".into();
        }
        if let Some(reference) = schema.get("$ref").and_then(Json::as_str) {
            let name = reference.rsplit('/').next().unwrap_or(reference).to_owned();
            return self.named(&name, depth);
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(options) = schema.get(key).and_then(Json::as_array) {
                return self.union(options, depth);
            }
        }
        if let Some([only]) = schema.get("allOf").and_then(Json::as_array).map(Vec::as_slice) {
            return self.annotation(only, depth + 1);
        }
        if let Some(values) = schema.get("enum").and_then(Json::as_array) {
            return literal(values);
        }
        if let Some(value) = schema.get("const") {
            return literal(std::slice::from_ref(value));
        }
        match schema.get("type") {
            Some(Json::Array(kinds)) => {
                let options: Vec<Json> = kinds
                    .iter()
                    .map(|kind| {
                        let mut option = schema.clone();
                        option["type"] = kind.clone();
                        option
                    })
                    .collect();
                self.union(&options, depth)
            }
            Some(Json::String(kind)) => self.plain(kind, schema, depth),
            _ => "Any".into(),
        }
    }

    fn plain(&mut self, kind: &str, schema: &Json, depth: usize) -> String {
        let format = schema.get("format").and_then(Json::as_str).unwrap_or_default();
        match (kind, format) {
            ("string", "date-time") => "datetime".into(),
            ("string", "date") => "date".into(),
            ("string", "uuid") => "UUID".into(),
            ("string", _) => "str".into(),
            ("integer", _) => "int".into(),
            ("number", _) => "float".into(),
            ("boolean", _) => "bool".into(),
            ("null", _) => "None".into(),
            ("array", _) => {
                let items = schema.get("items").cloned().unwrap_or_else(|| json!({}));
                format!("list[{}]", self.annotation(&items, depth + 1))
            }
            ("object", _) => match schema.get("additionalProperties") {
                Some(values @ Json::Object(_)) => {
                    format!("dict[str, {}]", self.annotation(values, depth + 1))
                }
                _ => "dict[str, Any]".into(),
            },
            _ => "Any".into(),
        }
    }

    fn union(&mut self, options: &[Json], depth: usize) -> String {
        let mut parts: Vec<String> = Vec::new();
        for option in options {
            let part = self.annotation(option, depth + 1);
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        if parts.iter().any(|part| part == "Any") {
            return "Any".into();
        }
        parts.sort_by_key(|part| part == "None");
        parts.join(" | ")
    }

    /// A schema with a name: a model if it has properties, else what it stands for.
    fn named(&mut self, name: &str, depth: usize) -> String {
        if let Some(class) = self.classes.get(name) {
            return class.clone();
        }
        let Some(schema) = self.schemas.and_then(|schemas| schemas.get(name)) else {
            return "Any".into();
        };
        let Some(properties) = schema.get("properties").and_then(Json::as_object) else {
            return if self.open.insert(name.to_owned()) {
                let annotation = self.annotation(schema, depth + 1);
                self.open.remove(name);
                annotation
            } else {
                "Any".into()
            };
        };
        let mut class = names::class(name);
        while self.classes.values().any(|other| *other == class) {
            class.push('2');
        }
        self.classes.insert(name.to_owned(), class.clone());
        self.open.insert(class.clone());
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Json::as_array)
            .map(|names| names.iter().filter_map(Json::as_str).collect())
            .unwrap_or_default();
        let fields: Vec<Json> = properties
            .iter()
            .map(|(field, schema)| {
                self.field(field, schema, required.contains(&field.as_str()), depth)
            })
            .collect();
        self.open.remove(&class);
        let has_alias = fields.iter().any(|field| field["alias"] != "");
        let is_open = schema.get("additionalProperties") == Some(&Json::Bool(true));
        let about = schema.get("description").and_then(Json::as_str).unwrap_or_default();
        let model = json!({
            "class": class,
            "about": names::sentence(about, &format!("What the document calls {name}")),
            "fields": fields,
            "has_alias": has_alias,
            "is_open": is_open,
        });
        self.written.push((class.clone(), model));
        class
    }

    fn field(&mut self, name: &str, schema: &Json, is_required: bool, depth: usize) -> Json {
        let mut annotation = self.annotation(schema, depth + 1);
        let is_nullable = annotation == "Any" || annotation.ends_with("None");
        if !is_required && !is_nullable {
            annotation.push_str(" | None");
        }
        let is_circular = self.open.iter().any(|open| mentions(&annotation, open));
        if is_circular {
            annotation = format!("\"{annotation}\"");
        }
        let own = names::field(name);
        let alias = if own == name { "" } else { name };
        json!({ "name": own, "alias": alias, "annotation": annotation, "required": is_required })
    }
}

/// Whether an annotation holds a name as a whole word.
pub(super) fn mentions(annotation: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    annotation.split(|letter: char| !is_part(letter)).any(|word| word == name)
}

/// Which of the names that have to be imported a text holds.
pub(super) fn names_in(text: &str) -> Vec<String> {
    let names = ["Any", "Literal", "UUID", "date", "datetime"];
    names.iter().filter(|name| mentions(text, name)).map(|name| (*name).to_owned()).collect()
}

fn literal(values: &[Json]) -> String {
    let written = values.iter().map(|value| match value {
        Json::String(text) => Some(json!(text).to_string()),
        Json::Number(number) if number.is_i64() => Some(number.to_string()),
        Json::Bool(value) => Some(if *value { "True".into() } else { "False".into() }),
        Json::Null => Some("None".into()),
        _ => None,
    });
    let written: Option<Vec<String>> = written.collect();
    match written {
        Some(values) if !values.is_empty() => format!("Literal[{}]", values.join(", ")),
        _ => "Any".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_become_annotations_and_models_in_an_order_that_python_can_read() {
        let document = json!({ "components": { "schemas": {
            "Node": {
                "properties": {
                    "next": { "anyOf": [{ "$ref": "#/components/schemas/Node" }, { "type": "null" }] },
                    "leaf": { "$ref": "#/components/schemas/Leaf" },
                },
                "required": ["leaf"],
            },
            "Leaf": { "properties": { "in": { "enum": ["a", "b"] } } },
        } } });
        let mut models = Models::of(&document);

        let found = models.annotation(
            &json!({ "type": "array", "items": { "$ref": "#/components/schemas/Node" } }),
            0,
        );

        assert_eq!(found, "list[Node]");
        assert_eq!(models.classes().collect::<Vec<_>>(), ["Leaf", "Node"]);
        let shown = models.shown();
        assert_eq!(shown[1]["fields"][0]["annotation"], "\"Node | None\"");
        assert_eq!(shown[0]["fields"][0]["annotation"], "Literal[\"a\", \"b\"] | None");
        assert_eq!(shown[0]["fields"][0]["alias"], "in");
    }

    #[test]
    fn plain_kinds_and_unions_are_told_apart() {
        let document = json!({});
        let mut models = Models::of(&document);
        let mut of = |schema: Json| models.annotation(&schema, 0);

        assert_eq!(of(json!({ "type": ["string", "null"], "format": "date" })), "date | None");
        assert_eq!(
            of(json!({ "anyOf": [{ "type": "null" }, { "type": "integer" }] })),
            "int | None"
        );
        assert_eq!(
            of(json!({ "type": "object", "additionalProperties": { "type": "number" } })),
            "dict[str, float]"
        );
        assert_eq!(of(json!({ "$ref": "#/components/schemas/Gone" })), "Any");
    }
}
