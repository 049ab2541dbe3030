//! Tests that would see other arguments of a call.

use crate::python::{PythonService, ServiceModule};

/// Words of a test that looks at how something was called, or puts a function in its place.
const WATCHING: [&str; 8] = [
    "called_with",
    "called_once_with",
    "awaited_with",
    "awaited_once_with",
    "any_call",
    "any_await",
    "call_args",
    "mock_calls",
];
/// Words of a test that puts something of its own in the place of a function.
const FAKING: [&str; 3] = ["side_effect", "monkeypatch", "new="];

/// The first test that replaces something of that name, or its whole library, and may see its
/// arguments.
pub(super) fn watcher(service: &PythonService, sought: (&str, &[&str])) -> Option<String> {
    let tests = service.modules().iter().filter(|record| record.is_test);
    tests.filter_map(|record| Some((record, place(record, sought)?))).find_map(|(record, line)| {
        let text = record.module()?.text();
        let watches = WATCHING.iter().chain(&FAKING).any(|word| text.contains(word));
        watches.then(|| format!("{}:{line}", record.path))
    })
}

/// Where a test names the function to replace it.
fn place(record: &ServiceModule, (name, libraries): (&str, &[&str])) -> Option<usize> {
    let module = record.module()?;
    let by_string = module.facts.strings.iter().find(|found| {
        found.call.is_some()
            && (found.value == name
                || found.value.ends_with(&format!(".{name}"))
                || is_library(&found.value, libraries))
    });
    let by_string = by_string.map(|found| found.range.start);
    let by_store = module.facts.references.iter().find(|found| {
        found.stored && found.chain.last().is_some_and(|attribute| attribute.name == name)
    });
    let start = by_string.or_else(|| by_store.map(|found| found.range.start))?;
    Some(module.source.line_of(start))
}

/// Whether a patch replaces a whole library: `patch("shop.store.asyncpg")`.
fn is_library(value: &str, libraries: &[&str]) -> bool {
    value.rsplit_once('.').is_some_and(|(_, last)| libraries.contains(&last))
}
