//! How long planning takes: every service in one process.

use std::process::Command;
use std::time::Instant;

use camino::Utf8Path;

/// The clock of Linux counts in hundredths of a second.
const TICKS: f64 = 100.0;

/// Plans all services at once and says what it took.
#[expect(clippy::disallowed_methods, reason = "a test starts the program that it tests")]
pub(crate) fn plan_all(root: &Utf8Path, services: &[String]) -> std::io::Result<String> {
    let used = processor_time();
    let started = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_scaffold"))
        .args(["migrate", "--root", ".", "--dry-run", "--format", "json"])
        .args(services)
        .current_dir(root)
        .output()?;
    let wall = started.elapsed().as_secs_f64();
    let processor = processor_time() - used;
    let ended = output.status.code().unwrap_or(-1);
    Ok(format!(
        "planned {} services in one process: {wall:.2} s, {processor:.2} s of processor time, \
         exit status {ended}",
        services.len()
    ))
}

/// Seconds that finished children of this process have used, as far as the system says.
fn processor_time() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(") ").next().unwrap_or_default();
    let fields: Vec<f64> = after_name
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    fields.iter().sum::<f64>() / TICKS
}
