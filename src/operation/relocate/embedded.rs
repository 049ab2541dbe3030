//! Imports in code that stands in strings.

use std::collections::BTreeSet;

use super::Rewrite;
use crate::change::Edit;
use crate::python::{
    Embedded, EmbeddedImport, ImportKind, ImportStatement, ImportedName, StringUse, embedded,
};

/// Rewrites the imports of code in strings, where they name what moves.
pub(super) fn rewrite(rewrite: &mut Rewrite<'_>) {
    let module = rewrite.module;
    let is_test = rewrite.names.service.modules()[rewrite.index].is_test;
    for string in &module.facts.strings {
        let Some(code) = embedded(module, string, is_test) else { continue };
        for import in &code.module.facts.imports {
            let taken = code.taken(rewrite.names.service, rewrite.index, import);
            let is_divided =
                |found: &EmbeddedImport| rewrite.names.parts.contains_key(&found.module);
            let moves = taken.iter().any(|(_, found)| {
                home(rewrite, found).is_some()
                    || is_divided(found) && matches!(found.name.as_str(), "*" | "")
            });
            if !moves {
                continue;
            }
            match statement(rewrite, string, &code, import, &taken) {
                Some(edit) => rewrite.edits.push(edit),
                None => rewrite.note(
                    string.range.start,
                    format!(
                        "code in a string keeps an old name: {}",
                        code.module.slice(&import.range)
                    ),
                ),
            }
        }
    }
}

/// The module in which something lies afterwards; none when that is the one in which it lies.
fn home(rewrite: &Rewrite<'_>, found: &EmbeddedImport) -> Option<String> {
    let names = rewrite.names;
    if found.name == "*" {
        let is_divided = names.parts.contains_key(&found.module);
        let is_moved = *names.new_path(found.module) != names.service.modules()[found.module].path;
        return (is_moved && !is_divided).then(|| names.new_name_of(found.module, "")).flatten();
    }
    let is_moved = if found.name.is_empty() {
        *names.new_path(found.module) != names.service.modules()[found.module].path
    } else {
        names.moves_name(found.module, &found.name)
    };
    is_moved.then(|| names.new_name_of(found.module, &found.name)).flatten()
}

/// The statements that take the place of an import: one for each module, on lines of their own
/// where the code has lines.
fn statement(
    rewrite: &Rewrite<'_>,
    string: &StringUse,
    code: &Embedded,
    import: &ImportStatement,
    taken: &[(&ImportedName, EmbeddedImport)],
) -> Option<Edit> {
    let text = code.module.slice(&import.range);
    // Only what is wholly known, and without remarks in it, is written anew.
    let is_whole = taken.len() == import.names.len() || import.kind == ImportKind::Import;
    if !is_whole || text.contains('#') {
        return None;
    }
    let statements = statements(rewrite, code, import, taken)?;
    let content = rewrite.module.slice(&string.content);
    if content != string.value {
        // With escapes in the literal, the statement is looked up as it is written there.
        let escaped = text.replace('\n', "\\n");
        let mut places = content.match_indices(&escaped);
        let (at, _) = places.next().filter(|_| places.next().is_none())?;
        let start = string.content.start + at;
        return Some(Edit::replace(start..start + escaped.len(), statements.join("; ")));
    }
    let line = code.module.source.line_range(import.range.start);
    let indent = &code.module.text()[line.start..import.range.start];
    let has_lines = string.value.contains('\n') && indent.trim().is_empty();
    let gap = if has_lines {
        format!("{}{indent}", code.module.source.newline_at(import.range.start))
    } else {
        "; ".to_owned()
    };
    let inner = code.range(&import.range)?;
    let start = string.content.start;
    Some(Edit::replace(start + inner.start..start + inner.end, statements.join(&gap)))
}

/// The statements that import the same from where it lies afterwards.
fn statements(
    rewrite: &Rewrite<'_>,
    code: &Embedded,
    import: &ImportStatement,
    taken: &[(&ImportedName, EmbeddedImport)],
) -> Option<Vec<String>> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for name in &import.names {
        let found = taken.iter().find(|(known, _)| *known == name).map(|(_, found)| found);
        let (module, what) = written(rewrite, code, (import, name), found)?;
        match groups.iter_mut().find(|(known, _)| *known == module && !module.is_empty()) {
            Some((_, names)) => names.push(what),
            None => groups.push((module, vec![what])),
        }
    }
    let lines = groups.into_iter().map(|(module, names)| {
        let names = names.join(", ");
        if module.is_empty() {
            format!("import {names}")
        } else {
            format!("from {module} import {names}")
        }
    });
    Some(lines.collect())
}

/// The module that a name is taken from afterwards, empty for `import x`, and what is written for it.
fn written(
    rewrite: &Rewrite<'_>,
    code: &Embedded,
    (import, name): (&ImportStatement, &ImportedName),
    found: Option<&EmbeddedImport>,
) -> Option<(String, String)> {
    let named = || match &name.alias {
        Some(alias) => format!("{} as {alias}", name.name),
        None => name.name.clone(),
    };
    // `import prices, json`: a library stays as it is.
    let Some(found) = found else { return Some((String::new(), named())) };
    let is_divided = rewrite.names.parts.contains_key(&found.module);
    if found.name == "*" && is_divided {
        return None;
    }
    let new = home(rewrite, found);
    match (import.kind, new) {
        // `import prices` → `import shop.domain.prices as prices`
        (ImportKind::Import, new) => {
            let is_plain = name.alias.is_some() || !name.name.contains('.');
            let new = if is_divided {
                read_through(rewrite, code, (name.bound(), found.module))?
            } else {
                new.unwrap_or_else(|| name.name.clone())
            };
            is_plain.then(|| (String::new(), format!("{new} as {}", name.bound())))
        }
        (ImportKind::From, None) => Some((import.module.clone(), named())),
        // `from app import prices`, a module
        (ImportKind::From, Some(new)) if found.name.is_empty() => {
            let (package, last) = new.rsplit_once('.')?;
            let bound = name.bound();
            let what = if last == bound { last.to_owned() } else { format!("{last} as {bound}") };
            Some((package.to_owned(), what))
        }
        (ImportKind::From, Some(new)) => Some((new, named())),
    }
}

/// The one module in which everything lies that the code reads from a module which is taken apart.
fn read_through(
    rewrite: &Rewrite<'_>,
    code: &Embedded,
    (bound, module): (&str, usize),
) -> Option<String> {
    let uses = code.module.facts.references.iter().filter(|found| found.name == bound);
    let homes = uses.map(|found| {
        let attribute = found.chain.first()?;
        rewrite.names.new_name_of(module, &attribute.name)
    });
    let homes: Option<BTreeSet<String>> = homes.collect();
    let mut homes = homes?.into_iter();
    homes.next().filter(|_| homes.next().is_none())
}
