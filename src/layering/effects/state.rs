//! Which uses of a name change what it stands for.

use crate::python::{BindingKind, Facts, Module, Reference, Resolution, ScopeId, ScopeKind, Usage};

/// Methods that change the object that they are called on.
const CHANGING: [&str; 26] = [
    "add",
    "append",
    "appendleft",
    "clear",
    "connect",
    "discard",
    "extend",
    "extendleft",
    "include_router",
    "insert",
    "mount",
    "on",
    "pop",
    "popitem",
    "popleft",
    "push",
    "put",
    "put_nowait",
    "register",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "subscribe",
    "update",
    "use",
];

/// The text behind a name and the first attributes of its chain.
fn behind<'a>(module: &'a Module, reference: &Reference, attributes: usize) -> &'a str {
    let end = match attributes.checked_sub(1) {
        Some(last) => reference.chain[last].range.end,
        None => reference.range.end,
    };
    module.text()[end..].trim_start_matches([' ', '\t'])
}

/// Whether what the first `consumed` attributes lead to, or a method of it, is called.
pub(super) fn is_called(module: &Module, reference: &Reference, consumed: usize) -> bool {
    let most = reference.chain.len();
    behind(module, reference, consumed).starts_with('(')
        || (consumed < most && behind(module, reference, most).starts_with('('))
}

/// Whether a use changes what the first `consumed` attributes of its chain lead to.
pub(super) fn changes(module: &Module, reference: &Reference, consumed: usize) -> bool {
    let rest = &reference.chain[consumed..];
    if reference.stored || reference.changed {
        return true;
    }
    if module.text()[..reference.range.start].ends_with("next(") {
        return true;
    }
    match rest {
        [] => false,
        _ if reference.usage == Usage::Decorator => true,
        [.., last] => {
            CHANGING.contains(&last.name.as_str())
                && behind(module, reference, reference.chain.len()).starts_with('(')
        }
    }
}

/// Whether a method of a class changes the instance; of one that gives a decorator, whether that
/// does.
pub(super) fn method_changes(
    facts: &Facts,
    class: usize,
    method: &str,
    gives_decorator: bool,
) -> bool {
    let function = |scope: ScopeId| {
        let mut current = Some(scope);
        while let Some(scope) = current {
            if facts.scopes[scope].kind == ScopeKind::Function {
                return Some(scope);
            }
            current = facts.scopes[scope].parent;
        }
        None
    };
    let is_method = |scope: ScopeId| {
        let record = &facts.scopes[scope];
        let in_class = record.parent.is_some_and(|at| facts.scopes[at].kind == ScopeKind::Class);
        in_class && record.name.as_deref() == Some(method)
    };
    let runs = |scope: ScopeId| {
        function(scope).is_some_and(|own| {
            let around = facts.scopes[own].parent.and_then(function);
            is_method(own) || (gives_decorator && around.is_some_and(is_method))
        })
    };
    facts.references.iter().any(|found| {
        let fills = found.chain.len() > 1
            && found.chain.last().is_some_and(|last| CHANGING.contains(&last.name.as_str()));
        found.statement == class
            && found.name == "self"
            && (found.stored || found.changed || fills)
            && runs(found.scope)
    })
}

/// Whether a use is what a function returns.
pub(super) fn is_returned(module: &Module, reference: &Reference) -> bool {
    let before = &module.text()[..reference.range.start];
    before.strip_suffix(' ').is_some_and(|before| before.ends_with("return"))
}

/// Whether a function gives a value that it makes once: it asks whether the name has it already
/// and returns it. Whoever comes first, all get the same.
pub(super) fn fills_once(module: &Module, statement: usize, name: &str) -> bool {
    let facts = &module.facts;
    let lines_begin = |words: &[&str]| {
        facts.references.iter().any(|reference| {
            let is_it = reference.statement == statement
                && reference.name == name
                && reference.resolution == Resolution::Scope(0);
            is_it && {
                let line = module.source.line_range(reference.range.start);
                let text = module.slice(&line).trim_start();
                words.iter().any(|word| text.starts_with(word))
            }
        })
    };
    let is_rebound = facts.bindings.iter().any(|binding| {
        binding.statement == statement
            && binding.name == name
            && binding.scope == 0
            && binding.from != 0
    });
    let takes_something = facts.bindings.iter().any(|binding| {
        binding.statement == statement
            && binding.kind == BindingKind::Parameter
            && facts.scopes[binding.scope].parent == Some(0)
    });
    lines_begin(&["if "]) && lines_begin(&["return "]) && !(is_rebound && takes_something)
}
