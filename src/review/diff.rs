//! Unified diffs of change sets, in the form that `git apply` reads.

use std::fmt::Write as _;

use similar::TextDiff;

use crate::change::{ChangeSet, Entry, FileChange, RelPath};

/// The diff of every path, in the order of the paths.
pub fn unified(changes: &ChangeSet) -> String {
    changes.iter().map(|(path, change)| of_file(path, change)).collect()
}

/// The diff of one path.
pub fn of_file(path: &RelPath, change: &FileChange) -> String {
    let old = change.moved_from.as_ref().unwrap_or(path);
    let mut text = format!("diff --git a/{old} b/{path}\n");
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    match (before.map(mode), after.map(mode)) {
        (None, Some(mode)) if change.moved_from.is_none() => {
            let _ = writeln!(text, "new file mode {mode}");
        }
        (Some(mode), None) => {
            let _ = writeln!(text, "deleted file mode {mode}");
        }
        (Some(old), Some(new)) if old != new => {
            let _ = writeln!(text, "old mode {old}\nnew mode {new}");
        }
        _ => {}
    }
    if change.moved_from.is_some() {
        let _ = writeln!(text, "rename from {old}\nrename to {path}");
        return text;
    }
    let (Some(left), Some(right)) = (content(before), content(after)) else {
        let _ = writeln!(text, "Binary files differ: a/{old} and b/{path}");
        return text;
    };
    let name = |side: &str, path: &RelPath, entry: Option<&Entry>| match entry {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let diff = TextDiff::from_lines(left, right);
    let (from, to) = (name("a", old, before), name("b", path, after));
    text + &diff.unified_diff().context_radius(3).header(&from, &to).to_string()
}

fn content(entry: Option<&Entry>) -> Option<&str> {
    match entry {
        None => Some(""),
        Some(Entry::Symlink { target }) => Some(target),
        Some(entry) => entry.text(),
    }
}

fn mode(entry: &Entry) -> &'static str {
    match entry {
        Entry::Symlink { .. } => "120000",
        Entry::File { mode, .. } if mode & 0o111 != 0 => "100755",
        Entry::File { .. } => "100644",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelPath {
        RelPath::new(text).unwrap()
    }

    #[test]
    fn created_and_edited_files_have_the_headers_of_git() {
        let mut changes = ChangeSet::new();
        changes.create(path("a.py"), Entry::file("x = 1\n"));
        changes.replace(path("b.py"), Entry::file("1\n2\n"), Entry::file("1\n3\n"));

        let expected = "\
diff --git a/a.py b/a.py
new file mode 100644
--- /dev/null
+++ b/a.py
@@ -0,0 +1 @@
+x = 1
diff --git a/b.py b/b.py
--- a/b.py
+++ b/b.py
@@ -1,2 +1,2 @@
 1
-2
+3
";
        assert_eq!(unified(&changes), expected);
    }

    #[test]
    fn what_is_not_text_is_named_only() {
        let mut changes = ChangeSet::new();
        changes.create(path("a.z"), Entry::file([0u8, 1]));

        assert!(unified(&changes).ends_with("Binary files differ: a/a.z and b/a.z\n"));
    }
}
