//! Proofs that can fail: faults are seeded into migrated services, and each proof is asked.
//!
//! `cargo test --test seeded_faults` migrates the fixtures of this repository and asks the static
//! proofs about every kind of fault; with `-- --python VENV --run NAMES` the dynamic ones too, about one
//! place of each fault in each of these services. `--write FILE` puts the measured table between the marks of a page; `--only NAMES` takes some services,
//! `--places N` another number of places of each fault in each service.

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

use std::collections::BTreeSet;
use std::process::{Command, ExitCode};

use camino::{Utf8Path, Utf8PathBuf};
use faults::FAULTS;
use scaffold::apply::{Root, UndoTarget, before_images};
use scaffold::change::RelPath;
use scaffold::verify::environment::Environment;
use scaffold::verify::evidence::Evidence;
use scaffold::verify::probe::{Options, Side, examine};
use scaffold::verify::{Aspect, Item, Subject, Verdict, compare, starts, static_proofs};
use scaffold::workspace::Tree;

/// Where the table goes.
const MARKS: (&str, &str) = ("<!-- measured -->\n", "<!-- end of measured -->");

/// How many places of one fault are tried in one service, unless told otherwise.
const PLACES: usize = 3;

#[derive(Default)]
struct Arguments {
    python: Option<Utf8PathBuf>,
    write: Option<Utf8PathBuf>,
    only: Vec<String>,
    run: Vec<String>,
    places: Option<usize>,
}

/// A migrated service and what its proofs say without a fault.
struct Migrated {
    subject: Subject,
    before: Tree,
    after: Tree,
    moves: std::collections::BTreeMap<RelPath, RelPath>,
    sound: BTreeSet<(Aspect, String)>,
    evidence: Option<Evidence>,
}

/// How often a fault was seeded and caught.
#[derive(Default, Clone)]
struct Count {
    seeded: usize,
    by_reading: usize,
    run: usize,
    by_running: usize,
    /// Of those that were run.
    by_either: usize,
}

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let mut arguments = Arguments::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--python" => arguments.python = words.next().map(Into::into),
            "--write" => arguments.write = words.next().map(Into::into),
            "--only" => {
                let names = words.next().unwrap_or_default();
                arguments.only = names.split(',').map(str::to_owned).collect();
            }
            "--run" => {
                let names = words.next().unwrap_or_default();
                arguments.run = names.split(',').map(str::to_owned).collect();
            }
            "--places" => arguments.places = words.next().and_then(|word| word.parse().ok()),
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
    let fixtures = Utf8PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/legacy"));
    copy(&fixtures, &root)?;
    let options = arguments.python.as_deref().map(options).transpose()?;
    let migrated = migrate_all(&root, arguments, options.as_ref())?;
    println!("{} services migrated", migrated.len());
    let places = arguments.places.unwrap_or(PLACES);
    let mut counts = vec![Count::default(); FAULTS.len()];
    for (fault, count) in FAULTS.iter().zip(&mut counts) {
        for service in &migrated {
            let seeded = fault.seed(&service.after, service.subject.service(), places);
            for (index, (place, tree)) in seeded.into_iter().enumerate() {
                let options = options.as_ref().filter(|_| index == 0);
                if !ask(service, tree, options, count)? {
                    println!("  missed: {} in {place}", fault.name);
                }
            }
        }
    }
    let table = table(&counts, options.is_some());
    println!("{table}");
    if let Some(page) = &arguments.write {
        write_table(page, &table)?;
    }
    Ok(is_enough(&counts, options.is_some()))
}

/// Twenty kinds or more, and 95 of 100 caught: by reading what can be read, by either where both
/// were asked.
fn is_enough(counts: &[Count], with_dynamic: bool) -> bool {
    let kinds = counts.iter().filter(|count| count.seeded > 0).count();
    let readable = FAULTS.iter().zip(counts).filter(|(fault, _)| fault.is_readable());
    let (seeded, caught) = readable.fold((0, 0), |(seeded, caught), (_, count)| {
        (seeded + count.seeded, caught + count.by_reading)
    });
    let run: usize = counts.iter().map(|count| count.run).sum();
    let by_either: usize = counts.iter().map(|count| count.by_either).sum();
    let runs_suffice = !with_dynamic || (run > 0 && by_either * 100 >= run * 95);
    kinds >= 20 && caught * 100 >= seeded * 95 && runs_suffice
}

fn options(python: &Utf8Path) -> Result<Options, String> {
    let environment = Environment::given(python).map_err(text)?;
    Ok(Options::new(environment.python.clone()))
}

/// Asks the proofs about one faulty tree; false when every one that was asked misses it.
fn ask(
    service: &Migrated,
    tree: Tree,
    options: Option<&Options>,
    count: &mut Count,
) -> Result<bool, String> {
    let items = service.proofs(&tree);
    let by_reading = broken(&items).difference(&service.sound).next().is_some();
    count.seeded += 1;
    count.by_reading += usize::from(by_reading);
    let (Some(options), Some(evidence)) = (options, &service.evidence) else {
        return Ok(by_reading);
    };
    let side = side(&service.subject, tree);
    let seen = examine(&side, options, 0, &|_| {}).map_err(text)?;
    let by_running = !broken(&compare(evidence, &seen.evidence)).is_empty();
    count.run += 1;
    count.by_running += usize::from(by_running);
    count.by_either += usize::from(by_reading || by_running);
    Ok(by_reading || by_running)
}

impl Migrated {
    fn proofs(&self, tree: &Tree) -> Vec<Item> {
        let service = self.subject.service();
        static_proofs(&self.before, tree, (Some(service), service.name()), Some(&self.moves))
    }
}

fn side(subject: &Subject, tree: Tree) -> Side {
    let service = subject.service().clone();
    let starts = starts(&tree, &service, None);
    Side { tree, service, starts }
}

fn broken(items: &[Item]) -> BTreeSet<(Aspect, String)> {
    let broken = items.iter().filter(|item| item.verdict == Verdict::Broken);
    broken.map(|item| (item.aspect, item.name.clone())).collect()
}

/// Migrates every fixture; those that are not migrated cleanly are left out.
fn migrate_all(
    root: &Utf8Path,
    arguments: &Arguments,
    options: Option<&Options>,
) -> Result<Vec<Migrated>, String> {
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
        let options = options.filter(|_| arguments.run.contains(&name));
        migrated.extend(migrate(root, &services.join(name), options)?);
    }
    if migrated.is_empty() { Err("no fixture is migrated".to_owned()) } else { Ok(migrated) }
}

#[expect(clippy::disallowed_methods, reason = "a test starts the program that it tests")]
fn migrate(
    root: &Utf8Path,
    path: &Utf8Path,
    options: Option<&Options>,
) -> Result<Option<Migrated>, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_scaffold"))
        .args(["migrate", path.as_str(), "--root", root.as_str(), "--yes", "--quiet"])
        .output()
        .map_err(text)?;
    let subject = Subject::find(path, Some(root)).map_err(text)?;
    let opened = Root::open(subject.root()).map_err(text)?;
    let folder = subject.service().join(".scaffold").map_err(text)?;
    let images = before_images(&opened, &folder, &UndoTarget::All);
    let (true, Ok(images)) = (output.status.success(), images) else {
        return Ok(None);
    };
    let after = subject.now().map_err(text)?;
    let before = subject.with_images(&after, subject.root(), images.entries);
    let (moves, sound) = (images.moves, BTreeSet::new());
    let mut service = Migrated { subject, before, after, moves, sound, evidence: None };
    service.sound = broken(&service.proofs(&service.after));
    if let Some(options) = options {
        let side = side(&service.subject, service.after.clone());
        let seen = examine(&side, options, 0, &|_| {}).map_err(text)?;
        service.evidence = Some(seen.evidence);
    }
    Ok(Some(service))
}

fn table(counts: &[Count], with_dynamic: bool) -> String {
    let share = |caught: usize, of: usize| {
        if of == 0 { "–".to_owned() } else { format!("{caught}/{of}") }
    };
    let mut lines = vec![
        "| fault | static | dynamic | where both were asked, either |".to_owned(),
        "|---|---|---|---|".to_owned(),
    ];
    let mut sum = Count::default();
    for (fault, count) in FAULTS.iter().zip(counts).filter(|(_, count)| count.seeded > 0) {
        lines.push(format!(
            "| {} | {} | {} | {} |",
            fault.name,
            share(count.by_reading, count.seeded),
            share(count.by_running, count.run),
            share(count.by_either, count.run)
        ));
        sum.seeded += count.seeded;
        sum.by_reading += count.by_reading;
        sum.run += count.run;
        sum.by_running += count.by_running;
        sum.by_either += count.by_either;
    }
    lines.push(format!(
        "| **all** | {} | {} | {} |",
        share(sum.by_reading, sum.seeded),
        share(sum.by_running, sum.run),
        share(sum.by_either, sum.run)
    ));
    if !with_dynamic {
        lines.push("\nThe dynamic proofs were not asked in this run.".to_owned());
    }
    lines.join("\n")
}

#[expect(clippy::disallowed_methods, reason = "writes the measured table into its page")]
fn write_table(page: &Utf8Path, table: &str) -> Result<(), String> {
    let old = std::fs::read_to_string(page).map_err(text)?;
    let (head, rest) = old.split_once(MARKS.0).ok_or("the page has no mark")?;
    let (_, tail) = rest.split_once(MARKS.1).ok_or("the page has no end mark")?;
    let new = format!("{head}{}\n{table}\n\n{}{tail}", MARKS.0, MARKS.1);
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

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
