//! The follow-up of `--lock`: a tool decides what is in its lock file, so no dry run shows it.

use camino::Utf8Path;

use crate::error::CommandError;
use crate::process::Command;
use crate::report::Printer;

/// What the tool may see of our environment beyond the usual.
const PASSED: [&str; 4] = ["UV_CACHE_DIR", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "XDG_CACHE_HOME"];

/// Runs `PROGRAM lock` in a folder; what was written before stays when it fails.
pub(super) fn run(printer: &Printer, program: &str, folder: &Utf8Path) -> Result<(), CommandError> {
    printer.remark(format!("running {program} lock"));
    let command = Command::new(program).args(["lock", "--quiet"]).cwd(folder).pass_env(&PASSED);
    let failed = |error: String| {
        let error = format!("everything is written but the lock file: {error}");
        CommandError::unresolved(error).hint(format!("run `{program} lock` in {folder}"))
    };
    let output = command.run().map_err(|error| failed(error.to_string()))?;
    if output.success() { Ok(()) } else { Err(failed(output.errors().trim().to_owned())) }
}
