//! Conditions over features: `features.a and not (features.b or features.c)`.
//!
//! A closed language of its own, so that a template cannot compute in its manifest.

use std::collections::BTreeMap;

/// A checked condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    Feature(String),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

/// Why a condition cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ConditionError {
    #[error("unknown feature {0:?} in a condition")]
    Unknown(String),
    #[error("expected {expected} in a condition, found {found:?}")]
    Unexpected { expected: &'static str, found: String },
    #[error("a condition is nested too deeply")]
    Deep,
}

/// Deepest nesting of parentheses and `not`.
const DEEPEST: usize = 32;

struct Parser<'a> {
    tokens: Vec<&'a str>,
    next: usize,
    features: &'a [&'a str],
}

impl Condition {
    /// Reads a condition over the given feature names.
    pub(super) fn parse(text: &str, features: &[&str]) -> Result<Self, ConditionError> {
        let mut parser = Parser { tokens: tokens(text), next: 0, features };
        let condition = parser.any(0)?;
        match parser.peek() {
            None => Ok(condition),
            Some(token) => Err(unexpected("and, or, or the end", token)),
        }
    }

    /// Whether it holds; a feature that is not listed is off.
    pub(super) fn holds(&self, features: &BTreeMap<String, bool>) -> bool {
        match self {
            Self::Feature(name) => features.get(name).copied().unwrap_or(false),
            Self::Not(inner) => !inner.holds(features),
            Self::And(left, right) => left.holds(features) && right.holds(features),
            Self::Or(left, right) => left.holds(features) || right.holds(features),
        }
    }
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.next).copied()
    }

    fn accept(&mut self, token: &str) -> bool {
        let found = self.peek() == Some(token);
        self.next += usize::from(found);
        found
    }

    fn any(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        let mut left = self.all(depth)?;
        while self.accept("or") {
            left = Condition::Or(Box::new(left), Box::new(self.all(depth)?));
        }
        Ok(left)
    }

    fn all(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        let mut left = self.one(depth)?;
        while self.accept("and") {
            left = Condition::And(Box::new(left), Box::new(self.one(depth)?));
        }
        Ok(left)
    }

    fn one(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        if depth > DEEPEST {
            return Err(ConditionError::Deep);
        }
        if self.accept("not") {
            return Ok(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.accept("(") {
            let inner = self.any(depth + 1)?;
            let found = self.peek().unwrap_or("the end");
            return if self.accept(")") { Ok(inner) } else { Err(unexpected(")", found)) };
        }
        let token = self.peek().unwrap_or("the end");
        self.next += 1;
        let name = token.strip_prefix("features.");
        let name = name.ok_or_else(|| unexpected("features.NAME", token))?;
        if self.features.contains(&name) {
            Ok(Condition::Feature(name.to_owned()))
        } else {
            Err(ConditionError::Unknown(name.to_owned()))
        }
    }
}

fn unexpected(expected: &'static str, found: &str) -> ConditionError {
    ConditionError::Unexpected { expected, found: found.to_owned() }
}

fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    for word in text.split_whitespace() {
        let mut rest = word;
        while let Some(at) = rest.find(['(', ')']) {
            tokens.extend([&rest[..at], &rest[at..=at]]);
            rest = &rest[at + 1..];
        }
        tokens.push(rest);
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, on: &[&str]) -> bool {
        let features = on.iter().map(|name| ((*name).to_owned(), true)).collect();
        Condition::parse(text, &["a", "b", "c"]).unwrap().holds(&features)
    }

    #[test]
    fn not_binds_before_and_before_or() {
        assert!(holds("features.a or features.b and features.c", &["a"]));
        assert!(!holds("(features.a or features.b) and features.c", &["a"]));
        assert!(holds("not features.a and not (features.b or features.c)", &[]));
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for text in ["", "a", "features.a features.b", "(features.a", "features.x", "not"] {
            assert!(Condition::parse(text, &["a", "b"]).is_err(), "{text:?}");
        }
        let deep = format!("{}features.a", "not ".repeat(100));
        assert_eq!(Condition::parse(&deep, &["a"]), Err(ConditionError::Deep));
    }
}
