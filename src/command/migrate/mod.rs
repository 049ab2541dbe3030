//! `scaffold migrate PATH…`.

mod apply;
mod entry;
mod follow_up;
pub(super) mod open;
mod picture;
mod saved;
mod service;
mod undo;

use camino::Utf8PathBuf;
use clap::Args;

pub(super) use apply::ledger_folder;

use super::steps::steps;
use crate::apply::GitMode;
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::Selection;
use crate::report::{self, Printer};
use crate::review::prompt;
use crate::settings::{Interaction, Settings};
use service::{Done, Job};

/// Arguments of `scaffold migrate`.
#[derive(Debug, Clone, Args)]
pub(super) struct MigrateArgs {
    /// The services to migrate, by their folders
    #[arg(required_unless_present = "plan", value_name = "PATH")]
    paths: Vec<Utf8PathBuf>,
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
        "paths", "dry_run", "check", "undo", "resume", "abort", "only", "skip", "to",
    ])]
    plan: Option<Utf8PathBuf>,
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
    let mut summary = Summary::default();
    for mut group in open::open(args, settings, &printer)? {
        let steps = steps(&group.root)?;
        let job = Job { args, settings, printer: &printer, steps: &steps, root: &group.root };
        for target in &group.targets {
            let done = match target {
                Ok(target) => service::run(&job, target, &group.tree),
                Err((_, error)) => Err(CommandError::input(error.clone())),
            };
            let name = target.as_ref().map_or_else(|(path, _)| path.as_str(), |found| found.root());
            for changes in summary.add(name, done)? {
                group.tree = group.tree.with(&changes);
            }
        }
    }
    if let Some(file) = &args.save_plan {
        saved::save(&settings.absolute(file), &summary.saved)?;
    }
    printer.json(&serde_json::json!({ "version": 1, "services": summary.documents }));
    Ok(summary.status)
}

/// What came of the services so far.
struct Summary {
    status: ExitStatus,
    documents: Vec<serde_json::Value>,
    saved: Vec<crate::change::PlannedStep>,
}

impl Default for Summary {
    fn default() -> Self {
        Self { status: ExitStatus::Success, documents: Vec::new(), saved: Vec::new() }
    }
}

impl Summary {
    /// Takes one service in; what fails for one does not stop the others, an interruption does.
    fn add(
        &mut self,
        service: &str,
        done: Result<Done, CommandError>,
    ) -> Result<Vec<crate::change::ChangeSet>, CommandError> {
        let mut done = done.unwrap_or_else(|error| Done::failed(service, error));
        if let Some(error) = done.error.take() {
            if error.status == ExitStatus::Interrupted {
                return Err(error);
            }
            report::error(&error);
            self.status = self.status.max(error.status);
        }
        self.status = self.status.max(done.status);
        self.documents.push(done.document);
        self.saved.extend(done.saved);
        Ok(done.changes)
    }
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
    fn resolve(&self) -> Selection {
        Selection {
            only: self.only.clone(),
            skip: self.skip.clone(),
            to: self.to.clone(),
            behavioural: false,
            entry: self.entry.clone(),
            applied: Vec::new(),
        }
    }
}

/// Without a terminal and without `--yes` nothing is written.
fn needs_consent(settings: &Settings) -> Result<(), CommandError> {
    if settings.interaction == Interaction::Never {
        return Err(CommandError::input("there is no terminal to confirm on")
            .hint("add --yes to apply the plan, or --dry-run to look at it"));
    }
    Ok(())
}

/// Asks on a terminal; `--yes` has answered already.
fn consents(question: &str, settings: &Settings) -> Result<bool, CommandError> {
    needs_consent(settings)?;
    match settings.interaction {
        Interaction::Ask => Ok(prompt::confirm(question, true)?),
        _ => Ok(true),
    }
}
