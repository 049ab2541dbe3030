//! The verbs of a step, run one after the other on a tree in memory.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::Operation;
use super::declared;
use super::plan::Selection;
use super::target::ServiceTarget;
use crate::change::RelPath;
use crate::layering::{self, OVERRIDES_FILE, Overrides, Placement};
use crate::operation::relocate::{Relocated, relocate};
use crate::operation::settings::Subject;
use crate::operation::{
    Note, absolute, adoption, catalogue, clients, container, contracts, cors, dependencies, entry,
    errors, headers, health, layers, libraries, limits, logs, observability, packaging, port,
    project, queries, settings, sorting, stores, thin, versions, workspace,
};
use crate::python::{ImportKind, PythonService};
use crate::template::Library;
use crate::verify::import_failures;
use crate::workspace::{CONFIG_FILE, Config, EntryPoint, StartSource, Tree, starts};

/// An operation that is told the service's folder and name and the workspace's configuration.
type WithShared = fn(&mut Tree, (Option<&RelPath>, &str), Option<&Config>) -> Vec<Note>;

/// What the operations of one step have done so far.
pub(super) struct Progress {
    pub(super) tree: Tree,
    pub(super) moved: BTreeMap<RelPath, RelPath>,
    pub(super) notes: Vec<Note>,
    pub(super) placement: Option<Placement>,
}

impl Progress {
    pub(super) fn new(tree: &Tree) -> Self {
        Self { tree: tree.clone(), moved: BTreeMap::new(), notes: Vec::new(), placement: None }
    }

    /// Runs one verb; fails with the reason why the step is refused.
    pub(super) fn run(
        &mut self,
        target: &ServiceTarget,
        operation: &Operation,
        selection: &Selection,
    ) -> Result<(), String> {
        let folder = target.folder.as_ref();
        match operation {
            Operation::AbsoluteImports => self.absolute_imports(target)?,
            Operation::MakeWorkspace => {
                workspace::make(&mut self.tree, folder, target.registered_name())?;
            }
            Operation::AdoptPyproject => {
                let notes = adoption::adopt(&mut self.tree, target.root(), &target.package);
                self.notes.extend(notes);
            }
            Operation::AddLayerFolders => {
                project::add_layer_folders(&mut self.tree, target.root(), &target.package);
            }
            Operation::MergeEntryPoints => self.merge_entry_points(target, selection)?,
            Operation::SettleEntry => {
                let service = target.read(&self.tree);
                let wanted = selection.entry.as_deref();
                self.notes.extend(entry::settle(&mut self.tree, folder, &service, wanted)?);
            }
            Operation::LayerModules => self.layer_modules(target)?,
            Operation::RegisterPort => {
                self.notes.extend(port::register(&mut self.tree, folder, &target.name)?);
            }
            Operation::AgreeOnPort => {
                self.notes.extend(port::agree(&mut self.tree, folder)?);
            }
            Operation::AlignVersions => self.align_versions(target)?,
            Operation::SettleDependencies => {
                let service = target.read(&self.tree);
                let name = target.package.replace('_', "-");
                self.notes.extend(dependencies::settle(&mut self.tree, &service, &name)?);
            }
            Operation::BuildFromRoot => self.build_from_root(target)?,
            Operation::WireLibraries => self.wire_libraries(target)?,
            Operation::StructureLogging => self.with_shared(target, logs::structure)?,
            Operation::TakeSettingsPackage => self.with_shared(target, settings::take_package)?,
            Operation::GatherSettings => self.gather(target, Subject::Reads)?,
            Operation::GatherConstants => self.gather(target, Subject::Constants)?,
            Operation::HideSecrets => self.hide_secrets(target),
            Operation::AddHealth => self.with_shared(target, health::add)?,
            Operation::AddRequestHeaders => self.with_shared(target, headers::add)?,
            Operation::SettleMiddleware => self.with_shared(target, cors::settle)?,
            Operation::LimitRequests => self.with_shared(target, limits::add)?,
            Operation::VersionRoutes => self.with_shared(target, versions::add)?,
            Operation::AnswerErrors => self.with_shared(target, errors::answer)?,
            Operation::ThinRoutes => self.with_shared(target, thin::split)?,
            Operation::MoveQueries => self.with_shared(target, queries::move_out)?,
            Operation::KeepStores => self.with_shared(target, stores::keep)?,
            Operation::StartClients => self.with_shared(target, clients::start_and_close)?,
            Operation::AddObservability => self.with_shared(target, observability::add)?,
            Operation::AddContractTests => self.with_shared(target, contracts::add)?,
            Operation::SortTests => self.sort_tests(target)?,
            Operation::GuardLayers => self.guard_layers(target)?,
            data => {
                let done = declared::run(&mut self.tree, target, data)?;
                self.notes.extend(done.notes);
                self.moved.extend(done.moved);
            }
        }
        Ok(())
    }

    fn gather(&mut self, target: &ServiceTarget, subject: Subject) -> Result<(), String> {
        let config = self.config()?;
        let place = (target.folder.as_ref(), target.name.as_str());
        let what = (target.package.as_str(), subject);
        self.notes.extend(settings::gather(&mut self.tree, place, what, config.as_ref()));
        Ok(())
    }

    fn hide_secrets(&mut self, target: &ServiceTarget) {
        let place = (target.folder.as_ref(), target.name.as_str());
        self.notes.extend(settings::hide_secrets(&mut self.tree, place, &target.package));
    }

    /// Runs an operation whose result uses a shared library of the workspace.
    fn with_shared(&mut self, target: &ServiceTarget, add: WithShared) -> Result<(), String> {
        let config = self.config()?;
        let place = (target.folder.as_ref(), target.name.as_str());
        self.notes.extend(add(&mut self.tree, place, config.as_ref()));
        Ok(())
    }

    fn absolute_imports(&mut self, target: &ServiceTarget) -> Result<(), String> {
        let service = target.read(&self.tree);
        let starts = starts(&self.tree, target.folder.as_ref());
        let notes = absolute::make_absolute(&mut self.tree, &service, &starts);
        self.notes.extend(notes.map_err(|error| error.to_string())?);
        Ok(())
    }

    fn merge_entry_points(
        &mut self,
        target: &ServiceTarget,
        selection: &Selection,
    ) -> Result<(), String> {
        let folder = target.folder.as_ref();
        let notes = entry::merge(&mut self.tree, folder, |tree| target.read(tree));
        self.notes.extend(notes.map_err(|error| error.to_string())?);
        if selection.entry.is_none() {
            let service = target.read(&self.tree);
            let found = entry::difference(&self.tree, folder, &service);
            self.notes.extend(found.map(|difference| difference.note()));
        }
        Ok(())
    }

    fn layer_modules(&mut self, target: &ServiceTarget) -> Result<(), String> {
        let overrides = self.overrides(target)?;
        let service = target.read_with_dependents(&self.tree);
        let starts = starts(&self.tree, target.folder.as_ref());
        let entry = started(&service, &starts);
        let (placement, relocated) = self.relocated(target, &service, entry, &overrides)?;
        for (module, why) in &placement.kept_whole {
            let path = &service.modules()[*module].path;
            self.notes.push(Note::new(path, 0, format!("kept in one piece: {why}")));
        }
        for (module, divided) in &placement.divided {
            let record = &service.modules()[*module];
            let Some(parsed) = record.module() else { continue };
            for (line, why) in layering::routes_staying(parsed, &divided.division) {
                self.notes.push(Note::new(&record.path, line, why));
            }
        }
        if let Some(relocated) = relocated {
            self.tree = relocated.tree;
            self.moved.extend(relocated.moved);
            self.notes.extend(relocated.notes);
            project::search_source_folder(&mut self.tree, target.root());
            let (root, package) = (target.root(), target.package.as_str());
            self.notes.extend(packaging::build_from_source_folder(&mut self.tree, root, package));
        }
        self.placement = Some(placement);
        Ok(())
    }

    fn sort_tests(&mut self, target: &ServiceTarget) -> Result<(), String> {
        let service = target.read(&self.tree);
        let sorted = sorting::sort(&self.tree, &service, &target.package)?;
        self.tree = sorted.tree;
        self.moved.extend(sorted.moved);
        self.notes.extend(sorted.notes);
        Ok(())
    }

    fn guard_layers(&mut self, target: &ServiceTarget) -> Result<(), String> {
        let config = self.config()?;
        let prefix = config.as_ref().map(|config| config.prefix.as_str());
        let service = target.read(&self.tree);
        self.notes.extend(layers::guard(&mut self.tree, &service, &target.package, prefix)?);
        Ok(())
    }

    /// The workspace's configuration, if there is a workspace.
    fn config(&self) -> Result<Option<Config>, String> {
        let path = RelPath::new(CONFIG_FILE).map_err(|error| error.to_string())?;
        let config = self.tree.text(&path).map(Config::parse).transpose();
        config.map_err(|error| error.to_string())
    }

    /// The placement of a service and the tree that it gives, none where nothing moves.
    ///
    /// Where a module could not be imported first any more, because the `__init__.py` of its
    /// package came between it and what it imports, the package is kept together instead.
    fn relocated(
        &self,
        target: &ServiceTarget,
        service: &PythonService,
        entry: Option<usize>,
        overrides: &Overrides,
    ) -> Result<(Placement, Option<Relocated>), String> {
        let mut together = BTreeSet::new();
        loop {
            let placement =
                layering::place(service, &target.package, entry, (overrides, &together));
            let moves = layering::moves(&self.tree, service, &placement);
            if moves.is_empty() && placement.divided.is_empty() {
                return Ok((placement, None));
            }
            let relocated = relocate(&self.tree, service, &moves, &placement)
                .map_err(|error| error.to_string())?;
            let after = target.read_with_dependents(&relocated.tree);
            let biting =
                import_failures((&self.tree, service), (&relocated.tree, &after), &relocated.moved);
            let known = together.len();
            together.extend(biting);
            if together.len() == known {
                return Ok((placement, Some(relocated)));
            }
        }
    }

    /// What `layers.toml` beside the service decides.
    fn overrides(&self, target: &ServiceTarget) -> Result<Overrides, String> {
        let path = crate::python::join(target.root(), OVERRIDES_FILE);
        let text = RelPath::new(path).ok().and_then(|path| self.tree.text(&path));
        text.map_or_else(|| Ok(Overrides::default()), Overrides::parse)
            .map_err(|error| error.to_string())
    }

    /// The workspace with every library that a service can use, and their import names.
    fn with_libraries(
        &self,
        target: &ServiceTarget,
        config: &Config,
    ) -> Result<(Tree, Vec<String>), String> {
        let wanted = libraries::wanted(&target.read(&self.tree));
        let wanted = Library::closure(wanted.into_iter()).map_err(|error| error.to_string())?;
        let packages = wanted.iter().map(|library| library.package(config)).collect();
        let mut tree = self.tree.clone();
        for library in &wanted {
            let home = library.folder(config).map_err(|error| error.to_string())?;
            if !tree.has_folder(&home) {
                library.add_to(&mut tree, config).map_err(|error| error.to_string())?;
            }
        }
        Ok((tree, packages))
    }

    /// Gives exact versions the one of the catalogue, which the shared libraries have to accept.
    fn align_versions(&mut self, target: &ServiceTarget) -> Result<(), String> {
        let (Some(config), Some(folder)) = (self.config()?, target.folder.as_ref()) else {
            self.notes.extend(workspace::missing());
            return Ok(());
        };
        let (with_libraries, packages) = self.with_libraries(target, &config)?;
        let known = catalogue::Known::read(&with_libraries, &config, &packages);
        self.notes.extend(catalogue::align(&mut self.tree, folder, &config, &known)?);
        Ok(())
    }

    /// Lets images have the libraries; what is missing of these comes with the first image.
    fn build_from_root(&mut self, target: &ServiceTarget) -> Result<(), String> {
        let (Some(config), Some(folder)) = (self.config()?, target.folder.as_ref()) else {
            return Ok(());
        };
        let (mut tree, packages) = self.with_libraries(target, &config)?;
        let (changed, notes) = container::build_from_root(&mut tree, folder, &config, &packages);
        self.notes.extend(notes);
        if changed {
            self.tree = tree;
        }
        Ok(())
    }

    /// Renders what is missing of the shared libraries and wires them in, or says why not.
    fn wire_libraries(&mut self, target: &ServiceTarget) -> Result<(), String> {
        let (Some(config), Some(folder)) = (self.config()?, target.folder.as_ref()) else {
            self.notes.extend(workspace::missing());
            return Ok(());
        };
        let (mut tree, packages) = self.with_libraries(target, &config)?;
        let obstacles = libraries::obstacles(&tree, folder, &config, &packages);
        if !obstacles.is_empty() {
            self.notes.extend(obstacles);
            return Ok(());
        }
        self.notes.extend(libraries::wire(&mut tree, folder, &config, &packages)?);
        self.tree = tree;
        Ok(())
    }
}

/// Libraries that serve an application.
const SERVERS: [&str; 5] = ["fastapi", "gunicorn", "hypercorn", "starlette", "uvicorn"];

/// The module that builds the application: the one that is started, else the one that looks like
/// it. What starts no application, as a worker or a script that waits for the database does, is one
/// only where there is nothing else, and a script the last.
fn started(service: &PythonService, starts: &[EntryPoint]) -> Option<usize> {
    let file_of = |start: &EntryPoint| service.index_of(start.module_file.as_ref()?.as_str());
    let first = |is_it: &dyn Fn(&EntryPoint) -> bool| {
        starts.iter().filter(|start| is_it(start)).find_map(file_of)
    };
    // What runs a server serves an application, whether or not it can be seen which.
    let serves = |start: &EntryPoint| {
        let module = file_of(start).and_then(|index| service.modules()[index].module());
        let imports = module.iter().flat_map(|module| &module.facts.imports);
        let mut tops = imports.flat_map(|import| {
            let plain = import.names.iter().map(|name| name.name.as_str());
            let plain = plain.filter(|_| import.kind == ImportKind::Import);
            plain.chain([import.module.as_str()])
        });
        start.source != StartSource::Script && tops.any(|name| SERVERS.contains(&name))
    };
    first(&|start| start.app.is_some())
        .or_else(|| first(&serves))
        .or_else(|| layering::entry_module(service))
        .or_else(|| first(&|start| start.source != StartSource::Script))
        .or_else(|| first(&|_| true))
}
