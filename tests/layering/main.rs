//! How often the layers that `migrate` proposes are the ones that a person gave.
//!
//! `cargo test --test layering` checks the labelled fixtures of this repository.
//! `SCAFFOLD_CORPUS=DIR cargo test --test layering` (or `-- DIR`) also scores the labelled
//! services of that backend which weights may be tuned on; `--misses` lists what is placed
//! elsewhere, `--labels FOLDER` scores other labels alone, `--held-out` scores the services that no weight was tuned on, and `--write` puts the
//! figures of all into `docs/layering.md`. Nothing else is written.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test says what it measured and writes the document that it was asked for"
)]

mod labels;
mod report;
mod score;

use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};
use scaffold::change::RelPath;
use scaffold::workspace::{Scope, Tree};
use score::{Accuracy, Decider, Judged};

/// Where services lie below a backend.
const SERVICES: &str = "backend/services";
/// The document, and what stands around the figures in it.
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/layering.md");
const BEGIN: &str = "<!-- begin figures -->\n";
const END: &str = "<!-- end figures -->";
/// What the fixtures, which never change, must reach: percent.
const FIXTURES_AT_LEAST: f64 = 85.0;
/// By how many points the cut must beat both baselines where nothing was tuned. The goal is 5: it
/// is that far ahead of the names, not of the evidence of single definitions.
const HELD_OUT_AHEAD: f64 = 2.0;

/// What was asked for on the command line.
#[derive(Debug, Default)]
struct Arguments {
    corpus: Option<Utf8PathBuf>,
    misses: bool,
    held_out: bool,
    write: bool,
    labels: Option<String>,
    list: bool,
}

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)).and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn parse(words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    let mut words = words;
    while let Some(word) = words.next() {
        match word.as_str() {
            "--misses" => arguments.misses = true,
            "--held-out" => arguments.held_out = true,
            "--write" => arguments.write = true,
            "--labels" => arguments.labels = words.next(),
            "--list" => arguments.list = true,
            // What the test runner passes to every test binary.
            "--quiet" | "-q" | "--nocapture" | "--ignored" | "--include-ignored" => {}
            option if option.starts_with('-') => return Err(format!("unknown option {option}")),
            folder => arguments.corpus = Some(folder.into()),
        }
    }
    let from_environment = || std::env::var("SCAFFOLD_CORPUS").ok().map(Utf8PathBuf::from);
    arguments.corpus = arguments.corpus.or_else(from_environment);
    Ok(arguments)
}

fn run(arguments: &Arguments) -> Result<(), String> {
    if arguments.list {
        return Ok(());
    }
    let fixtures = judge("tests/legacy", "fixtures")?;
    if arguments.misses {
        print!("{}", report::misses(&fixtures));
    }
    let Some(corpus) = &arguments.corpus else {
        print!("{}", report::accuracy(&[("fixtures", &fixtures)]));
        println!("no corpus (SCAFFOLD_CORPUS or an argument): only the fixtures were scored");
        return hold_fixtures(&fixtures);
    };
    if let Some(folder) = &arguments.labels {
        let others = judge(corpus.as_str(), folder)?;
        print!("{}", report::misses(&others));
        print!("{}", report::accuracy(&[("of these labels", &others)]));
        return Ok(());
    }
    let tuning = judge(corpus.as_str(), "")?;
    print!("{}", report::services(&tuning));
    if arguments.misses {
        print!("{}", report::misses(&tuning));
    }
    print!("{}", report::accuracy(&[("fixtures", &fixtures), ("tuned on", &tuning)]));
    print!("{}", report::confusion(&tuning, Decider::Cut));
    print!("{}", report::confusion(&tuning, Decider::Placed));
    if arguments.held_out || arguments.write {
        let held_out = judge(corpus.as_str(), "held_out")?;
        let figures = figures(&fixtures, &tuning, &held_out);
        print!("{figures}");
        if arguments.write {
            write(&figures)?;
        }
        hold_held_out(&held_out)?;
    }
    hold_fixtures(&fixtures)
}

/// Scores the labelled services of one folder of labels.
fn judge(backend: &str, folder: &str) -> Result<Vec<Judged>, String> {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    let labelled = labels::read(&root.join("tests/layering/labels").join(folder))?;
    let backend = root.join(backend);
    let tree =
        Tree::read(&backend, &Scope::default()).map_err(|error| format!("{backend}: {error}"))?;
    let mut judged = Vec::new();
    for one in &labelled {
        let path = format!("{SERVICES}/{}", one.service);
        let path = RelPath::new(path).map_err(|error| error.to_string())?;
        judged.extend(score::judge(&tree, &path, one)?);
    }
    Ok(judged)
}

fn figures(fixtures: &[Judged], tuning: &[Judged], held_out: &[Judged]) -> String {
    let sets = [
        ("tuned on", tuning),
        ("held out", held_out),
        ("fixtures of this repository, not tuned on", fixtures),
    ];
    format!(
        "{}\nThe cut on the services tuned on:\n\n{}\nThe cut on the services held out:\n\n{}",
        report::accuracy(&sets),
        report::confusion(tuning, Decider::Cut),
        report::confusion(held_out, Decider::Cut)
    )
}

fn write(figures: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(DOCUMENT).map_err(|error| error.to_string())?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| {
        rest.split_once(END).map(|(_, after)| format!("{before}{BEGIN}\n{figures}\n{END}{after}"))
    });
    let text = parts.ok_or_else(|| format!("{DOCUMENT} has no place for figures"))?;
    std::fs::write(DOCUMENT, text).map_err(|error| error.to_string())
}

fn of_layers(judged: &[Judged], decider: Decider) -> f64 {
    Accuracy::of(judged, decider, |one| one.label.is_layer()).percent()
}

fn hold_fixtures(fixtures: &[Judged]) -> Result<(), String> {
    let reached = of_layers(fixtures, Decider::Cut);
    if reached >= FIXTURES_AT_LEAST {
        return Ok(());
    }
    Err(format!("{reached:.1} % of the fixtures' definitions, not {FIXTURES_AT_LEAST} %"))
}

fn hold_held_out(held_out: &[Judged]) -> Result<(), String> {
    let [names, evidence, cut, _] = Decider::ALL.map(|decider| of_layers(held_out, decider));
    if cut >= names.max(evidence) + HELD_OUT_AHEAD {
        return Ok(());
    }
    Err(format!("held out: the cut {cut:.1} %, names {names:.1} %, evidence {evidence:.1} %"))
}
