//! One service with everything that rules ask of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::environment::{EnvRead, environment_reads};
use super::file::FileFacts;
use super::finding::Draft;
use super::imports::Imports;
use super::web::Web;
use crate::change::RelPath;
use crate::python::manifest::Manifests;
use crate::python::outline::Outline;
use crate::python::{Module, PythonService, ServiceModule};
use crate::workspace::compose::ComposeFile;
use crate::workspace::{EntryPoint, Folder, Place, Service, StartSource, Tree, entry_points};

/// One service.
#[derive(Debug)]
pub struct ServiceFacts {
    /// Name and folder.
    pub service: Service,
    /// Its Python files, by path; the index is the one of `python`.
    pub files: Vec<FileFacts>,
    /// Names of modules.
    pub python: PythonService,
    /// How it is started, most trusted first.
    pub points: Vec<EntryPoint>,
    /// Who imports what.
    pub imports: Imports,
    /// Applications, routers and routes.
    pub web: Web,
    /// What it declares to need.
    pub manifests: Manifests,
    /// Environment variables that it reads.
    pub environment: Vec<EnvRead>,
    /// Python files that cannot be decoded.
    pub undecodable: Vec<(RelPath, String)>,
}

/// The files of a folder, parsed in parallel.
pub(super) struct Parsed {
    modules: Vec<ServiceModule>,
    outlines: Vec<Outline>,
    pub(super) undecodable: Vec<(RelPath, String)>,
}

/// Parses Python files, given with their paths below the folder.
pub(super) fn parse(tree: &Tree, files: Vec<(RelPath, String)>) -> Parsed {
    let parsed: Vec<_> = files
        .into_par_iter()
        .filter_map(|(path, below)| {
            let bytes = tree.get(&path)?.bytes()?;
            Some(match Module::with_outline(bytes) {
                Ok((module, outline)) => {
                    Ok((ServiceModule::new(path, &below, Ok(Arc::new(module))), outline))
                }
                Err(error) => Err((path, error.to_string())),
            })
        })
        .collect();
    let mut result = Parsed { modules: Vec::new(), outlines: Vec::new(), undecodable: Vec::new() };
    for one in parsed {
        match one {
            Ok((module, outline)) => {
                result.modules.push(module);
                result.outlines.push(outline);
            }
            Err(found) => result.undecodable.push(found),
        }
    }
    result
}

impl Parsed {
    /// The parsed files as facts, and as modules that know each other.
    pub(super) fn finish(
        self,
        folder: Option<&RelPath>,
        name: &str,
    ) -> (PythonService, Vec<FileFacts>) {
        let python = PythonService::of(folder, self.modules, name);
        let below = |index: usize| python.below(index).to_owned();
        let files: Vec<_> = self
            .outlines
            .into_iter()
            .enumerate()
            .filter_map(|(index, outline)| {
                let module = &python.modules()[index];
                let parsed = module.parsed.clone().ok()?;
                let path = module.path.clone();
                Some(FileFacts::new(path, &below(index), module.is_test, parsed, outline))
            })
            .collect();
        (python, files)
    }
}

impl ServiceFacts {
    /// Reads one service.
    pub fn read(tree: &Tree, service: Service, compose: &[Arc<ComposeFile>]) -> Self {
        let files = tree.below(&service.folder).filter(|(path, _)| path.extension() == "py");
        let files = files.filter_map(|(path, _)| {
            Some((path.clone(), path.below(&service.folder)?.as_str().to_owned()))
        });
        let parsed = parse(tree, files.collect());
        let undecodable = parsed.undecodable.clone();
        let (python, files) = parsed.finish(Some(&service.folder), &service.name);
        let points = entry_points(tree, &Folder::from(service.folder.clone()), compose);
        let imports = Imports::of(&python, &files);
        let web = Web::of(&python, &files);
        let manifests = Manifests::read(tree, &service.folder);
        let environment = environment_reads(&files);
        Self { service, files, python, points, imports, web, manifests, environment, undecodable }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.service.name
    }

    /// Files that run in production.
    pub fn code(&self) -> impl Iterator<Item = &FileFacts> {
        self.files.iter().filter(|file| file.is_code())
    }

    /// Tests.
    pub fn tests(&self) -> impl Iterator<Item = &FileFacts> {
        self.files.iter().filter(|file| file.is_test)
    }

    /// Whether it answers HTTP: it makes an application or has routes.
    pub fn is_web(&self) -> bool {
        !self.web.apps.is_empty() || !self.web.routes.is_empty()
    }

    /// Whether any of the packages is imported by its code.
    pub fn uses_any(&self, packages: &[&str]) -> bool {
        self.code().any(|file| packages.iter().any(|package| file.imports(package)))
    }

    /// What is started first, by the most trusted source.
    pub fn first_point(&self) -> Option<&EntryPoint> {
        self.points.iter().find(|point| point.app.is_some() || point.port.is_some())
    }

    /// The port by the most trusted source that names one.
    pub fn listens(&self) -> Option<(u16, Place, StartSource)> {
        self.points.iter().find_map(|point| {
            let port = point.port.as_ref()?;
            let place = match &port.digits {
                Some((file, at)) => Place { file: file.clone(), line: at.line },
                None => point.place.clone(),
            };
            Some((port.port, place, point.source))
        })
    }

    /// The file that stands for the service in findings about the whole of it.
    pub fn home(&self) -> Place {
        let started = self.first_point().and_then(|point| point.module_file.as_ref());
        let rank = |app: &&super::web::Holder| {
            let file = &self.files[app.file];
            let depth = file.below.matches('/').count();
            (Some(&file.path) != started, depth, app.file, app.start)
        };
        let first = self.web.apps.iter().min_by_key(rank);
        let application = first.map(|app| self.files[app.file].place(app.start));
        let first = || self.code().next().or(self.files.first());
        let file = || first().map(|file| Place { file: file.path.clone(), line: 1 });
        let folder = || Place { file: self.service.folder.clone(), line: 1 };
        application.or_else(file).unwrap_or_else(folder)
    }

    /// A finding about the service as a whole, whose identity does not depend on a line.
    pub fn draft(&self, message: impl Into<String>) -> Draft {
        let home = self.home();
        Draft::new(&home.file, home.line, message).of(self.name()).anchored(self.name())
    }

    /// Lines of code that runs in production.
    pub fn code_lines(&self) -> usize {
        self.code().map(FileFacts::lines).sum()
    }

    /// The sub-packages directly below the service's folder (or its `src/<package>`), with
    /// the number of files and lines of code in each.
    pub fn packages(&self) -> BTreeMap<String, (usize, usize)> {
        let mut packages: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for file in self.code() {
            let inner = inside_package(&file.below);
            let Some((first, _)) = inner.split_once('/') else { continue };
            let entry = packages.entry(first.to_owned()).or_default();
            entry.0 += 1;
            entry.1 += file.lines();
        }
        packages
    }

    /// The names under which others may import or call it.
    pub fn names(&self) -> BTreeSet<String> {
        let name = self.name();
        [name.to_owned(), name.replace('-', "_"), name.replace('_', "-")].into_iter().collect()
    }
}

/// A path below `src/<package>/` when a service is laid out so, else the path itself.
pub(crate) fn inside_package(below: &str) -> &str {
    match below.strip_prefix("src/").and_then(|rest| rest.split_once('/')) {
        Some((_, inner)) => inner,
        None => below,
    }
}
