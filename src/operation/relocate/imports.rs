//! Import statements and the names that lean on them.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Rewrite;
use super::split::{Leaving, split_off};
use crate::change::Edit;
use crate::python::{
    BindingKind, ImportKind, ImportStatement, Imported, ImportedName, Resolution, Target, join,
    parent,
};

/// Rewrites every import of a module that moves, or that is imported relatively by one.
pub(super) fn rewrite(rewrite: &mut Rewrite<'_>) {
    let module = rewrite.module;
    let idle = rewrite.idle.clone();
    let imports = module.facts.imports.iter().enumerate();
    for (number, import) in imports.filter(|(_, import)| !idle.contains(&import.statement)) {
        match import.kind {
            ImportKind::From => from(rewrite, number, import),
            ImportKind::Import => plain(rewrite, number, import),
        }
    }
}

/// Where one imported name will be found: `from module import name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) module: String,
    pub(super) name: String,
}

fn from(rewrite: &mut Rewrite<'_>, number: usize, import: &ImportStatement) {
    let homes: Vec<Option<Home>> =
        import.names.iter().map(|name| home(rewrite, import, name)).collect();
    let dropped = rewrite.dropped(number, import);
    let added = rewrite.added(number, import);
    if homes.iter().all(Option::is_none) && dropped.is_empty() && added.is_empty() {
        return;
    }
    if dropped.len() == import.names.len() {
        return replace_statement(rewrite, import, &added);
    }
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (position, found) in homes.iter().enumerate() {
        if dropped.contains(&position) {
            continue;
        }
        let module =
            found.as_ref().map_or_else(|| written_module(import), |home| home.module.clone());
        match groups.iter_mut().find(|(known, _)| *known == module) {
            Some((_, members)) => members.push(position),
            None => groups.push((module, vec![position])),
        }
    }
    let Some(((first, _), others)) = groups.split_first() else { return };
    if !means_already(rewrite, import, first) {
        rewrite.replace(import.module_range.clone(), spaced(rewrite, import, first));
    }
    let leaving: Vec<usize> = others
        .iter()
        .flat_map(|(_, members)| members.clone())
        .chain(dropped.iter().copied())
        .collect();
    for (position, (name, found)) in import.names.iter().zip(&homes).enumerate() {
        if let Some(home) = found
            && !leaving.contains(&position)
            && home.name != name.name
        {
            rewrite.replace(name.range.clone(), renamed(name, &home.name));
        }
    }
    if !leaving.is_empty() || !added.is_empty() {
        split_off(rewrite, import, &homes, &Leaving { others, dropped: &dropped, added: &added });
    }
}

/// Puts other statements in the place of one, or takes it away with its line.
fn replace_statement(rewrite: &mut Rewrite<'_>, import: &ImportStatement, added: &[String]) {
    if added.is_empty() {
        let line = rewrite.module.source.line_range(import.range.start);
        let last = rewrite.module.source.line_range(import.range.end);
        let text = rewrite.module.text();
        let after = text[import.range.end..last.end].trim();
        let is_alone = text[line.start..import.range.start].trim().is_empty()
            && (after.is_empty() || after.starts_with('#'));
        let range = if is_alone { line.start..last.end } else { import.range.clone() };
        let text = if is_alone { "" } else { "pass" };
        return rewrite.edits.push(Edit::replace(range, text));
    }
    let separator = separator(rewrite, &import.range, import.range.end);
    rewrite.replace(import.range.clone(), added.join(&separator));
}

/// `from.x import` is legal without a space after `from`; a name needs one.
fn spaced(rewrite: &Rewrite<'_>, import: &ImportStatement, module: &str) -> String {
    let text = rewrite.module.text().as_bytes();
    let before = text[import.module_range.start - 1];
    let after = text.get(import.module_range.end).copied().unwrap_or(b' ');
    let gap = |byte: u8| if byte.is_ascii_alphanumeric() { " " } else { "" };
    format!("{}{module}{}", gap(before), gap(after))
}

pub(super) fn written_module(import: &ImportStatement) -> String {
    let dots = ".".repeat(usize::try_from(import.level).unwrap_or_default());
    format!("{dots}{}", import.module)
}

/// `name as bound`, keeping the name that the code below uses.
pub(super) fn renamed(name: &ImportedName, new: &str) -> String {
    if name.bound() == new { new.to_owned() } else { format!("{new} as {}", name.bound()) }
}

/// Where a name of `from … import` lies afterwards; `None` when the statement is right as it is.
pub(super) fn home(
    rewrite: &mut Rewrite<'_>,
    import: &ImportStatement,
    name: &ImportedName,
) -> Option<Home> {
    let names = rewrite.names;
    match names.service.resolve_name(rewrite.index, import, name) {
        Imported::Attribute(owner) => {
            let needed = names.moves_name(owner, &name.name)
                || is_relative_and_moves(rewrite, import)
                || (import.level == 0 && names.is_hidden(&import.module, owner));
            let module = names.new_name_of(owner, &name.name).filter(|_| needed)?;
            Some(Home { module, name: name.name.clone() })
        }
        Imported::Module(found) => {
            let needed = names.moves_module(found)
                || is_relative_and_moves(rewrite, import)
                || (import.level == 0 && names.is_hidden(&import.module, found));
            let dotted = names.new_name(found).filter(|_| needed)?;
            let (module, last) = dotted.rsplit_once('.')?;
            Some(Home { module: module.to_owned(), name: last.to_owned() })
        }
        Imported::Folder(folder) => {
            let dotted = names.new_folder_name(&folder)?;
            let (module, last) = dotted.rsplit_once('.')?;
            Some(Home { module: module.to_owned(), name: last.to_owned() })
        }
        Imported::Missing(path) => {
            let message = format!(
                "{:?} names {path}, which does not exist; it was broken before and stays as it is",
                name.name
            );
            rewrite.note(import.range.start, message);
            None
        }
        Imported::External => outside(rewrite, import, name),
    }
}

/// A relative import that climbs out of the service, by the absolute name that it has today.
fn outside(rewrite: &Rewrite<'_>, import: &ImportStatement, name: &ImportedName) -> Option<Home> {
    if !is_relative_and_moves(rewrite, import) {
        return None;
    }
    let module = rewrite.names.service.absolute_name(rewrite.index, import)?;
    Some(Home { module, name: name.name.clone() })
}

fn is_relative_and_moves(rewrite: &Rewrite<'_>, import: &ImportStatement) -> bool {
    let own = &rewrite.names.service.modules()[rewrite.index].path;
    import.level > 0 && own != rewrite.new_path(import.range.start)
}

/// Whether the statement as written means `module` in the file's new place.
fn means_already(rewrite: &Rewrite<'_>, import: &ImportStatement, module: &str) -> bool {
    if import.level == 0 {
        return import.module == module;
    }
    let mut folder = parent(rewrite.new_path(import.range.start).as_str());
    for _ in 1..import.level {
        folder = parent(folder);
    }
    let path = import.module.split('.').filter(|segment| !segment.is_empty());
    let path = path.fold(folder.to_owned(), |path, segment| join(&path, segment));
    let below = path.strip_prefix(&rewrite.names.import_root).unwrap_or(&path);
    below.trim_start_matches('/').replace('/', ".") == module
}

/// What stands between a statement and one added behind it, at `end`: a new line with the same
/// indentation when the statement has its line for itself, `; ` otherwise.
pub(super) fn separator(rewrite: &Rewrite<'_>, range: &Range<usize>, end: usize) -> String {
    let source = &rewrite.module.source;
    let line = source.line_range(range.start);
    let before = &rewrite.module.text()[line.start..range.start];
    let after = &rewrite.module.text()[end..source.line_range(end).end];
    let is_alone = before.chars().all(|character| character.is_whitespace() && character != '\x0c');
    let ends = after.trim().is_empty();
    if is_alone && ends {
        format!("{}{before}", source.newline_at(range.start))
    } else {
        "; ".to_owned()
    }
}

/// What `import a.b.c` becomes.
pub(super) enum Plain {
    /// Nothing changes.
    Keep,
    /// `from parent import last [as bound]`, as the name stays bound to the same module.
    From(String),
    /// `import new.name`; uses of the old name are rewritten.
    Dotted(String),
}

fn plain(rewrite: &mut Rewrite<'_>, number: usize, import: &ImportStatement) {
    let forms: Vec<Plain> = import.names.iter().map(|name| plain_form(rewrite, name)).collect();
    for (position, form) in forms.iter().enumerate() {
        if matches!(form, Plain::Dotted(_)) {
            rewrite_uses(rewrite, number, position, import);
        }
    }
    let dropped = rewrite.dropped(number, import);
    let added = rewrite.added(number, import);
    if dropped.len() == import.names.len() {
        return replace_statement(rewrite, import, &added);
    }
    let changes = !dropped.is_empty() || !added.is_empty();
    if forms.iter().all(|form| matches!(form, Plain::Keep)) && !changes {
        return;
    }
    let separator = separator(rewrite, &import.range, import.range.end);
    let mut parts: Vec<String> = Vec::new();
    let mut kept: Vec<String> = Vec::new();
    for (position, (name, form)) in import.names.iter().zip(&forms).enumerate() {
        if dropped.contains(&position) {
            continue;
        }
        let text = rewrite.module.slice(&name.range).to_owned();
        match form {
            Plain::Keep => kept.push(text),
            Plain::Dotted(new) => kept.push(match &name.alias {
                Some(alias) => format!("{new} as {alias}"),
                None => new.clone(),
            }),
            Plain::From(statement) => parts.push(statement.clone()),
        }
    }
    if !kept.is_empty() {
        parts.insert(0, format!("import {}", kept.join(", ")));
    }
    parts.extend(added);
    rewrite.replace(import.range.clone(), parts.join(&separator));
}

pub(super) fn plain_form(rewrite: &mut Rewrite<'_>, name: &ImportedName) -> Plain {
    let names = rewrite.names;
    let dotted = match names.service.resolve(rewrite.index, &name.name) {
        Target::Module(found)
            if names.moves_module(found) || names.is_hidden(&name.name, found) =>
        {
            names.new_name(found)
        }
        Target::Folder(folder) => names.new_folder_name(&folder),
        Target::Missing(path) => {
            let message = format!(
                "import {} names {path}, which does not exist; it was broken before and stays",
                name.name
            );
            rewrite.note(name.range.start, message);
            None
        }
        _ => None,
    };
    let Some(dotted) = dotted else { return Plain::Keep };
    if name.alias.is_some() || name.name.contains('.') {
        return Plain::Dotted(dotted);
    }
    match dotted.rsplit_once('.') {
        Some((module, last)) => {
            Plain::From(format!("from {module} import {}", renamed(name, last)))
        }
        None => Plain::Dotted(dotted),
    }
}

/// `import a.b` binds `a`: every `a.b.c` in the file gets the new name of its longest part that
/// is a module.
fn rewrite_uses(
    rewrite: &mut Rewrite<'_>,
    number: usize,
    position: usize,
    import: &ImportStatement,
) {
    let name = &import.names[position];
    if name.alias.is_some() {
        return;
    }
    let module = rewrite.module;
    let is_it = |kind: &BindingKind| matches!(kind, BindingKind::Import(at, which) if *at == number && *which == position);
    let Some(binding) = module.facts.bindings.iter().find(|binding| is_it(&binding.kind)) else {
        return;
    };
    let scope = binding.scope;
    let mut done: BTreeSet<usize> = BTreeSet::new();
    for reference in &module.facts.references {
        if reference.name != binding.name
            || reference.resolution != Resolution::Scope(scope)
            || rewrite.redirected.contains(&reference.range.start)
        {
            continue;
        }
        let mut dotted = reference.name.clone();
        let mut best = new_dotted(rewrite, &dotted).map(|new| (reference.range.end, new));
        for attribute in &reference.chain {
            dotted = format!("{dotted}.{}", attribute.name);
            if let Some(new) = new_dotted(rewrite, &dotted) {
                best = Some((attribute.range.end, new));
            }
        }
        match best {
            Some((end, new)) if done.insert(reference.range.start) => {
                let range = reference.range.start..end;
                if !rewrite.edits.iter().any(|edit| edit.range == range) {
                    rewrite.replace(range, new);
                }
            }
            Some(_) => {}
            None => {
                let message = format!("{:?} is used as an object here; check it", binding.name);
                rewrite.note(reference.range.start, message);
            }
        }
    }
}

fn new_dotted(rewrite: &Rewrite<'_>, dotted: &str) -> Option<String> {
    match rewrite.names.service.resolve(rewrite.index, dotted) {
        Target::Module(found) => rewrite.names.new_name(found),
        Target::Folder(folder) => rewrite.names.new_folder_name(&folder),
        _ => None,
    }
}
