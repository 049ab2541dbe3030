//! The parser adapter: the only file that names the parser's crates.
//!
//! They are pinned exactly in `Cargo.toml`; a new version touches this file and the
//! folder's visitor alone.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

pub(super) use ruff_python_ast as ast;
use ruff_python_ast::PySourceType;
pub(super) use ruff_python_ast::StringFlags;
pub(super) use ruff_python_ast::token::{TokenKind, Tokens};
pub(super) use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
pub(super) use ruff_python_ast::visitor::{self, Visitor};
pub(super) use ruff_python_ast::{AnyNodeRef, NodeKind};
use ruff_python_parser::{Parsed, parse_string_annotation, parse_unchecked_source};
use ruff_python_trivia::CommentRanges;
pub(super) use ruff_text_size::Ranged;
use ruff_text_size::TextRange;

use super::binder;
use super::facts::Facts;
use super::syntax::SyntaxTree;
use super::text::{DecodeError, SourceText};
use crate::change::Bytes;

/// One thing that the parser could not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub range: Range<usize>,
    /// The parser's sentence.
    pub message: String,
}

/// One Python file, parsed once.
#[derive(Debug)]
pub struct Module {
    /// Its text.
    pub source: SourceText,
    /// What could not be parsed; the rest of the file is still understood.
    pub errors: Vec<SyntaxError>,
    /// Scopes, bindings, references, imports and strings.
    pub facts: Facts,
    /// Byte ranges of all comments, in order.
    pub comments: Vec<Range<usize>>,
    syntax: Mutex<Option<Arc<SyntaxTree>>>,
}

impl Clone for Module {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
            errors: self.errors.clone(),
            facts: self.facts.clone(),
            comments: self.comments.clone(),
            syntax: Mutex::default(),
        }
    }
}

impl Module {
    /// Decodes and parses the bytes of a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::parse_with(bytes, |_, _| ()).map(|(module, ())| module)
    }

    /// The module in a file of a tree, parsed once.
    ///
    /// # Errors
    ///
    /// When its text cannot be decoded.
    pub fn of(bytes: &Bytes) -> Result<Arc<Self>, DecodeError> {
        let parsed = bytes.derived::<Result<Arc<Self>, DecodeError>>(
            |_| true,
            |bytes| Self::parse(bytes).map(Arc::new),
        );
        (*parsed).clone()
    }

    /// The same, and what `look` makes of the syntax tree before it is dropped.
    pub(super) fn parse_with<T>(
        bytes: &[u8],
        look: impl FnOnce(&str, &Parsed<ast::ModModule>) -> T,
    ) -> Result<(Self, T), DecodeError> {
        let source = SourceText::decode(bytes)?;
        let parsed = parse_unchecked_source(source.as_str(), PySourceType::Python);
        let errors = syntax_errors(&parsed);
        let seen = look(source.as_str(), &parsed);
        let facts = binder::bind(source.as_str(), parsed.suite());
        let comments = CommentRanges::from(parsed.tokens());
        let comments = comments.iter().map(|range| span(*range)).collect();
        Ok((Self { source, errors, facts, comments, syntax: Mutex::default() }, seen))
    }

    /// The syntax of the text as a tree, made at the first call.
    pub fn syntax(&self) -> Arc<SyntaxTree> {
        let mut syntax = self.syntax.lock().unwrap_or_else(PoisonError::into_inner);
        syntax.get_or_insert_with(|| Arc::new(SyntaxTree::parse(self.text()))).clone()
    }

    /// Forgets the syntax: it is several times as large as all else that is known of the file.
    pub fn forget_syntax(&self) {
        *self.syntax.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.source.as_str()
    }

    /// The text of a range.
    pub fn slice(&self, range: &Range<usize>) -> &str {
        &self.source.as_str()[range.clone()]
    }
}

/// Parses a text for those who need its tree and tokens, not its names.
pub(super) fn parse_tree(text: &str) -> (Parsed<ast::ModModule>, Vec<SyntaxError>) {
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    let errors = syntax_errors(&parsed);
    (parsed, errors)
}

fn syntax_errors(parsed: &Parsed<ast::ModModule>) -> Vec<SyntaxError> {
    let errors = parsed.errors().iter();
    errors
        .map(|error| SyntaxError { range: span(error.location), message: error.error.to_string() })
        .collect()
}

/// The byte range of a node.
pub(super) fn range_of(node: &impl Ranged) -> Range<usize> {
    span(node.range())
}

/// The byte range between the quotes of a literal.
pub(super) fn content_of(literal: &ast::StringLiteral) -> Range<usize> {
    let range = range_of(literal);
    let start = range.start + literal.flags.opener_len().to_usize();
    let end = range.end.saturating_sub(literal.flags.closer_len().to_usize());
    start..end.max(start)
}

/// A parser range as a byte range.
pub(super) fn span(range: TextRange) -> Range<usize> {
    range.start().to_usize()..range.end().to_usize()
}

/// Parses a quoted annotation; its nodes have ranges of the file.
pub(super) fn quoted_annotation(source: &str, literal: &ast::StringLiteral) -> Option<ast::Expr> {
    let parsed = parse_string_annotation(source, literal).ok()?;
    parsed.errors().is_empty().then(|| parsed.into_expr())
}

/// Whether Python has a builtin of this name.
pub(crate) fn is_builtin(name: &str) -> bool {
    ruff_python_stdlib::builtins::is_python_builtin(name, 14, false)
        || matches!(
            name,
            "__name__"
                | "__file__"
                | "__doc__"
                | "__spec__"
                | "__loader__"
                | "__package__"
                | "__path__"
                | "__builtins__"
                | "__debug__"
                | "__dict__"
                | "__annotations__"
                | "__cached__"
                | "WindowsError"
                | "reveal_type"
        )
}

/// Whether a top-level module of this name is in Python's standard library.
pub(crate) fn is_standard_module(name: &str) -> bool {
    name == "__future__"
        || ruff_python_stdlib::sys::is_known_standard_library(14, name)
        || ruff_python_stdlib::sys::is_known_standard_library(11, name)
}

/// Whether a name is reserved by the language.
pub(crate) fn is_keyword(name: &str) -> bool {
    ruff_python_stdlib::keyword::is_keyword(name)
}
