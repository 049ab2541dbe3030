//! The audit as JSON, in the form that `docs/audit.schema.json` publishes.

use serde_json::{Value, json};

use crate::audit::{Finding, Outcome};

/// The version of the form; raised when something is taken away or changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// The whole outcome.
pub fn json(outcome: &Outcome) -> Value {
    json!({
        "version": SCHEMA_VERSION,
        "tool": { "name": "scaffold", "version": env!("CARGO_PKG_VERSION") },
        "base": outcome.base,
        "score": outcome.score,
        "services": outcome.services,
        "metrics": outcome.metrics,
        "findings": outcome.findings.iter().map(finding).collect::<Vec<_>>(),
        "clone_families": { "count": outcome.family_count, "shown": outcome.families },
        "links": outcome.links,
        "remarks": outcome.remarks,
    })
}

/// One finding.
fn finding(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule.id,
        "group": finding.group(),
        "severity": finding.severity,
        "service": finding.service,
        "file": finding.place.file,
        "line": finding.place.line,
        "message": finding.message,
        "identity": finding.identity,
        "step": super::step(finding.rule),
        "evidence": finding.evidence,
    })
}
