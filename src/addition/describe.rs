//! Fields as templates see them: how each is written in every place, from the template's own table.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::field::Field;
use crate::template::{Manifest, Scope, Value};

/// Tells the template about the fields.
pub(super) fn describe(
    scope: &mut Scope,
    manifest: &Manifest,
    (fields, unique): (&[Field], Option<&str>),
) {
    let is_unique = |field: &Field| unique == Some(field.name.as_str());
    let records: Vec<Json> =
        fields.iter().map(|field| record(field, manifest, is_unique(field))).collect();
    let plain: BTreeSet<&str> =
        fields.iter().filter(|field| !is_unique(field)).map(|field| field.kind).collect();
    let columns = records.iter().filter_map(|record| {
        let (name, _) = record["column"].as_str()?.split_once('(')?;
        Some(name.to_owned())
    });
    let columns: BTreeSet<String> = columns.chain(["Index".to_owned()]).collect();
    let has = |kinds: &[&str]| kinds.iter().any(|kind| plain.contains(kind));
    let unique = unique.unwrap_or_default();
    let flags = [
        ("has_texts", has(&["str"])),
        ("has_rules", !unique.is_empty() || has(&["str", "int", "float", "datetime", "decimal"])),
        ("has_wires", !unique.is_empty() || has(&["str", "int", "float", "decimal"])),
    ];
    let words: Vec<String> = unique.split('_').map(capitalised).collect();
    let texts = [
        ("unique", unique.to_owned()),
        ("unique_class", words.concat()),
        ("unique_title", unique.replace('_', " ")),
        ("unique_path", unique.replace('_', "-")),
    ];
    scope.values.extend(flags.map(|(name, flag)| (name.to_owned(), Value::Bool(flag))));
    scope.values.extend(texts.map(|(name, text)| (name.to_owned(), Value::Text(text))));
    let kinds = plain.into_iter().map(str::to_owned).collect();
    scope.values.insert("kinds".into(), Value::List(kinds));
    scope.values.insert("columns".into(), Value::List(columns.into_iter().collect()));
    scope.records.insert("fields".into(), json!(records));
}

/// One field as a template sees it.
fn record(field: &Field, manifest: &Manifest, is_unique: bool) -> Json {
    let written = |place: &str| {
        let written = manifest.types.get(field.kind).and_then(|kind| kind.get(place));
        written.cloned().unwrap_or_default()
    };
    let python = written("python");
    let none = if field.optional { " | None" } else { "" };
    let about = if is_unique { "Unique text".to_owned() } else { written("about") };
    let missing = if field.optional { ", if it is known" } else { "" };
    let mut record = json!({
        "name": field.name,
        "title": field.name.replace('_', " "),
        "kind": field.kind,
        "optional": field.optional,
        "unique": is_unique,
        "annotation": format!("{python}{none}"),
        "about": format!("{about}{missing}"),
    });
    for place in ["column", "migration", "wire", "read", "first", "second", "json", "other_json"] {
        record[place] = json!(written(place));
    }
    if is_unique {
        for (place, text) in UNIQUE {
            record[place] = json!(text);
        }
    }
    record
}

/// How the unique field is written.
const UNIQUE: [(&str, &str); 7] = [
    ("column", "String(120)"),
    ("migration", "sa.String(120)"),
    ("wire", "_Label"),
    ("first", "\"First\""),
    ("second", "\"Second\""),
    ("json", "\"First\""),
    ("other_json", "\"Second\""),
];

pub(super) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
