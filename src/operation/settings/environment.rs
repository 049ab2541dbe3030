//! What a file may do to the environment, and whether its statements run code of the service.

use std::ops::Range;

use super::reads::File;
use crate::python::{Moment, Qualified, Reference, Resolution, Usage};

/// Packages that read files into the environment.
const LOADERS: [&str; 6] = ["decouple", "dynaconf", "environ", "environs", "honcho", "prettyconf"];

impl File<'_> {
    /// The statements that may change the environment; those of functions with none.
    pub(super) fn writes(&self) -> Vec<(Option<usize>, usize)> {
        let references = self.module.facts.references.iter();
        let writes = references.filter(|found| self.may_write(found));
        writes
            .map(|found| {
                let at = (found.moment == Moment::Import).then_some(found.statement);
                (at, self.module.source.line_of(found.range.start))
            })
            .collect()
    }

    fn may_write(&self, reference: &Reference) -> bool {
        let chain: Vec<&str> = std::iter::once(reference.name.as_str())
            .chain(reference.chain.iter().map(|attribute| attribute.name.as_str()))
            .collect();
        let end = reference.chain.last().map_or(reference.range.end, |last| last.range.end);
        let Resolution::Scope(scope) = reference.resolution else { return false };
        let Qualified::External(path) = self.service.qualify(self.index, scope, &chain.join("."))
        else {
            return false;
        };
        match path.as_str() {
            path if LOADERS.contains(&path.split('.').next().unwrap_or_default()) => {
                reference.usage == Usage::Call
            }
            "os.putenv" | "os.unsetenv" | "dotenv.load_dotenv" | "dotenv.main.load_dotenv" => true,
            "os.environ" => self.is_changed(reference.range.start, end),
            path => path.strip_prefix("os.environ.").is_some_and(|rest| {
                !matches!(
                    rest.split('.').next(),
                    Some("get" | "copy" | "keys" | "items" | "values")
                )
            }),
        }
    }

    /// Whether `os.environ` is written, or handed to somebody who may write it.
    fn is_changed(&self, start: usize, end: usize) -> bool {
        let Some(node) = self.syntax.node_at(&(start..end)) else { return true };
        let parent = self.syntax.nodes[node].parent;
        let subscript = parent.filter(|parent| {
            let kind = self.syntax.nodes[*parent].kind;
            kind.is_subscript() && self.syntax.children(*parent).next() == Some(node)
        });
        if let Some(subscript) = subscript {
            return self.is_written(subscript);
        }
        let before = self.syntax.tokens_in(&(0..start)).next_back();
        let word = before.map(|token| self.syntax.token_text(token)).unwrap_or_default();
        let callee = before.and_then(|token| token.checked_sub(1));
        let callee = callee.map(|token| self.syntax.token_text(token)).unwrap_or_default();
        let is_copied = matches!(word, "in" | "**") || word == "(" && callee == "dict";
        !is_copied
    }

    /// Whether statements run code of the service: they import it, or call what is not known.
    pub(super) fn runs_own_code(&self, statements: &Range<usize>) -> bool {
        let facts = &self.module.facts;
        let inside = |statement: usize| statements.contains(&statement);
        let imports = facts.imports.iter().any(|import| {
            inside(import.statement) && !self.service.imported_by(self.index, import).is_empty()
        });
        let is_known = |found: &Reference| match found.resolution {
            Resolution::Builtin => true,
            Resolution::Unbound => false,
            Resolution::Scope(scope) => {
                let path = self.service.qualify(self.index, scope, &found.name);
                matches!(path, Qualified::External(_))
            }
        };
        imports
            || facts.references.iter().any(|found| {
                let is_run = matches!(found.usage, Usage::Call | Usage::Decorator);
                inside(found.statement)
                    && found.moment == Moment::Import
                    && is_run
                    && !is_known(found)
            })
    }
}
