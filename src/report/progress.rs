//! Progress on a terminal: one line on standard error, gone when the work is done.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::settings::Settings;

/// A line that says what is being done; nothing without a terminal.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A line for work of unknown length.
    pub fn new(settings: &Settings) -> Self {
        let bar = ProgressBar::new_spinner();
        if settings.progress {
            bar.enable_steady_tick(Duration::from_millis(120));
        } else {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        Self { bar }
    }

    /// Says what is being done now.
    pub fn say(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
