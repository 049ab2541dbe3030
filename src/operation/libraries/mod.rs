//! Wiring the workspace's shared libraries into a service.
//!
//! The service names them as dependencies, uv takes them from the workspace, and the service is
//! one of its members. Which text says so depends on where the service keeps its dependencies;
//! a project that is not described in `[project]`, or whose image installs it where the
//! libraries are not, is left as it is with the reason.

mod member;
mod obstacle;
mod project;

use toml_edit::{DocumentMut, TableLike};

use crate::change::RelPath;
use crate::operation::Note;
use crate::operation::text::restore;
use crate::python::PythonService;
use crate::workspace::{Config, Tree};

pub use member::join;
pub use obstacle::obstacles;
pub(super) use obstacle::{conflicting, image_obstacles, images_without_libraries};
pub(super) use project::push;

/// Modules whose import says that a service keeps data in a database.
const DATABASE: [&str; 9] = [
    "sqlalchemy",
    "sqlmodel",
    "asyncpg",
    "psycopg",
    "psycopg2",
    "aiosqlite",
    "databases",
    "alembic",
    "pymysql",
];
/// Modules whose import says that it exchanges messages.
const MESSAGING: [&str; 8] =
    ["aio_pika", "pika", "aiokafka", "kafka", "confluent_kafka", "faststream", "nats", "aiormq"];

/// What the shared libraries that a service can use are called, without their prefix.
pub fn wanted(service: &PythonService) -> Vec<&'static str> {
    let mut imported = std::collections::BTreeSet::new();
    for record in service.modules().iter().filter(|record| !record.is_test) {
        let Some(module) = record.module() else { continue };
        for import in module.facts.imports.iter().filter(|import| import.level == 0) {
            let names = import.names.iter().map(|name| name.name.as_str());
            let modules = match import.kind {
                crate::python::ImportKind::From => vec![import.module.as_str()],
                crate::python::ImportKind::Import => names.collect(),
            };
            let first = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
            imported.extend(modules.into_iter().map(first));
        }
    }
    let any = |names: &[&str]| names.iter().any(|name| imported.contains(*name));
    let mut wanted = vec!["core"];
    let rest = [("api", any(&["fastapi"])), ("db", any(&DATABASE)), ("messaging", any(&MESSAGING))];
    wanted.extend(rest.into_iter().filter(|(_, is_used)| *is_used).map(|(name, _)| name));
    wanted
}

/// Names the libraries as dependencies of the service in `folder` and makes it a member.
///
/// `packages` are their import names. Fails with a sentence when a file cannot be edited.
pub fn wire(
    tree: &mut Tree,
    folder: &RelPath,
    config: &Config,
    packages: &[String],
) -> Result<Vec<Note>, String> {
    let names: Vec<String> = packages.iter().map(|package| package.replace('_', "-")).collect();
    project::depend(tree, folder, &names)?;
    join(tree, folder, config, &names)?;
    Ok(obstacle::images(tree, folder, config))
}

/// A `pyproject.toml` with one more requirement in its list of dependencies.
pub(super) fn listing(text: &str, requirement: &str) -> Result<String, String> {
    let mut document = text
        .parse::<DocumentMut>()
        .map_err(|error| format!("pyproject.toml: {}", error.message()))?;
    project::listed(&mut document, &[requirement.to_owned()])?;
    Ok(restore(text, &document.to_string()))
}

/// A text with an extra where it names a distribution, and whether it names it at all.
///
/// The line of the workspace's sources names it as well, and takes no extra.
pub(super) fn with_extra(text: &str, package: &str, extra: &str) -> (String, bool) {
    let name = package.replace('_', "-");
    let mut is_named = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let quoted = format!("\"{name}\"");
        if line.contains(&quoted) && !line.trim_start().starts_with(&quoted_key(&name)) {
            is_named = true;
            return line.replacen(&quoted, &format!("\"{name}[{extra}]\""), 1);
        }
        if line.trim() == name {
            is_named = true;
            return line.replacen(&name, &format!("{name}[{extra}]"), 1);
        }
        is_named |= line.contains(&format!("{name}[{extra}]"));
        line.to_owned()
    });
    let text = lines.collect::<String>();
    (text, is_named)
}

/// How a key of a table begins that is quoted.
fn quoted_key(name: &str) -> String {
    format!("\"{name}\" =")
}

/// Whether a project takes a package from its workspace.
pub(super) fn from_workspace(document: &DocumentMut, package: &str) -> bool {
    let sources = project::table(document, &["tool", "uv", "sources"]);
    let mut names = sources.into_iter().flat_map(TableLike::iter).map(|(name, _)| name);
    names.any(|name| normalised(name) == normalised(package))
}

/// Why code of the service in `folder` cannot import a shared library yet.
pub(super) fn unusable(tree: &Tree, folder: &RelPath, config: &Config, package: &str) -> Vec<Note> {
    let Ok(path) = folder.join("pyproject.toml") else { return Vec::new() };
    let document = tree.text(&path).and_then(|text| text.parse::<DocumentMut>().ok());
    if !document.is_some_and(|document| from_workspace(&document, package)) {
        let message = format!("{package} is no dependency of it; run shared-libraries first");
        return vec![Note::new(&path, 0, message)];
    }
    obstacle::images(tree, folder, config)
}

/// The import name of a shared library that code of a service can use, or why it cannot.
///
/// `subject` is what stays as it is then, and `place` the first line that would have used it.
/// `needed` are functions and classes by the library's modules: one that was generated by an
/// earlier release may lack them.
pub(super) fn usable(
    tree: &Tree,
    (folder, config): (Option<&RelPath>, Option<&Config>),
    (library, needed): (&str, &[(&str, &str)]),
    (subject, place): (&str, (&RelPath, usize)),
) -> Result<String, Vec<Note>> {
    let (Some(config), Some(folder)) = (config, folder) else {
        let message = format!(
            "{subject}: there is no workspace around the service, so there is no shared library"
        );
        return Err(vec![Note::new(place.0, place.1, message)]);
    };
    let package = format!("{}_{library}", config.prefix);
    let mut obstacles = unusable(tree, folder, config, &package);
    obstacles.extend(lacking(tree, config, &package, needed));
    if obstacles.is_empty() {
        return Ok(package);
    }
    let stays = |note: Note| Note { message: format!("{subject}: {}", note.message), ..note };
    Err(obstacles.into_iter().map(stays).collect())
}

/// What a library that lies in the workspace lacks.
fn lacking(tree: &Tree, config: &Config, package: &str, needed: &[(&str, &str)]) -> Option<Note> {
    let path = config.libs.join(format!("{package}/src/{package}/__init__.py")).ok()?;
    tree.get(&path)?;
    needed.iter().find_map(|(module, name)| {
        let path = config.libs.join(format!("{package}/src/{package}/{module}.py")).ok()?;
        let text = tree.text(&path).unwrap_or_default();
        let defines =
            ["def ", "class "].iter().any(|word| text.contains(&format!("\n{word}{name}(")))
                || text.contains(&format!("\nclass {name}:"));
        (!defines).then(|| {
            let message = format!(
                "{package} has no {name} yet: bring the library up to date, then run the step again"
            );
            Note::new(&path, 0, message)
        })
    })
}

/// The name of a distribution as indexes compare it.
fn normalised(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}
