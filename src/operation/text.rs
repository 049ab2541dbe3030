//! Line endings of text that a library rewrote.

/// How lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnding {
    /// `\n`.
    Lf,
    /// `\r\n`.
    CrLf,
}

impl LineEnding {
    /// The ending of the first line of a text.
    pub fn of(text: &str) -> Self {
        match text.find('\n') {
            Some(end) if text[..end].ends_with('\r') => Self::CrLf,
            _ => Self::Lf,
        }
    }

    /// The characters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// Gives a rewritten text the line endings of the original (libraries normalise to `\n`).
pub fn restore(original: &str, rewritten: &str) -> String {
    match LineEnding::of(original) {
        LineEnding::Lf => rewritten.to_owned(),
        LineEnding::CrLf => rewritten.replace("\r\n", "\n").replace('\n', "\r\n"),
    }
}
