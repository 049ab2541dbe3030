//! Holds a step to its laws on case folders, for the program's own steps and for a user's.
//!
//! A case is a folder with `before/`, `after/` (without it nothing may change) and `notes.txt`.
//! What is written for a trial goes to a temporary folder, through [`crate::apply`].

mod case;
mod disk;
mod lines;

use std::collections::BTreeMap;
use std::fmt::{self, Write};

pub use case::{Case, NAME, TrialError};

use crate::change::{Entry, RelPath};
use crate::migration::{Plan, Step};
use crate::python::Module;
use crate::workspace::Tree;

/// What has to hold for every step on every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// The plan leaves exactly what the case says, and says what it has to say.
    Result,
    /// A second plan is empty.
    Idempotent,
    /// What parsed still parses.
    Parses,
    /// The static proofs find nothing broken.
    NothingLost,
    /// Windows line endings give the same result with Windows line endings.
    LineEndings,
    /// What apply writes is what the plan says.
    DryRun,
    /// Undo gives back every byte.
    Undo,
}

/// A law that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Broken {
    /// Which.
    pub law: Law,
    /// Where and how.
    pub detail: String,
}

impl fmt::Display for Law {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Result => "the result is another one",
            Self::Idempotent => "a second run changes something",
            Self::Parses => "a file no longer parses",
            Self::NothingLost => "something is lost",
            Self::LineEndings => "line endings make a difference",
            Self::DryRun => "apply writes something else than the dry run shows",
            Self::Undo => "undo does not give everything back",
        })
    }
}

/// Holds a step to every law on one case.
pub fn judge(case: &Case, step: &Step) -> Result<Vec<Broken>, TrialError> {
    let plan = case.plan(&case.before, step)?;
    let mut broken = Vec::new();
    let mut add = |law, details: Vec<String>| {
        broken.extend(details.into_iter().map(|detail| Broken { law, detail }));
    };
    add(Law::Result, result(case, &plan));
    let second = case.plan(&plan.after, step)?;
    add(Law::Idempotent, differences(&plan.after, &second.after));
    add(Law::Parses, parses(&case.before, &plan.after));
    add(Law::NothingLost, lost(&plan));
    add(Law::LineEndings, lines::problems(case, step)?);
    let (written, undone) = disk::problems(case, &plan)?;
    add(Law::DryRun, written);
    add(Law::Undo, undone);
    Ok(broken)
}

fn result(case: &Case, plan: &Plan) -> Vec<String> {
    let mut problems = differences(&case.after, &plan.after);
    let found = notes(plan);
    if found != case.notes {
        problems.push(format!("expected notes:\n{}found notes:\n{found}", case.notes));
    }
    problems
}

fn parses(before: &Tree, after: &Tree) -> Vec<String> {
    let (before, after) = (unsound(before), unsound(after));
    if before == after {
        return Vec::new();
    }
    vec![format!("{before} files did not parse, now {after}")]
}

fn lost(plan: &Plan) -> Vec<String> {
    plan.broken()
        .map(|item| {
            let detail = item.detail.as_deref().unwrap_or_default();
            format!("{} {}: {detail}", item.aspect, item.name)
        })
        .collect()
}

/// How many Python files of a tree do not parse.
pub fn unsound(tree: &Tree) -> usize {
    let files = tree.iter().filter(|(path, _)| path.extension() == "py");
    let is_sound = |entry: &Entry| {
        let module = entry.bytes().and_then(|bytes| Module::parse(bytes).ok());
        module.is_some_and(|module| module.errors.is_empty())
    };
    files.filter(|(_, entry)| !is_sound(entry)).count()
}

/// The notes and the refusal of a plan, a line each.
pub fn notes(plan: &Plan) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        for note in &step.notes {
            let _ = writeln!(text, "{note}");
        }
        if let Some(refusal) = &step.refusal {
            let _ = writeln!(text, "refused: {refusal}");
        }
    }
    text
}

/// What differs between two trees, with the first line that does.
pub fn differences(expected: &Tree, found: &Tree) -> Vec<String> {
    // What the program keeps for itself is not read from disk.
    let is_ours = |path: &RelPath| path.segments().any(|segment| segment == ".scaffold");
    let all = |tree: &Tree| -> BTreeMap<RelPath, Entry> {
        let entries = tree.iter().filter(|(path, _)| !is_ours(path));
        entries.map(|(path, entry)| (path.clone(), entry.clone())).collect()
    };
    let (expected, found) = (all(expected), all(found));
    let mut problems = Vec::new();
    for (path, entry) in &expected {
        match found.get(path) {
            None => problems.push(format!("{path} is missing")),
            Some(other) if other != entry => problems.push(first_difference(path, entry, other)),
            Some(_) => {}
        }
    }
    let extra = found.keys().filter(|path| !expected.contains_key(*path));
    problems.extend(extra.map(|path| format!("{path} should not be there")));
    problems
}

fn first_difference(path: &RelPath, expected: &Entry, found: &Entry) -> String {
    let text = |entry: &Entry| {
        let bytes = entry.bytes().map(|bytes| bytes.to_vec()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (expected, found) = (text(expected), text(found));
    let mut lines = expected.split('\n').zip(found.split('\n')).zip(1..);
    match lines.find(|((left, right), _)| left != right) {
        Some(((left, right), line)) => {
            format!("{path}:{line}: expected {left:?}, found {right:?}")
        }
        None => format!("{path}: one side is longer, or the mode differs"),
    }
}
