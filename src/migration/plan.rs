//! What a run would do to one service, step by step.

use std::collections::BTreeMap;

use super::catalogue::{Operation, Step, StepKind};
use super::declared::{self, Applies};
use super::run::Progress;
use super::target::ServiceTarget;
use crate::change::{ChangeSet, RelPath};
use crate::layering::Placement;
use crate::operation::Note;
use crate::python::{Module, ServiceModule};
use crate::verify::{Declared, Item, Stage, Verdict, staged_proofs};
use crate::workspace::Tree;

/// Which steps of the catalogue are run.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these, when not empty.
    pub only: Vec<String>,
    /// Not these.
    pub skip: Vec<String>,
    /// None after this one.
    pub to: Option<String>,
    /// Behavioural steps too.
    pub behavioural: bool,
    /// Steps that the service's ledger records as applied: run again only when named.
    pub applied: Vec<String>,
    /// The application, `module:name`, that image and compose are to start.
    pub entry: Option<String>,
}

impl Selection {
    fn takes(&self, step: &Step) -> bool {
        let named = |list: &[String]| list.contains(&step.id);
        let wanted = self.only.is_empty() || named(&self.only);
        let is_chosen = self.entry.is_some() && step.operations.contains(&Operation::SettleEntry);
        let allowed = step.kind != StepKind::Behavioural
            || self.behavioural
            || named(&self.only)
            || is_chosen;
        wanted && allowed && !named(&self.skip)
    }
}

/// What becomes of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// It changes something.
    Planned,
    /// There is nothing for it to do.
    NothingToDo,
    /// It was left out by the selection.
    Skipped,
    /// It cannot be shown to be safe; the service stays as the steps before leave it.
    Refused,
    /// The service's ledger says that it was done.
    Applied,
}

/// One step and its effect.
#[derive(Debug, Clone)]
pub struct PlannedStep {
    /// The step.
    pub step: Step,
    /// What becomes of it.
    pub state: StepState,
    /// What changes.
    pub changes: ChangeSet,
    /// What was left as it is, with reasons.
    pub notes: Vec<Note>,
    /// Where modules go, for the step that moves them.
    pub placement: Option<Placement>,
    /// Why it was refused.
    pub refusal: Option<String>,
}

/// A planned run over one service.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The service.
    pub target: ServiceTarget,
    /// Every step of the catalogue, in order.
    pub steps: Vec<PlannedStep>,
    /// The tree before.
    pub before: Tree,
    /// The tree that all planned steps leave.
    pub after: Tree,
    /// The static proofs over all steps.
    pub proofs: Vec<Item>,
}

/// Why no plan can be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A step is named that does not exist.
    #[error("there is no step {0:?}")]
    UnknownStep(String),
}

impl Plan {
    /// Plans the selected steps on a tree, and proves them.
    pub fn build(
        tree: &Tree,
        target: &ServiceTarget,
        steps: &[Step],
        selection: &Selection,
    ) -> Result<Self, PlanError> {
        Unproved::build(tree, target, steps, selection).map(Unproved::proved)
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| step.changes.is_empty())
    }

    /// The steps that change something.
    pub fn pending(&self) -> impl Iterator<Item = &PlannedStep> {
        self.steps.iter().filter(|step| step.state == StepState::Planned)
    }

    /// What the static proofs found broken: a plan with any of it is never applied.
    pub fn broken(&self) -> impl Iterator<Item = &Item> {
        self.proofs.iter().filter(|item| item.verdict == Verdict::Broken)
    }

    /// Whether the static proofs found anything broken.
    pub fn is_broken(&self) -> bool {
        self.broken().next().is_some()
    }

    /// The step that was refused, if any.
    pub fn refused(&self) -> Option<&PlannedStep> {
        self.steps.iter().find(|step| step.state == StepState::Refused)
    }
}

/// A plan of which nothing is proved yet: good for planning what comes after it meanwhile.
pub struct Unproved {
    plan: Plan,
    stages: Stages,
}

impl Unproved {
    /// Plans the selected steps on a tree.
    pub fn build(
        tree: &Tree,
        target: &ServiceTarget,
        steps: &[Step],
        selection: &Selection,
    ) -> Result<Self, PlanError> {
        let named = selection.only.iter().chain(&selection.skip).chain(&selection.to);
        for name in named {
            if !steps.iter().any(|step| step.id == *name) {
                return Err(PlanError::UnknownStep(name.clone()));
            }
        }
        let mut current = tree.clone();
        let mut planned: Vec<PlannedStep> = Vec::new();
        let mut is_open = true;
        let mut stages = Stages { from: tree.clone(), first: 0, list: Vec::new() };
        for step in steps {
            let is_done = selection.applied.contains(&step.id) && selection.only.is_empty();
            let (result, next) = if is_open && is_done {
                (PlannedStep::empty(step, StepState::Applied), None)
            } else if is_open && selection.takes(step) {
                plan_step(&current, target, step, selection)
            } else {
                (PlannedStep::empty(step, StepState::Skipped), None)
            };
            let next = next.unwrap_or_else(|| current.clone());
            let is_alone = step.is_proved_alone();
            is_open &=
                result.state != StepState::Refused && selection.to.as_ref() != Some(&step.id);
            if is_alone && next != current {
                stages.close(&planned, Declared::Keeps, &current);
                planned.push(result);
                stages.close(&planned, step.declares(), &next);
            } else {
                planned.push(result);
            }
            current = next;
        }
        stages.close(&planned, Declared::Keeps, &current);
        for side in [tree, &current] {
            let service = target.read(side);
            service
                .modules()
                .iter()
                .filter_map(ServiceModule::module)
                .for_each(Module::forget_syntax);
        }
        let (before, target) = (tree.clone(), target.clone());
        let plan = Plan { target, steps: planned, before, after: current, proofs: Vec::new() };
        Ok(Self { plan, stages })
    }

    /// The tree that the plan leaves, if it changes anything.
    pub fn after(&self) -> Option<&Tree> {
        (!self.plan.is_empty()).then_some(&self.plan.after)
    }

    /// The plan with the static proofs over all its steps.
    pub fn proved(self) -> Plan {
        let Self { mut plan, stages } = self;
        let place = (plan.target.folder.as_ref(), plan.target.name.as_str());
        plan.proofs = staged_proofs(&stages.list, &plan.after, place);
        list_outside(&mut plan.proofs, &mut plan.steps, &plan.target);
        plan
    }
}

impl PlannedStep {
    fn empty(step: &Step, state: StepState) -> Self {
        Self {
            step: step.clone(),
            state,
            changes: ChangeSet::new(),
            notes: Vec::new(),
            placement: None,
            refusal: None,
        }
    }

    fn refused(step: &Step, reason: String) -> Self {
        Self { refusal: Some(reason), ..Self::empty(step, StepState::Refused) }
    }
}

/// The stages in which the steps of a run are proved.
struct Stages {
    /// The tree before the first step that is in no stage yet.
    from: Tree,
    /// That step's place.
    first: usize,
    list: Vec<Stage>,
}

impl Stages {
    /// Closes a stage behind the steps planned so far, if they change something.
    fn close(&mut self, planned: &[PlannedStep], declares: Declared, now: &Tree) {
        let steps = &planned[self.first..];
        if steps.iter().any(|step| !step.changes.is_empty()) {
            let before = std::mem::replace(&mut self.from, now.clone());
            self.list.push(Stage { before, moves: composed(steps), declares, left: None });
        }
        self.first = planned.len();
    }
}

/// What is broken in files outside of the service is listed, and does not keep the service as it is.
fn list_outside(proofs: &mut [Item], planned: &mut [PlannedStep], target: &ServiceTarget) {
    let Some(folder) = &target.folder else { return };
    let Some(step) = planned.iter_mut().find(|step| step.placement.is_some()) else { return };
    for item in proofs.iter_mut().filter(|item| item.verdict == Verdict::Broken) {
        let words =
            item.name.split(|letter: char| letter.is_whitespace() || "():".contains(letter));
        let mut files = words.filter_map(|word| RelPath::new(word).ok());
        let Some(file) = files.find(|file| file.extension() == "py") else { continue };
        if !file.starts_with(folder) {
            let why = item.detail.as_deref().unwrap_or("it differs");
            let text = format!("outside of the service, look at it by hand: {} ({why})", item.name);
            step.notes.push(Note::new(&file, 0, text));
            item.verdict = Verdict::Unjudged;
        }
    }
}

/// New path → first path over all steps.
fn composed(steps: &[PlannedStep]) -> BTreeMap<RelPath, RelPath> {
    let mut moves: BTreeMap<RelPath, RelPath> = BTreeMap::new();
    for step in steps {
        let mut next = moves.clone();
        for (new, old) in step.changes.moves() {
            next.remove(old);
            next.insert(new.clone(), moves.get(old).unwrap_or(old).clone());
        }
        moves = next;
    }
    moves
}

/// What a step does, and the tree that it leaves where it changes something.
fn plan_step(
    tree: &Tree,
    target: &ServiceTarget,
    step: &Step,
    selection: &Selection,
) -> (PlannedStep, Option<Tree>) {
    let refused = |why: String| (PlannedStep::refused(step, why), None);
    let mut progress = Progress::new(tree);
    match declared::applies(tree, target, step) {
        Ok(Applies::Yes) => {}
        Ok(Applies::No) => return (PlannedStep::empty(step, StepState::NothingToDo), None),
        Ok(Applies::Unknown(note)) => {
            let notes = vec![note];
            let empty = PlannedStep::empty(step, StepState::NothingToDo);
            return (PlannedStep { notes, ..empty }, None);
        }
        Err(error) => return refused(error),
    }
    for operation in &step.operations {
        if let Err(error) = progress.run(target, operation, selection) {
            return refused(error);
        }
    }
    if let Err(error) = declared::checked(&progress.tree, target, step) {
        return refused(error);
    }
    let changes = tree.changes_to(&progress.tree, &progress.moved);
    let state = if changes.is_empty() { StepState::NothingToDo } else { StepState::Planned };
    let next = (state == StepState::Planned).then_some(progress.tree);
    let (notes, placement) = (progress.notes, progress.placement);
    (PlannedStep { step: step.clone(), state, changes, notes, placement, refusal: None }, next)
}
