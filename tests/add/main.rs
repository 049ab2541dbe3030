//! `scaffold add` as its users meet it: what it writes, what it refuses, and what the result is
//! worth to Python's own tools.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests make folders and start the program"
)]

mod checks;
mod crash;
mod features;
mod input;
mod names;
mod prompts;
#[path = "../new/support.rs"]
mod support;
#[path = "../generated/tools.rs"]
mod tools;
