//! Steps as text and JSON: the list, a page, what a trial found.

use std::fmt::Write;

use crate::migration::{Origin, Step, StepKind};
use crate::trial::Broken;

/// What a trial found: step → case → broken laws.
pub type Trials = [(String, Vec<(String, Vec<Broken>)>)];

/// One line per step, in the order of the run.
pub fn list(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        let origin = if step.origin == Origin::Workspace { "  (workspace)" } else { "" };
        let _ = writeln!(
            text,
            "{:04}  {:<22} {:<12} {}{origin}",
            step.number,
            step.id,
            kind(step.kind),
            step.title
        );
    }
    text
}

/// The list as JSON.
pub fn list_json(steps: &[Step]) -> serde_json::Value {
    let steps: Vec<serde_json::Value> = steps.iter().map(head).collect();
    serde_json::json!({ "version": 1, "steps": steps })
}

/// A step's page, with what the list says of it and the hash by which it is pinned.
pub fn page(step: &Step) -> String {
    format!(
        "{:04} {} · {} · since {}\n{}\nhash {}\n\n{}",
        step.number,
        step.id,
        kind(step.kind),
        step.since,
        step.title,
        step.hash,
        step.page
    )
}

/// The page as JSON.
pub fn page_json(step: &Step) -> serde_json::Value {
    let mut value = head(step);
    value["page"] = step.page.clone().into();
    value["hash"] = step.hash.to_string().into();
    value
}

fn head(step: &Step) -> serde_json::Value {
    serde_json::json!({
        "number": step.number,
        "id": step.id,
        "title": step.title,
        "kind": step.kind,
        "since": step.since,
        "origin": step.origin,
    })
}

/// The word for a kind.
pub fn kind(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Preserving => "preserving",
        StepKind::Additive => "additive",
        StepKind::Behavioural => "behavioural",
    }
}

/// One line per case, the broken laws below it.
pub fn trials(trials: &Trials) -> String {
    let mut text = String::new();
    for (step, cases) in trials {
        if cases.is_empty() {
            let _ = writeln!(text, "{step}: no case; a step without one is not tested");
        }
        for (case, broken) in cases {
            let word = if broken.is_empty() { "ok" } else { "BROKEN" };
            let _ = writeln!(text, "{step} {case}: {word}");
            for found in broken {
                let _ = writeln!(text, "  {}: {}", found.law, found.detail);
            }
        }
    }
    if trials.is_empty() {
        text.push_str("the workspace has no steps of its own; make one with `scaffold step new`\n");
    }
    text
}

/// What the trials found as JSON.
pub fn trials_json(trials: &Trials) -> serde_json::Value {
    let cases = |cases: &[(String, Vec<Broken>)]| -> Vec<serde_json::Value> {
        let case = |(name, broken): &(String, Vec<Broken>)| serde_json::json!({ "case": name, "broken": broken });
        cases.iter().map(case).collect()
    };
    let steps: Vec<serde_json::Value> = trials
        .iter()
        .map(|(step, found)| serde_json::json!({ "step": step, "cases": cases(found) }))
        .collect();
    serde_json::json!({ "version": 1, "steps": steps })
}
