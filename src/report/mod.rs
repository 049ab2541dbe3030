//! The only folder that prints.
//!
//! Results go to standard output, remarks, progress and errors to standard error; both
//! are quiet when told to be, plain when piped or under `NO_COLOR`.

mod addition;
pub mod adoption;
pub mod audit;
pub mod diff;
pub mod explanation;
pub mod fleet;
pub mod placement;
pub mod plan;
pub mod ports;
mod progress;
mod service;
pub mod status;
pub mod step;
pub mod tree;
pub mod verification;

use std::io::Write;

pub use addition::AdditionReport;
pub use progress::{FleetProgress, Progress};
pub use service::NewReport;

use crate::error::CommandError;
use crate::settings::{Colour, Format, Settings};

/// Prints for one command.
#[derive(Debug, Clone)]
pub struct Printer {
    format: Format,
    colour: bool,
    quiet: bool,
}

impl Printer {
    /// A printer with the form and colour of `settings`.
    pub fn new(settings: &Settings) -> Self {
        Self {
            format: settings.format,
            colour: settings.colour == Colour::Always,
            quiet: settings.quiet,
        }
    }

    /// Whether one JSON document is expected on standard output.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether colour may be used on standard output.
    pub fn colour(&self) -> bool {
        self.colour
    }

    /// Writes result text; nothing in JSON mode.
    pub fn text(&self, text: impl AsRef<str>) {
        if !self.is_json() {
            write_line(&mut std::io::stdout().lock(), text.as_ref());
        }
    }

    /// Writes the one JSON document of the command; nothing in text mode.
    pub fn json(&self, value: &impl serde::Serialize) {
        if self.is_json() {
            let text = serde_json::to_string_pretty(value)
                .unwrap_or_else(|error| format!("{{\"error\": {:?}}}", error.to_string()));
            write_line(&mut std::io::stdout().lock(), &text);
        }
    }

    /// Writes a whole document to standard output, in whatever form it has.
    pub fn raw(&self, text: &str) {
        write_line(&mut std::io::stdout().lock(), text);
    }

    /// Writes a remark to standard error, unless quiet.
    pub fn remark(&self, text: impl AsRef<str>) {
        if !self.quiet {
            write_line(&mut std::io::stderr().lock(), text.as_ref());
        }
    }
}

/// Writes an error and its hints to standard error.
pub fn error(error: &CommandError) {
    let mut output = std::io::stderr().lock();
    write_line(&mut output, &format!("error: {error}"));
    for hint in &error.hints {
        write_line(&mut output, &format!("  hint: {hint}"));
    }
}

/// A closed pipe is the reader's decision, not a failure of ours.
fn write_line(output: &mut impl Write, text: &str) {
    let _ = writeln!(output, "{}", text.strip_suffix('\n').unwrap_or(text));
}
