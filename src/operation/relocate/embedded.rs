//! Imports in code that stands in strings.

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
        let Some(code) = embedded(string, is_test) else { continue };
        for import in &code.module.facts.imports {
            let taken = code.taken(rewrite.names.service, rewrite.index, import);
            let moves = taken.iter().any(|(_, found)| home(rewrite, found).is_some());
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
    let named = |name: &ImportedName| match &name.alias {
        Some(alias) => format!("{} as {alias}", name.name),
        None => name.name.clone(),
    };
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for name in &import.names {
        let Some((_, found)) = taken.iter().find(|(known, _)| *known == name) else {
            // `import prices, json`: a library stays as it is.
            groups.push((String::new(), vec![named(name)]));
            continue;
        };
        let new = home(rewrite, found);
        let (module, what) = match (import.kind, found.name.is_empty()) {
            // `import prices` → `import shop.domain.prices as prices`
            (ImportKind::Import, _) => {
                let is_divided = rewrite.names.parts.contains_key(&found.module);
                let is_plain = name.alias.is_some() || !name.name.contains('.');
                let new = new.unwrap_or_else(|| name.name.clone());
                if is_divided || !is_plain {
                    return None;
                }
                (String::new(), format!("{new} as {}", name.bound()))
            }
            // `from app import prices`, a module
            (ImportKind::From, true) => match new {
                Some(new) => {
                    let (package, last) = new.rsplit_once('.')?;
                    let is_same = last == name.bound();
                    let what = if is_same {
                        last.to_owned()
                    } else {
                        format!("{last} as {}", name.bound())
                    };
                    (package.to_owned(), what)
                }
                None => (import.module.clone(), named(name)),
            },
            (ImportKind::From, false) => {
                (new.unwrap_or_else(|| import.module.clone()), named(name))
            }
        };
        match groups.iter_mut().find(|(known, _)| *known == module) {
            Some((_, names)) => names.push(what),
            None => groups.push((module, vec![what])),
        }
    }
    let statements: Vec<String> = groups
        .into_iter()
        .map(|(module, names)| match module.is_empty() {
            true => format!("import {}", names.join(", ")),
            false => format!("from {module} import {}", names.join(", ")),
        })
        .collect();
    let content = rewrite.module.slice(&string.content);
    if content != string.value {
        // With escapes in the literal, the statement is looked up as it stands.
        let mut places = content.match_indices(text);
        let (at, _) = places.next().filter(|_| places.next().is_none())?;
        let start = string.content.start + at;
        return Some(Edit::replace(start..start + text.len(), statements.join("; ")));
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
