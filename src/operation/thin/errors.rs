//! The exceptions of the domain that stand for HTTP statuses, and who answers them.
//!
//! The handler in the presentation gives an exception to the very function by which the application
//! answers an `HTTPException`, so that status, body and headers are made in one place.

use std::collections::{BTreeMap, BTreeSet};

use super::package::Package;
use crate::change::RelPath;
use crate::layering::Layer;
use crate::operation::text::restore;
use crate::python::PythonService;
use crate::workspace::Tree;

/// Status, name and meaning.
const WORDS: [(u16, &str, &str); 19] = [
    (400, "InvalidInputError", "What is asked for makes no sense."),
    (401, "NotAuthenticatedError", "It is not known who asks."),
    (403, "ForbiddenError", "Who asks may not do this."),
    (404, "NotFoundError", "What is asked for is not there."),
    (408, "TimedOutError", "It took too long."),
    (409, "ConflictError", "What is asked for does not fit what is there."),
    (410, "GoneError", "What is asked for is not there any more."),
    (412, "PreconditionFailedError", "A condition that was set does not hold."),
    (413, "TooLargeError", "What was sent is too large."),
    (415, "UnsupportedTypeError", "What was sent has a type that is not understood."),
    (422, "UnprocessableError", "What was sent is understood and cannot be used."),
    (423, "LockedError", "What is asked for is locked."),
    (424, "DependencyFailedError", "Something that this depends on has failed."),
    (429, "TooManyRequestsError", "Too much was asked in too short a time."),
    (500, "InternalError", "Something has failed that should not."),
    (501, "NotSupportedError", "This cannot be done."),
    (502, "UpstreamError", "Another service has given no good answer."),
    (503, "UnavailableError", "This cannot be done now."),
    (504, "UpstreamTimeoutError", "Another service has not answered in time."),
];
/// Names of the base class, the first that is free.
const BASES: [&str; 3] = ["DomainError", "UseCaseError", "RefusedError"];
/// The function of the presentation that lets an application answer the exceptions.
pub(super) const INSTALL: &str = "answer_domain_errors";
/// Names of its module, the first that nobody else has.
const ANSWERS: [&str; 2] = ["errors", "domain_errors"];
/// How that begins.
const OPENING: &str = "\"\"\"Answers to the exceptions of the domain.\"\"\"\n";
/// How the handler that an application has registered is found and asked, as Starlette does: one
/// for 500 answers what nobody raised on purpose.
const ASK: &str = "    \
    refused = HTTPException(status, error.detail)
    handlers = request.app.exception_handlers
    keys = [status, *type(refused).__mro__]
    handler = next(handlers[key] for key in keys if key in handlers and key != 500)
    if iscoroutinefunction(handler):
        answer: Response = await handler(request, refused)
    else:
        answer = await run_in_threadpool(handler, request, refused)
    return answer
";
/// Lines are not made longer than this.
const WIDTH: usize = 88;

/// The exceptions of a service's domain.
#[derive(Debug, Clone)]
pub(super) struct Errors {
    base: String,
    classes: BTreeMap<u16, String>,
    /// Those that the domain has already.
    known: BTreeSet<u16>,
    has_base: bool,
    /// The module of the domain.
    file: String,
    answers: String,
    module: String,
    installed_from: String,
    obstacle: Option<String>,
}

impl Errors {
    /// Reads what the domain has.
    pub(super) fn read(tree: &Tree, service: &PythonService, package: &Package) -> Self {
        let inside = package.path(Layer::Domain, "exceptions/__init__.py");
        let file = match service.index_of(&inside) {
            Some(_) => inside,
            None => package.path(Layer::Domain, "exceptions.py"),
        };
        let text = read(tree, &file).unwrap_or_default();
        let index = service.index_of(&file).and_then(|index| service.modules()[index].module());
        let is_free = |name: &str| index.is_none_or(|module| !module.facts.defines(name));
        let ours = BASES.iter().find(|name| text.contains(&base_text(name)));
        let free = BASES.iter().find(|name| is_free(name));
        let base = (*ours.or(free).unwrap_or(&BASES[0])).to_owned();
        let mut classes = BTreeMap::new();
        let mut known = BTreeSet::new();
        for (status, word, meaning) in WORDS {
            if ours.is_some() && text.contains(&class_text(word, &base, meaning)) {
                known.insert(status);
                classes.insert(status, word.to_owned());
            } else if is_free(word) {
                classes.insert(status, word.to_owned());
            }
        }
        let is_usable = |name: &&&str| {
            let path = package.path(Layer::Presentation, &format!("{name}.py"));
            let folder = package.path(Layer::Presentation, &format!("{name}/__init__.py"));
            let is_ours = read(tree, &path).is_none_or(|text| text.starts_with(OPENING));
            is_ours && service.index_of(&folder).is_none()
        };
        let answers = *ANSWERS.iter().find(is_usable).unwrap_or(&ANSWERS[1]);
        let mut found = Self {
            base,
            classes,
            known,
            has_base: ours.is_some(),
            file,
            answers: package.path(Layer::Presentation, &format!("{answers}.py")),
            installed_from: format!("{}.presentation.{answers}", package.name),
            module: format!("{}.domain.exceptions", package.name),
            obstacle: None,
        };
        found.obstacle = found.obstacle_in(tree, free.or(ours).is_none());
        found
    }

    fn obstacle_in(&self, tree: &Tree, is_taken: bool) -> Option<String> {
        if is_taken {
            return Some(format!("{} has no name left for a base class", self.file));
        }
        match read(tree, &self.answers) {
            Some(text) if text != self.handlers(&self.known) => {
                Some(format!("{} is there and says something else", self.answers))
            }
            _ => None,
        }
    }

    /// Why there can be no exceptions.
    pub(super) fn obstacle(&self) -> Option<&str> {
        self.obstacle.as_deref()
    }

    /// The base class.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// The class that stands for a status.
    pub(super) fn class(&self, status: u16) -> Option<&str> {
        self.classes.get(&status).map(String::as_str)
    }

    /// The statement that imports one of them.
    pub(super) fn import(&self, class: &str) -> String {
        format!("from {} import {class}", self.module)
    }

    /// The statement that imports the function which lets an application answer them.
    pub(super) fn install(&self) -> String {
        format!("from {} import {INSTALL}", self.installed_from)
    }

    /// Whether an application answers them already.
    pub(super) fn is_installed(&self, tree: &Tree) -> bool {
        read(tree, &self.answers).is_some()
    }

    /// Writes the classes for these statuses and their handler; a new file gets lines that end
    /// in `newline`.
    pub(super) fn write(&self, tree: &mut Tree, statuses: &BTreeSet<u16>, newline: &str) {
        let all: BTreeSet<u16> = self.known.union(statuses).copied().collect();
        let mut text = read(tree, &self.file).unwrap_or_default();
        if text.trim().is_empty() {
            "\"\"\"What can go wrong, in the words of the domain.\"\"\"\n".clone_into(&mut text);
        }
        let mut more = Vec::new();
        if !self.has_base {
            more.push(base_text(&self.base));
        }
        for (status, word, meaning) in WORDS {
            if all.contains(&status) && !self.known.contains(&status) {
                more.push(class_text(word, &self.base, meaning));
            }
        }
        for definition in more {
            text = format!("{}\n\n\n{definition}", text.trim_end());
        }
        set(tree, &self.file, &text, newline);
        set(tree, &self.answers, &self.handlers(&all), newline);
    }

    /// The file of the presentation.
    fn handlers(&self, statuses: &BTreeSet<u16>) -> String {
        let mut names: Vec<&str> =
            statuses.iter().filter_map(|status| self.class(*status)).collect();
        names.push(&self.base);
        names.sort_unstable();
        let line = format!("from {} import {}", self.module, names.join(", "));
        let import = if line.chars().count() <= WIDTH {
            line
        } else {
            format!("from {} import (\n    {},\n)", self.module, names.join(",\n    "))
        };
        let base = &self.base;
        let entries: String = statuses
            .iter()
            .filter_map(|status| Some(format!("    {}: {status},\n", self.class(*status)?)))
            .collect();
        format!(
            "{OPENING}\n\
             from inspect import iscoroutinefunction\n\n\
             from fastapi import FastAPI, HTTPException, Request, Response\n\
             from fastapi.concurrency import run_in_threadpool\n\n\
             {import}\n\n\
             _STATUSES: dict[type[{base}], int] = {{\n{entries}}}\n\n\n\
             async def _answer(request: Request, error: Exception) -> Response:\n    \
             \"\"\"Answer as the application answers an `HTTPException` with this status and detail.\"\"\"\n    \
             if not isinstance(error, {base}):\n        raise error\n    \
             kinds = type(error).__mro__\n    \
             status = next((_STATUSES[kind] for kind in kinds if kind in _STATUSES), 500)\n\
             {ASK}\n\n\
             def {INSTALL}(app: FastAPI) -> None:\n    \
             \"\"\"Let an application answer the exceptions of the domain.\"\"\"\n    \
             app.add_exception_handler({base}, _answer)\n"
        )
    }
}

fn base_text(name: &str) -> String {
    format!(
        "class {name}(Exception):\n    \
         \"\"\"The service refuses something, or cannot do it.\n\n    \
         Args:\n        detail: What the caller is told.\n    \"\"\"\n\n    \
         def __init__(self, detail: object) -> None:\n        \
         super().__init__(detail)\n        self.detail = detail\n"
    )
}

fn class_text(name: &str, base: &str, meaning: &str) -> String {
    format!("class {name}({base}):\n    \"\"\"{meaning}\"\"\"\n")
}

fn read(tree: &Tree, path: &str) -> Option<String> {
    let path = RelPath::new(path).ok()?;
    tree.text(&path).map(|text| text.replace("\r\n", "\n"))
}

/// Writes a file in the line endings that it has, a new or empty one in those of the routes.
fn set(tree: &mut Tree, path: &str, text: &str, newline: &str) {
    let Ok(path) = RelPath::new(path) else { return };
    let known = tree.text(&path).filter(|known| known.contains('\n')).map(str::to_owned);
    let text = known.map_or_else(|| text.replace('\n', newline), |known| restore(&known, text));
    let entry = match tree.get(&path) {
        Some(entry) => entry.with_bytes(text),
        None => crate::change::Entry::file(text),
    };
    tree.set(path, entry);
}
