//! The audit for people at a terminal: figures, services, findings by rule.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::audit::{Finding, Metric, Outcome, Rule, Severity};

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The first findings of each rule.
    Capped,
    /// Everything.
    None,
}

/// Findings of one rule that are shown when capped.
const SHOWN: usize = 5;

/// The whole report.
pub fn text(outcome: &Outcome, limit: Limit) -> String {
    let mut text = String::new();
    rules(&mut text, outcome, limit);
    services(&mut text, outcome, limit);
    metrics(&mut text, &outcome.metrics);
    for remark in &outcome.remarks {
        let _ = writeln!(text, "left out: {remark}");
    }
    summary(&mut text, outcome);
    text
}

fn summary(text: &mut String, outcome: &Outcome) {
    let count = |severity| outcome.findings.iter().filter(|one| one.severity == severity).count();
    let _ = writeln!(
        text,
        "\n{} services, score {:.1} of 10; {} errors, {} warnings, {} notes",
        outcome.services.len(),
        outcome.score,
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note),
    );
}

/// Findings grouped by rule, the gravest first.
fn rules(text: &mut String, outcome: &Outcome, limit: Limit) {
    let mut groups: BTreeMap<&str, (&Rule, Vec<&Finding>)> = BTreeMap::new();
    for finding in &outcome.findings {
        let entry = groups.entry(finding.rule.id).or_insert((finding.rule, Vec::new()));
        entry.1.push(finding);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|(rule, found)| {
        let gravest = found.iter().map(|finding| finding.severity).max();
        (std::cmp::Reverse(gravest), rule.group, rule.id)
    });
    for (rule, found) in groups {
        let severity = found.iter().map(|finding| finding.severity).max();
        let word = severity.map_or("note", Severity::word);
        let mended =
            super::step(rule).map_or_else(String::new, |step| format!("; mended by {step}"));
        let _ = writeln!(text, "{word}[{}]: {} ({}{mended})", rule.id, rule.summary, found.len());
        let shown = if limit == Limit::None { found.len() } else { SHOWN };
        for finding in found.iter().take(shown) {
            let _ = writeln!(text, "  {}: {}", finding.place, finding.message);
        }
        if found.len() > shown {
            let _ = writeln!(text, "  … and {} more; --no-limit shows them", found.len() - shown);
        }
    }
}

fn services(text: &mut String, outcome: &Outcome, limit: Limit) {
    let mut order: Vec<_> = outcome.services.iter().collect();
    order.sort_by(|left, right| {
        left.score.score.total_cmp(&right.score.score).then_with(|| left.name.cmp(&right.name))
    });
    let width = order.iter().map(|service| service.name.len()).max().unwrap_or_default();
    let _ = writeln!(text, "\nscore  errors  warnings  notes  service");
    let shown = if limit == Limit::None { order.len() } else { 15 };
    for service in order.iter().take(shown) {
        let score = &service.score;
        let _ = writeln!(
            text,
            "{:>5.1}  {:>6}  {:>8}  {:>5}  {:<width$}  {} lines, {} routes, {} tests",
            score.score,
            score.errors,
            score.warnings,
            score.notes,
            service.name,
            service.lines,
            service.routes.len(),
            service.tests,
        );
    }
    if order.len() > shown {
        let _ = writeln!(text, "… and {} better ones; --no-limit shows them", order.len() - shown);
    }
}

fn metrics(text: &mut String, metrics: &[Metric]) {
    let width = metrics.iter().map(|metric| metric.name.len()).max().unwrap_or_default();
    text.push('\n');
    for metric in metrics {
        let value = format!("{}{}", metric.value, metric.unit);
        let of = metric.of.map_or_else(String::new, |of| format!(" of {of}"));
        let details: Vec<String> = metric
            .details
            .iter()
            .take(7)
            .map(|one| format!("{} {}", one.name, one.count))
            .collect();
        let details =
            if details.is_empty() { String::new() } else { format!("  ({})", details.join(", ")) };
        let _ = writeln!(text, "{:<width$}  {value}{of}{details}", metric.name);
    }
}
