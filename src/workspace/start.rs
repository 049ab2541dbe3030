//! How a service is really started: compose, then Dockerfile, then scripts, then code.
//!
//! Gathers every [`EntryPoint`] with its place, most trusted first. Container paths are
//! followed back to folders of the tree through `COPY`, `WORKDIR` and bind mounts. What
//! cannot be followed is taken to run in the service's folder.

mod commands;
mod container;

use std::str::FromStr;
use std::sync::Arc;

use super::Tree;
use super::code::{self, NumberAt, PortValue, RunTarget};
use super::compose::{self, ComposeEntry, ComposeFile};
use super::dockerfile::{Dockerfile, PortAt, join};
use super::folder::Folder;
use super::launch::{Launch, Target};
use crate::change::RelPath;
use commands::{module_name, script_launch, start_words, unnamed};
use container::Container;

/// Modules in which an application is expected, most usual first.
const MAINS: [&str; 6] = ["main", "app", "api", "server", "application", "asgi"];

/// What an entry point was learned from, most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartSource {
    /// A compose entry's `command` or `entrypoint`.
    Compose,
    /// `CMD` and `ENTRYPOINT`.
    Dockerfile,
    /// A shell script or a Procfile.
    Script,
    /// `uvicorn.run` in code.
    Code,
    /// A `main.py` or the like that makes an application.
    Convention,
}

/// One way in which a service is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    /// What it was learned from.
    pub source: StartSource,
    /// Where that stands.
    pub place: Place,
    /// The compose entry it runs in.
    pub entry: Option<String>,
    /// The application, `module:name`; `None` when the command starts something else.
    pub app: Option<String>,
    /// The file of that module.
    pub module_file: Option<RelPath>,
    /// The working folder.
    pub cwd: Folder,
    /// Folders that imports are looked up in, in order.
    pub python_path: Vec<Folder>,
    /// The port it listens at.
    pub port: Option<StartPort>,
}

/// A place in a file of the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: RelPath,
    /// Line, from 1.
    pub line: usize,
}

/// The port an entry point listens at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartPort {
    /// The port.
    pub port: u16,
    /// Where its digits stand; `None` when it is a server's own default.
    pub digits: Option<(RelPath, PortAt)>,
}

impl serde::Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

/// How the service in `folder` (`None` for the root) is started by what the tree holds, most
/// trusted first.
pub fn starts(tree: &Tree, folder: Option<&RelPath>) -> Vec<EntryPoint> {
    let folder = Folder::from(folder.cloned());
    let found = tree.derived::<(Folder, Vec<EntryPoint>)>(
        |(known, _)| *known == folder,
        |tree| (folder.clone(), entry_points(tree, &folder, &compose::all(tree))),
    );
    found.1.clone()
}

/// Every way in which the service in `folder` is started, most trusted first.
pub fn entry_points(tree: &Tree, folder: &Folder, compose: &[Arc<ComposeFile>]) -> Vec<EntryPoint> {
    let finder = Finder { tree, folder };
    let mut found = finder.by_compose(compose);
    found.extend(finder.by_dockerfiles());
    found.extend(finder.by_scripts());
    found.extend(finder.by_code());
    found.extend(finder.by_convention());
    found
}

/// Whether a Dockerfile of this name is in use (not `Dockerfile.old` and the like).
pub fn is_dockerfile(path: &RelPath) -> bool {
    let name = path.name();
    let is_one =
        name == "Dockerfile" || name.starts_with("Dockerfile.") || name.ends_with(".Dockerfile");
    let other = [".dockerignore", ".old", ".bak", ".orig", ".backup", ".save", "~"];
    is_one && !other.iter().any(|end| name.ends_with(end))
}

struct Finder<'a> {
    tree: &'a Tree,
    folder: &'a Folder,
}

/// A command with the place it stands at.
struct Found {
    source: StartSource,
    place: Place,
    entry: Option<String>,
    launch: Launch,
}

impl Finder<'_> {
    fn by_compose(&self, files: &[Arc<ComposeFile>]) -> Vec<EntryPoint> {
        let mut points = Vec::new();
        for file in files {
            for entry in file.entries.iter().filter(|entry| self.is_run_by(entry)) {
                let Some(build) = &entry.build else { continue };
                let image = self.tree.text(&build.dockerfile).map(Dockerfile::parse);
                let container = match &image {
                    Some(image) => Container::of(image, &build.context, Some(entry)),
                    None => Container::none(self.folder),
                };
                let Some((source, place, words)) = start_words(file, entry, image.as_ref()) else {
                    continue;
                };
                let launch = Launch::read(&words, place.line);
                let entry = Some(entry.name.clone());
                points.extend(self.point(Found { source, place, entry, launch }, &container));
            }
        }
        points.sort_by_key(|point| point.source);
        points
    }

    fn is_run_by(&self, entry: &ComposeEntry) -> bool {
        match self.folder.path() {
            Some(folder) => entry.runs(folder),
            None => entry.build.is_some(),
        }
    }

    fn by_dockerfiles(&self) -> Vec<EntryPoint> {
        let mut files: Vec<_> = self.files(1).filter(|path| is_dockerfile(path)).collect();
        files.sort_by_key(|path| (path.name() != "Dockerfile", path.as_str().len()));
        let points = files.into_iter().filter_map(|path| {
            let image = Dockerfile::parse(self.tree.text(path)?);
            let command = image.start_command()?;
            let container = Container::of(&image, &self.context(&image), None);
            let found = Found {
                source: StartSource::Dockerfile,
                place: Place { file: path.clone(), line: command.line },
                entry: None,
                launch: Launch::read(&command.words, command.line),
            };
            self.point(found, &container)
        });
        points.collect()
    }

    /// The folder that an image is built from: the root, where it copies the service by its path.
    fn context(&self, image: &Dockerfile) -> Folder {
        let Some(folder) = self.folder.path() else { return self.folder.clone() };
        let is_whole = |source: &String| {
            let path = RelPath::new(source).is_ok_and(|path| path.starts_with(folder));
            path && !folder.join(source).is_ok_and(|inside| self.tree.has_folder(&inside))
        };
        let mut sources = image.copies().into_iter().flat_map(|copy| copy.sources);
        if sources.any(|source| is_whole(&source)) { Folder::ROOT } else { self.folder.clone() }
    }

    fn by_scripts(&self) -> Vec<EntryPoint> {
        let is_script = |path: &&RelPath| path.extension() == "sh" || path.name() == "Procfile";
        let scripts = self.files(1).filter(is_script);
        let points = scripts.filter_map(|path| {
            let (launch, line) = script_launch(self.tree.text(path)?)?;
            let container = Container::none(self.folder);
            let found = Found {
                source: StartSource::Script,
                place: Place { file: path.clone(), line },
                entry: None,
                launch,
            };
            self.point(found, &container)
        });
        points.collect()
    }

    fn by_code(&self) -> Vec<EntryPoint> {
        let mut points = Vec::new();
        let mut modules: Vec<_> = self.modules().collect();
        let rank = |path: &RelPath| MAINS.iter().position(|name| *name == path.stem());
        modules.sort_by_key(|path| (path.segments().count(), rank(path).unwrap_or(MAINS.len())));
        for path in modules {
            let Some(text) = self.tree.text(path).filter(|text| text.contains("uvicorn.run"))
            else {
                continue;
            };
            for (index, call) in code::runs(text).into_iter().enumerate() {
                let container = Container::none(self.folder);
                let mut point = self.script(path, index, &container);
                point.source = StartSource::Code;
                point.place = Place { file: path.clone(), line: call.line };
                points.push(point);
            }
        }
        points
    }

    fn by_convention(&self) -> Vec<EntryPoint> {
        let points = self.modules().filter_map(|path| {
            let position = MAINS.iter().position(|name| *name == path.stem())?;
            let app = code::apps(self.tree.text(path)?).into_iter().next()?;
            let (module, root) = module_name(path, self.folder);
            // Who starts it by hand does so where the project lies, also when the code is in `src`.
            let point = EntryPoint {
                source: StartSource::Convention,
                place: Place { file: path.clone(), line: app.line },
                entry: None,
                app: Some(format!("{module}:{}", app.name)),
                module_file: Some(path.clone()),
                cwd: self.folder.clone(),
                python_path: vec![root],
                port: None,
            };
            Some((path.segments().count(), position, point))
        });
        let mut points: Vec<_> = points.collect();
        points.sort_by_key(|(depth, position, _)| (*depth, *position));
        points.into_iter().map(|(.., point)| point).collect()
    }

    /// Files at most `depth` folders below the service's folder.
    fn files(&self, depth: usize) -> impl Iterator<Item = &RelPath> {
        let base = self.folder.path().map_or(0, |folder| folder.segments().count());
        self.below().filter(move |path| path.segments().count() <= base + depth + 1)
    }

    /// Python files that are neither tests nor examples.
    fn modules(&self) -> impl Iterator<Item = &RelPath> {
        const ASIDE: [&str; 6] = ["tests", "test", "examples", "example", "docs", "scripts"];
        let base = self.folder.path().map_or(0, |folder| folder.segments().count());
        self.below().filter(move |path| {
            let aside = path.segments().skip(base).any(|segment| ASIDE.contains(&segment));
            let name = path.name();
            path.extension() == "py"
                && !aside
                && !name.starts_with("test_")
                && name != "conftest.py"
        })
    }

    fn below(&self) -> impl Iterator<Item = &RelPath> {
        let all = self.folder.path().is_none().then(|| self.tree.iter());
        let some = self.folder.path().map(|folder| self.tree.below(folder));
        all.into_iter().flatten().chain(some.into_iter().flatten()).map(|(path, _)| path)
    }

    /// The entry point that a command makes.
    fn point(&self, found: Found, container: &Container) -> Option<EntryPoint> {
        let Found { source, place, entry, launch } = found;
        let mut here = container.clone();
        here.workdir = launch.folders.iter().fold(here.workdir, |at, to| join(&at, to));
        here.environment.extend(launch.environment.iter().cloned());
        let mut point = match launch.target.as_ref()? {
            Target::App(word) => self.app(&word.text, &here),
            Target::Script(word) => {
                let path = self.file_at(&join(&here.workdir, &word.text), &here)?;
                self.script(&path, 0, &here)
            }
            Target::Module(word) => {
                let path = self.module_at(&word.text, &self.search_path(&here))?;
                let mut point = self.script(&path, 0, &here);
                let attribute = point.app.as_deref().and_then(|app| app.split_once(':'));
                point.app = attribute.map(|(_, name)| format!("{}:{name}", word.text));
                point.python_path = self.search_path(&here);
                point
            }
            Target::Found => self.found(&here)?,
            Target::Shell(word) => {
                let path = self.file_at(&join(&here.workdir, &word.text), &here)?;
                let (inner, line) = script_launch(self.tree.text(&path)?)?;
                if matches!(inner.target, Some(Target::Shell(_))) {
                    return None;
                }
                let place = Place { file: path, line };
                let found = Found { source, place, entry, launch: inner };
                return self.point(found, &here);
            }
        };
        if let Some(port) = launch.port {
            let written =
                Some((place.file.clone(), port.clone())).filter(|_| !port.range.is_empty());
            point.port = Some(StartPort { port: port.port, digits: written });
        } else if point.port.is_none()
            && matches!(launch.target, Some(Target::App(_) | Target::Found))
        {
            point.port = Some(StartPort { port: 8000, digits: None });
        }
        Some(EntryPoint { source, place, entry, ..point })
    }

    /// What `fastapi run` takes when it is given no file: the entry point in `pyproject.toml`, or
    /// the first usual file that is there.
    fn found(&self, here: &Container) -> Option<EntryPoint> {
        let project = self.file_at(&join(&here.workdir, "pyproject.toml"), here);
        let project = project.and_then(|path| self.tree.text(&path));
        let named = project.and_then(|text| {
            let document = toml_edit::DocumentMut::from_str(text).ok()?;
            let entry = document.get("tool")?.get("fastapi")?.get("entrypoint")?;
            Some(entry.as_str()?.to_owned())
        });
        if let Some(app) = named {
            return Some(self.app(&app, here));
        }
        let files = ["", "app/"].iter().flat_map(|folder| {
            ["main", "app", "api"].iter().map(move |stem| format!("{folder}{stem}.py"))
        });
        let mut found = files.filter_map(|file| self.file_at(&join(&here.workdir, &file), here));
        found.next().map(|path| self.script(&path, 0, here))
    }

    fn app(&self, text: &str, here: &Container) -> EntryPoint {
        let mut python_path = self.search_path(here);
        let (module, name) = text.split_once(':').unwrap_or((text, "app"));
        let mut module_file = self.module_at(module, &python_path);
        if module_file.is_none()
            && let Some(installed) = self.folder.folder("src")
        {
            // An installed package: what is below `src` is importable from anywhere.
            module_file = self.module_at(module, std::slice::from_ref(&installed));
            python_path.extend(module_file.as_ref().map(|_| installed));
        }
        EntryPoint {
            source: StartSource::Compose,
            place: Place { file: unnamed(), line: 0 },
            entry: None,
            module_file,
            app: Some(format!("{module}:{}", name.trim_end_matches("()"))),
            cwd: here.folder_of(&here.workdir, self.folder),
            python_path,
            port: None,
        }
    }

    /// What running a file starts: its `index`-th `uvicorn.run`, or the application in it.
    fn script(&self, path: &RelPath, index: usize, here: &Container) -> EntryPoint {
        let text = self.tree.text(path).unwrap_or_default();
        let call = code::runs(text).into_iter().nth(index);
        let own = || code::apps(text).into_iter().next().map(|app| app.name);
        // What imports its package by a dot is started as a module of it.
        let (module, first) = if text.lines().any(|line| line.starts_with("from .")) {
            module_name(path, self.folder)
        } else {
            (path.stem().to_owned(), Folder::of(path))
        };
        let app = match call.as_ref().map(|call| &call.target) {
            Some(RunTarget::Path(app)) => Some(match app.strip_prefix("__main__:") {
                Some(name) => format!("{module}:{name}"),
                None => app.clone(),
            }),
            Some(RunTarget::Name(name)) => Some(format!("{module}:{name}")),
            None => own().map(|name| format!("{module}:{name}")),
        };
        let mut python_path = vec![first];
        python_path.extend(self.search_path(here).into_iter().skip(1));
        let module = app.as_deref().and_then(|app| app.split_once(':')).map(|(module, _)| module);
        let mut module_file = module.and_then(|module| self.module_at(module, &python_path));
        // A module or a console script of a package runs where the project lies, or is installed.
        for beside in [Some(self.folder.clone()), self.folder.folder("src")].into_iter().flatten() {
            if let (None, Some(module)) = (&module_file, module) {
                module_file = self.module_at(module, std::slice::from_ref(&beside));
                python_path.extend(module_file.as_ref().map(|_| beside));
            }
        }
        let port = call.and_then(|call| call.port).and_then(|port| self.port(path, port));
        EntryPoint {
            source: StartSource::Code,
            place: Place { file: path.clone(), line: 1 },
            entry: None,
            app,
            module_file: module_file.or_else(|| Some(path.clone())),
            cwd: here.folder_of(&here.workdir, self.folder),
            python_path,
            port: port.map(|(file, number)| here.port(file, number)),
        }
    }

    /// The number behind a port argument, looked up in the file and then in the service.
    fn port(&self, path: &RelPath, value: PortValue) -> Option<(RelPath, NumberAt)> {
        let name = match value {
            PortValue::Number(number) => return Some((path.clone(), number)),
            PortValue::Name(name) => name,
        };
        let in_file = |file: &RelPath, name: &str| {
            let ports = code::named_ports(self.tree.text(file)?);
            let found = ports.into_iter().find(|port| port.name == name)?;
            Some((file.clone(), found.value))
        };
        let is_settings = |file: &&RelPath| {
            let stem = file.stem();
            stem.contains("config") || stem.contains("settings") || stem == "constants"
        };
        let known = |name: &str| {
            let in_file = |file: &RelPath| in_file(file, name);
            in_file(path).or_else(|| self.modules().filter(is_settings).find_map(in_file))
        };
        let other = || code::other_name(self.tree.text(path)?, &name);
        known(&name).or_else(|| known(&other()?))
    }

    fn file_at(&self, container_path: &str, here: &Container) -> Option<RelPath> {
        let mapped = here.path_of(container_path).and_then(|found| found.path().cloned());
        let known = mapped.filter(|path| self.tree.get(path).is_some());
        let relative = container_path.strip_prefix(here.workdir.as_str()).unwrap_or(container_path);
        known.or_else(|| {
            let path = self.folder.file(relative.trim_start_matches('/'))?;
            self.tree.get(&path).map(|_| path)
        })
    }

    fn module_at(&self, module: &str, python_path: &[Folder]) -> Option<RelPath> {
        let path = module.replace('.', "/");
        let files =
            [format!("{path}/__init__.py"), format!("{path}.py"), format!("{path}/__main__.py")];
        let mut candidates =
            python_path.iter().flat_map(|folder| files.iter().filter_map(|file| folder.file(file)));
        candidates.find(|file| self.tree.get(file).is_some())
    }

    /// The working folder, then what `PYTHONPATH` names.
    fn search_path(&self, here: &Container) -> Vec<Folder> {
        let mut folders = vec![here.folder_of(&here.workdir, self.folder)];
        let extra = here.environment.get("PYTHONPATH").map_or("", String::as_str);
        for part in extra.split(':').filter(|part| !part.is_empty() && !part.contains('$')) {
            if let Some(path) = here.path_of(&join(&here.workdir, part))
                && !folders.contains(&path)
            {
                folders.push(path);
            }
        }
        folders
    }
}

#[cfg(test)]
mod tests;
