//! One step at a time: what, why, the files, the diff on request; accept, skip or stop.

use dialoguer::Select;
use dialoguer::theme::ColorfulTheme;

use crate::error::CommandError;
use crate::migration::PlannedStep;
use crate::report::{Printer, diff};

/// What the person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Apply the step.
    Accept,
    /// End the run here; what was applied stays.
    Stop,
}

/// Asks about one step until it is accepted or the run is stopped.
pub fn review_step(step: &PlannedStep, printer: &Printer) -> Result<Answer, CommandError> {
    printer.remark(format!("\n{:04} {}", step.step.number, step.step.title));
    printer.remark(step.step.page.lines().skip(2).take(12).collect::<Vec<_>>().join("\n"));
    let choices = ["apply it", "show the diff", "list the files", "stop here"];
    loop {
        let chosen = Select::with_theme(&ColorfulTheme::default())
            .with_prompt(format!("{} paths would change", step.changes.len()))
            .items(choices)
            .default(0)
            .interact_opt()
            .map_err(|error| interrupted(&error))?;
        match chosen {
            Some(0) => return Ok(Answer::Accept),
            Some(1) => printer.remark(diff::change_set(&step.changes, printer.colour())),
            Some(2) => printer.remark(files(step)),
            _ => return Ok(Answer::Stop),
        }
    }
}

fn files(step: &PlannedStep) -> String {
    let line = |(path, change): (&crate::change::RelPath, &crate::change::FileChange)| match (
        &change.moved_from,
        &change.before,
        &change.after,
    ) {
        (Some(from), _, _) => format!("  moved    {from} → {path}"),
        (None, None, _) => format!("  created  {path}"),
        (None, _, None) => format!("  removed  {path}"),
        _ => format!("  edited   {path}"),
    };
    step.changes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Ctrl-C at a prompt leaves the cursor hidden: show it again.
fn interrupted(error: &dialoguer::Error) -> CommandError {
    let _ = console::Term::stderr().show_cursor();
    let dialoguer::Error::IO(cause) = error;
    if cause.kind() == std::io::ErrorKind::Interrupted {
        CommandError::interrupted()
    } else {
        CommandError::input(error.to_string())
    }
}
