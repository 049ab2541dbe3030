//! The tables of a service: the base of its models, their files, the engine.

use std::collections::{BTreeMap, BTreeSet};

use crate::operation::web::Web;
use crate::python::outline::{Call, Class, Value};
use crate::python::{Qualified, Resolution};

/// How many bases a model is followed through.
const DEPTH: usize = 8;
const BASES: [&str; 2] = ["sqlalchemy.orm.DeclarativeBase", "sqlalchemy.orm.DeclarativeBaseNoMeta"];
const MAKERS: [&str; 3] = [
    "sqlalchemy.orm.declarative_base",
    "sqlalchemy.ext.declarative.declarative_base",
    "sqlalchemy.ext.declarative.api.declarative_base",
];

/// What the models descend from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Base {
    /// Index of the file in which it is bound.
    pub(super) file: usize,
    /// Its name there.
    pub(super) name: String,
}

/// A model with a table.
#[derive(Debug, Clone)]
pub(super) struct Model {
    /// Index of its file.
    pub(super) file: usize,
    /// Its number among the classes of the file.
    pub(super) class: u32,
    /// Its name.
    pub(super) name: String,
    /// Whether it descends from the base and nothing else.
    pub(super) is_plain: bool,
}

/// Where the database is, as the service says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// An engine of a module.
    Engine(usize, String),
    /// An expression over names of a module.
    Url(usize, BTreeSet<String>, String),
    /// Only known when something runs.
    Told,
}

/// Every base of a service's models.
pub(super) fn bases(web: &Web<'_>) -> BTreeSet<Base> {
    let mut found = BTreeSet::new();
    for (file, outline) in &web.outlines {
        for class in outline.classes.iter().filter(|class| class.context.function.is_none()) {
            let is_base = class.bases.iter().any(|base| {
                matches!(web.service.qualify(*file, 0, base),
                    Qualified::External(path) if BASES.contains(&path.as_str()))
            });
            if is_base {
                found.insert(Base { file: *file, name: class.name.to_string() });
            }
        }
        for made in &outline.assignments {
            let Some(call) = made.value.as_ref().and_then(Value::call) else { continue };
            let is_outer = made.context.function.is_none() && made.context.class.is_none();
            let path = web.service.qualify(*file, 0, &call.callee);
            let is_maker =
                matches!(path, Qualified::External(path) if MAKERS.contains(&path.as_str()));
            if is_outer && is_maker {
                found.insert(Base { file: *file, name: made.target.to_string() });
            }
        }
    }
    found
}

/// The models that descend from a base, in the order of the files.
pub(super) fn models(web: &Web<'_>, base: &Base) -> Vec<Model> {
    let mut found = Vec::new();
    for (file, outline) in &web.outlines {
        for (number, class) in (0_u32..).zip(&outline.classes) {
            let has_table = outline
                .assignments
                .iter()
                .any(|one| &*one.target == "__tablename__" && one.context.class == Some(number));
            if has_table && descends(web, (*file, class), base, DEPTH) {
                let is_plain = matches!(&class.bases[..], [only] if leads(web, *file, only, base));
                let name = class.name.to_string();
                found.push(Model { file: *file, class: number, name, is_plain });
            }
        }
    }
    found
}

fn leads(web: &Web<'_>, file: usize, name: &str, base: &Base) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    match web.service.qualify(file, 0, name) {
        Qualified::Definition(owner, own) => owner == base.file && own == base.name,
        _ if name.contains('.') => last == base.name,
        _ => web
            .service
            .definition(file, name)
            .is_some_and(|(owner, own, _)| owner == base.file && own == base.name),
    }
}

fn descends(web: &Web<'_>, (file, class): (usize, &Class), base: &Base, depth: usize) -> bool {
    let Some(below) = depth.checked_sub(1) else { return false };
    class.bases.iter().any(|name| {
        if leads(web, file, name, base) {
            return true;
        }
        let Some((owner, own, true)) = web.service.definition(file, name) else { return false };
        let outline = web.outlines.get(&owner);
        let parent =
            outline.and_then(|outline| outline.classes.iter().find(|one| *one.name == *own));
        parent.is_some_and(|parent| descends(web, (owner, parent), base, below))
    })
}

/// Where the database is, and whether its engine is asynchronous; fails with what is unclear.
pub(super) fn address(web: &Web<'_>) -> Result<(Address, bool), String> {
    let mut engines: BTreeMap<bool, Vec<(usize, &Call)>> = BTreeMap::new();
    for (file, outline) in &web.outlines {
        for call in &outline.calls {
            let is_async = match call.what.name() {
                "create_engine" => false,
                "create_async_engine" => true,
                _ => continue,
            };
            let range = call.what.start as usize..call.what.end as usize;
            let path = web.service.qualify_at(*file, &range, &call.what.callee);
            let is_ours = matches!(path, Qualified::External(path)
                if path.starts_with("sqlalchemy.") || path.starts_with("sqlmodel."));
            if is_ours {
                engines.entry(is_async).or_default().push((*file, call));
            }
        }
    }
    let Some((is_async, found)) = engines.first_key_value() else {
        return Ok((Address::Told, false));
    };
    let [(file, call)] = found[..] else {
        let places: Vec<String> =
            found.iter().map(|(file, call)| place(web, *file, call)).collect();
        return Err(format!("it has several engines ({})", places.join(", ")));
    };
    let address = named(web, file, call).or_else(|| told_by(web, file, call));
    Ok((address.unwrap_or(Address::Told), *is_async))
}

fn place(web: &Web<'_>, file: usize, call: &Call) -> String {
    format!("{}:{}", web.service.modules()[file].path, web.line(file, call.what.start))
}

/// The engine, where it is a name of its module.
fn named(web: &Web<'_>, file: usize, call: &Call) -> Option<Address> {
    let outline = &web.outlines[&file];
    let made = outline.assignments.iter().find(|one| {
        let value = one.value.as_ref().and_then(Value::call);
        value.is_some_and(|value| value.start == call.what.start)
    })?;
    let is_outer = made.context.function.is_none() && made.context.class.is_none();
    let is_plain = !made.target.contains(['.', '[']) && made.context.branches == 0;
    (is_outer && is_plain).then(|| Address::Engine(file, made.target.to_string()))
}

/// The URL, where it is said by names of the module alone.
fn told_by(web: &Web<'_>, file: usize, call: &Call) -> Option<Address> {
    let module = web.service.modules()[file].module()?;
    let tree = module.syntax();
    let node = tree.node_at(&(call.what.start as usize..call.what.end as usize))?;
    let arguments = tree.children(node).nth(1)?;
    let first = tree.children(arguments).next()?;
    if tree.nodes[first].kind.is_keyword() || tree.node_text(first).contains(['\n', '#']) {
        return None;
    }
    let range = tree.nodes[first].range.clone();
    let mut names = BTreeSet::new();
    let inside = module
        .facts
        .references
        .iter()
        .filter(|found| range.start <= found.range.start && found.range.end <= range.end);
    for reference in inside {
        match reference.resolution {
            Resolution::Scope(0) => {
                names.insert(reference.name.clone());
            }
            Resolution::Builtin => {}
            _ => return None,
        }
    }
    (!names.is_empty()).then(|| Address::Url(file, names, tree.node_text(first).to_owned()))
}
