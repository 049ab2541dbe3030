//! `scaffold migrate PATH… --undo [STEP]` and `--abort`.

use camino::Utf8PathBuf;

use super::apply::{ledger_folder, open_session};
use super::{MigrateArgs, consents, open};
use crate::apply::{ApplyError, Ledger, Root, Session, UndoTarget, Undone, undo};
use crate::change::RelPath;
use crate::error::{CommandError, CommandResult, ExitStatus};
use crate::migration::ServiceTarget;
use crate::report::{self, Printer};
use crate::settings::Settings;

/// How far back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// The last run, stopped or not.
    LastRun,
    /// This step and everything after it.
    Step(String),
    /// The run that was stopped; it has to be one.
    StoppedRun,
}

impl From<Option<&str>> for What {
    /// What `--undo` with or without a step means.
    fn from(step: Option<&str>) -> Self {
        step.map_or(Self::LastRun, |step| Self::Step(step.to_owned()))
    }
}

/// One service to be taken back.
struct Place {
    path: Utf8PathBuf,
    root: Utf8PathBuf,
    ledger: RelPath,
}

/// Restores the services, byte for byte; one that changed since is refused with the names of the
/// files, and the others are restored all the same.
pub(super) fn run(args: &MigrateArgs, settings: &Settings, what: &What) -> CommandResult {
    let question = match what {
        What::LastRun => "Take back the last run?".to_owned(),
        What::Step(step) => format!("Take back {step} and everything after it?"),
        What::StoppedRun => "Take back every step of the stopped run?".to_owned(),
    };
    if !consents(&question, settings)? {
        return Ok(ExitStatus::Unresolved);
    }
    let printer = Printer::new(settings);
    let mut open = places(args, settings)?;
    let mut status = ExitStatus::Success;
    let mut documents = Vec::new();
    // What was applied last has to go first: services share files such as the registry.
    loop {
        let mut refused = Vec::new();
        let before = open.len();
        for place in open {
            match take_back(&place, args, settings, (&printer, what)) {
                Ok(undone) => documents.push(done(&place, &undone, &printer)),
                Err(error) if error.status == ExitStatus::Interrupted => return Err(error),
                Err(error) => refused.push((place, error)),
            }
        }
        if refused.is_empty() || refused.len() == before {
            for (place, error) in refused {
                documents.push(serde_json::json!({
                    "path": place.path, "error": error.to_string(),
                }));
                status = status.max(error.status);
                report::error(&error);
            }
            break;
        }
        open = refused.into_iter().map(|(place, _)| place).collect();
    }
    printer.json(&serde_json::json!({ "version": 1, "undone": documents }));
    Ok(status)
}

fn places(args: &MigrateArgs, settings: &Settings) -> Result<Vec<Place>, CommandError> {
    let found = open::locate(&args.paths, settings)?.into_iter().map(|(root, path, folder)| {
        let service = ServiceTarget { folder, ..ServiceTarget::default() };
        Ok(Place { path, root, ledger: ledger_folder(&service)? })
    });
    found.collect()
}

fn take_back(
    place: &Place,
    args: &MigrateArgs,
    settings: &Settings,
    (printer, what): (&Printer, &What),
) -> Result<Undone, CommandError> {
    let session: Session = open_session(&place.root, settings, printer)?;
    let target = match what {
        What::LastRun => UndoTarget::LastRun,
        What::Step(step) => UndoTarget::Step(step.clone()),
        What::StoppedRun => stopped_run(place, session.root())?,
    };
    let undone = undo(&session, &place.ledger, &target, args.git_mode());
    undone.map_err(|error| with_place(place, error))
}

/// The last run, if it is one that was stopped.
fn stopped_run(place: &Place, root: &Root) -> Result<UndoTarget, CommandError> {
    let ledger = Ledger::read(root, &place.ledger)?;
    if ledger.open_run().is_some() {
        return Ok(UndoTarget::LastRun);
    }
    Err(CommandError::input(format!("no run in {} was stopped", place.path))
        .hint("take a finished run back with --undo"))
}

fn with_place(place: &Place, error: ApplyError) -> CommandError {
    let (status, hint) = (error.status(), error.hint());
    let result =
        CommandError::new(status, format!("{}: {}", place.path, CommandError::from(error)));
    match hint {
        Some(hint) => result.hint(hint),
        None => result,
    }
}

fn done(place: &Place, undone: &Undone, printer: &Printer) -> serde_json::Value {
    let (steps, paths) = (undone.steps.join(", "), undone.paths.len());
    printer.text(format!("{}: undone {steps} ({paths} paths restored)", place.path));
    serde_json::json!({ "path": place.path, "steps": undone.steps, "paths": undone.paths })
}
