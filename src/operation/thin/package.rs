//! A service's package and its layers.

use crate::change::RelPath;
use crate::layering::Layer;
use crate::python::{PythonService, join};
use crate::workspace::{Config, Tree};

/// Libraries that the inner layers of a generated service may not know.
const FRAMEWORKS: [&str; 6] =
    ["fastapi", "pydantic", "pydantic_settings", "sqlalchemy", "starlette", "uvicorn"];
/// The shared libraries of the outer layers, behind the workspace's prefix.
const SHARED: [&str; 5] = ["api", "clients", "db", "gateway", "messaging"];

/// The package of a service that lies in layers.
#[derive(Debug, Clone)]
pub(in crate::operation) struct Package {
    /// Its name.
    pub(in crate::operation) name: String,
    /// Its folder, below the tree's root.
    pub(in crate::operation) folder: String,
    /// What the names of the workspace's libraries begin with.
    prefix: Option<String>,
}

impl Package {
    /// A service with the files around it that use it, and its package in layers; none where it has
    /// none, or several.
    pub(in crate::operation) fn read(
        tree: &Tree,
        (folder, name): (Option<&RelPath>, &str),
        config: Option<&Config>,
    ) -> Option<(PythonService, Self)> {
        let service = PythonService::read_with_dependents(tree, folder, name);
        let package = Self::find(&service, config.map(|config| config.prefix.as_str()))?;
        Some((service, package))
    }

    /// The one package with layers; none when there is none, or several.
    pub(in crate::operation) fn find(
        service: &PythonService,
        prefix: Option<&str>,
    ) -> Option<Self> {
        let source = join(service.root(), "src");
        let mut found = service.modules().iter().filter_map(|record| {
            let below = record.path.as_str().strip_prefix(&source)?.strip_prefix('/')?;
            let name = below.strip_suffix("/application/__init__.py")?;
            let folder = join(&source, name);
            let has = |layer: &Layer| {
                service.index_of(&format!("{folder}/{}/__init__.py", layer.folder())).is_some()
            };
            let layers = [Layer::Domain, Layer::Application, Layer::Presentation];
            let is_whole = !name.contains('/') && layers.iter().all(has);
            let prefix = prefix.map(str::to_owned);
            is_whole.then(|| Self { name: name.to_owned(), folder, prefix })
        });
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }

    /// The path of a file of a layer.
    pub(in crate::operation) fn path(&self, layer: Layer, file: &str) -> String {
        format!("{}/{}/{file}", self.folder, layer.folder())
    }

    /// Whether a file is one of the package's.
    pub(in crate::operation) fn holds(&self, service: &PythonService, file: usize) -> bool {
        let path = service.modules()[file].path.as_str();
        path.strip_prefix(&self.folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether a file belongs to the domain or the application.
    pub(in crate::operation) fn is_inner(&self, service: &PythonService, file: usize) -> bool {
        let path = service.modules()[file].path.as_str();
        [Layer::Domain, Layer::Application]
            .into_iter()
            .any(|layer| path.starts_with(&self.path(layer, "")))
    }

    /// Whether inner layers may not know a library.
    pub(in crate::operation) fn forbids(&self, top: &str) -> bool {
        let shared = self.prefix.as_ref().and_then(|prefix| top.strip_prefix(prefix.as_str()));
        let shared = shared.and_then(|rest| rest.strip_prefix('_'));
        FRAMEWORKS.contains(&top) || shared.is_some_and(|name| SHARED.contains(&name))
    }

    /// A dotted name that begins with the package, of one that may begin further out.
    pub(in crate::operation) fn dotted(&self, known: &str) -> Option<String> {
        let mut parts = known.split('.').skip_while(|part| *part != self.name);
        let first = parts.next()?;
        let rest: Vec<&str> = parts.collect();
        Some(std::iter::once(first).chain(rest).collect::<Vec<_>>().join("."))
    }
}
