//! What each name means, decided once all bindings of a file are known.

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Facts, Reference, Resolution, ScopeId, ScopeKind};
use super::parse::is_builtin;

/// Moves bindings of names declared `global` or `nonlocal` to the scope that they mean.
pub(super) fn settle_declarations(
    facts: &mut Facts,
    declared: &FxHashMap<ScopeId, (FxHashSet<String>, FxHashSet<String>)>,
) {
    let owners: FxHashSet<(ScopeId, String)> =
        facts.bindings.iter().map(|binding| (binding.scope, binding.name.clone())).collect();
    for binding in &mut facts.bindings {
        let Some((globals, nonlocals)) = declared.get(&binding.scope) else {
            continue;
        };
        if globals.contains(&binding.name) {
            binding.scope = 0;
        } else if nonlocals.contains(&binding.name) {
            let mut scope = facts.scopes[binding.scope].parent;
            while let Some(candidate) = scope {
                let is_function = facts.scopes[candidate].kind == ScopeKind::Function;
                if is_function && owners.contains(&(candidate, binding.name.clone())) {
                    binding.scope = candidate;
                    break;
                }
                scope = facts.scopes[candidate].parent;
            }
        }
    }
}

/// Decides what each reference means.
pub(super) fn resolve(facts: &mut Facts) {
    let bound: FxHashSet<(ScopeId, &str)> =
        facts.bindings.iter().map(|binding| (binding.scope, binding.name.as_str())).collect();
    let mut resolutions = Vec::with_capacity(facts.references.len());
    for reference in &facts.references {
        resolutions.push(lookup(facts, &bound, reference));
    }
    for (reference, resolution) in facts.references.iter_mut().zip(resolutions) {
        reference.resolution = resolution;
    }
}

fn lookup(facts: &Facts, bound: &FxHashSet<(ScopeId, &str)>, reference: &Reference) -> Resolution {
    let name = reference.name.as_str();
    let mut scope = reference.scope;
    if facts.scopes[scope].globals.iter().any(|global| global == name) {
        scope = 0;
    }
    let mut current = Some(scope);
    let mut own_class_seen = false;
    while let Some(candidate) = current {
        let record = &facts.scopes[candidate];
        // A class body sees its own names; functions and comprehensions in it do not.
        let visible = record.kind != ScopeKind::Class || (candidate == scope && !own_class_seen);
        if visible && bound.contains(&(candidate, name)) {
            return Resolution::Scope(candidate);
        }
        own_class_seen |= record.kind == ScopeKind::Class;
        current = record.parent;
    }
    if is_builtin(name) { Resolution::Builtin } else { Resolution::Unbound }
}
