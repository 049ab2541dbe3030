//! What could make pytest find something else once tests lie in other folders.

use crate::change::RelPath;
use crate::operation::Note;
use crate::python::{Imported, PythonService, join};
use crate::workspace::Tree;

/// What in a `conftest.py` treats tests by where they lie.
const BY_PLACE: [&str; 5] =
    ["pytest_ignore_collect", "collect_ignore", "fspath", "nodeid", "request.path"];
/// A hook that sees all tests, and what it would look at to see where they lie.
const HOOK: &str = "pytest_collection_modifyitems";
const PLACES: [&str; 4] = [".path", ".location", ".module", "__file__"];
/// Files that tell pytest where to look.
const SETTINGS: [&str; 5] = ["pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg", ".pytest.ini"];
/// Settings that choose tests by where they lie.
const CHOICES: [&str; 4] = ["norecursedirs", "--ignore", "--deselect", "consider_namespace"];

/// What keeps all tests in place.
pub(super) fn of_all(tree: &Tree, service: &PythonService) -> Option<Note> {
    let shared = service.modules().iter().filter(|record| record.path.name() == "conftest.py");
    for record in shared {
        let Some(module) = record.module() else { continue };
        let has = |word: &&str| module.text().contains(*word);
        let by_hook = has(&HOOK) && PLACES.iter().any(has);
        let word = BY_PLACE.into_iter().find(|word| has(word)).or(by_hook.then_some(HOOK));
        if let Some(word) = word {
            let at = module.text().find(word).unwrap_or_default();
            let why = format!("{word} may treat them by where they lie");
            return Some(Note::new(&record.path, module.source.line_of(at), why));
        }
    }
    for name in SETTINGS {
        let Ok(path) = RelPath::new(join(service.root(), name)) else { continue };
        let Some(text) = tree.text(&path) else { continue };
        let lines = text.lines().enumerate();
        let mut lines = lines.filter(|(_, line)| !line.trim_start().starts_with('#'));
        let found = lines.find_map(|(number, line)| {
            let word = CHOICES.iter().find(|word| line.contains(**word))?;
            Some((number + 1, *word))
        });
        if let Some((line, word)) = found {
            return Some(Note::new(&path, line, format!("{word} chooses them by where they lie")));
        }
    }
    None
}

/// Whether a folder for tests of one kind is there and is no package, unlike the tests around it:
/// a package of it would take the tests that are there away from what lies beside them.
pub(super) fn is_apart(service: &PythonService, folder: &str, kind: &str) -> bool {
    let has = |path: String| service.index_of(&path).is_some();
    let inside = format!("{folder}/{kind}/");
    let mut modules = service.modules().iter();
    has(format!("{folder}/__init__.py"))
        && !has(format!("{inside}__init__.py"))
        && modules.any(|record| record.path.as_str().starts_with(&inside))
}

/// What keeps one test in place, with the line.
pub(super) fn of_one(
    service: &PythonService,
    index: usize,
    folder: &str,
) -> Option<(usize, String)> {
    let record = &service.modules()[index];
    let module = record.module()?;
    let name = record.path.name();
    let is_package = service.index_of(&format!("{folder}/__init__.py")).is_some();
    let twin = service.modules().iter().enumerate().find(|(other, found)| {
        *other != index && found.path.name() == name && found.path.as_str().starts_with(folder)
    });
    if let Some((_, twin)) = twin {
        return Some((0, format!("{} has its name", twin.path)));
    }
    if !is_package {
        let beside = module.facts.imports.iter().find(|import| {
            import.names.iter().any(|name| match service.resolve_name(index, import, name) {
                Imported::Module(found) | Imported::Attribute(found) => {
                    lies_in(service, found, folder)
                }
                _ => false,
            }) || service
                .imported_by(index, import)
                .into_iter()
                .any(|found| lies_in(service, found, folder))
        });
        if let Some(import) = beside {
            let why =
                "it imports a module that lies beside it, which pytest finds by the test's folder";
            return Some((module.source.line_of(import.range.start), why.to_owned()));
        }
    }
    let is_imported = service.modules().iter().enumerate().any(|(other, found)| {
        let imports = found.module().map(|module| module.facts.imports.as_slice());
        other != index
            && imports
                .unwrap_or_default()
                .iter()
                .any(|import| service.imported_by(other, import).contains(&index))
    });
    is_imported.then(|| (0, "another file imports it".to_owned()))
}

fn lies_in(service: &PythonService, index: usize, folder: &str) -> bool {
    let path = service.modules()[index].path.as_str();
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
