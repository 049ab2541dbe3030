//! `BaseSettings` comes from pydantic-settings, to which the second Pydantic gave it.
//!
//! With that Pydantic a file which takes it from `pydantic` cannot be imported, so nothing that
//! works can change; where a service may have the first one, the file stays.

use super::write;
use super::{Note, declare};
use crate::change::{Edit, RelPath};
use crate::python::{ImportKind, ImportStatement, Module, PythonService, StatementKind};
use crate::workspace::{Config, Tree};

const CLASS: &str = "BaseSettings";
const PACKAGE: &str = "pydantic_settings";

/// Takes `BaseSettings` from its own package everywhere in a service.
pub fn take_package(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let mut notes = Vec::new();
    for index in 0..service.modules().len() {
        let record = &service.modules()[index];
        let Some(module) = record.module().filter(|_| record.is_sound()).cloned() else { continue };
        let takes = |import: &&ImportStatement| takes_class(&module, import);
        let Some(import) = module.facts.imports.iter().find(takes) else { continue };
        let line = module.source.line_of(import.range.start);
        let mut note = Note::new(&record.path, line, String::new());
        let mut next = tree.clone();
        let done = declare::rules_out_first(tree, folder)
            .and_then(|()| declare::declare(&mut next, folder, config))
            .and_then(|()| {
                let edits = edits(&module, import)?;
                write::edit(&mut next, &mut service, (index, &edits), &[])
            });
        match done {
            Ok(()) => *tree = next,
            Err(why) => {
                note.message = format!("{CLASS} still comes from pydantic: {why}");
                notes.push(note);
            }
        }
    }
    notes
}

/// An import that fails with the second Pydantic, with nothing around it that would catch that.
fn takes_class(module: &Module, import: &ImportStatement) -> bool {
    import.kind == ImportKind::From
        && import.level == 0
        && import.module == "pydantic"
        && module.facts.statements[import.statement].kind == StatementKind::Import
        && import.names.iter().any(|name| name.name == CLASS)
}

/// The class out of the statement, and into one of its own below.
fn edits(module: &Module, import: &ImportStatement) -> Result<Vec<Edit>, String> {
    if import.names.len() == 1 {
        return Ok(vec![Edit::replace(import.module_range.clone(), PACKAGE)]);
    }
    let at = import.names.iter().position(|name| name.name == CLASS).unwrap_or_default();
    let own = &import.names[at].range;
    let range = match import.names.get(at + 1) {
        Some(next) => own.start..next.range.start,
        None => import.names[at - 1].range.end..own.end,
    };
    if module.comments.iter().any(|comment| range.contains(&comment.start)) {
        return Err("a comment stands in the import".to_owned());
    }
    let newline = module.source.newline_at(import.range.start);
    let text = format!("from {PACKAGE} import {}", &module.text()[own.clone()]);
    let end = module.source.line_range(import.range.end.saturating_sub(1)).end;
    let below = if module.text()[..end].ends_with('\n') {
        format!("{text}{newline}")
    } else {
        format!("{newline}{text}")
    };
    Ok(vec![Edit::delete(range), Edit::insert(end, below)])
}
