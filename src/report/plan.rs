//! A migration plan as text: what each step does, where modules go, the diffs.

use std::collections::BTreeSet;
use std::fmt::Write;

use console::Style;

use super::diff;
use crate::change::RelPath;
use crate::layering::{Decision, Reason};
use crate::migration::{Plan, PlannedStep, StepKind, StepState};

/// One paragraph per step.
pub fn summary(plan: &Plan) -> String {
    let folder = plan.target.folder.as_ref().map_or(plan.target.package.as_str(), RelPath::as_str);
    let mut text = format!("{folder} → package {}\n", plan.target.package);
    let mut said = BTreeSet::new();
    for step in &plan.steps {
        let _ = writeln!(text, "  {:04} {:<24} {}", step.step.number, step.step.id, state(step));
        let notes: Vec<_> = step.notes.iter().filter(|note| said.insert(*note)).collect();
        for note in notes.iter().take(40) {
            let _ = writeln!(text, "       note: {note}");
        }
        if notes.len() > 40 {
            let _ = writeln!(text, "       … and {} more notes", notes.len() - 40);
        }
    }
    let broken: Vec<_> = plan.broken().collect();
    for item in broken.iter().take(20) {
        let detail = item.detail.as_deref().unwrap_or_default();
        let _ = writeln!(text, "  not applied: {} {}: {detail}", item.aspect, item.name);
    }
    if broken.len() > 20 {
        let _ = writeln!(text, "  … and {} more", broken.len() - 20);
    }
    text
}

fn state(step: &PlannedStep) -> String {
    match step.state {
        StepState::Planned => {
            let moved = step.changes.moves().count();
            let created = step
                .changes
                .iter()
                .filter(|(_, change)| change.before.is_none() && change.moved_from.is_none())
                .count();
            let edited = step.changes.iter().filter(|(_, change)| change.is_edit()).count();
            format!("{moved} moved, {edited} edited, {created} created")
        }
        StepState::NothingToDo => "nothing to do".to_owned(),
        StepState::Skipped if step.step.kind == StepKind::Behavioural => {
            "skipped: behavioural, and not asked for".to_owned()
        }
        StepState::Skipped => "skipped: not selected".to_owned(),
        StepState::Applied => "done".to_owned(),
        StepState::Refused => {
            format!("refused: {}", step.refusal.as_deref().unwrap_or("no reason given"))
        }
    }
}

/// One line per module: layer, new path, reason, margin; its evidence below.
pub fn placements(plan: &Plan) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        let Some(placement) = &step.placement else { continue };
        for decision in &placement.decisions {
            let layer = decision.layer.map_or("-", crate::layering::Layer::folder);
            let names = match decision.names.as_slice() {
                [] => String::new(),
                names => format!("  {}", names.join(", ")),
            };
            let _ = writeln!(text, "{:<15} {}{names}", layer, decision.target);
            let _ = writeln!(text, "                {}", reason(decision));
            for piece in &decision.evidence {
                let (layer, rule, detail) = (piece.layer.folder(), piece.rule, &piece.detail);
                let _ =
                    writeln!(text, "                {layer} {:+.1} {rule}: {detail}", piece.weight);
            }
        }
        for (module, why) in &placement.kept_whole {
            let decision = placement.decisions.iter().find(|found| found.module == *module);
            let target = decision.map(|decision| decision.target.as_str()).unwrap_or_default();
            let _ = writeln!(text, "kept whole      {target}: {why}");
        }
    }
    text
}

pub(super) fn reason(decision: &Decision) -> String {
    match &decision.reason {
        Reason::Cut => format!("by evidence and references, margin {:.1}", decision.margin),
        Reason::CompositionRoot => "builds the application".to_owned(),
        Reason::Configuration => "settings".to_owned(),
        Reason::PackageKeptWhole(why) => format!("its package moves as one piece: {why}"),
        Reason::Majority => format!("with its package, margin {:.1}", decision.margin),
        Reason::Package => "the package's own file".to_owned(),
        Reason::NeverImported => "a package file that nothing imports".to_owned(),
        Reason::Follows => "with the file that uses it, or that it needs".to_owned(),
        Reason::Override => "as layers.toml says".to_owned(),
        Reason::AlreadyPlaced => "is where it belongs".to_owned(),
        Reason::Stays(why) => format!("stays: {why}"),
    }
}

/// The unified diff of every step.
pub fn diffs(plan: &Plan, colour: bool) -> String {
    let mut text = String::new();
    for step in plan.pending() {
        let title = format!("{:04} {}", step.step.number, step.step.title);
        let style = Style::new().bold().force_styling(colour);
        let _ = writeln!(text, "\n{}", style.apply_to(title));
        text.push_str(&diff::change_set(&step.changes, colour));
    }
    text
}

/// The plan of one service as a JSON value.
pub fn document(plan: &Plan, applied: &[String]) -> serde_json::Value {
    let steps: Vec<serde_json::Value> =
        plan.steps.iter().map(|step| step_document(step, applied)).collect();
    serde_json::json!({
        "service": plan.target.root(),
        "package": plan.target.package,
        "steps": steps,
        "broken": plan.broken().collect::<Vec<_>>(),
    })
}

fn step_document(step: &PlannedStep, applied: &[String]) -> serde_json::Value {
    let changes: Vec<serde_json::Value> = step
        .changes
        .iter()
        .map(|(path, change)| {
            serde_json::json!({
                "path": path,
                "moved_from": change.moved_from,
                "before": change.before.as_ref().map(|entry| entry.hash().to_string()),
                "after": change.after.as_ref().map(|entry| entry.hash().to_string()),
            })
        })
        .collect();
    serde_json::json!({
        "id": step.step.id,
        "title": step.step.title,
        "kind": step.step.kind,
        "state": step.state,
        "applied": applied.contains(&step.step.id),
        "refusal": step.refusal,
        "notes": step.notes,
        "changes": changes,
    })
}
