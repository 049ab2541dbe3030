//! `scaffold migrate PATH…`.

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use crate::change::RelPath;
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::{Plan, Selection, ServiceTarget, catalogue};
use crate::report::{Printer, plan as plan_report};
use crate::settings::Settings;
use crate::workspace::{Scope, Tree};

/// Arguments of `scaffold migrate`.
#[derive(Debug, Args)]
pub(super) struct MigrateArgs {
    /// The services to migrate, by their folders
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<Utf8PathBuf>,
    /// Show what would change and write nothing
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: exit 1 when something would change
    #[arg(long, requires = "dry_run")]
    check: bool,
    /// Show for each module its layer, its new path and why
    #[arg(long)]
    explain: bool,
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
    let printer = Printer::new(settings);
    let steps = catalogue().map_err(CommandError::internal)?;
    let selection = Selection {
        only: args.only.clone(),
        skip: args.skip.clone(),
        to: args.to.clone(),
        behavioural: false,
    };
    let mut is_pending = false;
    for path in &args.paths {
        let (tree, target) = open(&settings.absolute(path), settings)?;
        let plan = Plan::build(&tree, &target, steps, &selection).map_err(CommandError::input)?;
        is_pending |= !plan.is_empty();
        printer.text(plan_report::summary(&plan));
        if args.explain {
            printer.text(plan_report::placements(&plan));
        }
        if args.dry_run {
            printer.text(plan_report::diffs(&plan, printer.colour()));
        }
    }
    Ok(if args.check && is_pending { ExitStatus::Findings } else { ExitStatus::Success })
}

/// Reads the tree around a service and finds the service in it.
fn open(service: &Utf8Path, settings: &Settings) -> Result<(Tree, ServiceTarget), CommandError> {
    if !service.is_dir() {
        return Err(CommandError::input(format!("{service} is not a folder"))
            .hint("name the folder of a service, for example services/osint_service"));
    }
    let root = settings.root.clone().unwrap_or_else(|| service.to_owned());
    let below = service.strip_prefix(&root).map_err(|_| {
        CommandError::input(format!("{service} is not below the root {root}"))
            .hint("give --root a folder that holds the service")
    })?;
    let folder = match below.as_str() {
        "" => None,
        text => Some(RelPath::new(text).map_err(CommandError::input)?),
    };
    let scope = Scope { whole: folder.iter().cloned().collect() };
    let tree = Tree::read(&root, &scope).map_err(CommandError::input)?;
    let fallback = service.file_name().unwrap_or("service");
    let target = ServiceTarget::new(&tree, folder, fallback).map_err(CommandError::input)?;
    Ok((tree, target))
}
