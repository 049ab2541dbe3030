//! Progress on a terminal: lines on standard error, gone when the work is done.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

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

/// How far a run over many services is: one bar for all, and one for each service that is being
/// planned or written; nothing without a terminal.
#[derive(Debug)]
pub struct FleetProgress {
    bars: MultiProgress,
    all: ProgressBar,
    services: Mutex<BTreeMap<String, ProgressBar>>,
}

impl FleetProgress {
    /// Bars for `count` services; none is shown for a single one.
    pub fn new(settings: &Settings, count: usize) -> Self {
        let bars = MultiProgress::new();
        if !settings.progress || count < 2 {
            bars.set_draw_target(ProgressDrawTarget::hidden());
        }
        let all = bars.add(ProgressBar::new(count as u64));
        all.set_style(style("{pos:>3}/{len} services {wide_bar} {elapsed}"));
        Self { bars, all, services: Mutex::default() }
    }

    /// A service is being planned.
    pub fn planning(&self, service: &str) {
        let bar = self.bars.add(ProgressBar::new(1));
        bar.set_style(style("  {msg}"));
        bar.set_message(format!("{service}: planning"));
        self.lock().insert(service.to_owned(), bar);
    }

    /// A step of a service is being written, `done` of `count` are.
    pub fn writing(&self, service: &str, (done, count): (usize, usize), step: &str) {
        if let Some(bar) = self.lock().get(service) {
            bar.set_style(style("  {msg} {bar:20} {pos}/{len}"));
            bar.set_length(count as u64);
            bar.set_position(done as u64);
            bar.set_message(format!("{service}: {step}"));
        }
    }

    /// A service is done with.
    pub fn done(&self, service: &str) {
        if let Some(bar) = self.lock().remove(service) {
            self.bars.remove(&bar);
        }
        self.all.inc(1);
    }

    /// Prints above the bars, where there are any.
    pub fn above(&self, print: impl FnOnce()) {
        self.bars.suspend(print);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, ProgressBar>> {
        self.services.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FleetProgress {
    fn drop(&mut self) {
        // A terminal that cannot be cleared keeps its last lines.
        let _ = self.bars.clear();
    }
}

/// A template of ours; should the library not read it, its own style does.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
