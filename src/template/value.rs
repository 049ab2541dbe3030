//! Plain values: what a template's variables can hold. No code, no nesting.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A plain value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// Several texts (only given by the engine, never asked).
    List(Vec<String>),
}

/// What a variable accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Any text that fits the pattern.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// One of these texts.
    Choice(Vec<String>),
}

impl Kind {
    /// Whether a value is of this kind.
    pub fn accepts(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text, Value::Text(_))
            | (Self::Bool, Value::Bool(_))
            | (Self::Integer, Value::Integer(_)) => true,
            (Self::Choice(choices), Value::Text(text)) => choices.contains(text),
            _ => false,
        }
    }

    /// Reads a value of this kind from text.
    pub fn read(&self, text: &str) -> Option<Value> {
        let value = match self {
            Self::Text | Self::Choice(_) => Value::Text(text.to_owned()),
            Self::Bool => Value::Bool(text.trim().parse().ok()?),
            Self::Integer => Value::Integer(text.trim().parse().ok()?),
        };
        Some(value).filter(|value| self.accepts(value))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => formatter.write_str("text"),
            Self::Bool => formatter.write_str("true or false"),
            Self::Integer => formatter.write_str("a whole number"),
            Self::Choice(choices) => write!(formatter, "one of {}", choices.join(", ")),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Integer(value) => write!(formatter, "{value}"),
            Self::Text(value) => formatter.write_str(value),
            Self::List(values) => formatter.write_str(&values.join(",")),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
