//! Clients that modules make while they are imported are made when the application starts, and
//! closed when it stops.
//!
//! `client = AsyncClient(…)` becomes `get_client()`, which makes the client once: the lifespan of
//! the application asks it first, and code that runs without a lifespan, as tests do, still
//! gets its client at the first use. Every use is rewritten, in every file; a client with one
//! use that would make it while something is imported stays as it is and is listed.

mod keeps;
mod kinds;
mod users;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use super::Note;
use super::lifespan::{Extension, extension, holder_file};
use super::rewrite::{Import, edit_file};
use super::thin::package::Package;
use super::uses::Bound;
use super::web::{Holder, Insertion, Web};
use crate::change::RelPath;
use crate::python::manifest::Manifests;
use crate::python::{Module, Moment, PythonService, Statement};
use crate::workspace::{Config, Tree};
use kinds::Kind;
use users::Users;
use write::snake;

/// A client that a module makes.
#[derive(Debug, Clone)]
struct Client {
    /// Index of its file.
    file: usize,
    /// Its name.
    name: String,
    /// Which of the statements of the file makes it.
    statement: usize,
    kind: Kind,
    /// What gives it from now on.
    getter: String,
    /// What closes it from now on.
    closer: String,
}

/// A factory of sessions on an engine.
#[derive(Debug, Clone)]
struct Factory {
    file: usize,
    name: String,
    statement: usize,
    /// The full name of what it makes.
    class: &'static str,
}

/// A client with everything that changes with it.
struct Planned {
    client: Client,
    users: Users,
}

impl Planned {
    /// The statements that become functions, by file and number.
    fn statements(&self) -> impl Iterator<Item = (usize, usize)> {
        let factories = self.users.factories.iter().map(|(made, _)| (made.file, made.statement));
        std::iter::once((self.client.file, self.client.statement)).chain(factories)
    }
}

impl Client {
    fn note(&self, service: &PythonService, why: &str) -> Note {
        let record = &service.modules()[self.file];
        let line = record.module().map_or(0, |module| {
            module.source.line_of(module.facts.statements[self.statement].range.start)
        });
        let message = format!("client {}: it is made while importing still: {why}", self.name);
        Note::new(&record.path, line, message)
    }

    fn bound<'a>(&'a self, service: &'a PythonService) -> Bound<'a> {
        Bound { service, file: self.file, name: &self.name }
    }
}

/// Lets applications make and close the clients of a service in layers.
pub fn start_and_close(
    tree: &mut Tree,
    place: (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let Some((mut service, package)) = Package::read(tree, place, config) else {
        return Vec::new();
    };
    let mut notes = Vec::new();
    let changes = {
        let web = Web::read(tree, &service);
        let manifests = Manifests::of(tree, place.0);
        let planned = plan(&web, &package, &manifests, &mut notes);
        changes(&web, &package, planned, &mut notes)
    };
    let (before, kept) = (tree.clone(), service.clone());
    for (file, change) in &changes {
        let edited = edit_file(tree, &mut service, (*file, &change.edits), &change.imports);
        if let Err(why) = edited {
            *tree = before;
            let path = &kept.modules()[*file].path;
            let message = format!("clients: they are made while importing still: {why}");
            return vec![Note::new(path, 0, message)];
        }
    }
    notes
}

/// The clients whose every use is understood.
fn plan(
    web: &Web<'_>,
    package: &Package,
    manifests: &Manifests,
    notes: &mut Vec<Note>,
) -> Vec<Planned> {
    let mut planned = Vec::new();
    let all = told_apart(web, clients(web, package, manifests, notes));
    for client in all.clone() {
        let users = obstacle(web, &client, &all).map_or_else(|| users::read(web, &client), Err);
        match users {
            Ok(users) => planned.push(Planned { client, users }),
            Err(why) => notes.push(client.note(web.service, &why)),
        }
    }
    planned
}

/// Clients of one name in several modules, with the names of their modules in what gives them.
fn told_apart(web: &Web<'_>, mut clients: Vec<Client>) -> Vec<Client> {
    let getters: Vec<String> = clients.iter().map(|client| client.getter.clone()).collect();
    for client in &mut clients {
        if getters.iter().filter(|getter| **getter == client.getter).count() > 1 {
            let module = snake(web.service.modules()[client.file].path.stem());
            let name = snake(&client.name);
            client.getter = format!("get_{module}_{name}");
            client.closer = format!("close_{module}_{name}");
        }
    }
    clients
}

/// The clients that modules of the package make while they are imported.
fn clients(
    web: &Web<'_>,
    package: &Package,
    manifests: &Manifests,
    notes: &mut Vec<Note>,
) -> Vec<Client> {
    let mut found = Vec::new();
    for file in web.outlines.keys().copied() {
        let record = &web.service.modules()[file];
        let Some(module) = record.module().filter(|_| record.is_sound()) else { continue };
        if record.is_test || !package.holds(web.service, file) {
            continue;
        }
        for (at, statement) in module.facts.statements.iter().enumerate() {
            let Some((name, callee)) = made_by(statement) else { continue };
            let Some(kind) = kinds::made(web, file, callee, manifests) else { continue };
            let plain = snake(name);
            let client = |kind: Kind| Client {
                file,
                name: name.to_owned(),
                statement: at,
                kind,
                getter: format!("get_{plain}"),
                closer: format!("close_{plain}"),
            };
            match kind {
                Ok(kind) => found.push(client(kind)),
                Err(why) => {
                    let line = module.source.line_of(statement.range.start);
                    let message = format!("client {name}: it is made while importing still: {why}");
                    notes.push(Note::new(&record.path, line, message));
                }
            }
        }
    }
    found
}

/// The name that a statement binds and what it calls for that: `name = callee(…)`.
fn made_by(statement: &Statement) -> Option<(&str, &str)> {
    let is_plain = statement.kind == crate::python::StatementKind::Assignment;
    match (&statement.binds[..], statement.callee.as_deref()) {
        ([name], Some(callee)) if is_plain && !name.starts_with("__") => Some((name, callee)),
        _ => None,
    }
}

/// What speaks against a client, whoever uses it.
fn obstacle(web: &Web<'_>, client: &Client, all: &[Client]) -> Option<String> {
    let service = web.service;
    let bound = client.bound(service);
    let module = bound.module()?;
    let line = |offset: usize| module.source.line_of(offset);
    if let Some(again) = bound.again().next() {
        return Some(format!("line {} binds it again", line(again.range.start)));
    }
    if let Some((place, why)) = bound.opaque() {
        return Some(format!("{why} ({place})"));
    }
    let statement = module.facts.statements[client.statement].range.clone();
    let first = module.source.line_range(statement.start);
    let last = module.source.line_range(statement.end.saturating_sub(1));
    let behind = module.text()[statement.end..last.end].trim_start();
    let is_alone = module.text()[first.start..statement.start].trim().is_empty()
        && (behind.is_empty() || behind.starts_with('#'));
    if !is_alone {
        return Some("another statement shares its line".to_owned());
    }
    let mut inside = module.facts.references.iter().filter(|reference| {
        statement.start <= reference.range.start && reference.range.end <= statement.end
    });
    let outside = service.outside();
    inside.find_map(|reference| {
        let is_own = module.facts.bindings_of(&reference.name, 0).count();
        let chain = reference.chain.iter().map(|part| part.name.as_str());
        let dotted: Vec<&str> = std::iter::once(reference.name.as_str()).chain(chain).collect();
        let dotted = dotted.join(".");
        if dotted.ends_with("getenv") || dotted.contains("environ") {
            return Some("it reads the environment, which may be another one later".to_owned());
        }
        if is_own > 1 {
            return Some(format!("{} is bound in several ways", reference.name));
        }
        let mut others = all
            .iter()
            .filter(|other| (other.file, other.statement) != (client.file, client.statement));
        if others.any(|other| other.bound(service).way(client.file, reference).is_some()) {
            return Some(format!("it is made of {}, another client", reference.name));
        }
        if is_filled(module, &reference.name) {
            return Some(format!("{} is changed after it was made", reference.name));
        }
        outside.replaces(client.file, &reference.name).then(|| {
            format!("another object is put in the place of {} from outside", reference.name)
        })
    })
}

/// Whether something is put into what a name of the module stands for.
fn is_filled(module: &Module, name: &str) -> bool {
    const FILLS: [&str; 8] =
        ["append", "extend", "update", "setdefault", "insert", "pop", "clear", "remove"];
    module.facts.references.iter().filter(|found| found.name == name).any(|found| {
        let called = found.chain.first().map(|part| part.name.as_str());
        found.changed || called.is_some_and(|name| FILLS.contains(&name))
    })
}

/// The applications that make and close clients; none where there is none to do it.
fn applications<'w>(web: &'w Web<'_>) -> Vec<&'w Holder> {
    web.apps().filter(|app| !web.is_mounted(&app.owner)).collect()
}

/// What becomes of every file.
fn changes(
    web: &Web<'_>,
    package: &Package,
    planned: Vec<Planned>,
    notes: &mut Vec<Note>,
) -> BTreeMap<usize, Insertion> {
    let mut changes: BTreeMap<usize, Insertion> = BTreeMap::new();
    let mut spans: BTreeMap<usize, (Extension, BTreeSet<String>)> = BTreeMap::new();
    let apps = applications(web);
    let mut placed = Vec::new();
    for one in planned {
        match place(web, package, &apps, &one) {
            Ok(places) => placed.push((one, places)),
            Err(why) => notes.push(one.client.note(web.service, &why)),
        }
    }
    let all = placed.iter().flat_map(|(one, _)| one.statements()).collect();
    for (one, places) in placed {
        for (app, imports) in places {
            let (more, wanted) = spans.entry(app).or_default();
            more.starts.push(format!("{}()", one.client.getter));
            if one.users.closes {
                let wait = if one.client.kind.waits { "await " } else { "" };
                more.stops.insert(0, format!("{wait}{}()", one.client.closer));
            }
            wanted.extend(imports);
        }
        add(web, &one, &all, &mut changes);
    }
    for (app, (more, imports)) in spans {
        // `place` asked the same before.
        let Ok(made) = extension(web, apps[app], &more) else { continue };
        let Ok(file) = holder_file(web, apps[app]) else { continue };
        let change = changes.entry(file).or_default();
        change.edits.extend(made.edits);
        change.imports.extend(made.imports);
        change.imports.extend(imports.iter().filter_map(|text| Import::parse(text)));
    }
    for (file, change) in &mut changes {
        if let Some(module) = web.service.modules()[*file].module() {
            change.edits = write::joined(module, std::mem::take(&mut change.edits));
        }
    }
    changes
}

/// Adds what becomes of a client's own file and of the files that use it.
fn add(
    web: &Web<'_>,
    one: &Planned,
    all: &BTreeSet<(usize, usize)>,
    changes: &mut BTreeMap<usize, Insertion>,
) {
    for (file, edits) in &one.users.edits {
        changes.entry(*file).or_default().edits.extend(edits.iter().cloned());
    }
    for made in write::definitions(web, one, all) {
        let change = changes.entry(made.0).or_default();
        change.edits.extend(made.1.edits);
        change.imports.extend(made.1.imports);
    }
}

/// Which applications make and close a client, by their number, with what their files import for it.
fn place(
    web: &Web<'_>,
    package: &Package,
    apps: &[&Holder],
    one: &Planned,
) -> Result<Vec<(usize, Vec<String>)>, String> {
    if apps.is_empty() {
        return Err("no application is there to close it".to_owned());
    }
    let client = &one.client;
    let edges = web.service.import_edges(Moment::Import);
    let more =
        Extension { starts: vec![client.getter.clone()], stops: vec![client.closer.clone()] };
    let mut places = Vec::new();
    for (number, app) in apps.iter().enumerate() {
        if apps.iter().filter(|other| other.owner.0 == app.owner.0).count() > 1 {
            return Err("several applications are made in one file".to_owned());
        }
        extension(web, app, &more)?;
        let file = holder_file(web, app)?;
        if file == client.file {
            places.push((number, Vec::new()));
            continue;
        }
        let loads = |from: usize, to: usize| users::reached(&edges, [from]).contains(&to);
        if !loads(file, client.file) {
            return Err(
                "the application imports its module only while it runs, if at all".to_owned()
            );
        }
        let known = web.service.names_of(client.file);
        let dotted = known.iter().find_map(|name| package.dotted(name));
        let dotted = dotted.ok_or("its module has no name in the package")?;
        let names = [Some(&client.getter), one.users.closes.then_some(&client.closer)];
        let is_taken = |name: &&String| {
            let module = web.service.modules()[file].module();
            let renamed = one.users.renamed.contains(&file) && **name == client.getter;
            !renamed
                && module.is_some_and(|module| {
                    module.facts.bindings.iter().any(|found| found.name == **name)
                })
        };
        let names: Vec<&String> = names.into_iter().flatten().collect();
        if let Some(taken) = names.iter().find(|name| is_taken(name)) {
            let path = &web.service.modules()[file].path;
            return Err(format!("{taken} means something else in {path}"));
        }
        let is_new =
            |name: &&&String| !(one.users.renamed.contains(&file) && ***name == client.getter);
        let imports =
            names.iter().filter(is_new).map(|name| format!("from {dotted} import {name}"));
        places.push((number, imports.collect()));
    }
    Ok(places)
}
