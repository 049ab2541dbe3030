//! A plan as one self-contained page: the trees before and after, the graph, and why each
//! definition goes where it goes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Picture, svg};
use crate::layering::{Decision, Reason};
use crate::migration::Plan;
use crate::report::audit::{STYLE, escaped};
use crate::report::plan::reason;

/// The page; none when no step of the plan places anything.
pub fn html(plan: &Plan) -> Option<String> {
    let picture = Picture::of(plan)?;
    let name = escaped(&plan.target.name);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>Migration of {name}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the plan</a>\n\
         <header><h1>Migration of <code>{name}</code></h1></header>\n<main id=\"main\">\n"
    );
    trees(&mut page, &picture);
    page.push_str("<section aria-labelledby=\"graph-h\">\n<h2 id=\"graph-h\">Who uses whom, and the cut</h2>\n");
    page.push_str("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Graph of the placement\">\n");
    page.push_str(&svg::draw(&picture));
    page.push_str("</div>\n<p class=\"quiet\">Columns are layers. An arrow leads from who uses to what is used; a dashed one \
         lets an inner layer know an outer one, with what it would take to turn it around.</p>\n</section>\n");
    table(&mut page, &picture);
    page.push_str("</main>\n</body>\n</html>\n");
    Some(page)
}

fn trees(page: &mut String, picture: &Picture<'_>) {
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    for (path, change) in picture.step.changes.iter() {
        let old = change.moved_from.as_ref().unwrap_or(path);
        if change.before.is_some() || change.moved_from.is_some() {
            before.insert(old.as_str());
        }
        if change.after.is_some() {
            after.insert(path.as_str());
        }
    }
    page.push_str(
        "<section aria-labelledby=\"trees-h\">\n<h2 id=\"trees-h\">Before and after</h2>\n",
    );
    pair(page, [&before, &after]);
    page.push_str("\n</section>\n");
}

/// The files that change as two trees side by side, before and after.
pub(in crate::report) fn pair(page: &mut String, sides: [&BTreeSet<&str>; 2]) {
    page.push_str("<div class=\"pair\">\n");
    for (caption, paths) in ["before", "after"].into_iter().zip(sides) {
        let _ = writeln!(
            page,
            "<figure><figcaption>{caption}: {} files that change</figcaption><pre tabindex=\"0\">{}</pre></figure>",
            paths.len(),
            escaped(&indented(paths))
        );
    }
    page.push_str("</div>");
}

/// Paths as an indented tree, folders named once.
fn indented(paths: &BTreeSet<&str>) -> String {
    let mut text = String::new();
    let mut open: Vec<&str> = Vec::new();
    for path in paths {
        let mut parts: Vec<&str> = path.split('/').collect();
        let Some(name) = parts.pop() else { continue };
        let common = open.iter().zip(&parts).take_while(|(one, two)| one == two).count();
        for (depth, folder) in parts.iter().enumerate().skip(common) {
            let _ = writeln!(text, "{}{folder}/", "  ".repeat(depth));
        }
        let _ = writeln!(text, "{}{name}", "  ".repeat(parts.len()));
        open = parts;
    }
    text
}

fn table(page: &mut String, picture: &Picture<'_>) {
    page.push_str(
        "<section aria-labelledby=\"why-h\">\n<h2 id=\"why-h\">What goes where, and why</h2>\n",
    );
    page.push_str("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Placements\">\n<table>\n<thead><tr>\
         <th scope=\"col\">definition</th><th scope=\"col\">layer</th><th scope=\"col\">new file</th>\
         <th scope=\"col\">why</th></tr></thead>\n<tbody>\n");
    for one in &picture.boxes {
        for (label, decision) in &one.rows {
            let layer = decision.layer.map_or("none", crate::layering::Layer::folder);
            let _ = writeln!(
                page,
                "<tr><th scope=\"row\">{}</th><td>{layer}</td><td><code>{}</code></td><td>{}</td></tr>",
                escaped(label),
                escaped(one.file),
                why(decision)
            );
        }
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
    for (module, why) in &picture.placement.kept_whole {
        let decisions = &picture.placement.decisions;
        let target =
            decisions.iter().find(|found| found.module == *module).map(|found| &found.target);
        let target = target.map(|target| escaped(target.as_str())).unwrap_or_default();
        let _ = writeln!(page, "<p>Kept in one piece: <code>{target}</code>: {}</p>", escaped(why));
    }
    page.push_str("</section>\n");
}

fn why(decision: &Decision) -> String {
    let sentence = escaped(&reason(decision));
    if decision.evidence.is_empty() || !matches!(decision.reason, Reason::Cut | Reason::Majority) {
        return sentence;
    }
    let mut text = format!("<details><summary>{sentence}</summary><ul>");
    for piece in &decision.evidence {
        let shown = format!(
            "{} {:+.1}, {}: {}",
            piece.layer.folder(),
            piece.weight,
            piece.rule,
            piece.detail
        );
        let _ = write!(text, "<li>{}</li>", escaped(&shown));
    }
    text.push_str("</ul></details>");
    text
}
