//! The audit as SARIF 2.1.0, for code scanning.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::audit::{Finding, Outcome, Rule, Severity, rules};
use crate::workspace::Place;

/// One run with its rules and results.
pub fn sarif(outcome: &Outcome) -> Value {
    let all: Vec<&'static Rule> = rules().collect();
    let index: BTreeMap<&str, usize> =
        all.iter().enumerate().map(|(index, rule)| (rule.id, index)).collect();
    let results: Vec<Value> =
        outcome.findings.iter().map(|finding| result(finding, index[finding.rule.id])).collect();
    let notifications: Vec<Value> = outcome
        .remarks
        .iter()
        .map(|remark| json!({ "level": "note", "message": { "text": remark } }))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "scaffold",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": all.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": { "ROOT": { "description": { "text": "the folder that was audited from" } } },
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn descriptor(rule: &Rule) -> Value {
    let help = crate::audit::page(rule.id).unwrap_or_default();
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary },
        "help": { "text": rule.summary, "markdown": help },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": [rule.group.name()] },
    })
}

fn result(finding: &Finding, index: usize) -> Value {
    let related: Vec<Value> = finding
        .evidence
        .iter()
        .enumerate()
        .map(|(number, evidence)| {
            let mut location = location(&evidence.place);
            location["id"] = json!(number + 1);
            location["message"] = json!({ "text": evidence.text });
            location
        })
        .collect();
    let mut properties = json!({ "service": finding.service });
    if let Some(step) = super::step(finding.rule) {
        properties["step"] = json!(step);
    }
    json!({
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": { "text": finding.message },
        "locations": [location(&finding.place)],
        "relatedLocations": related,
        "partialFingerprints": { "scaffoldIdentity/v1": finding.identity },
        "properties": properties,
    })
}

fn location(place: &Place) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(place.file.as_str()), "uriBaseId": "ROOT" },
        "region": { "startLine": place.line.max(1) },
    }})
}

/// A relative path as a URI reference.
fn uri(path: &str) -> String {
    let mut result = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                result.push(char::from(byte));
            }
            other => result.push_str(&format!("%{other:02X}")),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("services/a b/ü.py"), "services/a%20b/%C3%BC.py");
    }
}
