//! The audit as one self-contained page: no script, no request, readable on a phone, by
//! keyboard, in dark mode and on paper.

mod graph;
mod tables;

use std::fmt::Write as _;

use super::junit::escaped;
use super::trend::Trend;
use crate::audit::{FamilyView, Metric, Outcome, Severity};

pub(in crate::report) const STYLE: &str = include_str!("style.css");

/// The page; `trend` compares with earlier runs.
pub fn html(outcome: &Outcome, trend: &Trend) -> String {
    let mut page =
        String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n<title>Audit</title>\n");
    let _ = writeln!(page, "<style>\n{STYLE}</style>\n</head>\n<body>");
    page.push_str("<a class=\"skip\" href=\"#main\">Skip to the report</a>\n");
    head(&mut page, outcome);
    page.push_str("<main id=\"main\">\n");
    metrics(&mut page, &outcome.metrics);
    trends(&mut page, trend);
    tables::scorecard(&mut page, outcome);
    tables::heat_map(&mut page, outcome);
    tables::ports(&mut page, outcome);
    graph::services(&mut page, outcome);
    graph::packages(&mut page, outcome);
    families(&mut page, outcome);
    tables::findings(&mut page, outcome);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn head(page: &mut String, outcome: &Outcome) {
    let count = |severity| outcome.findings.iter().filter(|one| one.severity == severity).count();
    let _ = writeln!(
        page,
        "<header>\n<h1>Audit of <code>{}</code></h1>\n<div class=\"summary\">\n\
         <p class=\"score {}\"><strong>{:.1}</strong> of 10</p>\n<ul class=\"counts\">\
         <li><strong>{}</strong> services</li><li class=\"error\"><strong>{}</strong> errors</li>\
         <li class=\"warning\"><strong>{}</strong> warnings</li>\
         <li class=\"note\"><strong>{}</strong> notes</li></ul>\n</div>",
        escaped(&outcome.base),
        tables::shade(outcome.score),
        outcome.score,
        outcome.services.len(),
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note),
    );
    for remark in &outcome.remarks {
        let _ = writeln!(page, "<p class=\"quiet\">Left out: {}</p>", escaped(remark));
    }
    page.push_str("<nav aria-label=\"Sections\"><ul>\n");
    let sections = [
        ("figures", "Figures"),
        ("scorecard", "Scorecard"),
        ("heat", "Heat map"),
        ("ports", "Ports"),
        ("graph", "Dependencies"),
        ("packages", "Inside services"),
        ("families", "Duplication"),
        ("findings", "Findings"),
    ];
    for (id, name) in sections {
        let _ = writeln!(page, "<li><a href=\"#{id}\">{name}</a></li>");
    }
    page.push_str("</ul></nav>\n</header>\n");
}

/// Opens a section with its heading.
fn section(page: &mut String, id: &str, name: &str) {
    let _ = writeln!(
        page,
        "<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n<h2 id=\"{id}-h\">{name}</h2>"
    );
}

/// Opens a part that scrolls sideways, by keyboard too.
fn scroller(page: &mut String, label: &str) {
    let _ = writeln!(
        page,
        "<div class=\"wide\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">"
    );
}

fn metrics(page: &mut String, metrics: &[Metric]) {
    section(page, "figures", "Figures");
    scroller(page, "Table of figures");
    page.push_str("<table class=\"figures\">\n<thead><tr><th scope=\"col\">figure</th><th scope=\"col\">value</th><th scope=\"col\">parts</th><th scope=\"col\">definition</th><th scope=\"col\">findings</th></tr></thead>\n<tbody>\n");
    for metric in metrics {
        let of = metric.of.map_or_else(String::new, |of| format!(" of {of}"));
        let parts: Vec<String> = metric
            .details
            .iter()
            .map(|one| format!("{} {}", escaped(&one.name), one.count))
            .collect();
        let links: Vec<String> = metric
            .rules
            .iter()
            .map(|rule| format!("<a href=\"#rule-{rule}\">{rule}</a>"))
            .collect();
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}{}{of}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            metric.name,
            metric.value,
            metric.unit,
            parts.join(", "),
            escaped(metric.definition),
            links.join(" "),
        );
    }
    page.push_str("</tbody></table></div>\n</section>\n");
}

fn trends(page: &mut String, trend: &Trend) {
    if trend.runs.len() < 2 {
        return;
    }
    section(page, "trend", "Trend");
    graph::line(page, trend);
    scroller(page, "Figures of each run");
    page.push_str("<table>\n<thead><tr><th scope=\"col\">figure</th>");
    for run in &trend.runs {
        let _ = write!(page, "<th scope=\"col\">{}</th>", escaped(&run.name));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for name in trend.names() {
        let _ = write!(page, "<tr><th scope=\"row\">{}</th>", escaped(name));
        for run in &trend.runs {
            let value = run.values.get(name).map_or_else(|| "–".to_owned(), f64::to_string);
            let _ = write!(page, "<td class=\"number\">{value}</td>");
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n</section>\n");
}

fn families(page: &mut String, outcome: &Outcome) {
    section(page, "families", "Duplication");
    let _ = writeln!(
        page,
        "<p>{} families of cloned blocks; those that cost most first.</p>",
        outcome.family_count
    );
    for family in &outcome.families {
        one_family(page, family);
    }
    page.push_str("</section>\n");
}

fn one_family(page: &mut String, family: &FamilyView) {
    let _ = writeln!(
        page,
        "<details><summary>{}: {} lines × {} places in {} services</summary>",
        family.kind,
        family.lines,
        family.copies.len(),
        family.services
    );
    if let Some(replacement) = &family.replacement {
        let _ = writeln!(
            page,
            "<p>The shared libraries have it: <code>{}</code></p>",
            escaped(replacement)
        );
    }
    page.push_str("<div class=\"pair\">\n");
    for (text, place) in family.texts.iter().zip(&family.copies) {
        let place = escaped(&place.to_string());
        let _ = writeln!(
            page,
            "<figure><figcaption><code>{place}</code></figcaption><pre tabindex=\"0\" role=\"region\" aria-label=\"{place}\">{}</pre></figure>",
            escaped(text)
        );
    }
    page.push_str("</div>\n<ul class=\"places\">\n");
    for place in family.copies.iter().skip(2).take(40) {
        let _ = writeln!(page, "<li><code>{}</code></li>", escaped(&place.to_string()));
    }
    page.push_str("</ul></details>\n");
}
