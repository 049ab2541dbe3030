//! Alembic's configuration: where its scripts lie, and from where they import.

use std::ops::Range;

use super::names::{Names, relative};
use crate::change::{Edit, RelPath, apply_edits};
use crate::python::{join, parent};

/// What a path that is counted from the file itself begins with.
const HERE: &str = "%(here)s/";

/// Rewrites one `alembic.ini`; `None` for a file that names no scripts.
pub(super) fn rewrite(names: &Names<'_>, path: &RelPath, text: &str) -> Option<String> {
    let scripts = option(text, "script_location")?;
    let mut edits = Vec::new();
    for range in [Some(scripts), option(text, "version_locations")].into_iter().flatten() {
        if let Some(new) = location(names, path, &text[range.clone()]) {
            edits.push(Edit::replace(range, new));
        }
    }
    if let Some(range) = option(text, "prepend_sys_path")
        && let Some(new) = search_path(names, text, &text[range.clone()])
    {
        edits.push(Edit::replace(range, new));
    }
    apply_edits(text, &edits).ok()
}

/// Where the value of an option stands.
fn option(text: &str, name: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let value = line.strip_prefix(name).map(str::trim_start);
        if let Some(value) = value.and_then(|value| value.strip_prefix(['=', ':'])) {
            let value = value.trim();
            let at = start + line.rfind(value).unwrap_or_default();
            return (!value.is_empty()).then_some(at..at + value.len());
        }
        start += line.len();
    }
    None
}

/// The new place of a folder of scripts, counted from where the old one was counted.
fn location(names: &Names<'_>, path: &RelPath, value: &str) -> Option<String> {
    // The file is read where it lies afterwards; its old place is what the value means.
    let before = names.moves.iter().find(|(_, to)| *to == path).map_or(path, |(from, _)| from);
    let root = names.service.root();
    let (prefix, old_base, new_base, written) = match value.strip_prefix(HERE) {
        Some(rest) => (HERE, parent(before.as_str()), parent(path.as_str()), rest),
        None => ("", root, root, value),
    };
    let trimmed = written.trim_start_matches("./").trim_end_matches('/');
    if trimmed.is_empty() || trimmed.contains([':', ' ', ',', '%']) || trimmed.starts_with('/') {
        return None;
    }
    let old = join(old_base, trimmed);
    let environment = join(&old, "env.py");
    let new = if names.is_moved(&environment) {
        parent(&names.locate(&environment)).to_owned()
    } else {
        names.locate(&old)
    };
    let is_same = new == old && old_base == new_base;
    (!is_same).then(|| format!("{prefix}{}", relative(new_base, &new)))
}

/// The search path with the folder that the code has moved to.
fn search_path(names: &Names<'_>, text: &str, value: &str) -> Option<String> {
    let is_separator = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ':' | ';');
    let mut folders = value.split(is_separator).filter(|folder| !folder.is_empty());
    let source = relative(names.service.root(), &names.import_root);
    let is_source = |folder: &str| folder.trim_start_matches("./").trim_end_matches('/') == source;
    let moves_code = names.moves.keys().any(|from| from.extension() == "py");
    if !names.gets_source || !moves_code || folders.any(is_source) {
        return None;
    }
    let separator = option(text, "path_separator").map(|range| &text[range]);
    Some(match separator {
        Some("os") => format!("{value}:{source}"),
        Some("newline") => format!("{value}\n    {source}"),
        _ => format!("{value} {source}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_an_option_is_found_and_no_other_text() {
        let text =
            "[alembic]\n# script_location = x\nscript_location = app/db\r\nprepend_sys_path: .\n";
        let value = |name: &str| option(text, name).map(|range| &text[range]);

        assert_eq!(value("script_location"), Some("app/db"));
        assert_eq!(value("prepend_sys_path"), Some("."));
        assert_eq!(value("version_locations"), None);
    }
}
