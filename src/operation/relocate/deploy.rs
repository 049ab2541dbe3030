//! Files that are not Python and name modules or files: commands in scripts, images and
//! compose entries, tool configuration.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::names::{Names, relative};
use super::{Note, dockerfile, shell};
use crate::change::{Bytes, Edit, RelPath, apply_edits};
use crate::layering::OVERRIDES_FILE;
use crate::python::{is_test_path, parent};
use crate::workspace::compose::is_compose_file;
use crate::workspace::dockerfile::Dockerfile;
use crate::workspace::{Tree, yaml};

/// Rewrites what refers to the service's modules outside Python, and lists what it leaves.
pub(super) fn rewrite(names: &Names<'_>, after: &mut Tree) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut changed = Vec::new();
    for (path, entry) in after.iter() {
        let kind = kind(path);
        let inside = is_inside(names, path.as_str());
        if path.extension() == "py" || !(inside || matches!(kind, Kind::Compose | Kind::Commands)) {
            continue;
        }
        let Some(text) = entry.text() else { continue };
        let new = match kind {
            Kind::Compose => {
                entry.bytes().and_then(|bytes| compose(names, path, bytes, &mut notes))
            }
            Kind::Dockerfile => dockerfile::rewrite(names, path, text, &mut notes),
            Kind::Commands => {
                let is_script = matches!(path.extension(), "sh" | "bash");
                let rewrite = if inside { shell::inside } else { shell::outside };
                rewrite(names, text, is_script)
            }
            Kind::Page => shell::documentation(names, text),
            Kind::Tool => super::config::rewrite(names, text),
            Kind::Alembic => super::alembic::rewrite(names, path, text),
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
    Alembic,
    Page,
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
        "pyproject.toml" | "pytest.ini" | "setup.cfg" | "tox.ini" | ".coveragerc" | "Pipfile" => {
            Kind::Tool
        }
        "Makefile" | "makefile" | "justfile" | "Justfile" | "Procfile" | "Taskfile.yml" => {
            Kind::Commands
        }
        _ if path.extension() == "ini" => Kind::Alembic,
        _ if path.extension() == "md" => Kind::Page,
        _ if is_yaml || matches!(path.extension(), "sh" | "bash" | "mk" | "service" | "conf") => {
            Kind::Commands
        }
        _ => Kind::Other,
    }
}

static IMPORT_STRING: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(^|[^\w./:@-])([A-Za-z_][\w.]*):([A-Za-z_]\w*)\b"));
static SERVED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(\b(?:uvicorn|gunicorn|hypercorn|granian|daphne)\b[^\n]*?[\s"'])([A-Za-z_][\w.]*):([A-Za-z_]\w*)\b"#,
    )
});
static DASH_M: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(\bpython[0-9.]*(?:\s+|",\s*"|',\s*')(?:-[uOB]+(?:\s+|",\s*"))*-m(?:\s+|",\s*"|',\s*'))([A-Za-z_][\w.]*)"#,
    )
});
static SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(\bpython[0-9.]*)((?:\s+|",\s*"|',\s*')(?:-[uOB]+(?:\s+|",\s*"))*)([\w./-]+\.py)\b"#)
});
static WORKER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(\b(?:celery|flower)\b[^\n]*?(?:\s|["'])(?:-A|--app)(?:[\s=]+|["'],\s*["'])|\b(?:arq|dramatiq)(?:\s+|["'],\s*["']))([A-Za-z_][\w.]*)"#,
    )
});
static COVERAGE: LazyLock<Regex> = LazyLock::new(|| regex(r"(--cov[= ])([A-Za-z_.][\w./]*)"));

#[expect(clippy::expect_used, reason = "the patterns are constants, tested below")]
pub(super) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

/// Rewrites commands in a text: import strings, `python -m`, `python FILE`, `--cov`, file paths.
pub(super) fn commands(names: &Names<'_>, text: &str) -> Option<String> {
    let text = replace(&IMPORT_STRING, ":", text.into(), |found: &Captures<'_>| {
        match names.new_import_string(&found[2], &found[3]) {
            Some(new) => format!("{}{new}:{}", &found[1], &found[3]),
            None => found[0].to_owned(),
        }
    });
    let text = replace(&SERVED, ":", text, |found: &Captures<'_>| {
        match names.new_served_module(&found[2], &found[3]) {
            Some(new) => format!("{}{new}:{}", &found[1], &found[3]),
            None => found[0].to_owned(),
        }
    });
    let text = replace(&DASH_M, "-m", text, |found: &Captures<'_>| {
        match names.new_name_at_root(&found[2]) {
            Some(new) => format!("{}{new}", &found[1]),
            None => found[0].to_owned(),
        }
    });
    let text = replace(&SCRIPT, ".py", text, |found: &Captures<'_>| {
        let gap = &found[2];
        let separator = if gap.contains('"') { "\", \"" } else { " " };
        match names.new_name_of_file(&found[3]) {
            Some(new) => format!("{}{gap}-m{separator}{new}", &found[1]),
            None => found[0].to_owned(),
        }
    });
    let text = replace(&WORKER, "", text, |found: &Captures<'_>| {
        match names.new_dotted_at_root(&found[2]) {
            Some(new) => format!("{}{new}", &found[1]),
            None => found[0].to_owned(),
        }
    });
    let text = replace(&COVERAGE, "--cov", text, |found: &Captures<'_>| {
        match coverage(names, &found[2]) {
            Some(new) => format!("{}{new}", &found[1]),
            None => found[0].to_owned(),
        }
    });
    let edits = files(&text).filter_map(|range| {
        let new = file(names, &text[range.clone()])?;
        Some(Edit::replace(range, new))
    });
    apply_edits(&text, &edits.collect::<Vec<_>>()).ok()
}

/// Replaces what a pattern finds, in a text that holds the word which each match has.
fn replace<'t>(
    pattern: &Regex,
    word: &str,
    text: Cow<'t, str>,
    new: impl Fn(&Captures<'_>) -> String,
) -> Cow<'t, str> {
    if !text.contains(word) {
        return text;
    }
    match pattern.replace_all(&text, new) {
        Cow::Borrowed(_) => text,
        Cow::Owned(replaced) => Cow::Owned(replaced),
    }
}

/// Where relative paths of Python files stand in a text: `./` or nothing, folders, a name without
/// dots, `.py` at the end of a word.
fn files(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_part =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '/' | '-');
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    memchr::memmem::find_iter(text.as_bytes(), ".py").filter_map(move |dot| {
        let end = dot + ".py".len();
        let before = &text[..dot];
        let start = before
            .rfind(|letter| !is_part(letter))
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let name = before[start..].rsplit('/').next().unwrap_or_default();
        let folders = &before[start..dot - name.len()];
        let is_relative = !folders.starts_with('/') && !folders.contains("//");
        let is_whole = !text[end..].starts_with(is_word);
        let is_name = !name.is_empty() && !name.contains('.');
        (is_relative && is_whole && is_name).then_some(start..end)
    })
}

fn coverage(names: &Names<'_>, target: &str) -> Option<String> {
    if target == "." {
        return Some("src".to_owned());
    }
    names.new_name_at_root(target).or_else(|| {
        let path = crate::python::join(&names.here, target.trim_end_matches('/'));
        names.is_moved(&path).then(|| relative(&names.here, &names.locate(&path)))
    })
}

/// A path seen from the service's folder or from the root.
fn file(names: &Names<'_>, written: &str) -> Option<String> {
    let trimmed = written.trim_start_matches("./");
    if trimmed == "__init__.py" {
        return None;
    }
    for base in [names.here.as_str(), ""] {
        let path = crate::python::join(base, trimmed);
        if names.is_moved(&path) {
            return Some(written.replacen(trimmed, &relative(base, &names.locate(&path)), 1));
        }
    }
    None
}

/// Commands of the compose entries that are built from the service's folder.
fn compose(
    names: &Names<'_>,
    path: &RelPath,
    bytes: &Bytes,
    notes: &mut Vec<Note>,
) -> Option<String> {
    let text = bytes.text()?;
    let document = match yaml::of(bytes) {
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
        edits.extend(search_path(names, (folder, entry), text));
    }
    apply_edits(text, &edits).ok()
}

/// A search path that an entry sets takes the place of the image's, so that the package has to be
/// on it, too.
fn search_path(
    names: &Names<'_>,
    (folder, entry): (&str, &yaml::Node),
    text: &str,
) -> Option<Edit> {
    const NAME: &str = "PYTHONPATH";
    let environment = entry.get("environment").filter(|value| !value.shared)?;
    let listed = environment.items().iter().find_map(|item| {
        let written = item.text()?.strip_prefix(NAME)?.strip_prefix('=')?;
        let inside = text[item.range.clone()].find(written)?;
        Some((written, item.range.start + inside))
    });
    let (value, at) = listed.or_else(|| {
        let value = environment.get(NAME).filter(|value| !value.shared)?;
        let written = value.text()?;
        let inside = text[value.range.clone()].find(written)?;
        Some((written, value.range.start + inside))
    })?;
    let first = value.split(':').next().unwrap_or(value);
    let is_known = value.split(':').any(|part| part.trim_end_matches('/').ends_with("src"));
    if is_known || value.is_empty() {
        return None;
    }
    let source = if first.starts_with('/') {
        let workdir = entry.get_text("working_dir").map(str::to_owned);
        let workdir = workdir.or_else(|| Some(image(names, folder, entry)?.workdir()))?;
        format!("{}/src", workdir.trim_end_matches('/'))
    } else {
        "src".to_owned()
    };
    Some(Edit::insert(at, format!("{source}:")))
}

/// The Dockerfile that a compose entry builds.
fn image(names: &Names<'_>, folder: &str, entry: &yaml::Node) -> Option<Dockerfile> {
    let build = entry.get("build")?;
    let context = build.text().or_else(|| build.get_text("context"))?;
    let file = build.get_text("dockerfile").unwrap_or("Dockerfile");
    let path = resolve(&resolve(folder, context)?, file)?;
    Some(Dockerfile::parse(names.tree.text(&RelPath::new(path).ok()?)?))
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

impl Names<'_> {
    /// The new import string of `module:attribute` as seen from the service's folder.
    pub(super) fn new_import_string(&self, module: &str, attribute: &str) -> Option<String> {
        let found = self.service.resolve_in(&self.here, module)?;
        let parsed = self.service.modules()[found].module();
        let defines = parsed.is_some_and(|parsed| parsed.facts.defines(attribute));
        (defines && self.moves_name(found, attribute))
            .then(|| self.new_name_of(found, attribute))?
    }

    /// The new name of a module that a server is told to start, though it has no such name: it
    /// does not start where it is, and has to be found for whoever mends it.
    fn new_served_module(&self, module: &str, attribute: &str) -> Option<String> {
        let found = self.service.resolve_in(&self.here, module)?;
        let parsed = self.service.modules()[found].module();
        let defines = parsed.is_none_or(|parsed| parsed.facts.defines(attribute));
        (!defines && self.moves_module(found)).then(|| self.new_name(found))?
    }

    /// The new dotted name of a module or whole folder as seen from the service's folder.
    pub(super) fn new_name_at_root(&self, dotted: &str) -> Option<String> {
        match self.service.resolve_in(&self.here, dotted) {
            Some(found) if self.moves_module(found) => self.new_name(found),
            Some(_) => None,
            None => {
                let path = crate::python::join(&self.here, &dotted.replace('.', "/"));
                self.new_folder_name(&path)
            }
        }
    }

    /// The new dotted name of a module, or of a name in one, as seen from the service's folder.
    pub(super) fn new_dotted_at_root(&self, dotted: &str) -> Option<String> {
        if let Some(new) = self.new_name_at_root(dotted) {
            return Some(new);
        }
        let (module, name) = dotted.rsplit_once('.')?;
        let new = self.new_import_string(module, name)?;
        Some(format!("{new}.{name}"))
    }

    /// The new dotted name of a file that is started by its path.
    fn new_name_of_file(&self, written: &str) -> Option<String> {
        let trimmed = written.trim_start_matches("./");
        let trimmed = trimmed.strip_prefix("/app/").unwrap_or(trimmed);
        let path = crate::python::join(&self.here, trimmed);
        let index = self.service.index_of(&path)?;
        if self.moves_module(index) { self.new_name(index) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in [&IMPORT_STRING, &DASH_M, &SCRIPT, &WORKER, &COVERAGE] {
            assert!(pattern.captures_len() > 1);
        }
    }

    #[test]
    fn relative_paths_of_python_files_are_found_as_whole_words() {
        let text = "a/b.py ./c.py,/abs.py x.y.py d.pyc \"e-f/../g.py\" é/h.py .py //i.py j.py";

        let found: Vec<&str> = files(text).map(|range| &text[range]).collect();

        assert_eq!(found, ["a/b.py", "./c.py", "e-f/../g.py", "é/h.py", "j.py"]);
    }

    #[test]
    fn compose_paths_are_resolved_against_their_file() {
        assert_eq!(resolve("deploy", "../services/osint/"), Some("services/osint".into()));
        assert_eq!(resolve("", "../outside"), None);
    }
}
