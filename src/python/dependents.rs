//! Which files outside of a service use it: other services, shared folders, tests and scripts of
//! the repository.
//!
//! Such a file finds the service by a folder around it, or by the service's own folder, which it
//! puts on `sys.path`. It is read with the service, so that whatever follows a move follows there,
//! too; it is never placed.

use rayon::prelude::*;

use super::names::{Target, join, parent};
use super::parse::Module;
use super::service::{PythonService, ServiceModule};
use crate::change::{Entry, RelPath};
use crate::workspace::Tree;

/// Parses the files outside of the folder `root` that use what is in it. `own` are the files of
/// the service.
pub(super) fn read(tree: &Tree, root: &RelPath, own: &[ServiceModule]) -> Vec<ServiceModule> {
    // By whatever folder it is found, its own name stands in the file.
    let word = memchr::memmem::Finder::new(root.name().as_bytes());
    let files: Vec<(&RelPath, &Entry)> = tree.iter().collect();
    let named = |entry: &Entry| entry.bytes().is_some_and(|bytes| word.find(bytes).is_some());
    let candidates: Vec<ServiceModule> = files
        .into_par_iter()
        .filter(|(path, _)| path.extension() == "py" && !path.starts_with(root))
        .filter(|(_, entry)| named(entry))
        .filter_map(|(path, entry)| {
            let parsed = Module::of(entry.bytes()?);
            Some(ServiceModule::dependent(path.clone(), parsed))
        })
        .collect();
    if candidates.is_empty() {
        return candidates;
    }
    let together = own.iter().cloned().chain(candidates).collect();
    let service = PythonService::of(Some(root), together, root.name());
    let found = (0..service.modules().len())
        .filter(|index| service.modules()[*index].is_dependent && uses(&service, *index, root));
    found.map(|index| service.modules()[index].clone()).collect()
}

/// Whether a file imports something of the service, names it in a string, or computes a path to it.
fn uses(service: &PythonService, index: usize, root: &RelPath) -> bool {
    let record = &service.modules()[index];
    let Some(module) = record.module() else { return false };
    let is_own = |found: usize| !service.modules()[found].is_dependent;
    let imports = || {
        let mut imports = module.facts.imports.iter();
        imports.any(|import| {
            service.imported_by(index, import).into_iter().any(is_own)
                || matches!(service.resolve_from(index, import), Target::Folder(folder) if is_in(&folder, root))
        })
    };
    let strings = || {
        module.facts.strings.iter().any(|string| {
            let name = string.value.split(':').next().unwrap_or_default();
            let dots = name.match_indices('.').map(|(end, _)| end);
            let mut ends = dots.chain(name.contains('.').then_some(name.len()));
            ends.any(|end| {
                matches!(service.resolve(index, &name[..end]), Target::Module(found) if is_own(found))
            })
        })
    };
    let paths = || {
        let located = module
            .facts
            .paths
            .iter()
            .filter_map(|path| path.value.locate(record.path.as_str(), ""));
        located.into_iter().any(|path| is_in(&path, root))
    };
    imports() || strings() || paths()
}

fn is_in(path: &str, root: &RelPath) -> bool {
    path.strip_prefix(root.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folders that Python searches for the imports of such a file: that of the program or of
/// pytest, those that it puts on `sys.path`, and the folders around the service.
pub(super) fn search_path(
    module: &ServiceModule,
    root: &str,
    is_package: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut first = parent(module.path.as_str());
    while !first.is_empty() && is_package(&join(first, "__init__.py")) {
        first = parent(first);
    }
    let mut roots = vec![first.to_owned()];
    if let Some(parsed) = module.module() {
        // In a loop over folders it cannot be seen which of them goes to the search path.
        let edits_path = memchr::memmem::find(parsed.text().as_bytes(), b"sys.path").is_some();
        let located = parsed.facts.paths.iter().filter_map(|path| {
            let folder = path.value.locate(module.path.as_str(), "")?;
            (path.on_search_path || (edits_path && folder == root)).then_some(folder)
        });
        roots.extend(located);
    }
    let mut around = root;
    while !around.is_empty() {
        around = parent(around);
        roots.push(around.to_owned());
    }
    roots
}
