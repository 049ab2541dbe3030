//! `f"{name=}"`: an f-string that shows the text of an expression beside its value.
//!
//! `f"{name=}"` is `f"name={name!r}"`. Spelled out so, the text stays what it was when the
//! expression is written in another way.

use std::ops::Range;

use super::parse::{StringFlags, ast, span};

/// The interpolation of an f-string that shows its own text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownText {
    /// From brace to brace.
    pub range: Range<usize>,
    /// The `=` and the white space behind it.
    pub sign: Range<usize>,
    /// What stands for the sign when the text is spelled out: `!r`, unless the value is
    /// formatted in a way of its own.
    pub conversion: &'static str,
    /// The text as literal text of this f-string; none where no literal can say it.
    pub literal: Option<String>,
}

/// How the literal text of an f-string is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoting {
    quote: char,
    is_raw: bool,
    is_triple: bool,
}

impl Quoting {
    pub(super) fn of(flags: impl StringFlags) -> Self {
        Self {
            quote: flags.quote_style().as_char(),
            is_raw: flags.prefix().is_raw(),
            is_triple: flags.is_triple_quoted(),
        }
    }

    /// Some source text as literal text.
    fn literal(self, text: &str) -> Option<String> {
        let mut literal = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '{' => literal.push_str("{{"),
                '}' => literal.push_str("}}"),
                '\n' | '\r' if self.is_triple => literal.push(character),
                '\\' | '\n' | '\r' if self.is_raw => return None,
                '\\' => literal.push_str("\\\\"),
                '\n' => literal.push_str("\\n"),
                '\r' => {}
                quote if quote == self.quote && self.is_raw => return None,
                quote if quote == self.quote => {
                    literal.push('\\');
                    literal.push(quote);
                }
                other => literal.push(other),
            }
        }
        Some(literal)
    }
}

/// The shown text of an interpolation, if it shows one.
pub(super) fn shown_text(node: &ast::InterpolatedElement, quoting: Quoting) -> Option<ShownText> {
    let range = span(node.range);
    let whole = node.debug_text.as_ref()?.as_str();
    let start = range.start + 1;
    let sign = start + whole.rfind('=')?..start + whole.len();
    let is_converted = node.conversion != ast::ConversionFlag::None;
    let is_plain = !is_converted && node.format_spec.is_none();
    Some(ShownText {
        range,
        sign,
        conversion: if is_plain { "!r" } else { "" },
        literal: quoting.literal(whole),
    })
}
