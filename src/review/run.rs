//! A whole run, step by step, before anything is written.
//!
//! Every question is asked first; so Ctrl-C at any of them leaves nothing behind. A step that is
//! skipped, or a placement that is corrected, makes the rest be planned again.

use std::collections::BTreeSet;

use super::correction::{self, Correction};
use super::step::{Answer, ask};
use crate::error::CommandError;
use crate::migration::{Plan, PlanError, PlannedStep, Selection, ServiceTarget, Step};
use crate::report::Printer;
use crate::workspace::Tree;

/// What is needed to plan a service, again and again.
#[derive(Debug, Clone)]
pub struct Planner<'a> {
    /// The tree as it is.
    pub tree: &'a Tree,
    /// The service.
    pub target: &'a ServiceTarget,
    /// The catalogue.
    pub steps: &'a [Step],
    /// Which of them are run.
    pub selection: Selection,
}

impl Planner<'_> {
    /// Plans the selected steps on the tree as it is.
    pub fn plan(&self) -> Result<Plan, PlanError> {
        Plan::build(self.tree, self.target, self.steps, &self.selection)
    }

    /// Plans with corrections; the step that places modules writes them down, too.
    fn corrected(&self, corrections: &[Correction]) -> Result<Plan, CommandError> {
        if corrections.is_empty() {
            return self.plan().map_err(CommandError::input);
        }
        let (path, change) =
            correction::change(self.tree, self.target, corrections).map_err(CommandError::input)?;
        let mut tree = self.tree.clone();
        if let Some(entry) = &change.after {
            tree.set(path.clone(), entry.clone());
        }
        let plan = Plan::build(&tree, self.target, self.steps, &self.selection);
        let mut plan = plan.map_err(CommandError::input)?;
        let placing = plan.steps.iter_mut().find(|step| step.placement.is_some());
        if let Some(step) = placing {
            step.changes.insert(path, change);
        }
        Ok(plan)
    }
}

/// What was decided about a run.
#[derive(Debug, Clone)]
pub struct Review {
    /// The plan of what is to be written.
    pub plan: Plan,
    /// The steps to be applied, by name.
    accepted: BTreeSet<String>,
    /// The steps that were left out.
    pub skipped: Vec<String>,
    /// The steps that remain after the run was stopped.
    pub rest: Vec<String>,
    /// Whether it was stopped.
    pub stopped: bool,
}

impl Review {
    /// Everything that is planned is accepted.
    pub fn accept_all(plan: Plan) -> Self {
        let accepted = plan.pending().map(|step| step.step.id.clone()).collect();
        Self { plan, accepted, skipped: Vec::new(), rest: Vec::new(), stopped: false }
    }

    /// The steps to be applied, in order.
    pub fn steps(&self) -> impl Iterator<Item = &PlannedStep> {
        self.plan.pending().filter(|step| self.accepted.contains(&step.step.id))
    }
}

/// Leads a person through a plan, step by step.
pub fn review(
    mut planner: Planner<'_>,
    plan: Plan,
    printer: &Printer,
) -> Result<Review, CommandError> {
    let mut corrections = Vec::new();
    let mut review = Review {
        plan,
        accepted: BTreeSet::new(),
        skipped: Vec::new(),
        rest: Vec::new(),
        stopped: false,
    };
    loop {
        let open = review.plan.pending().find(|step| !review.accepted.contains(&step.step.id));
        let Some(step) = open else { return Ok(review) };
        let id = step.step.id.clone();
        match ask(step, planner.target, printer)? {
            Answer::Accept => {
                review.accepted.insert(id);
                continue;
            }
            Answer::Correct(correction) => corrections.push(correction),
            Answer::Skip => {
                planner.selection.skip.push(id.clone());
                review.skipped.push(id);
            }
            Answer::Stop => {
                let ids = review.plan.pending().map(|step| step.step.id.clone());
                review.rest = ids.filter(|id| !review.accepted.contains(id)).collect();
                review.stopped = true;
                planner.selection.to = last_accepted(&review);
            }
        }
        if !review.stopped || planner.selection.to.is_some() {
            review.plan = planner.corrected(&corrections)?;
        }
        if review.stopped {
            return Ok(review);
        }
    }
}

fn last_accepted(review: &Review) -> Option<String> {
    review.steps().last().map(|step| step.step.id.clone())
}
