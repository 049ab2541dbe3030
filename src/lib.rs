//! Generates clean-architecture `FastAPI` services and migrates existing ones.
//!
//! The library is the product; the binary only calls [`command::main`]. Modules import
//! downwards only: each may use those that stand before it, which `tests/architecture.rs`
//! reads from here and holds.
//!
//! `error`, `settings`, `change` ← `workspace`, `process` ← `registry`, `render`, `python` ←
//! `layering`, `operation`, `audit`, `verify` ← `template`, `migration` ← `addition` ← `apply` ←
//! `trial` ← `report`, `review` ← `command`.

pub mod addition;
pub mod apply;
pub mod audit;
pub mod change;
pub mod command;
pub mod error;
pub mod layering;
pub mod migration;
pub mod operation;
pub mod process;
pub mod python;
pub mod registry;
pub mod render;
pub mod report;
pub mod review;
pub mod settings;
pub mod template;
pub mod trial;
pub mod verify;
pub mod workspace;
