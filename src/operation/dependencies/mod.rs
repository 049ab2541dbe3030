//! One list of dependencies: `[project] dependencies` and `[dependency-groups]`.
//!
//! Requirement files, Poetry's table and a Pipfile are joined into it. What images and scripts
//! install from stays as it is: a requirement file keeps its lines and says that it follows the
//! list. Where two lists want versions that cannot meet nothing is joined, and each is listed.

mod list;
mod pipfile;
mod poetry;
mod requirements;
mod used;

use std::str::FromStr;
use std::sync::LazyLock;

use regex::Regex;
use toml_edit::{Array, DocumentMut, Item, Table, Value};

use self::list::{Wanted, join};
use self::pipfile::Pipfile;
use self::requirements::{Purpose, RequirementFile};
use super::Note;
use super::text::restore;
use crate::change::RelPath;
use crate::python::{PythonService, join as below};
use crate::workspace::Tree;

pub(super) use crate::python::distributions::normal;

/// Joins every list of the service into its `pyproject.toml`, and says what it leaves.
pub fn settle(tree: &mut Tree, service: &PythonService, name: &str) -> Result<Vec<Note>, String> {
    let root = service.root();
    let path = RelPath::new(below(root, "pyproject.toml")).map_err(|error| error.to_string())?;
    let Some(text) = tree.text(&path).map(str::to_owned) else { return Ok(Vec::new()) };
    let document = DocumentMut::from_str(&text);
    let Ok(document) = document else {
        return Ok(vec![Note::new(&path, 0, "dependencies stay: it cannot be read as TOML")]);
    };
    let mut work = Work { path, root: root.to_owned(), document, notes: Vec::new() };
    if work.has(&["tool", "poetry"]) && !work.has(&["project"]) {
        work.poetry(tree, name);
    }
    if work.has(&["project"]) {
        work.pipfile(tree);
        for file in requirements::files(tree, root) {
            work.requirements(tree, &file);
        }
        work.notes.extend(used::notes(tree, service, (&work.path, &work.document)));
    } else if let Some(other) = described_elsewhere(tree, root) {
        let message = "dependencies stay: it describes the project in code, which pyproject.toml \
            can only do after its arguments were written as [project]";
        work.notes.push(Note::new(&other, 0, message));
    }
    let new = restore(&text, &work.document.to_string());
    if new != text {
        set(tree, &work.path, &new);
    }
    Ok(work.notes)
}

fn described_elsewhere(tree: &Tree, root: &str) -> Option<RelPath> {
    let paths = ["setup.py", "setup.cfg"].map(|name| RelPath::new(below(root, name)).ok());
    let says =
        |path: &RelPath| tree.text(path).is_some_and(|text| text.contains("install_requires"));
    paths.into_iter().flatten().find(says)
}

fn set(tree: &mut Tree, path: &RelPath, text: &str) {
    if let Some(entry) = tree.get(path).map(|entry| entry.with_bytes(text)) {
        tree.set(path.clone(), entry);
    }
}

/// The project file while lists are joined into it.
struct Work {
    path: RelPath,
    root: String,
    document: DocumentMut,
    notes: Vec<Note>,
}

impl Work {
    fn has(&self, keys: &[&str]) -> bool {
        let mut item = Some(self.document.as_item());
        for key in keys {
            item = item.and_then(|item| item.get(key));
        }
        item.is_some_and(Item::is_table_like)
    }

    fn say(&mut self, path: &RelPath, line: usize, message: impl Into<String>) {
        self.notes.push(Note::new(path, line, message));
    }

    fn poetry(&mut self, tree: &Tree, name: &str) {
        if let Some((file, line)) = runs(tree, &self.root, "poetry") {
            self.say(&file, line, "runs Poetry: the project stays Poetry's until this runs uv");
            return;
        }
        let mut document = self.document.clone();
        match poetry::convert(&mut document, name) {
            Ok(()) => self.document = document,
            Err(why) => {
                let path = self.path.clone();
                self.say(&path, 0, format!("the project stays Poetry's: {why}"));
            }
        }
        self.lock(tree, "poetry.lock");
    }

    /// Says that a lock file of another tool is read by nobody any more.
    fn lock(&mut self, tree: &Tree, name: &str) {
        let path = RelPath::new(below(&self.root, name)).ok();
        if let Some(path) = path.filter(|path| tree.get(path).is_some())
            && self.has(&["project"])
        {
            let message = "uv does not read this lock file: run `uv lock`, compare the versions, \
                then delete it";
            self.say(&path, 0, message);
        }
    }

    fn pipfile(&mut self, tree: &mut Tree) {
        let Ok(path) = RelPath::new(below(&self.root, "Pipfile")) else { return };
        let Some(text) = tree.text(&path).filter(|text| !text.starts_with(FOLLOWS)) else { return };
        let text = text.to_owned();
        if let Some((file, line)) = runs(tree, &self.root, "pipenv") {
            self.say(&file, line, "runs pipenv: the Pipfile stays the list until this runs uv");
            return;
        }
        let joined = Pipfile::parse(&text).and_then(|pipfile| {
            let lists = [(Purpose::Running, pipfile.running), (Purpose::Group("dev"), pipfile.dev)];
            let lists = lists.into_iter().filter(|(_, wanted)| !wanted.is_empty());
            let mut document = self.document.clone();
            for (purpose, wanted) in lists {
                let conflicts = add(&mut document, &purpose, &wanted).err().unwrap_or_default();
                if let Some((_, why)) = conflicts.into_iter().next() {
                    return Err(why);
                }
            }
            Ok(document)
        });
        match joined {
            Ok(document) => {
                self.document = document;
                set(tree, &path, &restore(&text, &format!("{FOLLOWS}\n{text}")));
                self.lock(tree, "Pipfile.lock");
            }
            Err(why) => self.say(&path, 0, format!("the Pipfile stays the list: {why}")),
        }
    }

    fn requirements(&mut self, tree: &mut Tree, file: &RequirementFile) {
        let path = &file.path;
        let stays = "stays a list of its own";
        if path.extension() == "in" {
            let message = format!("{stays}: let its compiler read pyproject.toml instead");
            return self.say(path, 0, message);
        }
        if let Some(line) = file.foreign {
            return self.say(path, line, format!("{stays}: pyproject.toml cannot say this line"));
        }
        if file.purpose == Purpose::Unknown {
            return self.say(path, 0, format!("{stays}: its name does not say what it is for"));
        }
        let mut document = self.document.clone();
        if file.purpose == Purpose::Running && !make_static(&mut document) {
            let message = format!("{stays}: the build backend computes the dependencies from more");
            return self.say(path, 0, message);
        }
        match add(&mut document, &file.purpose, &file.wanted) {
            Ok(()) => {
                self.document = document;
                let text = tree.text(path).unwrap_or_default();
                let name = path.as_str()[self.root.len()..].trim_start_matches('/');
                let new = requirements::derived(text, name, &file.purpose);
                set(tree, path, &new);
            }
            Err(conflicts) => {
                for (line, why) in conflicts {
                    self.say(path, line, format!("{stays}: {why}"));
                }
            }
        }
    }
}

/// What a Pipfile says that nobody runs.
const FOLLOWS: &str = "# The list is in pyproject.toml now, and nothing here runs pipenv.";

fn add(
    document: &mut DocumentMut,
    purpose: &Purpose,
    wanted: &[Wanted],
) -> Result<(), Vec<(usize, String)>> {
    let (table, key) = match purpose {
        Purpose::Group(group) => {
            let new = || Item::Table(Table::new());
            (document.entry("dependency-groups").or_insert_with(new), *group)
        }
        _ => {
            (document.entry("project").or_insert_with(|| Item::Table(Table::new())), "dependencies")
        }
    };
    match table.as_table_like_mut() {
        Some(table) => join(table, key, wanted),
        None => Err(vec![(0, "its table is none".to_owned())]),
    }
}

/// Takes back that setuptools reads the dependencies from `requirements.txt`; false when they
/// are computed in any other way.
fn make_static(document: &mut DocumentMut) -> bool {
    let project = document.get_mut("project").and_then(Item::as_table_like_mut);
    let dynamic =
        project.and_then(|project| project.get_mut("dynamic")).and_then(Item::as_array_mut);
    let Some(names) = dynamic else { return true };
    let Some(at) = names.iter().position(|name| name.as_str() == Some("dependencies")) else {
        return true;
    };
    names.remove(at);
    let is_last = names.is_empty();
    let tables = ["tool", "setuptools", "dynamic"];
    let mut item = Some(document.as_item_mut());
    for key in tables {
        item = item.and_then(|item| item.get_mut(key));
    }
    let Some(dynamic) = item.and_then(Item::as_table_like_mut) else { return false };
    let files = dynamic.get("dependencies").and_then(|found| found.get("file")).cloned();
    let is_plain = files.as_ref().is_some_and(|files| match files.as_array() {
        Some(list) => names_only(list),
        None => files.as_str() == Some("requirements.txt"),
    });
    if !is_plain {
        return false;
    }
    dynamic.remove("dependencies");
    let is_empty = dynamic.is_empty();
    if is_empty && let Some(setuptools) = document["tool"]["setuptools"].as_table_like_mut() {
        setuptools.remove("dynamic");
    }
    if is_last && let Some(project) = document["project"].as_table_like_mut() {
        project.remove("dynamic");
    }
    true
}

fn names_only(list: &Array) -> bool {
    list.len() == 1 && list.get(0).and_then(Value::as_str) == Some("requirements.txt")
}

static RUNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(poetry|pipenv)\s+(install|sync|run|export|build|shell|lock|config|update)\b")
        .ok()
});

/// The first place in scripts, images and workflows of the service that runs a tool.
fn runs(tree: &Tree, root: &str, tool: &str) -> Option<(RelPath, usize)> {
    let is_prose = |path: &RelPath| matches!(path.extension(), "md" | "rst" | "lock" | "py");
    let is_near = |path: &RelPath| {
        let is_inside = root.is_empty() || path.as_str().starts_with(&format!("{root}/"));
        is_inside || path.as_str().starts_with('.') || path.segments().count() == 1
    };
    let files = tree.iter().filter(|(path, _)| is_near(path) && !is_prose(path));
    let pattern = RUNS.as_ref()?;
    let mut hits = files.filter_map(|(path, entry)| {
        let text = entry.text()?;
        let mut found = pattern.captures_iter(text).filter(|found| &found[1] == tool);
        let at = found.next()?.get(0)?.start();
        Some((path.clone(), 1 + text[..at].matches('\n').count()))
    });
    hits.next()
}
