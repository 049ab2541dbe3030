//! Real services through the whole of `migrate`, in a copy, with a table at the end.
//!
//! `cargo test --test real_services` runs on the fixtures of this repository;
//! `SCAFFOLD_CORPUS=DIR cargo test --test real_services` (or `-- DIR` behind it) on any backend: a
//! folder with `backend/services/`, `services/`, or services directly below it. Nothing is written there.
//!
//! For each service: it is planned, migrated, proved statically, planned again without its
//! ledger (nothing may be left to do), and undone (byte for byte, modes and links included). With
//! `--verify` its behaviour is compared as well, which needs `--python` or uv. With `--judge DIR` a
//! second judge in that folder is asked, too (see `judge.rs`); `--judged-before DIR` holds what it
//! measured before. At the end all services are planned once more, in one process, and timed.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::too_many_arguments,
    clippy::type_complexity,
    clippy::unwrap_used,
    reason = "a test sets up its own folders, says what it measured and fails by panicking"
)]

mod clock;
mod corpus;
mod journey;
mod judge;
mod table;

use std::process::ExitCode;

use camino::Utf8PathBuf;
use corpus::Corpus;
use journey::{Journey, Options};
use judge::Judge;

/// What was asked for on the command line.
#[derive(Debug, Default)]
struct Arguments {
    corpus: Option<Utf8PathBuf>,
    only: Vec<String>,
    into: Option<Utf8PathBuf>,
    json: Option<Utf8PathBuf>,
    judge: Option<Utf8PathBuf>,
    judged_before: Option<Utf8PathBuf>,
    options: Options,
    list: bool,
}

fn main() -> ExitCode {
    let arguments = match parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("error: {problem}");
            return ExitCode::from(2);
        }
    };
    if arguments.list {
        return ExitCode::SUCCESS;
    }
    match run(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

fn parse(words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    let mut words = words;
    let value = |words: &mut dyn Iterator<Item = String>, name: &str| {
        words.next().ok_or_else(|| format!("{name} needs a value"))
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--verify" => arguments.options.verify = true,
            "--no-tests" => arguments.options.no_tests = true,
            "--python" => {
                arguments.options.python = Some(value(&mut words, "--python")?.into());
            }
            "--only" => {
                let names = value(&mut words, "--only")?;
                arguments.only.extend(names.split(',').map(str::to_owned));
            }
            "--into" => arguments.into = Some(value(&mut words, "--into")?.into()),
            "--json" => arguments.json = Some(value(&mut words, "--json")?.into()),
            "--judge" => arguments.judge = Some(value(&mut words, "--judge")?.into()),
            "--judged-before" => {
                arguments.judged_before = Some(value(&mut words, "--judged-before")?.into());
            }
            "--list" => arguments.list = true,
            // What the test runner passes to every test binary.
            "--quiet" | "-q" | "--nocapture" | "--ignored" | "--include-ignored" => {}
            option if option.starts_with('-') => return Err(format!("unknown option {option}")),
            folder => arguments.corpus = Some(folder.into()),
        }
    }
    Ok(arguments)
}

fn run(mut arguments: Arguments) -> Result<bool, String> {
    if let Some(folder) = &arguments.judge {
        let before = arguments.judged_before.clone();
        let judge = Judge::new(folder, arguments.options.python.as_ref(), before);
        arguments.options.judge = Some(judge.map_err(|error| error.to_string())?);
    }
    let arguments = &arguments;
    let from_environment = std::env::var("SCAFFOLD_CORPUS").ok().map(Utf8PathBuf::from);
    let fixtures = Utf8PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/legacy"));
    let source = arguments.corpus.clone().or(from_environment).unwrap_or(fixtures);
    let corpus = Corpus::copy(&source, &arguments.only).map_err(|error| error.to_string())?;
    if let Some(target) = &arguments.into {
        corpus::copy_tree(&source, target).map_err(|error| format!("{target}: {error}"))?;
    }
    println!("{} services of {source}", corpus.services.len());
    println!("{}", table::heading());
    let mut journeys = Vec::new();
    for service in &corpus.services {
        let journey = Journey::take(&corpus, service, &arguments.options)
            .map_err(|error| format!("{service}: {error}"))?;
        println!("{}", table::row(&journey));
        for problem in &journey.problems {
            println!("    {problem}");
        }
        if let Some(target) = &arguments.into {
            journey::migrate_in_place(target, service).map_err(|error| error.to_string())?;
        }
        journeys.push(journey);
    }
    println!("{}", table::totals(&journeys));
    let time = clock::plan_all(&corpus.root, &corpus.services);
    println!("{}", time.map_err(|error| error.to_string())?);
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(&journeys).map_err(|error| error.to_string())?;
        std::fs::write(path, text).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(!journeys.is_empty() && journeys.iter().all(Journey::holds))
}
