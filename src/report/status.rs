//! The checklist of steps: service by service, for the whole workspace, as text, JSON, HTML.

use std::fmt::Write;

use crate::change::RelPath;
use crate::migration::{Plan, PlannedStep, Step, StepState};
use crate::report::step::kind;

/// Services against steps.
pub struct Board<'a> {
    steps: &'a [Step],
    plans: &'a [Plan],
}

impl<'a> Board<'a> {
    /// A board of planned services.
    pub fn new(steps: &'a [Step], plans: &'a [Plan]) -> Self {
        Self { steps, plans }
    }

    /// A table with a letter per step, and what the letters mean.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let width = self.plans.iter().map(|plan| name(plan).chars().count()).max().unwrap_or(0);
        for (position, step) in self.steps.iter().enumerate() {
            let _ = writeln!(text, "{:>3}  {:04} {}", position + 1, step.number, step.title);
        }
        let _ = writeln!(text);
        let _ = write!(text, "{:<width$} ", "");
        for position in 1..=self.steps.len() {
            let _ = write!(text, "{position:>3}");
        }
        text.push('\n');
        for plan in self.plans {
            let _ = write!(text, "{:<width$} ", name(plan));
            for step in &plan.steps {
                let _ = write!(text, "  {}", mark(step.state));
            }
            text.push('\n');
        }
        let _ =
            writeln!(text, "\n✓ done   ● pending   · nothing to do   ✗ refused   - not asked for");
        for plan in self.plans {
            for step in plan.steps.iter().filter(|step| step.refusal.is_some()) {
                let why = step.refusal.as_deref().unwrap_or_default();
                let _ = writeln!(text, "{}: {}: {why}", name(plan), step.step.id);
            }
        }
        let _ = writeln!(text, "{}", self.summary());
        text
    }

    fn summary(&self) -> String {
        let open = self.plans.iter().filter(|plan| !plan.is_empty()).count();
        let pending: usize = self.plans.iter().map(|plan| plan.pending().count()).sum();
        let refused = self.plans.iter().filter(|plan| plan.refused().is_some()).count();
        format!(
            "{} services: {pending} steps pending in {open}, {refused} with a refused step",
            self.plans.len()
        )
    }

    /// The same as JSON.
    pub fn json(&self) -> serde_json::Value {
        let services: Vec<serde_json::Value> = self
            .plans
            .iter()
            .map(|plan| {
                let steps: Vec<serde_json::Value> = plan
                    .steps
                    .iter()
                    .map(|step| {
                        serde_json::json!({
                            "id": step.step.id,
                            "state": step.state,
                            "files": step.changes.len(),
                            "notes": step.notes,
                            "refusal": step.refusal,
                        })
                    })
                    .collect();
                serde_json::json!({ "service": name(plan), "steps": steps })
            })
            .collect();
        serde_json::json!({ "version": 1, "services": services })
    }

    /// The same as one page that needs nothing else.
    pub fn html(&self) -> String {
        let mut head = String::new();
        for step in self.steps {
            let _ = write!(
                head,
                "<th scope=\"col\"><abbr title=\"{}\">{:04}</abbr></th>",
                escaped(&format!("{} ({})", step.title, kind(step.kind))),
                step.number
            );
        }
        let mut rows = String::new();
        for plan in self.plans {
            let _ = write!(rows, "<tr><th scope=\"row\">{}</th>", escaped(name(plan)));
            for step in &plan.steps {
                let (class, word) = word(step.state);
                let detail = detail(step);
                let _ = write!(
                    rows,
                    "<td class=\"{class}\" title=\"{}\">{} <span>{word}</span></td>",
                    escaped(&detail),
                    mark(step.state)
                );
            }
            rows.push_str("</tr>\n");
        }
        let mut listed = String::new();
        for plan in self.plans {
            listed.push_str(&notes(plan));
        }
        format!(
            "{HEAD}<h1>Migration checklist</h1>\n<p>{}</p>\n<div class=\"wide\" tabindex=\"0\" \
             role=\"region\" aria-label=\"Steps by service\"><table>\n<thead><tr><td></td>{head}</tr></thead>\n\
             <tbody>\n{rows}</tbody></table></div>\n{listed}</main></body></html>",
            escaped(&self.summary())
        )
    }
}

const HEAD: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
<title>Migration checklist</title>\n<style>\n\
:root{color-scheme:light dark;--line:#8886;--done:#1a7f37;--open:#9a6700;--bad:#b42318}\n\
@media(prefers-color-scheme:dark){:root{--done:#5bd278;--open:#e3b341;--bad:#ff8f85}}\n\
body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:75rem;padding:1rem}\n\
.wide{overflow-x:auto}table{border-collapse:collapse}\n\
th,td{border:1px solid var(--line);padding:.3rem .5rem;text-align:left;white-space:nowrap}\n\
.applied{color:var(--done)}.planned{color:var(--open);font-weight:600}.refused{color:var(--bad)}\n\
td span{font-size:.85rem}abbr{text-decoration:none}\n</style></head>\n<body><main>\n";

fn name(plan: &Plan) -> &str {
    plan.target.folder.as_ref().map_or(plan.target.name.as_str(), RelPath::as_str)
}

/// The sign of a state.
pub(super) fn mark(state: StepState) -> char {
    match state {
        StepState::Applied => '✓',
        StepState::Planned => '●',
        StepState::NothingToDo => '·',
        StepState::Refused => '✗',
        StepState::Skipped => '-',
    }
}

/// The class and the word of a state.
pub(super) fn word(state: StepState) -> (&'static str, &'static str) {
    match state {
        StepState::Applied => ("applied", "done"),
        StepState::Planned => ("planned", "pending"),
        StepState::NothingToDo => ("nothing", "nothing to do"),
        StepState::Refused => ("refused", "refused"),
        StepState::Skipped => ("skipped", "not asked for"),
    }
}

fn detail(step: &PlannedStep) -> String {
    match &step.refusal {
        Some(why) => why.clone(),
        None => {
            format!("{}: {} files, {} notes", step.step.title, step.changes.len(), step.notes.len())
        }
    }
}

fn notes(plan: &Plan) -> String {
    let mut items = String::new();
    for step in &plan.steps {
        for note in &step.notes {
            let text = format!("{}: {note}", step.step.id);
            let _ = writeln!(items, "<li>{}</li>", escaped(&text));
        }
        if let Some(why) = &step.refusal {
            let text = format!("{}: refused: {why}", step.step.id);
            let _ = writeln!(items, "<li>{}</li>", escaped(&text));
        }
    }
    if items.is_empty() {
        return items;
    }
    format!("<details><summary>{}</summary><ul>\n{items}</ul></details>\n", escaped(name(plan)))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
