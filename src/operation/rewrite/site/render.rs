//! The text of template tokens at one place: holes filled, lines indented as the file's are.

use std::ops::Range;

use crate::operation::text::LineEnding;
use crate::python::{Match, Pattern, SyntaxTree};

/// How deep one step of a template is indented.
const STEP: usize = 4;

/// Writes what a template says at one place.
pub(super) struct Renderer<'a> {
    file: &'a SyntaxTree,
    pattern: &'a Pattern,
    fix: &'a Pattern,
    place: &'a Match,
    in_parentheses: bool,
    newline: &'static str,
    /// White space before the place's first line.
    indent: String,
    unit: String,
}

impl<'a> Renderer<'a> {
    pub(super) fn new(
        file: &'a SyntaxTree,
        pattern: &'a Pattern,
        fix: &'a Pattern,
        place: &'a Match,
        in_parentheses: bool,
    ) -> Self {
        let indent = indent_at(&file.text, place.range.start).to_owned();
        let unit = file.indent.clone().unwrap_or_else(|| " ".repeat(STEP));
        let newline = LineEnding::of(&file.text).as_str();
        Self { file, pattern, fix, place, in_parentheses, newline, indent, unit }
    }

    /// The text of some tokens of the template, with the gaps between them.
    pub(super) fn tokens(&self, tokens: Range<usize>) -> String {
        let mut text = String::new();
        for token in tokens.clone() {
            if self.is_stray_comma(token) {
                continue;
            }
            if token > tokens.start && !text.is_empty() {
                text.push_str(&self.gap(token));
            }
            text.push_str(&self.token(token));
        }
        text
    }

    /// The gap before a token of the template, as this file would write it.
    pub(super) fn gap(&self, token: usize) -> String {
        let gap = self.fix.gap_before(token);
        let Some(last) = gap.rfind('\n') else { return gap.to_owned() };
        let breaks = self.newline.repeat(gap.matches('\n').count());
        format!("{breaks}{}", self.indented(&gap[last + 1..]))
    }

    /// The range of a hole that an operator beside it could tear apart.
    pub(super) fn bare_hole(&self, token: usize) -> Option<Range<usize>> {
        let (Some(_), false) = self.pattern.hole(token)? else { return None };
        let range = self.place.slots[token].clone()?;
        self.is_bare(&range).then_some(range)
    }

    fn is_bare(&self, range: &Range<usize>) -> bool {
        let node = self.file.node_at(range).map(|node| self.file.nodes[node].kind);
        node.is_some_and(|kind| !kind.is_atom() && !kind.is_statement())
    }

    /// The indentation of a template's line, in the file's own units.
    fn indented(&self, blanks: &str) -> String {
        let depth = blanks.chars().map(|blank| if blank == '\t' { STEP } else { 1 }).sum::<usize>();
        let rest = " ".repeat(depth % STEP);
        format!("{}{}{rest}", self.indent, self.unit.repeat(depth / STEP))
    }

    fn token(&self, token: usize) -> String {
        if let Some((open, name, close)) = self.fix.quoted(token) {
            return format!("{open}{}{close}", self.captured(name).unwrap_or_default());
        }
        let Some((Some(name), is_multiple)) = self.fix.hole(token) else {
            return self.fix.token(token).to_owned();
        };
        let Some(range) = self.place.captures.get(name).and_then(|found| found.range.clone())
        else {
            return String::new();
        };
        if self.fix.is_statement_hole(token) {
            return self.moved_block(&range, self.fix.indent_of(token));
        }
        let text = self.file.slice(&range);
        if self.in_parentheses && !is_multiple && self.is_bare(&range) {
            return format!("({text})");
        }
        text.to_owned()
    }

    fn captured(&self, name: &str) -> Option<&str> {
        let range = self.place.captures.get(name)?.range.as_ref()?;
        Some(self.file.slice(range))
    }

    /// Statements on new lines: each line keeps its depth below the first one; the inside of
    /// strings of several lines is no line of code and stays.
    fn moved_block(&self, range: &Range<usize>, blanks: &str) -> String {
        let was = indent_at(&self.file.text, range.start);
        let now = self.indented(blanks);
        let mut text = String::new();
        let mut offset = range.start;
        for line in self.file.slice(range).split_inclusive('\n') {
            let in_string = self.file.tokens.iter().any(|token| {
                token.is_string && token.range.start < offset && offset < token.range.end
            });
            match line.strip_prefix(was) {
                Some(rest) if offset > range.start && !in_string && !rest.trim().is_empty() => {
                    text.push_str(&now);
                    text.push_str(rest);
                }
                _ => text.push_str(line),
            }
            offset += line.len();
        }
        text
    }

    /// A comma beside a hole that stands for nothing separates nothing.
    fn is_stray_comma(&self, token: usize) -> bool {
        if self.fix.token(token) != "," {
            return false;
        }
        let is_empty = |at: usize| match self.fix.hole(at) {
            Some((Some(name), true)) => {
                self.place.captures.get(name).is_none_or(|found| found.range.is_none())
            }
            _ => false,
        };
        let opens = |at: usize| matches!(self.fix.token(at), "(" | "[" | "{");
        let closes = |at: usize| matches!(self.fix.token(at), ")" | "]" | "}");
        let nothing_before = token > 1 && is_empty(token - 1) && opens(token - 2);
        let nothing_after = token + 2 < self.fix.len() && is_empty(token + 1) && closes(token + 2);
        let between = token > 0 && is_empty(token - 1) && !opens(token.saturating_sub(2));
        nothing_before || nothing_after || between && token > 1
    }
}

/// The white space that the line of an offset begins with.
fn indent_at(text: &str, offset: usize) -> &str {
    let line = text[..offset].rfind('\n').map_or(0, |found| found + 1);
    let rest = &text[line..];
    &rest[..rest.len() - rest.trim_start_matches([' ', '\t', '\x0c']).len()]
}
