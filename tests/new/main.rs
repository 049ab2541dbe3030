//! `scaffold new` as its users meet it: through the command line only.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests make folders and start the program"
)]

mod concurrent;
mod crash;
mod input;
mod output;
mod prompts;
mod support;
mod templates;
