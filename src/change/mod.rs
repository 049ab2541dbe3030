//! Changes as values.
//!
//! A [`ChangeSet`] says what should become of each path below one root. It owns
//! no file handle, so planning cannot damage a project: only `apply` writes.

mod bytes;
mod derived;
mod edit;
mod entry;
mod fingerprint;
mod path;
mod plan;
mod set;
mod step;

pub use bytes::Bytes;
pub use derived::Derived;
pub use edit::{Edit, EditError, apply_edits};
pub use entry::{Content, Entry, Hash};
pub use fingerprint::Fingerprint;
pub use path::{PathError, RelPath};
pub use plan::{PlanDocument, PlanError, PlannedStep};
pub use set::{Applicability, ChangeSet, FileChange};
pub use step::StepMeta;
