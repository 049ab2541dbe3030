//! One service of a run: its ledger, its plan, what a person says to it, what is written.

use camino::Utf8Path;

use super::apply::{self, Written, ledger_folder};
use super::{MigrateArgs, entry, follow_up, needs_consent, saved};
use crate::apply::{Ledger, Root};
use crate::change::{PlannedStep, StepMeta};
use crate::command::steps::done;
use crate::error::{CommandError, ExitStatus};
use crate::migration::{Plan, PlanError, Selection, ServiceTarget, Step, Unproved};
use crate::report::{FleetProgress, Printer, plan as plan_report};
use crate::review::{Planner, Review, review};
use crate::settings::{Interaction, Settings};
use crate::workspace::Tree;

/// What all services of a run have in common.
pub(super) struct Job<'a> {
    pub(super) args: &'a MigrateArgs,
    pub(super) settings: &'a Settings,
    pub(super) printer: &'a Printer,
    pub(super) bars: &'a FleetProgress,
    pub(super) steps: &'a [Step],
    pub(super) root: &'a Utf8Path,
}

/// A service's plan, not proved yet.
pub(super) struct Planned {
    plan: Unproved,
    selection: Selection,
    /// The name of the run that applies it.
    run: String,
    /// Whether a run before it was stopped.
    is_stopped: bool,
}

impl Planned {
    /// The tree that the plan leaves, if all of it holds and is taken.
    pub(super) fn foreseen(&self) -> Option<&Tree> {
        self.plan.after()
    }

    /// Proves the plan.
    pub(super) fn proved(self, args: &MigrateArgs) -> Prepared {
        let foreseen = self.foreseen().cloned();
        let Self { plan, selection, run, is_stopped } = self;
        let plan = plan.proved();
        let status = pending_status(&plan, args, is_stopped);
        Prepared { plan, selection, run, status, foreseen }
    }
}

/// A service's plan, before anybody has said anything to it.
pub(super) struct Prepared {
    plan: Plan,
    selection: Selection,
    run: String,
    status: ExitStatus,
    /// The tree on which the next service was planned, where it is another one than before.
    foreseen: Option<Tree>,
}

impl Prepared {
    pub(super) fn foreseen(&self) -> Option<&Tree> {
        self.foreseen.as_ref()
    }

    /// Whether all of the plan can be written.
    pub(super) fn is_wanted(&self) -> bool {
        !self.plan.is_broken() && !self.plan.is_empty()
    }

    /// Whether there is nothing to do and nothing to say.
    pub(super) fn is_idle(&self) -> bool {
        self.plan.is_empty() && self.plan.refused().is_none() && !self.plan.is_broken()
    }
}

/// What came of one service.
pub(super) struct Done {
    /// Its folder.
    pub(super) service: String,
    pub(super) status: ExitStatus,
    /// Why it did not come to its end.
    pub(super) error: Option<CommandError>,
    /// The plan that was taken; none where none could be made.
    pub(super) plan: Option<Plan>,
    /// The steps that were written.
    pub(super) applied: Vec<String>,
    pub(super) saved: Vec<PlannedStep>,
    /// The tree that the next service finds, where it is another one than before.
    pub(super) after: Option<Tree>,
}

impl Done {
    /// A service of which there is not even a plan.
    pub(super) fn failed(service: &str, error: CommandError) -> Self {
        Self {
            service: service.to_owned(),
            status: error.status,
            error: Some(error),
            plan: None,
            applied: Vec::new(),
            saved: Vec::new(),
            after: None,
        }
    }
}

/// Plans a service.
pub(super) fn prepare(
    job: &Job<'_>,
    target: &ServiceTarget,
    tree: &Tree,
) -> Result<Planned, CommandError> {
    let args = job.args;
    let ledger = read_ledger(job, target)?;
    let run = run_name(args, &ledger)?;
    let mut selection = args.selection.resolve(job.steps);
    selection.applied = done(&ledger);
    if args.mode.resume {
        selection.skip.extend(ledger.skipped_in(&run).map(str::to_owned));
    }
    let selection = entry::settled(tree, target, &selection, (args, job.settings))?;
    let plan = Unproved::build(tree, target, job.steps, &selection)
        .map_err(|error| unknown_step(error, job.steps))?;
    Ok(Planned { plan, selection, run, is_stopped: ledger.open_run().is_some() })
}

/// Shows a plan, and applies what is accepted of it.
pub(super) fn finish(job: &Job<'_>, prepared: Prepared) -> Result<Done, CommandError> {
    let Prepared { mut plan, selection, run, mut status, .. } = prepared;
    let args = job.args;
    show(&plan, job);
    let saved = saved::steps(&plan, &run)?;
    let mut written = Written::default();
    let mut after = None;
    if args.writes() && !plan.is_broken() {
        if !plan.is_empty() {
            needs_consent(job.settings, "add --yes to apply the plan, or --dry-run to look at it")?;
        }
        let before = plan.before.clone();
        let review = decide(job, selection, plan)?;
        written = apply::run(job, &review, &run)?;
        plan = review.plan;
        after = (!written.applied.is_empty()).then(|| left_by(&before, &plan, &written.applied));
        if review.stopped {
            status = status.max(ExitStatus::Unresolved);
        }
    } else if !plan.is_broken() && !plan.is_empty() {
        after = Some(plan.after.clone());
    }
    let service = plan.target.root().to_owned();
    let (applied, error) = (written.applied, written.error);
    Ok(Done { service, status, error, plan: Some(plan), applied, saved, after })
}

/// The tree after some of the steps of a plan.
fn left_by(before: &Tree, plan: &Plan, applied: &[String]) -> Tree {
    let is_applied = |step: &&crate::migration::PlannedStep| applied.contains(&step.step.id);
    if plan.pending().all(|step| is_applied(&step)) {
        return plan.after.clone();
    }
    plan.pending().filter(is_applied).fold(before.clone(), |tree, step| tree.with(&step.changes))
}

/// Asks a person about each step, or accepts everything.
fn decide(job: &Job<'_>, selection: Selection, plan: Plan) -> Result<Review, CommandError> {
    let (tree, target) = (plan.before.clone(), plan.target.clone());
    let planner = Planner { tree: &tree, target: &target, steps: job.steps, selection };
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
        // Of many services only one was stopped; the others begin or have nothing left.
        (true, None) if args.fleet.all => Ok(StepMeta::new_run()),
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

/// The plan of one service in full; of many services a line each, when they are done.
fn show(plan: &Plan, job: &Job<'_>) {
    if job.args.fleet.all && !job.args.explain {
        return;
    }
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
fn pending_status(plan: &Plan, args: &MigrateArgs, is_stopped: bool) -> ExitStatus {
    let is_refused = plan.refused().is_some() || plan.is_broken();
    if is_refused || (is_stopped && args.mode.check) {
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
