//! One step: what, why, the files, the diff on request; accept, skip, stop, correct a placement.

use super::correction::{Correction, Placed, placed};
use super::{pager, prompt};
use crate::change::{FileChange, RelPath};
use crate::error::CommandError;
use crate::layering::Layer;
use crate::migration::{PlannedStep, ServiceTarget};
use crate::report::{Printer, diff};

/// How many lines of a step's page are shown unasked.
const PAGE: usize = 14;
/// How many notes are shown unasked.
const NOTES: usize = 8;

/// What the person decided about a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// Apply it.
    Accept,
    /// Leave it out and go on.
    Skip,
    /// End the run before it; what was accepted is applied.
    Stop,
    /// Plan again with a module in another layer.
    Correct(Correction),
}

/// What can be chosen about a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Accept,
    Diff,
    Files,
    Correct,
    Skip,
    Stop,
}

impl Choice {
    const ALL: [Self; 6] =
        [Self::Accept, Self::Diff, Self::Files, Self::Correct, Self::Skip, Self::Stop];

    fn label(self) -> &'static str {
        match self {
            Self::Accept => "apply it",
            Self::Diff => "show the diff",
            Self::Files => "list the files",
            Self::Correct => "correct a placement",
            Self::Skip => "skip it",
            Self::Stop => "stop here",
        }
    }
}

/// Asks about one step until there is a decision.
pub(super) fn ask(
    step: &PlannedStep,
    target: &ServiceTarget,
    printer: &Printer,
) -> Result<Answer, CommandError> {
    printer.remark(introduction(step));
    let modules = placed(step, target);
    let can_correct = !modules.is_empty();
    let choices: Vec<Choice> = Choice::ALL
        .into_iter()
        .filter(|choice| can_correct || *choice != Choice::Correct)
        .collect();
    let labels: Vec<String> = choices.iter().map(|choice| choice.label().to_owned()).collect();
    loop {
        let question = format!("{}: {} paths would change", step.step.id, step.changes.len());
        match choices[prompt::one_of(&question, &labels, 0)?] {
            Choice::Accept => return Ok(Answer::Accept),
            Choice::Skip => return Ok(Answer::Skip),
            Choice::Stop => return Ok(Answer::Stop),
            Choice::Diff => pager::page(&diff::change_set(&step.changes, printer.colour()))?,
            Choice::Files => pager::page(&files(step))?,
            Choice::Correct => return Ok(Answer::Correct(correction(&modules)?)),
        }
    }
}

/// What the step does and why, and what it leaves as it is.
fn introduction(step: &PlannedStep) -> String {
    let mut lines = vec![format!("\n{:04} {}", step.step.number, step.step.title)];
    lines.extend(step.step.page.lines().skip(2).take(PAGE).map(str::to_owned));
    for note in step.notes.iter().take(NOTES) {
        lines.push(format!("note: {note}"));
    }
    if step.notes.len() > NOTES {
        lines.push(format!("… and {} more notes, see --dry-run", step.notes.len() - NOTES));
    }
    lines.join("\n")
}

/// Which module, and where it belongs.
fn correction(modules: &[Placed]) -> Result<Correction, CommandError> {
    let place = |module: &Placed| module.layer.map_or("the package's root", Layer::folder);
    let labels: Vec<String> =
        modules.iter().map(|module| format!("{}  ({})", module.key, place(module))).collect();
    let module = &modules[prompt::one_of("Which one", &labels, 0)?];
    let layers = Layer::ALL.map(|layer| layer.folder().to_owned());
    let present = module.layer.map_or(0, Layer::rank);
    let question = format!("The layer of {}", module.key);
    let layer = Layer::ALL[prompt::one_of(&question, &layers, present)?];
    Ok(Correction { key: module.key.clone(), layer })
}

fn files(step: &PlannedStep) -> String {
    let line = |(path, change): (&RelPath, &FileChange)| match (
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
