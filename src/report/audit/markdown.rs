//! The audit as Markdown for a pull request: short first, details folded.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::audit::{Finding, Outcome, Severity};

/// Findings of one rule that are listed.
const SHOWN: usize = 20;

/// One document.
pub fn markdown(outcome: &Outcome) -> String {
    let count = |severity| outcome.findings.iter().filter(|one| one.severity == severity).count();
    let mut text = format!(
        "## Audit: {:.1} of 10\n\n{} services, {} errors, {} warnings, {} notes.\n",
        outcome.score,
        outcome.services.len(),
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note),
    );
    metrics(&mut text, outcome);
    services(&mut text, outcome);
    findings(&mut text, outcome);
    for remark in &outcome.remarks {
        let _ = writeln!(text, "\n> left out: {}", cell(remark));
    }
    text
}

fn metrics(text: &mut String, outcome: &Outcome) {
    text.push_str("\n| figure | value |\n|---|---|\n");
    for metric in &outcome.metrics {
        let of = metric.of.map_or_else(String::new, |of| format!(" of {of}"));
        let _ = writeln!(text, "| {} | {}{}{of} |", metric.name, metric.value, metric.unit);
    }
}

fn services(text: &mut String, outcome: &Outcome) {
    let mut order: Vec<_> = outcome.services.iter().collect();
    order.sort_by(|left, right| left.score.score.total_cmp(&right.score.score));
    let _ = writeln!(text, "\n<details><summary>Services by score</summary>\n");
    text.push_str("| service | score | errors | warnings | notes |\n|---|---|---|---|---|\n");
    for service in order {
        let score = &service.score;
        let _ = writeln!(
            text,
            "| `{}` | {:.1} | {} | {} | {} |",
            service.name, score.score, score.errors, score.warnings, score.notes
        );
    }
    text.push_str("\n</details>\n");
}

fn findings(text: &mut String, outcome: &Outcome) {
    let mut rules: BTreeMap<(std::cmp::Reverse<Severity>, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in &outcome.findings {
        rules
            .entry((std::cmp::Reverse(finding.severity), finding.rule.id))
            .or_default()
            .push(finding);
    }
    for ((severity, rule), found) in rules {
        let _ = writeln!(
            text,
            "\n<details><summary>{} <b>{rule}</b>: {} ({})</summary>\n",
            severity.0.word(),
            found[0].rule.summary,
            found.len()
        );
        for finding in found.iter().take(SHOWN) {
            let _ = writeln!(text, "- `{}` {}", finding.place, cell(&finding.message));
        }
        if found.len() > SHOWN {
            let _ = writeln!(text, "- … and {} more", found.len() - SHOWN);
        }
        text.push_str("\n</details>\n");
    }
}

/// Text that neither ends a table cell nor opens a tag.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}
