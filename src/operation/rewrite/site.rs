//! From places and a template to edits: only tokens that differ are touched.
//!
//! What the result says is checked against the template by parsing it again: the place has to
//! be one node (or the same statements) of exactly the shape that was asked for, with the same
//! code in its holes, and no comment may be gone.

mod render;

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::change::{Edit, apply_edits};
use crate::python::{Match, Pattern, SyntaxTree};
use render::Renderer;

/// Where parentheses are added so that the result means what the template says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parentheses {
    None,
    Holes,
    Whole,
    Both,
}

impl Parentheses {
    pub(super) const ALL: [Self; 4] = [Self::None, Self::Holes, Self::Whole, Self::Both];

    fn around_holes(self) -> bool {
        matches!(self, Self::Holes | Self::Both)
    }

    fn around_all(self) -> bool {
        matches!(self, Self::Whole | Self::Both)
    }
}

/// The places of one file and what they become.
pub(super) struct Drafts<'a> {
    pub(super) file: &'a SyntaxTree,
    pub(super) pattern: &'a Pattern,
    pub(super) fix: &'a Pattern,
}

/// A run of tokens that differ, by positions in pattern and template.
struct Run {
    old: Range<usize>,
    new: Range<usize>,
}

impl Drafts<'_> {
    /// The positions of places whose result is not what the template says.
    pub(super) fn wrong(&self, chosen: &[(&Match, Parentheses)]) -> Vec<usize> {
        let all = || (0..chosen.len()).collect();
        let Some((text, places)) = self.apply(chosen) else { return all() };
        let after = SyntaxTree::parse(&text);
        if !after.errors.is_empty() || after.comment_texts() != self.file.comment_texts() {
            return all();
        }
        let wrong = (0..chosen.len()).filter(|at| {
            let (place, parentheses) = chosen[*at];
            !self.is_right(&after, &places[*at], place, parentheses)
        });
        wrong.collect()
    }

    /// The new text, and where each place lies in it.
    pub(super) fn apply(
        &self,
        chosen: &[(&Match, Parentheses)],
    ) -> Option<(String, Vec<Range<usize>>)> {
        let mut edits = Vec::new();
        let mut places = Vec::new();
        let mut shift = 0isize;
        for (place, parentheses) in chosen {
            let own = self.edits(place, *parentheses);
            let grown: isize = own
                .iter()
                .map(|edit| edit.replacement.len().cast_signed() - edit.range.len().cast_signed())
                .sum();
            let inset = isize::from(parentheses.around_all());
            let start = place.range.start.cast_signed() + shift + inset;
            let end = place.range.end.cast_signed() + shift + grown - inset;
            places.push(start.cast_unsigned()..end.cast_unsigned());
            shift += grown;
            edits.extend(own);
        }
        Some((apply_edits(&self.file.text, &edits).ok()?, places))
    }

    /// Why a place stays as it is.
    pub(super) fn reason(&self, place: &Match) -> String {
        let what = if self.file.has_comment(&place.range) {
            "rewriting it would lose a comment or not parse"
        } else {
            "the result would not parse as it is meant"
        };
        let text: Vec<&str> = self.file.slice(&place.range).split_whitespace().collect();
        let mut short = text.join(" ");
        if let Some((end, _)) = short.char_indices().nth(60) {
            short.truncate(end);
            short.push('…');
        }
        format!("`{short}` is left: {what}")
    }

    fn is_right(
        &self,
        after: &SyntaxTree,
        range: &Range<usize>,
        place: &Match,
        parentheses: Parentheses,
    ) -> bool {
        let Some(found) = self.fix.at_range(after, range) else { return false };
        found.captures.iter().all(|(name, capture)| {
            let was = place.captures.get(name).and_then(|capture| capture.range.as_ref());
            let was = was.map(|range| self.file.token_texts(range)).unwrap_or_default();
            let is = capture.range.as_ref().map(|range| after.token_texts(range));
            let is = is.unwrap_or_default();
            let inner = match is[..] {
                ["(", ref inner @ .., ")"] if parentheses.around_holes() => inner,
                _ => &is[..],
            };
            is == was || inner == was || capture.range.is_some() && is_same_text(&was, &is)
        })
    }

    /// The edits of one place.
    fn edits(&self, place: &Match, parentheses: Parentheses) -> Vec<Edit> {
        let render =
            Renderer::new(self.file, self.pattern, self.fix, place, parentheses.around_holes());
        let mut edits = Vec::new();
        if parentheses.around_all() {
            edits.push(Edit::insert(place.range.start, "("));
        }
        let runs = self.runs();
        if parentheses.around_holes() {
            let replaced = |token: usize| runs.iter().any(|run| run.old.contains(&token));
            for token in (0..self.pattern.len()).filter(|token| !replaced(*token)) {
                if let Some(range) = render.bare_hole(token) {
                    edits.push(Edit::insert(range.start, "("));
                    edits.push(Edit::insert(range.end, ")"));
                }
            }
        }
        for run in &runs {
            self.edit_run(place, &render, run, &mut edits);
        }
        if parentheses.around_all() {
            edits.push(Edit::insert(place.range.end, ")"));
        }
        edits.retain(|edit| !(edit.range.is_empty() && edit.replacement.is_empty()));
        edits
    }

    /// What differs between pattern and template.
    fn runs(&self) -> Vec<Run> {
        let old: Vec<String> = (0..self.pattern.len()).map(|at| key(self.pattern, at)).collect();
        let new: Vec<String> = (0..self.fix.len()).map(|at| key(self.fix, at)).collect();
        let mut runs: Vec<Run> = Vec::new();
        let mut last = (0, 0);
        for operation in capture_diff_slices(Algorithm::Lcs, &old, &new) {
            let (_, old, new) = operation.as_tag_tuple();
            if let DiffOp::Equal { .. } = operation {
                for (at, to) in old.clone().zip(new.clone()).skip(1) {
                    if self.layout_differs(at, to) {
                        runs.push(Run { old: at..at, new: to..to });
                    }
                }
                last = (old.end, new.end);
                continue;
            }
            match runs.last_mut() {
                Some(run)
                    if run.old.end == old.start
                        && run.new.end == new.start
                        && run.old.end > last.0 =>
                {
                    run.old.end = old.end;
                    run.new.end = new.end;
                }
                _ => runs.push(Run { old, new }),
            }
        }
        runs
    }

    /// Whether equal neighbours stand on one line in the pattern and on two in the template.
    fn layout_differs(&self, old: usize, new: usize) -> bool {
        let has_break = |gap: &str| gap.contains('\n');
        has_break(self.pattern.gap_before(old)) != has_break(self.fix.gap_before(new))
    }

    /// Whether what is inserted opens a bracket around what follows it.
    fn clings_to_next(&self, run: &Run) -> bool {
        let opens = |token: usize| matches!(self.fix.token(token), "(" | "[" | "{");
        run.new.end < self.fix.len()
            && self.fix.gap_before(run.new.end).is_empty()
            && run.new.clone().next_back().is_some_and(opens)
    }

    fn edit_run(&self, place: &Match, render: &Renderer<'_>, run: &Run, edits: &mut Vec<Edit>) {
        let slots = &place.slots;
        let before = (0..run.old.start).rev().find_map(|at| slots[at].clone());
        let after = (run.old.end..slots.len()).find_map(|at| slots[at].clone());
        let gone: Vec<Range<usize>> = run.old.clone().filter_map(|at| slots[at].clone()).collect();
        let left = before.as_ref().map_or(place.range.start, |range| range.end);
        let right = after.as_ref().map_or(place.range.end, |range| range.start);
        let (start, end) = match (gone.first(), gone.last()) {
            (Some(first), Some(last)) => (first.start, last.end),
            _ => (left, left),
        };
        let lead = Gap::new(self, left..start, run.old.start, run.new.start);
        let trail = Gap::new(self, end..right, run.old.end, run.new.end);
        let has_left = before.is_some();
        let has_right = after.is_some();
        let body = render.tokens(run.new.clone());
        if has_left && has_right && gone.is_empty() && self.clings_to_next(run) {
            edits.push(Edit::insert(right, body));
            return;
        }
        let (range, text) = if run.new.is_empty() {
            let gap = render.gap(run.new.end);
            shortened((&lead, &trail), (has_left, has_right), run.old.is_empty(), gap)
        } else {
            let mut range = start..end;
            let mut text = String::new();
            if has_left && (gone.is_empty() || lead.changes()) && lead.is_plain {
                range.start = lead.range.start;
                text.push_str(&render.gap(run.new.start));
            }
            text.push_str(&body);
            if has_right && trail.changes() && trail.is_plain && !gone.is_empty() {
                range.end = trail.range.end;
                text.push_str(&render.gap(run.new.end));
            } else if gone.is_empty() && has_right && !has_left {
                text.push_str(&render.gap(run.new.end));
            }
            (range, text)
        };
        let kept: Vec<&Range<usize>> = self
            .file
            .comments
            .iter()
            .filter(|comment| range.start <= comment.start && comment.end <= range.end)
            .filter(|comment| {
                !gone.iter().any(|gone| gone.start <= comment.start && comment.end <= gone.end)
            })
            .collect();
        if kept.is_empty() {
            edits.push(Edit::replace(range, text));
        } else {
            edits.extend(piecewise(&gone, text));
        }
    }
}

/// A run of which nothing is left: its neighbours meet with the gap that the template has.
fn shortened(
    (lead, trail): (&Gap, &Gap),
    (has_left, has_right): (bool, bool),
    is_layout: bool,
    gap: String,
) -> (Range<usize>, String) {
    if has_left && has_right && (lead.is_plain && trail.is_plain || is_layout) {
        return (lead.range.start..trail.range.end, gap);
    }
    let start = if has_left && lead.is_plain { lead.range.start } else { lead.range.end };
    let takes_trail = !has_left && has_right && trail.is_plain;
    let end = if takes_trail { trail.range.end } else { trail.range.start };
    (start..end, String::new())
}

/// White space between a token that stays and one that changes.
struct Gap {
    range: Range<usize>,
    /// White space that the template may replace: no comment, no token that is not named.
    is_plain: bool,
    differs: bool,
}

impl Gap {
    fn new(drafts: &Drafts<'_>, range: Range<usize>, old: usize, new: usize) -> Self {
        let text = drafts.file.slice(&range);
        // A line break that the pattern does not have is the file's own layout and stays.
        let has_break = drafts.pattern.gap_before(old).contains('\n');
        let is_plain = text.chars().all(|blank| {
            blank == ' ' || blank == '\t' || has_break && (blank == '\n' || blank == '\r')
        });
        let differs = drafts.pattern.gap_before(old) != drafts.fix.gap_before(new);
        Self { range, is_plain, differs }
    }

    fn changes(&self) -> bool {
        self.differs
    }
}

/// Takes tokens away one by one, so that comments between them stay.
fn piecewise(gone: &[Range<usize>], text: String) -> Vec<Edit> {
    let mut text = Some(text);
    gone.iter().map(|range| Edit::replace(range.clone(), text.take().unwrap_or_default())).collect()
}

/// Tokens are alike when they read the same; a hole of statements also by where it stands.
fn key(pattern: &Pattern, token: usize) -> String {
    match pattern.hole(token) {
        Some((name, _)) => {
            let place =
                if pattern.is_statement_hole(token) { pattern.indent_of(token).len() } else { 0 };
            format!("${}@{place}", name.unwrap_or("_"))
        }
        None => pattern.token(token).to_owned(),
    }
}

/// Quoted holes are compared by their text.
fn is_same_text(was: &[&str], is: &[&str]) -> bool {
    was.concat() == is.concat()
}
