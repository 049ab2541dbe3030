//! Audits as text, JSON, SARIF, `JUnit`, Markdown and one HTML page, all from the same values.

mod html;
mod json;
mod junit;
mod markdown;
mod sarif;
mod text;
mod trend;

use crate::audit::Rule;

pub(super) use html::STYLE;
pub use html::html;
pub use json::{SCHEMA_VERSION, json};
pub(super) use junit::escaped;
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
pub use text::{Limit, text};
pub use trend::{Run, Trend, TrendError};

/// The step of the catalogue that mends what a rule finds.
fn step(rule: &Rule) -> Option<&'static str> {
    let steps = crate::migration::catalogue().ok()?;
    rule.step.filter(|id| steps.iter().any(|step| step.id == *id))
}
