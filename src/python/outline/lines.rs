//! Logical lines with the hashes by which clones are found.
//!
//! Comments, blank lines, docstrings and imports are no lines of this kind: none of them can
//! be shared by writing it once.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::super::parse::{Ranged, TokenKind, Tokens};
use super::value::offset;

/// One logical line of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogicalLine {
    /// A hash of its tokens as they are written.
    pub exact: u64,
    /// The same with names and literals replaced by what kind they are.
    pub masked: u64,
    /// Offset of its first token.
    pub start: u32,
    /// Offset of its end.
    pub end: u32,
}

/// The lines of a file, in order.
pub(super) fn logical_lines(source: &str, tokens: &Tokens) -> Vec<LogicalLine> {
    let mut lines = Vec::new();
    let mut open: Option<Open> = None;
    for token in tokens {
        let kind = token.kind();
        match kind {
            TokenKind::Comment
            | TokenKind::NonLogicalNewline
            | TokenKind::Indent
            | TokenKind::Dedent => continue,
            TokenKind::Newline | TokenKind::EndOfFile => {
                lines.extend(open.take().and_then(Open::finish));
                continue;
            }
            _ => {}
        }
        let range = token.range();
        let (start, end) = (range.start().to_usize(), range.end().to_usize());
        let line = open.get_or_insert_with(|| Open::new(start, kind));
        line.add(kind, &source.as_bytes()[start..end], end);
    }
    lines.extend(open.take().and_then(Open::finish));
    lines
}

struct Open {
    start: usize,
    end: usize,
    first: TokenKind,
    count: usize,
    exact: FxHasher,
    masked: FxHasher,
}

impl Open {
    fn new(start: usize, first: TokenKind) -> Self {
        let (exact, masked) = (FxHasher::default(), FxHasher::default());
        Self { start, end: start, first, count: 0, exact, masked }
    }

    fn add(&mut self, kind: TokenKind, text: &[u8], end: usize) {
        self.end = end;
        self.count += 1;
        self.exact.write_u8(kind as u8);
        self.masked.write_u8(kind as u8);
        if is_open_class(kind) {
            self.exact.write(text);
            self.exact.write_usize(text.len());
        }
    }

    fn finish(self) -> Option<LogicalLine> {
        let is_import = matches!(self.first, TokenKind::Import | TokenKind::From);
        let is_docstring = self.first == TokenKind::String && self.count == 1;
        (!is_import && !is_docstring).then(|| LogicalLine {
            exact: self.exact.finish(),
            masked: self.masked.finish(),
            start: offset(self.start),
            end: offset(self.end),
        })
    }
}

fn is_open_class(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringStart
            | TokenKind::FStringMiddle
            | TokenKind::FStringEnd
    )
}
