//! `scaffold migrate PATH…`.

mod ahead;
mod all;
mod apply;
mod entry;
mod follow_up;
pub(super) mod open;
mod picture;
mod saved;
mod service;
mod summary;
mod undo;

use std::num::NonZeroUsize;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

pub(super) use apply::ledger_folder;

use super::steps::steps;
use crate::apply::GitMode;
use crate::audit::Rank;
use crate::error::{CommandError, CommandResult};
use crate::migration::{Selection, Step};
use crate::report::{FleetProgress, Printer};
use crate::review::prompt;
use crate::settings::{Interaction, Settings};
use service::Job;
use summary::Summary;

/// Arguments of `scaffold migrate`.
#[derive(Debug, Clone, Args)]
pub(super) struct MigrateArgs {
    /// The services to migrate, by their folders
    #[arg(required_unless_present_any = ["plan", "all"], value_name = "PATH")]
    paths: Vec<Utf8PathBuf>,
    #[command(flatten)]
    fleet: FleetArgs,
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    mode: ModeArgs,
    #[command(flatten)]
    writing: WritingArgs,
    /// Show for each module its layer, its new path and why
    #[arg(long)]
    explain: bool,
    /// Save the plan, to be applied exactly later
    #[arg(long, value_name = "FILE", requires = "dry_run")]
    save_plan: Option<Utf8PathBuf>,
    /// Apply exactly this saved plan, or refuse
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "paths", "all", "dry_run", "check", "undo", "resume", "abort", "only", "skip", "to",
        "behavioural", "report",
    ])]
    plan: Option<Utf8PathBuf>,
    /// Write a page about the run: trees, notes, proofs and diffs, for a pull request
    #[arg(long, value_name = "FILE", conflicts_with_all = ["undo", "abort"])]
    report: Option<Utf8PathBuf>,
}

/// Many services at once.
#[derive(Debug, Clone, Args)]
struct FleetArgs {
    /// Every service at or below PATH (default: the workspace around, or the current folder)
    #[arg(long)]
    all: bool,
    /// Of these only the first N that have something to do, the ones worth most first: by audit
    /// score, dependants and tests
    #[arg(long, value_name = "N", requires = "all", conflicts_with_all = ["undo", "abort"])]
    first: Option<NonZeroUsize>,
    /// Why the services are in this order, by their folders.
    #[arg(skip)]
    ranks: Vec<(Utf8PathBuf, Rank)>,
}

impl FleetArgs {
    fn rank(&self, service: &Utf8Path) -> Option<&Rank> {
        self.ranks.iter().find(|(path, _)| path == service).map(|(_, rank)| rank)
    }
}

/// What to do instead of applying.
#[derive(Debug, Clone, Args)]
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
    /// Go on with a run that stopped
    #[arg(long = "continue", conflicts_with_all = ["undo", "abort"])]
    resume: bool,
    /// Undo every step of a run that stopped
    #[arg(long, conflicts_with = "undo")]
    abort: bool,
}

/// Which steps to run.
#[derive(Debug, Clone, Args)]
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
    /// Also the steps that change what the service does, which else run only by their names
    #[arg(long)]
    behavioural: bool,
    /// The application that image and compose are to start, where they start different ones
    #[arg(long, value_name = "MODULE:NAME")]
    entry: Option<String>,
}

/// How to write.
#[derive(Debug, Clone, Args)]
struct WritingArgs {
    /// Write also where the work tree has uncommitted changes
    #[arg(long)]
    allow_dirty: bool,
    /// Make no git commits
    #[arg(long)]
    no_commit: bool,
    /// Also run what brings lock files up to date afterwards
    #[arg(long)]
    lock: bool,
}

/// Plans the migration of each service, shows it, and applies it.
pub(super) fn run(args: &MigrateArgs, settings: &Settings) -> CommandResult {
    let (args, settings) = &all::resolved(args, settings)?;
    if let Some(file) = &args.report {
        summary::check_place(&settings.absolute(file))?;
    }
    if let Some(step) = &args.mode.undo {
        return undo::run(args, settings, &undo::What::from(step.as_deref()));
    }
    if args.mode.abort {
        return undo::run(args, settings, &undo::What::StoppedRun);
    }
    if let Some(file) = &args.plan {
        return saved::apply(file, args, settings);
    }
    if settings.format.is_picture() {
        return picture::run(args, settings);
    }
    let printer = Printer::new(settings);
    let bars = FleetProgress::new(settings, args.paths.len());
    let mut summary = Summary::default();
    for group in open::open(args, settings, &printer)? {
        let steps = steps(&group.root)?;
        let (root, printer, bars) = (&group.root, &printer, &bars);
        let job = Job { args, settings, printer, bars, steps: &steps, root };
        ahead::run(&job, &group, &mut |done| summary.add(&job, done))?;
    }
    drop(bars);
    if let Some(file) = &args.save_plan {
        saved::save(&settings.absolute(file), &summary.saved)?;
    }
    summary.print(args, settings, &printer)?;
    Ok(summary.status)
}

impl MigrateArgs {
    fn writes(&self) -> bool {
        !self.mode.dry_run && !self.mode.check
    }

    fn git_mode(&self) -> GitMode {
        match (self.writing.no_commit, self.writing.allow_dirty) {
            (true, _) => GitMode::Never,
            (false, true) => GitMode::AllowDirty,
            (false, false) => GitMode::Clean,
        }
    }
}

impl SelectionArgs {
    /// The selection among some steps, which may be named by their numbers as well.
    fn resolve(&self, steps: &[Step]) -> Selection {
        let id = |name: &String| {
            let (number, rest) = name.split_once('-').unwrap_or((name, ""));
            let number: Option<u32> = number.parse().ok();
            let named = steps.iter().find(|step| Some(step.number) == number);
            let is_it = |step: &&Step| rest.is_empty() || rest == step.id;
            named.filter(is_it).map_or_else(|| name.clone(), |step| step.id.clone())
        };
        Selection {
            only: self.only.iter().map(id).collect(),
            skip: self.skip.iter().map(id).collect(),
            to: self.to.as_ref().map(id),
            behavioural: self.behavioural,
            entry: self.entry.clone(),
            applied: Vec::new(),
        }
    }
}

/// Without a terminal and without `--yes` nothing is written.
fn needs_consent(settings: &Settings, hint: &str) -> Result<(), CommandError> {
    if settings.interaction == Interaction::Never {
        return Err(CommandError::input("there is no terminal to confirm on").hint(hint));
    }
    Ok(())
}

/// Asks on a terminal; `--yes` has answered already.
fn consents(question: &str, settings: &Settings) -> Result<bool, CommandError> {
    needs_consent(settings, "add --yes to do it")?;
    match settings.interaction {
        Interaction::Ask => Ok(prompt::confirm(question, true)?),
        _ => Ok(true),
    }
}
