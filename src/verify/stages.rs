//! A run proved stretch by stretch.
//!
//! Steps that keep every definition are proved together, strictly. A step that rewrites
//! definitions is proved by itself: what it touches may have another text and is there by its
//! name, everything else is held as strictly.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::static_proof::{Side, compare, wraps};
use super::{Aspect, Item, Verdict};
use crate::change::{ChangeSet, Entry, Hash, RelPath};
use crate::python::{ImportedName, Module, Statement};
use crate::workspace::Tree;

/// Steps that are proved together.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The tree before them.
    pub before: Tree,
    /// New path → path before, of what they moved.
    pub moves: BTreeMap<RelPath, RelPath>,
    /// What they declare to do with definitions.
    pub declares: Declared,
    /// The hashes of the files that they left, where a ledger says them: a file that is another one
    /// in the tree after them was edited since, and nothing is declared for it.
    pub left: Option<BTreeMap<RelPath, Hash>>,
}

/// What steps declare to do with definitions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Declared {
    /// They keep every one, as it is.
    #[default]
    Keeps,
    /// One that they touch has another text and is there by its name.
    Rewrites,
    /// Beside that, statements go which bind no name.
    Removes,
    /// Beside that, what was assigned to a name is given back by a function instead.
    Wraps,
}

/// The static proofs over stages that follow each other, of which the last leaves `after`.
///
/// `place` is the service's folder, the same in every tree, with its name.
pub fn staged_proofs(stages: &[Stage], after: &Tree, place: (Option<&RelPath>, &str)) -> Vec<Item> {
    if stages.is_empty() {
        return Vec::new();
    }
    let trees: Vec<&Tree> =
        stages.iter().map(|stage| &stage.before).chain(std::iter::once(after)).collect();
    let sides: Vec<Side<'_>> = trees.into_par_iter().map(|tree| Side::read(tree, place)).collect();
    let ends: Vec<&Tree> =
        stages.iter().skip(1).map(|stage| &stage.before).chain(std::iter::once(after)).collect();
    let proved: Vec<Vec<Item>> = (0..stages.len())
        .into_par_iter()
        .map(|number| {
            let stage = &stages[number];
            let (one, two) = (&sides[number], &sides[number + 1]);
            let items = compare((one, two), Some(&stage.moves), stage.declares);
            stage.declared(ends[number], items)
        })
        .collect();
    proved.into_iter().flatten().collect()
}

impl Stage {
    /// What was found between this stage and its end, with what it declares.
    fn declared(&self, after: &Tree, items: Vec<Item>) -> Vec<Item> {
        if self.declares == Declared::Keeps {
            return items;
        }
        let mut rewritten = Rewritten::default();
        let is_theirs = |path: &RelPath| {
            let Some(left) = &self.left else { return true };
            after.get(path).is_some_and(|entry| left.get(path) == Some(&entry.hash()))
        };
        rewritten.note(&self.before.changes_to(after, &self.moves), self.declares, is_theirs);
        rewritten.declare(items)
    }
}

/// Definitions that operations declare to have rewritten.
#[derive(Debug, Default)]
struct Rewritten {
    names: BTreeSet<String>,
    /// `path name` of imports that only they used.
    freed: BTreeSet<String>,
}

impl Rewritten {
    /// Notes which definitions a step's changes touch, of those that are there in the way in which
    /// it declares it.
    fn note(
        &mut self,
        changes: &ChangeSet,
        declares: Declared,
        is_theirs: impl Fn(&RelPath) -> bool,
    ) {
        for (path, change) in changes.iter().filter(|(path, _)| is_theirs(path)) {
            let (Some(before), Some(after)) = (&change.before, &change.after) else { continue };
            if path.extension() == "py" {
                self.names.extend(touched(before, after, declares));
                self.freed.extend(freed(before, after).map(|name| format!("{path} {name}")));
            }
        }
    }

    /// The proofs, in which a declared rewrite of a definition is no loss of it.
    fn declare(&self, items: Vec<Item>) -> Vec<Item> {
        let declared = |item: &Item| {
            let name = item.name.rsplit_once(" (").map_or(item.name.as_str(), |(name, _)| name);
            item.aspect == Aspect::Definitions
                && item.verdict == Verdict::Broken
                && !name.starts_with('#')
                && self.names.contains(name)
        };
        let freed = |item: &Item| {
            item.aspect == Aspect::References
                && item.verdict == Verdict::Broken
                && self.freed.contains(&item.name)
        };
        let judge = |item: Item| {
            if freed(&item) {
                Item::new(item.aspect, item.name, Verdict::Equal)
                    .because("only code that was rewritten used it")
            } else if declared(&item) {
                Item::new(item.aspect, item.name, Verdict::Equal)
                    .because("rewritten as the step says")
            } else {
                item
            }
        };
        items.into_iter().map(judge).collect()
    }
}

/// The imported names of a file that only rewritten definitions used and that nothing uses and
/// nothing binds any more. Who takes such a name from this file is found by its own imports.
fn freed(before: &Entry, after: &Entry) -> impl Iterator<Item = String> + use<> {
    let module = |entry: &Entry| Module::of(entry.bytes()?).ok();
    let (Some(before), Some(after)) = (module(before), module(after)) else {
        return Vec::new().into_iter();
    };
    let kept: BTreeSet<u64> =
        after.facts.statements.iter().map(|found| found.fingerprint).collect();
    let is_free = |name: &&str| {
        let uses = before.facts.references.iter().filter(|found| found.name == **name);
        let rewritten = |statement: &Statement| !kept.contains(&statement.fingerprint);
        let mut statements = uses.map(|found| &before.facts.statements[found.statement]).peekable();
        statements.peek().is_some()
            && statements.all(rewritten)
            && !after.facts.defines(name)
            && after.facts.references.iter().all(|found| found.name != **name)
    };
    let names = before.facts.imports.iter().flat_map(|import| &import.names);
    let free: Vec<String> =
        names.map(ImportedName::bound).filter(is_free).map(str::to_owned).collect();
    free.into_iter()
}

/// What a statement is called that binds no name.
const NAMELESS: &str = "a statement";

/// The definitions of a file that have another text afterwards and are there: by their names, or
/// in another way that was declared.
fn touched(before: &Entry, after: &Entry, declares: Declared) -> Vec<String> {
    let module = |entry: &Entry| Module::of(entry.bytes()?).ok();
    let (Some(before), Some(after)) = (module(before), module(after)) else { return Vec::new() };
    let label = |statement: &Statement| {
        let mut names = statement.binds.clone();
        names.sort_unstable();
        if names.is_empty() { NAMELESS.to_owned() } else { names.join(", ") }
    };
    let kept: BTreeSet<u64> =
        after.facts.statements.iter().map(|found| found.fingerprint).collect();
    let names: BTreeSet<String> = after.facts.statements.iter().map(label).collect();
    let wrapped = match declares {
        Declared::Wraps => wraps::wrapped(&before, &after),
        _ => BTreeMap::new(),
    };
    let changed = before.facts.statements.iter().filter(|found| !kept.contains(&found.fingerprint));
    let stands = |statement: &&Statement| {
        let name = label(statement);
        names.contains(&name)
            || (declares == Declared::Removes && name == NAMELESS)
            || wrapped.contains_key(&name)
    };
    changed.filter(stands).map(label).collect()
}
