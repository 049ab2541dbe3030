//! Imports that depend on where the service's folder lies, made independent of it in place.
//!
//! `from .x import y` in a module of the package `p` is by definition of the language the same
//! as `from p.x import y`. Which package a module belongs to depends on the name under which it
//! is imported; where all names in use agree, the import is rewritten, and nowhere else. Only
//! imports that reach the service's own folder, or climb out of it, are touched: that folder is
//! what later steps dissolve. Imports that stay inside one of its packages travel with it.

mod names;

use std::collections::BTreeSet;

use super::Note;
use crate::change::{Edit, EditError, RelPath, apply_edits};
use crate::python::{ImportStatement, Module, PythonService};
use crate::workspace::{EntryPoint, Tree};
use names::NamesInUse;

/// Why imports cannot be made absolute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AbsoluteError {
    /// Edits of one file contradict each other: a defect of ours.
    #[error("{path}: {error}")]
    Edits {
        /// The file.
        path: RelPath,
        /// What is wrong.
        error: EditError,
    },
    /// A file's new text has a character that its encoding lacks.
    #[error("{0}: the new text does not fit the file's encoding")]
    Encoding(RelPath),
}

/// Rewrites relative imports that reach the service's folder or climb out of it.
///
/// `starts` are the ways in which the service is started. Gives back what was left and why.
pub fn make_absolute(
    tree: &mut Tree,
    service: &PythonService,
    starts: &[EntryPoint],
) -> Result<Vec<Note>, AbsoluteError> {
    let names = NamesInUse::find(tree, service, starts);
    let mut notes = Vec::new();
    for index in 0..service.modules().len() {
        let Some(module) = service.modules()[index].module() else { continue };
        // Absolute imports would bring a module to life that others try in vain to import.
        let is_dead = service.dead_imports().iter().any(|(.., target)| *target == index);
        if !module.errors.is_empty() || is_dead {
            continue;
        }
        let edits = edits(service, index, module, &names, &mut notes);
        if edits.is_empty() {
            continue;
        }
        let path = &service.modules()[index].path;
        let text = apply_edits(module.text(), &edits)
            .map_err(|error| AbsoluteError::Edits { path: path.clone(), error })?;
        let bytes = module.source.encode(&text);
        let bytes = bytes.ok_or_else(|| AbsoluteError::Encoding(path.clone()))?;
        if let Some(entry) = tree.get(path).map(|entry| entry.with_bytes(bytes)) {
            tree.set(path.clone(), entry);
        }
    }
    notes.sort();
    Ok(notes)
}

fn edits(
    service: &PythonService,
    index: usize,
    module: &Module,
    names: &NamesInUse,
    notes: &mut Vec<Note>,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    for import in module.facts.imports.iter().filter(|import| import.level > 0) {
        if !reaches_the_folder(service, index, import) {
            continue;
        }
        match base(names.of(index), service.modules()[index].is_package(), import) {
            Ok(base) => {
                let name = absolute(&base, &import.module);
                edits.push(Edit::replace(
                    import.module_range.clone(),
                    spaced(module, import, &name),
                ));
            }
            Err(why) => {
                let line = module.source.line_of(import.range.start);
                notes.push(Note::new(&service.modules()[index].path, line, why));
            }
        }
    }
    edits
}

/// Whether a relative import counts from the service's folder or from a folder around it.
fn reaches_the_folder(service: &PythonService, index: usize, import: &ImportStatement) -> bool {
    let below = service.below(index);
    let depth = below.matches('/').count();
    let climbed = usize::try_from(import.level).unwrap_or(usize::MAX) - 1;
    climbed >= depth && !below.starts_with("src/")
}

/// The package that the dots of an import stand for, when every name in use says the same.
fn base(
    names: &BTreeSet<String>,
    is_package: bool,
    import: &ImportStatement,
) -> Result<String, String> {
    let climbed: Vec<Option<String>> =
        names.iter().map(|name| climb(name, is_package, import.level)).collect();
    let working: BTreeSet<&String> = climbed.iter().flatten().collect();
    let fails_under_some = climbed.iter().any(Option::is_none);
    let mut working = working.into_iter();
    match (working.next(), working.next()) {
        (None, _) if names.is_empty() => {
            Err("left relative: nothing shows under which name this module is imported".into())
        }
        (None, _) => {
            let list = listed(names);
            Err(format!(
                "left relative: imported as {list}, it reaches beyond the package and fails today"
            ))
        }
        (Some(_), None) if import.guarded && fails_under_some => {
            let list = listed(names);
            Err(format!(
                "left relative: guarded, and imported as {list} it fails under some of them"
            ))
        }
        (Some(only), None) => Ok(only.clone()),
        (Some(_), Some(_)) => {
            let list = listed(names);
            Err(format!(
                "left relative: this module is imported as {list}, each a module of its own today"
            ))
        }
    }
}

fn listed(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(" and ")
}

/// The package `level` dots up from a module of this name; none when there is no such package.
fn climb(name: &str, is_package: bool, level: u32) -> Option<String> {
    let mut parts: Vec<&str> = name.split('.').collect();
    let steps = usize::try_from(level).ok()? - usize::from(is_package);
    let kept = parts.len().checked_sub(steps).filter(|kept| *kept > 0)?;
    parts.truncate(kept);
    Some(parts.join("."))
}

fn absolute(base: &str, module: &str) -> String {
    if module.is_empty() { base.to_owned() } else { format!("{base}.{module}") }
}

/// `from.x import y` and `from .import y` are legal; a name needs spaces around it.
fn spaced(module: &Module, import: &ImportStatement, name: &str) -> String {
    let text = module.text().as_bytes();
    let gap = |byte: Option<&u8>| {
        let joins = byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'*');
        if joins { " " } else { "" }
    };
    let before = gap(text.get(import.module_range.start.wrapping_sub(1)));
    let after = gap(text.get(import.module_range.end));
    format!("{before}{name}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_climb_from_the_package_of_a_name() {
        assert_eq!(climb("shop.core.x", false, 2), Some("shop".into()));
        assert_eq!(climb("shop", true, 1), Some("shop".into()));
        assert_eq!(climb("main", false, 1), None);
        assert_eq!(climb("shop.main", false, 3), None);
    }
}
