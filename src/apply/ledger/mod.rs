//! The ledger: what was done to a service, with everything needed to take it back.
//!
//! `ledger.json` records each step, `objects/` holds the bytes that it replaced. Both are
//! written in the same transaction as the step itself, and both are committed files: what is
//! read from them may have been edited by anybody and is checked.

mod images;
mod object;
mod record;
mod step;
mod undo;

pub use images::{Images, Stretch, before_images, stretches};
pub use record::{Ledger, OpenRun, PathRecord, StepRecord, StepState};
pub use step::{RunStep, apply_run_step, apply_step, close_run, record_state};
pub use undo::{UndoTarget, Undone, undo};
