//! What is started on one side: what the files that run the service say, then conventions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::probe::Start;
use crate::change::RelPath;
use crate::workspace::compose::{self, ComposeFile};
use crate::workspace::words::expand;
use crate::workspace::{EntryPoint, Folder, StartSource, Tree, entry_points};

/// How many applications of one service are looked at.
const LIMIT: usize = 8;

/// Files that show which environment the service expects, the first that has a name counts.
const EXAMPLES: [&str; 4] = [".env.example", ".env.sample", ".env.template", ".env.test"];

/// Every way in which the service is started, the most trusted first, each application once.
///
/// An application that the user names comes first and counts as declared.
pub fn starts(tree: &Tree, service: &RelPath, app: Option<&str>) -> Vec<Start> {
    let compose = compose::all(tree);
    let folder = Folder::from(service.clone());
    let points = entry_points(tree, &folder, &compose);
    let environment = environment(tree, service, &points, &compose);
    let mut found: Vec<Start> = Vec::new();
    if let Some(app) = app {
        found.push(Start {
            app: app.to_owned(),
            sources: vec!["--app".to_owned()],
            declared: true,
            cwd: folder.clone(),
            paths: vec![folder.clone()],
            environment: environment.clone(),
        });
    }
    for point in &points {
        let Some(app) = &point.app else { continue };
        let source = point.place.to_string();
        if let Some(known) = found.iter_mut().find(|start| start.app == *app) {
            known.sources.push(source);
            known.declared |= declares(point.source);
        } else if found.len() < LIMIT {
            found.push(Start {
                app: app.clone(),
                sources: vec![source],
                declared: declares(point.source),
                cwd: point.cwd.clone(),
                paths: point.python_path.clone(),
                environment: environment.clone(),
            });
        }
    }
    found
}

/// Whether this really starts the service, where a call in the code may be for development.
fn declares(source: StartSource) -> bool {
    matches!(source, StartSource::Compose | StartSource::Dockerfile)
}

/// What compose gives the service, and what its examples show.
fn environment(
    tree: &Tree,
    service: &RelPath,
    points: &[EntryPoint],
    compose: &[Arc<ComposeFile>],
) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let entries = points.iter().filter_map(|point| point.entry.as_deref());
    let entries = entries.flat_map(|name| compose.iter().filter_map(move |file| file.entry(name)));
    for variable in entries.flat_map(|entry| &entry.environment) {
        let value = expand(&variable.value, &BTreeMap::new());
        found.entry(variable.name.clone()).or_insert(value);
    }
    let examples = EXAMPLES.iter().filter_map(|name| service.join(name).ok());
    for text in examples.filter_map(|path| tree.text(&path).map(str::to_owned)) {
        for (name, value) in text.lines().filter_map(assignment) {
            found.entry(name).or_insert(value);
        }
    }
    found
}

/// `NAME=value`, with `export`, quotes and a comment behind it taken away.
fn assignment(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let (name, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let value = value.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| {
        let inner = value.strip_prefix(*quote)?;
        inner.split_once(*quote).map(|(inner, _)| inner)
    });
    let plain = || value.split(" #").next().unwrap_or_default().trim_end();
    Some((name.to_owned(), quoted.unwrap_or_else(plain).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Entry;

    fn path(text: &str) -> RelPath {
        RelPath::new(text).unwrap()
    }

    #[test]
    fn each_application_is_there_once_with_all_who_start_it_and_with_its_environment() {
        let files = [
            (
                "docker-compose.yml",
                "services:\n  s:\n    build: ./s\n    command: uvicorn api:app\n    environment:\n      - MODE=${MODE:-live}\n",
            ),
            ("s/Dockerfile", "FROM x\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\"]\n"),
            ("s/main.py", "from fastapi import FastAPI\napp = FastAPI()\n"),
            ("s/api.py", "from fastapi import FastAPI\napp = FastAPI()\n"),
            ("s/.env.example", "export KEY=\"a b\" # note\nMODE=test\n# no\nPLAIN=x # y\n"),
        ];
        let tree: Tree =
            files.iter().map(|(name, text)| (path(name), Entry::file(*text))).collect();

        let found = starts(&tree, &path("s"), Some("other:app"));

        let apps: Vec<_> =
            found.iter().map(|start| (start.app.as_str(), start.sources.len())).collect();
        assert_eq!(apps, [("other:app", 1), ("api:app", 2), ("main:app", 2)]);
        assert!(found.iter().all(|start| start.declared));
        let environment: Vec<_> =
            found[0].environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(environment, ["KEY=a b", "MODE=live", "PLAIN=x"]);
    }
}
