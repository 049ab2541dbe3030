//! When an audit fails.

use crate::audit::{Baseline, Finding, Outcome, Severity};
use crate::error::ExitStatus;

/// What makes an audit fail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum FailOn {
    /// A finding that the baseline does not know.
    New,
    /// A finding of that severity or above.
    Severity(Severity),
    /// A score below that.
    Score(f64),
    /// Nothing.
    Never,
}

/// Reads the value of `--fail-on`.
pub(super) fn fail_on(text: &str) -> Result<FailOn, String> {
    match text {
        "new" => Ok(FailOn::New),
        "error" => Ok(FailOn::Severity(Severity::Error)),
        "warning" => Ok(FailOn::Severity(Severity::Warning)),
        "note" => Ok(FailOn::Severity(Severity::Note)),
        "never" => Ok(FailOn::Never),
        other => other
            .strip_prefix("score<")
            .and_then(|number| number.parse().ok())
            .filter(|number| (0.0..=10.0).contains(number))
            .map(FailOn::Score)
            .ok_or_else(|| "expected new, error, warning, note, never or score<NUMBER".to_owned()),
    }
}

/// With a baseline only findings that it does not know count.
pub(super) fn status(
    fail_on: FailOn,
    outcome: &Outcome,
    baseline: Option<&Baseline>,
) -> ExitStatus {
    let counted: Vec<&Finding> = match baseline {
        Some(baseline) => baseline.new_findings(&outcome.findings),
        None => outcome.findings.iter().collect(),
    };
    let fails = match fail_on {
        FailOn::New => !counted.is_empty(),
        FailOn::Severity(least) => counted.iter().any(|finding| finding.severity >= least),
        FailOn::Score(least) => outcome.score < least,
        FailOn::Never => false,
    };
    if fails { ExitStatus::Findings } else { ExitStatus::Success }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_and_nonsense_is_refused() {
        assert_eq!(fail_on("score<7"), Ok(FailOn::Score(7.0)));
        assert_eq!(fail_on("warning"), Ok(FailOn::Severity(Severity::Warning)));
        assert!(fail_on("score<70").is_err() && fail_on("soon").is_err());
    }
}
