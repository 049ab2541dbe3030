//! One service: planned, migrated, proved, planned again, undone.

use std::fs;
use std::io;
use std::process::{Command, Output};
use std::time::Instant;

use camino::{Utf8Path, Utf8PathBuf};
use scaffold::change::RelPath;
use scaffold::verify::starts;
use scaffold::workspace::{Scope, Tree};
use serde::Serialize;
use serde_json::Value;

use crate::corpus::{Corpus, Picture, differences, picture};
use crate::judge::Judge;

/// The layers, innermost first.
pub(crate) const LAYERS: [&str; 4] = ["domain", "application", "infrastructure", "presentation"];

/// What is done beyond the static part.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Compare the behaviour too.
    pub(crate) verify: bool,
    /// Leave the services' own tests out.
    pub(crate) no_tests: bool,
    /// The interpreter for it.
    pub(crate) python: Option<Utf8PathBuf>,
    /// A second judge.
    pub(crate) judge: Option<Judge>,
}

/// What became of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// It is started from `src/<package>/` and its modules are in layers.
    Migrated,
    /// Steps were applied, and it is not that.
    Partly,
    /// A step was refused.
    Refused,
    /// Nothing was planned.
    DidNothing,
    /// The program failed.
    Failed,
}

/// A check that was made or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Check {
    /// It holds.
    Holds,
    /// It does not.
    Violated,
    /// Nothing can be said.
    Unjudged,
    /// It was not asked for or there was nothing to check.
    NotMade,
}

/// What was seen on the way.
#[derive(Debug, Serialize)]
pub(crate) struct Journey {
    /// The service, below the root.
    pub(crate) service: String,
    /// Whether a plan was made without an error.
    pub(crate) planned: bool,
    /// What became of it.
    pub(crate) outcome: Outcome,
    /// How many files the plan moves.
    pub(crate) moved: usize,
    /// Python files below `src/<package>/<layer>/` that hold code.
    pub(crate) layers: [usize; 4],
    /// Definitions that the module that is started has itself.
    pub(crate) in_main: usize,
    /// Python files of the service outside `src/` and tests.
    pub(crate) left: usize,
    /// All static proofs.
    pub(crate) proofs: Check,
    /// A second plan, without the ledger, is empty.
    pub(crate) idempotent: Check,
    /// Undo gives back every byte.
    pub(crate) undo: Check,
    /// The behaviour, by `scaffold verify`.
    pub(crate) verified: Check,
    /// The behaviour, by the second judge.
    pub(crate) judged: Check,
    /// Wall-clock seconds of plan, migration and undo.
    pub(crate) seconds: f64,
    /// What is wrong, one sentence each.
    pub(crate) problems: Vec<String>,
}

impl Journey {
    /// Takes the service through everything; afterwards the copy is as before.
    pub(crate) fn take(corpus: &Corpus, service: &str, options: &Options) -> io::Result<Self> {
        let before = picture(&corpus.root)?;
        let mut journey = Self::new(service);
        let walker = Walker { root: &corpus.root, service };
        let started = Instant::now();
        journey.plan(&walker)?;
        if journey.planned {
            if let Some(judge) = &options.judge {
                judge.look_before(&corpus.root, service)?;
            }
            journey.migrate(&walker)?;
            if matches!(journey.outcome, Outcome::Migrated | Outcome::Partly) {
                journey.prove(&walker, options)?;
                journey.plan_again(&walker)?;
                journey.take_back(&walker, &before)?;
            }
        }
        journey.seconds = started.elapsed().as_secs_f64();
        let left_behind = differences(&before, &picture(&corpus.root)?);
        if !left_behind.is_empty() {
            journey.undo = Check::Violated;
            journey.problems.push(format!("differs after undo: {}", some(&left_behind)));
        }
        Ok(journey)
    }

    /// The share of the layer that holds most modules, in percent.
    pub(crate) fn largest_share(&self) -> usize {
        let all: usize = self.layers.iter().sum();
        let largest = self.layers.iter().max().copied().unwrap_or_default();
        (largest * 100).checked_div(all).unwrap_or_default()
    }

    /// Whether nothing that was checked is violated.
    pub(crate) fn holds(&self) -> bool {
        let checks = [self.proofs, self.idempotent, self.undo, self.verified, self.judged];
        self.planned && self.outcome != Outcome::Failed && !checks.contains(&Check::Violated)
    }

    fn new(service: &str) -> Self {
        Self {
            service: service.to_owned(),
            planned: false,
            outcome: Outcome::Failed,
            moved: 0,
            layers: [0; 4],
            in_main: 0,
            left: 0,
            proofs: Check::NotMade,
            idempotent: Check::NotMade,
            undo: Check::NotMade,
            verified: Check::NotMade,
            judged: Check::NotMade,
            seconds: 0.0,
            problems: Vec::new(),
        }
    }

    fn plan(&mut self, walker: &Walker<'_>) -> io::Result<()> {
        let output = walker.scaffold("migrate", &["--dry-run", "--format", "json"])?;
        let document = document(&output);
        self.planned = matches!(output.status.code(), Some(0 | 3)) && document.is_some();
        match document {
            Some(document) => self.moved = moved_paths(&document),
            None => self.problems.push(complaint("plan", &output)),
        }
        Ok(())
    }

    fn migrate(&mut self, walker: &Walker<'_>) -> io::Result<()> {
        let output = walker.scaffold("migrate", &["--yes", "--format", "json"])?;
        let Some(document) = document(&output) else {
            self.problems.push(complaint("migrate", &output));
            return Ok(());
        };
        let refusals = refusals(&document);
        let applied = has_applied(&document);
        self.problems.extend(refusals.iter().map(|reason| format!("refused: {reason}")));
        let tree = walker.tree()?;
        let spread = Spread::of(&tree, walker.service);
        (self.layers, self.left) = (spread.layers, spread.left);
        self.in_main = spread.in_main;
        self.outcome = match (applied, refusals.is_empty(), output.status.code()) {
            (true, _, _) if spread.is_migrated() => Outcome::Migrated,
            (true, ..) => Outcome::Partly,
            (false, false, _) | (false, _, Some(3)) => Outcome::Refused,
            (false, true, Some(0)) => Outcome::DidNothing,
            _ => Outcome::Failed,
        };
        if self.outcome == Outcome::Partly {
            self.problems.extend(spread.shortcomings());
        }
        if self.outcome == Outcome::Refused && refusals.is_empty() {
            self.problems.extend(walker.broken_proofs()?);
        }
        if self.outcome == Outcome::Failed {
            self.problems.push(complaint("migrate", &output));
        }
        Ok(())
    }

    fn prove(&mut self, walker: &Walker<'_>, options: &Options) -> io::Result<()> {
        let output = walker.scaffold("verify", &["--static-only", "--format", "json"])?;
        self.proofs = self.judge("static", &output);
        if options.verify {
            let mut words = vec!["--format", "json"];
            let python = options.python.as_ref().map(|python| python.as_str());
            words.extend(python.map(|python| ["--python", python]).into_iter().flatten());
            words.extend(options.no_tests.then_some("--no-tests"));
            let output = walker.scaffold("verify", &words)?;
            self.verified = self.judge("behaviour", &output);
        }
        if let Some(judge) = &options.judge {
            let (check, why) = judge.compare(walker.root, walker.service)?;
            self.judged = check;
            if check == Check::Violated {
                self.problems.push(format!("judge: {why}"));
            }
            if options.verify && check != self.verified {
                self.problems.push("scaffold verify and the judge disagree".to_owned());
            }
        }
        Ok(())
    }

    /// Reads the verdict of `scaffold verify`.
    fn judge(&mut self, what: &str, output: &Output) -> Check {
        let Some(document) = document(output) else {
            self.problems.push(complaint(what, output));
            return Check::Violated;
        };
        let items = document["items"].as_array().cloned().unwrap_or_default();
        for item in items.iter().filter(|item| item["verdict"] == "broken").take(6) {
            let word = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
            let detail: String = word("detail").chars().take(160).collect();
            self.problems.push(format!("{what}: {} {}: {detail}", word("aspect"), word("name")));
        }
        match output.status.code() {
            Some(0) => Check::Holds,
            Some(3) => Check::Unjudged,
            _ => Check::Violated,
        }
    }

    /// The ledger is put aside: what the service looks like has to be enough.
    #[expect(clippy::disallowed_methods, reason = "works on the scratch copy of a test")]
    fn plan_again(&mut self, walker: &Walker<'_>) -> io::Result<()> {
        let ledger = walker.path().join(".scaffold");
        let aside = walker.root.with_file_name("ledger");
        fs::rename(&ledger, &aside)?;
        let output = walker.scaffold("migrate", &["--check", "--format", "json"])?;
        fs::rename(&aside, &ledger)?;
        let document = document(&output).unwrap_or_default();
        let changes = changed_paths(&document);
        self.idempotent = if output.status.code() == Some(0) && changes.is_empty() {
            Check::Holds
        } else {
            let what = if changes.is_empty() {
                complaint("second plan", &output)
            } else {
                format!("a second plan changes {}", some(&changes))
            };
            self.problems.push(what);
            Check::Violated
        };
        Ok(())
    }

    fn take_back(&mut self, walker: &Walker<'_>, before: &Picture) -> io::Result<()> {
        let output = walker.scaffold("migrate", &["--undo", "--yes"])?;
        let same = differences(before, &picture(walker.root)?).is_empty();
        self.undo = if output.status.code() == Some(0) && same {
            Check::Holds
        } else {
            self.problems.push(complaint("undo", &output));
            Check::Violated
        };
        Ok(())
    }
}

/// Migrates a service in another copy and leaves it there.
pub(crate) fn migrate_in_place(root: &Utf8Path, service: &str) -> io::Result<()> {
    Walker { root, service }.scaffold("migrate", &["--yes", "--format", "json"]).map(drop)
}

struct Walker<'a> {
    root: &'a Utf8Path,
    service: &'a str,
}

impl Walker<'_> {
    fn path(&self) -> Utf8PathBuf {
        self.root.join(self.service)
    }

    /// Runs the program on the service.
    #[expect(clippy::disallowed_methods, reason = "a test starts the program that it tests")]
    fn scaffold(&self, verb: &str, words: &[&str]) -> io::Result<Output> {
        let path = self.path();
        Command::new(env!("CARGO_BIN_EXE_scaffold"))
            .args([verb, path.as_str(), "--root", self.root.as_str(), "--quiet"])
            .args(words)
            .output()
    }

    /// Why a plan is not applied although no step was refused.
    fn broken_proofs(&self) -> io::Result<Vec<String>> {
        let output = self.scaffold("migrate", &["--check"])?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let is_reason = |line: &&str| line.starts_with("not applied") || line.contains("refused");
        let lines = text.lines().map(str::trim).filter(is_reason);
        Ok(lines.take(6).map(|line| line.chars().take(200).collect()).collect())
    }

    fn tree(&self) -> io::Result<Tree> {
        let service = RelPath::new(self.service).map_err(io::Error::other)?;
        Tree::read(self.root, &Scope { whole: vec![service] }).map_err(io::Error::other)
    }
}

/// Where the modules of a service are.
#[derive(Debug, Default)]
struct Spread {
    layers: [usize; 4],
    /// Modules beside the layers, without settings and what makes an application that is started.
    beside: Vec<String>,
    left: usize,
    /// Definitions in the package's `main.py`.
    in_main: usize,
    /// What an image or a compose entry starts from elsewhere.
    started_elsewhere: Vec<String>,
}

impl Spread {
    fn of(tree: &Tree, service: &str) -> Self {
        let mut spread = Self::default();
        let Ok(folder) = RelPath::new(service) else { return spread };
        for (file, entry) in tree.below(&folder).filter(|(file, _)| file.extension() == "py") {
            let Some(inner) = file.below(&folder) else { continue };
            let empty = entry.text().is_some_and(|text| is_shell(file, text));
            spread.add(&inner, empty);
            if let (["src", _, "main.py"], Some(text)) =
                (inner.segments().collect::<Vec<_>>().as_slice(), entry.text())
            {
                let heads = ["def ", "async def ", "class "];
                let is_head = |line: &&str| heads.iter().any(|head| line.starts_with(head));
                spread.in_main = text.lines().filter(is_head).count();
            }
        }
        let all = starts(tree, &folder, None);
        let declares = all.iter().any(|start| start.declared);
        let counted = all.into_iter().take(if declares { usize::MAX } else { 1 });
        let src = folder.join("src").ok();
        for start in counted.filter(|start| start.declared || !declares) {
            let module = start.app.split(':').next().unwrap_or_default().replace('.', "/");
            let names = [format!("{module}.py"), format!("{module}/__init__.py")];
            let places = start.paths.iter().filter_map(|place| place.path());
            let mut files =
                places.flat_map(|place| names.iter().filter_map(|name| place.join(name).ok()));
            let started = files.find(|file| tree.get(file).is_some());
            match started.filter(|file| src.as_ref().is_some_and(|src| file.starts_with(src))) {
                Some(file) => {
                    let inner = file.below(&folder).map(|file| file.to_string());
                    spread.beside.retain(|found| Some(found) != inner.as_ref());
                }
                None => spread.started_elsewhere.push(start.app),
            }
        }
        spread
    }

    fn add(&mut self, inner: &RelPath, empty: bool) {
        let segments: Vec<_> = inner.segments().collect();
        match segments.as_slice() {
            ["src", _, layer, .., _] if LAYERS.contains(layer) => {
                let index = LAYERS.iter().position(|name| name == layer).unwrap_or_default();
                self.layers[index] += usize::from(!empty);
            }
            ["src", _, "__init__.py" | "main.py" | "__main__.py"] => {}
            ["src", .., name] if is_settings(name) => {}
            ["src", ..] if !empty => self.beside.push(inner.to_string()),
            ["src", ..] => {}
            _ if is_test(&segments) || empty => {}
            _ => self.left += 1,
        }
    }

    fn is_migrated(&self) -> bool {
        let is_layered = self.layers.iter().sum::<usize>() > 0;
        self.started_elsewhere.is_empty() && self.beside.is_empty() && is_layered
    }

    fn shortcomings(&self) -> Vec<String> {
        let started = self.started_elsewhere.iter();
        let started = started.map(|app| format!("{app} is started, which is not below src/"));
        let beside =
            (!self.beside.is_empty()).then(|| format!("in no layer: {}", some(&self.beside)));
        started.chain(beside).collect()
    }
}

/// A file without code, or a package's `__init__.py` that only says what the package is.
fn is_shell(file: &RelPath, text: &str) -> bool {
    let does_something = |line: &str| {
        ["import ", "from ", "def ", "async def ", "class ", "@"]
            .iter()
            .any(|word| line.starts_with(word))
            || line.contains(" = ")
    };
    text.trim().is_empty() || (file.name() == "__init__.py" && !text.lines().any(does_something))
}

/// Settings are neutral: every layer but the domain may read them.
fn is_settings(name: &str) -> bool {
    let stem = name.trim_end_matches(".py");
    ["config", "settings"].iter().any(|word| stem == *word || stem.ends_with(&format!("_{word}")))
}

fn is_test(segments: &[&str]) -> bool {
    let aside = ["tests", "test", "scripts", "examples", "docs", "tools", "bin"];
    let name = segments.last().copied().unwrap_or_default();
    segments.iter().any(|segment| aside.contains(segment))
        || name.starts_with("test_")
        || name.ends_with("_test.py")
        || name == "conftest.py"
        || name == "setup.py"
}

fn document(output: &Output) -> Option<Value> {
    serde_json::from_slice(&output.stdout).ok()
}

fn steps(document: &Value) -> impl Iterator<Item = &Value> {
    let services = document["services"].as_array().into_iter().flatten();
    services.flat_map(|service| service["steps"].as_array().into_iter().flatten())
}

fn refusals(document: &Value) -> Vec<String> {
    steps(document).filter_map(|step| step["refusal"].as_str().map(str::to_owned)).collect()
}

fn has_applied(document: &Value) -> bool {
    steps(document).any(|step| step["applied"] == true)
}

fn changed_paths(document: &Value) -> Vec<String> {
    let changes = steps(document).flat_map(|step| step["changes"].as_array().into_iter().flatten());
    changes.filter_map(|change| change["path"].as_str().map(str::to_owned)).collect()
}

fn moved_paths(document: &Value) -> usize {
    let changes = steps(document).flat_map(|step| step["changes"].as_array().into_iter().flatten());
    changes.filter(|change| change["moved_from"].is_string()).count()
}

fn complaint(what: &str, output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(300).collect();
    format!("{what}: exit {:?}: {text}", output.status.code())
}

fn some(names: &[String]) -> String {
    let shown = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 { format!("{shown} and {} more", names.len() - 5) } else { shown }
}
