//! Proofs that can fail: faults are seeded into migrated services, and each proof is asked.
//!
//! `cargo test --test seeded_faults` migrates the fixtures of this repository and asks the static
//! proofs about every kind of fault, at `--places N` places in each service, and the dynamic ones
//! until each was asked about `--runs N` of those that it is there for. `--python PATH` names an
//! interpreter with the fixtures' requirements, instead of one that is made; `--static` asks no
//! dynamic proof. `--only NAMES` takes some services, `--fault NAME` one kind, and `--write FILE` puts
//! the measured tables between the marks of a page.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::too_many_arguments,
    clippy::type_complexity,
    clippy::unwrap_used,
    reason = "a test sets up its own folders, says what it measured and fails by panicking"
)]

mod faults;
mod migrated;
#[path = "../common/python.rs"]
mod python;
mod seed;
mod tally;

use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};
use faults::{FAULTS, Fault};
use migrated::Migrated;
use scaffold::verify::Aspect;
use scaffold::verify::environment::Environment;
use scaffold::verify::probe::Options;
use seed::Seeded;
use tally::{Found, Tally};

/// Where the tables go.
const MARKS: (&str, &str) = ("<!-- measured -->\n", "<!-- end of measured -->");

/// How many places of one fault are tried in one service, unless told otherwise.
const PLACES: usize = 2;
/// How many are looked for where a dynamic proof was not asked often enough.
const FURTHER: usize = 8;
/// About how many faults each dynamic proof is asked, unless told otherwise.
const RUNS: usize = 1;

struct Arguments {
    python: Option<Utf8PathBuf>,
    write: Option<Utf8PathBuf>,
    only: Vec<String>,
    fault: Option<String>,
    places: usize,
    runs: usize,
}

fn main() -> ExitCode {
    let mut arguments = Arguments {
        python: None,
        write: None,
        only: Vec::new(),
        fault: None,
        places: PLACES,
        runs: RUNS,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number =
            |usual: usize| words.next().and_then(|word| word.parse().ok()).unwrap_or(usual);
        match word.as_str() {
            "--places" => arguments.places = number(PLACES),
            "--runs" => arguments.runs = number(RUNS),
            "--static" => arguments.runs = 0,
            "--python" => arguments.python = words.next().map(Into::into),
            "--write" => arguments.write = words.next().map(Into::into),
            "--fault" => arguments.fault = words.next(),
            "--only" => {
                let names = words.next().unwrap_or_default();
                arguments.only = names.split(',').map(str::to_owned).collect();
            }
            "--list" => return ExitCode::SUCCESS,
            _ => {}
        }
    }
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool, String> {
    let folder = tempfile::tempdir().map_err(text)?;
    let root = Utf8PathBuf::try_from(folder.path().to_owned()).map_err(text)?.join("root");
    copy(Utf8Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/legacy")), &root)?;
    let mut services = migrate_all(&root, arguments)?;
    let options = if arguments.runs > 0 { Some(options(arguments)?) } else { None };
    let wanted = |fault: &&Fault| arguments.fault.as_ref().is_none_or(|name| name == fault.name);
    if let Some(options) = &options {
        let needed = services.len().min(arguments.runs * 4);
        services.iter_mut().take(needed).try_for_each(|service| service.look(options))?;
    }
    println!("{} services migrated", services.len());
    let mut tally = Tally::default();
    for (number, fault) in FAULTS.iter().filter(wanted).enumerate() {
        ask_about(fault, number, &services, arguments, options.as_ref(), &mut tally)?;
        println!("{}", fault.name);
    }
    if let Some(options) = &options {
        for fault in FAULTS.iter().filter(wanted) {
            ask_further(fault, &services, arguments, options, &mut tally)?;
        }
    }
    for missed in tally.missed() {
        println!("  {missed}");
    }
    println!("{}", tally.page());
    if let Some(page) = &arguments.write {
        write_page(page, &tally.page())?;
    }
    Ok(arguments.fault.is_some() || tally.is_enough())
}

/// Seeds one kind of fault in every service, beginning with another one for each kind.
fn ask_about(
    fault: &'static Fault,
    number: usize,
    services: &[Migrated],
    arguments: &Arguments,
    options: Option<&Options>,
    tally: &mut Tally,
) -> Result<(), String> {
    let mut runs = 0;
    let most = share(fault, arguments.runs);
    for at in 0..services.len() {
        let service = &services[(at + number * 5) % services.len()];
        for (index, Seeded { path, tree }) in
            fault.seed(service, arguments.places).into_iter().enumerate()
        {
            let by_reading = service.caught_by_reading(&tree);
            let is_run = index == 0
                && service.works()
                && runs < most
                && tally.lacks(fault.proofs, arguments.runs);
            let by_running = match options.filter(|_| is_run) {
                None => None,
                Some(options) => {
                    runs += 1;
                    tally.is_new(fault.name, path.as_str(), &tree);
                    let tests = fault.proofs.contains(&Aspect::Tests);
                    let options = Options { tests, ..options.clone() };
                    Some(service.caught_by_running(tree, &options)?)
                }
            };
            let place = path.as_str();
            let (fault, proofs) = (fault.name, fault.proofs);
            let by_reading = Some(by_reading);
            tally.add(&Found { fault, proofs, place, by_reading, by_running });
        }
    }
    Ok(())
}

/// Runs further places of a kind while one of its proofs was not asked often enough.
fn ask_further(
    fault: &'static Fault,
    services: &[Migrated],
    arguments: &Arguments,
    options: &Options,
    tally: &mut Tally,
) -> Result<(), String> {
    let places = arguments.places.max(FURTHER);
    for service in services.iter().filter(|service| service.works()) {
        for Seeded { path, tree } in fault.seed(service, places) {
            let place = path.as_str();
            let (fault, proofs) = (fault.name, fault.proofs);
            if !tally.lacks(proofs, arguments.runs) {
                return Ok(());
            }
            if !tally.is_new(fault, place, &tree) {
                continue;
            }
            let options = Options { tests: proofs.contains(&Aspect::Tests), ..options.clone() };
            let by_running = Some(service.caught_by_running(tree, &options)?);
            tally.add(&Found { fault, proofs, place, by_reading: None, by_running });
        }
    }
    Ok(())
}

/// How many places of one kind are run, so that the kinds of a proof share its number.
fn share(fault: &Fault, runs: usize) -> usize {
    let dynamic = fault.proofs.iter().filter(|aspect| !aspect.is_static());
    let kinds =
        |aspect: &Aspect| FAULTS.iter().filter(|fault| fault.proofs.contains(aspect)).count();
    dynamic.map(|aspect| runs.div_ceil(kinds(aspect))).max().unwrap_or(0)
}

fn options(arguments: &Arguments) -> Result<Options, String> {
    let python = arguments.python.clone().unwrap_or_else(python::interpreter);
    let environment = Environment::given(&python).map_err(text)?;
    Ok(Options::new(environment.python.clone()))
}

/// Migrates every fixture; those that are not migrated cleanly are left out.
fn migrate_all(root: &Utf8Path, arguments: &Arguments) -> Result<Vec<Migrated>, String> {
    let services = root.join("backend/services");
    let mut names: Vec<_> = services
        .read_dir_utf8()
        .map_err(text)?
        .filter_map(|entry| entry.ok().map(|entry| entry.file_name().to_owned()))
        .filter(|name| arguments.only.is_empty() || arguments.only.contains(name))
        .collect();
    names.sort();
    let mut migrated = Vec::new();
    for name in names {
        migrated.extend(Migrated::make(root, &services.join(name))?);
    }
    if migrated.is_empty() { Err("no fixture is migrated".to_owned()) } else { Ok(migrated) }
}

#[expect(clippy::disallowed_methods, reason = "writes the measured tables into their page")]
fn write_page(page: &Utf8Path, tables: &str) -> Result<(), String> {
    let old = std::fs::read_to_string(page).map_err(text)?;
    let (head, rest) = old.split_once(MARKS.0).ok_or("the page has no mark")?;
    let (_, tail) = rest.split_once(MARKS.1).ok_or("the page has no end mark")?;
    let new = format!("{head}{}\n{tables}\n\n{}{tail}", MARKS.0, MARKS.1);
    std::fs::write(page, new).map_err(text)
}

#[expect(clippy::disallowed_methods, reason = "writes the scratch copy of a test")]
fn copy(source: &Utf8Path, target: &Utf8Path) -> Result<(), String> {
    std::fs::create_dir_all(target).map_err(text)?;
    for entry in source.read_dir_utf8().map_err(text)? {
        let entry = entry.map_err(text)?;
        let (from, to) = (entry.path(), target.join(entry.file_name()));
        let kind = entry.file_type().map_err(text)?;
        if kind.is_dir() {
            copy(from, &to)?;
        } else if kind.is_file() {
            std::fs::copy(from, &to).map_err(text)?;
        }
    }
    Ok(())
}

pub(crate) fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
