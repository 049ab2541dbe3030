//! Old paths that still stand somewhere: the account must balance.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::Note;
use super::deploy::{files, is_inside};
use super::names::Names;
use crate::change::{Entry, RelPath};
use crate::layering::OVERRIDES_FILE;
use crate::python::{is_test_path, join};
use crate::workspace::Tree;
use crate::workspace::compose::is_compose_file;
use crate::workspace::yaml::LineStarts;

/// Lists the files that still name a moved one, each with the first line that does.
pub(super) fn list(names: &Names<'_>, after: &Tree) -> Vec<Note> {
    let root = names.service.root();
    let search = Search {
        names,
        prefix: if root.is_empty() { String::new() } else { format!("{root}/") },
        data: AhoCorasick::new(data(names)).ok(),
    };
    let entries: Vec<_> = after.iter().collect();
    entries.into_par_iter().filter_map(|(path, entry)| search.note(path, entry)).collect()
}

/// What is looked for in every file.
struct Search<'a> {
    names: &'a Names<'a>,
    /// The service's folder, as paths from the root begin.
    prefix: String,
    /// Moved files that are no code.
    data: Option<AhoCorasick>,
}

impl Search<'_> {
    fn note(&self, path: &RelPath, entry: &Entry) -> Option<Note> {
        let inside = is_inside(self.names, path.as_str());
        let is_near = inside || is_compose_file(path);
        let bytes = entry.bytes().filter(|_| path.name() != "uv.lock")?;
        if !is_near && !bytes.may_mention(&self.prefix) {
            return None;
        }
        let text = entry.text()?;
        let mut found: BTreeSet<usize> = self.modules(text, inside).collect();
        if is_near {
            found.extend(self.data(text));
        }
        let first = *found.first()?;
        let lines = LineStarts::new(text);
        let count = found.iter().map(|at| lines.line(*at)).collect::<BTreeSet<_>>().len();
        let message = match (path.name(), path.extension()) {
            (OVERRIDES_FILE, _) => format!("{count} placement(s) are carried out and can go"),
            (_, "py") => format!("{count} line(s) of text in code still name a moved file"),
            (_, "md" | "rst" | "txt" | "adoc") => {
                format!("{count} line(s) of documentation still name a moved file")
            }
            _ => format!("{count} line(s) still name a moved file"),
        };
        Some(Note::new(path, lines.line(first), message))
    }

    /// Where a text names a module that moved.
    fn modules<'t>(&'t self, text: &'t str, inside: bool) -> impl Iterator<Item = usize> + 't {
        let is_old = move |written: &str| {
            let trimmed = written.trim_start_matches("./");
            let is_local = || {
                let local = join(self.names.service.root(), trimmed);
                inside && trimmed.contains('/') && self.names.is_moved(&local)
            };
            !is_test_path(trimmed) && (is_local() || self.names.is_moved(trimmed))
        };
        files(text).filter(move |range| is_old(&text[range.clone()])).map(|range| range.start)
    }

    /// Where a text has the whole path of another file that moved.
    fn data<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        let is_part =
            |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '/' | '.');
        let found = self.data.iter().flat_map(move |data| data.find_iter(text));
        let whole = found.filter(move |found| {
            let before = &text[..found.start()];
            let before = before.strip_suffix("./").unwrap_or(before);
            !before.ends_with(is_part) && !text[found.end()..].starts_with(is_part)
        });
        whole.map(|found| found.start())
    }
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
