//! Files that are not Python and name modules or files: commands in scripts, images and
//! compose entries, tool configuration.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::names::{Names, relative};
use super::paths::is_above;
use super::{Note, compose, dockerfile, leftovers, shell, tests_named, tools, workflow};
use crate::change::{Edit, Entry, RelPath, apply_edits};
use crate::python::parent;
use crate::workspace::Tree;
use crate::workspace::tools::is_tool_file;

/// Rewrites what refers to the service's modules outside Python, and lists what it leaves.
pub(super) fn rewrite(names: &Names<'_>, after: &mut Tree) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut changed = Vec::new();
    for (path, entry) in after.iter() {
        let kind = match kind(path) {
            Kind::Other if is_shell(path, entry) => Kind::Commands,
            known => known,
        };
        let inside = is_inside(names, path.as_str());
        let is_around = || {
            matches!(kind, Kind::Tool | Kind::Page)
                && is_above(parent(path.as_str()), names.service.root())
        };
        let is_known = inside || matches!(kind, Kind::Compose | Kind::Commands) || is_around();
        if path.extension() == "py" || !is_known {
            continue;
        }
        let Some(text) = entry.text() else { continue };
        notes.extend(tools::patterns(names, path, text));
        let new = match kind {
            Kind::Compose => {
                entry.bytes().and_then(|bytes| compose::rewrite(names, path, bytes, &mut notes))
            }
            Kind::Dockerfile => dockerfile::rewrite(names, path, text, &mut notes),
            Kind::Commands => {
                let is_script = matches!(path.extension(), "sh" | "bash") || is_shell(path, entry);
                let rewrite = if inside { shell::inside } else { shell::outside };
                let steps = entry.bytes().filter(|_| !inside);
                let steps = steps.and_then(|bytes| workflow::rewrite(names, bytes));
                let new = rewrite(names, steps.as_deref().unwrap_or(text), is_script);
                new.or(steps)
            }
            Kind::Page => super::page::rewrite(names, text, inside),
            Kind::Tool if inside => super::config::rewrite(names, path, text),
            Kind::Tool => tools::rewrite(names, path, text),
            Kind::Alembic => {
                let new = super::alembic::rewrite(names, path, text);
                Some(objects(names, new.map_or(text.into(), Cow::Owned)).into_owned())
            }
            Kind::Settings => Some(objects(names, text.into()).into_owned()),
            Kind::Other => None,
        };
        if let Some(new) = new.filter(|new| new != text) {
            changed.push((path.clone(), entry.with_bytes(new)));
        }
    }
    for (path, entry) in changed {
        after.set(path, entry);
    }
    notes.extend(leftovers::list(names, after));
    notes
}

/// Whether a file without an ending, such as `entrypoint`, says that a shell runs it.
fn is_shell(path: &RelPath, entry: &Entry) -> bool {
    let text = entry.text().filter(|_| !path.name().contains('.'));
    let first = text.and_then(|text| text.strip_prefix("#!")).and_then(|text| text.lines().next());
    let word = first.and_then(|line| line.trim_end().rsplit(['/', ' ']).next());
    matches!(word, Some("sh" | "bash" | "dash" | "ash" | "zsh"))
}

pub(super) fn is_inside(names: &Names<'_>, path: &str) -> bool {
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
    Settings,
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
        "Pipfile" => Kind::Tool,
        name if is_tool_file(name) => Kind::Tool,
        "Makefile" | "makefile" | "justfile" | "Justfile" | "Procfile" | "Taskfile.yml" => {
            Kind::Commands
        }
        _ if path.extension() == "ini" => Kind::Alembic,
        _ if path.extension() == "md" => Kind::Page,
        _ if path.extension() == "cfg" && is_settings(path) => Kind::Settings,
        _ if is_yaml || matches!(path.extension(), "sh" | "bash" | "mk" | "service" | "conf") => {
            Kind::Commands
        }
        _ => Kind::Other,
    }
}

/// Whether the path of a data file says that it sets something up.
fn is_settings(path: &RelPath) -> bool {
    let words = ["conf", "log", "setting", "worker", "celery"];
    path.segments().any(|part| words.iter().any(|word| part.contains(word)))
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
        r#"(\b(?:celery|flower)\b[^\n]*?(?:\s|["'])(?:-A|--app)(?:[\s=]+|["'],\s*["'])|\b(?:arq|dramatiq)(?:(?:\s+|["'],\s*["'])--?[A-Za-z][\w-]*(?:(?:\s+|=|["'],\s*["'])[0-9]+)?)*(?:\s+|["'],\s*["']))([A-Za-z_][\w.]*)"#,
    )
});
static OBJECT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"((?:^|[\s,{])["']?(?:class|\(\)|factory|func)["']?[ \t]*[:=][ \t]*["']?|ext://|(?:\s-k|--worker-class)[ \t=]+)([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.([A-Za-z_]\w*)\b"#,
    )
});
static COVERAGE: LazyLock<Regex> = LazyLock::new(|| regex(r"(--cov[= ])([A-Za-z_.][\w./]*)"));
/// Folders that a server watches.
static WATCHED: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(--reload-dir(?:[= ]|["'],\s*["']))([A-Za-z_.][\w./-]*)"#));
static SOURCE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(\bcoverage\b[^\n]*?\s--source(?:-pkgs)?[= ])([A-Za-z_.][\w./,]*)"));
static WARNING: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"((?:\s|["'])(?:-W\s*|--pythonwarnings[= ])["']?)((?:default|error|always|all|module|once|ignore):[^\s"',\]]+)"#,
    )
});
/// `attr = "shop.__version__"` and `attr: shop.__version__` of setuptools.
static ATTRIBUTE: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(\battr[ \t]*[=:][ \t]*["']?)([A-Za-z_]\w*(?:\.\w+)+)"#));

#[expect(clippy::expect_used, reason = "the patterns are constants, tested below")]
pub(super) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

/// What takes the place of a match, if anything does.
type Replacement = fn(&Names<'_>, &Captures<'_>) -> Option<String>;

/// Forms in which commands name modules, each with a word that every match has.
static FORMS: [(&LazyLock<Regex>, &str, Replacement); 10] = [
    (&IMPORT_STRING, ":", |names, found| {
        let new = names.new_import_string(&found[2], &found[3])?;
        Some(format!("{}{new}:{}", &found[1], &found[3]))
    }),
    (&SERVED, ":", |names, found| {
        let new = names.new_served_module(&found[2], &found[3])?;
        Some(format!("{}{new}:{}", &found[1], &found[3]))
    }),
    (&DASH_M, "-m", |names, found| {
        Some(format!("{}{}", &found[1], names.new_started_name(&found[2])?))
    }),
    (&SCRIPT, ".py", |names, found| {
        let separator = if found[2].contains('"') { "\", \"" } else { " " };
        let new = names.new_name_of_file(&found[3])?;
        Some(format!("{}{}-m{separator}{new}", &found[1], &found[2]))
    }),
    (&WORKER, "", |names, found| {
        Some(format!("{}{}", &found[1], names.new_dotted_at_root(&found[2])?))
    }),
    (&COVERAGE, "--cov", |names, found| {
        Some(format!("{}{}", &found[1], coverage(names, &found[2])?))
    }),
    (&SOURCE, "--source", |names, found| {
        let new = found[2].split(',');
        let new = new.map(|one| coverage(names, one).unwrap_or_else(|| one.to_owned()));
        Some(format!("{}{}", &found[1], new.collect::<Vec<_>>().join(",")))
    }),
    (&WATCHED, "--reload-dir", |names, found| {
        let path = crate::python::join(&names.here, found[2].trim_start_matches("./"));
        names.spread(path.trim_end_matches('/'))?;
        Some(format!("{}{}", &found[1], relative(&names.here, &names.import_root)))
    }),
    (&WARNING, ":", |names, found| {
        Some(format!("{}{}", &found[1], tools::replaced_filter(names, &found[2])?))
    }),
    (&ATTRIBUTE, "attr", |names, found| {
        Some(format!("{}{}", &found[1], names.new_dotted_at_root(&found[2])?))
    }),
];

/// Rewrites commands in a text: import strings, `python -m`, `python FILE`, `--cov`, file paths.
pub(super) fn commands(names: &Names<'_>, text: &str) -> Option<String> {
    let mut text = Cow::Borrowed(text);
    for (pattern, word, new) in &FORMS {
        text = replace(pattern, word, text, |found| {
            new(names, found).unwrap_or_else(|| found[0].to_owned())
        });
    }
    let text = objects(names, text);
    let text = tools::in_command(names, &text).map_or(text, Cow::Owned);
    let text = match tests_named::in_command(names, &text) {
        Some(new) if text.contains("pytest ") => Cow::Owned(new),
        _ => text,
    };
    let edits = files(&text).filter_map(|range| {
        let new = file(names, &text[range.clone()])?;
        Some(Edit::replace(range, new))
    });
    apply_edits(&text, &edits.collect::<Vec<_>>()).ok()
}

/// Rewrites dotted names of classes and functions where a key or an option says that one follows, as
/// logging and workers are configured with: any other `word.word` may mean something else.
fn objects<'t>(names: &Names<'_>, text: Cow<'t, str>) -> Cow<'t, str> {
    replace(&OBJECT, ".", text, |found: &Captures<'_>| {
        match names.new_import_string(&found[2], &found[3]) {
            Some(new) => format!("{}{new}.{}", &found[1], &found[3]),
            None => found[0].to_owned(),
        }
    })
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
pub(super) fn files(text: &str) -> impl Iterator<Item = Range<usize>> {
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
        return names.gets_source.then(|| "src".to_owned());
    }
    let folder = crate::python::join(&names.here, &target.replace('.', "/"));
    if names.spread(&folder).is_some_and(|spread| spread.len() > 1) {
        return Some(names.package.clone());
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

    /// The new name of what `python -m` starts: of a package that is its `__main__.py`.
    fn new_started_name(&self, dotted: &str) -> Option<String> {
        let main = self.service.resolve_in(&self.here, &format!("{dotted}.__main__"));
        let Some(main) = main else { return self.new_name_at_root(dotted) };
        let new = self.new_name(main).filter(|_| self.moves_module(main))?;
        Some(new.strip_suffix(".__main__").unwrap_or(&new).to_owned())
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
        for pattern in [
            &IMPORT_STRING,
            &DASH_M,
            &SCRIPT,
            &WORKER,
            &COVERAGE,
            &SOURCE,
            &WATCHED,
            &WARNING,
            &ATTRIBUTE,
        ] {
            assert!(pattern.captures_len() > 1);
        }
    }

    #[test]
    fn relative_paths_of_python_files_are_found_as_whole_words() {
        let text = "a/b.py ./c.py,/abs.py x.y.py d.pyc \"e-f/../g.py\" é/h.py .py //i.py j.py";

        let found: Vec<&str> = files(text).map(|range| &text[range]).collect();

        assert_eq!(found, ["a/b.py", "./c.py", "e-f/../g.py", "é/h.py", "j.py"]);
    }
}
