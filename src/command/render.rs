//! `scaffold render [compose] [env]`.

use clap::{Args, ValueEnum};

use super::ports::facts;
use super::workspace::{discover, session, tree};
use crate::change::ChangeSet;
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::render::derive;
use crate::report::{Printer, diff};
use crate::settings::Settings;

/// Arguments of `scaffold render`.
#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// What to derive from ports.yaml (default: all)
    #[arg(value_enum)]
    files: Vec<Derived>,
    /// Write nothing; exit 1 and show a diff when a file is not as it would be written
    #[arg(long)]
    check: bool,
    /// Also add services to docker-compose.yml that no compose file starts
    #[arg(long)]
    add_missing: bool,
}

/// A file that is derived from the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Derived {
    /// Published ports in compose files
    Compose,
    /// Ports and URLs in .env.ports
    Env,
}

/// Derives the files and writes them, or says what would change.
pub(super) fn run(args: &RenderArgs, settings: &Settings) -> CommandResult {
    let printer = Printer::new(settings);
    let workspace = discover(settings)?;
    let session =
        if args.check { None } else { Some(session(&workspace.root, settings, &printer)?) };
    let tree = tree(&workspace)?;
    let facts = facts(&tree, &workspace)?;
    let wants = |file: Derived| args.files.is_empty() || args.files.contains(&file);
    let mut changes = ChangeSet::new();
    let mut missing = Vec::new();
    if wants(Derived::Compose) {
        let derived = derive::compose(&facts, args.add_missing).map_err(CommandError::input)?;
        changes = derived.changes;
        missing = derived.missing;
    }
    if wants(Derived::Env) {
        for (path, change) in derive::env(&facts).iter() {
            changes.insert(path.clone(), change.clone());
        }
    }
    let files: Vec<&str> = changes.iter().map(|(path, _)| path.as_str()).collect();
    printer.json(&serde_json::json!({"files": files, "missing": missing, "written": !args.check}));
    if !missing.is_empty() {
        let names = missing.join(", ");
        printer.remark(format!("not in any compose file: {names} (see --add-missing)"));
    }
    let Some(session) = session else {
        if changes.is_empty() {
            return Ok(ExitStatus::Success);
        }
        printer.text(diff::change_set(&changes, printer.colour()));
        return Ok(ExitStatus::Findings);
    };
    session.apply(&changes)?;
    for file in files {
        printer.text(format!("wrote {file}"));
    }
    Ok(ExitStatus::Success)
}
