//! Functions with parameters whose defaults tell FastAPI what to hand over.

use std::ops::Range;

use crate::python::{
    Binding, BindingKind, Element, Module, PythonService, Qualified, ScopeId, SyntaxTree,
};

/// What FastAPI reads from a default.
const MARKERS: [&str; 9] =
    ["Depends", "Security", "Query", "Path", "Header", "Cookie", "Body", "Form", "File"];

/// How a parameter can be passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passing {
    /// By its position or its name.
    Any,
    /// By its name alone.
    Name,
    /// It takes the rest: `*args`, `**options`.
    Rest,
}

/// A default that FastAPI reads.
#[derive(Debug, Clone)]
pub(super) struct Marker {
    /// The node of the call.
    pub(super) call: usize,
    /// The node of its arguments.
    pub(super) arguments: usize,
    /// Whether it names a dependency, which has no default of its own.
    pub(super) is_dependency: bool,
}

/// One parameter.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: String,
    /// Name, annotation and default.
    pub(super) range: Range<usize>,
    pub(super) annotation: Option<usize>,
    pub(super) default: Option<usize>,
    pub(super) passing: Passing,
    /// Whether a `*` of its own stands before it.
    pub(super) has_star: bool,
    pub(super) marker: Option<Marker>,
}

/// Where a function is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Home {
    /// In the body of the module.
    Module,
    /// In another function.
    Function,
    /// In a class, by its name.
    Class(String),
    /// Somewhere that is run more than once.
    Loop,
}

/// A function with at least one such parameter.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) file: usize,
    pub(super) name: String,
    /// The node of its `def`.
    pub(super) node: usize,
    /// The node of the list of its parameters.
    pub(super) list: usize,
    pub(super) parameters: Vec<Parameter>,
    /// Whether some can only be passed by their position.
    pub(super) has_slash: bool,
    pub(super) decorators: Vec<usize>,
    pub(super) home: Home,
    /// The scope in which its name is bound.
    pub(super) scope: ScopeId,
}

/// The functions of a file.
pub(super) fn functions(
    service: &PythonService,
    file: usize,
    (module, tree): (&Module, &SyntaxTree),
) -> Vec<Function> {
    let defs = (0..tree.nodes.len()).filter(|node| tree.nodes[*node].kind.is_function());
    defs.filter_map(|node| function(service, file, (module, tree), node)).collect()
}

fn function(
    service: &PythonService,
    file: usize,
    (module, tree): (&Module, &SyntaxTree),
    node: usize,
) -> Option<Function> {
    let list = tree.children(node).find(|child| tree.nodes[*child].kind.is_parameters())?;
    let (parameters, has_slash) = parameters(service, file, tree, list);
    if parameters.iter().all(|parameter| parameter.marker.is_none()) {
        return None;
    }
    let tokens = tree.tokens_in(&tree.nodes[node].range);
    let name = tokens.clone().find(|token| tree.token_text(*token) == "def")? + 1;
    let start = tree.tokens[name].range.start;
    let bound: Option<&Binding> = module
        .facts
        .bindings
        .iter()
        .find(|binding| binding.kind == BindingKind::Function && binding.range.start == start);
    let around = tree.nodes[node].parent.filter(|outer| tree.nodes[*outer].kind.is_decorated());
    let decorators = around.into_iter().flat_map(|outer| tree.children(outer));
    let decorators = decorators.filter(|child| tree.nodes[*child].kind.is_decorator());
    Some(Function {
        file,
        name: tree.token_text(name).to_owned(),
        node,
        list,
        parameters,
        has_slash,
        decorators: decorators.collect(),
        home: home(tree, node),
        scope: bound?.scope,
    })
}

fn home(tree: &SyntaxTree, node: usize) -> Home {
    for outer in tree.around(node) {
        let kind = tree.nodes[outer].kind;
        let words = tree.token_texts(&tree.nodes[outer].range);
        let first = words.first().copied().unwrap_or_default();
        if kind.is_function() {
            return Home::Function;
        }
        if kind.is_class() {
            let name =
                words.iter().position(|word| *word == "class").and_then(|at| words.get(at + 1));
            return Home::Class(name.map_or_else(String::new, |name| (*name).to_owned()));
        }
        if kind.is_compound() && matches!(first, "for" | "while" | "async") {
            return Home::Loop;
        }
    }
    Home::Module
}

/// The parameters in order, and whether there is a `/` among them.
fn parameters(
    service: &PythonService,
    file: usize,
    tree: &SyntaxTree,
    list: usize,
) -> (Vec<Parameter>, bool) {
    let (mut found, mut has_slash) = (Vec::new(), false);
    let mut passing = Passing::Any;
    let (mut stars, mut has_star) = ("", false);
    for element in &tree.nodes[list].elements {
        match element {
            Element::Token(token) => match tree.token_text(*token) {
                "/" => has_slash = true,
                "," if stars == "*" => (passing, stars, has_star) = (Passing::Name, "", true),
                text @ ("*" | "**") => stars = text,
                _ => {}
            },
            Element::Node(node) => {
                let mut parameter = parameter(service, file, tree, *node);
                parameter.passing = if stars.is_empty() { passing } else { Passing::Rest };
                parameter.has_star = has_star;
                if stars == "*" {
                    passing = Passing::Name;
                }
                (stars, has_star) = ("", false);
                found.push(parameter);
            }
        }
    }
    (found, has_slash)
}

fn parameter(service: &PythonService, file: usize, tree: &SyntaxTree, node: usize) -> Parameter {
    let inner = tree.children(node).find(|child| tree.nodes[*child].kind.is_parameter());
    let own = inner.unwrap_or(node);
    let default = inner.and_then(|inner| tree.children(node).find(|child| *child != inner));
    let annotation = tree.children(own).find(|child| tree.nodes[*child].kind.is_any_expression());
    let (annotation, default) = match (inner, default) {
        (Some(_), default) => (annotation, default),
        (None, _) => split(tree, node),
    };
    let range = tree.nodes[node].range.clone();
    let first = tree.tokens_in(&range).start;
    Parameter {
        name: tree.token_text(first).to_owned(),
        range,
        annotation,
        default,
        passing: Passing::Any,
        has_star: false,
        marker: default.and_then(|default| marker(service, file, tree, default)),
    }
}

/// Annotation and default of a parameter that is one node, told apart by what stands before them.
fn split(tree: &SyntaxTree, node: usize) -> (Option<usize>, Option<usize>) {
    let (mut annotation, mut default, mut sign) = (None, None, "");
    for element in &tree.nodes[node].elements {
        match element {
            Element::Token(token) => sign = tree.token_text(*token),
            Element::Node(child) if sign == "=" => default = Some(*child),
            Element::Node(child) => annotation = Some(*child),
        }
    }
    (annotation, default)
}

fn marker(service: &PythonService, file: usize, tree: &SyntaxTree, node: usize) -> Option<Marker> {
    if !tree.nodes[node].kind.is_call() {
        return None;
    }
    let callee = tree.children(node).next()?;
    let range = tree.nodes[callee].range.clone();
    let name = match service.qualify_at(file, &range, tree.node_text(callee)) {
        Qualified::External(path) => {
            let (module, name) = path.rsplit_once('.')?;
            let is_ours =
                matches!(module, "fastapi" | "fastapi.param_functions" | "fastapi.params");
            Some(name.to_owned()).filter(|name| is_ours && MARKERS.contains(&name.as_str()))
        }
        _ => None,
    }?;
    let arguments = tree.children(node).find(|child| tree.nodes[*child].kind.is_arguments())?;
    let is_dependency = matches!(name.as_str(), "Depends" | "Security");
    Some(Marker { call: node, arguments, is_dependency })
}

/// What goes with the argument of a marker that said the default.
pub(super) fn gone(tree: &SyntaxTree, marker: &Marker, said: usize) -> Range<usize> {
    let own = tree.nodes[said].range.clone();
    let arguments: Vec<usize> = tree.children(marker.arguments).collect();
    let at = arguments.iter().position(|argument| *argument == said).unwrap_or_default();
    if let Some(next) = arguments.get(at + 1) {
        return own.start..tree.nodes[*next].range.start;
    }
    let close = tree.nodes[marker.arguments].range.end - 1;
    match at.checked_sub(1) {
        Some(before) => tree.nodes[arguments[before]].range.end..own.end,
        None => tree.nodes[marker.arguments].range.start + 1..close,
    }
}
