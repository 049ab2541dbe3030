//! What is added, being put together: new files, sketches merged into files that are there,
//! and the shared libraries that the new code imports.

use std::collections::BTreeMap;

use super::conflict::Conflict;
use super::error::AddError;
use super::imports::Home;
use super::site::{Root, Site, Target};
use super::{paragraphs, sketch};
use crate::change::{ChangeSet, Entry, RelPath};
use crate::operation::contracts;
use crate::operation::libraries::wire;
use crate::template::{EntityName, Library, Scope, Template, Value, common_scope};
use crate::workspace::Tree;

/// Something that is added to a service; empty changes mean that it is there.
#[derive(Debug, Clone)]
pub struct Addition {
    /// What it is: `entity Parcel`.
    pub what: String,
    /// The service.
    pub service: String,
    /// The service's folder.
    pub folder: RelPath,
    /// What a reader has to know or to do.
    pub notes: Vec<String>,
    /// Everything that is written.
    pub changes: ChangeSet,
}

/// An addition that is being put together.
pub(super) struct Draft<'a> {
    site: &'a Site,
    pub(super) target: &'a Target,
    after: Tree,
    conflicts: Vec<Conflict>,
    pub(super) notes: Vec<String>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(site: &'a Site, target: &'a Target) -> Self {
        let after = target.tree.clone();
        Self { site, target, after, conflicts: Vec::new(), notes: Vec::new() }
    }

    /// What every template of an addition can see.
    pub(super) fn scope(&self) -> Scope {
        let mut scope = common_scope(&self.site.config);
        let package = &self.target.package;
        let app = match &self.target.layout.root {
            Root::Application(name) => name,
            _ => "app",
        };
        let texts = [
            ("name", package.clone()),
            ("slug", self.target.name.replace('_', "-")),
            ("env_prefix", format!("{}_", self.target.name.to_uppercase().replace('-', "_"))),
            ("api", format!("{package}.{}", self.api_folder().replace('/', "."))),
            ("app", app.to_owned()),
        ];
        scope.values.extend(texts.map(|(key, text)| (key.to_owned(), Value::Text(text))));
        scope
    }

    /// Where version 1 of the API lies in the package; a module `api` of a service that was
    /// migrated is in the way of the usual place.
    fn api_folder(&self) -> &'static str {
        if self.target.has("presentation/api.py") {
            "presentation/v1"
        } else {
            "presentation/api/v1"
        }
    }

    /// Renders a template into the service.
    pub(super) fn add(&mut self, template: &Template, scope: &Scope) -> Result<(), AddError> {
        let files = template.render(scope)?;
        for (path, entry) in files.iter() {
            let path = self.placed(path)?;
            self.packages_of(&path)?;
            self.file(&path, entry);
        }
        for (path, entry) in template.render_edits(scope)?.iter() {
            let path = self.placed(path)?;
            self.sketch(&path, entry.text().unwrap_or_default());
        }
        self.libraries(template.manifest.libs_with(&scope.features))
    }

    /// The folder of clients of other services: in the infrastructure, if there are layers.
    fn clients_folder(&self) -> &'static str {
        let folder = self.target.inside("infrastructure");
        let has_layers = folder.is_ok_and(|folder| self.target.tree.has_folder(&folder));
        if has_layers { "infrastructure/clients" } else { "clients" }
    }

    /// The package of clients of other services.
    pub(super) fn clients_package(&self) -> String {
        format!("{}.{}", self.target.package, self.clients_folder().replace('/', "."))
    }

    /// A path of the template in the workspace.
    fn placed(&self, path: &RelPath) -> Result<RelPath, AddError> {
        let own = |folder: &str| format!("src/{}/{folder}/", self.target.package);
        let folders = [
            ("presentation/api/v1", self.api_folder()),
            ("infrastructure/clients", self.clients_folder()),
        ];
        let moved = folders.iter().find_map(|(from, to)| {
            let rest = path.as_str().strip_prefix(&own(from))?;
            Some(format!("{}{rest}", own(to)))
        });
        let path = moved.unwrap_or_else(|| path.as_str().to_owned());
        Ok(self.target.folder.join(path)?)
    }

    /// Makes the folders between the package and a new module packages.
    fn packages_of(&mut self, path: &RelPath) -> Result<(), AddError> {
        let package = self.target.folder.join(format!("src/{}", self.target.package))?;
        let mut folder = path.parent();
        while let Some(current) = folder.filter(|found| found.below(&package).is_some()) {
            let marker = current.join("__init__.py")?;
            let is_code = path.extension() == "py" && !current.as_str().contains("/migrations");
            if is_code && *path != marker && self.after.get(&marker).is_none() {
                let name = current.name().replace('_', " ");
                let text = format!("\"\"\"{}{}.\"\"\"\n", name[..1].to_uppercase(), &name[1..]);
                self.after.set(marker, Entry::file(text));
            }
            folder = current.parent();
        }
        Ok(())
    }

    /// A new file; one that is there has to be the same.
    pub(super) fn file(&mut self, path: &RelPath, entry: &Entry) {
        let Some(there) = self.target.tree.get(path) else {
            self.after.set(path.clone(), entry.clone());
            return;
        };
        let (Some(there), Some(new)) = (there.text(), entry.text()) else {
            let message = "something else is there".to_owned();
            self.conflicts.push(Conflict::new(0, message, "rename or remove it").at(path));
            return;
        };
        let plain = |text: &str| text.replace("\r\n", "\n");
        if plain(there) == plain(new) || path.name() == "__init__.py" && !new.contains("import") {
            return;
        }
        let same = there.lines().zip(new.lines()).take_while(|(one, other)| one == other);
        let line = 1 + same.count();
        let message = "the file is there and differs from what would be written".to_owned();
        let advice = "rename or remove what is there, or add it under another name";
        self.conflicts.push(Conflict::new(line, message, advice).at(path));
    }

    /// What a file that is there shall hold.
    fn sketch(&mut self, path: &RelPath, sketch: &str) {
        let Some(entry) = self.after.get(path).cloned() else {
            let message = "the file is not there, and something belongs in it".to_owned();
            self.conflicts
                .push(Conflict::new(0, message, "give it back, empty if need be").at(path));
            return;
        };
        let Some(text) = entry.text() else {
            let message = "it is not a text file".to_owned();
            self.conflicts.push(Conflict::new(0, message, "mend it first").at(path));
            return;
        };
        let merged = if path.extension() == "py" {
            let home = Home { package: &self.target.package, prefix: &self.site.config.prefix };
            sketch::merge(text, sketch, home)
        } else {
            Ok(paragraphs::merge(text, sketch))
        };
        match merged {
            Ok(merged) if merged == text => {}
            Ok(merged) => self.after.set(path.clone(), entry.with_bytes(merged)),
            Err(conflicts) => {
                self.conflicts.extend(conflicts.into_iter().map(|found| found.at(path)));
            }
        }
    }

    /// Makes the shared libraries that are missing.
    pub(super) fn make_libraries<'b>(
        &mut self,
        names: impl Iterator<Item = &'b str>,
    ) -> Result<Vec<Library>, AddError> {
        let config = &self.site.config;
        let libraries = Library::closure(names)?;
        for library in &libraries {
            if !self.site.survey.has(&config.libs, &library.package(config)) {
                library.add_to(&mut self.after, config)?;
            }
        }
        Ok(libraries)
    }

    /// Puts a file where it belongs, whatever was there.
    pub(super) fn put(&mut self, path: RelPath, entry: Entry) {
        self.after.set(path, entry);
    }

    /// Takes a file away.
    pub(super) fn remove(&mut self, path: &RelPath) {
        self.after.remove(path);
    }

    /// Refuses the addition for something in a file.
    pub(super) fn refuse(&mut self, conflict: Conflict) {
        self.conflicts.push(conflict);
    }

    /// Makes shared libraries dependencies of the service, and makes those that are missing.
    fn libraries<'b>(&mut self, names: impl Iterator<Item = &'b str>) -> Result<(), AddError> {
        let libraries = self.make_libraries(names)?;
        let config = &self.site.config;
        let packages: Vec<String> =
            libraries.iter().map(|library| library.package(config)).collect();
        let notes = wire(&mut self.after, &self.target.folder, config, &packages)
            .map_err(AddError::Edit)?;
        self.notes.extend(notes.iter().map(ToString::to_string));
        Ok(())
    }

    /// Adds what holds others to what the service expects of them.
    pub(super) fn contracts(&mut self) {
        let place = (Some(&self.target.folder), self.target.name.as_str());
        let notes = contracts::add(&mut self.after, place, Some(&self.site.config));
        self.notes.extend(notes.iter().map(ToString::to_string));
    }

    /// The addition, unless something is in the way.
    pub(super) fn finish(self, what: String) -> Result<Addition, AddError> {
        if !self.conflicts.is_empty() {
            return Err(AddError::Conflicts(self.conflicts));
        }
        Ok(Addition {
            what,
            service: self.target.name.clone(),
            folder: self.target.folder.clone(),
            notes: self.notes,
            changes: self.target.tree.changes_to(&self.after, &BTreeMap::new()),
        })
    }
}

/// Fails unless endpoints can be added to a service.
pub(super) fn require_api(site: &Site, target: &Target) -> Result<(), AddError> {
    let layout = |folder: &RelPath, why: String, advice: &str| {
        Err(AddError::Layout { folder: folder.clone(), why, advice: advice.to_owned() })
    };
    if !target.layout.is_api() {
        let advice = "endpoints go into an API: `scaffold new NAME` makes one";
        return layout(
            &target.folder,
            "has no application that routes can be added to".into(),
            advice,
        );
    }
    // A library of before has no errors for applications that are not ours.
    let library = site.config.libs.join(format!("{}_api", site.config.prefix))?;
    let module = library.join(format!("src/{}_api/problems.py", site.config.prefix))?;
    let text = std::fs::read_to_string(site.root.join(module.as_path()));
    let is_old = text.is_ok_and(|text| !text.contains("def install_service_errors("));
    if is_old && target.layout.root != Root::Composed {
        let why = "is of an earlier version and has no `install_service_errors`".to_owned();
        return layout(&library, why, "copy that function from a workspace that is made anew");
    }
    Ok(())
}

/// The spellings of an entity.
pub(super) fn spellings(entity: &EntityName) -> [(&'static str, String); 7] {
    let dashed = |text: String| text.replace('_', "-");
    [
        ("entity", entity.class()),
        ("entity_snake", entity.snake()),
        ("entity_path", dashed(entity.snake())),
        ("entity_plural", entity.plural()),
        ("entity_plural_path", dashed(entity.plural())),
        ("entity_title", entity.title()),
        ("entity_plural_title", entity.plural_title()),
    ]
}
