//! `__all__` of a module that is taken apart: what is not found in it any more goes.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Rewrite;
use super::needs::Needs;
use super::parts::{FileNumber, Parts};
use crate::change::Edit;
use crate::python::{StatementKind, StringUse};

/// Takes names out of `__all__` that are defined elsewhere afterwards and that the module's own
/// file does not import.
pub(super) fn rewrite(
    rewrite: &mut Rewrite<'_>,
    parts: &Parts,
    needs: &BTreeMap<FileNumber, Needs>,
) {
    let facts = &rewrite.module.facts;
    let mut lists = facts
        .statements
        .iter()
        .enumerate()
        .filter(|(_, statement)| statement.binds.iter().any(|name| name == "__all__"));
    let (Some((number, statement)), None) = (lists.next(), lists.next()) else { return };
    if statement.kind != StatementKind::Assignment || statement.binds.len() > 1 {
        return;
    }
    let names: Vec<&StringUse> =
        facts.strings.iter().filter(|string| string.statement == number).collect();
    let is_complete = facts.exported.as_ref().is_some_and(|all| all.len() == names.len());
    let own = &needs[&None].names;
    let leaves = |string: &&StringUse| {
        let is_imported = own.values().any(|names| names.contains(&string.value));
        parts.home(&string.value).is_some() && !is_imported
    };
    let gone: Vec<bool> = names.iter().map(leaves).collect();
    if !is_complete || !gone.contains(&true) {
        return;
    }
    let ranges: Vec<Range<usize>> = names.iter().map(|string| string.range.clone()).collect();
    let edits = removals(rewrite.module.text(), &ranges, &gone);
    rewrite.edits.extend(edits.into_iter().map(Edit::delete));
}

/// What to delete so that some elements of a display are gone; comments stay.
fn removals(text: &str, elements: &[Range<usize>], gone: &[bool]) -> Vec<Range<usize>> {
    let last_kept = gone.iter().rposition(|gone| !gone);
    let mut ranges = Vec::new();
    for (number, element) in elements.iter().enumerate().filter(|(number, _)| gone[*number]) {
        let next = elements.get(number + 1).map(|next| next.start);
        let is_at_end = last_kept.is_none_or(|last| number > last);
        let end = match next {
            Some(next) if !text[element.end..next].contains('#') => next,
            _ => element.end + comma(&text[element.end..]),
        };
        ranges.push(match (is_at_end, last_kept) {
            // Behind the last one that stays, its comma stands for that of the last of all.
            (true, Some(_)) if next.is_none() && comma(&text[element.end..]) == 0 => {
                element.start..element.end
            }
            _ => element.start..end,
        });
    }
    let Some(last) = last_kept.filter(|last| last + 1 < elements.len()) else { return ranges };
    // A tail that goes takes the white space in front of it along.
    let tail = elements[last].end + comma(&text[elements[last].end..]);
    let end = ranges.last().map_or(tail, |range| range.end);
    if !text[tail..end].contains('#') {
        ranges.retain(|range| range.start < tail);
        let has_comma = comma(&text[elements[elements.len() - 1].end..]) > 0;
        ranges.push(if has_comma { tail..end } else { elements[last].end..end });
    }
    ranges
}

/// The length of a comma at the beginning of a text, white space before it included.
fn comma(text: &str) -> usize {
    let rest = text.trim_start();
    if rest.starts_with(',') { text.len() - rest.len() + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, gone: &[&str]) -> String {
        let names = ["\"a\"", "\"b\"", "\"c\""];
        let elements: Vec<Range<usize>> = names
            .iter()
            .map(|name| text.find(name).map(|start| start..start + name.len()).unwrap())
            .collect();
        let flags: Vec<bool> = names.iter().map(|name| gone.contains(name)).collect();
        let edits: Vec<Edit> =
            removals(text, &elements, &flags).into_iter().map(Edit::delete).collect();
        crate::change::apply_edits(text, &edits).unwrap()
    }

    #[test]
    fn names_leave_a_list_on_one_line() {
        let list = "[\"a\", \"b\", \"c\"]";

        assert_eq!(without(list, &["\"a\""]), "[\"b\", \"c\"]");
        assert_eq!(without(list, &["\"b\"", "\"c\""]), "[\"a\"]");
        assert_eq!(without(list, &["\"a\"", "\"b\"", "\"c\""]), "[]");
    }

    #[test]
    fn names_leave_a_list_with_a_line_each() {
        let list = "[\n    \"a\",\n    \"b\",  # why\n    \"c\",\n]";

        assert_eq!(without(list, &["\"a\""]), "[\n    \"b\",  # why\n    \"c\",\n]");
        assert_eq!(without(list, &["\"c\""]), "[\n    \"a\",\n    \"b\",  # why\n    \n]");
        assert_eq!(without(list, &["\"b\""]), "[\n    \"a\",\n      # why\n    \"c\",\n]");
    }
}
