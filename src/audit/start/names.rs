//! Names that nothing defines, and files that are not Python.

use std::collections::BTreeMap;

use crate::audit::file::FileFacts;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::{Moment, Reference, Resolution, Usage};

/// References of a file that nothing binds and no star import, `exec` or syntax error excuses.
pub(super) fn unbound(file: &FileFacts) -> impl Iterator<Item = &Reference> {
    let facts = &file.module.facts;
    let excused = facts.star_imports().next().is_some()
        || !file.module.errors.is_empty()
        || facts.dynamic.iter().any(|(_, reason)| reason.contains("dictionary"));
    let references = facts.references.iter().filter(move |_| !excused);
    references.filter(|found| {
        // Python never evaluates the annotation of a variable inside a function.
        let local = found.usage == Usage::Annotation && found.moment == Moment::Call;
        let evaluated = !found.quoted && found.moment != Moment::Never && !local;
        found.resolution == Resolution::Unbound && evaluated
    })
}

/// One finding per name and file, at its first use.
pub(super) fn undefined(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    let mut names: BTreeMap<&str, Vec<&Reference>> = BTreeMap::new();
    for reference in unbound(file) {
        names.entry(&reference.name).or_default().push(reference);
    }
    for (name, uses) in names {
        let at_import = uses.iter().find(|found| found.moment == Moment::Import);
        let first = at_import.unwrap_or(&uses[0]);
        let when = match at_import {
            Some(_) => "the module cannot be imported",
            None => "the call fails when it is reached",
        };
        let more =
            if uses.len() > 1 { format!(", used {} times", uses.len()) } else { String::new() };
        let message = format!("`{name}` is not defined{more}: {when}");
        sink.add(file.draft(first.range.start, message).anchored(name));
    }
}

/// One finding per file, at its first error.
pub(super) fn syntax(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    if let Some(first) = file.module.errors.first() {
        let message = format!("the file does not parse: {}", first.message);
        sink.add(file.draft(first.range.start, message).anchored("syntax"));
    }
}
