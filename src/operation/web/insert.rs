//! Writing edits of one file together with the imports that they need.

use std::collections::BTreeMap;

use crate::change::{Edit, apply_edits};
use crate::operation::Note;
use crate::operation::rewrite::{Import, ensure};
use crate::python::{PythonService, SyntaxTree};
use crate::workspace::Tree;

/// What becomes of one file.
#[derive(Debug, Clone, Default)]
pub(in crate::operation) struct Insertion {
    /// Edits on its text.
    pub(in crate::operation) edits: Vec<Edit>,
    /// What the result imports.
    pub(in crate::operation) imports: Vec<Import>,
}

/// Writes what becomes of the files. Gives a note, which begins with `stays`, for each file that
/// cannot be written; that one is as it was.
pub(in crate::operation) fn write(
    tree: &mut Tree,
    service: &mut PythonService,
    insertions: &BTreeMap<usize, Insertion>,
    stays: &str,
) -> Vec<Note> {
    let mut notes = Vec::new();
    for (file, insertion) in insertions {
        if let Err(why) = one(tree, service, *file, insertion) {
            let path = &service.modules()[*file].path;
            notes.push(Note::new(path, 0, format!("{stays}: {why}")));
        }
    }
    notes
}

fn one(
    tree: &mut Tree,
    service: &mut PythonService,
    file: usize,
    insertion: &Insertion,
) -> Result<(), String> {
    let path = service.modules()[file].path.clone();
    let original = service.modules()[file].module().cloned().ok_or("it cannot be read")?;
    let text = apply_edits(original.text(), &insertion.edits).map_err(|error| error.to_string())?;
    let text = ensure(service, (file, &path), (&original, &text), &insertion.imports)
        .ok_or("the result cannot be read")?;
    let (before, after) = (original.syntax(), SyntaxTree::parse(&text));
    let kept = after.comment_texts();
    if !after.errors.is_empty() || before.comment_texts().iter().any(|text| !kept.contains(text)) {
        service.replace(file, original);
        return Err("a comment or a line break stands in the way".to_owned());
    }
    let bytes = original.source.encode(&text).ok_or("the result does not fit its encoding")?;
    if let Some(entry) = tree.get(&path).map(|entry| entry.with_bytes(bytes)) {
        tree.set(path, entry);
    }
    Ok(())
}
