//! Three texts: what a template gave, what became of it, and what it gives now.
//!
//! Changes of the two sides that do not touch the same lines are both taken; what both sides
//! put in one place stands there twice, ours first. Anything else is left to a person.

use std::ops::Range;

use similar::{DiffTag, TextDiff};

/// A merged text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Merged {
    /// The text.
    pub(super) text: String,
    /// Lines of it, from 1, where both sides put something.
    pub(super) twice: Vec<usize>,
}

/// What one side made of some lines of the base.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    lines: Range<usize>,
    text: String,
}

/// The text with the changes of both sides; the line of `ours`, from 1, at which they differ
/// otherwise.
pub(super) fn merge(base: &str, ours: &str, theirs: &str) -> Result<Merged, usize> {
    let lines: Vec<&str> = base.split_inclusive('\n').collect();
    let (own, other) = (changes(base, ours), changes(base, theirs));
    let mut all: Vec<(&Change, bool)> = own.iter().map(|change| (change, true)).collect();
    all.extend(other.iter().filter(|change| !own.contains(change)).map(|change| (change, false)));
    all.sort_by_key(|(change, is_ours)| (change.lines.start, change.lines.end, !is_ours));
    let mut text = String::new();
    let mut twice = Vec::new();
    let mut at = 0;
    let mut before: Option<(&Change, bool)> = None;
    for (change, is_ours) in all {
        if change.lines.start < at {
            return Err(line_in(base, ours, change.lines.start));
        }
        let is_same_place = before.is_some_and(|(other, side)| {
            side != is_ours && other.lines == change.lines && change.lines.is_empty()
        });
        text.extend(lines[at..change.lines.start].iter().copied());
        if is_same_place {
            twice.push(1 + text.matches('\n').count());
        }
        text.push_str(&change.text);
        at = change.lines.end;
        before = Some((change, is_ours));
    }
    text.extend(lines[at..].iter().copied());
    Ok(Merged { text, twice })
}

fn changes(base: &str, other: &str) -> Vec<Change> {
    let diff = TextDiff::from_lines(base, other);
    let new: Vec<&str> = other.split_inclusive('\n').collect();
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    changed.map(|op| Change { lines: op.old_range(), text: new[op.new_range()].concat() }).collect()
}

/// The line of `ours`, from 1, that a line of the base has become.
fn line_in(base: &str, ours: &str, line: usize) -> usize {
    let diff = TextDiff::from_lines(base, ours);
    let before = diff.ops().iter().take_while(|op| op.old_range().start <= line);
    before.last().map_or(1, |op| {
        let into = line.saturating_sub(op.old_range().start).min(op.new_range().len());
        op.new_range().start + into + 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "a\nb\nc\nd\n";

    #[test]
    fn changes_of_both_sides_are_taken() {
        let merged = merge(BASE, "a\nB\nc\nd\n", "a\nb\nc\nd\ne\n").unwrap();

        assert_eq!(merged, Merged { text: "a\nB\nc\nd\ne\n".into(), twice: vec![] });
        assert_eq!(merge(BASE, "a\nX\nc\nd\n", "a\nX\nc\nd\n").unwrap().text, "a\nX\nc\nd\n");
    }

    #[test]
    fn what_both_put_in_one_place_stands_there_twice() {
        let merged = merge(BASE, "a\nb\nours\nc\nd\n", "a\nb\ntheirs\nc\nd\n").unwrap();

        assert_eq!(merged, Merged { text: "a\nb\nours\ntheirs\nc\nd\n".into(), twice: vec![4] });
    }

    #[test]
    fn one_line_changed_in_two_ways_is_left_to_a_person() {
        assert_eq!(merge(BASE, "0\na\nours\nc\nd\n", "a\ntheirs\nc\nd\n"), Err(3));
        assert_eq!(merge(BASE, "a\nd\n", "a\nb\nC\nd\n"), Err(2));
    }
}
