//! A rewrite as it is written in a step, and what makes it wrong.

use serde::Deserialize;

use super::guard::Guard;
use super::imports::Import;
use super::{Holes, Rewrite, globs};
use crate::change::RelPath;
use crate::python::{Pattern, PatternError};

/// A rewrite as it is written in `step.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RewriteSpec {
    /// Python with holes.
    pub pattern: String,
    /// What becomes of it, with the same holes.
    pub fix: String,
    /// What has to be true of a hole.
    #[serde(default, rename = "where")]
    pub requires: Holes,
    /// What must not be true of a hole.
    #[serde(default)]
    pub unless: Holes,
    /// Imports that the result needs: `from a import b`, `import a`.
    #[serde(default)]
    pub imports: Vec<String>,
    /// Leave imports that the result does not use any more.
    #[serde(default)]
    pub keep_imports: bool,
    /// Only files that fit one of these globs, below the service's folder.
    #[serde(default)]
    pub files: Vec<String>,
    /// No files that fit one of these.
    #[serde(default)]
    pub except: Vec<String>,
}

/// Places that a step only lists, as they are written in `step.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListSpec {
    /// Python with holes.
    pub pattern: String,
    /// What to say of each place.
    pub message: String,
    /// What has to be true of a hole.
    #[serde(default, rename = "where")]
    pub requires: Holes,
    /// What must not be true of a hole.
    #[serde(default)]
    pub unless: Holes,
}

impl ListSpec {
    /// The rewrite that finds the places; it changes none of them.
    pub fn finder(&self) -> Result<Rewrite, RewriteError> {
        let pattern = Pattern::parse(&self.pattern)?;
        Ok(Rewrite {
            guards: guards(&self.pattern, &pattern, (&self.requires, &self.unless))?,
            imports: Vec::new(),
            keeps_imports: true,
            files: globs(&["**".to_owned()])?,
            except: globs(&[])?,
            fix: pattern.clone(),
            pattern,
        })
    }
}

/// Why something is no rewrite, or cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RewriteError {
    /// Pattern or fix cannot be read.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A guard cannot be read.
    #[error("the guard of ${hole}: {message}")]
    Guard {
        /// The hole.
        hole: String,
        /// What is wrong.
        message: String,
    },
    /// An import cannot be read.
    #[error("{0:?} is neither `from a import b` nor `import a`")]
    Import(String),
    /// A glob cannot be read.
    #[error("{0}")]
    Glob(String),
    /// A statement cannot become an expression.
    #[error("{0:?} is an expression and its fix is none")]
    Shape(String),
    /// It matches its own result over and over.
    #[error("{path}: the result of {pattern:?} fits the pattern again and again")]
    Endless {
        /// The pattern.
        pattern: String,
        /// The file.
        path: RelPath,
    },
}

impl TryFrom<&RewriteSpec> for Rewrite {
    type Error = RewriteError;

    fn try_from(spec: &RewriteSpec) -> Result<Self, RewriteError> {
        let pattern = Pattern::parse(&spec.pattern)?;
        let fix = Pattern::template(&spec.fix)?;
        check_holes(&pattern, &fix)?;
        if !pattern.is_statement() && fix.is_statement() {
            return Err(RewriteError::Shape(spec.pattern.clone()));
        }
        let guards = guards(&spec.pattern, &pattern, (&spec.requires, &spec.unless))?;
        let imports = spec
            .imports
            .iter()
            .map(|text| Import::parse(text).ok_or_else(|| RewriteError::Import(text.clone())));
        let every = vec!["**".to_owned()];
        let files = if spec.files.is_empty() { &every } else { &spec.files };
        Ok(Self {
            guards,
            imports: imports.collect::<Result<_, _>>()?,
            files: globs(files)?,
            except: globs(&spec.except)?,
            keeps_imports: spec.keep_imports,
            pattern,
            fix,
        })
    }
}

/// Checks the guards of all holes.
fn guards(
    text: &str,
    pattern: &Pattern,
    (requires, unless): (&Holes, &Holes),
) -> Result<Vec<(String, Guard, bool)>, RewriteError> {
    let mut guards = Vec::new();
    for (holes, turned) in [(requires, false), (unless, true)] {
        for (hole, guard) in holes {
            if !pattern.holes().contains(&hole.as_str()) {
                let (text, name) = (text.to_owned(), hole.clone());
                return Err(PatternError::UnknownHole { text, name }.into());
            }
            let wrong = |message| RewriteError::Guard { hole: hole.clone(), message };
            let checked = Guard::read(guard).map_err(wrong)?;
            guards.extend(checked.into_iter().map(|guard| (hole.clone(), guard, turned)));
        }
    }
    Ok(guards)
}

/// The fix uses only what the pattern captures.
fn check_holes(pattern: &Pattern, fix: &Pattern) -> Result<(), PatternError> {
    let unknown = |name: &str| PatternError::UnknownHole {
        text: fix.written().to_owned(),
        name: name.to_owned(),
    };
    let known = pattern.holes();
    for name in fix.holes() {
        if !known.contains(&name) {
            return Err(unknown(name));
        }
    }
    let nameless = (0..fix.len()).any(|token| matches!(fix.hole(token), Some((None, _))));
    if nameless { Err(unknown("_")) } else { Ok(()) }
}
