//! Applications, routers and routes of a service, for the steps that add to an application.
//!
//! What is written in a plain way is followed through modules, factories and prefixes; a path
//! that cannot be read keeps a hole that fits everything, and a receiver that cannot be followed
//! counts for every application. So an answer of "nothing is served there" can be trusted.
//! Nothing is edited here but by [`Insertion`], which knows no step.

mod add;
mod insert;
mod paths;
mod place;
mod read;

use std::collections::BTreeMap;

use super::Note;
use crate::python::PythonService;
use crate::python::outline::{Context, Invocation, Outline, Value};

pub(super) use add::{Addition, insertions, inside_out};
pub(super) use insert::{Insertion, write};
pub(super) use paths::{fits, has_hole, is_operational};
pub(super) use place::outermost;

/// A name in a file, and the function that binds it; none for the body of the module.
pub(super) type Owner = (usize, Option<u32>, String);

/// An application or a router.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    /// Where it is bound.
    pub(super) owner: Owner,
    /// The call that makes it.
    pub(super) call: Invocation,
    /// The prefix that it gives its routes.
    pub(super) prefix: String,
    /// Whether it is an application.
    pub(super) is_app: bool,
}

/// How something answers requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// A route of its own.
    Route,
    /// An application for everything below a path.
    Mount,
    /// Files for everything below a path.
    Files,
    /// Routes that cannot be read, below a prefix.
    Foreign,
}

/// Something that answers requests.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// What it is registered with; none when that cannot be followed.
    pub(super) owner: Option<Owner>,
    /// The methods, in capitals; empty for all.
    pub(super) methods: Vec<String>,
    /// The path, as far as it can be read.
    pub(super) path: String,
    /// How it answers.
    pub(super) reach: Reach,
    /// Index of the file.
    pub(super) file: usize,
    /// Where the registration stands.
    pub(super) context: Context,
    /// The registration.
    pub(super) call: Invocation,
}

/// A router that is included.
#[derive(Debug, Clone)]
pub(super) struct Include {
    /// What includes it; none when that cannot be followed.
    pub(super) into: Option<Owner>,
    /// The router.
    pub(super) what: Owner,
    /// The prefix given.
    pub(super) prefix: String,
    /// Index of the file.
    pub(super) file: usize,
    /// The call.
    pub(super) call: Invocation,
}

/// A route with the path at which an application serves it.
#[derive(Debug, Clone)]
pub(super) struct Served<'a> {
    /// The whole path; a mount's ends in a hole.
    pub(super) path: String,
    /// The route.
    pub(super) route: &'a Route,
}

/// Everything about HTTP that the code of a service declares.
pub(super) struct Web<'a> {
    pub(super) service: &'a PythonService,
    pub(super) outlines: BTreeMap<usize, Outline>,
    pub(super) holders: Vec<Holder>,
    pub(super) routes: Vec<Route>,
    pub(super) includes: Vec<Include>,
    /// A name that is bound to what a factory returns → the application in the factory.
    aliases: BTreeMap<Owner, Owner>,
}

/// How deep routers are followed into routers.
const DEPTH: usize = 8;

impl Web<'_> {
    /// The applications.
    pub(super) fn apps(&self) -> impl Iterator<Item = &Holder> {
        self.holders.iter().filter(|holder| holder.is_app)
    }

    /// Everything that an application serves, as far as that can be read.
    pub(super) fn served(&self, app: &Owner) -> Vec<Served<'_>> {
        let mut found = Vec::new();
        self.collect(app, "", (DEPTH, true), &mut found);
        found
    }

    fn collect<'w>(
        &'w self,
        owner: &Owner,
        before: &str,
        (depth, guesses): (usize, bool),
        into: &mut Vec<Served<'w>>,
    ) {
        let Some(below) = depth.checked_sub(1) else { return };
        let is_ours = |known: &Option<Owner>| known.as_ref().is_none_or(|known| known == owner);
        let holder = self.holders.iter().find(|holder| holder.owner == *owner);
        let own = holder.map_or("", |holder| holder.prefix.as_str());
        for route in self.routes.iter().filter(|route| is_ours(&route.owner)) {
            let path = format!("{before}{own}{}", route.path);
            let path = match route.reach {
                Reach::Route => path,
                _ => format!("{}{}", path.trim_end_matches('/'), paths::HOLE),
            };
            into.push(Served { path, route });
        }
        for include in self.includes.iter().filter(|include| is_ours(&include.into)) {
            // One step that is guessed is enough: several would try every order of all of them.
            let is_known = include.into.is_some();
            if include.what != *owner && (is_known || guesses) {
                let prefix = format!("{before}{own}{}", include.prefix);
                self.collect(&include.what, &prefix, (below, guesses && is_known), into);
            }
        }
    }

    /// Whether an application is mounted into another one.
    pub(super) fn is_mounted(&self, app: &Owner) -> bool {
        self.routes.iter().filter(|route| route.reach == Reach::Mount).any(|route| {
            let what = route.call.argument(1, "app").and_then(Value::dotted);
            let what = what.and_then(|name| self.owner(route.file, route.context, name));
            what.as_ref() == Some(app)
        })
    }

    /// The line of an offset in a file.
    pub(super) fn line(&self, file: usize, offset: u32) -> usize {
        let module = self.service.modules()[file].module();
        module.map_or(0, |module| module.source.line_of(offset as usize))
    }

    /// A note on a place in a file.
    pub(super) fn note(&self, file: usize, offset: u32, message: impl Into<String>) -> Note {
        Note::new(&self.service.modules()[file].path, self.line(file, offset), message)
    }
}

impl Holder {
    /// Whether it asks something of every request: `dependencies=[…]`.
    pub(super) fn has_guards(&self) -> bool {
        match self.call.keyword("dependencies") {
            None | Some(Value::None) => false,
            Some(Value::Sequence(items)) => !items.is_empty(),
            Some(_) => true,
        }
    }
}

/// The offset of the files that an application serves from where it is wired, and that a new route
/// at `path` can stand in front of, as their path does not name `word`; fails with what else answers
/// the path.
pub(super) fn in_front_of_files<'s, 'w>(
    served: &'s [Served<'w>],
    app: &Owner,
    path: &str,
    word: &str,
) -> Result<Option<u32>, &'s Served<'w>> {
    let mut ahead: Option<u32> = None;
    for found in served.iter().filter(|found| found.answers(path)) {
        let is_here =
            found.route.owner.as_ref() == Some(app) && found.route.context.function == app.1;
        if found.route.reach != Reach::Files || !is_here || found.path.contains(word) {
            return Err(found);
        }
        let start = found.route.call.start;
        ahead = Some(ahead.map_or(start, |known| known.min(start)));
    }
    Ok(ahead)
}

impl Served<'_> {
    /// Whether it may answer a GET of a path.
    pub(super) fn answers(&self, path: &str) -> bool {
        let methods = &self.route.methods;
        let is_read = methods.is_empty() || methods.iter().any(|method| method == "GET");
        is_read && fits(&self.path, path)
    }

    /// Whether it stands for one path that is known.
    pub(super) fn is(&self, path: &str) -> bool {
        self.route.reach == Reach::Route && self.path == path
    }
}
