//! Import statements whose names part ways: those that leave get statements of their own.
//!
//! What stays keeps its text and its comments; lines that would be left blank go.

use std::ops::Range;

use super::Rewrite;
use super::imports::{Home, renamed, separator};
use crate::change::Edit;
use crate::python::ImportStatement;

/// What leaves an import statement.
pub(super) struct Leaving<'a> {
    /// Names that come from other modules now, by module.
    pub(super) others: &'a [(String, Vec<usize>)],
    /// Names that are not needed any more.
    pub(super) dropped: &'a std::collections::BTreeSet<usize>,
    /// Statements that come behind it.
    pub(super) added: &'a [String],
}

/// Moves names of one statement into statements of their own behind it.
pub(super) fn split_off(
    rewrite: &mut Rewrite<'_>,
    import: &ImportStatement,
    homes: &[Option<Home>],
    leaving: &Leaving<'_>,
) {
    let end = end_for_more(rewrite, &import.range);
    let separator = separator(rewrite, &import.range, end);
    let mut added = String::new();
    for (module, members) in leaving.others {
        let list: Vec<String> = members
            .iter()
            .map(|position| {
                let name = &import.names[*position];
                let new = homes[*position].as_ref().map_or(&name.name, |home| &home.name);
                renamed(name, new)
            })
            .collect();
        added.push_str(&format!("{separator}from {module} import {}", list.join(", ")));
    }
    for statement in leaving.added {
        added.push_str(&format!("{separator}{statement}"));
    }
    let others = leaving.others.iter().flat_map(|(_, members)| members.clone());
    let positions: Vec<usize> = others.chain(leaving.dropped.iter().copied()).collect();
    for range in removals(rewrite, import, &positions) {
        rewrite.edits.push(Edit::delete(range));
    }
    if !added.is_empty() {
        rewrite.edits.push(Edit::insert(end, added));
    }
}

/// The byte ranges to delete so that the named positions leave a name list.
fn removals(
    rewrite: &Rewrite<'_>,
    import: &ImportStatement,
    leaving: &[usize],
) -> Vec<Range<usize>> {
    let text = rewrite.module.text();
    let mut ranges = Vec::new();
    for (position, name) in import.names.iter().enumerate() {
        if !leaving.contains(&position) {
            continue;
        }
        let start = name.range.start;
        let end = match import.names.get(position + 1) {
            Some(next) if is_plain_gap(&text[name.range.end..next.range.start]) => next.range.start,
            _ => {
                let rest = &text[name.range.end..import.range.end];
                let comma = rest.find(|character: char| !character.is_whitespace());
                let has_comma = comma.is_some_and(|offset| rest[offset..].starts_with(','));
                name.range.end + if has_comma { comma.unwrap_or_default() + 1 } else { 0 }
            }
        };
        ranges.push(start..end);
    }
    trim_last_comma(text, import, leaving, &mut ranges);
    whole_lines(rewrite, import, ranges)
}

/// Lines of a name list that would be left blank go as a whole.
fn whole_lines(
    rewrite: &Rewrite<'_>,
    import: &ImportStatement,
    ranges: Vec<Range<usize>>,
) -> Vec<Range<usize>> {
    let text = rewrite.module.text();
    let source = &rewrite.module.source;
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut().filter(|last| is_blank(&text[last.end..range.start])) {
            Some(last) if !text[last.end..range.start].contains('\n') => last.end = range.end,
            _ => merged.push(range),
        }
    }
    for range in &mut merged {
        let (first, last) = (source.line_range(range.start), source.line_range(range.end));
        let is_inside = first.start > import.range.start && last.end < import.range.end;
        let leaves_nothing =
            is_blank(&text[first.start..range.start]) && is_blank(&text[range.end..last.end]);
        if is_inside && leaves_nothing {
            *range = first.start..last.end;
        }
    }
    merged
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Without parentheses nothing may follow the last comma.
fn trim_last_comma(
    text: &str,
    import: &ImportStatement,
    leaving: &[usize],
    ranges: &mut Vec<Range<usize>>,
) {
    let last_kept = (0..import.names.len()).rev().find(|position| !leaving.contains(position));
    let is_parenthesised = text[import.range.clone()].ends_with(')');
    let (Some(last_kept), false) = (last_kept, is_parenthesised) else { return };
    if last_kept + 1 < import.names.len() {
        let start = import.names[last_kept].range.end;
        let end = import.range.end;
        ranges.retain(|range| range.start < start);
        ranges.push(start..end);
    }
}

fn is_plain_gap(text: &str) -> bool {
    text.chars().all(|character| character == ',' || character == ' ')
}

/// Comments that speak to a tool about their own line: what they cover stays on it.
const LINE_PRAGMAS: [&str; 7] = ["noqa", "type:", "pylint:", "pragma:", "nosec", "isort:", "ty:"];

/// Where statements are added behind one: after a comment that ends its line, unless a tool
/// reads that comment.
fn end_for_more(rewrite: &Rewrite<'_>, range: &Range<usize>) -> usize {
    let line = rewrite.module.source.line_range(range.end);
    let after = &rewrite.module.text()[range.end..line.end];
    if has_remark(after) { range.end + after.trim_end().len() } else { range.end }
}

fn has_remark(after: &str) -> bool {
    let comment = after.trim_start().strip_prefix('#');
    comment.is_some_and(|text| !LINE_PRAGMAS.iter().any(|pragma| text.contains(pragma)))
}
