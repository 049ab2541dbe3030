//! Which service is migrated: its folder below the root, and its package's name.

use crate::change::RelPath;
use crate::python::{PythonService, is_standard_module};
use crate::workspace::{Folder, Tree, projects_below};

/// A service to migrate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceTarget {
    /// Its folder below the tree's root; none when it is the root.
    pub folder: Option<RelPath>,
    /// The name of its package.
    pub package: String,
    /// What its folder is called.
    pub name: String,
}

/// Why a folder is not a service that can be migrated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// No Python file is there.
    #[error("{0} holds no Python file")]
    NoPython(String),
    /// It is a folder of services.
    #[error(
        "{name} holds {count} services ({first}, {second} …) and is none itself: name one, or --all for all of them"
    )]
    Several {
        /// The folder's name.
        name: String,
        /// How many there are.
        count: usize,
        /// One of them.
        first: RelPath,
        /// Another one.
        second: RelPath,
    },
}

impl ServiceTarget {
    /// The service in `folder`; `fallback` names the package when the folder is the root.
    pub fn new(tree: &Tree, folder: Option<RelPath>, fallback: &str) -> Result<Self, TargetError> {
        let name = folder.as_ref().map_or(fallback, RelPath::name);
        let has_python = match &folder {
            Some(folder) => tree.below(folder).any(|(path, _)| path.extension() == "py"),
            None => tree.iter().any(|(path, _)| path.extension() == "py"),
        };
        if !has_python {
            return Err(TargetError::NoPython(name.to_owned()));
        }
        let base = folder.clone().map_or(Folder::ROOT, Folder::from);
        if let [first, second, rest @ ..] = projects_below(tree, &base).as_slice() {
            let (name, count) = (name.to_owned(), rest.len() + 2);
            let (first, second) = (first.clone(), second.clone());
            return Err(TargetError::Several { name, count, first, second });
        }
        let package = existing_package(tree, folder.as_ref()).unwrap_or_else(|| {
            let own = package_name(&telling_name(tree, folder.as_ref(), name, fallback));
            let hides = imports_library(tree, folder.as_ref(), &own);
            if hides { format!("{own}_service") } else { own }
        });
        let name = name.to_owned();
        Ok(Self { folder, package, name })
    }

    /// The name under which a new workspace knows it: its folder's, or its package's where that
    /// one tells nothing.
    pub fn registered_name(&self) -> &str {
        if is_telling(&self.name) { &self.name } else { &self.package }
    }

    /// The service's folder, empty for the root.
    pub fn root(&self) -> &str {
        self.folder.as_ref().map(RelPath::as_str).unwrap_or_default()
    }

    /// Reads the service's Python files, and those around it that use them.
    pub fn read_with_dependents(&self, tree: &Tree) -> PythonService {
        PythonService::read_with_dependents(tree, self.folder.as_ref(), &self.name)
    }

    /// Reads the service's Python files.
    pub fn read(&self, tree: &Tree) -> PythonService {
        PythonService::read(tree, self.folder.as_ref(), &self.name)
    }
}

/// What a folder is called by which nobody tells a service from another.
const UNTELLING: [&str; 6] = ["app", "backend", "code", "project", "server", "src"];
/// Folders that hold services.
const SHELVES: [&str; 4] = ["apps", "packages", "python", "services"];

/// The folder's name; where that tells nothing, the project's in `pyproject.toml`, the name of a
/// folder around it, or that of the repository (`fallback`). What a checkout of the repository is
/// called says less than its project.
fn telling_name(tree: &Tree, folder: Option<&RelPath>, name: &str, fallback: &str) -> String {
    if folder.is_some() && is_telling(name) {
        return name.to_owned();
    }
    let root = folder.map(RelPath::as_str).unwrap_or_default();
    let project = RelPath::new(crate::python::join(root, "pyproject.toml")).ok();
    let project = project.and_then(|path| tree.text(&path)).and_then(|text| {
        let document: toml_edit::DocumentMut = text.parse().ok()?;
        let project = document.get("project");
        let poetry = || document.get("tool")?.get("poetry");
        let name = project.or_else(poetry)?.get("name")?.as_str()?;
        Some(name.to_owned())
    });
    let around = root.rsplit('/').skip(1).filter(|name| !SHELVES.contains(name));
    let mut names = project.as_deref().into_iter().chain(around).chain([fallback]);
    names.find(|name| is_telling(name)).unwrap_or(name).to_owned()
}

fn is_telling(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    !lower.is_empty() && !UNTELLING.contains(&lower.as_str())
}

/// The one package that lies below `src/` already.
fn existing_package(tree: &Tree, folder: Option<&RelPath>) -> Option<String> {
    let root = folder.map(RelPath::as_str).unwrap_or_default();
    let source = RelPath::new(crate::python::join(root, "src")).ok()?;
    let mut packages: Vec<&str> = tree
        .below(&source)
        .filter_map(|(path, _)| {
            let rest = path.as_str().strip_prefix(source.as_str())?.strip_prefix('/')?;
            let package = rest.strip_suffix("/__init__.py")?;
            (!package.contains('/')).then_some(package)
        })
        .collect();
    packages.dedup();
    match packages.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    }
}

/// Whether the code imports something by a name that is not its own folder: a service in a folder
/// `fastapi` uses the library.
fn imports_library(tree: &Tree, folder: Option<&RelPath>, name: &str) -> bool {
    let root = folder.map(RelPath::as_str).unwrap_or_default();
    let is_there = |below: &str| {
        if below.is_empty() {
            return false;
        }
        let at = |path: String| RelPath::new(path).ok();
        let is_at = |stem: String| {
            at(format!("{stem}.py")).is_some_and(|path| tree.get(&path).is_some())
                || at(stem).is_some_and(|path| tree.has_folder(&path))
        };
        let moved = crate::python::join(root, &format!("src/{below}"));
        is_at(crate::python::join(root, below)) || is_at(moved)
    };
    if is_there("__init__") || is_there(name) {
        return false;
    }
    let files = tree.iter().filter(|(path, _)| {
        path.extension() == "py" && folder.is_none_or(|folder| path.starts_with(folder))
    });
    let mut members = files
        .filter_map(|(_, entry)| entry.text())
        .flat_map(str::lines)
        .filter_map(|line| imported_members(line.trim_start(), name));
    members.any(|members| !members.split(',').any(|member| is_there(first_name(member))))
}

/// What a line imports from `name`: the rest of the module's name, or the names behind `import`.
fn imported_members<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let is_from = line.starts_with("from ");
    let rest = line.strip_prefix("from ").or_else(|| line.strip_prefix("import "))?;
    let rest = rest.trim_start().strip_prefix(name)?;
    if let Some(submodule) = rest.strip_prefix('.') {
        return Some(submodule);
    }
    let ends = rest.is_empty() || rest.starts_with([' ', ',', ';', '#']);
    let names = || rest.trim_start().strip_prefix("import").unwrap_or_default();
    ends.then(|| if is_from { names() } else { "" })
}

fn first_name(text: &str) -> &str {
    let text = text.trim_start_matches(['(', ' ']);
    text.split(|part: char| !(part.is_alphanumeric() || part == '_')).next().unwrap_or(text)
}

/// A folder's name as a package name: an identifier that shadows nothing.
fn package_name(folder: &str) -> String {
    let mut name: String = folder
        .chars()
        .map(
            |character| {
                if character.is_alphanumeric() { character.to_ascii_lowercase() } else { '_' }
            },
        )
        .collect();
    if name.starts_with(|character: char| character.is_ascii_digit()) {
        name.insert_str(0, "service_");
    }
    let shadows = is_standard_module(&name) || crate::python::is_keyword(&name);
    if shadows { format!("{name}_service") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_does_not_hide_a_library_that_its_code_imports() {
        let package = |text: &str| {
            let file = |path: &str, text: &str| {
                (RelPath::new(path).unwrap(), crate::change::Entry::file(text))
            };
            let tree: Tree = [file("svc/redis/main.py", text), file("svc/redis/store.py", "")]
                .into_iter()
                .collect();
            let folder = RelPath::new("svc/redis").unwrap();
            ServiceTarget::new(&tree, Some(folder), "svc").unwrap().package
        };

        assert_eq!(package("import redis\n"), "redis_service");
        assert_eq!(package("from redis.asyncio import Redis\n"), "redis_service");
        assert_eq!(package("from redis import (\n    Redis,\n)\n"), "redis_service");
        assert_eq!(package("from redis import store\n"), "redis");
        assert_eq!(package("from redis.store import put\nimport rediscluster\n"), "redis");
    }

    #[test]
    fn a_package_below_src_keeps_its_name_beside_another_one() {
        let file = |path: &str, text: &str| {
            (RelPath::new(path).unwrap(), crate::change::Entry::file(text))
        };
        let tree: Tree = [
            file("src/shop/__init__.py", ""),
            file("src/shop/main.py", "from shop.orders import show\n"),
            file("src/migrations/__init__.py", ""),
        ]
        .into_iter()
        .collect();

        assert_eq!(ServiceTarget::new(&tree, None, "shop").unwrap().package, "shop");
    }

    #[test]
    fn a_folder_that_tells_nothing_gets_the_name_of_its_project_or_of_what_is_around_it() {
        let package = |folder: &str, project: &str| {
            let file = |name: &str, text: &str| {
                let path = RelPath::new(folder).unwrap().join(name).unwrap();
                (path, crate::change::Entry::file(text))
            };
            let tree: Tree =
                [file("main.py", ""), file("pyproject.toml", project)].into_iter().collect();
            ServiceTarget::new(&tree, Some(RelPath::new(folder).unwrap()), "shop").unwrap().package
        };

        assert_eq!(package("billing", "[project]\nname = \"x\"\n"), "billing");
        assert_eq!(package("backend", "[project]\nname = \"till-api\"\n"), "till_api");
        assert_eq!(package("backend", "[project]\nname = \"app\"\n"), "shop");
        assert_eq!(package("backend", "[tool.poetry]\nname = \"till\"\n"), "till");
        assert_eq!(package("stock/src", ""), "stock");
        assert_eq!(package("services/backend", ""), "shop");
    }

    #[test]
    fn a_service_that_is_the_repository_has_the_name_of_its_project_and_not_of_the_checkout() {
        let package = |project: &str| {
            let file = |name: &str, text: &str| {
                (RelPath::new(name).unwrap(), crate::change::Entry::file(text))
            };
            let tree: Tree =
                [file("main.py", ""), file("pyproject.toml", project)].into_iter().collect();
            ServiceTarget::new(&tree, None, "checkout").unwrap().package
        };

        assert_eq!(package("[project]\nname = \"till-api\"\n"), "till_api");
        assert_eq!(package("[project]\nname = \"app\"\n"), "checkout");
        assert_eq!(package(""), "checkout");
    }

    #[test]
    fn a_folder_name_becomes_an_identifier_that_shadows_nothing() {
        assert_eq!(package_name("osint-service"), "osint_service");
        assert_eq!(package_name("email"), "email_service");
        assert_eq!(package_name("3d"), "service_3d");
        assert_eq!(package_name("class"), "class_service");
    }
}
