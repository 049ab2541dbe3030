//! Which folders are services.
//!
//! In a workspace: the subfolders of its services folder that hold Python and look like a
//! project, and what `scaffold.toml` names. In a backend that is no workspace yet: folders
//! that compose builds, that have a Dockerfile or that make an application.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::compose::ComposeFile;
use super::start::{Place, is_dockerfile};
use super::{Config, Folder, Tree, code};
use crate::change::RelPath;

/// A service of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Service {
    /// Its name, the key in `ports.yaml`.
    pub name: String,
    /// Its folder.
    pub folder: RelPath,
}

/// A folder that looks like a service, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The folder.
    pub folder: RelPath,
    /// What speaks for it, most telling first.
    pub reasons: Vec<Reason>,
}

/// One thing that speaks for a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Reason {
    /// What it is.
    pub what: String,
    /// Where it stands.
    pub place: Place,
}

/// Files that make a folder a project.
pub(super) const MANIFESTS: [&str; 5] =
    ["pyproject.toml", "requirements.txt", "setup.py", "setup.cfg", "Pipfile"];
/// Modules in which an application is expected.
const MAINS: [&str; 7] =
    ["main.py", "app.py", "api.py", "server.py", "asgi.py", "application.py", "__init__.py"];
/// Folders whose content is never a service of its own.
const ASIDE: [&str; 9] = [
    "tests",
    "test",
    "examples",
    "example",
    "docs",
    "templates",
    "fixtures",
    "site-packages",
    "scripts",
];

/// The services of a workspace, sorted by name.
pub fn services(tree: &Tree, config: &Config) -> Vec<Service> {
    let mut services: BTreeMap<String, RelPath> = BTreeMap::new();
    for (name, folder) in project_folders(tree, &config.services) {
        let is_placed = |other: &super::ServiceConfig| other.path.as_ref() == Some(&folder);
        if !config.exclude.contains(&name) && !config.overrides.values().any(is_placed) {
            services.insert(name, folder);
        }
    }
    for (name, service) in &config.overrides {
        let folder = service.path.clone().or_else(|| config.services.join(name).ok());
        if let Some(folder) = folder.filter(|folder| tree.has_folder(folder)) {
            services.insert(name.clone(), folder);
        }
    }
    services.into_iter().map(|(name, folder)| Service { name, folder }).collect()
}

/// The compose files that speak for more than one service: those outside of service folders,
/// the plain names first. A file that cannot be read is left out.
pub fn compose_files(tree: &Tree, services: &[Service]) -> Vec<Arc<ComposeFile>> {
    let outside =
        |path: &RelPath| !services.iter().any(|service| path.starts_with(&service.folder));
    let found =
        tree.iter().filter(|(path, _)| super::compose::is_compose_file(path) && outside(path));
    let mut paths: Vec<_> = found.collect();
    paths.sort_by_key(|(path, _)| {
        (path.segments().count(), path.stem().contains('.'), path.as_str().len())
    });
    let files = paths.into_iter().filter_map(|(path, entry)| ComposeFile::of(path, entry));
    files.filter(|file| !file.entries.is_empty()).collect()
}

/// The direct subfolders that hold Python and a manifest, a Dockerfile or a main module.
fn project_folders(tree: &Tree, home: &RelPath) -> BTreeMap<String, RelPath> {
    // For each subfolder: whether it holds Python, and whether it looks like a project.
    let mut folders: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    for (path, _) in tree.below(home) {
        let inner = path.as_str()[home.as_str().len()..].trim_start_matches('/');
        let Some((folder, rest)) = inner.split_once('/') else { continue };
        let (has_python, is_project) = folders.entry(folder).or_default();
        let name = path.name();
        *has_python |= path.extension() == "py";
        *is_project |= !rest.contains('/')
            && (MANIFESTS.contains(&name) || is_dockerfile(path) || MAINS[..6].contains(&name));
    }
    let both = folders.into_iter().filter(|(_, (python, project))| *python && *project);
    both.filter_map(|(name, _)| Some((name.to_owned(), home.join(name).ok()?))).collect()
}

/// The services of a backend that is no workspace yet, below `base`; outermost folders only.
pub fn find(tree: &Tree, base: &Folder, compose: &[Arc<ComposeFile>]) -> Vec<Candidate> {
    let mut reasons: BTreeMap<RelPath, Vec<(u8, Reason)>> = BTreeMap::new();
    let python = folders_with_python(tree);
    let mut speak = |folder: RelPath, weight: u8, what: String, place: Place| {
        let is_below = base.path().is_none_or(|base| folder.starts_with(base) && folder != *base);
        if is_below && python.contains(&folder) {
            reasons.entry(folder).or_default().push((weight, Reason { what, place }));
        }
    };
    for file in compose {
        for entry in &file.entries {
            let Some(build) = &entry.build else { continue };
            if let Some(folder) = build.dockerfile.parent() {
                let place = Place { file: file.path.clone(), line: entry.line };
                speak(folder, 0, format!("compose builds it as `{}`", entry.name), place);
            }
        }
    }
    for (path, _) in tree.iter() {
        let Some(folder) = path.parent().filter(|_| !is_aside(path)) else { continue };
        if is_dockerfile(path) {
            let place = Place { file: path.clone(), line: 1 };
            speak(folder, 1, "it has a Dockerfile".to_owned(), place);
        } else if MAINS.contains(&path.name())
            && let Some(app) = first_app(tree, path)
        {
            let place = Place { file: path.clone(), line: app.line };
            speak(project_of(tree, folder), 2, format!("`{}` is an application", app.name), place);
        }
    }
    let found = outermost(&reasons);
    with_neighbours(tree, found)
}

fn first_app(tree: &Tree, path: &RelPath) -> Option<code::AppObject> {
    let text = tree.text(path).filter(|text| text.contains("FastAPI"))?;
    code::apps(text).into_iter().next()
}

fn is_aside(path: &RelPath) -> bool {
    path.segments().rev().skip(1).any(|segment| ASIDE.contains(&segment))
}

/// The nearest folder upwards, at most three levels, with a manifest or a Dockerfile.
fn project_of(tree: &Tree, folder: RelPath) -> RelPath {
    let mut candidate = Some(folder.clone());
    for _ in 0..3 {
        let Some(current) = candidate else { break };
        let has = |name: &&str| current.join(name).is_ok_and(|path| tree.get(&path).is_some());
        if MANIFESTS.iter().any(&has) || has(&"Dockerfile") {
            return current;
        }
        candidate = current.parent();
    }
    folder
}

fn folders_with_python(tree: &Tree) -> BTreeSet<RelPath> {
    let mut folders = BTreeSet::new();
    for (path, _) in tree.iter().filter(|(path, _)| path.extension() == "py") {
        let mut folder = path.parent();
        while let Some(current) = folder {
            folder = current.parent();
            if !folders.insert(current) {
                break;
            }
        }
    }
    folders
}

/// Drops folders inside other services, and folders that only gather services.
fn outermost(reasons: &BTreeMap<RelPath, Vec<(u8, Reason)>>) -> Vec<Candidate> {
    let folders: Vec<RelPath> = reasons.keys().cloned().collect();
    let gathers = |folder: &RelPath| {
        let has_image = reasons[folder].iter().any(|(weight, _)| *weight == 1);
        let inner: BTreeSet<_> = folders
            .iter()
            .filter_map(|other| other.below(folder)?.segments().next().map(str::to_owned))
            .collect();
        !has_image && inner.len() >= 2
    };
    let mut kept: Vec<Candidate> = Vec::new();
    for folder in folders.iter().filter(|folder| !gathers(folder)) {
        if kept.iter().any(|other| folder.starts_with(&other.folder)) {
            continue;
        }
        let mut found = reasons[folder].clone();
        found.sort();
        let reasons = found.into_iter().map(|(_, reason)| reason).collect();
        kept.push(Candidate { folder: folder.clone(), reasons });
    }
    kept
}

/// Adds projects without an application that stand beside at least two services.
fn with_neighbours(tree: &Tree, mut found: Vec<Candidate>) -> Vec<Candidate> {
    for home in homes(&found).into_iter().filter(|(_, count)| *count >= 2).map(|(home, _)| home) {
        for (_, folder) in project_folders(tree, &home) {
            let related = |other: &Candidate| {
                other.folder.starts_with(&folder) || folder.starts_with(&other.folder)
            };
            if ASIDE.contains(&folder.name()) || found.iter().any(related) {
                continue;
            }
            let Some((file, _)) = tree.below(&folder).next() else { continue };
            let place = Place { file: file.clone(), line: 1 };
            let what = "it is a Python project beside the others".to_owned();
            found.push(Candidate { folder, reasons: vec![Reason { what, place }] });
        }
    }
    found.sort_by(|left, right| left.folder.cmp(&right.folder));
    found
}

/// The folders that hold services, those with the most first.
pub fn homes(found: &[Candidate]) -> Vec<(RelPath, usize)> {
    let mut counts: BTreeMap<RelPath, usize> = BTreeMap::new();
    for home in found.iter().filter_map(|candidate| candidate.folder.parent()) {
        *counts.entry(home).or_default() += 1;
    }
    let mut homes: Vec<_> = counts.into_iter().collect();
    homes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    homes
}

#[cfg(test)]
mod tests;
