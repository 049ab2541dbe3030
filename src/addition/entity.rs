//! One more aggregate: domain, use cases, repository, endpoints, migration and tests.

use std::collections::BTreeSet;

use serde_json::json;

use super::conflict::Conflict;
use super::draft::{Addition, Draft, spellings};
use super::error::AddError;
use super::field::{Field, FieldError};
use super::migration;
use super::site::{Root, Site, Target};
use super::sketch::line_of;
use crate::python::{PartKind, Parts};
use crate::template::{EntityName, Manifest, Scope, Value, embedded};

/// What the user asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntityRequest {
    /// Its class, `Parcel`.
    pub name: String,
    /// Its fields as `name:type`; a name and a description without any.
    pub fields: Vec<String>,
    /// The field that no two of them share.
    pub unique: Option<String>,
}

/// Plans one more entity.
pub fn add_entity(
    site: &Site,
    target: &Target,
    request: &EntityRequest,
) -> Result<Addition, AddError> {
    let entity = EntityName::new(&request.name)?;
    let (fields, unique) = fields(request)?;
    for layer in ["domain", "application", "infrastructure"] {
        if !target.tree.has_folder(&target.inside(layer)?) {
            return Err(AddError::Layout {
                folder: target.folder.clone(),
                why: format!("has no layer {layer}"),
                advice: format!("give it its layers with `scaffold migrate {}`", target.folder),
            });
        }
    }
    let mut draft = Draft::new(site, target);
    let template = embedded("add/entity")?;
    let mut scope = draft.scope();
    let texts = spellings(&entity).map(|(key, text)| (key.to_owned(), Value::Text(text)));
    scope.values.extend(texts);
    describe(&mut scope, &template.manifest, (&fields, unique.as_deref()));
    let layout = &target.layout;
    let features = [
        ("api", layout.is_api()),
        ("composed", layout.root == Root::Composed),
        ("database", layout.has_database),
        ("factory", !matches!(layout.root, Root::Application(_))),
        ("decimals", fields.iter().any(|field| field.kind == "decimal")),
        ("unique", unique.is_some()),
    ];
    scope.features.extend(features.map(|(name, on)| (name.to_owned(), on)));
    if layout.has_database {
        let versions = target.inside("infrastructure/database/migrations/versions")?;
        let place =
            migration::place(&target.tree, &versions, &format!("create_{}", entity.plural()))?;
        scope.values.insert("revision".into(), Value::Text(place.revision));
        scope.values.insert("down_revision".into(), Value::Text(place.down_revision));
    } else {
        draft.notes.push(format!(
            "{} has no database of ours: the memory of the process keeps them",
            target.name
        ));
    }
    if !layout.is_api() {
        draft.notes.push(format!("{} is no API: the entity has no endpoints", target.name));
    }
    check_class(target, &entity)?;
    draft.add(&template, &scope)?;
    draft.finish(format!("entity {}", entity.class()))
}

/// The fields that are asked for, and which of them is unique.
fn fields(request: &EntityRequest) -> Result<(Vec<Field>, Option<String>), AddError> {
    let standard = ["name:str".to_owned(), "description:str?".to_owned()];
    let is_standard = request.fields.is_empty();
    let fields = Field::parse_all(if is_standard { &standard } else { &request.fields })?;
    let unique = request.unique.clone().or_else(|| is_standard.then(|| "name".to_owned()));
    if let Some(name) = &unique {
        let fits = |field: &Field| field.name == *name && field.kind == "str" && !field.optional;
        if !fields.iter().any(fits) {
            return Err(FieldError::Unique(name.clone()).into());
        }
    }
    Ok((fields, unique))
}

/// Tells the template about the fields.
fn describe(scope: &mut Scope, manifest: &Manifest, (fields, unique): (&[Field], Option<&str>)) {
    let is_unique = |field: &Field| unique == Some(field.name.as_str());
    let records: Vec<_> = fields
        .iter()
        .map(|field| {
            let written = |place: &str| {
                let written = manifest.types.get(field.kind).and_then(|kind| kind.get(place));
                written.cloned().unwrap_or_default()
            };
            let python = written("python");
            let none = if field.optional { " | None" } else { "" };
            let about = if is_unique(field) { "Unique text".to_owned() } else { written("about") };
            let missing = if field.optional { ", if it is known" } else { "" };
            let mut record = json!({
                "name": field.name,
                "title": field.name.replace('_', " "),
                "kind": field.kind,
                "optional": field.optional,
                "unique": is_unique(field),
                "annotation": format!("{python}{none}"),
                "about": format!("{about}{missing}"),
            });
            for place in ["column", "migration", "wire", "first", "second", "json", "other_json"] {
                record[place] = json!(written(place));
            }
            if is_unique(field) {
                for (place, text) in UNIQUE {
                    record[place] = json!(text);
                }
            }
            record
        })
        .collect();
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

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Refuses an entity whose class another file of the domain defines.
fn check_class(target: &Target, entity: &EntityName) -> Result<(), AddError> {
    let domain = target.inside("domain")?;
    let own = domain.join(entity.plural())?;
    let class = PartKind::Class(entity.class());
    let mut found = Vec::new();
    for (path, entry) in target.tree.below(&domain).filter(|(path, _)| !path.starts_with(&own)) {
        let Some(text) = entry.text().filter(|text| text.contains(&entity.class())) else {
            continue;
        };
        let Ok(parts) = Parts::parse(text) else { continue };
        if let Some(part) = parts.body.iter().find(|part| part.kind == class) {
            let message = format!("class `{}` is there already", entity.class());
            let line = line_of(text, part.range.start);
            found.push(Conflict::new(line, message, "use another name").at(path));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(AddError::Conflicts(found)) }
}
