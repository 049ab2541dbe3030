//! What parameters tell FastAPI by their defaults, they tell it by their types.
//!
//! `limit: int = Query(10, le=100)` becomes `limit: Annotated[int, Query(le=100)] = 10`. The order
//! of parameters stays, so that the OpenAPI document and the order of dependencies stay. A
//! parameter that somebody leaves out in a direct call got the marker itself until now; such a one
//! stays, and so does each whose type, default or callers cannot be shown to mean the same.

mod callers;
mod judge;
mod plain;
mod python;
mod survey;
mod users;
mod write;

use std::collections::BTreeMap;

use super::Note;
use super::rewrite::{Import, name_for};
use super::web::{Insertion, write as write_files};
use crate::change::RelPath;
use crate::python::PythonService;
use crate::workspace::Tree;
use judge::Judge;
use survey::functions;
use users::Users;
use write::Writer;

/// What every reason about a file begins with.
const STAYS: &str = "parameters keep their defaults";
/// Words without which a file has nothing to do.
const WORDS: [&str; 9] =
    ["Depends", "Security", "Query", "Path", "Header", "Cookie", "Body", "Form", "File"];

/// Rewrites the parameters of a service; `name` is the service's.
pub fn write(tree: &mut Tree, (folder, name): (Option<&RelPath>, &str)) -> Vec<Note> {
    let mut service = PythonService::read_with_dependents(tree, folder, name);
    let mut notes = Vec::new();
    let mut insertions = BTreeMap::new();
    {
        let users = Users::of(&service);
        let sources = if python::is_old(tree, folder) {
            vec!["typing_extensions"]
        } else {
            vec!["typing", "typing_extensions"]
        };
        for file in 0..service.modules().len() {
            let record = &service.modules()[file];
            let is_ours = folder.is_none_or(|folder| record.path.starts_with(folder));
            if !is_ours || record.is_test {
                continue;
            }
            let insertion = one(&service, (file, &users), &sources, &mut notes);
            insertions.extend(insertion.map(|insertion| (file, insertion)));
        }
    }
    notes.extend(write_files(tree, &mut service, &insertions, STAYS));
    notes
}

/// What becomes of one file.
fn one(
    service: &PythonService,
    (file, users): (usize, &Users<'_>),
    sources: &[&str],
    notes: &mut Vec<Note>,
) -> Option<Insertion> {
    let record = &service.modules()[file];
    let module = record.module().filter(|module| module.errors.is_empty())?;
    let has_word = |word: &str| module.text().contains(&format!("{word}("));
    if !WORDS.iter().any(|word| has_word(word)) {
        return None;
    }
    let tree = users.tree(file);
    let found = functions(service, file, (module, &tree));
    if found.is_empty() {
        return None;
    }
    let mut note = |offset: usize, why: String| {
        notes.push(Note::new(&record.path, module.source.line_of(offset), why));
    };
    let known = sources.iter().find_map(|source| {
        let import = Import::parse(&format!("from {source} import Annotated"))?;
        Some((name_for(service, file, &import).ok()?, import))
    });
    let Some((annotated, import)) = known else {
        note(0, format!("{STAYS}: the name Annotated means something else in this file"));
        return None;
    };
    let is_deferred = module.facts.imports.iter().any(|import| {
        import.module == "__future__" && import.names.iter().any(|name| name.name == "annotations")
    });
    let judge = Judge { service, users, file, module, tree: &tree, is_deferred };
    let writer = Writer { module, tree: &tree, annotated: &annotated };
    let mut insertion = Insertion::default();
    for function in &found {
        let outcome = judge.judge(function);
        for (offset, why) in &outcome.stays {
            note(*offset, why.clone());
        }
        insertion.edits.extend(writer.edits(function, &outcome));
    }
    insertion.imports.push(import);
    (!insertion.edits.is_empty()).then_some(insertion)
}
