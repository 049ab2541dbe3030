//! The body of a route becomes a use case in the application, and the route calls it.
//!
//! The route keeps everything that FastAPI reads: decorators, signature, docstring. Its body goes
//! to `queries` or `commands` as it is, remarks included. HTTP exceptions in it become exceptions
//! of the domain, which the application answers as it answered those. A body whose answers cannot
//! be shown to stay equal stays where it is and is listed; nothing is guessed.

mod answers;
mod body;
mod errors;
mod home;
mod http;
pub(super) mod imports;
mod names;
pub(super) mod package;
mod port;
mod signature;
mod surroundings;
mod survey;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Note;
use super::web::{Addition, Web, insertions};
use crate::change::{Edit, RelPath, apply_edits};
use crate::python::{Module, SyntaxTree};
use crate::workspace::{Config, Tree};
use body::{Body, Shape, shape};
use errors::Errors;
use home::Home;
use http::Conversion;
use names::{Needs, Reader, Refusal};
use package::Package;
use surroundings::Surroundings;
use survey::Handler;

/// What becomes of one route.
#[derive(Debug, Clone)]
struct Split {
    file: usize,
    /// The lines of its body.
    lines: Range<usize>,
    /// What stands there afterwards.
    call: String,
    /// The module that it needs.
    home: &'static str,
    statuses: BTreeSet<u16>,
    has_errors: bool,
}

/// Everything that is written.
struct Outcome {
    package: Package,
    errors: Errors,
    splits: Vec<Split>,
    homes: [Home; 2],
    /// The edits that let applications answer the exceptions of the domain.
    wiring: BTreeMap<usize, Vec<Edit>>,
}

/// Splits the routes of a service that lies in layers.
pub fn split(
    tree: &mut Tree,
    place: (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let Some((mut service, package)) = Package::read(tree, place, config) else {
        return Vec::new();
    };
    let (outcome, notes) = {
        let web = Web::read(tree, &service);
        plan(tree, &web, package)
    };
    if !outcome.splits.is_empty() {
        write::write(tree, &mut service, &outcome);
    }
    notes
}

fn plan(tree: &Tree, web: &Web<'_>, package: Package) -> (Outcome, Vec<Note>) {
    let service = web.service;
    let is_ours = |file: usize| package.holds(service, file) && !package.is_inner(service, file);
    let (handlers, trees) = survey::handlers(web, is_ours);
    let around = Surroundings::of(web, &handlers);
    let errors = Errors::read(tree, service, &package);
    let wiring = wiring(tree, web, &package, &errors);
    let why_not = errors.obstacle().map(str::to_owned).or_else(|| around.obstacle());
    let why_not = why_not.or_else(|| wiring.as_ref().err().cloned());
    let mut homes = [true, false].map(|is_read| Home::read(service, &package, is_read));
    let (mut splits, mut notes) = (Vec::new(), Vec::new());
    for handler in &handlers {
        let Some(module) = service.modules()[handler.file].module() else { continue };
        let reader = Reader { around: &around, package: &package, file: handler.file, module };
        let planner = Planner {
            reader,
            tree: &trees[&handler.file],
            errors: &errors,
            why_not: why_not.as_deref(),
        };
        let home = &mut homes[usize::from(!handler.is_read)];
        match planner.split(handler, home) {
            Ok(found) => splits.extend(found),
            Err((offset, why)) => {
                let path = &service.modules()[handler.file].path;
                let message = format!("the route {} keeps its body: {why}", handler.name);
                notes.push(Note::new(path, module.source.line_of(offset), message));
            }
        }
    }
    let wiring = wiring.unwrap_or_default();
    (Outcome { package, errors, splits, homes, wiring }, notes)
}

/// The edits that let every application answer the exceptions, or why one cannot.
fn wiring(
    tree: &Tree,
    web: &Web<'_>,
    package: &Package,
    errors: &Errors,
) -> Result<BTreeMap<usize, Vec<Edit>>, String> {
    if errors.is_installed(tree) {
        return Ok(BTreeMap::new());
    }
    let mut additions = Vec::new();
    for app in web.apps() {
        let file = app.owner.0;
        let module = web.service.modules()[file].module();
        let is_free = module.is_some_and(|module| !module.facts.defines(errors::INSTALL));
        if !package.holds(web.service, file) || !is_free {
            let place = web.note(file, app.call.start, "");
            return Err(format!("an application is out of reach ({}:{})", place.path, place.line));
        }
        let lines = vec![format!("{}({})", errors::INSTALL, app.owner.2)];
        additions.push(Addition { app, ahead: None, imports: Vec::new(), lines });
    }
    let mut notes = Vec::new();
    let found = insertions(web, &additions, "an application keeps its answers", &mut notes);
    match notes.first() {
        Some(note) => Err(format!("{} ({}:{})", note.message, note.path, note.line)),
        None => Ok(found.into_iter().map(|(file, insertion)| (file, insertion.edits)).collect()),
    }
}

/// Plans the split of one route.
struct Planner<'a> {
    reader: Reader<'a>,
    tree: &'a SyntaxTree,
    errors: &'a Errors,
    /// Why HTTP exceptions stay, in the whole service.
    why_not: Option<&'a str>,
}

impl Planner<'_> {
    fn split(&self, handler: &Handler, home: &mut Home) -> Result<Option<Split>, Refusal> {
        let module = self.reader.module;
        let body = match shape(module, self.tree, handler) {
            Shape::Thin => return Ok(None),
            Shape::Refused(offset, why) => return Err((offset, why)),
            Shape::Thick(body) => body,
        };
        if !handler.is_outermost {
            return Err((handler.start, "it is defined inside of something else".to_owned()));
        }
        let bound = module.facts.bindings_of(&handler.name, 0).count();
        if bound != 1 {
            return Err((handler.start, "its name is bound more than once".to_owned()));
        }
        let found = (handler.node, &body.code);
        let conversion = http::convert(&self.reader, self.tree, found, self.errors)?;
        self.answers_stay(handler, &conversion)?;
        let mut needs = self.reader.needs(&body.code, &conversion.gone)?;
        self.add_classes(&conversion, &mut needs).map_err(|why| (handler.start, why))?;
        let code = (handler, &body.code);
        let signature = signature::signature(&self.reader, self.tree, code, &mut needs)?;
        let refuse = |why: String| (handler.start, why);
        if signature.names().any(|name| needs.imports.contains_key(name)) {
            return Err(refuse("a parameter has the name of something that it imports".to_owned()));
        }
        self.home_is_free(handler, home.name).map_err(refuse)?;
        let name = home.name_for(&handler.name, self.stem()).map_err(refuse)?;
        let unit = self.tree.indent.as_deref().unwrap_or("    ");
        let header = signature.header(&name, unit);
        let text = self.body_text(&body, &needs, &conversion).map_err(refuse)?;
        let summary = body.summary.as_ref();
        let doc = summary.map(|line| format!("{}\"\"\"{line}\"\"\"\n", body.indent));
        let definition = format!("{header}\n{}{text}", doc.unwrap_or_default());
        home.take(&name, &needs, definition).map_err(refuse)?;
        let callee = format!("{}.{name}", home.name);
        Ok(Some(Split {
            file: self.reader.file,
            lines: body.lines,
            call: signature.call(&callee, (&body.indent, unit)),
            home: home.name,
            has_errors: conversion.is_needed(),
            statuses: conversion.statuses,
        }))
    }

    /// Whether exceptions of another class are answered as those were.
    fn answers_stay(&self, handler: &Handler, conversion: &Conversion) -> Result<(), Refusal> {
        if !conversion.is_needed() {
            return Ok(());
        }
        let refuse =
            |why: String| Err((handler.start, format!("it raises HTTPException, and {why}")));
        if let Some(why) = self.why_not {
            return refuse(why.to_owned());
        }
        if handler.is_wrapped {
            return refuse("a decorator that is no route may look at it".to_owned());
        }
        if handler.owners.iter().any(Option::is_none) {
            return refuse("its application cannot be followed".to_owned());
        }
        match self.reader.around.caller(handler) {
            Some(place) => refuse(format!("it is called at {place}")),
            None => Ok(()),
        }
    }

    fn add_classes(&self, conversion: &Conversion, needs: &mut Needs) -> Result<(), String> {
        let raised = conversion.statuses.iter().filter_map(|status| self.errors.class(*status));
        let caught = conversion.catches.then(|| self.errors.base());
        for class in raised.chain(caught) {
            let statement = vec![self.errors.import(class)];
            let known = needs.imports.insert(class.to_owned(), statement.clone());
            let is_other = known.is_some_and(|known| known != statement);
            let is_given = needs.passed.iter().any(|passed| passed.name == class);
            if is_other || is_given || self.is_bound(class) {
                return Err(format!("{class} means something else here"));
            }
        }
        Ok(())
    }

    /// Whether a file binds a name in any scope, but for an import of the domain's exceptions.
    fn is_bound(&self, class: &str) -> bool {
        let facts = &self.reader.module.facts;
        facts.bindings.iter().any(|binding| binding.name == class && binding.scope != 0)
    }

    /// Whether a route can call its use case through the module's name.
    fn home_is_free(&self, handler: &Handler, home: &str) -> Result<(), String> {
        let facts = &self.reader.module.facts;
        let module = format!("{}.application", self.reader.package.name);
        let is_other = facts.bindings.iter().any(|binding| {
            let is_it = match binding.kind {
                crate::python::BindingKind::Import(statement, _) => {
                    facts.imports[statement].module == module && binding.scope == 0
                }
                _ => false,
            };
            binding.name == home && !is_it
        });
        if is_other || handler.name == home {
            return Err(format!("{home} means something else in this file"));
        }
        Ok(())
    }

    /// The name of the file, for use cases that would have the same name.
    fn stem(&self) -> &str {
        let record = &self.reader.around.service().modules()[self.reader.file];
        record.path.name().trim_end_matches(".py")
    }

    /// The lines of a body with what changes in them.
    fn body_text(
        &self,
        body: &Body,
        needs: &Needs,
        conversion: &Conversion,
    ) -> Result<String, String> {
        let module: &Module = self.reader.module;
        let edits = needs.edits.iter().chain(&conversion.edits).map(|edit| {
            let range = edit.range.start - body.start..edit.range.end - body.start;
            Edit::replace(range, edit.replacement.clone())
        });
        let edits: Vec<Edit> = edits.collect();
        let text = &module.text()[body.start..body.lines.end];
        let mut text = apply_edits(text, &edits).map_err(|error| error.to_string())?;
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(text.replace("\r\n", "\n"))
    }
}
