//! The generated Python, for real: linters, types, layers, tests, and the running app.
//!
//! What this needs beyond cargo and Python 3.11 (uv, and through it the linters) goes into
//! the build folder.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "the tests make folders, start programs, and say what they measured or skipped"
)]

mod app;
mod checks;
mod combinations;
mod fuzzing;
mod layers;
mod rendered;
mod system;
mod tools;
