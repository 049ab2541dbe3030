//! A feature of the template for a service that was generated without it.
//!
//! The template is rendered twice, without and with the feature; what differs is merged into what
//! became of the first. Migrations that were there are never changed: a table that is missing gets
//! a migration of its own.

use std::collections::BTreeMap;

use super::conflict::Conflict;
use super::draft::{Addition, Draft};
use super::error::AddError;
use super::merge::merge;
use super::migration;
use super::site::{Site, Target};
use super::sketch;
use crate::change::{Entry, RelPath};
use crate::template::{Answers, Library, Provenance, Scope, Template, Value, embedded, record};
use crate::workspace::{Tree, nearest};

/// The template that has features to be added.
const TEMPLATE: &str = "service";

/// Plans one more feature.
pub fn add_feature(site: &Site, target: &Target, name: &str) -> Result<Addition, AddError> {
    let template = embedded(TEMPLATE)?;
    let answers = answers(target)?;
    if !template.manifest.features.iter().any(|feature| feature.name == name) {
        let known = template.manifest.features.iter().map(|feature| feature.name.as_str());
        let known: Vec<&str> = known.collect();
        return Err(AddError::UnknownFeature {
            name: name.to_owned(),
            nearest: nearest(name, known.iter().copied()),
            known: known.join(", "),
        });
    }
    let mut draft = Draft::new(site, target);
    let what = format!("feature {name}");
    if answers.features.get(name) == Some(&true) {
        return draft.finish(what);
    }
    let before = scope(site, &template, answers, answers.features.clone())?;
    let mut features = answers.features.clone();
    features.insert(name.to_owned(), true);
    let after = scope(site, &template, answers, features)?;
    let (old, new) = (template.render(&before)?, template.render(&after)?);
    bring(&mut draft, &old, &new)?;
    if name == "messaging" && target.layout.has_database {
        outbox(&mut draft)?;
    }
    draft.make_libraries(template.manifest.libs_with(&after.features))?;
    let from = Provenance::embedded(TEMPLATE);
    let recorded = record(&new, Some(&target.folder), (from, &template.manifest, &after))?;
    let ours = target.folder.join(".scaffold")?;
    for (path, _) in target.tree.below(&ours) {
        draft.remove(path);
    }
    for (path, entry) in recorded.iter().filter(|(path, _)| path.starts_with(&ours)) {
        draft.put(path.clone(), entry.clone());
    }
    draft.finish(what)
}

/// The answers that made the service.
fn answers(target: &Target) -> Result<&Answers, AddError> {
    let ours = format!("embedded:{TEMPLATE}");
    target.answers.as_ref().filter(|answers| answers.template.source == ours).ok_or_else(|| {
        AddError::Layout {
            folder: target.folder.clone(),
            why: "was not made by the template of an API: it has no features to choose from".into(),
            advice: "`scaffold add entity` and `scaffold add endpoint` extend such a service"
                .into(),
        }
    })
}

/// What the template was told, with these features.
fn scope(
    site: &Site,
    template: &Template,
    answers: &Answers,
    features: BTreeMap<String, bool>,
) -> Result<Scope, AddError> {
    let libraries = Library::closure(template.manifest.libs_with(&features))?;
    let packages = libraries.iter().map(|library| library.package(&site.config)).collect();
    let mut values = answers.variables.clone();
    values.insert("libs".into(), Value::List(packages));
    Ok(template.complete(Scope { values, features, ..Scope::default() })?)
}

/// Brings the service from one rendering to the other.
fn bring(draft: &mut Draft<'_>, old: &Tree, new: &Tree) -> Result<(), AddError> {
    for (path, change) in old.changes_to(new, &BTreeMap::new()).iter() {
        let place = draft.target.folder.join(path.as_str())?;
        match (&change.before, &change.after) {
            (None, Some(after)) => draft.file(&place, after),
            (Some(_), Some(_)) if path.as_str().contains("/migrations/versions/") => {}
            (Some(before), Some(after)) => merged(draft, &place, (before, after)),
            (Some(before), None) => gone(draft, &place, before),
            (None, None) => {}
        }
    }
    Ok(())
}

/// Merges what the feature changes in a file into what became of the file.
fn merged(draft: &mut Draft<'_>, place: &RelPath, (before, after): (&Entry, &Entry)) {
    let Some(there) = draft.target.tree.get(place).cloned() else {
        let message = "the file is gone, and the feature changes it".to_owned();
        draft.refuse(Conflict::new(0, message, "give it back").at(place));
        return;
    };
    let texts = (before.text(), there.text(), after.text());
    let (Some(base), Some(ours), Some(theirs)) = texts else { return };
    match merge(base, ours, theirs) {
        Ok(merged) => {
            let fits = place.extension() != "py" || sketch::check_names(ours, &merged.text).is_ok();
            if !fits {
                let message = "the feature needs names that are gone here".to_owned();
                let advice = "see what `scaffold new --dry-run` with the feature writes there";
                draft.refuse(Conflict::new(0, message, advice).at(place));
                return;
            }
            for line in merged.twice {
                let note = "yours and the feature's lines stand here in an order of no meaning";
                draft.notes.push(format!("{place}:{line}: {note}"));
            }
            draft.put(place.clone(), there.with_bytes(merged.text));
        }
        Err(line) => {
            let message = "this was changed, and the feature changes it in another way".to_owned();
            let advice = "change it back, add the feature, and change it again";
            draft.refuse(Conflict::new(line, message, advice).at(place));
        }
    }
}

/// Takes a file away that the feature replaces.
fn gone(draft: &mut Draft<'_>, place: &RelPath, before: &Entry) {
    let there = draft.target.tree.get(place);
    match there {
        None => {}
        Some(there) if there.text() == before.text() => draft.remove(place),
        Some(_) => {
            let message = "this was changed, and the feature takes its place".to_owned();
            draft.refuse(Conflict::new(0, message, "move what is yours elsewhere").at(place));
        }
    }
}

/// The table of the outbox, by a migration of its own.
fn outbox(draft: &mut Draft<'_>) -> Result<(), AddError> {
    let versions = draft.target.inside("infrastructure/database/migrations/versions")?;
    let place = migration::place(&draft.target.tree, &versions, "create_outbox_events")?;
    let mut scope = draft.scope();
    scope.values.insert("revision".into(), Value::Text(place.revision));
    scope.values.insert("down_revision".into(), Value::Text(place.down_revision));
    draft.add(&embedded("add/outbox")?, &scope)
}
