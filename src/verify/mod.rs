//! Checking that nothing was lost or broken: before against after.
//!
//! Two kinds of proof make the same values, [`Item`]s: static ones look at two trees, dynamic ones
//! run both in scratch copies and compare what they show. Nothing here changes a project.

mod compare;
mod dynamic;
pub mod environment;
pub mod evidence;
mod model;
pub mod probe;
mod stages;
mod starts;
mod static_proof;
mod subject;

pub use compare::compare;
pub use dynamic::dynamic_proofs;
pub use model::{Aspect, Item, Report, Verdict};
pub use stages::{Declared, Stage, staged_proofs};
pub use starts::starts;
pub use static_proof::{import_failures, static_proofs};
pub use subject::{Subject, SubjectError};
