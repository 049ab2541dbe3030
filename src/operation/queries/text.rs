//! The ports and repositories that queries come to.

use std::collections::{BTreeMap, BTreeSet};

use super::Moved;
use crate::change::Edit;
use crate::operation::stores::files::Home;
use crate::operation::thin::package::Package;
use crate::workspace::Tree;

/// A method with what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Method {
    parameters: Vec<(String, String)>,
    body: Vec<String>,
    is_async: bool,
}

/// The repository of one model.
#[derive(Debug, Clone)]
struct Repository {
    file: usize,
    methods: BTreeMap<String, Method>,
    imports: BTreeSet<String>,
    /// The class of its session, where all who make it have the same.
    session: &'static str,
}

/// All repositories of a service.
pub(super) struct Repositories {
    ports: Home,
    keepers: Home,
    by_model: BTreeMap<String, Repository>,
    newline: &'static str,
}

impl Repositories {
    pub(super) fn new(ports: Home, keepers: Home) -> Self {
        Self { ports, keepers, by_model: BTreeMap::new(), newline: "\n" }
    }

    /// Takes in all that one function says; gives its calls, or takes in nothing.
    pub(super) fn take(&mut self, moved: Vec<Moved>) -> Result<Vec<(Edit, String)>, String> {
        let before = self.by_model.clone();
        let mut calls = Vec::new();
        for one in moved {
            match self.one(&one) {
                Ok(call) => calls.push(call),
                Err(why) => {
                    self.by_model = before;
                    return Err(why);
                }
            }
        }
        Ok(calls)
    }

    fn one(&mut self, moved: &Moved) -> Result<(Edit, String), String> {
        let (file, model) = &moved.model;
        let (port, class) = (format!("{model}Repository"), format!("Sql{model}Repository"));
        if !self.ports.is_free(&port) || !self.keepers.is_free(&class) {
            return Err(format!("a {port} is there already"));
        }
        let known = self.by_model.entry(model.clone()).or_insert_with(|| Repository {
            file: *file,
            methods: BTreeMap::new(),
            imports: BTreeSet::new(),
            session: moved.session.1,
        });
        if known.file != *file {
            return Err(format!("two models are called {model}"));
        }
        let method = Method {
            parameters: moved.parameters.clone(),
            body: moved.body.clone(),
            is_async: moved.is_async,
        };
        let same = |known: &Method| {
            spoken(&known.body) == spoken(&method.body) && known.is_async == method.is_async
        };
        let names = (1..).map(|number| match number {
            1 => moved.name.clone(),
            number => format!("{}_{number}", moved.name),
        });
        let name = names
            .into_iter()
            .find(|name| known.methods.get(name).is_none_or(same))
            .unwrap_or_else(|| moved.name.clone());
        known.imports.extend(moved.imports.iter().cloned());
        if let Some(earlier) = known.methods.get_mut(&name) {
            for (old, new) in earlier.parameters.iter_mut().zip(&method.parameters) {
                if old.1 != new.1 {
                    "Any".clone_into(&mut old.1);
                }
            }
        } else {
            known.methods.insert(name.clone(), method);
        }
        let (session, kind) = &moved.session;
        if known.session != *kind {
            return Err(format!("others ask for {model} by another kind of session"));
        }
        let arguments = moved.arguments.join(", ");
        let wait = if moved.is_async { "await " } else { "" };
        let call = format!("{wait}{class}({session}).{name}({arguments})");
        let call = if moved.is_operand && moved.is_async { format!("({call})") } else { call };
        let import = format!("from {} import {class}", self.keepers.dotted);
        Ok((Edit::replace(moved.range.clone(), call), import))
    }

    /// Writes them all.
    pub(super) fn write(mut self, tree: &mut Tree, package: &Package) {
        let all = std::mem::take(&mut self.by_model);
        for (model, repository) in &all {
            let (port, class) = (format!("{model}Repository"), format!("Sql{model}Repository"));
            let mut wanted = BTreeSet::from([
                "from typing import Protocol".to_owned(),
                "from typing import Any".to_owned(),
            ]);
            let text = format!(
                "class {port}(Protocol):\n    \"\"\"Where the service keeps records of {model}.\"\"\"\n\n{}",
                methods(repository, false)
            );
            self.ports.take(&port, &wanted, text);
            wanted.remove("from typing import Protocol");
            wanted.extend(repository.imports.iter().cloned());
            wanted.insert(format!("from {} import {port}", self.ports.dotted));
            let (owner, session) = repository.session.rsplit_once('.').unwrap_or_default();
            wanted.insert(format!("from {owner} import {session}"));
            let text = format!(
                "class {class}({port}):\n    \"\"\"Keeps records of {model} in the database.\n\n    \
                 Args:\n        session: Begun and ended by who makes this.\n    \"\"\"\n\n    \
                 def __init__(self, session: {session}) -> None:\n        self._session = \
                 session\n\n{}",
                methods(repository, true)
            );
            self.keepers.take(&class, &wanted, text);
        }
        self.ports.write(tree, package, self.newline);
        self.keepers.write(tree, package, self.newline);
    }
}

fn methods(repository: &Repository, has_body: bool) -> String {
    let all = repository.methods.iter().map(|(name, method)| {
        let parameters = method.parameters.iter();
        let typed = parameters.map(|(name, kind)| {
            // A port of the domain names no model of the database.
            let is_plain = kind.chars().all(char::is_lowercase) || has_body;
            let kind = if is_plain { kind.as_str() } else { "Any" };
            format!(", {name}: {kind}")
        });
        let typed: Vec<String> = typed.collect();
        let begin = if method.is_async { "async def" } else { "def" };
        let returns = if method.body[0].starts_with("return ") { "Any" } else { "None" };
        let mut text = format!("    {begin} {name}(self{}) -> {returns}:\n", typed.concat());
        text.push_str(&format!("        \"\"\"{}\"\"\"\n", summary(name)));
        if has_body {
            for line in &method.body {
                text.push_str(&format!("        {line}\n"));
            }
        }
        text
    });
    all.collect::<Vec<_>>().join("\n")
}

/// A body without its white space and the parentheses around it.
fn spoken(body: &[String]) -> String {
    let text: String = body.concat().chars().filter(|letter| !letter.is_whitespace()).collect();
    let inner = text.strip_prefix("return(").and_then(|rest| rest.strip_suffix(')'));
    match inner.filter(|inner| !inner.starts_with("await")) {
        Some(inner) => format!("return{inner}"),
        None => text,
    }
}

/// `find_by_id` → `Find by id.`
fn summary(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
