//! A `pyproject.toml` for a service that has none, from what already describes it.
//!
//! One file says what a project is: where `setup.py`, `setup.cfg` or a Pipfile does, the new file
//! does not say it a second time. Dependencies stay in the list that they are in.

use std::str::FromStr;

use pep508_rs::{Requirement, VerbatimUrl};

use super::Note;
use crate::change::{Entry, RelPath};
use crate::python::join;
use crate::workspace::Tree;
use crate::workspace::dockerfile::Dockerfile;
use crate::workspace::words::expand;

/// What Python a service needs when nothing says so.
const PYTHON: &str = "3.11";
const BUILD_SYSTEM: &str =
    "[build-system]\nrequires = [\"setuptools>=77\"]\nbuild-backend = \"setuptools.build_meta\"\n";

/// Writes a `pyproject.toml` when the service has none; says what it leaves elsewhere.
pub fn adopt(tree: &mut Tree, root: &str, package: &str) -> Vec<Note> {
    let Ok(path) = RelPath::new(join(root, "pyproject.toml")) else { return Vec::new() };
    if tree.get(&path).is_some() {
        return Vec::new();
    }
    if let Some(described) = described_by(tree, root) {
        tree.set(path, Entry::file(BUILD_SYSTEM));
        let message = "describes the project and stays the one description";
        return vec![Note::new(&described, 0, message)];
    }
    let name = package.replace('_', "-");
    let python = python(tree, root).unwrap_or_else(|| PYTHON.to_owned());
    let mut text = format!(
        "[project]\nname = \"{name}\"\nversion = \"0.1.0\"\nrequires-python = \">={python}\"\n"
    );
    let mut notes = Vec::new();
    let listed = requirements(tree, root);
    match &listed {
        Listed::Plainly => text.push_str("dynamic = [\"dependencies\"]\n"),
        Listed::Otherwise(note) => {
            text.push_str(&format!("# Dependencies: see {}.\n", note.path.name()));
            notes.push(note.clone());
        }
        Listed::Nowhere => {}
    }
    text.push_str(&format!("\n{BUILD_SYSTEM}"));
    if matches!(listed, Listed::Plainly) {
        text.push_str(
            "\n[tool.setuptools.dynamic]\ndependencies = { file = [\"requirements.txt\"] }\n",
        );
    }
    text.push_str("\n[tool.setuptools.packages.find]\nwhere = [\"src\"]\n");
    tree.set(path, Entry::file(text));
    notes
}

fn file<'a>(tree: &'a Tree, root: &str, name: &str) -> Option<(RelPath, &'a str)> {
    let path = RelPath::new(join(root, name)).ok()?;
    let text = tree.text(&path)?;
    Some((path, text))
}

/// The file in which setuptools finds the project's metadata.
fn described_by(tree: &Tree, root: &str) -> Option<RelPath> {
    let setup = file(tree, root, "setup.py").filter(|(_, text)| text.contains("setup("));
    let config = file(tree, root, "setup.cfg").filter(|(_, text)| text.contains("[metadata]"));
    setup.or(config).map(|(path, _)| path)
}

/// Where the dependencies are listed.
enum Listed {
    /// In a `requirements.txt` that setuptools can read.
    Plainly,
    /// In a file that only its own tool reads.
    Otherwise(Note),
    Nowhere,
}

fn requirements(tree: &Tree, root: &str) -> Listed {
    if let Some((path, text)) = file(tree, root, "requirements.txt") {
        let foreign = text.lines().zip(1..).find(|(line, _)| !is_plain(line));
        return match foreign {
            None => Listed::Plainly,
            Some((_, line)) => {
                let message = "stays the list of dependencies for pip; setuptools cannot read \
                    this line, so pyproject.toml does not refer to it";
                Listed::Otherwise(Note::new(&path, line, message))
            }
        };
    }
    match file(tree, root, "Pipfile") {
        Some((path, _)) => {
            let message = "stays the list of dependencies; pyproject.toml does not repeat it";
            Listed::Otherwise(Note::new(&path, 0, message))
        }
        None => Listed::Nowhere,
    }
}

/// Whether a line of requirements is a remark or one requirement, without options of pip.
fn is_plain(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}');
    let line = line.split(" #").next().unwrap_or_default().trim();
    line.is_empty() || line.starts_with('#') || Requirement::<VerbatimUrl>::from_str(line).is_ok()
}

/// The Python that the service runs on: that of its image, else what a tool's file names.
fn python(tree: &Tree, root: &str) -> Option<String> {
    let image = file(tree, root, "Dockerfile").and_then(|(_, text)| of_image(text));
    let pipfile = || {
        let (_, text) = file(tree, root, "Pipfile")?;
        let line = text.lines().find(|line| line.trim_start().starts_with("python_version"))?;
        version(line.split_once('=')?.1.trim().trim_matches(['"', '\'']))
    };
    let pinned = || version(file(tree, root, ".python-version")?.1.trim());
    let runtime = || version(file(tree, root, "runtime.txt")?.1.trim().strip_prefix("python-")?);
    image.or_else(pipfile).or_else(pinned).or_else(runtime)
}

/// `FROM python:3.12-slim` → `3.12`; the last stage that says it counts.
fn of_image(text: &str) -> Option<String> {
    let image = Dockerfile::parse(text);
    let mut variables = std::collections::BTreeMap::new();
    let mut found = None;
    for instruction in image.instructions() {
        let arguments = instruction.arguments.text();
        match instruction.keyword.as_str() {
            "ARG" => {
                let pair = arguments.trim().split_once('=');
                variables.extend(
                    pair.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())),
                );
            }
            "FROM" => {
                let base = arguments.split_whitespace().find(|word| !word.starts_with("--"));
                let base = expand(base.unwrap_or_default(), &variables);
                let name = base.rsplit('/').next().unwrap_or(&base);
                found = name.strip_prefix("python:").and_then(version).or(found);
            }
            _ => {}
        }
    }
    found
}

/// Major and minor version at the beginning of a text.
fn version(text: &str) -> Option<String> {
    let mut parts = text.split(|character: char| !character.is_ascii_digit());
    let (major, minor) = (parts.next()?, parts.next()?);
    let is_python = major == "3" && !minor.is_empty();
    is_python.then(|| format!("{major}.{minor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_stage_that_names_python_counts() {
        let text =
            "ARG V=3.12\nFROM python:3.10 AS build\nFROM docker.io/library/python:${V}-slim\n";

        assert_eq!(of_image(text).as_deref(), Some("3.12"));
        assert_eq!(of_image("FROM python:latest\n"), None);
    }

    #[test]
    fn options_of_pip_are_no_plain_requirements() {
        assert!(is_plain("fastapi[all]>=0.1 ; python_version > '3.8'  # why"));
        assert!(is_plain("    # via starlette"));
        assert!(!is_plain("-r base.txt"));
        assert!(!is_plain("httpx==0.27.0 --hash=sha256:00"));
        assert!(!is_plain("httpx==0.27.0 \\"));
    }
}
