//! Why a service's dependencies stay as they are, and what its image does not have.

use std::str::FromStr;
use std::sync::LazyLock;

use pep508_rs::pep440_rs::{Operator, Version, VersionSpecifiers};
use pep508_rs::{Requirement, VerbatimUrl, VersionOrUrl};
use regex::Regex;
use toml_edit::{DocumentMut, Item, Value};

use super::member::ROOT_PROJECT;
use super::normalised;
use super::project::{Form, form, table};
use crate::change::RelPath;
use crate::operation::Note;
use crate::workspace::dockerfile::Dockerfile;
use crate::workspace::{Config, Tree, is_dockerfile};

/// Every reason not to wire the libraries in; empty when nothing speaks against it.
///
/// `packages` are the libraries' import names; those that are in the tree are read.
pub fn obstacles(tree: &Tree, folder: &RelPath, config: &Config, packages: &[String]) -> Vec<Note> {
    let mut notes = image_obstacles(tree, folder, config, packages);
    notes.extend(installs(tree, folder, config));
    notes
}

/// Every reason that has nothing to do with the service's images.
pub(crate) fn image_obstacles(
    tree: &Tree,
    folder: &RelPath,
    config: &Config,
    packages: &[String],
) -> Vec<Note> {
    let mut notes = Vec::new();
    let Ok(path) = folder.join("pyproject.toml") else { return notes };
    let says = |line: usize, why: &str| {
        Note::new(&path, line, format!("shared libraries are not wired in: {why}"))
    };
    let Some(text) = tree.text(&path) else {
        return vec![says(0, "there is no pyproject.toml")];
    };
    let Ok(document) = DocumentMut::from_str(text) else {
        return vec![says(0, "it cannot be read as TOML")];
    };
    if table(&document, &["project"]).is_none() {
        let poetry = table(&document, &["tool", "poetry"]).is_some();
        let whose =
            if poetry { "Poetry keeps the dependencies" } else { "nothing describes the project" };
        return vec![says(0, &format!("{whose}, and uv wants a [project] table"))];
    }
    if form(&document) == Form::Computed {
        notes.push(says(0, "the build backend computes the dependencies"));
    }
    notes.extend(python(&document).map(|why| says(0, &why)));
    notes.extend(root(tree));
    for (requirement, library) in conflicts(tree, folder, config, (&document, packages)) {
        notes.push(says(0, &format!("it pins {requirement}, and {library}")));
    }
    notes
}

/// The libraries need Python 3.11.
fn python(document: &DocumentMut) -> Option<String> {
    let wanted = table(document, &["project"])?.get("requires-python")?.as_str()?.to_owned();
    let specifiers = VersionSpecifiers::from_str(&wanted).ok()?;
    let supported = (11..20).any(|minor| {
        specifiers.contains(&Version::new([3, minor, 99]))
            || specifiers.contains(&Version::new([3, minor]))
    });
    (!supported).then(|| format!("it requires Python {wanted}, and the libraries 3.11"))
}

/// A project at the root that is no workspace is somebody's, not ours.
fn root(tree: &Tree) -> Option<Note> {
    let path = RelPath::new(ROOT_PROJECT).ok()?;
    let document = DocumentMut::from_str(tree.text(&path)?).ok();
    let is_workspace = document
        .as_ref()
        .is_some_and(|document| table(document, &["tool", "uv", "workspace"]).is_some());
    (!is_workspace).then(|| {
        let message = "shared libraries are not wired in: this is no uv workspace; add \
            [tool.uv.workspace] with its members";
        Note::new(&path, 0, message)
    })
}

static INSTALLS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)\b(?:
            (?:pip3?|uv\s+pip)\s+(?:install|wheel)\s+(?:-[^\s]+\s+)*["']?(?:-e\s+)?\.(?:/|\[[^\]]*\])?["']?(?:\s|$)
          | uv\s+sync\b
          | poetry\s+install\b
        )"#,
    )
    .ok()
});

/// An image that installs the project would look for the libraries in an index.
fn installs(tree: &Tree, folder: &RelPath, config: &Config) -> Vec<Note> {
    let mut notes = Vec::new();
    for (path, image) in own_images(tree, folder) {
        if copies_libraries(&image, config) {
            continue;
        }
        for found in image.instructions().iter().filter(|found| found.keyword == "RUN") {
            let text = found.arguments.text();
            if INSTALLS.as_ref().is_some_and(|pattern| pattern.is_match(&text)) {
                let message = format!(
                    "shared libraries are not wired in: this installs the project in an image \
                     without {}/; build the image from the workspace root first",
                    config.libs
                );
                notes.push(Note::new(&path, found.line, message));
            }
        }
    }
    notes
}

fn own_images(tree: &Tree, folder: &RelPath) -> Vec<(RelPath, Dockerfile)> {
    let files = tree
        .below(folder)
        .filter(|(path, _)| is_dockerfile(path) && path.parent().as_ref() == Some(folder));
    let parsed =
        files.filter_map(|(path, entry)| Some((path.clone(), Dockerfile::parse(entry.text()?))));
    parsed.collect()
}

fn copies_libraries(image: &Dockerfile, config: &Config) -> bool {
    let copies = image
        .instructions()
        .iter()
        .filter(|found| matches!(found.keyword.as_str(), "COPY" | "ADD"));
    let mut texts = copies.map(|found| found.arguments.text());
    let prefix = format!("{}/", config.libs);
    texts.any(|text| {
        text.split_whitespace()
            .any(|word| word == config.libs.as_str() || word.starts_with(&prefix))
    })
}

/// The images of a service that have none of the libraries.
pub(crate) fn images_without_libraries(
    tree: &Tree,
    folder: &RelPath,
    config: &Config,
) -> Vec<RelPath> {
    let images = own_images(tree, folder).into_iter();
    images.filter(|(_, image)| !copies_libraries(image, config)).map(|(path, _)| path).collect()
}

/// What has to be known about images that are built from the service's folder alone.
pub(super) fn images(tree: &Tree, folder: &RelPath, config: &Config) -> Vec<Note> {
    let without =
        own_images(tree, folder).into_iter().filter(|(_, image)| !copies_libraries(image, config));
    let note = |(path, _): (RelPath, Dockerfile)| {
        let message = format!(
            "this image has none of {}/: before code imports a shared library, build it from the \
             workspace root (`build: {{context: ., dockerfile: {path}}}`)",
            config.libs
        );
        Note::new(&path, 0, message)
    };
    without.map(note).collect()
}

/// Exact versions of the service that a library does not accept.
fn conflicts(
    tree: &Tree,
    folder: &RelPath,
    config: &Config,
    (document, packages): (&DocumentMut, &[String]),
) -> Vec<(String, String)> {
    conflicting(tree, config, packages, &lines(tree, folder, document))
}

/// Exact versions among requirements that a library does not accept, and what it needs.
pub(crate) fn conflicting(
    tree: &Tree,
    config: &Config,
    packages: &[String],
    own: &[Line],
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for package in packages {
        let path = config.libs.join(format!("{package}/pyproject.toml"));
        let text = path.ok().and_then(|path| tree.text(&path).map(str::to_owned));
        let Some(Ok(library)) = text.map(|text| DocumentMut::from_str(&text)) else { continue };
        for wanted in dependencies(&library) {
            let Some(pinned) = own.iter().find(|line| same(line, &wanted)) else { continue };
            if !accepts(&wanted, pinned) {
                found.push((pinned.to_string(), format!("{package} needs {wanted}")));
            }
        }
    }
    found
}

pub(crate) type Line = Requirement<VerbatimUrl>;

fn same(left: &Line, right: &Line) -> bool {
    normalised(left.name.as_ref()) == normalised(right.name.as_ref())
}

fn accepts(wanted: &Line, pinned: &Line) -> bool {
    let (
        Some(VersionOrUrl::VersionSpecifier(wanted)),
        Some(VersionOrUrl::VersionSpecifier(pinned)),
    ) = (&wanted.version_or_url, &pinned.version_or_url)
    else {
        return true;
    };
    let exact = pinned.iter().find(|one| *one.operator() == Operator::Equal);
    exact.is_none_or(|one| wanted.contains(one.version()))
}

fn dependencies(document: &DocumentMut) -> Vec<Line> {
    let project = table(document, &["project"]);
    let list = project.and_then(|project| project.get("dependencies")).and_then(Item::as_array);
    let texts = list.into_iter().flat_map(|list| list.iter().filter_map(Value::as_str));
    texts.filter_map(|text| Line::from_str(text).ok()).collect()
}

/// What the service requires, from its project or from its requirements file.
fn lines(tree: &Tree, folder: &RelPath, document: &DocumentMut) -> Vec<Line> {
    let mut found = dependencies(document);
    if form(document) == Form::Files
        && let Some(text) = folder.join("requirements.txt").ok().and_then(|path| tree.text(&path))
    {
        let plain = text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
        found.extend(plain.filter_map(|line| Line::from_str(line).ok()));
    }
    found
}
