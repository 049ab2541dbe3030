//! Values that are written into the code and that an operator would want to set.
//!
//! Addresses, ports and credentials: constants of a module, the values of a dictionary of
//! settings, and what the server is started with. Each gets a variable of its own whose name
//! begins with the package's, so that nothing that is set today can change what it is.

use std::collections::BTreeMap;

use super::EXAMPLE;
use super::reads::{File, How, Kind, Read, Variable};
use crate::change::RelPath;
use crate::operation::Note;
use crate::python::{Binding, PythonService, StatementKind, is_config_dict, names_setting};
use crate::workspace::Tree;

/// What the server is told by an operator.
const SERVER: [&str; 2] = ["host", "port"];

impl Read {
    /// Names the variable after the file, too, as the short name means another value elsewhere;
    /// only for what has no variable yet.
    pub(super) fn takes_long_name(&mut self, file: &File<'_>) -> bool {
        let Kind::Typed(_) = self.variable.kind else { return false };
        let field = format!("{}_{}", file.stem().to_ascii_lowercase(), self.variable.field);
        let short = unlinked(self.variable.field.to_ascii_uppercase());
        let Some(prefix) = self.variable.name.strip_suffix(&short) else { return false };
        self.variable.name = unlinked(format!("{prefix}{}", field.to_ascii_uppercase()));
        self.variable.field = field;
        true
    }
}

impl File<'_> {
    /// Whether a file may hold such values, by its names alone.
    pub(super) fn may_hold(service: &PythonService, index: usize) -> bool {
        let Some(module) = service.modules()[index].module() else { return false };
        let is_named = |name: &String| {
            names_setting(name, None) || names_setting(name, Some(" ")) || is_config_dict(name)
        };
        module.text().contains("uvicorn")
            || module.facts.statements.iter().any(|found| found.binds.iter().any(is_named))
    }

    /// The values of a file that become fields, and those that cannot.
    pub(super) fn constants(&self, prefix: &str) -> (Vec<Read>, Vec<Note>) {
        let (mut reads, mut notes) = (Vec::new(), Vec::new());
        for (statement, found) in self.module.facts.statements.iter().enumerate() {
            let [name] = found.binds.as_slice() else { continue };
            if found.kind != StatementKind::Assignment {
                continue;
            }
            let Some(value) = self.assigned(&found.range) else { continue };
            let values = self.values(name, value);
            if values.is_empty() {
                continue;
            }
            let bound: Vec<&Binding> = self.module.facts.bindings_of(name, 0).collect();
            if bound.len() != 1 {
                if bound.iter().all(|known| known.statement >= statement) {
                    let why = format!("{name} is bound more than once");
                    notes.push(self.note(found.range.start, &why));
                }
                continue;
            }
            let read = |(name, node): (String, usize)| {
                self.constant(prefix, &name, node, (How::Once, statement, 0))
            };
            reads.extend(values.into_iter().filter_map(read));
        }
        reads.extend(self.server(prefix));
        reads.sort_by_key(|read| read.range.start);
        self.keep_apart(&mut reads, &mut notes);
        (reads, notes)
    }

    /// What a statement assigns.
    fn assigned(&self, range: &std::ops::Range<usize>) -> Option<usize> {
        let is_here = |node: &usize| {
            let found = &self.syntax.nodes[*node];
            let kind = found.kind;
            found.range == *range && (kind.is_assignment() || kind.is_annotated_assignment())
        };
        let node = (0..self.syntax.nodes.len()).find(is_here)?;
        let value = self.syntax.children(node).last()?;
        (self.syntax.nodes[value].range.end == range.end).then_some(value)
    }

    /// The literals of a setting, each with the name under which it can be set.
    fn values(&self, name: &str, value: usize) -> Vec<(String, usize)> {
        if is_config_dict(name) && self.syntax.nodes[value].kind.is_dictionary() {
            return self.items(name, value);
        }
        let is_setting = match self.literal(value) {
            Some((Some("str"), text)) => names_setting(name, Some(&text)),
            Some((Some("int"), number)) => {
                number.parse::<u16>().is_ok_and(|port| port > 0) && names_setting(name, None)
            }
            _ => false,
        };
        if is_setting { vec![(name.to_owned(), value)] } else { Vec::new() }
    }

    /// The literals below keys that are plain words, those of dictionaries inside included.
    fn items(&self, name: &str, dictionary: usize) -> Vec<(String, usize)> {
        let children: Vec<usize> = self.syntax.children(dictionary).collect();
        let (pairs, rest) = children.as_chunks::<2>();
        let has_double_star =
            self.syntax.token_texts(&self.syntax.nodes[dictionary].range).contains(&"**");
        if has_double_star || !rest.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for [key, value] in pairs {
            let Some(key) = self.text_of(*key).filter(|key| super::reads::is_variable(key)) else {
                continue;
            };
            let name = format!("{name}_{}", key.to_ascii_uppercase());
            if self.syntax.nodes[*value].kind.is_dictionary() {
                found.extend(self.items(&name, *value));
            } else if self.literal(*value).is_some_and(|(kind, _)| kind.is_some()) {
                found.push((name, *value));
            }
        }
        found
    }

    /// Host and port that `uvicorn.run` is given as literals.
    fn server(&self, prefix: &str) -> Vec<Read> {
        let mut reads = Vec::new();
        for node in 0..self.syntax.nodes.len() {
            let found = &self.syntax.nodes[node];
            let Some(callee) = self.syntax.children(node).next().filter(|_| found.kind.is_call())
            else {
                continue;
            };
            if self.external(callee).as_deref() != Some("uvicorn.run") {
                continue;
            }
            let statements = self.module.facts.statements.iter();
            let Some(statement) =
                statements.into_iter().position(|known| known.range.contains(&found.range.start))
            else {
                continue;
            };
            let references = &self.module.facts.references;
            let start = self.syntax.nodes[callee].range.start;
            let scope = references.iter().find(|found| found.range.start == start);
            let place = (How::EachTime, statement, scope.map_or(0, |found| found.scope));
            for (keyword, value) in self.arguments(node).unwrap_or_default() {
                let Some(keyword) = keyword.filter(|keyword| SERVER.contains(keyword)) else {
                    continue;
                };
                let name = keyword.to_ascii_uppercase();
                reads.extend(self.constant(prefix, &name, value, place));
            }
        }
        reads
    }

    /// A literal as a field with a variable of its own.
    fn constant(
        &self,
        prefix: &str,
        name: &str,
        node: usize,
        (how, statement, scope): (How, usize, usize),
    ) -> Option<Read> {
        let (kind, plain) = self.literal(node)?;
        let field = name.to_ascii_lowercase().trim_start_matches('_').to_owned();
        let own = format!("{prefix}_");
        let name = name.trim_start_matches('_').to_ascii_uppercase();
        let name = if name.starts_with(&own) { name } else { format!("{own}{name}") };
        let name = unlinked(name);
        let range = self.syntax.nodes[node].range.clone();
        let default = self.syntax.node_text(node).to_owned();
        let line = self.module.source.line_of(range.start);
        let variable = Variable { name, field, default, kind: Kind::Typed(kind?), plain };
        Some(Read { range, variable, how, statement, scope, line })
    }

    /// Leaves a value whose variable another value of the file has.
    fn keep_apart(&self, reads: &mut Vec<Read>, notes: &mut Vec<Note>) {
        let mut known = BTreeMap::new();
        reads.retain(|read| {
            let first = *known.entry(read.variable.name.clone()).or_insert(read.range.start);
            let is_server = read.how == How::EachTime;
            if first != read.range.start && !is_server {
                let why = format!("{} is another value of this file", read.variable.name);
                notes.push(self.note(read.range.start, &why));
            }
            first == read.range.start || is_server
        });
    }
}

/// A name that no container gets from the services around it.
///
/// Kubernetes and links of Docker set `SHOP_PORT=tcp://…`, `SHOP_SERVICE_HOST` and
/// `SHOP_SERVICE_PORT` for a service `shop`
/// (<https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>).
fn unlinked(name: String) -> String {
    if name == "PORT" || name.ends_with("_PORT") {
        return format!("{name}_NUMBER");
    }
    if name.ends_with("SERVICE_HOST") { format!("{name}_NAME") } else { name }
}

/// What is said already of variables that begin with the name of a package.
pub(super) struct Named<'a> {
    /// The beginning.
    prefix: String,
    /// Files that have it, with their text.
    files: Vec<(&'a RelPath, &'a str)>,
    /// Beginnings of which a class reads all variables, with their place.
    classes: Vec<(String, String)>,
}

impl<'a> Named<'a> {
    /// Looks at the service, and at what lies at the root beside it.
    pub(super) fn of(
        tree: &'a Tree,
        service: &PythonService,
        folder: Option<&RelPath>,
        prefix: &str,
    ) -> Self {
        let prefix = format!("{prefix}_");
        let is_near = |path: &RelPath| {
            path.parent().is_none() || folder.is_none_or(|folder| path.starts_with(folder))
        };
        let near = tree.iter().filter(|(path, _)| is_near(path) && path.name() != EXAMPLE);
        let files = near
            .filter_map(|(path, entry)| Some((path, entry.text()?)))
            .filter(|(_, text)| text.contains(&prefix))
            .collect();
        let mut classes = Vec::new();
        for record in service.modules() {
            let module = record.module().filter(|module| module.text().contains("env_prefix"));
            for string in module.into_iter().flat_map(|module| &module.facts.strings) {
                let line = module.map_or(0, |module| module.source.line_of(string.range.start));
                let place = format!("{}:{line}", record.path);
                classes.push((string.value.to_ascii_uppercase(), place));
            }
        }
        classes.retain(|(begin, _)| begin.ends_with('_') && begin.len() > 1);
        Self { prefix, files, classes }
    }

    /// Where a variable is named, or belongs to a class that reads all of its beginning.
    pub(super) fn at(&self, variable: &str) -> Option<String> {
        let by_class = self.classes.iter().find(|(begin, _)| variable.starts_with(begin));
        let own = format!("validation_alias=\"{variable}\"");
        let files = self.files.iter().filter(|_| variable.starts_with(&self.prefix));
        let in_file = |(path, text): &(&RelPath, &str)| {
            let mut lines = text.lines().enumerate();
            let (line, _) =
                lines.find(|(_, line)| names(line, variable) && !line.contains(&own))?;
            Some(format!("{path}:{}", line + 1))
        };
        by_class.map(|(_, place)| place.clone()).or_else(|| files.into_iter().find_map(in_file))
    }
}

/// Whether a line has a variable as a word.
fn names(line: &str, variable: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(variable).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + variable.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
