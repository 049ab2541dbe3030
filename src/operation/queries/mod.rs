//! Queries and writes on a session of SQLAlchemy go from routes to repositories behind ports.
//!
//! A route goes on being given its session and hands it to the repository; what it said to the
//! session is said there, word for word. A function whose every use of the session is not
//! understood stays as it is and is listed.

mod expression;
mod names;
mod sessions;
mod text;
mod writes;

use std::collections::{BTreeMap, BTreeSet};

use super::Note;
use super::rewrite::edit_file;
use super::stores::files::Home;
use super::thin::imports;
use super::thin::package::Package;
use super::web::Web;
use crate::change::{Edit, RelPath};
use crate::layering::Layer;
use crate::python::PythonService;
use crate::workspace::{Config, Tree};
use sessions::{Function, functions};
use text::Repositories;

/// What becomes of one file.
#[derive(Default)]
struct Change {
    edits: Vec<Edit>,
    imports: BTreeSet<String>,
}

/// One method of a repository, and the place that calls it.
#[derive(Debug, Clone)]
pub(super) struct Moved {
    /// The model: its file and its name.
    model: (usize, String),
    /// What the method would best be called.
    name: String,
    /// Parameters: name and type.
    parameters: Vec<(String, String)>,
    /// What is given for them.
    arguments: Vec<String>,
    /// The lines of its body.
    body: Vec<String>,
    is_async: bool,
    /// The session that is handed to the repository, and the full name of its class.
    session: (String, &'static str),
    /// Whether the call needs parentheses where it stands.
    is_operand: bool,
    imports: BTreeSet<String>,
    /// What the call takes the place of.
    range: std::ops::Range<usize>,
}

/// Moves the queries of a service in layers.
pub fn move_out(
    tree: &mut Tree,
    place: (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let Some((mut service, package)) = Package::read(tree, place, config) else {
        return Vec::new();
    };
    let (ports, keepers) = homes(&service, &package);
    let (Some(ports), Some(keepers)) = (ports, keepers) else { return Vec::new() };
    let mut repositories = Repositories::new(ports, keepers);
    let (changes, notes) = {
        let web = Web::read(tree, &service);
        plan(&web, &package, &mut repositories)
    };
    if changes.is_empty() {
        return notes;
    }
    let mut after = tree.clone();
    for (file, change) in &changes {
        if let Err(why) = rewrite(&mut after, &mut service, (*file, change), &package) {
            let path = service.modules()[*file].path.clone();
            return vec![Note::new(&path, 0, format!("the queries of the service stay: {why}"))];
        }
    }
    repositories.write(&mut after, &package);
    *tree = after;
    notes
}

fn homes(service: &PythonService, package: &Package) -> (Option<Home>, Option<Home>) {
    let domain = (
        &["repositories", "ports", "repository_ports"][..],
        "Ports: where the service keeps its data, without a word on how.",
    );
    let outer = (
        &["sql", "sql_repositories"][..],
        "Repositories on a session of SQLAlchemy, which begins and ends elsewhere.",
    );
    (
        Home::find(service, package, Layer::Domain, domain),
        Home::find(service, package, Layer::Infrastructure, outer),
    )
}

fn plan(
    web: &Web<'_>,
    package: &Package,
    repositories: &mut Repositories,
) -> (BTreeMap<usize, Change>, Vec<Note>) {
    let (mut changes, mut notes) = (BTreeMap::<usize, Change>::new(), Vec::new());
    let service = web.service;
    let is_outer = |file: usize| {
        let path = service.modules()[file].path.as_str();
        package.holds(service, file)
            && !package.is_inner(service, file)
            && !path.starts_with(&package.path(Layer::Infrastructure, ""))
    };
    for file in web.outlines.keys().filter(|file| is_outer(**file)) {
        let Some(module) = service.modules()[*file].module().filter(|one| one.errors.is_empty())
        else {
            continue;
        };
        let found = functions(web, *file);
        if found.is_empty() {
            continue;
        }
        let tree = module.syntax();
        for found in found {
            let reader = Function { web, package, file: *file, module, tree: &tree, found };
            match reader.moved().and_then(|moved| repositories.take(moved)) {
                Ok(calls) => {
                    let change = changes.entry(*file).or_default();
                    for (edit, import) in calls {
                        change.edits.push(edit);
                        change.imports.insert(import);
                    }
                }
                Err(why) => {
                    let message =
                        format!("{} keeps its statements for the database: {why}", reader.name());
                    notes.push(web.note(*file, reader.start(), message));
                }
            }
        }
    }
    changes.retain(|_, change| !change.edits.is_empty());
    (changes, notes)
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
