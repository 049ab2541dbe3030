//! Fields of an entity or of a message, as `name:type` with `?` for one that may be missing.

use std::collections::BTreeSet;

use crate::python::is_keyword;
use crate::workspace::nearest;

/// Longest name: lines that hold it several times stay within what the formatter allows.
const LONGEST: usize = 30;

/// Every type, in the order in which they are listed.
pub(super) const KINDS: [&str; 8] =
    ["str", "int", "float", "bool", "datetime", "date", "uuid", "decimal"];

/// Names that the generated classes have a meaning for.
const TAKEN: [&str; 24] = [
    "id",
    "created_at",
    "updated_at",
    "version",
    "details",
    "of",
    "now",
    "create",
    "revise",
    "cls",
    "self",
    "metadata",
    "registry",
    "date",
    "datetime",
    "copy",
    "dict",
    "json",
    "schema",
    "validate",
    "construct",
    "fields",
    "identifier",
    "limit",
];

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, in small letters.
    pub name: String,
    /// One of the types.
    pub kind: &'static str,
    /// Whether it may be missing.
    pub optional: bool,
}

/// Why a field cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Not `name:type`.
    #[error("field {0:?} is not NAME:TYPE")]
    Shape(String),
    /// A name that Python or the generated code would misread.
    #[error("field name {name:?} {why}")]
    Name {
        /// As given.
        name: String,
        /// A clause.
        why: &'static str,
    },
    /// A type that is not known.
    #[error("field {field:?} has the unknown type {kind:?}")]
    Kind {
        /// The field.
        field: String,
        /// The type as given.
        kind: String,
    },
    /// Two fields of one name.
    #[error("field {0:?} is given twice")]
    Twice(String),
    /// A field that is to be unique and cannot be.
    #[error("{0:?} cannot be unique: it is no field of type str that is always there")]
    Unique(String),
}

impl FieldError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Shape(_) => {
                Some("for example weight:float, or note:str? if it may be missing".into())
            }
            Self::Kind { kind, .. } => {
                let known = KINDS.iter().copied();
                let nearest = nearest(kind, known).map(|name| format!("did you mean {name:?}? "));
                Some(format!("{}types are {}", nearest.unwrap_or_default(), KINDS.join(", ")))
            }
            Self::Name { name, .. } => Some(format!("try {:?}", format!("{name}_value"))),
            Self::Twice(_) | Self::Unique(_) => None,
        }
    }
}

impl Field {
    /// Reads `name:type` or `name:type?`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let (name, kind) =
            text.split_once(':').ok_or_else(|| FieldError::Shape(text.to_owned()))?;
        let (name, kind) = (name.trim(), kind.trim());
        if let Some(why) = refusal(name) {
            return Err(FieldError::Name { name: name.to_owned(), why });
        }
        let (kind, optional) = match kind.strip_suffix('?') {
            Some(kind) => (kind.trim_end(), true),
            None => (kind, false),
        };
        let known = KINDS.iter().find(|known| **known == kind);
        let kind = known
            .copied()
            .ok_or_else(|| FieldError::Kind { field: name.to_owned(), kind: kind.to_owned() })?;
        Ok(Self { name: name.to_owned(), kind, optional })
    }

    /// Reads several, each name once.
    pub fn parse_all(texts: &[String]) -> Result<Vec<Self>, FieldError> {
        let fields: Vec<Self> =
            texts.iter().map(|text| Self::parse(text)).collect::<Result<_, _>>()?;
        let mut seen = BTreeSet::new();
        match fields.iter().find(|field| !seen.insert(&field.name)) {
            Some(twice) => Err(FieldError::Twice(twice.name.clone())),
            None => Ok(fields),
        }
    }
}

fn refusal(name: &str) -> Option<&'static str> {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let is_snake = name.split('_').all(|word| !word.is_empty() && word.chars().all(fits))
        && name.starts_with(|letter: char| letter.is_ascii_lowercase());
    if !is_snake {
        return Some("is not made of small letters, digits and single underscores");
    }
    if name.len() > LONGEST {
        return Some("is longer than 30 characters");
    }
    if is_keyword(name) || matches!(name, "match" | "case" | "type") {
        return Some("is a keyword of Python");
    }
    if TAKEN.contains(&name) || name.starts_with("model_") {
        return Some("is a name that the generated classes use themselves");
    }
    KINDS.contains(&name).then_some("is the name of a type")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_mark_makes_a_field_optional() {
        let found = Field::parse("note : str ?").unwrap();

        assert_eq!(found, Field { name: "note".into(), kind: "str", optional: true });
    }

    #[test]
    fn what_would_break_the_generated_code_is_refused() {
        for text in ["note", "Note:str", "class:str", "id:uuid", "date:date", "a__b:int", "x:text"]
        {
            assert!(Field::parse(text).is_err(), "{text}");
        }
        let twice = ["a:int".to_owned(), "a:str".to_owned()];
        assert_eq!(Field::parse_all(&twice), Err(FieldError::Twice("a".into())));
    }

    #[test]
    fn an_unknown_type_is_answered_with_the_known_ones() {
        let hint = Field::parse("a:strr").unwrap_err().hint().unwrap();

        assert!(hint.starts_with("did you mean \"str\"? types are str, int"), "{hint}");
    }
}
