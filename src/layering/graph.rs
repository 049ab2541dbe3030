//! Who uses whom, and what it would take to turn each use around.

use std::collections::BTreeMap;

use crate::python::{
    Binding, BindingKind, Imported, Module, Moment, PythonService, Resolution, Target, Usage,
};

/// What it costs to let an inner layer use an outer one in this way.
///
/// An annotation can be quoted; a class can hide behind a protocol; a function or a global
/// cannot be inverted without changing its callers; what is needed while importing never.
fn price(usage: Usage, moment: Moment, is_class: bool) -> f64 {
    match (usage, moment) {
        (Usage::Annotation, _) | (_, Moment::Never) => 0.2,
        (Usage::Decorator | Usage::Base | Usage::Default, _) => 8.0,
        (_, Moment::Import) => 4.0,
        (Usage::Call, Moment::Call) if is_class => 0.6,
        _ => 2.0,
    }
}

/// `(user, used) → price` between modules of a service, re-exports followed to the definition.
pub(super) fn references(service: &PythonService) -> BTreeMap<(usize, usize), f64> {
    let mut prices: BTreeMap<(usize, usize), (f64, u32)> = BTreeMap::new();
    for (user, record) in service.modules().iter().enumerate() {
        let Some(module) = record.module().filter(|_| !record.is_test) else { continue };
        for (used, price) in uses_of(service, user, module) {
            if used != user {
                let entry = prices.entry((user, used)).or_insert((0.0, 0));
                entry.0 = entry.0.max(price);
                entry.1 += 1;
            }
        }
    }
    let sum = |(highest, count): (f64, u32)| highest * (1.0 + f64::from(count).ln() * 0.5);
    prices.into_iter().map(|(pair, entry)| (pair, sum(entry))).collect()
}

fn uses_of(service: &PythonService, user: usize, module: &Module) -> Vec<(usize, f64)> {
    let mut found = Vec::new();
    for reference in &module.facts.references {
        let Resolution::Scope(scope) = reference.resolution else { continue };
        for binding in module.facts.bindings_of(&reference.name, scope) {
            let Some((used, is_class)) = imported(service, user, module, binding, || {
                reference.chain.iter().map(|attribute| attribute.name.as_str()).collect()
            }) else {
                continue;
            };
            found.push((used, price(reference.usage, reference.moment, is_class)));
        }
    }
    found
}

/// The module in which an imported name is defined, and whether it is a class there.
fn imported<'a>(
    service: &PythonService,
    user: usize,
    module: &Module,
    binding: &Binding,
    chain: impl Fn() -> Vec<&'a str>,
) -> Option<(usize, bool)> {
    let BindingKind::Import(statement, position) = binding.kind else { return None };
    let import = &module.facts.imports[statement];
    let name = &import.names[position];
    if import.kind == crate::python::ImportKind::From {
        return match service.resolve_name(user, import, name) {
            Imported::Attribute(owner) => service.origin(owner, &name.name),
            Imported::Module(found) => Some(through(service, found, &chain())),
            _ => None,
        };
    }
    let dotted = match &name.alias {
        Some(_) => name.name.clone(),
        None => name.name.split('.').next().unwrap_or_default().to_owned(),
    };
    match service.resolve(user, &dotted) {
        Target::Module(found) => Some(through(service, found, &chain())),
        Target::Folder(_) => match service.resolve(user, &name.name) {
            Target::Module(found) => Some((found, false)),
            _ => None,
        },
        _ => None,
    }
}

/// Follows an attribute chain from a module to where its end is defined.
fn through(service: &PythonService, module: usize, chain: &[&str]) -> (usize, bool) {
    let mut current = module;
    for name in chain {
        match service.attribute_or_submodule(current, name) {
            Imported::Module(next) => current = next,
            Imported::Attribute(owner) => {
                return service.origin(owner, name).unwrap_or((current, false));
            }
            _ => break,
        }
    }
    (current, false)
}
