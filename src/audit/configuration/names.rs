//! Names and defaults of environment variables, and settings that are not there.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::environment::{EnvRead, is_settings_class};
use crate::audit::finding::Draft;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::audit::web::locate;
use crate::python::outline::Value;
use crate::workspace::Place;

/// Variables that every service is meant to set for itself.
const OWN: [&str; 12] = [
    "PORT",
    "HOST",
    "SERVICE_NAME",
    "SERVICE_PORT",
    "SERVICE_VERSION",
    "APP_NAME",
    "VERSION",
    "API_PORT",
    "API_TITLE",
    "SERVER_PORT",
    "TITLE",
    "SERVICE_HOST",
];

/// A literal default as text.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

type Read<'a> = (&'a ServiceFacts, &'a EnvRead, String);

/// Reads with literal defaults, by variable.
fn by_name(fleet: &Fleet) -> BTreeMap<&str, Vec<Read<'_>>> {
    let mut names: BTreeMap<&str, Vec<Read<'_>>> = BTreeMap::new();
    for service in &fleet.services {
        for read in &service.environment {
            if let Some(default) = read.default.as_ref().and_then(shown) {
                names.entry(&read.name).or_default().push((service, read, default));
            }
        }
    }
    names
}

fn place((service, read, _): &Read<'_>) -> Place {
    service.files[read.file].place(read.start)
}

/// Defaults compare without quotes, case of booleans and a closing slash.
fn plain(default: &str) -> String {
    default.trim_end_matches('/').to_ascii_lowercase()
}

pub(super) fn defaults(fleet: &Fleet, sink: &mut Sink) {
    for (name, reads) in by_name(fleet) {
        let mut values: BTreeMap<String, Vec<&Read<'_>>> = BTreeMap::new();
        for read in &reads {
            values.entry(plain(&read.2)).or_default().push(read);
        }
        let services: BTreeSet<&str> = reads.iter().map(|read| read.0.name()).collect();
        if values.len() < 2 || services.len() < 2 || OWN.contains(&name) {
            continue;
        }
        let mut order: Vec<_> = values.values().collect();
        order.sort_by_key(|reads| std::cmp::Reverse(reads.len()));
        let listed: Vec<String> =
            order.iter().take(4).map(|reads| format!("`{}`", reads[0].2)).collect();
        let message = format!(
            "`{name}` has {} defaults in {} services: {}{}",
            values.len(),
            services.len(),
            listed.join(", "),
            if order.len() > 4 { " …" } else { "" },
        );
        let first = place(&reads[0]);
        let mut draft = Draft::new(&first.file, first.line, message).anchored(name);
        for reads in order.iter().take(12) {
            draft = draft
                .because(place(reads[0]), format!("`{}` in {} places", reads[0].2, reads.len()));
        }
        sink.add(draft);
    }
}

/// The same address as the default of several variables that end alike.
pub(super) fn names(fleet: &Fleet, sink: &mut Sink) {
    let mut values: BTreeMap<String, BTreeMap<&str, Read<'_>>> = BTreeMap::new();
    for (name, reads) in by_name(fleet) {
        for read in reads.into_iter().filter(|read| read.2.contains("://") && !is_local(&read.2)) {
            values.entry(plain(&read.2)).or_default().entry(name).or_insert(read);
        }
    }
    for (value, names) in values.into_iter().filter(|(_, names)| names.len() > 1) {
        let listed: Vec<String> = names.keys().map(|name| format!("`{name}`")).collect();
        let services: BTreeSet<&str> = names.values().map(|read| read.0.name()).collect();
        if services.len() < 2 {
            continue;
        }
        let Some(first) = names.values().next() else { continue };
        let at = place(first);
        let message = format!("`{value}` is the default of {}", listed.join(", "));
        let mut draft = Draft::new(&at.file, at.line, message).anchored(&*value);
        for (name, read) in &names {
            draft = draft.because(place(read), format!("`{name}`"));
        }
        sink.add(draft);
    }
}

/// Whether an address leads to the machine itself: it is another one for each service.
fn is_local(address: &str) -> bool {
    ["://localhost", "://127.0.0.1", "@localhost", "@127.0.0.1"]
        .iter()
        .any(|host| address.contains(host))
}

/// What every instance of a Pydantic class has.
const INHERITED: [&str; 16] = [
    "model_dump",
    "model_dump_json",
    "model_copy",
    "model_fields",
    "model_config",
    "model_fields_set",
    "dict",
    "json",
    "copy",
    "schema",
    "model_validate",
    "model_post_init",
    "model_extra",
    "model_json_schema",
    "construct",
    "fields",
];

/// The attributes of a settings class, when all its bases are known.
fn attributes(service: &ServiceFacts, file: usize, name: &str) -> Option<BTreeSet<String>> {
    let facts = &service.files[file];
    let (index, class) =
        (0_u32..).zip(&facts.outline.classes).find(|(_, class)| *class.name == *name)?;
    let mut found = BTreeSet::new();
    for base in &class.bases {
        if base.rsplit('.').next() == Some("BaseSettings") {
            continue;
        }
        let (file, name) = locate(&service.python, &service.files, file, base)?;
        found.extend(attributes(service, file, &name)?);
    }
    for field in &facts.outline.assignments {
        if field.context.class == Some(index) {
            found.insert(field.target.trim_start_matches("self.").to_owned());
        }
    }
    for function in &facts.outline.functions {
        if function.context.class == Some(index) {
            found.insert(function.name.to_string());
        }
    }
    let allows_more = facts.calls_of(&["SettingsConfigDict", "ConfigDict"]).any(|call| {
        call.context.class == Some(index)
            && call.what.keyword("extra").and_then(Value::text) == Some("allow")
    });
    (!allows_more && !found.contains("__getattr__")).then_some(found)
}

/// `settings.X` where `settings = Settings()` at module level and the class has no `X`.
pub(super) fn undefined(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut objects: BTreeMap<(usize, String), BTreeSet<String>> = BTreeMap::new();
    for (index, file) in service.files.iter().enumerate() {
        for assignment in &file.outline.assignments {
            let Some(call) = assignment.value.as_ref().and_then(Value::call) else { continue };
            if assignment.context.function.is_some() || assignment.context.class.is_some() {
                continue;
            }
            let Some((owner, name)) = locate(&service.python, &service.files, index, &call.callee)
            else {
                continue;
            };
            let is_settings = service.files[owner]
                .outline
                .classes
                .iter()
                .any(|class| *class.name == *name && is_settings_class(class));
            if let Some(known) = attributes(service, owner, &name).filter(|_| is_settings) {
                objects.insert((index, assignment.target.to_string()), known);
            }
        }
    }
    if objects.is_empty() {
        return;
    }
    for (index, file) in service.files.iter().enumerate().filter(|(_, file)| file.is_code()) {
        for reference in &file.module.facts.references {
            let Some(attribute) = reference.chain.first() else { continue };
            let is_top = matches!(reference.resolution, crate::python::Resolution::Scope(0));
            let Some(owner) =
                locate(&service.python, &service.files, index, &reference.name).filter(|_| is_top)
            else {
                continue;
            };
            let Some(known) = objects.get(&owner) else { continue };
            let name = attribute.name.as_str();
            if !known.contains(name) && !INHERITED.contains(&name) && !name.starts_with("__") {
                let message = format!(
                    "`{}.{name}` is used, and the settings class has no `{name}`",
                    reference.name
                );
                sink.add(file.draft(attribute.range.start, message));
            }
        }
    }
}
