//! The audit as `JUnit` XML: a suite per service, a case per rule that found something there.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::audit::{Finding, Outcome, Severity};

/// One document; notes are cases that pass and say so in their output.
pub fn junit(outcome: &Outcome) -> String {
    let mut suites: BTreeMap<&str, BTreeMap<&str, Vec<&Finding>>> = BTreeMap::new();
    for service in &outcome.services {
        suites.entry(&service.name).or_default();
    }
    for finding in &outcome.findings {
        let suite = finding.service.as_deref().unwrap_or("(all services)");
        suites.entry(suite).or_default().entry(finding.rule.id).or_default().push(finding);
    }
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"scaffold audit\">\n",
    );
    for (name, rules) in suites {
        let failures = rules.values().filter(|found| fails(found)).count();
        let cases = rules.len().max(1);
        let _ = writeln!(
            text,
            "  <testsuite name=\"{}\" tests=\"{cases}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">",
            escaped(name)
        );
        if rules.is_empty() {
            text.push_str("    <testcase classname=\"audit\" name=\"no findings\"/>\n");
        }
        for (rule, found) in rules {
            case(&mut text, rule, &found);
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn fails(found: &[&Finding]) -> bool {
    found.iter().any(|finding| finding.severity > Severity::Note)
}

fn case(text: &mut String, rule: &str, found: &[&Finding]) {
    let places: Vec<String> =
        found.iter().map(|finding| format!("{}: {}", finding.place, finding.message)).collect();
    let body = escaped(&places.join("\n"));
    let _ = writeln!(text, "    <testcase classname=\"audit\" name=\"{}\">", escaped(rule));
    if fails(found) {
        let message = format!("{} findings: {}", found.len(), found[0].rule.summary);
        let kind =
            found.iter().map(|finding| finding.severity).max().map_or("note", Severity::word);
        let _ = writeln!(
            text,
            "      <failure type=\"{kind}\" message=\"{}\">{body}</failure>",
            escaped(&message)
        );
    } else {
        let _ = writeln!(text, "      <system-out>{body}</system-out>");
    }
    text.push_str("    </testcase>\n");
}

/// Text for XML; characters that XML does not have are left out.
pub(in crate::report) fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '&' => result.push_str("&amp;"),
            '"' => result.push_str("&quot;"),
            '\'' => result.push_str("&#39;"),
            '\n' | '\t' => result.push(character),
            other if other.is_control() || matches!(other, '\u{fffe}' | '\u{ffff}') => {}
            other => result.push(other),
        }
    }
    result
}
