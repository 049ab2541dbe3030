//! `scaffold migrate` from the outside: runs that stop and go on, undo, git, saved plans, prompts.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests make folders and start the program and git"
)]

mod crash;
mod prompts;
mod repository;
mod runs;
mod several;
mod support;
