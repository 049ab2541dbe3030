//! The service that is extended: which one, what its layout is, and what it has already.

use camino::{Utf8Path, Utf8PathBuf};

use super::error::AddError;
use crate::change::{Entry, RelPath};
use crate::python::{PartKind, Parts};
use crate::template::{Answers, Base, Survey};
use crate::workspace::code::apps;
use crate::workspace::{Config, Scope, Tree, nearest};

/// What a template leaves of itself beside what it made: its answers and its base.
const OURS: &str = ".scaffold";
const ANSWERS: &str = "answers.toml";

/// A workspace whose services can be extended.
#[derive(Debug)]
pub struct Site {
    /// Its root.
    pub root: Utf8PathBuf,
    /// What its `scaffold.toml` says.
    pub config: Config,
    /// Its own files, and the names of services and libraries.
    pub survey: Survey,
}

/// A service with its files.
#[derive(Debug)]
pub struct Target {
    /// Its name in the registry.
    pub name: String,
    /// Its folder.
    pub folder: RelPath,
    /// Its import name.
    pub package: String,
    /// The workspace's own files and all of the service.
    pub tree: Tree,
    /// What made it, if a template of ours did.
    pub answers: Option<Answers>,
    /// What it has.
    pub layout: Layout,
}

/// What puts the parts of a service together, in its `main.py`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Root {
    /// `Resources`, `create_app` and `_provide`, as in an API of ours.
    Composed,
    /// `Resources` without endpoints, as in a worker or a scheduler of ours.
    Process,
    /// A function `create_app` of somebody else's.
    Factory,
    /// An application of this name.
    Application(String),
    /// Nothing that is known.
    #[default]
    Unknown,
}

/// What a service has, as far as additions depend on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// What puts its parts together.
    pub root: Root,
    /// It has our database: models, and a folder of migrations.
    pub has_database: bool,
    /// It has a broker.
    pub has_messaging: bool,
    /// It consumes events.
    pub is_worker: bool,
}

impl Layout {
    /// Whether endpoints can be added.
    pub fn is_api(&self) -> bool {
        matches!(self.root, Root::Composed | Root::Factory | Root::Application(_))
    }
}

impl Site {
    /// Looks at a workspace.
    pub fn read(root: &Utf8Path, config: &Config) -> Result<Self, AddError> {
        let survey = Survey::read(root, config)?;
        Ok(Self { root: root.to_owned(), config: config.clone(), survey })
    }

    /// Names and folders of the services, sorted.
    fn services(&self) -> Vec<(String, RelPath)> {
        let folders = self.survey.taken.iter();
        let placed = folders.filter(|path| path.parent().as_ref() == Some(&self.config.services));
        let is_project = |path: &&RelPath| self.root.join(path.as_path()).join("src").is_dir();
        let mut found: Vec<_> = placed
            .filter(is_project)
            .map(|path| (path.name().to_owned(), path.clone()))
            .filter(|(name, _)| !self.config.exclude.contains(name))
            .collect();
        for (name, service) in &self.config.overrides {
            if let Some(path) = &service.path {
                found.retain(|(_, folder)| folder != path);
                found.push((name.clone(), path.clone()));
            }
        }
        found.sort();
        found
    }

    /// Which service is meant: the one that is named, the one around `cwd`, or the only one.
    pub fn choose(&self, asked: Option<&str>, cwd: &Utf8Path) -> Result<String, AddError> {
        let services = self.services();
        let known = || services.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        if let Some(asked) = asked {
            let plain = |name: &str| name.to_lowercase().replace('-', "_");
            let found = services.iter().find(|(name, _)| plain(name) == plain(asked));
            return found.map(|(name, _)| name.clone()).ok_or_else(|| AddError::UnknownService {
                name: asked.to_owned(),
                nearest: nearest(asked, known().iter().map(String::as_str)),
                known: known(),
            });
        }
        let below = cwd.strip_prefix(&self.root).ok();
        let around = services
            .iter()
            .find(|(_, folder)| below.is_some_and(|below| below.starts_with(folder.as_path())));
        match (around, services.as_slice()) {
            (Some((name, _)), _) | (None, [(name, _)]) => Ok(name.clone()),
            _ => Err(AddError::NoService(known())),
        }
    }

    /// Every service's name.
    pub fn names(&self) -> Vec<String> {
        self.services().into_iter().map(|(name, _)| name).collect()
    }

    /// The service of this name, with its files.
    pub fn target(&self, name: &str) -> Result<Target, AddError> {
        let services = self.services();
        let found = services.into_iter().find(|(known, _)| known == name);
        let (name, folder) = found.ok_or_else(|| AddError::UnknownService {
            name: name.to_owned(),
            nearest: None,
            known: self.names(),
        })?;
        let mut tree = self.survey.tree.clone();
        let own = Tree::read(&self.root.join(folder.as_path()), &Scope::default())?;
        for (path, entry) in own.iter() {
            tree.set(folder.join(path.as_str())?, entry.clone());
        }
        let answers = self.answers(&folder, &mut tree)?;
        let package = package(&tree, &folder, &name)?;
        let layout = Layout::of(&tree, &folder, &package);
        Ok(Target { name, folder, package, tree, answers, layout })
    }
}

impl Site {
    /// The answers that made a service; with its base they become part of the tree.
    fn answers(&self, folder: &RelPath, tree: &mut Tree) -> Result<Option<Answers>, AddError> {
        let ours = folder.join(OURS)?;
        let read = |name: &str| {
            let path = ours.join(name).ok()?;
            let bytes = std::fs::read(self.root.join(path.as_path())).ok()?;
            Some((path, bytes))
        };
        let Some((path, bytes)) = read(ANSWERS) else { return Ok(None) };
        let answers = std::str::from_utf8(&bytes).ok().and_then(|text| Answers::parse(text).ok());
        let Some(answers) = answers else { return Ok(None) };
        tree.set(path, Entry::file(bytes));
        if let Some((path, bytes)) = read(&Base::file_name(answers.template.base)) {
            tree.set(path, Entry::file(bytes));
        }
        Ok(Some(answers))
    }
}

impl Target {
    /// A path below the service's package.
    pub fn inside(&self, path: &str) -> Result<RelPath, AddError> {
        Ok(self.folder.join(format!("src/{}/{path}", self.package))?)
    }

    /// Whether a file is there.
    pub fn has(&self, path: &str) -> bool {
        self.inside(path).is_ok_and(|path| self.tree.get(&path).is_some())
    }
}

/// The one package below `src`; the one that is called like the service when there are more.
fn package(tree: &Tree, folder: &RelPath, name: &str) -> Result<String, AddError> {
    let source = folder.join("src")?;
    let mut found: Vec<&str> = tree
        .below(&source)
        .filter_map(|(path, _)| {
            let rest = path.as_str().strip_prefix(source.as_str())?.strip_prefix('/')?;
            let (package, _) = rest.split_once('/')?;
            (path.extension() == "py").then_some(package)
        })
        .collect();
    found.dedup();
    let own = name.replace('-', "_");
    match found.as_slice() {
        [only] => Ok((*only).to_owned()),
        several if several.contains(&own.as_str()) => Ok(own),
        _ => Err(AddError::Layout {
            folder: folder.clone(),
            why: "has no package below src".into(),
            advice: format!("move it there with `scaffold migrate {folder}`"),
        }),
    }
}

impl Layout {
    fn of(tree: &Tree, folder: &RelPath, package: &str) -> Self {
        let text = |path: &str| {
            let path = folder.join(format!("src/{package}/{path}")).ok()?;
            tree.text(&path)
        };
        let main = text("main.py").unwrap_or_default();
        let names = Parts::parse(main).map(|parts| {
            let name = |part: &crate::python::Part| match &part.kind {
                PartKind::Function(name) | PartKind::Class(name) => Some(name.clone()),
                _ => None,
            };
            parts.body.iter().filter_map(name).collect::<Vec<_>>()
        });
        let names = names.unwrap_or_default();
        let has = |name: &str| names.iter().any(|known| known == name);
        let app = apps(main).into_iter().find(|app| !app.factory).map(|app| app.name);
        let root = match app {
            _ if has("Resources") && has("create_app") && has("_provide") => Root::Composed,
            _ if has("Resources") => Root::Process,
            _ if has("create_app") => Root::Factory,
            Some(app) => Root::Application(app),
            None => Root::Unknown,
        };
        let is_ours = matches!(root, Root::Composed | Root::Process);
        let models = text("infrastructure/database/models.py").unwrap_or_default();
        Self {
            has_database: models.contains("class Base(")
                && text("infrastructure/database/migrations/env.py").is_some()
                && is_ours,
            has_messaging: main.contains("create_broker("),
            is_worker: text("presentation/consumers.py").is_some() && is_ours,
            root,
        }
    }
}
