//! `logging.basicConfig` becomes the shared library's structured logging, call by call.
//!
//! Each call stays where it is and runs when it ran; loggers, `%s` arguments, `extra=` and
//! `exc_info` are not touched, as the library formats the records of the standard library. What
//! sets up logging in another way is listed, and where two calls want different levels nothing
//! is changed: the first call used to count, and the last one would.

use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

use toml_edit::{DocumentMut, Item};

use super::Note;
use super::libraries::usable;
use super::rewrite::{Import, ensure, name_for};
use super::text::LineEnding;
use crate::change::{Edit, RelPath, apply_edits};
use crate::python::{Module, PythonService, Qualified, SyntaxTree};
use crate::workspace::{Config, Tree};

/// Arguments of `basicConfig` that only say how a line looks or where it goes on a terminal.
const LOOKS: [&str; 5] = ["format", "datefmt", "style", "encoding", "force"];
/// The longest line that is made.
const WIDTH: usize = 99;

/// One call that becomes another one.
struct Call {
    file: usize,
    range: Range<usize>,
    /// The level as it is to be written.
    level: String,
    line: usize,
}

/// Replaces every call of a service; `name` is the service's.
pub fn structure(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let mut notes = others(&service);
    let mut calls = Vec::new();
    for index in 0..service.modules().len() {
        if !service.modules()[index].is_test {
            find(&service, index, &mut calls, &mut notes);
        }
    }
    let levels: BTreeSet<&str> = calls.iter().map(|call| call.level.as_str()).collect();
    if levels.len() > 1 {
        let message = "logging stays: the calls of this service want different levels, of which \
            the first one counts";
        let place = |call: &Call| Note::new(&service.modules()[call.file].path, call.line, message);
        notes.extend(calls.iter().map(place));
        return notes;
    }
    if calls.is_empty() {
        return notes;
    }
    let first = (&service.modules()[calls[0].file].path, calls[0].line);
    let package = match usable(
        tree,
        (folder, config),
        ("core", &[("logging", "configure_logging")]),
        ("logging stays", first),
    ) {
        Ok(package) => package,
        Err(obstacles) => {
            notes.extend(obstacles);
            return notes;
        }
    };
    let version = declared_version(tree, folder);
    for file in calls.iter().map(|call| call.file).collect::<BTreeSet<_>>() {
        let own: Vec<&Call> = calls.iter().filter(|call| call.file == file).collect();
        if let Err(reason) = rewrite(tree, &mut service, (file, &own), (&package, name, &version)) {
            let path = service.modules()[file].path.clone();
            notes.push(Note::new(&path, own[0].line, format!("logging stays: {reason}")));
        }
    }
    notes
}

/// Set-ups of another kind, which stay.
fn others(service: &PythonService) -> Vec<Note> {
    let mut notes = Vec::new();
    for (index, record) in service.modules().iter().enumerate().filter(|(_, one)| !one.is_test) {
        let Some(module) = record.module() else { continue };
        let mut found = foreign_calls(service, index, module);
        let mut imports = module.facts.imports.iter();
        if let Some(import) = imports.find(|import| import.module == "loguru") {
            let message = "loguru stays: its calls format their arguments in another way than those \
                of the standard library";
            found.push((import.range.start, message));
        }
        found.sort_unstable();
        let places = found
            .into_iter()
            .map(|(start, message)| Note::new(&record.path, module.source.line_of(start), message));
        notes.extend(places);
    }
    notes
}

/// Calls that give a logger a handler, or set up logging from a dictionary or a file.
fn foreign_calls(
    service: &PythonService,
    index: usize,
    module: &Module,
) -> Vec<(usize, &'static str)> {
    let words = ["addHandler", "dictConfig", "fileConfig"];
    if !words.iter().any(|word| module.text().contains(word)) {
        return Vec::new();
    }
    let syntax = module.syntax();
    let calls = (0..syntax.nodes.len()).filter(|node| syntax.nodes[*node].kind.is_call());
    let judged = calls.filter_map(|node| {
        let callee = syntax.node_text(syntax.children(node).next()?);
        let start = syntax.nodes[node].range.start;
        if callee.ends_with(".addHandler") {
            return Some((start, "this handler stays beside the shared one"));
        }
        let is_set_up = ["dictConfig", "fileConfig"].iter().any(|word| callee.ends_with(word))
            && leads(service, index, callee, "logging.config");
        is_set_up.then_some((start, "this set-up of logging stays: it names handlers of its own"))
    });
    judged.collect()
}

fn leads(service: &PythonService, index: usize, dotted: &str, module: &str) -> bool {
    match service.qualify(index, 0, dotted) {
        Qualified::External(path) => {
            path.rsplit_once('.').is_some_and(|(owner, _)| owner == module)
        }
        _ => false,
    }
}

/// The calls of one file; those that say more than a level and a look are listed.
fn find(service: &PythonService, index: usize, calls: &mut Vec<Call>, notes: &mut Vec<Note>) {
    let record = &service.modules()[index];
    let sound = record.module().filter(|module| module.errors.is_empty());
    let Some(module) = sound.filter(|module| module.text().contains("basicConfig")) else { return };
    let syntax = module.syntax();
    for node in (0..syntax.nodes.len()).filter(|node| syntax.nodes[*node].kind.is_call()) {
        let Some(callee) = syntax.children(node).next() else { continue };
        let dotted = syntax.node_text(callee);
        let is_set_up = dotted.ends_with("basicConfig") && leads(service, index, dotted, "logging");
        if !is_set_up {
            continue;
        }
        let range = syntax.nodes[node].range.clone();
        let line = module.source.line_of(range.start);
        let level = if alone(&syntax, node) {
            level(service, index, &syntax, node)
        } else {
            Err("the call is part of another expression".to_owned())
        };
        match level {
            Ok(level) => calls.push(Call { file: index, range, level, line }),
            Err(reason) => {
                notes.push(Note::new(&record.path, line, format!("logging stays: {reason}")));
            }
        }
    }
}

/// Whether a call is a statement of its own.
fn alone(syntax: &SyntaxTree, node: usize) -> bool {
    let parent = syntax.nodes[node].parent;
    parent.is_some_and(|parent| syntax.nodes[parent].kind.is_expression_statement())
}

/// The level that a call sets, as an argument of the shared library.
fn level(
    service: &PythonService,
    index: usize,
    syntax: &SyntaxTree,
    node: usize,
) -> Result<String, String> {
    if syntax.has_comment(&syntax.nodes[node].range) {
        return Err("a comment stands in the call".to_owned());
    }
    let mut children = syntax.children(node);
    let arguments = children.find(|child| syntax.nodes[*child].kind.is_arguments());
    let mut level = "\"WARNING\"".to_owned();
    for argument in arguments.into_iter().flat_map(|arguments| syntax.children(arguments)) {
        let text = syntax.node_text(argument);
        let pair = text.split_once('=').filter(|_| syntax.nodes[argument].kind.is_keyword());
        let Some((key, value)) = pair.map(|(key, value)| (key.trim(), value.trim())) else {
            return Err("an argument of the call has no name".to_owned());
        };
        let is_terminal = match key {
            "level" if value != "None" => {
                level = leveled(service, index, value);
                true
            }
            "stream" => matches!(value, "sys.stdout" | "sys.stderr"),
            "handlers" => is_one_stream(value),
            key => LOOKS.contains(&key),
        };
        if !is_terminal {
            return Err(format!("`{key}` sends the log somewhere else as well"));
        }
    }
    Ok(level)
}

/// `[logging.StreamHandler(sys.stdout)]`: the terminal, and nothing else.
fn is_one_stream(value: &str) -> bool {
    let inner = value.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let inner = inner.unwrap_or_default().trim().trim_end_matches(',').trim();
    let call = inner.strip_prefix("logging.").unwrap_or(inner);
    let argument = call.strip_prefix("StreamHandler(").and_then(|text| text.strip_suffix(')'));
    matches!(argument, Some("" | "sys.stdout" | "sys.stderr"))
}

/// `logging.INFO` by its name; any other expression as it is.
fn leveled(service: &PythonService, index: usize, value: &str) -> String {
    let names = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];
    let name = value.rsplit('.').next().unwrap_or(value);
    if names.contains(&name) && leads(service, index, value, "logging") {
        return format!("\"{name}\"");
    }
    value.to_owned()
}

/// The version that the project declares; `0.0.0` where it declares none.
pub(super) fn declared_version(tree: &Tree, folder: Option<&RelPath>) -> String {
    let version = || {
        let text = tree.text(&folder?.join("pyproject.toml").ok()?)?;
        let document = DocumentMut::from_str(text).ok()?;
        let version = document.get("project")?.get("version").and_then(Item::as_str)?;
        Some(version.to_owned())
    };
    version().unwrap_or_else(|| "0.0.0".to_owned())
}

fn rewrite(
    tree: &mut Tree,
    service: &mut PythonService,
    (file, calls): (usize, &[&Call]),
    (package, name, version): (&str, &str, &str),
) -> Result<(), String> {
    let path = service.modules()[file].path.clone();
    let original = service.modules()[file].module().cloned().ok_or("it cannot be read")?;
    let import = Import::parse(&format!("from {package}.logging import configure_logging"))
        .ok_or("the shared library cannot be imported")?;
    let function = name_for(service, file, &import)?;
    let edits = calls.iter().map(|call| {
        let arguments = [
            format!("service={name:?}"),
            format!("version={version:?}"),
            format!("level={}", call.level),
        ];
        Edit::replace(call.range.clone(), written(&original, call, &function, &arguments))
    });
    let edits: Vec<Edit> = edits.collect();
    let text = apply_edits(original.text(), &edits).map_err(|error| error.to_string())?;
    let text = ensure(service, (file, &path), (&original, &text), &[import])
        .ok_or("the result cannot be read")?;
    let bytes = original.source.encode(&text).ok_or("the result does not fit its encoding")?;
    if let Some(entry) = tree.get(&path).map(|entry| entry.with_bytes(bytes)) {
        tree.set(path, entry);
    }
    Ok(())
}

/// The new call, on one line where it fits.
fn written(module: &Module, call: &Call, function: &str, arguments: &[String]) -> String {
    let line = module.source.line_range(call.range.start);
    let before = &module.text()[line.start..call.range.start];
    let short = format!("{function}({})", arguments.join(", "));
    if before.chars().count() + short.chars().count() <= WIDTH {
        return short;
    }
    let newline = LineEnding::of(module.text()).as_str();
    let indent: String = before.chars().take_while(|character| character.is_whitespace()).collect();
    let lines = arguments.iter().map(|one| format!("{indent}    {one},{newline}"));
    format!("{function}({newline}{}{indent})", lines.collect::<String>())
}
