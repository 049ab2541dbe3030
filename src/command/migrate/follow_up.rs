//! What has to run after a plan: lock files, which only their own tool can write.
//!
//! They are no part of the plan's bytes: the plan names them, and `--lock` runs them afterwards.

use std::collections::BTreeSet;

use super::service::Job;
use crate::change::RelPath;
use crate::command::lock;
use crate::error::CommandError;
use crate::migration::{Plan, PlannedStep};

/// Lock files, each with the program that writes it.
const LOCKS: [(&str, &str); 3] =
    [("uv.lock", "uv"), ("poetry.lock", "poetry"), ("pdm.lock", "pdm")];

/// A lock file that does not fit its project file after the plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FollowUp {
    /// Where its tool runs, below the root; empty for the root.
    folder: String,
    program: &'static str,
    /// The steps after which it has to.
    step: String,
}

/// The lock files that a plan leaves behind its project files.
pub(super) fn of(plan: &Plan) -> BTreeSet<FollowUp> {
    plan.pending().flat_map(|step| of_step(plan, step)).collect()
}

fn of_step<'a>(plan: &'a Plan, step: &'a PlannedStep) -> impl Iterator<Item = FollowUp> + 'a {
    let projects = step
        .changes
        .iter()
        .filter(|(path, change)| path.name() == "pyproject.toml" && change.after.is_some());
    projects.filter_map(move |(path, _)| {
        let folders = std::iter::successors(Some(path.parent()), |folder| {
            folder.as_ref().map(RelPath::parent)
        });
        let mut folders =
            folders.map(|folder| folder.map_or_else(String::new, |it| it.to_string()));
        folders.find_map(|folder| {
            let has = |lock: &str| {
                let path = RelPath::new(crate::python::join(&folder, lock));
                path.is_ok_and(|path| plan.after.get(&path).is_some())
            };
            let (_, program) = LOCKS.iter().find(|(lock, _)| has(lock))?;
            let (folder, step) = (folder.clone(), step.step.id.clone());
            Some(FollowUp { folder, program, step })
        })
    })
}

/// One line each.
pub(super) fn text(follow_ups: &BTreeSet<FollowUp>) -> String {
    let commands: BTreeSet<(&str, &str)> =
        follow_ups.iter().map(|found| (found.program, found.folder.as_str())).collect();
    let line = |(program, folder): (&str, &str)| {
        let folder = if folder.is_empty() { "the root" } else { folder };
        format!(
            "  afterwards: `{program} lock` in {folder} (not part of the plan; --lock runs it)\n"
        )
    };
    commands.into_iter().map(line).collect()
}

/// Runs what the applied steps need, if that is wanted.
pub(super) fn run(job: &Job<'_>, plan: &Plan, applied: &[String]) -> Result<(), CommandError> {
    if !job.args.writing.lock {
        return Ok(());
    }
    let wanted = of(plan).into_iter().filter(|found| applied.contains(&found.step));
    let commands: BTreeSet<(&str, String)> =
        wanted.map(|found| (found.program, found.folder)).collect();
    for (program, folder) in commands {
        lock::run(job.printer, program, &job.root.join(folder))?;
    }
    Ok(())
}
