//! A contract over the imports of a service that lies in layers, and the CI job that holds it.
//!
//! The contract is import-linter's, in the words of a generated service. What breaks it today is
//! listed in it by name: a listed import that is gone is an error of import-linter, and the job
//! lets the lists grow by nothing, so that they can only shrink.

mod graph;
mod known;

use std::collections::BTreeSet;
use std::str::FromStr;

use toml_edit::{Array, DocumentMut};

use self::graph::{Import, Imports};
use super::Note;
use super::libraries::from_workspace;
use super::text::restore;
use crate::change::{Entry, RelPath};
use crate::layering::{Layer, is_outer_library};
use crate::python::{PythonService, join};
use crate::workspace::Tree;

/// The job, below the root of the tree.
const JOB: &str = ".github/workflows/import-layers.yml";
const JOB_TEXT: &str = include_str!("import-layers.yml");

/// Libraries that the inner layers of a generated service may not know either.
const FRAMEWORKS: [&str; 6] =
    ["fastapi", "pydantic", "pydantic_settings", "sqlalchemy", "starlette", "uvicorn"];

/// Writes the contract into the service's `pyproject.toml` and the job that holds it.
///
/// `prefix` is what the names of the workspace's shared libraries begin with.
pub fn guard(
    tree: &mut Tree,
    service: &PythonService,
    package: &str,
    prefix: Option<&str>,
) -> Result<Vec<Note>, String> {
    let root = service.root();
    let path = RelPath::new(join(root, "pyproject.toml")).map_err(|error| error.to_string())?;
    let source = join(root, &format!("src/{package}"));
    let has_layers = Layer::ALL.into_iter().all(|layer| {
        service.index_of(&format!("{source}/{}/__init__.py", layer.folder())).is_some()
    });
    if !has_layers || has_contract(tree, root) {
        return Ok(Vec::new());
    }
    let Some(text) = tree.text(&path).map(str::to_owned) else { return Ok(Vec::new()) };
    if let Some((file, line)) = through_source(service, package) {
        let message = format!(
            "there is no contract over imports: the code imports `src.{package}`, of which \
             import-linter would know nothing below `{package}`"
        );
        return Ok(vec![Note::new(&file, line, message)]);
    }
    let imports = Imports::read(service, &source, package);
    if !imports.unreadable.is_empty() {
        let message = "there is no contract over imports: import-linter reads no package with a \
            file that does not parse";
        return Ok(imports.unreadable.iter().map(|file| Note::new(file, 0, message)).collect());
    }
    let libraries = prefix.map(|prefix| shared(&text, prefix)).unwrap_or_default();
    let forbidden = forbidden(&imports, package, libraries);
    let layers = known::against_layers(&imports, package);
    let purity = known::against_purity(&imports, package, &forbidden);
    let listed = layers.iter().chain(&purity);
    if let Some((importer, imported)) = listed.clone().find(|pair| !is_expressible(pair)) {
        let message = format!(
            "there is no contract over imports: import-linter cannot name `{importer}` or \
             `{imported}`; rename the file to an identifier"
        );
        return Ok(vec![Note::new(&path, 0, message)]);
    }
    let contract = contract(&imports, package, (&layers, &purity), &forbidden);
    let new = appended(&text, &contract);
    DocumentMut::from_str(&new).map_err(|error| format!("{path}: {error}"))?;
    set(tree, &path, &new);
    let job = RelPath::new(JOB).map_err(|error| error.to_string())?;
    if tree.get(&job).is_none() {
        tree.set(job, Entry::file(JOB_TEXT));
    }
    if listed.count() == 0 {
        return Ok(Vec::new());
    }
    let message = format!(
        "{} against the layers and {} of libraries or settings in domain and application are \
         listed under ignore_imports; the lists may only shrink",
        plural(layers.len(), "import"),
        plural(purity.len(), "import"),
    );
    Ok(vec![Note::new(&path, 0, message)])
}

/// The first import of the package through the folder it lies in: `from src.shop.main import app`.
fn through_source(service: &PythonService, package: &str) -> Option<(RelPath, usize)> {
    let prefix = format!("src.{package}");
    let is_through = |name: &str| {
        name.strip_prefix(&prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    service.modules().iter().filter(|record| !record.is_test).find_map(|record| {
        let module = record.module()?;
        let found = module.facts.imports.iter().find(|import| {
            import.level == 0
                && (is_through(&import.module)
                    || import.names.iter().any(|name| is_through(&name.name)))
        })?;
        Some((record.path.clone(), module.source.line_of(found.range.start)))
    })
}

/// Whether import-linter is configured in any of its files.
fn has_contract(tree: &Tree, root: &str) -> bool {
    let has = |name: &str, word: &str| {
        let path = RelPath::new(join(root, name)).ok();
        path.and_then(|path| tree.text(&path)).is_some_and(|text| text.contains(word))
    };
    has("pyproject.toml", "[tool.importlinter")
        || has("setup.cfg", "[importlinter")
        || has(".importlinter", "[importlinter")
}

/// The shared libraries that the service depends on, but for the one that every layer may know.
fn shared(project: &str, prefix: &str) -> Vec<String> {
    let Ok(document) = DocumentMut::from_str(project) else { return Vec::new() };
    let names = ["api", "clients", "db", "gateway", "messaging"];
    let packages = names.iter().map(|name| format!("{prefix}_{name}"));
    packages.filter(|package| from_workspace(&document, package)).collect()
}

/// What domain and application may not import: frameworks, libraries of the outer layers that
/// the service uses anywhere, shared libraries, and its own settings.
fn forbidden(imports: &Imports, package: &str, shared: Vec<String>) -> Vec<String> {
    let used = imports.outside.iter().map(|(_, library)| library.as_str());
    let mut names: BTreeSet<String> =
        used.filter(|library| is_outer_library(library)).map(str::to_owned).collect();
    names.extend(FRAMEWORKS.map(str::to_owned));
    names.extend(shared);
    let mut names: Vec<String> = names.into_iter().collect();
    let settings = ["config", "settings"].map(|name| format!("{package}.{name}"));
    names.extend(settings.into_iter().filter(|name| imports.modules.contains_key(name)));
    names
}

/// Whether import-linter can name both ends of an import.
fn is_expressible((importer, imported): &Import) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.');
    importer.chars().chain(imported.chars()).all(is_word)
}

fn contract(
    imports: &Imports,
    package: &str,
    (layers, purity): (&[Import], &[Import]),
    forbidden: &[String],
) -> String {
    let mut order = vec![
        format!("{package}.presentation | {package}.infrastructure"),
        format!("{package}.application"),
        format!("{package}.domain"),
    ];
    let main = format!("{package}.main");
    if imports.modules.contains_key(&main) {
        order.insert(0, main);
    }
    let inner = [format!("{package}.domain"), format!("{package}.application")];
    let mut text = format!(
        "# The layers: an inner one knows nothing of an outer one, and the two outermost know\n\
         # nothing of each other. What breaks this today is listed under ignore_imports: take a\n\
         # line out when it is mended. A line that matches nothing is an error, and CI lets the\n\
         # lists grow by nothing.\n\
         [tool.importlinter]\nroot_package = \"{package}\"\ninclude_external_packages = true\n\n\
         [[tool.importlinter.contracts]]\nname = \"Layers point inwards\"\ntype = \"layers\"\n"
    );
    text.push_str(&list("layers", &order));
    text.push_str(&ignored(layers));
    text.push_str(
        "\n[[tool.importlinter.contracts]]\n\
         name = \"Domain and application are pure Python\"\ntype = \"forbidden\"\n",
    );
    let inner: Array = inner.iter().map(String::as_str).collect();
    text.push_str(&format!("source_modules = {inner}\n"));
    text.push_str(&list("forbidden_modules", forbidden));
    text.push_str("allow_indirect_imports = true\n");
    text.push_str(&ignored(purity));
    text
}

fn ignored(imports: &[Import]) -> String {
    let lines = imports.iter().map(|(importer, imported)| format!("{importer} -> {imported}"));
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { String::new() } else { list("ignore_imports", &lines) }
}

/// A list with an item a line.
fn list(key: &str, items: &[String]) -> String {
    let lines = items.iter().map(|item| format!("    {},\n", toml_edit::Value::from(item)));
    format!("{key} = [\n{}]\n", lines.collect::<String>())
}

fn appended(text: &str, contract: &str) -> String {
    let body = text.trim_end();
    let gap = if body.is_empty() { "" } else { "\n\n" };
    restore(text, &format!("{body}{gap}{contract}"))
}

fn set(tree: &mut Tree, path: &RelPath, text: &str) {
    if let Some(entry) = tree.get(path).map(|entry| entry.with_bytes(text)) {
        tree.set(path.clone(), entry);
    }
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
