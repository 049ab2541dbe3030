//! One file edited, with the imports that the result needs, and nothing lost.

use super::imports::{Import, ensure, name_for};
use crate::change::{Edit, apply_edits};
use crate::operation::text::LineEnding;
use crate::python::{Module, PythonService, StatementKind, SyntaxTree};
use crate::workspace::Tree;

/// Edits a file of a service, in the tree and in what was read of it.
///
/// Imports that nothing uses any more go; each of `imports` is there by its plain name. Fails, with
/// the reason and nothing changed in the tree, where a name that is to be imported means something
/// else, where the result does not parse, and where a comment would be lost.
pub(crate) fn edit_file(
    tree: &mut Tree,
    service: &mut PythonService,
    (index, edits): (usize, &[Edit]),
    imports: &[Import],
) -> Result<(), String> {
    let path = service.modules()[index].path.clone();
    let original = service.modules()[index].module().cloned().ok_or("it cannot be read")?;
    let mut edits = edits.to_vec();
    let mut beside: Vec<Import> = Vec::new();
    for import in imports {
        if name_for(service, index, import)? != import.word() && !beside.contains(import) {
            beside.push(import.clone());
        }
    }
    // The file has these under other names: the plain ones are imported beside them.
    for statement in Import::statements(&beside) {
        let line = import_line(&original, &statement);
        // In front of what else is written there.
        edits.insert(0, line.ok_or_else(|| format!("it knows this otherwise: {statement}"))?);
    }
    let text = apply_edits(original.text(), &edits).map_err(|error| error.to_string())?;
    let text = ensure(service, (index, &path), (&original, &text), imports)
        .ok_or("the result cannot be read")?;
    let (before, after) = (original.syntax(), SyntaxTree::parse(&text));
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

/// A statement behind the imports at the head of a file.
fn import_line(module: &Module, statement: &str) -> Option<Edit> {
    let is_head = |kind| matches!(kind, StatementKind::Import | StatementKind::Docstring);
    let head = module.facts.statements.iter().take_while(|found| is_head(found.kind));
    let last = head.filter(|found| found.kind == StatementKind::Import).last()?;
    let newline = LineEnding::of(module.text()).as_str();
    let end = module.source.line_range(last.range.end.saturating_sub(1)).end;
    let is_closed = module.text()[..end].ends_with('\n');
    let text =
        if is_closed { format!("{statement}{newline}") } else { format!("{newline}{statement}") };
    Some(Edit::insert(end, text))
}
