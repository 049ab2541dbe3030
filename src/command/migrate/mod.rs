//! `scaffold migrate PATH…`.

mod apply;
pub(super) mod open;
mod saved;
mod undo;

use camino::Utf8PathBuf;
use clap::Args;

pub(super) use apply::ledger_folder;

use super::steps::{applied as done, steps};
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::{Plan, Selection};
use crate::report::{Printer, plan as plan_report};
use crate::settings::{Interaction, Settings};

/// Arguments of `scaffold migrate`.
#[derive(Debug, Args)]
pub(super) struct MigrateArgs {
    /// The services to migrate, by their folders
    #[arg(required_unless_present = "plan", value_name = "PATH")]
    paths: Vec<Utf8PathBuf>,
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    mode: ModeArgs,
    /// Show for each module its layer, its new path and why
    #[arg(long)]
    explain: bool,
    /// Write also where the work tree has uncommitted changes
    #[arg(long)]
    allow_dirty: bool,
    /// Make no git commits
    #[arg(long)]
    no_commit: bool,
    /// Save the plan, to be applied exactly later
    #[arg(long, value_name = "FILE", requires = "dry_run")]
    save_plan: Option<Utf8PathBuf>,
    /// Apply exactly this saved plan, or refuse
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "dry_run", "check", "undo"])]
    plan: Option<Utf8PathBuf>,
}

/// What to do instead of applying.
#[derive(Debug, Args)]
struct ModeArgs {
    /// Show what would change and write nothing
    #[arg(long, conflicts_with_all = ["undo", "abort"])]
    dry_run: bool,
    /// Write nothing; exit 1 when something would change
    #[arg(long, conflicts_with_all = ["undo", "abort"])]
    check: bool,
    /// Restore what the last run changed, or STEP and everything after it
    #[arg(long, value_name = "STEP", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "the flag, and its optional value")]
    undo: Option<Option<String>>,
    /// Go on after a run that stopped
    #[arg(long = "continue", conflicts_with_all = ["undo", "abort"])]
    resume: bool,
    /// Undo every step of a run that stopped
    #[arg(long, conflicts_with = "undo")]
    abort: bool,
}

/// Which steps to run.
#[derive(Debug, Args)]
struct SelectionArgs {
    /// Run only these steps
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave these steps out
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    skip: Vec<String>,
    /// Stop after this step
    #[arg(long, value_name = "STEP")]
    to: Option<String>,
}

/// Plans the migration of each service, shows it, and applies it.
pub(super) fn run(args: &MigrateArgs, settings: &Settings) -> CommandResult {
    if let Some(step) = &args.mode.undo {
        return undo::run(args, settings, &undo::chosen(step.as_deref()));
    }
    if args.mode.abort {
        return undo::run(args, settings, &crate::apply::UndoTarget::All);
    }
    if let Some(file) = &args.plan {
        return saved::apply(file, args, settings);
    }
    let printer = Printer::new(settings);
    let mut opened = open::open(&args.paths, settings)?;
    let steps = steps(&opened.root)?;
    let mut status = ExitStatus::Success;
    let mut documents = Vec::new();
    let mut saved = Vec::new();
    for target in &opened.targets {
        let applied = done(&opened.root, target)?;
        let selection = Selection { applied, ..args.selection.resolve() };
        let plan = Plan::build(&opened.tree, target, &steps, &selection);
        let plan = plan.map_err(|error| unknown_step(error, &steps))?;
        show(&plan, args, &printer);
        status = status.max(pending_status(&plan, args));
        let applied = if args.writes() && plan.broken().next().is_none() {
            apply::run(&plan, &opened.root, args, settings)?
        } else {
            Vec::new()
        };
        documents.push(plan_report::document(&plan, &applied));
        saved.extend(saved::steps(&plan)?);
        for step in plan.pending().filter(|step| applied.contains(&step.step.id)) {
            opened.tree = opened.tree.with(&step.changes);
        }
    }
    if let Some(file) = &args.save_plan {
        saved::save(&settings.absolute(file), &saved)?;
    }
    printer.json(&serde_json::json!({ "version": 1, "services": documents }));
    Ok(status)
}

impl MigrateArgs {
    fn writes(&self) -> bool {
        !self.mode.dry_run && !self.mode.check
    }
}

impl SelectionArgs {
    fn resolve(&self) -> Selection {
        Selection {
            only: self.only.clone(),
            skip: self.skip.clone(),
            to: self.to.clone(),
            behavioural: false,
            applied: Vec::new(),
        }
    }
}

fn show(plan: &Plan, args: &MigrateArgs, printer: &Printer) {
    printer.text(plan_report::summary(plan));
    if args.explain {
        printer.text(plan_report::placements(plan));
    }
    if args.mode.dry_run && !printer.is_json() {
        printer.text(plan_report::diffs(plan, printer.colour()));
    }
}

/// A refused step leaves the service unresolved; `--check` reports what is pending.
fn pending_status(plan: &Plan, args: &MigrateArgs) -> ExitStatus {
    match plan.refused() {
        Some(_) => ExitStatus::Unresolved,
        None if plan.broken().next().is_some() => ExitStatus::Unresolved,
        None if args.mode.check && !plan.is_empty() => ExitStatus::Findings,
        None => ExitStatus::Success,
    }
}

fn unknown_step(
    error: crate::migration::PlanError,
    steps: &[crate::migration::Step],
) -> CommandError {
    let names: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
    CommandError::input(error).hint(format!("the steps are: {}", names.join(", ")))
}

/// Without a terminal and without `--yes` nothing is written.
fn needs_consent(settings: &Settings) -> Result<(), CommandError> {
    if settings.interaction == Interaction::Never {
        return Err(CommandError::input("there is no terminal to confirm on")
            .hint("add --yes to apply the plan, or --dry-run to look at it"));
    }
    Ok(())
}
