//! A run as one self-contained page: what became of each service, its trees before and after, its
//! notes, its proofs and its diffs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{ServiceRun, counts, totals};
use crate::migration::{Plan, Step};
use crate::report::audit::{STYLE, escaped};
use crate::report::placement::pair;
use crate::report::status::{mark, word};
use crate::report::step::kind;
use crate::verify::{Aspect, Verdict};

/// Lines of a step's diff that are shown, at most.
const DIFF_LINES: usize = 3000;

/// What the audit's style does not have.
const OWN_STYLE: &str = ".added{color:#1a7f37}.removed{color:#b42318}\n\
@media(prefers-color-scheme:dark){.added{color:#5bd278}.removed{color:#ff8f85}}\n\
details{margin:.4rem 0}details details{margin-left:1rem}summary{cursor:pointer}\n";

/// The page.
pub fn html(steps: &[Step], runs: &[ServiceRun]) -> String {
    let steps: Vec<&Step> = steps.iter().filter(|step| counts(step, runs)[0] > 0).collect();
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>Migration</title>\n\
         <style>\n{STYLE}{OWN_STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the services</a>\n\
         <header><h1>Migration</h1>\n<p>{}</p></header>\n<main id=\"main\">\n",
        escaped(&totals(runs))
    );
    table(&mut page, &steps, runs);
    page.push_str(
        "<section aria-labelledby=\"services-h\">\n<h2 id=\"services-h\">Service by service</h2>\n",
    );
    for (number, run) in runs.iter().enumerate() {
        service(&mut page, number, run);
    }
    page.push_str("</section>\n</main>\n</body>\n</html>\n");
    page
}

/// Services against the steps that change something.
fn table(page: &mut String, steps: &[&Step], runs: &[ServiceRun]) {
    page.push_str(
        "<section aria-labelledby=\"table-h\">\n<h2 id=\"table-h\">Services and steps</h2>\n\
         <div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Services and steps\">\n\
         <table>\n<thead><tr><th scope=\"col\">service</th><th scope=\"col\">outcome</th>",
    );
    for step in steps {
        let title = escaped(&format!("{} ({})", step.title, kind(step.kind)));
        let _ = write!(page, "<th scope=\"col\"><abbr title=\"{title}\">{}</abbr></th>", step.id);
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for (number, run) in runs.iter().enumerate() {
        let (name, outcome) = (escaped(&run.service), run.outcome().word());
        let _ = write!(
            page,
            "<tr><th scope=\"row\"><a href=\"#s{number}\">{name}</a></th><td>{outcome}</td>"
        );
        for step in steps {
            let planned = run.plan.iter().flat_map(|plan| &plan.steps);
            let planned = planned.into_iter().find(|planned| planned.step.id == step.id);
            let state = planned.map(|planned| run.state(planned));
            let (sign, said) = state.map_or((' ', "no plan"), |state| (mark(state), word(state).1));
            let _ = write!(page, "<td title=\"{said}\">{sign}</td>");
        }
        page.push_str("</tr>\n");
    }
    page.push_str(
        "</tbody>\n</table>\n</div>\n<p class=\"quiet\">✓ done, ● would change, · nothing to do, \
         ✗ refused, - not asked for</p>\n</section>\n",
    );
}

fn service(page: &mut String, number: usize, run: &ServiceRun) {
    let (name, outcome) = (escaped(&run.service), run.outcome().word());
    let _ = writeln!(
        page,
        "<details id=\"s{number}\"><summary><strong>{name}</strong>: {outcome}</summary>"
    );
    if let Some(reason) = run.reason() {
        let _ = writeln!(page, "<p>{}</p>", escaped(&reason));
    }
    if let Some(plan) = &run.plan {
        trees(page, plan);
        proofs(page, plan);
        notes(page, plan);
        diffs(page, plan);
    }
    page.push_str("</details>\n");
}

fn trees(page: &mut String, plan: &Plan) {
    let differs = |path: &&crate::change::RelPath| plan.before.get(path) != plan.after.get(path);
    let paths = |tree: &'_ crate::workspace::Tree| -> BTreeSet<String> {
        let changed = tree.iter().map(|(path, _)| path).filter(differs);
        changed.map(ToString::to_string).collect()
    };
    let (before, after) = (paths(&plan.before), paths(&plan.after));
    if before.is_empty() && after.is_empty() {
        return;
    }
    let before: BTreeSet<&str> = before.iter().map(String::as_str).collect();
    let after: BTreeSet<&str> = after.iter().map(String::as_str).collect();
    page.push_str("<details><summary>Files before and after</summary>\n");
    pair(page, [&before, &after]);
    page.push_str("</details>\n");
}

fn proofs(page: &mut String, plan: &Plan) {
    let mut found: BTreeMap<Aspect, [usize; 5]> = BTreeMap::new();
    for item in &plan.proofs {
        let row = found.entry(item.aspect).or_default();
        let column = Verdict::ALL.iter().position(|verdict| *verdict == item.verdict);
        if let Some(column) = column {
            row[column] += 1;
        }
    }
    if found.is_empty() {
        return;
    }
    page.push_str("<details><summary>Proofs</summary>\n<table>\n<thead><tr><td></td>");
    for verdict in Verdict::ALL {
        let _ = write!(page, "<th scope=\"col\">{}</th>", verdict.name());
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for (aspect, row) in found {
        let _ = write!(page, "<tr><th scope=\"row\">{aspect}</th>");
        for count in row {
            let _ = write!(page, "<td>{count}</td>");
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n</table></details>\n");
}

fn notes(page: &mut String, plan: &Plan) {
    let noted = plan.steps.iter().flat_map(|step| step.notes.iter().map(move |note| (step, note)));
    let items: BTreeSet<String> =
        noted.map(|(step, note)| format!("{}: {note}", step.step.id)).collect();
    if items.is_empty() {
        return;
    }
    let _ = writeln!(page, "<details><summary>{} notes</summary><ul>", items.len());
    for item in items {
        let _ = writeln!(page, "<li>{}</li>", escaped(&item));
    }
    page.push_str("</ul></details>\n");
}

fn diffs(page: &mut String, plan: &Plan) {
    for step in plan.pending() {
        let text = crate::report::diff::change_set(&step.changes, false);
        let title = escaped(&step.step.title);
        let _ = write!(
            page,
            "<details><summary>{:04} {title}</summary><pre tabindex=\"0\">",
            step.step.number
        );
        for line in text.lines().take(DIFF_LINES) {
            let class = match line.as_bytes().first() {
                Some(b'+') => "added",
                Some(b'-') => "removed",
                _ => {
                    let _ = writeln!(page, "{}", escaped(line));
                    continue;
                }
            };
            let _ = writeln!(page, "<span class=\"{class}\">{}</span>", escaped(line));
        }
        let rest = text.lines().count().saturating_sub(DIFF_LINES);
        if rest > 0 {
            let _ = writeln!(page, "… and {rest} more lines, which its commit has");
        }
        page.push_str("</pre></details>\n");
    }
}
