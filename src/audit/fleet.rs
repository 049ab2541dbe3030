//! All services of a backend, read once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::duplication::Clones;
use super::file::FileFacts;
use super::hostile;
use super::intake::Backend;
use super::service::{ServiceFacts, parse};
use super::settings::Thresholds;
use crate::change::RelPath;
use crate::registry::adopt::{Adoption, adopt};
use crate::registry::check::{Finding as PortFinding, check};
use crate::registry::facts::Facts;
use crate::registry::{Families, Registry};
use crate::workspace::compose::ComposeFile;
use crate::workspace::services::{Candidate, compose_files, find};
use crate::workspace::{Config, Folder, Service, Tree, services};

/// All services, and the code around them.
#[derive(Debug)]
pub struct Fleet {
    /// What was read.
    pub backend: Backend,
    /// The services, by name.
    pub services: Vec<ServiceFacts>,
    /// Python files of the folder that belong to no service.
    pub outside: Vec<FileFacts>,
    /// Whatever part of the dotted names of those an import can give → their numbers.
    outside_names: BTreeMap<String, Vec<usize>>,
    /// Compose files that speak for several services.
    pub compose: Vec<Arc<ComposeFile>>,
    /// Every compose file, those in the folders of services too.
    pub every_compose: Arc<Vec<Arc<ComposeFile>>>,
    /// Where numbers decide.
    pub thresholds: Thresholds,
    /// Family, registered or proposed port of each service.
    pub placement: BTreeMap<String, Placement>,
    /// What disagrees about ports.
    pub ports: Vec<PortFinding>,
    /// Cloned blocks.
    pub clones: Clones,
    /// What was left out while reading.
    pub remarks: Vec<String>,
}

/// Where a service belongs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Placement {
    /// Its family.
    pub family: String,
    /// Its port in the registry, or the one it would get.
    pub port: u16,
    /// Whether a registry says so already.
    pub registered: bool,
}

impl Fleet {
    /// Reads every service of a backend.
    pub fn read(mut backend: Backend) -> Self {
        let mut remarks = std::mem::take(&mut backend.remarks);
        hostile::drop_too_deep(&mut backend.tree, &mut remarks);
        let mut found = discover(&backend);
        let adoption = adoption(&backend);
        if let Some(adoption) = &adoption {
            rename(&mut found, adoption);
        }
        let compose = compose_files(&backend.tree, &found);
        let every_compose = crate::workspace::compose::all(&backend.tree);
        let thresholds = backend.settings.thresholds.clone();
        let tree = &backend.tree;
        let outside_files = outside(tree, &found, &backend.base);
        let ((services, outside), (placement, ports)) = rayon::join(
            || {
                let read = |service: Service| ServiceFacts::read(tree, service, &compose);
                let services: Vec<ServiceFacts> = found.clone().into_par_iter().map(read).collect();
                let outside = parse(tree, outside_files).finish(backend.base.path(), "outside").1;
                (services, outside)
            },
            || port_facts(&backend, adoption),
        );
        for (path, why) in services.iter().flat_map(|service| &service.undecodable) {
            remarks.push(format!("{path} is no Python source: {why}"));
        }
        let clones = Clones::find(&services, &thresholds);
        let outside_names = parts_of_names(&outside);
        Self {
            backend,
            services,
            outside,
            outside_names,
            compose,
            every_compose,
            thresholds,
            placement,
            ports,
            clones,
            remarks,
        }
    }

    /// The service of that name.
    pub fn service(&self, name: &str) -> Option<&ServiceFacts> {
        self.services.iter().find(|service| service.name() == name)
    }

    /// The Python files around the services that a service imports.
    pub fn around(&self, service: &ServiceFacts) -> impl Iterator<Item = &FileFacts> {
        let imports = service.imports.external.iter();
        let named = imports.filter_map(|import| self.outside_names.get(&import.name));
        let found: BTreeSet<usize> = named.flatten().copied().collect();
        found.into_iter().map(|index| &self.outside[index])
    }

    /// The service that a compose entry runs.
    pub fn run_by(&self, entry: &crate::workspace::compose::ComposeEntry) -> Option<&ServiceFacts> {
        self.services.iter().find(|service| entry.runs(&service.service.folder))
    }

    /// The entries of the compose files that speak for several services.
    pub fn entries(
        &self,
    ) -> impl Iterator<Item = (&ComposeFile, &crate::workspace::compose::ComposeEntry)> {
        self.compose.iter().flat_map(|file| file.entries.iter().map(move |entry| (&**file, entry)))
    }

    /// The entries of every compose file.
    pub fn every_entry(
        &self,
    ) -> impl Iterator<Item = (&ComposeFile, &crate::workspace::compose::ComposeEntry)> {
        let files = self.every_compose.iter();
        files.flat_map(|file| file.entries.iter().map(move |entry| (&**file, entry)))
    }
}

/// Each run of parts of the files' dotted names, with the numbers of the files.
fn parts_of_names(files: &[FileFacts]) -> BTreeMap<String, Vec<usize>> {
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, file) in files.iter().enumerate() {
        let path = file.path.as_str().trim_end_matches(".py").trim_end_matches("/__init__");
        let parts: Vec<&str> = path.split('/').collect();
        for start in 0..parts.len() {
            for end in start + 1..=parts.len() {
                found.entry(parts[start..end].join(".")).or_default().push(number);
            }
        }
    }
    found
}

/// The services: those of the workspace, or what looks like one.
pub(super) fn discover(backend: &Backend) -> Vec<Service> {
    let inside = |folder: &RelPath| backend.base.path().is_none_or(|base| folder.starts_with(base));
    if let Some(config) = &backend.config {
        let found = services(&backend.tree, config);
        let found: Vec<_> = found.into_iter().filter(|service| inside(&service.folder)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    let compose = compose_files(&backend.tree, &[]);
    let candidates = find(&backend.tree, &backend.base, &compose);
    let is_project = is_project_of(backend, &candidates);
    let mut folders: Vec<RelPath> = candidates.into_iter().map(|found| found.folder).collect();
    let is_one = |base: &RelPath| is_service(&backend.tree, base) || is_project;
    if folders.is_empty() || backend.base.path().is_some_and(is_one) {
        let python =
            |base: &&RelPath| backend.tree.below(base).any(|(path, _)| path.extension() == "py");
        let own = backend.base.path().filter(python).cloned();
        folders = own
            .into_iter()
            .chain(folders.into_iter().filter(|_| backend.base.path().is_none()))
            .collect();
    }
    let mut services = named(&folders);
    if let [only] = services.as_mut_slice()
        && let Some(name) = project_name(&backend.tree, &only.folder).filter(|_| backend.is_one)
    {
        only.name = name;
    }
    services
}

/// The name that a project gives itself, which the folder of a checkout need not have.
fn project_name(tree: &Tree, folder: &RelPath) -> Option<String> {
    let manifest = folder.join("pyproject.toml").ok()?;
    let document: toml_edit::DocumentMut = tree.text(&manifest)?.parse().ok()?;
    let poetry = || document.get("tool")?.get("poetry")?.get("name")?.as_str();
    let named = document.get("project").and_then(|project| project.get("name")?.as_str());
    named.or_else(poetry).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// Whether what was asked for holds no service, or is the project of one.
pub(super) fn is_alone(backend: &Backend) -> bool {
    if discover(backend).is_empty() {
        return true;
    }
    let compose = compose_files(&backend.tree, &[]);
    is_project_of(backend, &find(&backend.tree, &backend.base, &compose))
}

/// Whether what was asked for is the project of the one service that was found, whose code lies in
/// a folder of it: it has the manifest or the image, and the folder has neither.
fn is_project_of(backend: &Backend, found: &[Candidate]) -> bool {
    const MANIFESTS: [&str; 5] =
        ["pyproject.toml", "requirements.txt", "setup.py", "Pipfile", "Dockerfile"];
    let has = |folder: &Folder| {
        let mut files = MANIFESTS.iter().filter_map(|name| folder.file(name));
        files.any(|path| backend.tree.get(&path).is_some())
    };
    let [only] = found else { return false };
    backend.config.is_none() && has(&backend.base) && !has(&Folder::from(only.folder.clone()))
}

/// Whether the folder itself is one service and not a folder of services.
fn is_service(tree: &Tree, folder: &RelPath) -> bool {
    let has = |name: &str| folder.join(name).is_ok_and(|path| tree.get(&path).is_some());
    let main = ["main.py", "app.py", "src/main.py"].iter().any(|name| has(name));
    has("Dockerfile") && (main || has("pyproject.toml") || has("requirements.txt"))
}

/// Names folders by their last part, and by more of it where that is taken.
fn named(folders: &[RelPath]) -> Vec<Service> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for folder in folders {
        *taken.entry(folder.name().to_owned()).or_default() += 1;
    }
    let name = |folder: &RelPath| {
        let last = folder.name().to_owned();
        match (taken.get(&last), folder.parent()) {
            (Some(1), _) | (_, None) => last,
            (_, Some(parent)) => format!("{}-{last}", parent.name()),
        }
    };
    let mut services: Vec<Service> = folders
        .iter()
        .map(|folder| Service { name: name(folder), folder: folder.clone() })
        .collect();
    services.sort();
    services.dedup_by(|left, right| left.folder == right.folder);
    services
}

/// Python files of the folder that are in no service, with their paths below it.
fn outside(tree: &Tree, services: &[Service], base: &Folder) -> Vec<(RelPath, String)> {
    let python = tree.iter().filter(|(path, _)| path.extension() == "py");
    let outside = python.filter(|(path, _)| {
        let within = base.path().is_none_or(|base| path.starts_with(base));
        within && !services.iter().any(|service| path.starts_with(&service.folder))
    });
    let below = |path: &RelPath| match base.path() {
        Some(base) => path.below(base).map_or_else(String::new, |below| below.as_str().to_owned()),
        None => path.as_str().to_owned(),
    };
    outside.map(|(path, _)| (path.clone(), below(path))).collect()
}

/// The backend as the workspace that it would become; none when it is one already.
fn adoption(backend: &Backend) -> Option<Adoption> {
    if backend.config.is_some() && backend.registry.is_some() {
        return None;
    }
    let text = backend.registry.as_ref().map(Registry::text);
    adopt(&backend.tree, "audit", &backend.base, text).ok()
}

/// Calls services what a workspace would call them.
fn rename(services: &mut [Service], adoption: &Adoption) {
    for service in services.iter_mut() {
        let known = adoption.services.iter().find(|known| known.folder == service.folder);
        if let Some(known) = known {
            service.name.clone_from(&known.name);
        }
    }
    services.sort();
}

/// What the registry says, or what it would say, and what disagrees with it.
fn port_facts(
    backend: &Backend,
    adoption: Option<Adoption>,
) -> (BTreeMap<String, Placement>, Vec<PortFinding>) {
    let existing = backend.registry.as_ref();
    let (config, registry) = match (&backend.config, existing, adoption) {
        (Some(config), Some(registry), _) => (config.clone(), registry.clone()),
        (_, _, Some(adoption)) => (adoption.config, adoption.registry),
        _ => return (BTreeMap::new(), Vec::new()),
    };
    let facts = Facts::gather(&backend.tree, &config, registry);
    let placement = placements(&facts.registry, &config, &facts.families, existing);
    (placement, check(&facts))
}

fn placements(
    registry: &Registry,
    config: &Config,
    families: &Families,
    existing: Option<&Registry>,
) -> BTreeMap<String, Placement> {
    let of = |entry: &crate::registry::Registered| {
        let own = config.overrides.get(&entry.name).and_then(|service| service.family.clone());
        let family = own.or_else(|| Registry::family_of(entry, families).map(str::to_owned));
        let registered = existing.is_some_and(|known| known.get(&entry.name).is_some());
        let family = family.unwrap_or_else(|| "services".to_owned());
        (entry.name.clone(), Placement { family, port: entry.port, registered })
    };
    registry.entries().iter().map(of).collect()
}
