//! One more kind of event: told by a service, or understood by a worker.

use super::describe::{capitalised, describe};
use super::draft::{Addition, Draft, spellings};
use super::error::AddError;
use super::field::Field;
use super::site::{Root, Site, Target};
use crate::template::{EntityName, Value, embedded};

/// What the user asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventRequest {
    /// What happened, `OrderShipped`, to be told; or a type, `orders.order_shipped.v1`, to be
    /// understood.
    pub name: String,
    /// What there is to know about it, as `name:type`; a name without any.
    pub fields: Vec<String>,
}

/// Plans one more kind of event.
pub fn add_event(
    site: &Site,
    target: &Target,
    request: &EventRequest,
) -> Result<Addition, AddError> {
    let standard = ["name:str".to_owned()];
    let asked = if request.fields.is_empty() { &standard[..] } else { &request.fields };
    let fields = Field::parse_all(asked)?;
    let is_type = request.name.contains('.');
    let (class, template) = if is_type {
        (class_of(&request.name)?, "add/consumer")
    } else {
        (request.name.clone(), "add/event")
    };
    let name = EntityName::new(&class)?;
    check(target, is_type)?;
    let mut draft = Draft::new(site, target);
    let mut scope = draft.scope();
    let texts = spellings(&name).map(|(key, text)| (key.to_owned(), Value::Text(text)));
    scope.values.extend(texts);
    scope.values.insert("event".into(), Value::Text(request.name.clone()));
    describe(&mut scope, &embedded("add/entity")?.manifest, (&fields, None));
    scope.features.insert("database".into(), target.layout.has_database);
    draft.add(&embedded(template)?, &scope)?;
    draft.finish(format!("event {}", request.name))
}

/// The class of a type: `orders.order_shipped.v1` and `orders.order.shipped.v1` are both
/// `OrderShipped`.
fn class_of(kind: &str) -> Result<String, AddError> {
    let parts: Vec<&str> = kind.split('.').collect();
    let fits =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let is_version = |part: &str| {
        part.strip_prefix('v').is_some_and(|number| {
            !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit())
        })
    };
    match parts.as_slice() {
        [_, middle @ .., version]
            if !middle.is_empty()
                && is_version(version)
                && parts.iter().all(|part| !part.is_empty() && part.chars().all(fits)) =>
        {
            let words = middle.iter().flat_map(|part| part.split('_'));
            Ok(words.map(capitalised).collect())
        }
        _ => Err(AddError::Edit(format!(
            "{kind:?} is no type of an event: SERVICE.WHAT.vN, for example orders.order_shipped.v1"
        ))),
    }
}

fn check(target: &Target, is_type: bool) -> Result<(), AddError> {
    let layout = |why: &str, advice: String| AddError::Layout {
        folder: target.folder.clone(),
        why: why.to_owned(),
        advice,
    };
    if is_type && !target.layout.is_worker {
        return Err(layout(
            "is no worker: it understands no events",
            "make one with `scaffold new NAME --kind worker`".into(),
        ));
    }
    if !is_type && (target.layout.root != Root::Composed || !target.layout.has_messaging) {
        return Err(layout(
            "sends no events",
            format!("let it with `scaffold add feature messaging --service {}`", target.name),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_names_what_happened() {
        assert_eq!(class_of("orders.order.shipped.v1").unwrap(), "OrderShipped");
        assert_eq!(class_of("orders.order_shipped.v12").unwrap(), "OrderShipped");
        for kind in ["orders.v1", "orders.shipped", "Orders.shipped.v1", "a..v1", "a.b.v"] {
            assert!(class_of(kind).is_err(), "{kind}");
        }
    }
}
