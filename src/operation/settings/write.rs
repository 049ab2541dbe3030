//! The settings class in its file, and each read as a field of it.

use super::Found;
use super::declare::is_modern;
use super::fields::Fields;
use super::home::Home;
use super::reads::Read;
use crate::change::{Edit, Entry, RelPath, apply_edits};
use crate::operation::rewrite::{Import, ensure, name_for};
use crate::operation::text::LineEnding;
use crate::python::{Module, PythonService, StatementKind, SyntaxTree};
use crate::workspace::Tree;

/// What a new file of settings says of itself.
const HEAD: &str = "\"\"\"Settings of the service, read from the environment.\"\"\"\n\n";
/// Names under which a file may keep the settings.
const NAMES: [&str; 2] = ["settings", "env_settings"];

/// Writes the class and replaces every read; fails as a whole.
pub(super) fn write(
    tree: &mut Tree,
    service: &PythonService,
    home: &Home<'_>,
    (fields, found): (&Fields, &[Found]),
    folder: Option<&RelPath>,
) -> Result<(), String> {
    if fields.is_empty() {
        return Ok(());
    }
    let is_modern = is_modern(tree, folder);
    let mut imports = vec![
        "from pydantic import Field",
        "from pydantic_settings import BaseSettings",
        "from pydantic_settings import SettingsConfigDict",
    ];
    if fields.has_union() && !is_modern {
        imports.push("from typing import Union");
    }
    let mut service = service.clone();
    match home.index {
        None => {
            let head = "from pydantic import Field\n\
                from pydantic_settings import BaseSettings, SettingsConfigDict\n\n\n";
            let union = if imports.len() > 3 { "from typing import Union\n\n" } else { "" };
            let class = fields.class(home.class, is_modern, "\n");
            let path = RelPath::new(&home.path).map_err(|error| error.to_string())?;
            tree.set(path, Entry::file(format!("{HEAD}{union}{head}{class}")));
        }
        Some(index) => {
            let class = |newline: &str| Some(fields.class(home.class, is_modern, newline));
            let reads = found.iter().find(|one| one.index == index).map(|one| one.reads.as_slice());
            let reads = reads.unwrap_or_default();
            let what = (home.class, fields);
            rewrite(tree, &mut service, (index, reads, what), (class, &imports))?;
        }
    }
    let import = format!("from {}.config import {}", home.package, home.class);
    for one in found.iter().filter(|one| Some(one.index) != home.index) {
        let rest = (|_: &str| None, &[import.as_str()][..]);
        let what = (home.class, fields);
        rewrite(tree, &mut service, (one.index, &one.reads, what), rest)?;
    }
    Ok(())
}

/// Rewrites one file: `class` gives the text that goes before the settings are read.
fn rewrite(
    tree: &mut Tree,
    service: &mut PythonService,
    (index, reads, (class_name, fields)): (usize, &[Read], (&str, &Fields)),
    (class, imports): (impl Fn(&str) -> Option<String>, &[&str]),
) -> Result<(), String> {
    let path = service.modules()[index].path.clone();
    let original = service.modules()[index].module().cloned().ok_or("it cannot be read")?;
    let imports: Vec<Import> = imports.iter().filter_map(|text| Import::parse(text)).collect();
    for import in &imports {
        name_for(service, index, import).map_err(|why| format!("{path}: {why}"))?;
    }
    // In the body of a class its own names come first.
    let is_bound =
        |name: &str, read: &Read| original.facts.bindings_of(name, read.scope).next().is_some();
    let is_free = |name: &&&str| {
        !original.facts.defines(name) && !reads.iter().any(|read| is_bound(name, read))
    };
    let name = NAMES.iter().find(is_free).ok_or(format!("{path} has a name settings already"))?;
    let newline = LineEnding::of(original.text()).as_str();
    let mut edits = vec![insertion(&original, reads, (name, class_name), class(newline))];
    for read in reads {
        let field = fields.name_of(&read.variable.name).ok_or("a variable has no field")?;
        edits.push(Edit::replace(read.range.clone(), format!("{name}.{field}")));
    }
    let text = apply_edits(original.text(), &edits).map_err(|error| error.to_string())?;
    let text = ensure(service, (index, &path), (&original, &text), &imports)
        .ok_or(format!("{path}: the result cannot be read"))?;
    check(&original, service.modules()[index].module(), (name, class_name))
        .map_err(|why| format!("{path}: {why}"))?;
    let begins_blank = |text: &str| text.starts_with(['\r', '\n']);
    let text =
        if begins_blank(original.text()) { &text } else { text.trim_start_matches(['\r', '\n']) };
    let bytes = original.source.encode(text).ok_or("the result does not fit its encoding")?;
    if let Some(entry) = tree.get(&path).map(|entry| entry.with_bytes(bytes)) {
        tree.set(path, entry);
    }
    Ok(())
}

/// The class and the statement that reads the settings, before the first read.
fn insertion(
    module: &Module,
    reads: &[Read],
    (name, class_name): (&str, &str),
    class: Option<String>,
) -> Edit {
    let newline = LineEnding::of(module.text()).as_str();
    let statements = &module.facts.statements;
    let target = reads.first().map_or_else(
        || {
            let is_head = |kind| matches!(kind, StatementKind::Import | StatementKind::Docstring);
            statements.iter().position(|found| !is_head(found.kind)).unwrap_or(statements.len())
        },
        |read| read.statement,
    );
    let floor = match target.checked_sub(1).and_then(|before| statements.get(before)) {
        Some(before) => module.source.line_range(before.range.end.saturating_sub(1)).end,
        None => 0,
    };
    let Some(statement) = statements.get(target) else {
        let gap = if module.text().ends_with('\n') { "" } else { newline };
        let class = class.unwrap_or_default();
        return Edit::insert(module.text().len(), format!("{gap}{newline}{newline}{class}"));
    };
    let own = module.source.line_range(statement.range.start).start;
    let at = above_remarks(module, own, floor);
    let text = module.text();
    let above = text[..at].trim_end();
    let blank = text[above.len()..at].matches('\n').count().saturating_sub(1);
    let gap = |wanted: usize| {
        let wanted = if above.is_empty() { 0 } else { wanted };
        newline.repeat(wanted.saturating_sub(blank))
    };
    let read = format!("{name} = {class_name}(){newline}");
    let is_class = statement.kind == StatementKind::Class;
    // Blank lines between the settings and what follows.
    let behind = newline.repeat(match (is_class, class.is_some() || at < own) {
        (true, _) => 2,
        (false, apart) => usize::from(apart),
    });
    let inserted = match (class, reads.is_empty()) {
        (Some(class), true) => format!("{}{class}{newline}{newline}", gap(2)),
        (Some(class), false) => format!("{}{class}{newline}{newline}{read}{behind}", gap(2)),
        (None, _) => format!("{}{read}{behind}", gap(1)),
    };
    Edit::insert(at, inserted)
}

/// Up to the first of the comment lines that stand right above a statement.
fn above_remarks(module: &Module, own: usize, floor: usize) -> usize {
    let mut at = own;
    while at > floor {
        let line = module.source.line_range(at - 1);
        let is_remark = module.text()[line.clone()].trim_start().starts_with('#');
        if !is_remark || line.start < floor {
            break;
        }
        at = line.start;
    }
    at
}

/// Whether names are bound before they are used, and no comment is lost.
fn check(
    original: &Module,
    result: Option<&Module>,
    (name, class_name): (&str, &str),
) -> Result<(), String> {
    let result = result.ok_or("the result cannot be read")?;
    let (before, after) = (SyntaxTree::parse(original.text()), SyntaxTree::parse(result.text()));
    if before.comment_texts() != after.comment_texts() {
        return Err("a comment stands in the way".to_owned());
    }
    let place = |name: &str| {
        let mut found = result.facts.bindings_of(name, 0);
        found.next().map(|binding| binding.statement)
    };
    let made = place(name);
    let order = ["Field", "BaseSettings", "SettingsConfigDict", class_name].map(place);
    let is_ordered = order.iter().flatten().all(|one| made.is_none_or(|made| *one < made));
    let class =
        result.facts.statements.iter().position(|statement| statement.binds == [class_name]);
    let is_known =
        class.is_none_or(|class| order[..3].iter().flatten().all(|import| *import < class));
    if is_ordered && is_known {
        Ok(())
    } else {
        Err("its imports stand behind the first read".to_owned())
    }
}
