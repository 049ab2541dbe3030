//! Showing what is about to happen to a person, and taking their answer.
//!
//! Asks only on a terminal; decides nothing and writes nothing.

mod correction;
pub mod interview;
mod pager;
pub mod prompt;
mod run;
mod step;

pub use correction::{Correction, CorrectionError};
pub use run::{Planner, Review, review};
