//! Running: the only folder that starts other programs and that listens to signals.
//!
//! Programs are started from argument vectors, never through a shell, with a time limit, a
//! scrubbed environment and a cap on what is kept of their output.

pub mod interrupt;
