//! Where names lead: the same question for imports, uses and dotted strings.

use super::Sides;
use super::wraps::leads_to_function;
use crate::python::{
    BindingKind, ImportKind, Imported, Module, PythonService, Reference, Resolution, Target,
    names_attribute_of,
};
use crate::verify::Verdict;

/// Where a name leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lead {
    /// A module of the service.
    Module(usize),
    /// A name that a module of the service defines.
    Definition(usize, String),
    /// Inside the service, yet nothing is there.
    Nowhere(String),
    /// Out of the service.
    Outside,
}

/// Whether two leads are the same, each on its side.
pub(super) fn judge(
    sides: &Sides<'_>,
    before: &Lead,
    after: &Lead,
) -> Result<(), (Verdict, String)> {
    match (before, after) {
        (Lead::Outside, Lead::Outside) | (Lead::Nowhere(_), Lead::Nowhere(_)) => Ok(()),
        (Lead::Nowhere(_), _) => Err((Verdict::Fixed, "it led nowhere before".to_owned())),
        (_, Lead::Nowhere(path)) => Err((Verdict::Broken, format!("{path} does not exist"))),
        (Lead::Outside, _) => Ok(()),
        (_, Lead::Outside) => Err((Verdict::Broken, "it leads out of the service".to_owned())),
        (Lead::Module(old), Lead::Module(new)) => same_module(sides, *old, *new),
        (Lead::Definition(old, one), Lead::Definition(new, two)) if one == two => {
            same_definition(sides, (*old, *new), one)
        }
        _ if leads_to_function(&sides.wraps, before, after) => Ok(()),
        _ => Err((Verdict::Broken, "it leads to another definition".to_owned())),
    }
}

pub(super) fn same_module(
    sides: &Sides<'_>,
    old: usize,
    new: usize,
) -> Result<(), (Verdict, String)> {
    if sides.pairs.new_index(old) == Some(new) {
        return Ok(());
    }
    let path = &sides.after.modules()[new].path;
    Err((Verdict::Broken, format!("it leads to {path} now, another module")))
}

/// Whether a name of one module is the same name of another.
pub(super) fn same_definition(
    sides: &Sides<'_>,
    (old, new): (usize, usize),
    name: &str,
) -> Result<(), (Verdict, String)> {
    let is_home = match sides.spans.home(old, name) {
        Some(home) => home == new,
        None => sides.pairs.new_index(old) == Some(new) || is_same_import(sides, (old, new), name),
    };
    if is_home {
        return Ok(());
    }
    let path = &sides.after.modules()[new].path;
    Err((Verdict::Broken, format!("it leads to {path} now, another module")))
}

/// Whether both modules only import the name, from the same place outside the service.
fn is_same_import(sides: &Sides<'_>, (old, new): (usize, usize), name: &str) -> bool {
    let one = outside(sides.before, old, name);
    one.is_some() && one == outside(sides.after, new, name)
}

/// How many modules of the service may pass a name on until it is given up.
const PASSED_ON: usize = 8;

/// `package.name` of a name that a module imports from outside the service, itself or through
/// other modules of it.
pub(super) fn outside(service: &PythonService, index: usize, name: &str) -> Option<String> {
    outside_within(service, index, name, PASSED_ON)
}

fn outside_within(
    service: &PythonService,
    index: usize,
    name: &str,
    left: usize,
) -> Option<String> {
    let module = service.modules()[index].module()?;
    module.facts.bindings_of(name, 0).find_map(|binding| {
        let BindingKind::Import(statement, position) = binding.kind else { return None };
        let import = &module.facts.imports[statement];
        let imported = &import.names[position];
        if import.kind == ImportKind::Import {
            return Some(imported.name.clone());
        }
        match service.resolve_name(index, import, imported) {
            Imported::Attribute(owner) if left > 0 => {
                outside_within(service, owner, &imported.name, left - 1)
            }
            _ => {
                let home = service.absolute_name(index, import)?;
                Some(format!("{home}.{}", imported.name))
            }
        }
    })
}

/// Where one name of an import statement leads.
pub(super) fn of_import(service: &PythonService, imported: Imported, name: &str) -> Lead {
    match imported {
        Imported::Module(found) => Lead::Module(found),
        Imported::Folder(_) | Imported::External => Lead::Outside,
        Imported::Missing(path) => Lead::Nowhere(path),
        Imported::Attribute(owner) if name == "*" => Lead::Module(owner),
        Imported::Attribute(owner) => match service.origin(owner, name) {
            Some((origin, _)) if defines(service, origin, name) => {
                Lead::Definition(origin, name.to_owned())
            }
            Some((origin, _)) => {
                Lead::Nowhere(format!("{name} in {}", service.modules()[origin].path))
            }
            None => Lead::Outside,
        },
    }
}

/// Whether a module has a name; one whose names cannot be known has every name.
fn defines(service: &PythonService, index: usize, name: &str) -> bool {
    let Some(module) = service.modules()[index].module() else { return true };
    module.facts.defines(name)
        || module.facts.defines("__getattr__")
        || module.facts.star_imports().next().is_some()
        || !module.errors.is_empty()
        || !module.facts.dynamic.is_empty()
        || renames(module, name)
}

/// Re-exports under another name end at a definition with its own name.
fn renames(module: &Module, name: &str) -> bool {
    !module.facts.defines(name) && module.facts.statements.is_empty()
}

/// Where a use of a name leads, its attributes followed through modules; none for what is local
/// or built in.
pub(super) fn of_use(service: &PythonService, index: usize, reference: &Reference) -> Option<Lead> {
    let Resolution::Scope(scope) = reference.resolution else { return None };
    if let Some(reached) = service.reached(index, reference) {
        return Some(match reference.chain.get(reached.consumed) {
            Some(attribute) => origin(service, reached.module, &attribute.name),
            None => match attribute_in_call(service, index, reference) {
                Some(name) => origin(service, reached.module, &name),
                None => Lead::Module(reached.module),
            },
        });
    }
    let module = service.modules()[index].module()?;
    let binding = module.facts.bindings_of(&reference.name, scope).next()?;
    match binding.kind {
        BindingKind::Import(statement, position) => {
            let import = &module.facts.imports[statement];
            let name = &import.names[position];
            match import.kind {
                ImportKind::Import => match service.resolve(index, &name.name) {
                    Target::Missing(path) => Some(Lead::Nowhere(path)),
                    _ => Some(Lead::Outside),
                },
                ImportKind::From => {
                    let imported = service.resolve_name(index, import, name);
                    Some(of_import(service, imported, &name.name))
                }
            }
        }
        _ if scope == 0 => Some(Lead::Definition(index, reference.name.clone())),
        _ => None,
    }
}

/// `"name"` of `setattr(module, "name", …)`.
fn attribute_in_call(
    service: &PythonService,
    index: usize,
    reference: &Reference,
) -> Option<String> {
    let module = service.modules()[index].module()?;
    let mut strings = module.facts.strings.iter();
    let found = strings.find(|string| names_attribute_of(module, string, &reference.range));
    found.map(|string| string.value.clone())
}

/// The definition of an attribute of a module, re-exports followed.
fn origin(service: &PythonService, module: usize, name: &str) -> Lead {
    match service.definition(module, name) {
        Some((found, name, _)) if name.is_empty() => Lead::Module(found),
        Some((found, name, _)) if defines(service, found, &name) => Lead::Definition(found, name),
        _ => Lead::Nowhere(format!("{name} in {}", service.modules()[module].path)),
    }
}
