//! Which service is migrated: its folder below the root, and its package's name.

use crate::change::RelPath;
use crate::python::{PythonService, is_standard_module};
use crate::workspace::Tree;

/// A service to migrate.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        let package = existing_package(tree, folder.as_ref()).unwrap_or_else(|| package_name(name));
        let name = name.to_owned();
        Ok(Self { folder, package, name })
    }

    /// The service's folder, empty for the root.
    pub fn root(&self) -> &str {
        self.folder.as_ref().map(RelPath::as_str).unwrap_or_default()
    }

    /// Reads the service's Python files.
    pub fn read(&self, tree: &Tree) -> PythonService {
        PythonService::read(tree, self.folder.as_ref(), &self.name)
    }
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
    fn a_folder_name_becomes_an_identifier_that_shadows_nothing() {
        assert_eq!(package_name("osint-service"), "osint_service");
        assert_eq!(package_name("email"), "email_service");
        assert_eq!(package_name("3d"), "service_3d");
        assert_eq!(package_name("class"), "class_service");
    }
}
