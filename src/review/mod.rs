//! Showing a plan to a person and taking their answer.
//!
//! Asks only on a terminal; decides nothing and writes nothing.

mod step;

pub use step::{Answer, review_step};
