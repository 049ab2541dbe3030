//! Modules that are used as objects: `main.users` where `main` is taken apart.
//!
//! An attribute that is found in another file afterwards is read through that file's module,
//! which gets an import of its own beside the old one.

use std::collections::{BTreeMap, BTreeSet};

use super::Rewrite;
use super::parts::FileNumber;
use crate::change::Edit;
use crate::python::{BindingKind, Reference, Target, names_attribute_of};

/// What becomes of one imported name that is a divided module, in one file.
#[derive(Debug, Clone, Default)]
pub(super) struct ObjectUse {
    /// Statements that import the files which are used instead.
    pub(super) added: BTreeSet<String>,
    /// Whether the module's own file is still used.
    pub(super) needs_main: bool,
}

impl ObjectUse {
    /// Whether other files take its place altogether.
    pub(super) fn is_replaced(&self) -> bool {
        !self.needs_main && !self.added.is_empty()
    }
}

/// By import statement, position in it, and the file that uses the name.
pub(super) type ObjectUses = BTreeMap<(usize, usize, FileNumber), ObjectUse>;

/// Redirects every use of an attribute that is not in the module's own file afterwards.
pub(super) fn redirect(rewrite: &mut Rewrite<'_>) -> ObjectUses {
    let mut uses = ObjectUses::new();
    let module = rewrite.module;
    let mut edits = Vec::new();
    for reference in &module.facts.references {
        let Some(reached) = rewrite.names.service.reached(rewrite.index, reference) else {
            continue;
        };
        let Some(parts) = rewrite.names.parts.get(&reached.module) else { continue };
        let Some((statement, position)) = binding_of(rewrite, reference, reached.module) else {
            continue;
        };
        let user = rewrite.file_of(reference.statement);
        let found = uses.entry((statement, position, user)).or_default();
        let name = match reference.chain.get(reached.consumed) {
            Some(attribute) => Some(attribute.name.clone()),
            None => attribute_in_call(rewrite, reference),
        };
        let home = name.and_then(|name| parts.home(&name));
        let Some(file) = home.map(|number| &parts.files[number].path) else {
            found.needs_main = true;
            continue;
        };
        let Some(dotted) = rewrite.names.dotted(file) else {
            found.needs_main = true;
            continue;
        };
        let alias = alias(rewrite, &dotted);
        found.added.insert(import_of(&dotted, &alias));
        let end = match reached.consumed.checked_sub(1) {
            Some(last) => reference.chain[last].range.end,
            None => reference.range.end,
        };
        edits.push(Edit::replace(reference.range.start..end, alias));
    }
    for edit in edits {
        rewrite.redirected.insert(edit.range.start);
        if !rewrite.edits.contains(&edit) {
            rewrite.edits.push(edit);
        }
    }
    uses
}

/// The imported name by which a reference reaches a module.
fn binding_of(
    rewrite: &Rewrite<'_>,
    reference: &Reference,
    module: usize,
) -> Option<(usize, usize)> {
    let crate::python::Resolution::Scope(scope) = reference.resolution else { return None };
    let facts = &rewrite.module.facts;
    let imports =
        facts.bindings_of(&reference.name, scope).filter_map(|binding| match binding.kind {
            BindingKind::Import(statement, position) => Some((statement, position)),
            _ => None,
        });
    let imports: Vec<(usize, usize)> = imports.collect();
    let leads = |(statement, position): &&(usize, usize)| {
        let import = &facts.imports[*statement];
        let name = &import.names[*position];
        import.module.is_empty()
            && import.level == 0
            && rewrite.names.service.resolve(rewrite.index, &name.name) == Target::Module(module)
    };
    imports.iter().find(leads).or_else(|| imports.first()).copied()
}

/// `"name"` of `setattr(module, "name", …)`.
fn attribute_in_call(rewrite: &Rewrite<'_>, reference: &Reference) -> Option<String> {
    let module = rewrite.module;
    let mut strings = module.facts.strings.iter();
    let found = strings.find(|string| names_attribute_of(module, string, &reference.range));
    found.map(|string| string.value.clone())
}

/// A name for a module that nothing in the file is called, not even another such module.
pub(super) fn alias(rewrite: &Rewrite<'_>, dotted: &str) -> String {
    let mut aliases = rewrite.aliases.borrow_mut();
    if let Some(known) = aliases.get(dotted) {
        return known.clone();
    }
    let is_bound = |name: &String| {
        rewrite.module.facts.bindings.iter().any(|found| found.name == *name)
            || aliases.values().any(|taken| taken == name)
    };
    let mut parts: Vec<&str> = dotted.split('.').collect();
    let last = parts.pop().unwrap_or(dotted);
    let longer = parts.iter().rev().map(|part| format!("{part}_{last}"));
    let numbered = (2..).map(|number| format!("{last}_{number}"));
    let mut names = std::iter::once(last.to_owned()).chain(longer).chain(numbered);
    let alias = names.find(|name| !is_bound(name)).unwrap_or_else(|| last.to_owned());
    aliases.insert(dotted.to_owned(), alias.clone());
    alias
}

/// The statement that imports a module under an alias.
pub(super) fn import_of(dotted: &str, alias: &str) -> String {
    match dotted.rsplit_once('.') {
        Some((package, last)) if last == alias => format!("from {package} import {last}"),
        Some((package, last)) => format!("from {package} import {last} as {alias}"),
        None if dotted == alias => format!("import {dotted}"),
        None => format!("import {dotted} as {alias}"),
    }
}
