//! The plan of `scaffold new`: one change set with the service, what it needs of the
//! workspace and the libraries, its port and its compose entry.
//!
//! A pure function of survey, configuration, template and request: what a dry run shows is
//! what is written.

use std::collections::BTreeMap;

use super::answers::{Provenance, record};
use super::blueprint::Blueprint;
use super::engine::Scope;
use super::names::{EntityName, ServiceName};
use super::port::{Place, Ports, published};
use super::request::{NewError, Request};
use super::shared::{Library, common_scope};
use super::source::embedded;
use super::survey::{COMPOSE_FILES, Survey, spelled_alike};
use super::value::Value;
use crate::change::{ChangeSet, Entry, RelPath};
use crate::operation::libraries::join;
use crate::registry::{REGISTRY_FILE, Registry, families, is_gateway};
use crate::render::compose::{self, COMPOSE_FILE, ComposeService};
use crate::render::env::{self, ENV_FILE};
use crate::workspace::{CONFIG_FILE, Config, Tree};

/// The path that answers while a service lives.
const HEALTH: &str = "/health/live";

/// A planned service.
#[derive(Debug, Clone)]
pub struct NewService {
    /// Its package name.
    pub name: ServiceName,
    /// The family of its port.
    pub family: String,
    /// Its port.
    pub port: u16,
    /// Its folder.
    pub folder: RelPath,
    /// The class of its example aggregate.
    pub entity: EntityName,
    /// Every feature of the template, on or off.
    pub features: BTreeMap<String, bool>,
    /// The shared libraries that it uses, by package name.
    pub libs: Vec<String>,
    /// Whether the workspace is made, too.
    pub makes_workspace: bool,
    /// Whether it is made from the template of the binary.
    pub is_embedded: bool,
    /// Everything that is written.
    pub changes: ChangeSet,
}

/// What a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The workspace's configuration.
    pub config: &'a Config,
    /// What there is.
    pub survey: &'a Survey,
    /// The template.
    pub blueprint: &'a Blueprint,
}

/// Plans a service; nothing is written.
pub fn plan(site: Site<'_>, request: &Request) -> Result<NewService, NewError> {
    let registry = site.registry()?;
    let name = site.name(request, &registry)?;
    let place = site.place(request, &registry)?;
    let entity = entity(request, &name)?;
    let mut scope = site.service_scope(&name, &entity, &place);
    if let Some(description) = &request.description {
        let text = Value::from(description.as_str());
        scope.values.insert("description".into(), text);
    }
    let features = request.features.as_deref();
    let scope = site.blueprint.scope(scope, features, &request.values)?;
    let libs = Library::closure(site.blueprint.manifest().libs_with(&scope.features))?;
    let packages: Vec<String> = libs.iter().map(|library| library.package(site.config)).collect();
    let mut scope = scope;
    scope.values.insert("libs".into(), Value::List(packages.clone()));

    let mut after = site.survey.tree.clone();
    let folder = site.config.services.join(name.as_str())?;
    let makes_workspace = site.workspace_files(&mut after, &folder, &packages)?;
    for library in libs {
        site.library_files(&mut after, library)?;
    }
    let files = site.blueprint.render(&scope)?;
    let provenance = site.blueprint.provenance.clone();
    let recorded = record(&files, Some(&folder), (provenance, site.blueprint.manifest(), &scope))?;
    merge(&mut after, &recorded);
    site.register(&mut after, &registry, &name, &place)?;
    Ok(NewService {
        name,
        family: place.family,
        port: place.port,
        folder,
        entity,
        features: scope.features,
        libs: packages,
        makes_workspace,
        is_embedded: site.blueprint.provenance.is_embedded(),
        changes: site.survey.tree.changes_to(&after, &BTreeMap::new()),
    })
}

impl Site<'_> {
    /// The proposals for a request: a family and a port of it.
    pub fn proposal(&self, request: &Request) -> Result<(String, u16), NewError> {
        let place = self.place(request, &self.registry()?)?;
        Ok((place.family, place.port))
    }

    /// Checks a name against the language, the registry and the folders.
    pub fn check_name(&self, name: &str) -> Result<(), NewError> {
        let request = Request { name: name.to_owned(), ..Request::default() };
        self.name(&request, &self.registry()?).map(drop)
    }

    /// The entity that a service of this name is most likely about.
    pub fn entity_of(&self, name: &str) -> Result<String, NewError> {
        let name = ServiceName::new(name, &self.config.prefix)?;
        Ok(EntityName::of_service(&name).class())
    }

    /// What expressions can see once the first questions are answered.
    pub fn known(&self, request: &Request) -> Result<Scope, NewError> {
        let registry = self.registry()?;
        let name = self.name(request, &registry)?;
        let place = self.place(request, &registry)?;
        let scope = self.service_scope(&name, &entity(request, &name)?, &place);
        self.blueprint.preview(scope, request.features.as_deref(), &request.values)
    }

    fn registry(&self) -> Result<Registry, NewError> {
        match self.text(REGISTRY_FILE)? {
            Some(text) => Ok(Registry::parse(text)?),
            None => Ok(Registry::initial(self.config)?),
        }
    }

    /// The text of a file at the root, if it is there.
    fn text(&self, name: &str) -> Result<Option<&str>, NewError> {
        let path = RelPath::new(name)?;
        match self.survey.tree.get(&path) {
            Some(entry) => entry.text().map(Some).ok_or(NewError::NotText(path)),
            None => Ok(None),
        }
    }

    fn name(&self, request: &Request, registry: &Registry) -> Result<ServiceName, NewError> {
        let name = ServiceName::new(&request.name, &self.config.prefix)?;
        let entry = |name: &str| {
            let mut entries = registry.entries().iter();
            entries.find(|entry| spelled_alike(&entry.name, name)).cloned()
        };
        let services = &self.config.services;
        let taken = |name: &str| entry(name).is_some() || self.survey.has(services, name);
        if let Some(known) = entry(name.as_str()) {
            let proposal = name.free(taken);
            let (port, line) = (known.port, known.line);
            return Err(NewError::Registered { name: known.name, port, line, proposal });
        }
        if self.survey.has(services, name.as_str()) {
            let folder = services.join(name.as_str())?;
            return Err(NewError::Folder { folder, proposal: name.free(taken) });
        }
        Ok(name)
    }

    fn place(&self, request: &Request, registry: &Registry) -> Result<Place, NewError> {
        let families = families(self.config, registry);
        let (_, compose) = self.compose()?;
        let published = published(&compose);
        let is_gateway = is_gateway(&request.name) || self.blueprint.manifest().name == "gateway";
        Ports { registry, families: &families, published, is_gateway }.choose(request)
    }

    /// Everything that the engine provides to a service's template.
    fn service_scope(&self, name: &ServiceName, entity: &EntityName, place: &Place) -> Scope {
        let mut scope = common_scope(self.config);
        let texts = [
            ("name", name.as_str().to_owned()),
            ("title", name.title()),
            ("slug", name.slug()),
            ("env_prefix", name.env_prefix()),
            ("family", place.family.clone()),
            ("entity", entity.class()),
            ("entity_snake", entity.snake()),
            ("entity_plural", entity.plural()),
            ("entity_title", entity.title()),
            ("entity_plural_title", entity.plural_title()),
        ];
        let texts = texts.into_iter().map(|(key, text)| (key.to_owned(), Value::Text(text)));
        scope.values.extend(texts);
        scope.values.insert("port".into(), Value::Integer(place.port.into()));
        scope
    }

    /// Adds what every workspace has; files that are there stay as they are, but for the list of
    /// members, which gets the service and its libraries.
    fn workspace_files(
        &self,
        after: &mut Tree,
        folder: &RelPath,
        libraries: &[String],
    ) -> Result<bool, NewError> {
        let config = RelPath::new(CONFIG_FILE)?;
        let makes_workspace = after.get(&config).is_none();
        if makes_workspace {
            after.set(config, Entry::file(self.config.render()));
        }
        if let Some(project) = self.text("pyproject.toml")? {
            let is_workspace = toml_edit::Document::parse(project).is_ok_and(|document| {
                let uv = document.get("tool").and_then(|tool| tool.get("uv"));
                uv.and_then(|uv| uv.get("workspace")).is_some()
            });
            if !is_workspace {
                return Err(NewError::ForeignProject);
            }
            join(after, folder, self.config, libraries).map_err(NewError::Members)?;
            return Ok(makes_workspace);
        }
        let template = embedded("workspace")?;
        let scope = template.complete(common_scope(self.config))?;
        let files = template.render(&scope)?;
        let provenance = Provenance::embedded("workspace");
        let recorded = record(&files, None, (provenance, &template.manifest, &scope))?;
        for (path, entry) in recorded.iter() {
            if after.get(path).is_none() {
                after.set(path.clone(), entry.clone());
            }
        }
        // What is there already may be no project of uv's, which every member has to be.
        let services = &self.config.services;
        if self.survey.taken.iter().any(|path| path.parent().as_ref() == Some(services)) {
            let project = RelPath::new("pyproject.toml")?;
            let text = after.text(&project).unwrap_or_default();
            let text = text.replacen(&format!("\"{services}/*\"]"), &format!("\"{folder}\"]"), 1);
            put(after, "pyproject.toml", &text)?;
        }
        Ok(makes_workspace)
    }

    /// Adds a library unless it is there.
    fn library_files(&self, after: &mut Tree, library: Library) -> Result<(), NewError> {
        if self.survey.has(&self.config.libs, &library.package(self.config)) {
            return Ok(());
        }
        library.add_to(after, self.config)
    }

    /// The compose file's name and text; a new one when there is none.
    fn compose(&self) -> Result<(&'static str, String), NewError> {
        for name in COMPOSE_FILES {
            if let Some(text) = self.text(name)? {
                return Ok((name, text.to_owned()));
            }
        }
        Ok((COMPOSE_FILE, compose::EMPTY.to_owned()))
    }

    /// What a service of ours is told in compose: its image is for production, which does without
    /// no server.
    fn for_development(&self, name: &ServiceName) -> Vec<(String, String)> {
        if !self.blueprint.provenance.is_embedded() {
            return Vec::new();
        }
        vec![(format!("{}ENVIRONMENT", name.env_prefix()), "development".to_owned())]
    }

    /// Enters the service in the registry and in what is derived from it.
    fn register(
        &self,
        after: &mut Tree,
        registry: &Registry,
        name: &ServiceName,
        place: &Place,
    ) -> Result<(), NewError> {
        let registry = registry.insert(name.as_str(), &place.family, place.port)?;
        put(after, REGISTRY_FILE, registry.text())?;
        let (file, text) = self.compose()?;
        let service = ComposeService {
            name: name.as_str().to_owned(),
            dockerfile: format!("{}/{}/Dockerfile", self.config.services, name.as_str()),
            host_port: place.port,
            container_port: place.port,
            health_path: Some(HEALTH.to_owned()),
            environment: self.for_development(name),
        };
        put(after, file, &compose::upsert_service(&text, &service)?)?;
        let ports = self.text(ENV_FILE)?;
        if ports.is_some() || self.text(CONFIG_FILE)?.is_none() {
            put(after, ENV_FILE, &env::render(ports, &registry))?;
        }
        Ok(())
    }
}

fn entity(request: &Request, service: &ServiceName) -> Result<EntityName, NewError> {
    match &request.entity {
        Some(entity) => Ok(EntityName::new(entity)?),
        None => Ok(EntityName::of_service(service)),
    }
}

/// Sets the text of a file at the root; its mode stays.
fn put(tree: &mut Tree, name: &str, text: &str) -> Result<(), NewError> {
    let path = RelPath::new(name)?;
    let entry = match tree.get(&path) {
        Some(entry) => entry.with_bytes(text),
        None => Entry::file(text),
    };
    tree.set(path, entry);
    Ok(())
}

fn merge(tree: &mut Tree, other: &Tree) {
    for (path, entry) in other.iter() {
        tree.set(path.clone(), entry.clone());
    }
}
