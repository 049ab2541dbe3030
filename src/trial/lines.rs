//! The same case with Windows line endings.

use super::{Case, TrialError, differences};
use crate::change::Entry;
use crate::migration::Step;
use crate::workspace::Tree;

/// What a plan on Windows line endings does otherwise.
///
/// Cases that are about line endings themselves (any carriage return in a Python file) are as
/// they are.
pub(super) fn problems(case: &Case, step: &Step) -> Result<Vec<String>, TrialError> {
    let python = || case.before.iter().filter(|(path, _)| path.extension() == "py");
    let has_returns = |entry: &Entry| entry.text().is_none_or(|text| text.contains('\r'));
    if python().any(|(_, entry)| has_returns(entry)) {
        return Ok(Vec::new());
    }
    let windows = mapped(&case.before, |text| text.replace('\n', "\r\n"));
    let plan = case.plan(&windows, step)?;
    let unix = |tree: &Tree| mapped(tree, |text| text.replace("\r\n", "\n"));
    let mut problems = differences(&unix(&case.after), &unix(&plan.after));
    for (path, entry) in plan.after.iter().filter(|(path, _)| path.extension() == "py") {
        let text = entry.text().unwrap_or_default();
        let (all, returns) = (text.matches('\n').count(), text.matches("\r\n").count());
        if returns != 0 && returns != all {
            problems.push(format!("{path}: {returns} of {all} lines end as they did"));
        }
    }
    Ok(problems)
}

/// A tree with the text of its Python files changed.
fn mapped(tree: &Tree, change: impl Fn(&str) -> String) -> Tree {
    tree.iter()
        .map(|(path, entry)| match entry.text() {
            Some(text) if path.extension() == "py" => {
                (path.clone(), entry.with_bytes(change(text)))
            }
            _ => (path.clone(), entry.clone()),
        })
        .collect()
}
