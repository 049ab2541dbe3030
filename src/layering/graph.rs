//! Who uses whom, and what it would take to turn each use around.

use std::collections::BTreeMap;

use super::units::Units;
use super::weights;
use crate::python::{
    Binding, BindingKind, ImportKind, ImportStatement, Imported, Module, Moment, PythonService,
    Reference, Resolution, Target, Usage,
};

/// One use of a unit by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Use {
    /// The unit that uses.
    pub(super) user: usize,
    /// The unit that is used.
    pub(super) used: usize,
    /// What for.
    pub(super) usage: Usage,
    /// When.
    pub(super) moment: Moment,
    /// Whether a class is used.
    is_class: bool,
    /// Whether it is imported only when it is used.
    pub(super) is_lazy: bool,
}

/// What it costs to let an inner layer use an outer one in this way.
///
/// An annotation can be quoted; a class can hide behind a protocol, and an exception that is
/// caught can move; a function or a global cannot be inverted without changing its callers;
/// what is needed while importing never.
pub(super) fn price(usage: Usage, moment: Moment, is_class: bool) -> f64 {
    match (usage, moment) {
        (Usage::Annotation, _) | (_, Moment::Never) => weights::PRICE_ANNOTATION,
        (Usage::Decorator | Usage::Base | Usage::Default, _) => weights::PRICE_BASE,
        (_, Moment::Import) => weights::PRICE_IMPORT,
        (Usage::Call | Usage::Read, Moment::Call) if is_class => weights::PRICE_CLASS,
        _ => weights::PRICE_FUNCTION,
    }
}

/// `(user, used, price)` between different units; a store can hide behind a protocol as a class
/// can.
pub(super) fn references(
    uses: &[Use],
    is_neutral: impl Fn(usize) -> bool,
    is_store: impl Fn(usize) -> bool,
) -> Vec<(usize, usize, f64)> {
    let mut prices: BTreeMap<(usize, usize), (f64, u32)> = BTreeMap::new();
    for found in uses.iter().filter(|found| !is_neutral(found.used)) {
        let entry = prices.entry((found.user, found.used)).or_insert((0.0, 0));
        let has_port = found.is_class || is_store(found.used);
        entry.0 = entry.0.max(price(found.usage, found.moment, has_port));
        entry.1 += 1;
    }
    let sum = |(highest, count): (f64, u32)| highest * (1.0 + f64::from(count).ln() * 0.5);
    prices.into_iter().map(|((user, used), entry)| (user, used, sum(entry))).collect()
}

/// Every use of one unit by another, re-exports followed to the definition.
pub(super) fn uses(service: &PythonService, units: &Units) -> Vec<Use> {
    let mut found = Vec::new();
    for (index, record) in service.modules().iter().enumerate() {
        let Some(module) = record.module().filter(|_| !record.is_test) else { continue };
        for import in module.facts.imports.iter().filter(|import| import.moment == Moment::Import) {
            if let Some(user) = units.of_statement(index, import.statement)
                && !units.list()[user].is_whole()
            {
                let used = imported_units(service, units, index, import);
                found.extend(used.into_iter().filter(|used| *used != user).map(|used| Use {
                    user,
                    used,
                    usage: Usage::Read,
                    moment: Moment::Import,
                    is_class: false,
                    is_lazy: false,
                }));
            }
        }
        let rebinds =
            module.facts.bindings.iter().filter(|found| found.scope == 0 && found.from != 0);
        for binding in rebinds {
            let user = units.of_statement(index, binding.statement);
            let used = units.of_name(index, &binding.name);
            if let (Some(user), Some(used)) = (user, used)
                && user != used
            {
                let (usage, moment) = (Usage::Rebind, Moment::Call);
                found.push(Use { user, used, usage, moment, is_class: false, is_lazy: false });
            }
        }
        for reference in &module.facts.references {
            let Some(user) = units.of_statement(index, reference.statement) else { continue };
            if units.is_router_decorator(index, reference) {
                continue;
            }
            for (used, is_class, is_lazy) in used(service, units, (index, module), reference) {
                if used != user {
                    let (usage, moment) = (reference.usage, reference.moment);
                    found.push(Use { user, used, usage, moment, is_class, is_lazy });
                }
            }
        }
    }
    found
}

/// The units that an import statement loads.
pub(super) fn imported_units(
    service: &PythonService,
    units: &Units,
    index: usize,
    import: &ImportStatement,
) -> Vec<usize> {
    let names = import.names.iter().filter_map(|name| {
        let owner = match import.kind {
            ImportKind::From => match service.resolve_name(index, import, name) {
                Imported::Attribute(owner) => service.definition(owner, &name.name),
                Imported::Module(owner) => Some((owner, String::new(), false)),
                _ => None,
            },
            ImportKind::Import => match service.resolve(index, &name.name) {
                Target::Module(owner) => Some((owner, String::new(), false)),
                _ => None,
            },
        };
        owner.and_then(|(owner, name, _)| units.of_name(owner, &name))
    });
    names.collect()
}

/// The units that a reference means, each with whether a class is meant and whether it is
/// imported late.
fn used(
    service: &PythonService,
    units: &Units,
    (index, module): (usize, &Module),
    reference: &Reference,
) -> Vec<(usize, bool, bool)> {
    let Resolution::Scope(scope) = reference.resolution else { return Vec::new() };
    let bindings = module.facts.bindings_of(&reference.name, scope);
    let found = bindings.filter_map(|binding| {
        let is_import = matches!(binding.kind, BindingKind::Import(..));
        let local = units.of_statement(index, binding.statement).filter(|_| scope == 0);
        // A name that a guarded block imports is found where the block is.
        let is_in_block = local.is_some_and(|unit| !units.list()[unit].is_whole());
        if scope == 0 && (!is_import || is_in_block) {
            // Who rebinds a name from inside a function is not where it is found.
            let local = local.filter(|_| binding.from == 0);
            return Some((local?, binding.kind == BindingKind::Class, false));
        }
        let chain = || reference.chain.iter().map(|attribute| attribute.name.as_str()).collect();
        let (owner, name, is_class) = imported(service, index, module, binding, chain)?;
        Some((units.of_name(owner, &name)?, is_class, scope != 0))
    });
    let mut found: Vec<(usize, bool, bool)> = found.collect();
    found.dedup();
    found
}

/// The module and the name in which an imported name is defined, and whether it is a class there.
fn imported<'a>(
    service: &PythonService,
    user: usize,
    module: &Module,
    binding: &Binding,
    chain: impl Fn() -> Vec<&'a str>,
) -> Option<(usize, String, bool)> {
    let BindingKind::Import(statement, position) = binding.kind else { return None };
    let import = &module.facts.imports[statement];
    let name = &import.names[position];
    if import.kind == ImportKind::From {
        return match service.resolve_name(user, import, name) {
            Imported::Attribute(owner) => service.definition(owner, &name.name),
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
            Target::Module(found) => Some((found, String::new(), false)),
            _ => None,
        },
        _ => None,
    }
}

/// Follows an attribute chain from a module to where its end is defined.
fn through(service: &PythonService, module: usize, chain: &[&str]) -> (usize, String, bool) {
    let mut current = module;
    for name in chain {
        match service.attribute_or_submodule(current, name) {
            Imported::Module(next) => current = next,
            Imported::Attribute(owner) => {
                let found = service.definition(owner, name);
                return found.unwrap_or((current, String::new(), false));
            }
            _ => break,
        }
    }
    (current, String::new(), false)
}
