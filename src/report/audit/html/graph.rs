//! Pictures of the page: who calls whom, what needs what inside a service, the trend.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::super::trend::Trend;
use super::{escaped, scroller, section};
use crate::audit::{LinkKind, Outcome};

/// The services on a circle, with an arc for every HTTP call, and the same as a table.
pub(super) fn services(page: &mut String, outcome: &Outcome) {
    section(page, "graph", "Dependencies between services");
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for link in outcome.links.iter().filter(|link| link.kind != LinkKind::Order) {
        names.extend([link.from.as_str(), link.to.as_str()]);
    }
    if names.is_empty() {
        page.push_str("<p>No service names the address of another one.</p>\n</section>\n");
        return;
    }
    let places = circle(&names.iter().copied().collect::<Vec<_>>());
    scroller(page, "Picture of the calls between services");
    let _ = writeln!(
        page,
        "<svg viewBox=\"0 0 1000 1000\" role=\"img\" aria-label=\"{} services and their calls; the table below says the same\">",
        names.len()
    );
    for link in outcome.links.iter().filter(|link| link.kind != LinkKind::Order) {
        let ((x1, y1, _), (x2, y2, _)) = (places[link.from.as_str()], places[link.to.as_str()]);
        let _ = writeln!(
            page,
            "<path class=\"edge\" d=\"M{x1:.0} {y1:.0} Q500 500 {x2:.0} {y2:.0}\"><title>{} → {}</title></path>",
            escaped(&link.from),
            escaped(&link.to)
        );
    }
    for (name, (x, y, turn)) in &places {
        let flip = *x < 500.0;
        let (turn, side, shift) =
            if flip { (turn + 180.0, "end", -10) } else { (*turn, "start", 10) };
        let _ = writeln!(
            page,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"4\"/><text transform=\"translate({x:.0} {y:.0}) rotate({turn:.1})\" x=\"{shift}\" y=\"4\" text-anchor=\"{side}\">{}</text>",
            escaped(name)
        );
    }
    page.push_str("</svg></div>\n");
    table(page, outcome);
    page.push_str("</section>\n");
}

/// Positions on a circle, with the angle in degrees.
fn circle<'n>(names: &[&'n str]) -> BTreeMap<&'n str, (f64, f64, f64)> {
    let count = f64::from(u32::try_from(names.len()).unwrap_or(u32::MAX));
    let mut places = BTreeMap::new();
    let mut step = 0.0;
    for name in names {
        let angle = step / count * std::f64::consts::TAU;
        let (x, y) = (500.0 + 320.0 * angle.cos(), 500.0 + 320.0 * angle.sin());
        places.insert(*name, (x, y, angle.to_degrees()));
        step += 1.0;
    }
    places
}

fn table(page: &mut String, outcome: &Outcome) {
    page.push_str("<details><summary>As a table</summary>\n");
    scroller(page, "Calls between services");
    page.push_str("<table><thead><tr><th scope=\"col\">service</th><th scope=\"col\">needs</th><th scope=\"col\">how</th><th scope=\"col\">where</th></tr></thead><tbody>\n");
    for link in &outcome.links {
        let how = match link.kind {
            LinkKind::Http => "calls it over HTTP",
            LinkKind::Import => "imports its code",
            LinkKind::Order => "is started after it",
            LinkKind::Broker | LinkKind::Database => "shares it",
        };
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{how}</td><td><code>{}</code></td></tr>",
            escaped(&link.from),
            escaped(&link.to),
            escaped(&link.place.to_string())
        );
    }
    page.push_str("</tbody></table></div></details>\n");
}

/// Imports between the sub-packages of each service that has any.
pub(super) fn packages(page: &mut String, outcome: &Outcome) {
    section(page, "packages", "Inside services");
    for service in outcome.services.iter().filter(|service| !service.graph.is_empty()) {
        let _ = writeln!(
            page,
            "<details><summary>{} <span class=\"quiet\">{} connections between sub-packages</span></summary>",
            escaped(&service.name),
            service.graph.len()
        );
        page.push_str("<table><thead><tr><th scope=\"col\">sub-package</th><th scope=\"col\">imports (times)</th></tr></thead><tbody>\n");
        let mut rows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (from, to, count) in &service.graph {
            rows.entry(from).or_default().push(format!("{} ({count})", escaped(to)));
        }
        for (from, to) in rows {
            let _ = writeln!(
                page,
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
                escaped(from),
                to.join(", ")
            );
        }
        page.push_str("</tbody></table></details>\n");
    }
    page.push_str("</section>\n");
}

/// The score of every run as a line.
pub(super) fn line(page: &mut String, trend: &Trend) {
    let last = f64::from(u32::try_from(trend.runs.len() - 1).unwrap_or(1).max(1));
    let mut points = String::new();
    let mut step = 0.0;
    for run in &trend.runs {
        let (x, y) = (20.0 + step / last * 560.0, 120.0 - run.score * 10.0);
        let _ = write!(points, "{x:.0},{y:.0} ");
        step += 1.0;
    }
    let scores: Vec<String> = trend.runs.iter().map(|run| format!("{:.1}", run.score)).collect();
    let _ = writeln!(
        page,
        "<svg class=\"line\" viewBox=\"0 0 600 140\" role=\"img\" aria-label=\"Scores: {}\"><polyline points=\"{}\"/></svg>",
        scores.join(", "),
        points.trim_end()
    );
}
