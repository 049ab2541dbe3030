//! Dictionaries and lists in which a service keeps its data become repositories behind ports.
//!
//! The port goes to the domain, the class that keeps in memory to the infrastructure; it holds the
//! same object as before, so that tests which fill or empty it are heard. Each use becomes the
//! method that does exactly what was done. A store that escapes stays as it is and is listed.

pub(super) mod files;
mod find;
mod methods;
mod naming;
mod shapes;
mod types;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

use super::Note;
use super::rewrite::edit_file;
use super::thin::imports;
use super::thin::package::Package;
use super::web::Web;
use crate::change::{Edit, RelPath};
use crate::layering::Layer;
use crate::python::PythonService;
use crate::workspace::{Config, Tree};
use files::Home;
use find::Store;
use methods::{BY_KEY, IN_ORDER, Method};
use naming::Names;
use shapes::Keeping;
use uses::{Uses, syntax_of};

/// Lines are not made longer than this.
const WIDTH: usize = 88;

/// One store that becomes a repository.
struct Planned {
    store: Store,
    names: Names,
    uses: Uses,
}

/// What becomes of one file.
#[derive(Default)]
struct Change {
    edits: Vec<Edit>,
    imports: BTreeSet<String>,
}

/// Gives a service in layers repositories for its stores.
pub fn keep(
    tree: &mut Tree,
    place: (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let Some((mut service, package)) = Package::read(tree, place, config) else {
        return Vec::new();
    };
    let (planned, mut notes) = {
        let web = Web::read(tree, &service);
        plan(&web, &package)
    };
    if !planned.is_empty() {
        notes.extend(write(tree, &mut service, &package, &planned));
    }
    notes
}

fn plan(web: &Web<'_>, package: &Package) -> (Vec<Planned>, Vec<Note>) {
    let service = web.service;
    let (mut planned, mut notes) = (Vec::new(), Vec::new());
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (file, outline) in &web.outlines {
        if !package.holds(service, *file) || !find::may_hold(outline) {
            continue;
        }
        let Some(tree) = syntax_of(service, *file) else { continue };
        for store in find::stores(service, package, (*file, &tree), outline) {
            let names = Names::of(&store.name, store.class.as_deref());
            let uses = uses::uses(service, &store, &names.instance);
            match judged(service, package, &store, &uses) {
                Some(Verdict::NoStore) => {}
                Some(Verdict::Stays(found)) => notes.extend(found),
                None => {
                    let is_new = taken.insert(names.port.clone());
                    match is_new.then(|| obstacle(service, &store, &names, &uses)).flatten() {
                        None if is_new => planned.push(Planned { store, names, uses }),
                        why => {
                            let why = why.unwrap_or_else(|| {
                                format!("another store would be a {} too", names.port)
                            });
                            notes.push(stays(service, &store, &why));
                        }
                    }
                }
            }
        }
    }
    (planned, notes)
}

/// Why a container becomes no repository.
enum Verdict {
    /// It is none, or has one already.
    NoStore,
    /// It stays, for these reasons.
    Stays(Vec<Note>),
}

fn stays(service: &PythonService, store: &Store, why: &str) -> Note {
    let path = &service.modules()[store.file].path;
    Note::new(path, store.line, format!("in-memory store {}: it stays: {why}", store.name))
}

fn judged(
    service: &PythonService,
    package: &Package,
    store: &Store,
    uses: &Uses,
) -> Option<Verdict> {
    if !uses.is_filled || uses.is_kept {
        return Some(Verdict::NoStore);
    }
    let is_holder =
        store.keeping == Keeping::ByKey && uses.literal_keys > 0 && uses.other_keys == 0;
    if is_holder {
        let why = "its keys are written out: it names objects of the process, it keeps no records";
        return Some(Verdict::Stays(vec![stays(service, store, why)]));
    }
    if !uses.refusals.is_empty() {
        return Some(Verdict::Stays(uses.refusals.clone()));
    }
    package.is_inner(service, store.file).then(|| {
        let why = "it lies in the domain or the application, which may not know how things are \
                   kept; place it further out (layers.toml)";
        Verdict::Stays(vec![stays(service, store, why)])
    })
}

/// A name that would mean two things.
fn obstacle(service: &PythonService, store: &Store, names: &Names, uses: &Uses) -> Option<String> {
    let is_bound = |file: usize, name: &str| {
        let module = service.modules()[file].module();
        module.is_some_and(|module| module.facts.bindings.iter().any(|found| found.name == name))
    };
    let own = [&names.port, &names.class, &names.instance];
    let mut found = own
        .into_iter()
        .map(|name| (store.file, name))
        .chain(uses.files.keys().map(|file| (*file, &names.instance)));
    let (file, name) = found.find(|(file, name)| is_bound(*file, name))?;
    Some(format!("{name} means something else in {}", service.modules()[file].path))
}

/// Writes all repositories, or nothing.
fn write(
    tree: &mut Tree,
    service: &mut PythonService,
    package: &Package,
    planned: &[Planned],
) -> Vec<Note> {
    let domain = (
        &["repositories", "ports", "repository_ports"][..],
        "Ports: where the service keeps its data, without a word on how.",
    );
    let memory = (
        &["memory", "memory_repositories"][..],
        "Repositories in the memory of the process: nothing survives a restart.",
    );
    let ports = Home::find(service, package, Layer::Domain, domain);
    let keepers = Home::find(service, package, Layer::Infrastructure, memory);
    let (Some(mut ports), Some(mut keepers)) = (ports, keepers) else {
        let why = "the files for its port and its repository have other content";
        return planned.iter().map(|one| stays(service, &one.store, why)).collect();
    };
    let mut notes = Vec::new();
    let mut changes: BTreeMap<usize, Change> = BTreeMap::new();
    for one in planned {
        match define(one, (&mut ports, &mut keepers)) {
            Ok(()) => add(service, package, one, (&ports, &keepers), &mut changes),
            Err(why) => notes.push(stays(service, &one.store, &why)),
        }
    }
    let mut after = tree.clone();
    let before = service.clone();
    for (file, change) in &changes {
        if let Err(why) = rewrite(&mut after, service, (*file, change), package) {
            let path = service.modules()[*file].path.clone();
            *service = before;
            let message = format!("in-memory stores: they stay: {why}");
            return vec![Note::new(&path, 0, message)];
        }
    }
    let newline = planned.first().and_then(|one| service.modules()[one.store.file].module());
    let newline = newline.map_or("\n", |module| module.source.newline_at(0)).to_owned();
    ports.write(&mut after, package, &newline);
    keepers.write(&mut after, package, &newline);
    *tree = after;
    notes
}

/// The methods of a table that are called.
fn called(one: &Planned) -> impl Iterator<Item = &'static Method> + use<'_> {
    let table = match one.store.keeping {
        Keeping::ByKey => BY_KEY,
        Keeping::InOrder => IN_ORDER,
    };
    table.iter().filter(|method| one.uses.methods.contains(method.name))
}

/// Adds the port and the class that keeps in memory.
fn define(one: &Planned, (ports, keepers): (&mut Home, &mut Home)) -> Result<(), String> {
    let (store, names) = (&one.store, &one.names);
    let is_free = ports.is_free(&names.port) && keepers.is_free(&names.class);
    let mut wanted = BTreeSet::new();
    for method in called(one) {
        let types = method.parameters.iter().map(|(_, kind)| *kind).chain([method.returns]);
        let types: Vec<&str> = types.collect();
        let names_it = |letter: char| {
            types.iter().any(|kind| {
                kind.split(|other: char| !other.is_alphanumeric())
                    .any(|word| word == letter.to_string())
            })
        };
        wanted.extend(method.imports().map(str::to_owned));
        wanted.extend(
            names_it('K').then_some(&store.key).into_iter().flat_map(|kind| kind.imports.clone()),
        );
        wanted.extend(
            names_it('V').then_some(&store.value).into_iter().flat_map(|kind| kind.imports.clone()),
        );
    }
    let types = (store.key.text.as_str(), store.value.text.as_str());
    let container = match store.keeping {
        Keeping::ByKey => format!("dict[{}, {}]", types.0, types.1),
        Keeping::InOrder => format!("list[{}]", types.1),
    };
    let mut kept = wanted.clone();
    kept.extend(store.value.imports.iter().cloned());
    if store.keeping == Keeping::ByKey {
        kept.extend(store.key.imports.iter().cloned());
    }
    wanted.insert("from typing import Protocol".to_owned());
    if !is_free || !ports.accepts(&wanted) || !keepers.accepts(&kept) {
        return Err(format!("a name of {} means something else already", names.port));
    }
    let text = |has_body| {
        let methods = called(one).map(|method| method.text(types, has_body));
        methods.collect::<Vec<_>>().join("\n")
    };
    let port = format!(
        "class {}(Protocol):\n    \"\"\"Where the service keeps {}.\"\"\"\n\n{}",
        names.port,
        names.kept,
        text(false)
    );
    let how = match store.keeping {
        Keeping::ByKey => "dictionary",
        Keeping::InOrder => "list",
    };
    let class = format!(
        "class {}:\n    \"\"\"Keeps {} in a {how}.\n\n    Args:\n        kept: The {how}, which \
         others may fill and empty.\n    \"\"\"\n\n    def __init__(self, kept: {container}) -> \
         None:\n        self._kept = kept\n\n{}",
        names.class,
        names.kept,
        text(true)
    );
    ports.take(&names.port, &wanted, port);
    keepers.take(&names.class, &kept, class);
    Ok(())
}

/// What becomes of the files that have or use a store.
fn add(
    service: &PythonService,
    package: &Package,
    one: &Planned,
    (ports, keepers): (&Home, &Home),
    changes: &mut BTreeMap<usize, Change>,
) {
    let (store, names) = (&one.store, &one.names);
    let known = service.names_of(store.file);
    let dotted = known.iter().find_map(|known| package.dotted(known));
    for (file, (edits, imports)) in &one.uses.files {
        let change = changes.entry(*file).or_default();
        change.edits.extend(edits.iter().cloned());
        if let Some(dotted) = dotted.as_ref().filter(|_| *imports) {
            change.imports.insert(format!("from {dotted} import {}", names.instance));
        }
    }
    let Some(module) = service.modules()[store.file].module() else { return };
    let newline = module.source.newline_at(store.end);
    let line = module.source.line_range(store.end.saturating_sub(1));
    let (name, port) = (&names.instance, &names.port);
    let short = format!("{name}: {port} = {}({})", names.class, store.name);
    let made = if short.chars().count() <= WIDTH {
        short
    } else {
        format!("{name}: {port} = {}({newline}    {}{newline})", names.class, store.name)
    };
    let text = if module.text()[line.clone()].ends_with('\n') {
        format!("{made}{newline}")
    } else {
        format!("{newline}{made}")
    };
    let change = changes.entry(store.file).or_default();
    change.edits.push(Edit::insert(line.end, text));
    change.imports.insert(format!("from {} import {port}", ports.dotted));
    change.imports.insert(format!("from {} import {}", keepers.dotted, names.class));
}

/// One file with its edits and imports, and without imports that nothing uses any more.
fn rewrite(
    tree: &mut Tree,
    service: &mut PythonService,
    (index, change): (usize, &Change),
    package: &Package,
) -> Result<(), String> {
    let module = service.modules()[index].module().ok_or("it cannot be read")?;
    let mut edits = change.edits.clone();
    edits.extend(imports::added(module, &change.imports, &package.name));
    edit_file(tree, service, (index, &edits), &[])
}
