//! The stores of a service: containers of a module that its functions fill.

use super::shapes::Keeping;
use super::types::{Type, Types};
use crate::operation::thin::package::Package;
use crate::python::outline::{Outline, Value};
use crate::python::{PythonService, StatementKind, SyntaxTree};

/// A container of a module.
#[derive(Debug, Clone)]
pub(super) struct Store {
    /// Index of its file.
    pub(super) file: usize,
    /// Its name there.
    pub(super) name: String,
    /// How it keeps things.
    pub(super) keeping: Keeping,
    /// Where the statement that makes it begins.
    pub(super) start: usize,
    /// The end of that statement.
    pub(super) end: usize,
    /// Its line.
    pub(super) line: usize,
    /// The type of its keys.
    pub(super) key: Type,
    /// The type of what it keeps.
    pub(super) value: Type,
    /// The class of what it keeps, as it is written.
    pub(super) class: Option<String>,
}

/// Words in the names of things that are not meant to be kept: caches, connections, running work.
const PASSING: [&str; 9] =
    ["cache", "connection", "socket", "metric", "client", "lock", "counter", "limiter", "subscri"];
/// Words in types of what nobody could keep elsewhere.
const LIVE: [&str; 8] =
    ["WebSocket", "asyncio", "Task", "Lock", "Callable", "Queue", "Event]", "Thread"];

/// Whether a file makes a container of its own at all.
pub(super) fn may_hold(outline: &Outline) -> bool {
    outline.assignments.iter().any(|one| {
        let is_own = one.context.function.is_none() && one.context.class.is_none();
        is_own
            && match &one.value {
                Some(Value::Dict(_) | Value::Sequence(_)) => true,
                Some(Value::Call(call)) => matches!(&*call.callee, "dict" | "list"),
                _ => false,
            }
    })
}

/// The containers of a file that could be stores.
pub(super) fn stores(
    service: &PythonService,
    package: &Package,
    (file, tree): (usize, &SyntaxTree),
    outline: &Outline,
) -> Vec<Store> {
    let Some(module) = service.modules()[file].module() else { return Vec::new() };
    let types = Types { service, package, file, module, tree };
    let mut found = Vec::new();
    for statement in &module.facts.statements {
        let [name] = &statement.binds[..] else { continue };
        if statement.kind != StatementKind::Assignment {
            continue;
        }
        let mut made = outline.assignments.iter().filter(|one| {
            *one.target == **name
                && one.context.function.is_none()
                && one.context.class.is_none()
                && statement.range.contains(&(one.start as usize))
        });
        let keeping = match made.next().and_then(|one| one.value.as_ref()) {
            Some(Value::Dict(_)) => Keeping::ByKey,
            Some(Value::Sequence(_)) => Keeping::InOrder,
            Some(Value::Call(call)) if call.arguments.is_empty() && call.keywords.is_empty() => {
                match &*call.callee {
                    "dict" => Keeping::ByKey,
                    "list" => Keeping::InOrder,
                    _ => continue,
                }
            }
            _ => continue,
        };
        let Some(node) = tree.node_at(&statement.range) else { continue };
        let parts: Vec<usize> = tree.children(node).collect();
        let Some(value) = parts.last() else { continue };
        let is_list = tree.node_text(*value).starts_with(['[', 'l']);
        let annotation = (parts.len() == 3).then(|| parts[1]);
        let kind = annotation.map_or("", |node| tree.node_text(node));
        let is_passing = PASSING.iter().any(|word| name.to_ascii_lowercase().contains(word));
        let is_live = LIVE.iter().any(|word| kind.contains(word));
        if parts.len() > 3 || is_passing || is_live || name.starts_with("__") {
            continue;
        }
        if keeping == Keeping::InOrder && !is_list {
            continue;
        }
        let (key, value, class) = typed(&types, annotation, keeping);
        found.push(Store {
            file,
            name: name.clone(),
            keeping,
            start: statement.range.start,
            end: statement.range.end,
            line: module.source.line_of(statement.range.start),
            key,
            value,
            class,
        });
    }
    found
}

/// The types of keys and values, of an annotation like `dict[str, Order]`.
fn typed(
    types: &Types<'_>,
    annotation: Option<usize>,
    keeping: Keeping,
) -> (Type, Type, Option<String>) {
    let unknown = || (Type::any(), Type::any(), None);
    let tree = types.tree;
    let Some(node) = annotation.filter(|node| tree.nodes[*node].kind.is_subscript()) else {
        return unknown();
    };
    let Some(inner) = tree.children(node).nth(1) else { return unknown() };
    let class = |node: usize| {
        let text = tree.node_text(node);
        let last = text.rsplit('.').next().unwrap_or(text);
        let is_class = last.chars().next().is_some_and(char::is_uppercase)
            && last.chars().all(char::is_alphanumeric)
            && last != "Any";
        is_class.then(|| last.to_owned())
    };
    match keeping {
        Keeping::InOrder => (Type::any(), types.named(inner), class(inner)),
        Keeping::ByKey => {
            let pair: Vec<usize> = tree.children(inner).collect();
            match pair[..] {
                [key, value] if tree.nodes[inner].kind.is_tuple() => {
                    (types.named(key), types.named(value), class(value))
                }
                _ => unknown(),
            }
        }
    }
}
