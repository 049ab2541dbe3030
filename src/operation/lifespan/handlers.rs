//! What an application and its `on_event` handlers look like, and when that is not certain.

use std::ops::Range;

use crate::change::Edit;
use crate::operation::text::LineEnding;
use crate::python::{
    Binding, BindingKind, Module, Pattern, PythonService, Qualified, StatementKind, SyntaxTree,
};

/// One handler.
#[derive(Debug, Clone)]
pub(super) struct Handler {
    pub(super) name: String,
    pub(super) is_async: bool,
}

/// An application of a module with the handlers of the same module.
#[derive(Debug, Clone)]
pub(super) struct Application {
    /// What the file calls the class.
    pub(super) class: String,
    pub(super) startup: Vec<Handler>,
    pub(super) shutdown: Vec<Handler>,
    /// The lines of the decorators.
    pub(super) decorators: Vec<Range<usize>>,
    /// Where the lifespan goes: before the statement that makes the application.
    pub(super) insert_at: usize,
    /// The arguments of the call, parentheses included.
    arguments: Range<usize>,
    /// Where the last argument ends; none without arguments.
    last: Option<usize>,
    /// The line of the statement that makes the application, from 1.
    pub(super) line: usize,
}

type Refusal = (usize, String);

/// Reads the one application of a file and all its handlers; nothing when there is no handler.
pub(super) fn read(
    service: &PythonService,
    index: usize,
    module: &Module,
    tree: &SyntaxTree,
) -> Result<Option<Application>, Refusal> {
    let uses: Vec<(usize, usize)> = module
        .facts
        .references
        .iter()
        .filter(|found| found.chain.iter().any(|attribute| attribute.name == "on_event"))
        .map(|found| (found.range.start, module.source.line_of(found.range.start)))
        .collect();
    let Some((first, line)) = uses.first().copied() else { return Ok(None) };
    let stays = |line: usize, why: &str| Err((line, format!("its handlers stay: {why}")));
    let object = module.facts.references.iter().find(|found| found.range.start == first);
    let object = object.map(|found| found.name.clone()).unwrap_or_default();
    let Some(mut application) = application(service, index, (module, tree), &object) else {
        return stays(line, &format!("{object} is no application made once in this file"));
    };
    let mut events = Vec::new();
    for (start, line) in uses {
        match handler(module, tree, start, &object) {
            Ok(found) => events.push(found),
            Err(why) => return stays(line, why),
        }
    }
    for (event, handler, decorator) in events {
        match event.as_str() {
            "startup" => application.startup.push(handler),
            _ => application.shutdown.push(handler),
        }
        application.decorators.push(decorator);
    }
    if tree.slice(&application.arguments).contains("lifespan") {
        return stays(application.line, "the application has a lifespan already");
    }
    if tree.slice(&application.arguments).contains("**") {
        return stays(application.line, "its arguments are not all in sight");
    }
    if let Some(line) = handed_on(service, index, module, &object) {
        return stays(line, "the application is handed to code that may register handlers");
    }
    Ok(Some(application))
}

/// The statement `app = FastAPI(…)`, when it is the only one that binds the name: in the body of
/// the module, or in a factory that gives the name its value.
pub(super) fn application(
    service: &PythonService,
    index: usize,
    (module, tree): (&Module, &SyntaxTree),
    object: &str,
) -> Option<Application> {
    let facts = &module.facts;
    let bindings: Vec<&Binding> =
        facts.bindings.iter().filter(|binding| binding.name == object).collect();
    let binding = match bindings[..] {
        [binding] if binding.scope == 0 => binding,
        [one, two] => {
            let (inner, outer) = if one.scope == 0 { (two, one) } else { (one, two) };
            let factory = &facts.statements[inner.statement].binds[..];
            let callee = facts.statements[outer.statement].callee.as_slice();
            let is_made_by_it = inner.scope != 0 && outer.scope == 0 && callee == factory;
            Some(inner).filter(|_| is_made_by_it)?
        }
        _ => return None,
    };
    let assignment = (0..tree.nodes.len()).find(|node| {
        let node = &tree.nodes[*node];
        let is_assignment = node.kind.is_assignment() || node.kind.is_annotated_assignment();
        is_assignment && node.range.start == binding.range.start
    })?;
    let call = tree.children(assignment).last().filter(|node| tree.nodes[*node].kind.is_call())?;
    let class = tree.node_text(tree.children(call).next()?).to_owned();
    let is_application =
        service.qualify(index, 0, &class) == Qualified::External("fastapi.FastAPI".to_owned());
    if binding.kind != BindingKind::Assignment || !is_application {
        return None;
    }
    let arguments = tree.children(call).find(|child| tree.nodes[*child].kind.is_arguments())?;
    let last = tree.children(arguments).last().map(|child| tree.nodes[child].range.end);
    Some(Application {
        class,
        startup: Vec::new(),
        shutdown: Vec::new(),
        decorators: Vec::new(),
        insert_at: above_comments(module, facts.statements[binding.statement].range.start),
        arguments: tree.nodes[arguments].range.clone(),
        last,
        line: module.source.line_of(binding.range.start),
    })
}

/// The start of the comment lines directly above a statement, or of its own line.
pub(in crate::operation) fn above_comments(module: &Module, start: usize) -> usize {
    let mut line = module.source.line_range(start).start;
    while line > 0 {
        let above = module.source.line_range(line - 1);
        if !module.text()[above.clone()].starts_with('#') {
            break;
        }
        line = above.start;
    }
    line
}

/// The handler that an `on_event` decorates: its event, itself, and the decorator's line.
fn handler(
    module: &Module,
    tree: &SyntaxTree,
    start: usize,
    object: &str,
) -> Result<(String, Handler, Range<usize>), &'static str> {
    let strange = "an on_event is no plain decorator of a function of this module";
    let pattern = Pattern::parse("@$APP.on_event($EVENT)\ndef $NAME():\n    $$$BODY");
    let pattern = pattern.ok().ok_or(strange)?;
    let mut decorated = (0..tree.nodes.len()).filter(|node| {
        tree.nodes[*node].parent == Some(0) && tree.nodes[*node].kind.is_decorated()
    });
    let place = decorated.find(|node| {
        let range = &tree.nodes[*node].range;
        range.start < start && start < range.end
    });
    let Some(place) = place else { return registered(module, tree, start, object) };
    let found = pattern.at(tree, place).ok_or("a handler has parameters or other decorators")?;
    let text = |hole: &str| {
        let range = found.captures.get(hole).and_then(|capture| capture.range.clone());
        range.map(|range| tree.slice(&range).to_owned()).unwrap_or_default()
    };
    let name = text("NAME");
    let event = text("EVENT").trim_matches(['"', '\'']).to_owned();
    if text("APP") != object || !matches!(event.as_str(), "startup" | "shutdown") {
        return Err("a handler is of another object or another event");
    }
    if module.facts.bindings_of(&name, 0).count() != 1 {
        return Err("two definitions have the name of a handler");
    }
    let function = tree.children(place).find(|child| tree.nodes[*child].kind.is_function());
    let function = function.map(|node| tree.node_text(node)).unwrap_or_default();
    let is_async = function.starts_with("async");
    let decorator = tree.children(place).find(|child| tree.nodes[*child].kind.is_decorator());
    let decorator = decorator.map(|node| tree.nodes[node].range.clone()).ok_or(strange)?;
    let lines = module.source.line_range(decorator.start).start
        ..module.source.line_range(decorator.end.saturating_sub(1)).end;
    if tree.has_comment(&lines) {
        return Err("a comment stands beside a decorator");
    }
    Ok((event, Handler { name, is_async }, lines))
}

/// The handler that a factory registers: `app.on_event("startup")(start)`.
fn registered(
    module: &Module,
    tree: &SyntaxTree,
    start: usize,
    object: &str,
) -> Result<(String, Handler, Range<usize>), &'static str> {
    let strange = "an on_event is no plain registration of a function of this module";
    let pattern = Pattern::parse("$APP.on_event($EVENT)($NAME)").ok().ok_or(strange)?;
    let statement = (0..tree.nodes.len()).find(|node| {
        let node = &tree.nodes[*node];
        node.kind.is_expression_statement() && node.range.start == start
    });
    let statement = statement.ok_or(strange)?;
    let call = tree.children(statement).next().ok_or(strange)?;
    let found = pattern.at(tree, call).ok_or(strange)?;
    let text = |hole: &str| {
        let range = found.captures.get(hole).and_then(|capture| capture.range.clone());
        range.map(|range| tree.slice(&range).to_owned()).unwrap_or_default()
    };
    let (name, event) = (text("NAME"), text("EVENT"));
    let event = event.trim_matches(['"', '\'']).to_owned();
    if text("APP") != object || !matches!(event.as_str(), "startup" | "shutdown") {
        return Err("a handler is of another object or another event");
    }
    if module.facts.bindings_of(&name, 0).count() != 1 {
        return Err("two definitions have the name of a handler, or none");
    }
    let mut functions =
        module.facts.statements.iter().filter(|found| {
            found.kind == StatementKind::Function && found.binds == [name.as_str()]
        });
    let function = functions.next().filter(|found| found.decorators.is_empty()).ok_or(strange)?;
    let words = tree.token_texts(&function.range);
    let at = words.iter().position(|word| *word == "def").ok_or(strange)?;
    if words.get(at + 2..at + 4) != Some(&["(", ")"]) {
        return Err("a handler has parameters or other decorators");
    }
    let range = &tree.nodes[statement].range;
    let lines = module.source.line_range(range.start).start
        ..module.source.line_range(range.end.saturating_sub(1)).end;
    if tree.has_comment(&lines) {
        return Err("a comment stands beside a registration");
    }
    Ok((event, Handler { name, is_async: function.is_async }, lines))
}

/// The line where the application is an argument of code that is not known to leave it alone.
fn handed_on(
    service: &PythonService,
    index: usize,
    module: &Module,
    object: &str,
) -> Option<usize> {
    const HARMLESS: [&str; 8] = [
        "uvicorn.run",
        "fastapi.testclient.TestClient",
        "starlette.testclient.TestClient",
        "httpx.ASGITransport",
        "httpx.AsyncClient",
        "slowapi.Limiter",
        "hypercorn.asyncio.serve",
        "mangum.Mangum",
    ];
    let tree = module.syntax();
    for node in 0..tree.nodes.len() {
        if !tree.nodes[node].kind.is_call() {
            continue;
        }
        let children: Vec<usize> = tree.children(node).collect();
        let [callee, arguments] = children[..] else { continue };
        let takes = tree.children(arguments).any(|argument| {
            let text = tree.node_text(argument);
            let value = text.rsplit_once('=').map_or(text, |(_, value)| value);
            value.trim() == object
        });
        if !takes {
            continue;
        }
        let range = tree.nodes[callee].range.clone();
        let is_harmless = match service.qualify_at(index, &range, tree.slice(&range)) {
            Qualified::External(name) => HARMLESS.contains(&name.as_str()),
            Qualified::Definition(..) => true,
            _ => tree.slice(&range).ends_with(".instrument_app"),
        };
        if !is_harmless {
            return Some(module.source.line_of(range.start));
        }
    }
    None
}

impl Application {
    /// The edit that adds `lifespan=…` to the call, as its arguments are written.
    pub(super) fn argument(&self, module: &Module, name: &str, unit: &str) -> Edit {
        let Some(last) = self.last else {
            return Edit::insert(self.arguments.end - 1, format!("lifespan={name}"));
        };
        let text = module.text();
        let tail = &text[last..self.arguments.end - 1];
        let is_spread = tail.contains('\n');
        let has_comma = tail.trim_start().starts_with(',');
        if is_spread {
            let line = module.source.line_range(last.saturating_sub(1));
            let body = &text[line];
            let indent = &body[..body.len() - body.trim_start_matches([' ', '\t']).len()];
            let indent = if indent.is_empty() { unit } else { indent };
            let newline = LineEnding::of(text).as_str();
            let (comma, end) = if has_comma { ("", ",") } else { (",", "") };
            let at = if has_comma { last + tail.find(',').unwrap_or_default() + 1 } else { last };
            let rest = module.source.line_range(at.saturating_sub(1)).end;
            if text[at..rest].trim().is_empty() || has_comma {
                let break_at = text[at..rest].trim_end_matches(['\r', '\n']).len() + at;
                let place = if comma.is_empty() { break_at } else { at };
                return Edit::insert(
                    place,
                    format!("{comma}{newline}{indent}lifespan={name}{end}"),
                );
            }
        }
        let comma = if has_comma && !is_spread { " " } else { ", " };
        let at = if has_comma && !is_spread {
            last + tail.find(',').unwrap_or_default() + 1
        } else {
            last
        };
        Edit::insert(at, format!("{comma}lifespan={name}"))
    }
}
