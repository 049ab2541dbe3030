//! The outcome of a verification as text: a table of aspects, then what differs, item by item.

use crate::verify::{Aspect, Item, Report, Verdict};

/// How many items of one verdict are listed for one aspect.
const LISTED: usize = 12;

/// The table, the differences and the remarks.
pub fn text(report: &Report) -> String {
    let mut lines = table(report);
    for verdict in [Verdict::Broken, Verdict::Unjudged, Verdict::Fixed] {
        for aspect in report.aspects() {
            lines.extend(listing(report, aspect, verdict));
        }
    }
    lines.extend(notes(report));
    lines.extend(report.remarks.iter().map(|remark| format!("note: {remark}")));
    lines.push(conclusion(report));
    lines.join("\n")
}

fn table(report: &Report) -> Vec<String> {
    let columns = Verdict::ALL.map(|verdict| format!("{:>10}", verdict.name()));
    let heading = format!("{:12}{}", "", columns.concat());
    let rows = report.aspects().into_iter().map(|aspect| {
        let counts = Verdict::ALL.map(|verdict| match report.count(aspect, verdict) {
            0 => format!("{:>10}", "·"),
            count => format!("{count:>10}"),
        });
        format!("{aspect:12}{}", counts.concat())
    });
    std::iter::once(heading).chain(rows).collect()
}

fn listing(report: &Report, aspect: Aspect, verdict: Verdict) -> Vec<String> {
    let found: Vec<_> = report.of(verdict).filter(|item| item.aspect == aspect).collect();
    let mut lines: Vec<_> =
        found.iter().take(LISTED).map(|item| line(verdict.name(), item)).collect();
    if found.len() > LISTED {
        let more = found.len() - LISTED;
        lines.push(format!("{} {aspect}: {more} more, see --format json", verdict.name()));
    }
    lines
}

/// Equal items with something to say, such as a schema that is named otherwise.
fn notes(report: &Report) -> Vec<String> {
    let told = |item: &&Item| {
        item.detail.is_some() && !matches!(item.aspect, Aspect::Import | Aspect::Tests)
    };
    report.of(Verdict::Equal).filter(told).take(LISTED).map(|item| line("equal", item)).collect()
}

fn line(word: &str, item: &Item) -> String {
    match &item.detail {
        Some(detail) => format!("{word} {}: {}: {detail}", item.aspect, item.name),
        None => format!("{word} {}: {}", item.aspect, item.name),
    }
}

fn conclusion(report: &Report) -> String {
    let broken = report.of(Verdict::Broken).count();
    let fixed = report.of(Verdict::Fixed).count();
    let unjudged = report.of(Verdict::Unjudged).count();
    match report.status() {
        crate::error::ExitStatus::Findings => format!("{broken} broken"),
        crate::error::ExitStatus::Success => {
            format!("nothing broken ({fixed} fixed, {unjudged} unjudged)")
        }
        _ => "nothing could be judged".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_and_the_breakages_are_shown() {
        let items = vec![
            Item::new(Aspect::Import, "application", Verdict::Equal).because("main:app"),
            Item::new(Aspect::Tests, "t.py::a", Verdict::Broken).because("passed → failed"),
        ];

        let shown = text(&Report { items, remarks: vec!["no isolation".into()] });

        let expected = "                 equal    broken     fixed     added  unjudged\n\
            import               1         ·         ·         ·         ·\n\
            tests                ·         1         ·         ·         ·\n\
            broken tests: t.py::a: passed → failed\n\
            note: no isolation\n\
            1 broken";
        assert_eq!(shown, expected);
    }
}
