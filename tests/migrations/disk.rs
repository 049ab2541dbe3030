//! A case on disk: migrated by the program itself, and taken back.

use std::collections::BTreeMap;
use std::process::{Command, Output};

use camino::Utf8PathBuf;
use scaffold::change::{Entry, RelPath};
use scaffold::migration::Plan;
use scaffold::workspace::{Scope, Tree};
use serde_json::Value;

use crate::cases::{NAME, write_tree};
use scaffold::trial::differences;

/// A folder with a service in it.
pub(crate) struct Place {
    _folder: tempfile::TempDir,
    root: Utf8PathBuf,
    service: Utf8PathBuf,
}

impl Place {
    /// Writes a tree into a new folder; `service` is the service's folder below it.
    pub(crate) fn of(tree: &Tree, service: Option<&RelPath>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::try_from(folder.path().canonicalize().unwrap()).unwrap();
        let root = root.join(NAME);
        write_tree(tree, &root);
        let service = service.map_or(root.clone(), |folder| root.join(folder.as_str()));
        Self { _folder: folder, root, service }
    }

    fn scaffold(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_scaffold"))
            .args(["migrate", self.service.as_str(), "--root", self.root.as_str()])
            .args(["--no-commit", "--format", "json"])
            .args(words)
            .output()
            .unwrap()
    }

    /// What is there, the ledger left out.
    fn tree(&self) -> Tree {
        Tree::read(&self.root, &Scope::default()).unwrap()
    }

    fn has_ledger(&self) -> bool {
        self.service.join(".scaffold").exists()
    }
}

/// Runs the program: dry run, apply, undo; says what differs from the plan and from the start.
///
/// A plan with a broken proof is shown and never applied.
pub(crate) fn problems(place: &Place, options: &[&str], plan: &Plan) -> Vec<String> {
    let before = place.tree();
    let run = |words: &[&str]| place.scaffold(&[options, words].concat());
    let dry = run(&["--dry-run"]);
    let mut problems = differences(&before, &place.tree());
    let applied = run(&["--yes"]);
    if plan.is_empty() || plan.broken().next().is_some() {
        problems.extend(differences(&before, &place.tree()));
        return problems;
    }
    if !place.has_ledger() {
        problems.push(format!("nothing was applied: {}", complaint(&applied)));
        return problems;
    }
    problems.extend(differences(&plan.after, &place.tree()));
    problems.extend(unlike_the_dry_run(&dry, place));
    let undone = place.scaffold(&["--undo", "--yes"]);
    if !undone.status.success() {
        problems.push(format!("undo: {}", complaint(&undone)));
    }
    problems.extend(differences(&before, &place.tree()));
    if place.has_ledger() {
        problems.push("undo left a ledger".to_owned());
    }
    problems
}

/// Paths whose bytes are not those that the dry run announced.
fn unlike_the_dry_run(dry: &Output, place: &Place) -> Vec<String> {
    let tree = place.tree();
    let Ok(document) = serde_json::from_slice::<Value>(&dry.stdout) else {
        return vec![format!("the dry run gave no JSON: {}", complaint(dry))];
    };
    let mut last: BTreeMap<String, Option<String>> = BTreeMap::new();
    for service in document["services"].as_array().into_iter().flatten() {
        for step in service["steps"].as_array().into_iter().flatten() {
            for change in step["changes"].as_array().into_iter().flatten() {
                let path = change["path"].as_str().unwrap_or_default().to_owned();
                last.insert(path, change["after"].as_str().map(str::to_owned));
            }
        }
    }
    let on_disk = |path: &str| {
        let known = RelPath::new(path).ok().and_then(|path| tree.get(&path).map(Entry::hash));
        // What a library was made from is no part of a tree that is read.
        let own = || Some(Entry::file(std::fs::read(place.root.join(path)).ok()?).hash());
        known.or_else(own).map(|hash| hash.to_string())
    };
    let unlike = last.iter().filter(|(path, hash)| on_disk(path) != **hash);
    unlike.map(|(path, _)| format!("{path} is not what the dry run showed")).collect()
}

fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    format!("exit {:?}: {}", output.status.code(), text.trim())
}
