//! Edits as values: byte ranges on the original text.

use std::ops::Range;

/// Replaces one byte range of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Bytes of the original that go; empty for an insertion.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub replacement: String,
}

/// Why edits cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits touch the same bytes.
    #[error("edits {first:?} and {second:?} overlap")]
    Overlap {
        /// The earlier range.
        first: Range<usize>,
        /// The later range.
        second: Range<usize>,
    },
    /// A range ends beyond the text or inside a character.
    #[error("edit {0:?} is outside the text or splits a character")]
    OutOfBounds(Range<usize>),
}

impl Edit {
    /// Replaces `range` by `replacement`.
    pub fn replace(range: Range<usize>, replacement: impl Into<String>) -> Self {
        Self { range, replacement: replacement.into() }
    }

    /// Inserts before the byte at `offset`.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self::replace(offset..offset, text)
    }

    /// Deletes `range`.
    pub fn delete(range: Range<usize>) -> Self {
        Self::replace(range, "")
    }
}

/// Applies edits to a text; insertions at one place keep the order in which they are given.
///
/// Identical edits count once. Fails, changing nothing, when two edits overlap or one does
/// not fit the text.
pub fn apply_edits(source: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.range.start, edit.range.end));
    sorted.dedup_by(|later, earlier| later == earlier && !later.range.is_empty());
    let mut output = String::with_capacity(source.len());
    let mut last = 0..0;
    for edit in sorted {
        if edit.range.start < last.end {
            return Err(EditError::Overlap { first: last, second: edit.range.clone() });
        }
        let kept = source.get(last.end..edit.range.start);
        let replaced = source.get(edit.range.clone());
        let (Some(kept), Some(_)) = (kept, replaced) else {
            return Err(EditError::OutOfBounds(edit.range.clone()));
        };
        output.push_str(kept);
        output.push_str(&edit.replacement);
        last = edit.range.clone();
    }
    output.push_str(&source[last.end..]);
    Ok(output)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn overlapping_edits_name_both_ranges() {
        let edits = [Edit::delete(0..4), Edit::delete(2..6)];

        let error = apply_edits("import os", &edits).unwrap_err();

        assert_eq!(error, EditError::Overlap { first: 0..4, second: 2..6 });
    }

    #[test]
    fn an_edit_inside_a_character_is_refused() {
        let error = apply_edits("é", &[Edit::insert(1, "x")]).unwrap_err();

        assert_eq!(error, EditError::OutOfBounds(1..1));
    }

    proptest! {
        #[test]
        fn no_edits_are_the_identity(text in ".*") {
            prop_assert_eq!(apply_edits(&text, &[]).unwrap(), text);
        }

        #[test]
        fn disjoint_edits_commute(
            text in "[a-z]{12}",
            left in "[A-Z]{0,3}",
            right in "[A-Z]{0,3}",
            start in 0usize..5,
            end in 6usize..12,
        ) {
            let first = Edit::replace(start..start + 1, left);
            let second = Edit::replace(end..end, right);

            let forwards = apply_edits(&text, &[first.clone(), second.clone()]).unwrap();
            let backwards = apply_edits(&text, &[second, first]).unwrap();

            prop_assert_eq!(forwards, backwards);
        }
    }
}
