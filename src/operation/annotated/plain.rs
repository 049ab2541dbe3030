//! What types and defaults are known to be.

use super::judge::Judge;
use super::users::last;
use crate::python::{BindingKind, Element, Qualified, Resolution, StatementKind};

/// Builtins that are types.
const BUILTIN: [&str; 12] = [
    "str",
    "int",
    "float",
    "bool",
    "bytes",
    "dict",
    "list",
    "set",
    "tuple",
    "frozenset",
    "object",
    "complex",
];
/// Classes of other packages that are no `Annotated` in any version.
const CLASSES: [&str; 20] = [
    "typing.Any",
    "uuid.UUID",
    "datetime.date",
    "datetime.datetime",
    "datetime.time",
    "datetime.timedelta",
    "decimal.Decimal",
    "pathlib.Path",
    "ipaddress.IPv4Address",
    "ipaddress.IPv6Address",
    "fastapi.UploadFile",
    "fastapi.datastructures.UploadFile",
    "starlette.datastructures.UploadFile",
    "pydantic.BaseModel",
    "pydantic.EmailStr",
    "pydantic.types.UUID4",
    "enum.Enum",
    "builtins.dict",
    "builtins.list",
    "builtins.str",
];
/// What makes a type of others, and hides whatever rules those have from its outside.
const GENERIC: [&str; 18] = [
    "Optional",
    "List",
    "Dict",
    "Set",
    "FrozenSet",
    "Tuple",
    "Sequence",
    "Mapping",
    "Iterable",
    "Literal",
    "Type",
    "Union",
    "dict",
    "list",
    "set",
    "tuple",
    "frozenset",
    "type",
];

/// Whether a type is known not to be an `Annotated` under another name.
pub(super) fn is_plain(judge: &Judge<'_>, node: usize) -> bool {
    let tree = judge.tree;
    let kind = tree.nodes[node].kind;
    let text = tree.node_text(node);
    if text == "None" {
        return true;
    }
    if kind.is_subscript() {
        let children: Vec<usize> = tree.children(node).collect();
        let [value, inside] = children[..] else { return false };
        let name = last(tree.node_text(value));
        // `Union[X]` is `X`.
        let is_alone = name == "Union" && !tree.node_text(inside).contains(',');
        return !is_alone && (is_generic(judge, value) || is_class(judge, value));
    }
    if kind.is_name() || kind.is_attribute() {
        return is_class(judge, node);
    }
    let is_pipe = |element: &Element| match element {
        Element::Token(token) => tree.token_text(*token) == "|",
        Element::Node(_) => false,
    };
    tree.nodes[node].elements.iter().any(is_pipe)
}

fn is_generic(judge: &Judge<'_>, node: usize) -> bool {
    let text = judge.tree.node_text(node);
    let range = judge.tree.nodes[node].range.clone();
    match judge.service.qualify_at(judge.file, &range, text) {
        Qualified::External(path) => path.split_once('.').is_some_and(|(module, name)| {
            matches!(module, "typing" | "builtins" | "typing_extensions") && GENERIC.contains(&name)
        }),
        _ => false,
    }
}

fn is_class(judge: &Judge<'_>, node: usize) -> bool {
    let text = judge.tree.node_text(node);
    let range = judge.tree.nodes[node].range.clone();
    match judge.service.qualify_at(judge.file, &range, text) {
        Qualified::External(path) => match path.strip_prefix("builtins.") {
            Some(name) => BUILTIN.contains(&name),
            None => CLASSES.contains(&path.as_str()),
        },
        Qualified::Definition(file, name) => {
            let module = judge.service.modules()[file].module();
            module.is_some_and(|module| {
                let mut bound = module.facts.bindings_of(&name, 0);
                bound.all(|binding| binding.kind == BindingKind::Class)
            })
        }
        _ => {
            let scope = judge.service.resolution_at(judge.file, range.start);
            let Some(Resolution::Scope(scope)) = scope else { return false };
            let mut bound = judge.module.facts.bindings_of(text, scope).peekable();
            bound.peek().is_some() && bound.all(|binding| binding.kind == BindingKind::Class)
        }
    }
}

/// Whether a default may be `...`, which means something else in `Annotated`.
pub(super) fn may_be_ellipsis(judge: &Judge<'_>, node: usize) -> bool {
    let tree = judge.tree;
    let kind = tree.nodes[node].kind;
    let text = tree.node_text(node);
    if matches!(text, "None" | "True" | "False") || !(kind.is_name() || kind.is_attribute()) {
        return !kind.is_atom() && !kind.is_string() && !kind.is_number() && text.contains("...");
    }
    if kind.is_attribute() {
        // An attribute of an object: no settings or enumeration holds `...`.
        return last(text).starts_with("Undefined") || last(text) == "Ellipsis";
    }
    let Some((owner, name, _)) = judge.service.definition(judge.file, text) else { return true };
    let Some(module) = judge.service.modules()[owner].module() else { return true };
    let mut statements = module.facts.statements.iter();
    let found = statements.find(|statement| statement.binds.contains(&name));
    let is_known = found.is_some_and(|statement| {
        let text = &module.text()[statement.range.clone()];
        statement.kind == StatementKind::Assignment && !text.trim_end().ends_with("...")
    });
    !is_known
}
