//! Clients of a database or cache that readiness can ask: which they are, and by which name.
//!
//! One that a module makes once, of a class whose question is known, is asked where the file of
//! the application imports that module already, so that nothing is imported that was not. Every
//! other one is listed.

use super::Note;
use super::web::{Holder, Web};
use crate::python::{BindingKind, ImportKind, Qualified, StatementKind, Target};

/// What makes a client, what readiness calls it, and the check that asks it.
const MAKERS: [(&str, &str, &str); 11] = [
    ("sqlalchemy.create_engine", "database", "check_engine"),
    ("sqlalchemy.engine.create_engine", "database", "check_engine"),
    ("sqlalchemy.ext.asyncio.create_async_engine", "database", "check_engine"),
    ("sqlmodel.create_engine", "database", "check_engine"),
    ("redis.from_url", "cache", "check_ping"),
    ("redis.Redis", "cache", "check_ping"),
    ("redis.Redis.from_url", "cache", "check_ping"),
    ("redis.asyncio.from_url", "cache", "check_ping"),
    ("redis.asyncio.Redis", "cache", "check_ping"),
    ("redis.asyncio.Redis.from_url", "cache", "check_ping"),
    ("redis.asyncio.client.Redis", "cache", "check_ping"),
];

/// A client that a module makes.
#[derive(Debug, Clone)]
struct Client {
    file: usize,
    offset: usize,
    name: String,
    label: &'static str,
    check: &'static str,
}

/// One thing that readiness asks.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// What it is called in the answer.
    pub(super) label: &'static str,
    /// The function of the shared library.
    pub(super) check: &'static str,
    /// What the file of the application calls the client.
    pub(super) name: String,
    /// The import that the file needs for that.
    pub(super) import: Option<String>,
}

/// What the readiness of an application asks; a note for each client that it does not.
pub(super) fn asked(web: &Web<'_>, app: &Holder, notes: &mut Vec<Note>) -> Vec<Asked> {
    let mut found: Vec<Asked> = Vec::new();
    for client in clients(web) {
        let has_label = found.iter().any(|known| known.label == client.label);
        let judged = if has_label { Err("another one is asked") } else { reach(web, app, &client) };
        match judged {
            Ok((name, import)) => {
                found.push(Asked { label: client.label, check: client.check, name, import });
            }
            Err(why) => {
                let offset = u32::try_from(client.offset).unwrap_or_default();
                let message = format!(
                    "readiness does not ask {}: {why}; name it in HealthMonitor(…) by {}",
                    client.name, client.check
                );
                notes.push(web.note(client.file, offset, message));
            }
        }
    }
    found
}

/// The clients that modules make once, while they are imported.
fn clients(web: &Web<'_>) -> Vec<Client> {
    let mut found = Vec::new();
    for file in web.outlines.keys().copied() {
        let Some(module) = web.service.modules()[file].module() else { continue };
        for statement in &module.facts.statements {
            let (StatementKind::Assignment, Some(callee), [name]) =
                (statement.kind, &statement.callee, &statement.binds[..])
            else {
                continue;
            };
            let Qualified::External(path) = web.service.qualify(file, 0, callee) else { continue };
            let Some((_, label, check)) = MAKERS.iter().find(|(maker, ..)| *maker == path) else {
                continue;
            };
            let (offset, name) = (statement.range.start, name.clone());
            found.push(Client { file, offset, name, label, check });
        }
    }
    found
}

/// The name of a client in the file of an application, with the import that it takes.
fn reach(
    web: &Web<'_>,
    app: &Holder,
    client: &Client,
) -> Result<(String, Option<String>), &'static str> {
    let unseen = "it cannot be read";
    let own = web.service.modules()[client.file].module().ok_or(unseen)?;
    let mut bound = own.facts.bindings_of(&client.name, 0);
    let is_made_once = bound.next().is_some_and(|found| found.from == 0) && bound.next().is_none();
    if !is_made_once {
        return Err("its name is bound more than once");
    }
    let (file, start) = (app.owner.0, app.call.start as usize);
    if client.file == file {
        let is_before = client.offset < start;
        return if is_before {
            Ok((client.name.clone(), None))
        } else {
            Err("it is made behind the application")
        };
    }
    let module = web.service.modules()[file].module().ok_or(unseen)?;
    let here = |at: usize| {
        let import = &module.facts.imports[at];
        import.kind == ImportKind::From
            && import.scope == 0
            && import.level == 0
            && module.facts.statements[import.statement].kind == StatementKind::Import
            && web.service.resolve_from(file, import) == Target::Module(client.file)
    };
    let imports = (0..module.facts.imports.len()).filter(|at| here(*at));
    let imports: Vec<usize> = imports.collect();
    let Some(first) = imports.first() else {
        return Err("the file of the application does not import its module");
    };
    let known = module.facts.bindings.iter().find(|binding| match binding.kind {
        BindingKind::Import(at, position) => {
            imports.contains(&at) && module.facts.imports[at].names[position].name == client.name
        }
        _ => false,
    });
    if let Some(known) = known {
        return Ok((known.name.clone(), None));
    }
    if module.facts.bindings.iter().any(|binding| binding.name == client.name) {
        return Err("its name means something else in the file of the application");
    }
    let path = &module.facts.imports[*first].module;
    Ok((client.name.clone(), Some(format!("from {path} import {}", client.name))))
}
