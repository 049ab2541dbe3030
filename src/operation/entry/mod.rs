//! The modules in which a service's application is started.
//!
//! [`merge`] takes away modules that only pass the application on; [`settle`] lets image and
//! compose start the same one. Both edit by byte ranges and leave, with the reason, what they
//! cannot follow.

mod apps;
mod commands;
mod image;
mod redirect;
mod stubs;

pub use apps::{Application, applications};
pub use image::{Choice, Difference, difference, settle};
pub use stubs::{EntryError, merge};
