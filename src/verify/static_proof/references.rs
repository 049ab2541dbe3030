//! Imports, dotted strings and computed paths lead where they led.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Sides;
use crate::python::{
    ImportKind, Imported, Module, PathBase, PythonService, StringUse, Target, join, parent,
};
use crate::verify::{Aspect, Item, Verdict};

/// Where a name leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Lead {
    /// A module of the service.
    Module(usize),
    /// A name that a module of the service defines.
    Definition(usize, String),
    /// Inside the service, yet nothing is there.
    Nowhere(String),
    /// Out of the service.
    Outside,
}

/// Every import leads to the same module or definition.
pub(super) fn imports(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut equal = 0;
    for (new, old) in sides.pairs.both() {
        let was = leads(sides.before, old);
        let is = leads(sides.after, new);
        let path = &sides.after.modules()[new].path;
        for (name, (before, _)) in &was {
            let Some((after, line)) = is.get(name) else {
                if *before != Lead::Outside {
                    let shown = format!("{path} {name}");
                    items.push(
                        Item::new(Aspect::References, shown, Verdict::Broken)
                            .because("the import is gone"),
                    );
                }
                continue;
            };
            let shown = format!("{path}:{line} {name}");
            match judge(sides, before, after) {
                Ok(()) => equal += 1,
                Err((verdict, why)) => {
                    items.push(Item::new(Aspect::References, shown, verdict).because(why));
                }
            }
        }
    }
    items.push(Item::new(Aspect::References, format!("{equal} imports"), Verdict::Equal));
    items
}

fn judge(sides: &Sides<'_>, before: &Lead, after: &Lead) -> Result<(), (Verdict, String)> {
    match (before, after) {
        (Lead::Outside, Lead::Outside) | (Lead::Nowhere(_), Lead::Nowhere(_)) => Ok(()),
        (Lead::Nowhere(_), _) => Err((Verdict::Fixed, "it led nowhere before".to_owned())),
        (_, Lead::Nowhere(path)) => Err((Verdict::Broken, format!("{path} does not exist"))),
        (Lead::Outside, _) => Ok(()),
        (_, Lead::Outside) => Err((Verdict::Broken, "it leads out of the service".to_owned())),
        (Lead::Module(old), Lead::Module(new)) => same_module(sides, *old, *new),
        (Lead::Definition(old, one), Lead::Definition(new, two)) if one == two => {
            same_module(sides, *old, *new)
        }
        _ => Err((Verdict::Broken, "it leads to another definition".to_owned())),
    }
}

fn same_module(sides: &Sides<'_>, old: usize, new: usize) -> Result<(), (Verdict, String)> {
    if sides.pairs.new_index(old) == Some(new) {
        return Ok(());
    }
    let path = &sides.after.modules()[new].path;
    Err((Verdict::Broken, format!("it leads to {path} now, another module")))
}

/// The names that a file imports from the service: bound name (with the scope's order) → lead.
fn leads(service: &PythonService, index: usize) -> BTreeMap<String, (Lead, usize)> {
    let mut found = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let Some(module) = service.modules()[index].module() else { return found };
    for import in &module.facts.imports {
        let line = module.source.line_of(import.range.start);
        for name in &import.names {
            let (bound, lead) = match import.kind {
                ImportKind::From => (
                    name.bound().to_owned(),
                    lead_of(service, service.resolve_name(index, import, name), &name.name),
                ),
                ImportKind::Import => plain(service, index, name),
            };
            if lead == Lead::Outside && import.kind == ImportKind::Import {
                continue;
            }
            let count = counts.entry(bound.clone()).or_default();
            *count += 1;
            let key = if *count == 1 { bound } else { format!("{bound}#{count}") };
            found.insert(key, (lead, line));
        }
    }
    found
}

/// `import a.b.c` is known by its last part, which a move keeps or gives an alias.
fn plain(
    service: &PythonService,
    index: usize,
    name: &crate::python::ImportedName,
) -> (String, Lead) {
    let last = name.name.rsplit('.').next().unwrap_or(&name.name);
    let bound = name.alias.clone().unwrap_or_else(|| last.to_owned());
    let lead = match service.resolve(index, &name.name) {
        Target::Module(found) => Lead::Module(found),
        Target::Missing(path) => Lead::Nowhere(path),
        Target::Folder(_) | Target::External => Lead::Outside,
    };
    (bound, lead)
}

fn lead_of(service: &PythonService, imported: Imported, name: &str) -> Lead {
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

/// Ranges of one pair of files (old side, new side) that a move rewrote and that lead where they
/// led.
pub(super) fn rewritten(
    sides: &Sides<'_>,
    (new, old): (usize, usize),
) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let mut ranges = (Vec::new(), Vec::new());
    let (before, after) = (&sides.before.modules()[old], &sides.after.modules()[new]);
    let (Some(was), Some(is)) = (before.module(), after.module()) else { return ranges };
    for (one, two) in was.facts.computed_imports.iter().zip(&is.facts.computed_imports) {
        ranges.0.push(one.range.clone());
        ranges.1.push(two.range.clone());
    }
    let (old_strings, new_strings) = (comparable(was), comparable(is));
    if old_strings.len() == new_strings.len() {
        for (one, two) in old_strings.into_iter().zip(new_strings) {
            let is_same = is_file(&one.value, &two.value)
                || same_name(sides, (old, new), &one.value, &two.value);
            if one.value != two.value && is_same {
                ranges.0.push(one.content.clone());
                ranges.1.push(two.content.clone());
            }
        }
    }
    if was.facts.paths.len() == is.facts.paths.len() {
        for (one, two) in was.facts.paths.iter().zip(&is.facts.paths) {
            if one.on_search_path || was.slice(&one.range) != is.slice(&two.range) {
                ranges.0.push(one.range.clone());
                ranges.1.push(two.range.clone());
            }
        }
    }
    ranges
}

/// The strings of a file but for those on the search path, where a move may add one.
fn comparable(module: &Module) -> Vec<&StringUse> {
    let paths: Vec<_> = module.facts.paths.iter().filter(|path| path.on_search_path).collect();
    let is_added =
        |string: &&StringUse| paths.iter().any(|path| path.range.contains(&string.range.start));
    module.facts.strings.iter().filter(|string| !is_added(string)).collect()
}

/// Whether a string is the path of a file or a folder on both sides.
fn is_file(before: &str, after: &str) -> bool {
    let name = |path: &str| path.trim_end_matches('/').rsplit('/').next().map(str::to_owned);
    before.strip_suffix(".py").is_some() || (after.contains('/') && name(before) == name(after))
}

/// Whether two strings name the same thing, each on its side.
fn same_name(sides: &Sides<'_>, (old, new): (usize, usize), one: &str, two: &str) -> bool {
    let (Some((was, rest_was)), Some((is, rest_is))) =
        (named(sides.before, old, one), named(sides.after, new, two))
    else {
        return false;
    };
    sides.pairs.new_index(was) == Some(is) && rest_was == rest_is
}

/// Every string that named a module or something in one still names it.
pub(super) fn strings(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut equal = 0;
    for (new, old) in sides.pairs.both() {
        let (Some(was), Some(is)) =
            (sides.before.modules()[old].module(), sides.after.modules()[new].module())
        else {
            continue;
        };
        let (was, is) = (comparable(was), comparable(is));
        if was.len() != is.len() {
            continue;
        }
        for (before, after) in was.iter().zip(is) {
            if is_file(&before.value, &after.value)
                || named(sides.before, old, &before.value).is_none()
            {
                continue;
            }
            if before.value == after.value && !was_lookup(before) {
                continue;
            }
            if same_name(sides, (old, new), &before.value, &after.value) {
                equal += 1;
                continue;
            }
            let module = &sides.after.modules()[new];
            let line = module
                .module()
                .map(|module| module.source.line_of(after.range.start))
                .unwrap_or_default();
            items.push(
                Item::new(
                    Aspect::References,
                    format!("{}:{line} {:?}", module.path, after.value),
                    Verdict::Broken,
                )
                .because(format!("{:?} named a module of the service", before.value)),
            );
        }
    }
    items.push(Item::new(Aspect::References, format!("{equal} dotted strings"), Verdict::Equal));
    items
}

/// Whether a string is looked up as a name, so that a dead one is a breakage.
fn was_lookup(string: &crate::python::StringUse) -> bool {
    let callee = string.call.as_ref().map(|(callee, _)| callee.as_str()).unwrap_or_default();
    let last = callee.rsplit('.').next().unwrap_or(callee);
    matches!(last, "patch" | "import_module" | "__import__" | "setattr" | "delattr" | "multiple")
        || callee == "uvicorn.run"
}

/// The module that a dotted string names, and what follows its name.
fn named(service: &PythonService, index: usize, value: &str) -> Option<(usize, String)> {
    let (name, attribute) = value.split_once(':').unwrap_or((value, ""));
    let is_part = |part: &str| {
        !part.is_empty()
            && part.chars().all(|character| character.is_alphanumeric() || character == '_')
            && !part.starts_with(|first: char| first.is_ascii_digit())
    };
    if value.len() > 300 || !name.split('.').all(is_part) {
        return None;
    }
    let mut ends: Vec<usize> =
        name.match_indices('.').map(|(end, _)| end).chain([name.len()]).collect();
    ends.reverse();
    ends.into_iter().find_map(|end| match service.resolve(index, &name[..end]) {
        Target::Module(found) => Some((found, format!("{}:{attribute}", &name[end..]))),
        _ => None,
    })
}

/// Every computed import still takes its modules from the same folder.
pub(super) fn computed(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for (new, old) in sides.pairs.both() {
        let (before, after) = (&sides.before.modules()[old], &sides.after.modules()[new]);
        let (Some(was), Some(is)) = (before.module(), after.module()) else { continue };
        let pairs = was.facts.computed_imports.iter().zip(&is.facts.computed_imports);
        for (one, two) in pairs {
            let Some(from) = sides.before.folder_of_computed(old, one) else { continue };
            let to = sides.after.folder_of_computed(new, two);
            let verdict = match &to {
                Some(to) if sides.pairs.locate(&from).contains(to) => Verdict::Equal,
                _ => Verdict::Broken,
            };
            let line = is.source.line_of(two.range.start);
            let name = format!("{}:{line} {:?}", after.path, two.prefix);
            let why = format!("modules imported by a computed name came from {from}");
            items.push(Item::new(Aspect::References, name, verdict).because(why));
        }
    }
    items
}

/// Every path computed from `__file__` or the current directory leads to the same file.
pub(super) fn paths(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut equal = 0;
    for (new, old) in sides.pairs.both() {
        let (before, after) = (&sides.before.modules()[old], &sides.after.modules()[new]);
        let (Some(was), Some(is)) = (before.module(), after.module()) else { continue };
        if was.facts.paths.len() != is.facts.paths.len() {
            continue;
        }
        for (one, two) in was.facts.paths.iter().zip(&is.facts.paths) {
            if one.on_search_path || matches!(one.value.base, PathBase::Absolute(_)) {
                continue;
            }
            let (Some(from), Some(to)) = (
                one.value.locate(before.path.as_str(), sides.before.root()),
                two.value.locate(after.path.as_str(), sides.after.root()),
            ) else {
                continue;
            };
            if sides.pairs.locate(&from).contains(&to) || is_own_folder(sides, &from, &to) {
                equal += 1;
                continue;
            }
            let line = is.source.line_of(two.range.start);
            items.push(
                Item::new(
                    Aspect::References,
                    format!("{}:{line} {}", after.path, is.slice(&two.range)),
                    Verdict::Broken,
                )
                .because(format!("it led to {from}, now to {to}")),
            );
        }
    }
    items.push(Item::new(Aspect::References, format!("{equal} computed paths"), Verdict::Equal));
    items
}

/// A path to a folder of tests or code that moved file by file: the folder's name is kept.
fn is_own_folder(sides: &Sides<'_>, from: &str, to: &str) -> bool {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let moved = sides.before.index_of(&join(from, "__init__.py")).is_some();
    moved && name(from) == name(to) && !parent(to).is_empty()
}
