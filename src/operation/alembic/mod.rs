//! Alembic for a service that has SQLAlchemy models and no migrations.
//!
//! Adds files, changes no code. The database's address is taken from where the service has it,
//! and the first revision is written only where every column can be read; else a note says the
//! command that makes it.

mod declare;
mod env;
mod models;
mod revision;

use super::Note;
use super::thin::package::Package;
use super::web::Web;
use crate::change::{Entry, RelPath};
use crate::layering::Layer;
use crate::operation::files::located;
use crate::python::{PythonService, join};
use crate::workspace::Tree;
use models::{Address, Base, Model, address, bases, models};

/// What every reason begins with.
const STAYS: &str = "no migrations are set up";
/// What makes the first revision by hand.
const COMMAND: &str = "alembic revision --autogenerate -m \"create tables\"";

/// Where the migrations come to.
struct Place {
    /// Their folder, below the tree's root.
    folder: String,
    /// Their folder and that of the code, below the service's folder.
    scripts: String,
    source: &'static str,
}

/// Sets Alembic up for a service; `name` is the service's.
pub fn set_up(tree: &mut Tree, (folder, name): (Option<&RelPath>, &str)) -> Vec<Note> {
    let service = PythonService::read(tree, folder, name);
    if has_migrations(tree, folder) {
        return Vec::new();
    }
    let found = {
        let web = Web::read(tree, &service);
        let bases: Vec<Base> = bases(&web).into_iter().collect();
        let with_models: Vec<(Base, Vec<Model>)> = bases
            .into_iter()
            .map(|base| (base.clone(), models(&web, &base)))
            .filter(|(_, models)| !models.is_empty())
            .collect();
        match &with_models[..] {
            [] => return Vec::new(),
            [(base, models)] => plan(tree, &web, folder, (base, models)),
            several => Err(unclear(&web, several)),
        }
    };
    match found {
        Err(note) => vec![note],
        Ok(Planned { files, mut notes }) => {
            notes.extend(declare::declare(tree, folder));
            for (path, text) in files {
                tree.set(path, Entry::file(text));
            }
            notes
        }
    }
}

fn unclear(web: &Web<'_>, several: &[(Base, Vec<Model>)]) -> Note {
    let places = several
        .iter()
        .map(|(base, _)| format!("{} of {}", base.name, web.service.modules()[base.file].path));
    let places: Vec<String> = places.collect();
    let why = format!("{STAYS}: the models have several bases ({})", places.join(", "));
    Note::new(&web.service.modules()[several[0].0.file].path, 0, why)
}

/// Whether a service has Alembic, or another tool that changes tables.
fn has_migrations(tree: &Tree, folder: Option<&RelPath>) -> bool {
    tree.within(folder).any(|(path, entry)| {
        let text = || entry.text().unwrap_or_default();
        match path.name() {
            "alembic.ini" | "script.py.mako" => true,
            "env.py" => text().contains("alembic"),
            "pyproject.toml" => text().contains("[tool.alembic") || text().contains("[tool.aerich"),
            _ => false,
        }
    })
}

/// What is written and noted.
struct Planned {
    files: Vec<(RelPath, String)>,
    notes: Vec<Note>,
}

fn plan(
    tree: &Tree,
    web: &Web<'_>,
    folder: Option<&RelPath>,
    (base, models): (&Base, &[Model]),
) -> Result<Planned, Note> {
    let service = web.service;
    let path = service.modules()[base.file].path.clone();
    let stays = |why: &str| Note::new(&path, 0, format!("{STAYS}: {why}"));
    let package = Package::find(service, None);
    let place = place(tree, service, package.as_ref()).ok_or_else(|| {
        stays("the service has a folder migrations already, which is another tool's")
    })?;
    let (address, is_async) = address(web).map_err(|why| stays(&why))?;
    let names = env::Names { service, package: package.as_ref() };
    let text = env::text(&names, (base, models), (&address, is_async))
        .ok_or_else(|| stays("its names cannot be imported beside those of Alembic"))?;
    let at = |name: &str| {
        RelPath::new(join(&place.folder, name)).map_err(|error| stays(&error.to_string()))
    };
    let ini = RelPath::new("alembic.ini").map_err(|error| error.to_string());
    let ini = ini.and_then(|path| located(folder, &path)).map_err(|why| stays(&why))?;
    let mut files = vec![
        (ini, env::ini(&place.scripts, place.source)),
        (at("env.py")?, text),
        (at("script.py.mako")?, env::TEMPLATE.to_owned()),
    ];
    let mut notes = Vec::new();
    let revision = match odd_base(web, base) {
        Some(why) => Err(why),
        None => revision::text(web, models),
    };
    match revision {
        Ok(text) => files.push((at("versions/0001_create_tables.py")?, text)),
        Err(why) => {
            files.push((at("versions/.gitkeep")?, String::new()));
            let why = format!("no first revision is written: {why}; `{COMMAND}` makes it");
            notes.push(Note::new(&path, 0, why));
        }
    }
    if address == Address::Told {
        let why = "its migrations have to be told where the database is \
                   (`alembic -x url=… upgrade head`): no module says it";
        notes.push(Note::new(&path, 0, why));
    }
    notes.extend(creators(web));
    Ok(Planned { files, notes })
}

/// What a base says about all of its tables.
fn odd_base(web: &Web<'_>, base: &Base) -> Option<String> {
    let text = web.service.modules()[base.file].module()?.text();
    let words = ["naming_convention", "type_annotation_map", "MetaData(schema", "registry("];
    let word = words.into_iter().find(|word| text.contains(word))?;
    Some(format!("{} has a {}", base.name, word.trim_end_matches('(')))
}

/// Where the migrations of a service come to; none where a folder is in the way.
fn place(tree: &Tree, service: &PythonService, package: Option<&Package>) -> Option<Place> {
    let root = service.root();
    let below = |folder: &str| {
        folder.strip_prefix(root).unwrap_or(folder).trim_start_matches('/').to_owned()
    };
    let is_free = |folder: &str| {
        let prefix = format!("{folder}/");
        let is_file = service.index_of(&format!("{folder}.py")).is_some();
        !is_file && !tree.iter().any(|(path, _)| path.as_str().starts_with(&prefix))
    };
    let folders = match package {
        Some(package) => {
            let database = package.path(Layer::Infrastructure, "database");
            let has = service.index_of(&format!("{database}/__init__.py")).is_some();
            let inner = has.then(|| format!("{database}/migrations"));
            inner.into_iter().chain([package.path(Layer::Infrastructure, "migrations")]).collect()
        }
        None => vec![join(root, "migrations")],
    };
    let folder = folders.into_iter().find(|folder| is_free(folder))?;
    let source = if package.is_some() { "src" } else { "." };
    Some(Place { scripts: below(&folder), folder, source })
}

/// Calls that make tables without Alembic: they stay.
fn creators(web: &Web<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for (file, outline) in &web.outlines {
        let Some(module) = web.service.modules()[*file].module() else { continue };
        let called =
            outline.calls.iter().map(|call| (&*call.what.callee, call.what.start as usize));
        let called = called.filter(|(callee, _)| callee.ends_with("metadata.create_all"));
        let named = module.facts.references.iter().filter(|found| {
            let mut last = found.chain.iter().rev().map(|attribute| attribute.name.as_str());
            last.next() == Some("create_all") && last.next() == Some("metadata")
        });
        let named = named.map(|found| found.range.start);
        let mut lines: Vec<usize> = called
            .map(|(_, start)| start)
            .chain(named)
            .map(|start| module.source.line_of(start))
            .collect();
        lines.sort_unstable();
        lines.dedup();
        let path = &web.service.modules()[*file].path;
        notes.extend(lines.into_iter().map(|line| {
            let why = "create_all stays and goes on making tables; before it goes, `alembic stamp \
                       head` tells a database that it has filled";
            Note::new(path, line, why)
        }));
    }
    notes
}
