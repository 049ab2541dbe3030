//! Files that are not Python and name modules or files: commands in scripts, images and
//! compose entries, tool configuration.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::names::{Names, relative};
use super::{Note, dockerfile};
use crate::change::{Edit, RelPath, apply_edits};
use crate::python::{is_test_path, parent};
use crate::workspace::{Tree, yaml};

/// Rewrites what refers to the service's modules outside Python, and lists what it leaves.
pub(super) fn rewrite(names: &Names<'_>, after: &mut Tree) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut changed = Vec::new();
    for (path, entry) in after.iter() {
        let kind = kind(path);
        let inside = is_inside(names, path.as_str());
        if path.extension() == "py" || !(inside || kind == Kind::Compose) {
            continue;
        }
        let Some(text) = entry.text() else { continue };
        let new = match kind {
            Kind::Compose => compose(names, path, text, &mut notes),
            Kind::Dockerfile => dockerfile::rewrite(names, path, text, &mut notes),
            Kind::Commands => commands(names, text),
            Kind::Tool => super::config::rewrite(names, text),
            Kind::Other => None,
        };
        if let Some(new) = new.filter(|new| new != text) {
            changed.push((path.clone(), entry.with_bytes(new)));
        }
    }
    for (path, entry) in changed {
        after.set(path, entry);
    }
    notes.extend(leftovers(names, after));
    notes
}

fn is_inside(names: &Names<'_>, path: &str) -> bool {
    let root = names.service.root();
    root.is_empty() || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Compose,
    Dockerfile,
    Commands,
    Tool,
    Other,
}

fn kind(path: &RelPath) -> Kind {
    let name = path.name();
    let is_yaml = matches!(path.extension(), "yml" | "yaml");
    if is_yaml && (name.contains("compose")) {
        return Kind::Compose;
    }
    if name.contains("Dockerfile") {
        return Kind::Dockerfile;
    }
    match name {
        "pyproject.toml" | "pytest.ini" | "setup.cfg" | "tox.ini" | ".coveragerc" => Kind::Tool,
        "Makefile" | "makefile" | "justfile" | "Justfile" | "Procfile" | "Taskfile.yml" => {
            Kind::Commands
        }
        _ if is_yaml || matches!(path.extension(), "sh" | "bash" | "mk" | "service" | "conf") => {
            Kind::Commands
        }
        _ => Kind::Other,
    }
}

static IMPORT_STRING: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(^|[^\w./:@-])([A-Za-z_][\w.]*):([A-Za-z_]\w*)\b"));
static DASH_M: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(\bpython[0-9.]*(?:\s+|",\s*"|',\s*')(?:-[uOB]+(?:\s+|",\s*"))*-m(?:\s+|",\s*"|',\s*'))([A-Za-z_][\w.]*)"#,
    )
});
static SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(\bpython[0-9.]*)((?:\s+|",\s*"|',\s*')(?:-[uOB]+(?:\s+|",\s*"))*)([\w./-]+\.py)\b"#)
});
static COVERAGE: LazyLock<Regex> = LazyLock::new(|| regex(r"(--cov[= ])([A-Za-z_.][\w./]*)"));
static FILE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(^|[^\w./-])((?:\./)?(?:[\w.-]+/)*[\w-]+\.py)\b"));

#[expect(clippy::expect_used, reason = "the patterns are constants, tested below")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

/// Rewrites commands in a text: import strings, `python -m`, `python FILE`, `--cov`, file paths.
pub(super) fn commands(names: &Names<'_>, text: &str) -> Option<String> {
    let text = IMPORT_STRING.replace_all(text, |found: &Captures<'_>| {
        match names.new_import_string(&found[2], &found[3]) {
            Some(new) => format!("{}{new}:{}", &found[1], &found[3]),
            None => found[0].to_owned(),
        }
    });
    let text =
        DASH_M.replace_all(&text, |found: &Captures<'_>| match names.new_name_at_root(&found[2]) {
            Some(new) => format!("{}{new}", &found[1]),
            None => found[0].to_owned(),
        });
    let text = SCRIPT.replace_all(&text, |found: &Captures<'_>| {
        let gap = &found[2];
        let separator = if gap.contains('"') { "\", \"" } else { " " };
        match names.new_name_of_file(&found[3]) {
            Some(new) => format!("{}{gap}-m{separator}{new}", &found[1]),
            None => found[0].to_owned(),
        }
    });
    let text =
        COVERAGE.replace_all(&text, |found: &Captures<'_>| match coverage(names, &found[2]) {
            Some(new) => format!("{}{new}", &found[1]),
            None => found[0].to_owned(),
        });
    let text = FILE.replace_all(&text, |found: &Captures<'_>| match file(names, &found[2]) {
        Some(new) => format!("{}{new}", &found[1]),
        None => found[0].to_owned(),
    });
    Some(text.into_owned())
}

fn coverage(names: &Names<'_>, target: &str) -> Option<String> {
    if target == "." {
        return Some("src".to_owned());
    }
    names.new_name_at_root(target).or_else(|| {
        let path = crate::python::join(names.service.root(), target.trim_end_matches('/'));
        names.is_moved(&path).then(|| relative(names.service.root(), &names.locate(&path)))
    })
}

/// A path seen from the service's folder or from the root.
fn file(names: &Names<'_>, written: &str) -> Option<String> {
    let trimmed = written.trim_start_matches("./");
    if trimmed == "__init__.py" {
        return None;
    }
    for base in [names.service.root(), ""] {
        let path = crate::python::join(base, trimmed);
        if names.is_moved(&path) {
            return Some(written.replacen(trimmed, &relative(base, &names.locate(&path)), 1));
        }
    }
    None
}

/// Commands of the compose entries that are built from the service's folder.
fn compose(names: &Names<'_>, path: &RelPath, text: &str, notes: &mut Vec<Note>) -> Option<String> {
    let document = match yaml::read(text) {
        Ok(document) => document,
        Err(error) => {
            if is_inside(names, path.as_str()) {
                notes.push(Note::new(path, 0, format!("not rewritten: {error}")));
            }
            return None;
        }
    };
    let folder = parent(path.as_str());
    let mut edits = Vec::new();
    for (_, entry) in document.get("services")?.entries() {
        if !builds(names, folder, entry) {
            continue;
        }
        for key in ["command", "entrypoint", "healthcheck"] {
            let Some(value) = entry.get(key).filter(|value| !value.shared) else { continue };
            let range: Range<usize> = value.range.clone();
            if let Some(new) = commands(names, &text[range.clone()]) {
                edits.push(Edit::replace(range, new));
            }
        }
    }
    apply_edits(text, &edits).ok()
}

/// Whether a compose entry is built from the service's folder (or mounts it as its code).
fn builds(names: &Names<'_>, folder: &str, entry: &yaml::Node) -> bool {
    let build = entry.get("build");
    let context = build.and_then(|build| build.text().or_else(|| build.get_text("context")));
    let dockerfile = build.and_then(|build| build.get_text("dockerfile"));
    let context = context.and_then(|context| resolve(folder, context));
    let of_service = |path: &str| path == names.service.root();
    let file = match (&context, dockerfile) {
        (Some(context), Some(file)) => resolve(context, file),
        _ => None,
    };
    context.as_deref().is_some_and(of_service)
        || file.as_deref().map(parent).is_some_and(of_service)
}

/// A relative path below the root, with its dots resolved.
fn resolve(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('$') {
        return None;
    }
    let mut segments: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

/// Old file paths that still stand somewhere: the account must balance.
fn leftovers(names: &Names<'_>, after: &Tree) -> Vec<Note> {
    let root = names.service.root();
    let prefix = if root.is_empty() { String::new() } else { format!("{root}/") };
    let finder = memchr::memmem::Finder::new(prefix.as_bytes());
    let mut notes = Vec::new();
    for (path, entry) in after.iter() {
        let inside = is_inside(names, path.as_str());
        let mentions = |bytes: &[u8]| inside || finder.find(bytes).is_some();
        if path.name() == "uv.lock" || !entry.bytes().is_some_and(|bytes| mentions(bytes)) {
            continue;
        }
        let Some(text) = entry.text() else { continue };
        let mut lines = BTreeSet::new();
        for found in FILE.captures_iter(text) {
            let Some(written) = found.get(2) else { continue };
            let trimmed = written.as_str().trim_start_matches("./");
            let local = crate::python::join(root, trimmed);
            let is_old = (inside && trimmed.contains('/') && names.is_moved(&local))
                || names.is_moved(trimmed);
            if is_old && !is_test_path(trimmed) {
                lines.insert(text[..written.start()].matches('\n').count() + 1);
            }
        }
        if let Some(first) = lines.first() {
            let count = lines.len();
            let what = if path.extension() == "py" { "text in code" } else { "documentation" };
            let message = format!("{count} line(s) of {what} still name a moved file");
            notes.push(Note::new(path, *first, message));
        }
    }
    notes
}

impl Names<'_> {
    /// The new import string of `module:attribute` as seen from the service's folder.
    fn new_import_string(&self, module: &str, attribute: &str) -> Option<String> {
        let found = self.service.resolve_at_root(module)?;
        let parsed = self.service.modules()[found].module();
        let defines = parsed.is_some_and(|parsed| parsed.facts.defines(attribute));
        (defines && self.moves_name(found, attribute))
            .then(|| self.new_name_of(found, attribute))?
    }

    /// The new dotted name of a module or whole folder as seen from the service's folder.
    pub(super) fn new_name_at_root(&self, dotted: &str) -> Option<String> {
        match self.service.resolve_at_root(dotted) {
            Some(found) if self.moves_module(found) => self.new_name(found),
            Some(_) => None,
            None => {
                let path = crate::python::join(self.service.root(), &dotted.replace('.', "/"));
                self.new_folder_name(&path)
            }
        }
    }

    /// The new dotted name of a file that is started by its path.
    fn new_name_of_file(&self, written: &str) -> Option<String> {
        let trimmed = written.trim_start_matches("./");
        let trimmed = trimmed.strip_prefix("/app/").unwrap_or(trimmed);
        let path = crate::python::join(self.service.root(), trimmed);
        let index = self.service.index_of(&path)?;
        if self.moves_module(index) { self.new_name(index) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in [&IMPORT_STRING, &DASH_M, &SCRIPT, &COVERAGE, &FILE] {
            assert!(pattern.captures_len() > 1);
        }
    }

    #[test]
    fn compose_paths_are_resolved_against_their_file() {
        assert_eq!(resolve("deploy", "../services/osint/"), Some("services/osint".into()));
        assert_eq!(resolve("", "../outside"), None);
    }
}
