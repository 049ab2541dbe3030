//! Extending a service that is there: one more entity, endpoint, event, client or feature.
//!
//! An addition is rendered from an embedded template below `templates/add`: its files are new,
//! its sketches say what files that are there shall hold (see `sketch`). The outcome is one
//! change set, empty when everything is there already, or a list of what stands in the way.
//! Nothing is written here.

mod client;
mod conflict;
mod describe;
mod draft;
mod endpoint;
mod entity;
mod error;
mod event;
mod feature;
mod field;
mod imports;
mod merge;
mod migration;
mod paragraphs;
mod site;
mod sketch;

pub use client::{ClientRequest, add_client};
pub use conflict::Conflict;
pub use draft::Addition;
pub use endpoint::{EndpointRequest, Method, add_endpoint};
pub use entity::{EntityRequest, add_entity};
pub use error::AddError;
pub use event::{EventRequest, add_event};
pub use feature::add_feature;
pub use field::{Field, FieldError};
pub use site::{Layout, Root, Site, Target};
