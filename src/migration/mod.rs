//! Planning a migration: the step catalogue and what each step would do to one service.
//!
//! A [`Plan`] is made from a tree and changes nothing: step n+1 is planned on the tree that
//! steps 1..n would leave.

mod catalogue;
mod condition;
mod declared;
mod own;
mod plan;
mod run;
mod target;

pub use catalogue::{CatalogueError, Operation, Origin, Step, StepKind, catalogue};
pub use condition::{Check, Precondition};
pub use own::{MIGRATIONS, StepsError, arranged, own_steps};
pub use plan::{Plan, PlanError, PlannedStep, Selection, StepState, Unproved};
pub use target::{ServiceTarget, TargetError};
