//! Files that an audit reads and writes besides its report: the baseline, earlier reports.

use camino::{Utf8Path, Utf8PathBuf};

use super::AuditArgs;
use crate::audit::{Baseline, Outcome};
use crate::error::CommandError;
use crate::report::audit::Run;
use crate::settings::Settings;

fn read(path: &Utf8Path) -> Result<String, CommandError> {
    std::fs::read_to_string(path)
        .map_err(|error| CommandError::input(format!("cannot read {path}: {error}")))
}

/// The baseline; none when it is still to be made.
pub(super) fn baseline(
    args: &AuditArgs,
    settings: &Settings,
) -> Result<Option<Baseline>, CommandError> {
    let Some(path) = args.baseline.as_ref().map(|path| settings.absolute(path)) else {
        return Ok(None);
    };
    if args.task.update_baseline && !path.exists() {
        return Ok(None);
    }
    let text = read(&path).map_err(|error| error.hint("--update-baseline makes it"))?;
    let baseline = Baseline::parse(&text);
    baseline.map(Some).map_err(|error| CommandError::input(format!("{path}: {error}")))
}

/// Earlier reports, in the order given.
pub(super) fn earlier(
    paths: &[Utf8PathBuf],
    settings: &Settings,
) -> Result<Vec<Run>, CommandError> {
    let run = |path: &Utf8PathBuf| {
        let path = settings.absolute(path);
        let name = path.file_stem().unwrap_or(path.as_str()).to_owned();
        Run::parse(&name, &read(&path)?)
            .map_err(|error| CommandError::input(format!("{path}: {error}")))
    };
    paths.iter().map(run).collect()
}

/// Writes the baseline: what is there now, or what is left of what was allowed.
pub(super) fn update(
    args: &AuditArgs,
    settings: &Settings,
    known: Option<&Baseline>,
    outcome: &Outcome,
) -> Result<(), CommandError> {
    let Some(path) = args.baseline.as_ref().map(|path| settings.absolute(path)) else {
        return Ok(());
    };
    let now = Baseline::of(&outcome.findings);
    let kept = known.map_or_else(|| now.clone(), |known| known.shrunk_to(&now));
    crate::apply::save_file(&path, kept.render().as_bytes())
        .map_err(|error| CommandError::input(format!("cannot write {path}: {error}")))
}
