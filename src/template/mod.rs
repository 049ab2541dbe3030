//! Generating files from templates: sources, questions, conditions, rendering.
//!
//! A template is data: plain values, no code, limits on time and size. Rendering gives a
//! [`crate::workspace::Tree`]; what becomes of it is a change set like every other, and
//! only `apply` writes it.

mod answers;
mod base;
mod blueprint;
mod condition;
mod engine;
mod fetch;
mod kind;
mod liquid;
mod manifest;
mod names;
mod plan;
pub mod platform;
mod port;
mod render;
mod request;
mod shared;
mod source;
mod survey;
mod value;
mod words;

pub use answers::{Answers, AnswersError, Origin, Provenance, record};
pub use base::{Base, BaseError};
pub use blueprint::{Blueprint, BlueprintKind};
pub use engine::{EngineError, Limits, Scope};
pub use kind::ServiceKind;
pub use liquid::{CHILD, ChildArgs, Hooks, LiquidError, LiquidTemplate, run_child};
pub use manifest::{Feature, Manifest, ManifestError, Variable};
pub use names::{EntityName, NameError, ServiceName};
pub use plan::{NewService, Site, plan};
pub use render::{RenderError, Template};
pub use request::{NewError, Request};
pub use shared::Library;
pub(crate) use shared::common_scope;
pub use source::{Dialect, Source, SourceError, dialect, embedded, load};
pub use survey::Survey;
pub use value::{Kind, Value};
