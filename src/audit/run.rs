//! Running every rule over a fleet: severities, identities, allowed findings, order.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::allow;
use super::finding::{Draft, Finding, identity, squeezed};
use super::fleet::Fleet;
use super::rule::{Check, Files, Rule, Severity, Sink};
use super::rules;
use super::service::ServiceFacts;
use crate::audit::Backend;
use crate::workspace::Tree;

/// Every finding, sorted by service, file and line.
pub(super) fn findings(fleet: &Fleet) -> Vec<Finding> {
    let active: Vec<(&'static Rule, Severity)> = rules()
        .filter_map(|rule| {
            let level = fleet.backend.settings.severity.get(rule.id);
            let severity = level.map_or(Some(rule.severity), |level| level.severity());
            Some((rule, severity?))
        })
        .collect();
    let by_service = fleet.services.par_iter().flat_map_iter(|service| {
        active.iter().flat_map(|(rule, severity)| {
            let drafts = of_service(rule, fleet, service);
            drafts.into_iter().map(|draft| (*rule, *severity, draft))
        })
    });
    let by_fleet = active.par_iter().flat_map_iter(|(rule, severity)| {
        let mut sink = Sink::default();
        if let Check::Fleet(check) = rule.check {
            check(fleet, &mut sink);
        }
        sink.drafts.into_iter().map(|draft| (*rule, *severity, draft))
    });
    let mut drafts: Vec<(&'static Rule, Severity, Draft)> = by_service.collect();
    drafts.extend(by_fleet.collect::<Vec<_>>());
    let mut findings = finish(&fleet.backend, drafts);
    let complaints = allow::apply(&fleet.backend.tree, &mut findings);
    let level = active.iter().find(|(rule, _)| rule.id == allow::UNUSED.id);
    if let Some((rule, severity)) = level {
        let drafts = complaints.into_iter().map(|draft| (*rule, *severity, draft)).collect();
        findings.extend(finish(&fleet.backend, drafts));
        findings.sort_by(|left, right| order(left).cmp(&order(right)));
    }
    findings
}

fn of_service(rule: &'static Rule, fleet: &Fleet, service: &ServiceFacts) -> Vec<Draft> {
    let mut sink = Sink::default();
    match rule.check {
        Check::File(files, check) => {
            let shown = service.files.iter().filter(|file| match files {
                Files::Code => file.is_code(),
                Files::Tests => file.is_test,
                Files::All => true,
            });
            for file in shown {
                check(service, file, &mut sink);
            }
        }
        Check::Service(check) => check(fleet, service, &mut sink),
        Check::Fleet(_) | Check::Elsewhere => {}
    }
    let name = service.name();
    for draft in &mut sink.drafts {
        draft.service.get_or_insert_with(|| name.to_owned());
    }
    sink.drafts
}

fn order(finding: &Finding) -> (&Option<String>, &str, usize, &str, &str) {
    let place = &finding.place;
    (&finding.service, place.file.as_str(), place.line, finding.rule.id, &finding.message)
}

/// Gives drafts their identities, in an order that does not depend on threads.
fn finish(backend: &Backend, mut drafts: Vec<(&'static Rule, Severity, Draft)>) -> Vec<Finding> {
    drafts.sort_by(|(left_rule, _, left), (right_rule, _, right)| {
        let left = (&left.service, &left.place, left_rule.id, &left.message);
        left.cmp(&(&right.service, &right.place, right_rule.id, &right.message))
    });
    drafts.dedup_by(|(left_rule, _, left), (right_rule, _, right)| {
        left_rule.id == right_rule.id && left.place == right.place && left.message == right.message
    });
    let mut seen: BTreeMap<(&'static str, String, String), usize> = BTreeMap::new();
    let finished = drafts.into_iter().map(|(rule, severity, draft)| {
        let anchor =
            if draft.anchor.is_empty() { line_of(&backend.tree, &draft) } else { draft.anchor };
        let key = (rule.id, draft.place.file.as_str().to_owned(), anchor.clone());
        let ordinal = seen.entry(key).or_default();
        let file = backend.shown(&draft.place.file);
        let identity = identity(rule.id, &file, &anchor, *ordinal);
        *ordinal += 1;
        Finding {
            rule,
            severity,
            service: draft.service,
            place: draft.place,
            message: draft.message,
            evidence: draft.evidence,
            identity,
        }
    });
    finished.collect()
}

/// The text of the line that a draft points to, or its message.
fn line_of(tree: &Tree, draft: &Draft) -> String {
    let Some(text) = tree.text(&draft.place.file) else { return draft.message.clone() };
    let bytes = text.as_bytes();
    let start = match draft.place.line {
        0 | 1 => 0,
        line => match memchr::memchr_iter(b'\n', bytes).nth(line - 2) {
            Some(at) => at + 1,
            None => return draft.message.clone(),
        },
    };
    let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length);
    squeezed(&text[start..end])
}
