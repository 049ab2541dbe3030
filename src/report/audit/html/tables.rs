//! The tables of the page: scorecard, heat map, ports, findings.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{escaped, scroller, section};
use crate::audit::{Finding, Group, Outcome, Rule, ServiceOutcome, Severity};

/// Findings without a service are shown under this name.
const WHOLE: &str = "all services";

/// Services by score, the worst first, with the score of every group.
pub(super) fn scorecard(page: &mut String, outcome: &Outcome) {
    section(page, "scorecard", "Scorecard");
    page.push_str("<p>10 × 2^(−points/12); a rule takes its weight (error 3, warning 1, note ¼) × (1 + log₂(findings)/4).</p>\n");
    scroller(page, "Table of scores");
    page.push_str("<table>\n<thead><tr><th scope=\"col\">service</th><th scope=\"col\">score</th><th scope=\"col\">errors</th><th scope=\"col\">warnings</th><th scope=\"col\">notes</th><th scope=\"col\">lines</th><th scope=\"col\">routes</th><th scope=\"col\">tests</th>");
    for group in Group::ALL {
        let _ = write!(page, "<th scope=\"col\">{}</th>", group.name());
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    let mut order: Vec<&ServiceOutcome> = outcome.services.iter().collect();
    order.sort_by(|left, right| left.score.score.total_cmp(&right.score.score));
    for service in order {
        let score = &service.score;
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td class=\"number\"><strong>{:.1}</strong></td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>",
            escaped(&service.name),
            score.score,
            score.errors,
            score.warnings,
            score.notes,
            service.lines,
            service.routes.len(),
            service.tests,
        );
        for group in Group::ALL {
            let value = score.groups.get(group.name()).copied().unwrap_or(10.0);
            let _ = write!(page, "<td class=\"number {}\">{value:.1}</td>", shade(value));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n</section>\n");
}

pub(super) fn shade(score: f64) -> &'static str {
    match () {
        () if score >= 9.95 => "good",
        () if score >= 8.0 => "note",
        () if score >= 6.0 => "warning",
        () => "error",
    }
}

/// What each rule found in each service.
type Cells<'o> = BTreeMap<&'o str, BTreeMap<&'static str, (Severity, usize)>>;

fn cells(outcome: &Outcome) -> Cells<'_> {
    let mut cells: Cells<'_> = BTreeMap::new();
    for finding in &outcome.findings {
        let service = finding.service.as_deref().unwrap_or(WHOLE);
        let cell = cells.entry(service).or_default().entry(finding.rule.id);
        let cell = cell.or_insert((finding.severity, 0));
        cell.0 = cell.0.max(finding.severity);
        cell.1 += 1;
    }
    cells
}

/// Service × rule; each number leads to its findings.
pub(super) fn heat_map(page: &mut String, outcome: &Outcome) {
    let cells = cells(outcome);
    let used = |rule: &&'static Rule| cells.values().any(|row| row.contains_key(rule.id));
    let rules: Vec<&'static Rule> = crate::audit::rules().filter(used).collect();
    section(page, "heat", "Heat map");
    scroller(page, "Findings by service and rule");
    page.push_str("<table class=\"heat\">\n<thead><tr><th scope=\"col\">service</th>");
    for rule in &rules {
        let _ = write!(
            page,
            "<th scope=\"col\" class=\"tall\"><a href=\"#rule-{0}\">{0}</a></th>",
            rule.id
        );
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    let names = outcome.services.iter().map(|service| service.name.as_str());
    for name in names.chain([WHOLE]) {
        let _ = write!(page, "<tr><th scope=\"row\">{}</th>", escaped(name));
        for rule in &rules {
            match cells.get(name).and_then(|row| row.get(rule.id)) {
                Some((severity, count)) => {
                    let _ = write!(
                        page,
                        "<td class=\"{}\"><a href=\"#{}\">{count}</a></td>",
                        severity.word(),
                        anchor(rule.id, name)
                    );
                }
                None => page.push_str("<td></td>"),
            }
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n</section>\n");
}

fn anchor(rule: &str, service: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    format!("f-{rule}-{}", service.chars().map(plain).collect::<String>())
}

/// Listening ports with the services that have them.
pub(super) fn ports(page: &mut String, outcome: &Outcome) {
    let mut ports: BTreeMap<u16, Vec<&ServiceOutcome>> = BTreeMap::new();
    for service in &outcome.services {
        if let Some(port) = service.listens {
            ports.entry(port).or_default().push(service);
        }
    }
    section(page, "ports", "Ports");
    scroller(page, "Table of ports");
    page.push_str("<table>\n<thead><tr><th scope=\"col\">listens at</th><th scope=\"col\">services</th><th scope=\"col\">registry, or what it would give</th></tr></thead>\n<tbody>\n");
    for (port, services) in ports {
        let names: Vec<String> = services.iter().map(|service| escaped(&service.name)).collect();
        let given: Vec<String> = services
            .iter()
            .map(|service| service.port.map_or_else(|| "–".to_owned(), |port| port.to_string()))
            .collect();
        let class = if services.len() > 1 { " class=\"warning\"" } else { "" };
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\"{class}>{port}</th><td>{}</td><td>{}</td></tr>",
            names.join(", "),
            given.join(", ")
        );
    }
    page.push_str("</tbody></table></div>\n</section>\n");
}

/// Every finding, by rule and service.
pub(super) fn findings(page: &mut String, outcome: &Outcome) {
    let mut groups: BTreeMap<&str, BTreeMap<&str, Vec<&Finding>>> = BTreeMap::new();
    for finding in &outcome.findings {
        let service = finding.service.as_deref().unwrap_or(WHOLE);
        groups.entry(finding.rule.id).or_default().entry(service).or_default().push(finding);
    }
    section(page, "findings", "Findings");
    for rule in crate::audit::rules() {
        let services = groups.remove(rule.id).unwrap_or_default();
        let count: usize = services.values().map(Vec::len).sum();
        let mended = super::super::step(rule)
            .map_or_else(String::new, |step| format!(" Mended by the step <code>{step}</code>."));
        let _ = writeln!(
            page,
            "<h3 id=\"rule-{0}\"><code>{0}</code> {count}</h3>\n<p>{1} ({2}, {3}).{mended}</p>",
            rule.id,
            escaped(rule.summary),
            rule.group.name(),
            rule.severity.word(),
        );
        for (service, found) in services {
            let _ = writeln!(
                page,
                "<details id=\"{}\"><summary>{} <span class=\"quiet\">{}</span></summary><ul>",
                anchor(rule.id, service),
                escaped(service),
                found.len()
            );
            for finding in found {
                one(page, finding);
            }
            page.push_str("</ul></details>\n");
        }
    }
    page.push_str("</section>\n");
}

fn one(page: &mut String, finding: &Finding) {
    let _ = write!(
        page,
        "<li><code>{}</code> {}",
        escaped(&finding.place.to_string()),
        escaped(&finding.message)
    );
    if !finding.evidence.is_empty() {
        page.push_str("<ul>");
        for evidence in finding.evidence.iter().take(8) {
            let _ = write!(
                page,
                "<li><code>{}</code> {}</li>",
                escaped(&evidence.place.to_string()),
                escaped(&evidence.text)
            );
        }
        page.push_str("</ul>");
    }
    page.push_str("</li>\n");
}
