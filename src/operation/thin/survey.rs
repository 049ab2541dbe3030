//! The handlers of a service: functions that an application or a router is told to call.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::super::web::{Owner, Reach, Route, Web};
use crate::python::SyntaxTree;

/// The methods whose routes become thin.
const METHODS: [&str; 5] = ["get", "post", "put", "delete", "patch"];

/// A function that answers requests.
#[derive(Debug, Clone)]
pub(super) struct Handler {
    /// Index of the file.
    pub(super) file: usize,
    /// Its name.
    pub(super) name: String,
    /// The node of its `def` in the tree of the file.
    pub(super) node: usize,
    /// Offset of the `def`.
    pub(super) start: usize,
    /// What it is registered with; none for what cannot be followed.
    pub(super) owners: Vec<Option<Owner>>,
    /// The calls that register it.
    pub(super) registrations: Vec<Range<usize>>,
    /// Whether all of its routes are read with GET.
    pub(super) is_read: bool,
    /// Whether it lies in the module's body.
    pub(super) is_outermost: bool,
    /// Whether it has decorators that are no routes.
    pub(super) is_wrapped: bool,
}

/// The syntax of the files that have handlers.
pub(super) type Trees = BTreeMap<usize, Arc<SyntaxTree>>;

/// Every handler in the files that `is_ours` takes, in the order of the text.
pub(super) fn handlers(web: &Web<'_>, is_ours: impl Fn(usize) -> bool) -> (Vec<Handler>, Trees) {
    let mut trees = Trees::new();
    let mut found: Vec<Handler> = Vec::new();
    let routes = web.routes.iter().filter(|route| {
        route.reach == Reach::Route && METHODS.contains(&route.call.name()) && is_ours(route.file)
    });
    for route in routes {
        let Some(module) = web.service.modules()[route.file].module() else { continue };
        if !module.errors.is_empty() {
            continue;
        }
        let tree = trees.entry(route.file).or_insert_with(|| module.syntax());
        let Some((node, registration)) = function_of(tree, route) else { continue };
        let is_read = route.call.name() == "get";
        let known = found.iter_mut().find(|known| known.file == route.file && known.node == node);
        match known {
            Some(known) => {
                known.is_read &= is_read;
                known.owners.push(route.owner.clone());
                known.registrations.push(registration);
            }
            None => found.push(handler(tree, route, (node, registration))),
        }
    }
    for handler in &mut found {
        handler.is_wrapped = has_other_decorators(&trees[&handler.file], handler);
    }
    found.sort_by_key(|handler| (handler.file, handler.start));
    (found, trees)
}

fn handler(
    tree: &SyntaxTree,
    route: &Route,
    (node, registration): (usize, Range<usize>),
) -> Handler {
    Handler {
        file: route.file,
        name: name_of(tree, node),
        node,
        start: tree.nodes[node].range.start,
        owners: vec![route.owner.clone()],
        registrations: vec![registration],
        is_read: route.call.name() == "get",
        is_outermost: statement_around(tree, node).is_none(),
        is_wrapped: false,
    }
}

/// The function that a route calls, and the range of the registration: it is decorated, or given
/// to what the call gives, as in `app.get("/")(function)`.
fn function_of(tree: &SyntaxTree, route: &Route) -> Option<(usize, Range<usize>)> {
    let range = route.call.start as usize..route.call.end as usize;
    let call = tree.node_at(&range)?;
    let around = tree.nodes[call].parent?;
    let kind = tree.nodes[around].kind;
    if kind.is_decorator() {
        let decorated = tree.nodes[around].parent?;
        let function = tree.children(decorated).find(|child| tree.nodes[*child].kind.is_function());
        return Some((function?, range));
    }
    if !kind.is_call() || tree.children(around).next() != Some(call) {
        return None;
    }
    let arguments = tree.children(around).find(|child| tree.nodes[*child].kind.is_arguments())?;
    let mut given = tree.children(arguments);
    let (Some(only), None) = (given.next(), given.next()) else { return None };
    let name = tree.node_text(only);
    let function = (0..tree.nodes.len()).find(|node| {
        tree.nodes[*node].kind.is_function()
            && name_of(tree, *node) == name
            && statement_around(tree, *node).is_none()
    });
    Some((function?, tree.nodes[around].range.clone()))
}

/// The function, class or other statement in which a definition lies.
fn statement_around(tree: &SyntaxTree, node: usize) -> Option<usize> {
    tree.around(node).find(|around| {
        let kind = tree.nodes[*around].kind;
        kind.is_statement() && !kind.is_decorated()
    })
}

/// The name of a `def`.
pub(super) fn name_of(tree: &SyntaxTree, function: usize) -> String {
    let tokens = tree.token_texts(&tree.nodes[function].range);
    let at = tokens.iter().position(|token| *token == "def");
    at.and_then(|at| tokens.get(at + 1)).map_or_else(String::new, |name| (*name).to_owned())
}

fn has_other_decorators(tree: &SyntaxTree, handler: &Handler) -> bool {
    let Some(around) = tree.nodes[handler.node].parent else { return false };
    if !tree.nodes[around].kind.is_decorated() {
        return false;
    }
    let decorators = tree.children(around).filter(|child| tree.nodes[*child].kind.is_decorator());
    let mut other = decorators.filter(|decorator| {
        let range = &tree.nodes[*decorator].range;
        !handler.registrations.iter().any(|call| range.start < call.start && call.end <= range.end)
    });
    other.next().is_some()
}
