//! Old paths that still stand somewhere: the account must balance.

use std::collections::BTreeSet;

use super::Note;
use super::deploy::{files, is_inside};
use super::names::Names;
use crate::change::RelPath;
use crate::layering::OVERRIDES_FILE;
use crate::python::is_test_path;
use crate::workspace::Tree;
use crate::workspace::compose::is_compose_file;

/// Old file paths that still stand somewhere: the account must balance.
pub(super) fn list(names: &Names<'_>, after: &Tree) -> Vec<Note> {
    let root = names.service.root();
    let prefix = if root.is_empty() { String::new() } else { format!("{root}/") };
    let finder = memchr::memmem::Finder::new(prefix.as_bytes());
    let data = data(names);
    let mut notes = Vec::new();
    for (path, entry) in after.iter() {
        let inside = is_inside(names, path.as_str());
        let is_near = inside || is_compose_file(path);
        let mentions = |bytes: &[u8]| is_near || finder.find(bytes).is_some();
        if path.name() == "uv.lock" || !entry.bytes().is_some_and(|bytes| mentions(bytes)) {
            continue;
        }
        let Some(text) = entry.text() else { continue };
        let mut lines = BTreeSet::new();
        for written in files(text) {
            let trimmed = text[written.clone()].trim_start_matches("./");
            let local = crate::python::join(root, trimmed);
            let is_old = (inside && trimmed.contains('/') && names.is_moved(&local))
                || names.is_moved(trimmed);
            if is_old && !is_test_path(trimmed) {
                lines.insert(text[..written.start].matches('\n').count() + 1);
            }
        }
        if is_near {
            let found = data.iter().flat_map(|old| named(text, old));
            lines.extend(found.map(|at| text[..at].matches('\n').count() + 1));
        }
        if let Some(first) = lines.first() {
            let count = lines.len();
            let message = match (path.name(), path.extension()) {
                (OVERRIDES_FILE, _) => format!("{count} placement(s) are carried out and can go"),
                (_, "py") => format!("{count} line(s) of text in code still name a moved file"),
                (_, "md" | "rst" | "txt" | "adoc") => {
                    format!("{count} line(s) of documentation still name a moved file")
                }
                _ => format!("{count} line(s) still name a moved file"),
            };
            notes.push(Note::new(path, *first, message));
        }
    }
    notes
}

/// Moved files that are no code, by their paths below the service, folders included.
fn data<'a>(names: &'a Names<'_>) -> Vec<&'a str> {
    let root = names.service.root();
    let below = |path: &'a RelPath| match root {
        "" => Some(path.as_str()),
        _ => path.as_str().strip_prefix(root)?.strip_prefix('/'),
    };
    let moved = names.moves.keys().filter(|path| path.extension() != "py");
    moved.filter_map(below).filter(|path| path.contains('/')).collect()
}

/// Where a text has a whole path.
fn named<'a>(text: &'a str, path: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_part =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '/' | '.');
    memchr::memmem::find_iter(text.as_bytes(), path.as_bytes()).filter(move |at| {
        let before = text[..*at].strip_suffix("./").unwrap_or(&text[..*at]);
        !before.ends_with(is_part) && !text[at + path.len()..].starts_with(is_part)
    })
}
