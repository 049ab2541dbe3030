//! One file edited, with the imports that the result needs, and nothing lost.

use super::imports::{Import, ensure, name_for};
use crate::change::{Edit, apply_edits};
use crate::python::{PythonService, SyntaxTree};
use crate::workspace::Tree;

/// Edits a file of a service, in the tree and in what was read of it.
///
/// Imports that nothing uses any more go. Fails, with the reason and nothing changed in the tree,
/// where a name that is to be imported means something else, where the result does not parse,
/// and where a comment would be lost.
pub(crate) fn edit_file(
    tree: &mut Tree,
    service: &mut PythonService,
    (index, edits): (usize, &[Edit]),
    imports: &[Import],
) -> Result<(), String> {
    let path = service.modules()[index].path.clone();
    let original = service.modules()[index].module().cloned().ok_or("it cannot be read")?;
    for import in imports {
        name_for(service, index, import)?;
    }
    let text = apply_edits(original.text(), edits).map_err(|error| error.to_string())?;
    let text = ensure(service, (index, &path), (&original, &text), imports)
        .ok_or("the result cannot be read")?;
    let (before, after) = (SyntaxTree::parse(original.text()), SyntaxTree::parse(&text));
    if !after.errors.is_empty() || before.comment_texts() != after.comment_texts() {
        return Err("a comment or a line break stands in the way".to_owned());
    }
    let begins_blank = |text: &str| text.starts_with(['\r', '\n']);
    let text =
        if begins_blank(original.text()) { &text } else { text.trim_start_matches(['\r', '\n']) };
    let bytes = original.source.encode(text).ok_or("the result does not fit its encoding")?;
    if let Some(entry) = tree.get(&path).map(|entry| entry.with_bytes(bytes)) {
        tree.set(path, entry);
    }
    Ok(())
}
