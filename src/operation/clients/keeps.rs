//! Places in which a client is kept for longer than one use, so that it would be used closed.

use std::ops::Range;

use crate::python::{Module, SyntaxTree};

/// Why what stands at a range, a client itself and no attribute of it, may outlive the
/// application's run; none where it is given back, or handed to a function or a class for what
/// the function around it does with it.
pub(super) fn kept(module: &Module, tree: &SyntaxTree, range: Range<usize>) -> Option<String> {
    let own = tree.node_at(&range)?;
    let mut node = own;
    while let Some(parent) = tree.nodes[node].parent {
        let kind = tree.nodes[parent].kind;
        if kind.is_function() {
            let is_cached = tree.nodes[parent].parent.is_some_and(|outer| {
                tree.nodes[outer].kind.is_decorated()
                    && tree.children(outer).any(|child| {
                        tree.nodes[child].kind.is_decorator()
                            && tree.node_text(child).contains("cache")
                    })
            });
            return is_cached.then(|| "a function keeps what it makes of it".to_owned());
        }
        if kind.is_call() && tree.children(parent).next() != Some(node) {
            let callee = tree.children(parent).next()?;
            if tree.nodes[callee].kind.is_attribute() && is_object(module, tree, callee) {
                return Some(format!("{} is given it", tree.node_text(callee)));
            }
        }
        if kind.is_assignment() || kind.is_annotated_assignment() {
            let target = tree.children(parent).next()?;
            let text = tree.node_text(target);
            let is_global = || {
                let mut bindings = module.facts.bindings.iter();
                bindings.any(|found| found.range == tree.nodes[target].range && found.scope == 0)
            };
            if !tree.nodes[target].kind.is_name() || is_global() {
                return Some(format!("{text} keeps it"));
            }
        }
        node = parent;
    }
    None
}

/// Whether an attribute is that of an object, and not of a module or a class.
fn is_object(module: &Module, tree: &SyntaxTree, attribute: usize) -> bool {
    let start = tree.nodes[attribute].range.start;
    let Some(reference) = module.facts.references.iter().find(|found| found.range.start == start)
    else {
        return true;
    };
    let is_class = reference.name.chars().next().is_some_and(char::is_uppercase);
    module.facts.library_of(reference).is_none() && !is_class
}
