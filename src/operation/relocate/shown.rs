//! `f"{module.name=}"` shows the text of the name: where that is rewritten, the old text is
//! spelled out, so that what is printed or logged stays.

use super::{RelocateError, Rewrite};
use crate::change::Edit;

/// Spells out the text of every shown expression in which something is rewritten.
pub(super) fn spell_out(rewrite: &mut Rewrite<'_>) -> Result<(), RelocateError> {
    let module = rewrite.module;
    let mut added = Vec::new();
    for shown in &module.facts.shown {
        let is_inside =
            |edit: &Edit| shown.range.start < edit.range.start && edit.range.end < shown.range.end;
        if !rewrite.edits.iter().any(is_inside) {
            continue;
        }
        let Some(literal) = &shown.literal else {
            let line = module.source.line_of(shown.range.start);
            return Err(RelocateError::ShownText { path: rewrite.path().clone(), line });
        };
        added.push(Edit::insert(shown.range.start, literal.clone()));
        added.push(Edit::replace(shown.sign.clone(), shown.conversion));
    }
    rewrite.edits.extend(added);
    Ok(())
}
