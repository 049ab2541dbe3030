//! Showing what is about to happen to a person, and taking their answer.
//!
//! Asks only on a terminal; decides nothing and writes nothing.

pub mod interview;
pub mod prompt;
mod step;

pub use step::{Answer, review_step};
