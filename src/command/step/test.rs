//! `scaffold step test [STEP…]`.

use camino::Utf8Path;
use clap::Args;

use super::named;
use crate::change::{ChangeSet, RelPath};
use crate::command::steps::steps;
use crate::command::workspace::{discover, session};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::{MIGRATIONS, Origin, Step};
use crate::report::{Printer, step as step_report};
use crate::settings::Settings;
use crate::trial::{Case, TrialError, judge, notes};
use crate::workspace::Tree;

/// Arguments of `scaffold step test`.
#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// Only these steps (default: all of the workspace's own)
    steps: Vec<String>,
    /// Write what the steps do as what the cases expect; to be read afterwards
    #[arg(long)]
    bless: bool,
}

/// Tries every case; exit status 1 when a law is broken or a step has no case.
pub(super) fn run(args: &TestArgs, settings: &Settings, printer: &Printer) -> CommandResult {
    let workspace = discover(settings)?;
    let known = steps(&workspace.root)?;
    let chosen: Vec<&Step> = if args.steps.is_empty() {
        known.iter().filter(|step| step.origin == Origin::Workspace).collect()
    } else {
        args.steps.iter().map(|id| named(&known, id)).collect::<Result<_, _>>()?
    };
    if let Some(step) = chosen.iter().find(|step| step.origin == Origin::BuiltIn) {
        return Err(CommandError::input(format!("{} comes with scaffold", step.id))
            .hint("its cases are tested where it is made"));
    }
    let mut trials = Vec::new();
    for step in chosen {
        let folder = workspace.root.join(MIGRATIONS).join(step.folder()).join("cases");
        let cases = Case::all(&folder).map_err(CommandError::input)?;
        if args.bless {
            let session = session(&workspace.root, settings, printer)?;
            for case in &cases {
                session
                    .apply(&blessed(&workspace.root, case, step).map_err(CommandError::input)?)?;
            }
        }
        let cases =
            if args.bless { Case::all(&folder).map_err(CommandError::input)? } else { cases };
        let judged = cases.iter().map(|case| Ok((case.name().to_owned(), judge(case, step)?)));
        let judged = judged.collect::<Result<Vec<_>, TrialError>>().map_err(CommandError::input)?;
        trials.push((step.id.clone(), judged));
    }
    printer.text(step_report::trials(&trials));
    printer.json(&step_report::trials_json(&trials));
    let is_broken = trials
        .iter()
        .any(|(_, cases)| cases.is_empty() || cases.iter().any(|(_, broken)| !broken.is_empty()));
    Ok(if is_broken { ExitStatus::Findings } else { ExitStatus::Success })
}

/// The changes that make a case expect what its step does.
fn blessed(root: &Utf8Path, case: &Case, step: &Step) -> Result<ChangeSet, TrialError> {
    let plan = case.plan(&case.before, step)?;
    let below = case.path.strip_prefix(root).unwrap_or(&case.path);
    let mut wanted = Tree::new();
    if !plan.is_empty() {
        for (path, entry) in plan.after.iter() {
            wanted.set(RelPath::new(below.join("after").join(path.as_str()))?, entry.clone());
        }
    }
    let text = notes(&plan);
    let path = RelPath::new(below.join("notes.txt"))?;
    if !text.is_empty() {
        wanted.set(path.clone(), crate::change::Entry::file(text));
    }
    let mut present = Tree::new();
    let after = case.path.join("after");
    if after.is_dir() {
        for (path, entry) in case.after.iter() {
            present.set(RelPath::new(below.join("after").join(path.as_str()))?, entry.clone());
        }
    }
    if !case.notes.is_empty() {
        present.set(path, crate::change::Entry::file(case.notes.clone()));
    }
    Ok(present.changes_to(&wanted, &std::collections::BTreeMap::new()))
}
