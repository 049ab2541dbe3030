//! Patches that hit nothing.

use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::Target;
use crate::python::outline::Value;

/// Calls whose first argument is the dotted name of what is replaced.
fn is_patch(full: &str) -> bool {
    full.ends_with("mock.patch")
        || full == "patch"
        || full.ends_with("mocker.patch")
        || full == "monkeypatch.setattr"
}

pub(super) fn dead(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for (index, file) in service.files.iter().enumerate().filter(|(_, file)| file.is_test) {
        for call in file.calls_of(&["patch", "setattr"]) {
            let full = file.full(&call.what.callee);
            let Some(Value::Str(name)) = call.what.arguments.first() else { continue };
            let creates =
                call.what.keyword("create").is_some() || call.what.keyword("raising").is_some();
            if !is_patch(&full) || creates || !name.contains('.') || name.contains(' ') {
                continue;
            }
            if let Some(missing) = missing_part(service, index, name) {
                let message = format!("`{name}` is patched, and {missing}");
                sink.add(file.draft(call.what.start as usize, message));
            }
        }
    }
}

/// What of a dotted name is not there, when its module is one of the service.
fn missing_part(service: &ServiceFacts, index: usize, name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split('.').collect();
    for count in (1..parts.len()).rev() {
        let module = parts[..count].join(".");
        match service.python.resolve(index, &module) {
            Target::Module(found) => {
                let file = &service.files[found];
                let facts = &file.module.facts;
                let attribute = parts[count];
                let open = facts.star_imports().next().is_some()
                    || !facts.dynamic.is_empty()
                    || facts.defines("__getattr__")
                    || !file.module.errors.is_empty();
                let special = attribute.starts_with("__");
                let submodule = format!("{module}.{attribute}");
                let is_module = !matches!(
                    service.python.resolve(index, &submodule),
                    Target::External | Target::Missing(_)
                );
                if open || special || facts.defines(attribute) || is_module {
                    return None;
                }
                return Some(format!("`{module}` has no `{attribute}`"));
            }
            Target::Folder(_) | Target::Missing(_) if count == 1 => {
                return Some(format!("`{module}` has no such module"));
            }
            _ => {}
        }
    }
    None
}
