//! The files of a change set as an indented tree.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::change::{ChangeSet, FileChange, RelPath};

/// What is shown of a folder.
#[derive(Default)]
struct Node {
    folders: BTreeMap<String, Node>,
    files: BTreeMap<String, char>,
}

/// Every path that changes: `+` created, `~` edited, `-` removed.
pub fn full(changes: &ChangeSet) -> String {
    let mut text = String::new();
    write_node(&node(changes), 0, &mut text);
    text
}

/// One line for each of the given folders, one for each other path.
pub fn short(changes: &ChangeSet, folders: &[RelPath]) -> String {
    let mut lines: BTreeMap<String, (char, usize)> = BTreeMap::new();
    for (path, change) in changes.iter() {
        let folder = folders.iter().find(|folder| path.starts_with(folder));
        let line = folder.map_or_else(|| path.to_string(), |folder| format!("{folder}/"));
        let (mark, count) = lines.entry(line).or_insert((mark(change), 0));
        *count += 1;
        if *mark != self::mark(change) {
            *mark = '~';
        }
    }
    let width = lines.keys().map(String::len).max().unwrap_or_default();
    let mut text = String::new();
    for (line, (mark, count)) in lines {
        let count = if line.ends_with('/') { format!("  {count} files") } else { String::new() };
        let _ = writeln!(text, "{}", format!("{mark} {line:width$}{count}").trim_end());
    }
    text
}

fn node(changes: &ChangeSet) -> Node {
    let mut root = Node::default();
    for (path, change) in changes.iter() {
        let mut folder = &mut root;
        if let Some(parent) = path.parent() {
            for segment in parent.segments() {
                folder = folder.folders.entry(segment.to_owned()).or_default();
            }
        }
        folder.files.insert(path.name().to_owned(), mark(change));
    }
    root
}

fn write_node(node: &Node, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    for (name, folder) in &node.folders {
        let _ = writeln!(text, "  {indent}{name}/");
        write_node(folder, depth + 1, text);
    }
    for (name, mark) in &node.files {
        let _ = writeln!(text, "{mark} {indent}{name}");
    }
}

fn mark(change: &FileChange) -> char {
    match (&change.before, &change.after) {
        (None, _) => '+',
        (Some(_), None) => '-',
        (Some(_), Some(_)) => '~',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;

    fn changes() -> ChangeSet {
        let mut changes = ChangeSet::new();
        for path in ["a/b/c.py", "a/d.py", "z"] {
            changes.create(RelPath::new(path).unwrap(), Entry::file("x"));
        }
        let path = RelPath::new("ports.yaml").unwrap();
        changes.replace(path, Entry::file("1"), Entry::file("2"));
        changes
    }

    #[test]
    fn the_full_tree_has_folders_first() {
        let expected = "  a/\n    b/\n+     c.py\n+   d.py\n~ ports.yaml\n+ z\n";

        assert_eq!(full(&changes()), expected);
    }

    #[test]
    fn the_short_form_counts_the_files_of_a_folder() {
        let folder = RelPath::new("a").unwrap();

        assert_eq!(short(&changes(), &[folder]), "+ a/          2 files\n~ ports.yaml\n+ z\n");
    }
}
