//! Which files outside of a service use it: other services, shared folders, tests and scripts of
//! the repository.
//!
//! Such a file finds the service by a folder around it, or by the service's own folder, which it
//! puts on `sys.path`. It is read with the service, so that whatever follows a move follows there,
//! too; it is never placed.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::evaluate::PathBase;
use super::facts::ImportKind;
use super::names::{Target, parent};
use super::parse::Module;
use super::service::{PythonService, ServiceModule, is_test_path};
use crate::change::{Entry, RelPath};
use crate::workspace::Tree;

/// Parses the files outside of the folder `root` that use what is in it. `own` are the files of
/// the service.
pub(super) fn read(tree: &Tree, root: &RelPath, own: &[ServiceModule]) -> Vec<ServiceModule> {
    // By whatever folder it is found, its own name stands in the file.
    let word = root.name();
    let files: Vec<(&RelPath, &Entry)> = tree.iter().collect();
    let named = |entry: &Entry| entry.bytes().is_some_and(|bytes| bytes.may_mention(word));
    let candidates: Vec<ServiceModule> = files
        .into_par_iter()
        .filter(|(path, _)| path.extension() == "py" && !path.starts_with(root))
        .filter(|(path, entry)| named(entry) && !has_own(tree, path, root))
        .filter_map(|(path, entry)| {
            let parsed = Module::of(entry.bytes()?);
            Some(ServiceModule::dependent(path.clone(), parsed))
        })
        .collect();
    if candidates.is_empty() {
        return candidates;
    }
    let candidates = with_tests(tree, root, candidates);
    let candidates = with_programs(tree, root, candidates);
    let together = own.iter().cloned().chain(candidates).collect();
    let service = PythonService::of(Some(root), together, root.name());
    let found = (0..service.modules().len())
        .filter(|index| service.modules()[*index].is_dependent && uses(&service, *index, root));
    found.map(|index| service.modules()[index].clone()).collect()
}

/// Whether a folder around a file holds another package of the service's name, which the file finds
/// before the service: tests of another project of that name.
fn has_own(tree: &Tree, path: &RelPath, root: &RelPath) -> bool {
    let name = root.name();
    let around = std::iter::successors(path.parent(), RelPath::parent);
    let mut nearer = around.take_while(|folder| !root.starts_with(folder));
    nearer.any(|folder| {
        let packages = [format!("{name}/__init__.py"), format!("src/{name}/__init__.py")];
        let mut packages = packages.iter().filter_map(|package| folder.join(package).ok());
        packages.any(|package| tree.get(&package).is_some())
    })
}

/// With the files below a `conftest.py` that puts the service's folder on the search path: they find
/// it without naming it.
fn with_tests(tree: &Tree, root: &RelPath, mut found: Vec<ServiceModule>) -> Vec<ServiceModule> {
    let is_reaching = |record: &&ServiceModule| {
        record.path.name() == "conftest.py"
            && record.search_path("").any(|folder| folder == root.as_str())
    };
    let folders: Vec<String> = found
        .iter()
        .filter(is_reaching)
        .map(|record| parent(record.path.as_str()).to_owned())
        .collect();
    let is_below = |path: &RelPath| {
        let mut folders = folders.iter();
        folders.any(|folder| folder.is_empty() || path.as_str().starts_with(&format!("{folder}/")))
    };
    if folders.is_empty() {
        return found;
    }
    let known: BTreeSet<RelPath> = found.iter().map(|record| record.path.clone()).collect();
    let others = tree.iter().filter(|(path, _)| {
        path.extension() == "py"
            && !path.starts_with(root)
            && is_below(path)
            && !known.contains(path)
    });
    found.extend(others.filter_map(|(path, entry)| {
        Some(ServiceModule::dependent(path.clone(), Module::of(entry.bytes()?)))
    }));
    found
}

/// With the files that find the service as another file of their program puts its folder on the
/// search path: those of the same project that import what lies there and nowhere in the project.
fn with_programs(tree: &Tree, root: &RelPath, mut found: Vec<ServiceModule>) -> Vec<ServiceModule> {
    let reaches = |record: &&ServiceModule| {
        !is_test_path(record.path.as_str())
            && record.search_path("").any(|folder| folder == root.as_str())
    };
    let reaching = found.iter().filter(reaches);
    let projects: BTreeSet<RelPath> =
        reaching.filter_map(|record| project_of(&record.path, root)).collect();
    if projects.is_empty() {
        return found;
    }
    let known: BTreeSet<RelPath> = found.iter().map(|record| record.path.clone()).collect();
    for project in &projects {
        for record in found.iter_mut().filter(|record| record.path.starts_with(project)) {
            let is_led = record.search_path("").next().is_none();
            if is_led && finds_only(tree, record, root, project) {
                record.follows_others = true;
            }
        }
        for (path, entry) in tree.below(project) {
            if path.extension() != "py" || known.contains(path) {
                continue;
            }
            let Some(parsed) = entry.bytes().map(|bytes| Module::of(bytes)) else { continue };
            let record = ServiceModule::dependent(path.clone(), parsed);
            // One that sets the search path itself is another program, which looks elsewhere.
            let is_led = record.search_path("").next().is_none();
            if is_led && finds_only(tree, &record, root, project) {
                found.push(record.following());
            }
        }
    }
    found
}

/// The folder beside the service in which a file lies, or the outermost one of its tree.
fn project_of(path: &RelPath, root: &RelPath) -> Option<RelPath> {
    let above = root.parent().filter(|above| path.starts_with(above));
    let before = above.map_or(0, |above| above.segments().count());
    let own: Vec<&str> = path.segments().take(before + 1).collect();
    let project = RelPath::new(own.join("/")).ok()?;
    (path != &project && !root.starts_with(&project)).then_some(project)
}

/// Whether a file imports modules that lie in one folder and neither in its own nor in its project.
fn finds_only(tree: &Tree, record: &ServiceModule, root: &RelPath, project: &RelPath) -> bool {
    let Some(module) = record.module() else { return false };
    let lies_in = |folder: &RelPath, dotted: &str| {
        let place = dotted.replace('.', "/");
        [format!("{place}.py"), format!("{place}/__init__.py")]
            .iter()
            .filter_map(|place| folder.join(place).ok())
            .any(|place| tree.get(&place).is_some())
    };
    let own: Vec<RelPath> = std::iter::once(project.clone())
        .chain(project.join("src").ok())
        .chain(record.path.parent())
        .collect();
    let imports = module.facts.imports.iter().filter(|import| import.level == 0);
    let dotted = imports.flat_map(|import| match import.kind {
        ImportKind::From => vec![import.module.as_str()],
        ImportKind::Import => import.names.iter().map(|name| name.name.as_str()).collect(),
    });
    let mut there = dotted.filter(|dotted| lies_in(root, dotted)).peekable();
    there.peek().is_some() && there.all(|dotted| !own.iter().any(|folder| lies_in(folder, dotted)))
}

/// The folders on the search path that a file computes from its own place, which a move rewrites.
pub(super) fn followed(module: &ServiceModule) -> impl Iterator<Item = String> {
    let facts = module.module().map(|module| &module.facts);
    let edits = facts.into_iter().flat_map(|facts| &facts.paths);
    let own = edits.filter(|path| path.on_search_path && path.value.base == PathBase::File);
    own.filter_map(|path| path.value.locate(module.path.as_str(), ""))
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

/// The folders that such a file puts on `sys.path`; where it does so in a loop over folders, in which
/// it cannot be seen which of them, the service's folder, `root`, when it is one of them.
pub(super) fn folders(module: &ServiceModule, root: &str) -> Vec<String> {
    let Some(parsed) = module.module() else { return Vec::new() };
    let edits_path = memchr::memmem::find(parsed.text().as_bytes(), b"sys.path").is_some();
    let located = parsed.facts.paths.iter().filter_map(|path| {
        let folder = path.value.locate(module.path.as_str(), "")?;
        (path.on_search_path || (edits_path && folder == root)).then_some(folder)
    });
    located.collect()
}
