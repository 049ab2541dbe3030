//! How often each rule is right on labelled places of real services.
//!
//! `tests/audit/labels/RULE.tsv` holds places (`+` to be found, `-` not) with the reason. They were found
//! by reading and by searches of their own, never from what the rule says, and drawn at random
//! with the seed that each file names. Needs the services: `SCAFFOLD_CORPUS=DIR`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use scaffold::audit::{Finding, Outcome, audit};
use scaffold::workspace::Place;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/audit/labels");
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/audit-precision.md");

/// Lines that a positive may be off: decorators and calls of several lines.
const NEAR: usize = 2;

/// What one label stands for.
#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Line,
    File,
    Service,
}

/// The labels of one rule.
struct Labels {
    rule: String,
    unit: Unit,
    places: Vec<Label>,
}

struct Label {
    found: bool,
    file: String,
    line: usize,
    reason: String,
}

fn read(path: &Utf8Path) -> Labels {
    let text = fs::read_to_string(path).unwrap();
    let unit = match text.lines().next().unwrap() {
        "# unit: line" => Unit::Line,
        "# unit: file" => Unit::File,
        "# unit: service" => Unit::Service,
        other => panic!("{path}: {other}"),
    };
    let places = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [sign, place, reason] = fields.as_slice() else { panic!("{path}: {line}") };
        let (file, line) = place.rsplit_once(':').unwrap();
        Label {
            found: *sign == "+",
            file: file.to_owned(),
            line: line.parse().unwrap(),
            reason: (*reason).to_owned(),
        }
    });
    Labels { rule: path.file_stem().unwrap().to_owned(), unit, places: places.collect() }
}

fn all() -> Vec<Labels> {
    let mut files: Vec<Utf8PathBuf> = Utf8Path::new(FOLDER)
        .read_dir_utf8()
        .unwrap()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension() == Some("tsv"))
        .collect();
    files.sort();
    files.iter().map(|path| read(path)).collect()
}

/// Whether a finding, or what supports it, stands at a label; `.` is the whole.
fn hits(finding: &Finding, label: &Label, unit: Unit) -> bool {
    let mut places =
        std::iter::once(&finding.place).chain(finding.evidence.iter().map(|one| &one.place));
    let near = if label.found { NEAR } else { 0 };
    let service = Utf8Path::new(&label.file);
    if service == "." {
        return true;
    }
    match unit {
        Unit::Service => {
            let below = |place: &Place| Utf8Path::new(place.file.as_str()).starts_with(service);
            let names_it = |text: &str| Some(text.trim_matches('`')) == service.file_name();
            match &finding.service {
                // Two services may have one name; the place tells them apart.
                Some(name) => {
                    let mut parts = Utf8Path::new(finding.place.file.as_str()).iter();
                    let is_in_one = parts.any(|part| Some(part) == service.file_name());
                    below(&finding.place) || names_it(name) && !is_in_one
                }
                // What is found about several of them names them.
                None => {
                    finding.evidence.iter().any(|one| names_it(&one.text))
                        || label.found && places.any(below)
                }
            }
        }
        Unit::File => places.any(|place| place.file.as_str() == label.file),
        Unit::Line => places.any(|place| {
            place.file.as_str() == label.file && place.line.abs_diff(label.line) <= near
        }),
    }
}

#[derive(Default)]
struct Tally {
    right: usize,
    missed: Vec<String>,
    wrong: Vec<String>,
    negatives: usize,
}

fn tally(labels: &Labels, outcome: &Outcome) -> Tally {
    let found: Vec<&Finding> =
        outcome.findings.iter().filter(|one| one.rule.id == labels.rule).collect();
    let mut tally = Tally::default();
    for label in &labels.places {
        let hit = found.iter().any(|finding| hits(finding, label, labels.unit));
        let place = format!("`{}:{}`: {}", label.file, label.line, label.reason);
        match (label.found, hit) {
            (true, true) => tally.right += 1,
            (true, false) => tally.missed.push(place),
            (false, true) => tally.wrong.push(place),
            (false, false) => {}
        }
        tally.negatives += usize::from(!label.found);
    }
    tally
}

/// A share in percent; none of nothing.
fn share(part: usize, whole: usize) -> Option<f64> {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    (whole > 0).then(|| number(part) / number(whole))
}

fn shown(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{share:.2}"))
}

fn table(tallies: &BTreeMap<&str, Tally>) -> String {
    let mut text = String::from(
        "| rule | positives | negatives | precision | recall |\n|---|---|---|---|---|\n",
    );
    for (rule, tally) in tallies {
        let positives = tally.right + tally.missed.len();
        let _ = writeln!(
            text,
            "| `{rule}` | {positives} | {} | {} | {} |",
            tally.negatives,
            shown(share(tally.right, tally.right + tally.wrong.len())),
            shown(share(tally.right, positives)),
        );
    }
    text.push_str("\nMissed and wrong, one by one:\n\n");
    for (rule, tally) in tallies {
        for place in &tally.missed {
            let _ = writeln!(text, "- `{rule}` misses {place}");
        }
        for place in &tally.wrong {
            let _ = writeln!(text, "- `{rule}` wrongly finds {place}");
        }
    }
    text
}

#[test]
fn labels_name_rules_once_and_give_reasons() {
    for labels in all() {
        assert!(scaffold::audit::rule(&labels.rule).is_some(), "{} is no rule", labels.rule);
        let mut seen = BTreeSet::new();
        for label in &labels.places {
            assert!(!label.reason.is_empty() && label.line > 0, "{}: {}", labels.rule, label.file);
            assert!(
                seen.insert((&label.file, label.line)),
                "{}: {} twice",
                labels.rule,
                label.file
            );
        }
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "the table is what this test is run for")]
fn rules_are_right_on_labelled_places_of_real_services() {
    let Ok(corpus) = std::env::var("SCAFFOLD_CORPUS") else {
        eprintln!("skipped: set SCAFFOLD_CORPUS to the backend that the labels are about");
        return;
    };
    let (_, outcome) = audit(Utf8Path::new(&corpus)).unwrap();
    let every = all();
    let tallies: BTreeMap<&str, Tally> =
        every.iter().map(|labels| (labels.rule.as_str(), tally(labels, &outcome))).collect();
    let text = table(&tallies);
    eprintln!("{text}");
    if std::env::var_os("SCAFFOLD_WRITE").is_some() {
        let page = fs::read_to_string(TABLE).unwrap();
        let head = page.split("| rule |").next().unwrap();
        fs::write(TABLE, format!("{head}{text}")).unwrap();
    }
    for (rule, tally) in &tallies {
        let positives = tally.right + tally.missed.len();
        let precision = share(tally.right, tally.right + tally.wrong.len()).unwrap_or(1.0);
        let recall = share(tally.right, positives).unwrap_or(1.0);
        assert!(tally.wrong.is_empty() || precision >= 0.95, "{rule}: precision {precision:.2}");
        assert!(recall >= 0.9, "{rule}: recall {recall:.2}");
    }
}
