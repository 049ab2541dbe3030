//! Statements that change the process for all code after them: the search path, the environment,
//! the current folder.

use super::Divider;
use crate::python::{Moment, Reference, Statement, StatementKind, ValueKind};

/// What a statement changes for all code that runs after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Where imports are searched.
    Path,
    /// Environment, current folder, random numbers, the event loop.
    State,
}

impl Divider<'_> {
    /// The last statement that edits the search path, where nothing before it is needed while
    /// importing: what leaves the module can then be imported after it, as it was run before.
    pub(super) fn search_path_edit(&self) -> Option<usize> {
        let statements = &self.facts.statements;
        let last =
            (0..statements.len()).rfind(|number| self.changes(*number) == Some(Change::Path))?;
        let is_preamble = |number: usize| match statements[number].kind {
            StatementKind::Import
            | StatementKind::Docstring
            | StatementKind::TypeChecking
            | StatementKind::Assignment => true,
            _ => self.changes(number) == Some(Change::Path),
        };
        (0..last).all(is_preamble).then_some(last)
    }

    /// The first statement that changes the process for what comes after it: `load_dotenv()`,
    /// `os.environ[…] = …`, an edit of the search path behind `anchor`.
    pub(super) fn barrier(&self, anchor: Option<usize>) -> Option<usize> {
        let from = anchor.map_or(0, |anchor| anchor + 1);
        (from..self.facts.statements.len()).find(|number| self.changes(*number).is_some())
    }

    /// How a statement changes the process.
    fn changes(&self, number: usize) -> Option<Change> {
        if self.facts.statements[number].kind != StatementKind::Other {
            return None;
        }
        let import_time =
            || self.references_of(number).filter(|reference| reference.moment == Moment::Import);
        let attribute = |reference: &Reference| {
            reference.chain.first().map(|attribute| attribute.name.clone()).unwrap_or_default()
        };
        if import_time().any(|found| found.name == "sys" && attribute(found) == "path") {
            return Some(Change::Path);
        }
        let first = import_time().min_by_key(|reference| reference.range.start)?;
        match (first.name.as_str(), Some(attribute(first).as_str())) {
            ("os", Some("environ" | "chdir" | "putenv" | "umask"))
            | ("random" | "np" | "numpy", Some("seed" | "random"))
            | ("load_dotenv" | "dotenv" | "nest_asyncio" | "uvloop" | "multiprocessing", _) => {
                Some(Change::State)
            }
            _ => None,
        }
    }

    /// Whether a statement computes something while the module is imported.
    pub(super) fn is_active(&self, number: usize, statement: &Statement) -> bool {
        match statement.kind {
            StatementKind::Import | StatementKind::TypeChecking => false,
            StatementKind::Function | StatementKind::Class | StatementKind::Docstring => {
                let mut references = self.references_of(number);
                references
                    .any(|reference| reference.name == "environ" || reference.name == "getenv")
                    && statement.kind == StatementKind::Class
            }
            _ => !matches!(
                statement.value,
                Some(ValueKind::Nothing | ValueKind::Constant | ValueKind::Collection)
            ),
        }
    }
}
