//! The writer, held against real folders: crashes, ledgers, undo, repositories, saved plans.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests make the trees that the writer is held against"
)]

mod crash;
mod ledger;
mod plan;
mod property;
mod repository;
mod root;
mod support;
