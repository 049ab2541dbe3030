//! Change sets as unified diffs, in git's form so that `git apply` and reviewers can read them.

use std::fmt::Write;

use console::Style;
use similar::TextDiff;

use crate::change::{ChangeSet, Entry, FileChange, RelPath};

/// The diff of a whole change set.
pub fn change_set(changes: &ChangeSet, colour: bool) -> String {
    let moved: std::collections::BTreeSet<&RelPath> =
        changes.moves().map(|(_, from)| from).collect();
    let mut text = String::new();
    for (path, change) in changes.iter() {
        if change.after.is_none() && moved.contains(path) {
            continue;
        }
        file(&mut text, path, change, changes, colour);
    }
    text
}

fn file(text: &mut String, path: &RelPath, change: &FileChange, changes: &ChangeSet, colour: bool) {
    let old_path = change.moved_from.as_ref().unwrap_or(path);
    let old = match &change.moved_from {
        Some(from) => changes.get(from).and_then(|source| source.before.as_ref()),
        None => change.before.as_ref(),
    };
    let header = Style::new().bold().force_styling(colour);
    let _ = writeln!(text, "{}", header.apply_to(format!("diff --git a/{old_path} b/{path}")));
    if change.moved_from.is_some() {
        let _ = writeln!(text, "rename from {old_path}\nrename to {path}");
    }
    match (old, &change.after) {
        (None, Some(entry)) => {
            let _ = writeln!(text, "new file mode {}", mode(entry));
        }
        (Some(entry), None) => {
            let _ = writeln!(text, "deleted file mode {}", mode(entry));
        }
        _ => {}
    }
    let side = |entry: Option<&Entry>| entry.map(shown).unwrap_or_default();
    let (before, after) = (side(old), side(change.after.as_ref()));
    if before != after {
        let from = if old.is_some() { format!("a/{old_path}") } else { "/dev/null".to_owned() };
        let to = if change.after.is_some() { format!("b/{path}") } else { "/dev/null".to_owned() };
        hunks(text, (&before, &after), (&from, &to), colour);
    }
}

fn hunks(text: &mut String, (before, after): (&str, &str), (from, to): (&str, &str), colour: bool) {
    let diff = TextDiff::from_lines(before, after);
    let unified = diff.unified_diff().context_radius(3).header(from, to).to_string();
    let added = Style::new().green().force_styling(colour);
    let removed = Style::new().red().force_styling(colour);
    for line in unified.split_inclusive('\n') {
        let _ = match line.as_bytes().first() {
            Some(b'+') => write!(text, "{}", added.apply_to(line)),
            Some(b'-') => write!(text, "{}", removed.apply_to(line)),
            _ => write!(text, "{line}"),
        };
    }
}

fn mode(entry: &Entry) -> String {
    match entry {
        Entry::File { mode, .. } if mode & 0o111 != 0 => "100755".to_owned(),
        Entry::File { .. } => "100644".to_owned(),
        Entry::Symlink { .. } => "120000".to_owned(),
    }
}

fn shown(entry: &Entry) -> String {
    match entry {
        Entry::Symlink { target } => target.clone(),
        Entry::File { content, .. } => match entry.text() {
            Some(text) => text.to_owned(),
            None => format!("(binary, {})\n", content.hash()),
        },
    }
}
