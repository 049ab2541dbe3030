//! One more aggregate: domain, use cases, repository, endpoints, migration and tests.

use super::conflict::Conflict;
use super::describe::describe;
use super::draft::{Addition, Draft, require_api, spellings};
use super::error::AddError;
use super::field::{Field, FieldError};
use super::migration;
use super::site::{Root, Site, Target};
use super::sketch::line_of;
use crate::python::{PartKind, Parts};
use crate::template::{EntityName, Value, embedded};

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
    scope.features.extend(features_of(target));
    let features = [
        ("api", layout.is_api()),
        ("database", layout.has_database),
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
    if layout.is_api() {
        require_api(site, target)?;
    } else {
        draft.notes.push(format!("{} is no API: the entity has no endpoints", target.name));
    }
    check_class(target, &entity)?;
    draft.add(&template, &scope)?;
    draft.finish(format!("entity {}", entity.class()))
}

/// What the composition root of a service is like.
pub(super) fn features_of(target: &Target) -> [(String, bool); 2] {
    let root = &target.layout.root;
    [
        ("composed".to_owned(), *root == Root::Composed),
        ("factory".to_owned(), !matches!(root, Root::Application(_))),
    ]
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
