//! Files that are derived from the registry.
//!
//! Text in, text out: what is foreign stays byte for byte, each result is read again
//! before it is believed. Nothing is written here.

pub mod compose;
pub mod derive;
pub mod env;
