//! What a run did to many services: a line each, the sum, and a page for a pull request.

mod html;

use std::fmt::Write as _;

use crate::audit::Rank;
use crate::migration::{Plan, PlannedStep, Step, StepState};

pub use html::html;

/// What a run did to one service.
#[derive(Debug)]
pub struct ServiceRun {
    /// The service's folder.
    pub service: String,
    /// What was planned and taken; none where no plan could be made.
    pub plan: Option<Plan>,
    /// The steps that were written, by name.
    pub applied: Vec<String>,
    /// Why it did not come to its end.
    pub error: Option<String>,
}

/// What became of one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every step that has something to do was written.
    Applied,
    /// Steps have something to do, and nothing was to be written.
    Planned,
    /// There is nothing to do.
    Nothing,
    /// Only the first steps were written, because a person or an error stopped the run.
    Stopped,
    /// A step cannot be shown to be safe; those before it stand.
    Refused,
    /// The static proofs found something broken, so nothing was written.
    Broken,
    /// No plan could be made, or not even its first step be written.
    Failed,
}

impl Outcome {
    /// Every outcome, the good ones first.
    pub const ALL: [Self; 7] = [
        Self::Applied,
        Self::Planned,
        Self::Nothing,
        Self::Stopped,
        Self::Refused,
        Self::Broken,
        Self::Failed,
    ];

    /// The word for a table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Planned => "planned",
            Self::Nothing => "nothing to do",
            Self::Stopped => "stopped",
            Self::Refused => "refused",
            Self::Broken => "not applied",
            Self::Failed => "failed",
        }
    }
}

impl ServiceRun {
    /// What became of it.
    pub fn outcome(&self) -> Outcome {
        let Some(plan) = &self.plan else { return Outcome::Failed };
        let is_partial = plan.pending().any(|step| !self.applied.contains(&step.step.id));
        if plan.is_broken() {
            Outcome::Broken
        } else if plan.refused().is_some() {
            Outcome::Refused
        } else if plan.is_empty() {
            Outcome::Nothing
        } else if !is_partial {
            Outcome::Applied
        } else if self.error.is_some() || !self.applied.is_empty() {
            Outcome::Stopped
        } else {
            Outcome::Planned
        }
    }

    /// What became of one of its steps.
    fn state(&self, step: &PlannedStep) -> StepState {
        if self.applied.contains(&step.step.id) { StepState::Applied } else { step.state }
    }

    /// Why something of it was not done, if so.
    fn reason(&self) -> Option<String> {
        if let Some(error) = &self.error {
            return Some(error.clone());
        }
        let plan = self.plan.as_ref()?;
        if let Some(step) = plan.refused() {
            let why = step.refusal.as_deref().unwrap_or("no reason given");
            return Some(format!("{}: {why}", step.step.id));
        }
        let broken: Vec<_> = plan.broken().collect();
        let first = broken.first()?;
        let detail = first.detail.as_deref().unwrap_or_default();
        let more = match broken.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        Some(format!("{} {}: {detail}{more}", first.aspect, first.name))
    }
}

/// One line: what became of the service, how much of it changes, why it is where it is in the
/// order of the run, what keeps it.
pub fn line(run: &ServiceRun, rank: Option<&Rank>) -> String {
    let outcome = run.outcome();
    let mut text = format!("{:<13} {}", outcome.word(), run.service);
    if let Some(plan) = &run.plan {
        let steps = plan.pending().count();
        let notes: usize = plan.steps.iter().map(|step| step.notes.len()).sum();
        if steps > 0 {
            let moved: usize = plan.pending().map(|step| step.changes.moves().count()).sum();
            let _ = write!(text, ": {steps} steps, {moved} moved, {notes} notes");
        }
    }
    if let Some(rank) = rank {
        let Rank { score, dependants, tests, .. } = rank;
        let _ = write!(text, " (score {score:.1}, {dependants} dependants, {tests} tests)");
    }
    if let Some(reason) = run.reason() {
        let _ = write!(text, "\n              {reason}");
    }
    text
}

/// How many services each step changes, and what became of the services.
pub fn summary(steps: &[Step], runs: &[ServiceRun]) -> String {
    let mut text = format!("\n{:<30} {:>8} {:>8} {:>8}\n", "step", "changes", "nothing", "refused");
    for step in steps {
        let [changes, nothing, refused] = counts(step, runs);
        if changes + nothing + refused > 0 {
            let name = format!("{:04} {}", step.number, step.id);
            let _ = writeln!(text, "{name:<30} {changes:>8} {nothing:>8} {refused:>8}");
        }
    }
    let _ = write!(text, "\n{}", totals(runs));
    text
}

/// Services by what becomes of a step: changed or to be changed, nothing to do or done before, refused.
fn counts(step: &Step, runs: &[ServiceRun]) -> [usize; 3] {
    let plans = runs.iter().filter_map(|run| run.plan.as_ref());
    let states = plans.flat_map(|plan| &plan.steps).filter(|planned| planned.step.id == step.id);
    let states: Vec<StepState> = states.map(|planned| planned.state).collect();
    let count = |wanted: &[StepState]| states.iter().filter(|it| wanted.contains(it)).count();
    [
        count(&[StepState::Planned]),
        count(&[StepState::NothingToDo, StepState::Applied]),
        count(&[StepState::Refused]),
    ]
}

/// `83 services: 79 applied, 4 not applied`.
pub fn totals(runs: &[ServiceRun]) -> String {
    let parts = Outcome::ALL.iter().filter_map(|outcome| {
        let count = runs.iter().filter(|run| run.outcome() == *outcome).count();
        (count > 0).then(|| format!("{count} {}", outcome.word()))
    });
    let parts: Vec<String> = parts.collect();
    if runs.is_empty() {
        return "nothing to do".to_owned();
    }
    let noun = if runs.len() == 1 { "service" } else { "services" };
    format!("{} {noun}: {}", runs.len(), parts.join(", "))
}

/// How many services had which outcome, as JSON.
pub fn json(runs: &[ServiceRun]) -> serde_json::Value {
    let count = |outcome: Outcome| runs.iter().filter(|run| run.outcome() == outcome).count();
    let name = |outcome: Outcome| serde_json::to_value(outcome).ok()?.as_str().map(str::to_owned);
    let counts = Outcome::ALL.into_iter().filter_map(|it| Some((name(it)?, count(it).into())));
    serde_json::Value::Object(counts.collect())
}
