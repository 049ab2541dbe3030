//! Which application image and compose are to start, asked before anything is planned.

use super::MigrateArgs;
use crate::error::CommandError;
use crate::migration::{Selection, ServiceTarget};
use crate::operation::entry::{Difference, difference};
use crate::review::prompt;
use crate::settings::{Interaction, Settings};
use crate::workspace::{Tree, starts};

/// The selection for one service: on a terminal, where image and compose differ, with an answer.
pub(super) fn settled(
    tree: &Tree,
    target: &ServiceTarget,
    selection: &Selection,
    (args, settings): (&MigrateArgs, &Settings),
) -> Result<Selection, CommandError> {
    let mut selection = selection.clone();
    if let Some(wanted) = &selection.entry {
        check(tree, target, wanted)?;
    }
    let asks = settings.interaction == Interaction::Ask && args.writes();
    if selection.entry.is_some() || !asks {
        return Ok(selection);
    }
    let found = difference(tree, target.folder.as_ref(), &target.read(tree));
    if let Some(found) = found {
        selection.entry = ask(target, &found)?;
    }
    Ok(selection)
}

/// An application that is named has to be one that something starts.
fn check(tree: &Tree, target: &ServiceTarget, wanted: &str) -> Result<(), CommandError> {
    let mut known: Vec<String> =
        starts(tree, target.folder.as_ref()).into_iter().filter_map(|start| start.app).collect();
    known.dedup();
    if known.is_empty() || known.iter().any(|app| app == wanted) {
        return Ok(());
    }
    let error = CommandError::input(format!(
        "--entry {wanted}: {} starts no such application",
        target.name
    ));
    Err(error.hint(format!("it is started as {}", known.join(" or "))))
}

fn ask(target: &ServiceTarget, found: &Difference) -> Result<Option<String>, CommandError> {
    let (compose, image) = (&found.compose, &found.image);
    let line = |choice: &crate::operation::entry::Choice| {
        let (app, count) = (&choice.app, choice.routes.len());
        format!("{app}, {count} routes, started by {}", choice.started_by)
    };
    let items = vec![line(compose), line(image), "leave both as they are".to_owned()];
    let proposal = match found.proposal() {
        Some(choice) if choice == compose => 0,
        Some(_) => 1,
        None => 2,
    };
    let question =
        format!("{}: image and compose start different applications; start which?", target.name);
    let answer = prompt::one_of(&question, &items, proposal)?;
    Ok([Some(compose.app.clone()), Some(image.app.clone()), None][answer].clone())
}
