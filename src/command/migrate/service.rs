//! One service of a run: its ledger, its plan, what a person says to it, what is written.

use camino::Utf8Path;

use super::apply::{self, Written, ledger_folder};
use super::{MigrateArgs, entry, follow_up, needs_consent, saved};
use crate::apply::{Ledger, OpenRun, Root};
use crate::change::{ChangeSet, PlannedStep, StepMeta};
use crate::command::steps::done;
use crate::error::{CommandError, ExitStatus};
use crate::migration::{Plan, PlanError, ServiceTarget, Step};
use crate::report::{Printer, plan as plan_report};
use crate::review::{Planner, Review, review};
use crate::settings::{Interaction, Settings};
use crate::workspace::Tree;

/// What all services of a run have in common.
pub(super) struct Job<'a> {
    pub(super) args: &'a MigrateArgs,
    pub(super) settings: &'a Settings,
    pub(super) printer: &'a Printer,
    pub(super) steps: &'a [Step],
    pub(super) root: &'a Utf8Path,
}

/// What came of one service.
pub(super) struct Done {
    pub(super) status: ExitStatus,
    /// Why it did not come to its end.
    pub(super) error: Option<CommandError>,
    pub(super) document: serde_json::Value,
    pub(super) saved: Vec<PlannedStep>,
    /// What was written.
    pub(super) changes: Vec<ChangeSet>,
}

impl Done {
    /// A service of which there is not even a plan.
    pub(super) fn failed(service: &str, error: CommandError) -> Self {
        let document = serde_json::json!({ "service": service, "error": error.to_string() });
        Self {
            status: error.status,
            error: Some(error),
            document,
            saved: Vec::new(),
            changes: Vec::new(),
        }
    }
}

/// Plans a service, shows the plan, and applies what is accepted of it.
pub(super) fn run(
    job: &Job<'_>,
    target: &ServiceTarget,
    tree: &Tree,
) -> Result<Done, CommandError> {
    let args = job.args;
    let ledger = read_ledger(job, target)?;
    let run = run_name(args, &ledger)?;
    let mut selection = args.selection.resolve();
    selection.applied = done(&ledger);
    if args.mode.resume {
        selection.skip.extend(ledger.skipped_in(&run).map(str::to_owned));
    }
    let selection = entry::settled(tree, target, &selection, (args, job.settings))?;
    let planner = Planner { tree, target, steps: job.steps, selection };
    let plan = planner.plan().map_err(|error| unknown_step(error, job.steps))?;
    show(&plan, job);
    let mut status = pending_status(&plan, args, ledger.open_run());
    let saved = saved::steps(&plan, &run)?;
    let mut written = Written::default();
    let mut plan = plan;
    if args.writes() && plan.broken().next().is_none() {
        if !plan.is_empty() {
            needs_consent(job.settings)?;
        }
        let review = decide(job, planner, plan)?;
        written = apply::run(job, &review, &run)?;
        if review.stopped {
            status = status.max(ExitStatus::Unresolved);
        }
        plan = review.plan;
    }
    let document = plan_report::document(&plan, &written.applied);
    let is_applied =
        |step: &&crate::migration::PlannedStep| written.applied.contains(&step.step.id);
    let changes = plan.pending().filter(is_applied).map(|step| step.changes.clone()).collect();
    Ok(Done { status, error: written.error, document, saved, changes })
}

/// Asks a person about each step, or accepts everything.
fn decide(job: &Job<'_>, planner: Planner<'_>, plan: Plan) -> Result<Review, CommandError> {
    let reviewed = match job.settings.interaction {
        Interaction::Ask if !plan.is_empty() => review(planner, plan, job.printer)?,
        _ => return Ok(Review::accept_all(plan)),
    };
    let broken = reviewed.plan.broken().next().cloned();
    match broken {
        None => Ok(reviewed),
        Some(item) => {
            let detail = item.detail.as_deref().unwrap_or_default();
            let what = format!("{} {}: {detail}", item.aspect, item.name);
            Err(CommandError::unresolved(format!(
                "the plan as chosen would break something: {what}"
            ))
            .hint("nothing was written; choose otherwise, or see it with --dry-run"))
        }
    }
}

fn read_ledger(job: &Job<'_>, target: &ServiceTarget) -> Result<Ledger, CommandError> {
    let root = Root::open(job.root)?;
    Ok(Ledger::read(&root, &ledger_folder(target)?)?)
}

/// The run that is taken up, or a new one; a stopped run is not passed over.
fn run_name(args: &MigrateArgs, ledger: &Ledger) -> Result<String, CommandError> {
    match (args.mode.resume, ledger.open_run()) {
        (true, Some(open)) => Ok(open.run.clone()),
        (true, None) => {
            let folder = ledger.folder().parent();
            let name = folder.map_or_else(|| ".".to_owned(), |folder| folder.to_string());
            Err(CommandError::input(format!("no run in {name} was stopped"))
                .hint("start one without --continue"))
        }
        (false, Some(open)) if args.writes() => {
            let next = open.pending.join(", ");
            Err(CommandError::unresolved(format!("a run was stopped before these steps: {next}"))
                .hint("go on with --continue, or take it back with --abort"))
        }
        (false, _) => Ok(StepMeta::new_run()),
    }
}

fn show(plan: &Plan, job: &Job<'_>) {
    let printer = job.printer;
    printer.text(plan_report::summary(plan));
    printer.text(follow_up::text(&follow_up::of(plan)));
    if job.args.explain {
        printer.text(plan_report::placements(plan));
    }
    if job.args.mode.dry_run && !printer.is_json() {
        printer.text(plan_report::diffs(plan, printer.colour()));
    }
}

/// A refused step and a stopped run leave the service unresolved; `--check` reports what is
/// pending.
fn pending_status(plan: &Plan, args: &MigrateArgs, open: Option<&OpenRun>) -> ExitStatus {
    let is_refused = plan.refused().is_some() || plan.broken().next().is_some();
    let is_stopped = open.is_some() && args.mode.check;
    if is_refused || is_stopped {
        ExitStatus::Unresolved
    } else if args.mode.check && !plan.is_empty() {
        ExitStatus::Findings
    } else {
        ExitStatus::Success
    }
}

fn unknown_step(error: PlanError, steps: &[Step]) -> CommandError {
    let names: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
    CommandError::input(error).hint(format!("the steps are: {}", names.join(", ")))
}
