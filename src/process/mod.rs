//! Running: the only folder that starts other programs and that listens to signals.
//!
//! Programs are started from argument vectors, never through a shell, with a time limit, a
//! scrubbed environment and a cap on what is kept of their output.

mod capture;
mod command;
pub mod interrupt;
mod isolation;
mod running;

pub use command::{Command, ProcessError};
pub use isolation::{Network, can_isolate};
pub use running::{Ending, Output, Running};
