//! Taking steps back: byte for byte, in reverse order, as one transaction.

use std::collections::{BTreeMap, BTreeSet};

use super::step::request;
use super::{Ledger, StepRecord, StepState};
use crate::apply::layout::Rules;
use crate::apply::root::Root;
use crate::apply::transaction::Transaction;
use crate::apply::{ApplyError, GitMode, Kind, Session};
use crate::change::{ChangeSet, Entry, FileChange, Fingerprint, Hash, RelPath};

/// How far to go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoTarget {
    /// Every step of the run that applied the last one.
    LastRun,
    /// This step and every one applied after it.
    Step(String),
    /// Every step.
    All,
}

/// What was undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The steps, last applied first.
    pub steps: Vec<String>,
    /// The paths that were restored or removed.
    pub paths: Vec<RelPath>,
    /// Whether the ledger went too, because nothing applied is left.
    pub ledger_removed: bool,
}

/// What one path is now and what it was before the steps.
struct Target {
    now: Option<Fingerprint>,
    then: Option<Fingerprint>,
}

/// Restores everything that the steps changed, if nobody changed it since.
///
/// Fails with [`ApplyError::ChangedSince`] and writes nothing otherwise.
pub fn undo(
    session: &Session,
    folder: &RelPath,
    target: &UndoTarget,
    git: GitMode,
) -> Result<Undone, ApplyError> {
    let root = session.root();
    let mut ledger = Ledger::read(root, folder)?;
    let chosen = ledger.choose(target)?;
    let steps: Vec<StepRecord> = chosen.iter().map(|at| ledger.steps[*at].clone()).collect();
    let targets = compose(&steps)?;
    let mut changes = restore(root, &ledger, &targets)?;
    let paths = changes.iter().map(|(path, _)| path.clone()).collect();
    let ledger_removed = ledger.forget(root, &chosen, &mut changes)?;
    let names: Vec<String> = steps.iter().map(|step| step.meta.id.clone()).collect();
    let mut trailers: Vec<(String, String)> =
        names.iter().map(|name| ("Scaffold-Undo".to_owned(), name.clone())).collect();
    trailers.extend(steps.first().map(|step| ("Scaffold-Run".to_owned(), step.meta.run.clone())));
    let titles: Vec<&str> = steps.iter().map(|step| step.meta.title.as_str()).collect();
    let subject = match titles.as_slice() {
        [title] => format!("Revert \"{title}\""),
        titles => format!("Revert {} migration steps", titles.len()),
    };
    let request = request(session, &changes, git, &subject, trailers)?;
    let rules = rules(&ledger, &steps, &changes);
    Transaction::new(root, &changes).rules(rules).commit(request).run()?;
    Ok(Undone { steps: names, paths, ledger_removed })
}

impl Ledger {
    /// Which records to undo, the last one first.
    pub(super) fn choose(&self, target: &UndoTarget) -> Result<Vec<usize>, ApplyError> {
        let nothing = || ApplyError::NothingToUndo(format!("no applied step in {}", self.folder()));
        let applied: Vec<usize> = (0..self.steps.len())
            .rev()
            .filter(|at| self.steps[*at].state == StepState::Applied)
            .collect();
        let newest = *applied.first().ok_or_else(nothing)?;
        let oldest = match target {
            UndoTarget::All => 0,
            UndoTarget::LastRun => {
                let run = &self.steps[newest].meta.run;
                let of_run = applied.iter().take_while(|at| self.steps[**at].meta.run == *run);
                of_run.last().copied().unwrap_or(newest)
            }
            UndoTarget::Step(id) => {
                let found = applied.iter().find(|at| self.steps[**at].meta.id == *id);
                let missing = || ApplyError::NothingToUndo(format!("step {id:?} is not applied"));
                *found.ok_or_else(missing)?
            }
        };
        Ok(applied.into_iter().filter(|at| *at >= oldest).collect())
    }

    /// Adds to `changes` what becomes of the ledger itself; true when it goes altogether.
    fn forget(
        &mut self,
        root: &Root,
        undone: &[usize],
        changes: &mut ChangeSet,
    ) -> Result<bool, ApplyError> {
        let held = self.held();
        let runs: BTreeSet<String> =
            undone.iter().map(|at| self.steps[*at].meta.run.clone()).collect();
        let oldest = undone.last().copied().unwrap_or_default();
        self.open = self.open.take().filter(|open| !runs.contains(&open.run));
        for at in undone {
            let step = &mut self.steps[*at];
            step.state = StepState::Undone;
            step.paths.clear();
            step.made.clear();
            step.emptied.clear();
        }
        let mut at = 0;
        self.steps.retain(|step| {
            at += 1;
            let of_run = at > oldest && runs.contains(&step.meta.run);
            matches!(step.state, StepState::Applied | StepState::Undone) || !of_run
        });
        let keep = self.steps.iter().any(|step| step.state == StepState::Applied);
        let needed = self.held();
        for hash in held.difference(&needed) {
            for place in [self.object(*hash)?, self.raw_object(*hash)?] {
                if root.kind(&place)? == Some(Kind::File) {
                    let before = root.entry(&place)?;
                    changes.insert(place, FileChange { before, after: None, moved_from: None });
                }
            }
        }
        self.change(root, keep, changes)?;
        Ok(!keep)
    }

    /// Contents that applied steps may need to be undone.
    fn held(&self) -> BTreeSet<Hash> {
        let records = self.steps.iter().flat_map(|step| step.paths.values());
        let prints = records.filter_map(|record| record.before.as_ref());
        prints
            .filter_map(|print| match print {
                Fingerprint::File { hash, .. } => Some(*hash),
                Fingerprint::Symlink { .. } => None,
            })
            .collect()
    }
}

/// Each path's way back over all steps (last one first); they must fit together.
fn compose(steps: &[StepRecord]) -> Result<BTreeMap<RelPath, Target>, ApplyError> {
    let mut targets: BTreeMap<RelPath, Target> = BTreeMap::new();
    let mut torn = BTreeSet::new();
    for step in steps {
        for (path, record) in &step.paths {
            let target = targets.entry(path.clone()).or_insert_with(|| Target {
                now: record.after.clone(),
                then: record.after.clone(),
            });
            if target.then != record.after {
                torn.insert(path.clone());
            }
            target.then.clone_from(&record.before);
        }
    }
    if torn.is_empty() {
        Ok(targets)
    } else {
        Err(ApplyError::ChangedSince(torn.into_iter().collect()))
    }
}

/// The change set that leads back.
fn restore(
    root: &Root,
    ledger: &Ledger,
    targets: &BTreeMap<RelPath, Target>,
) -> Result<ChangeSet, ApplyError> {
    let mut current = BTreeMap::new();
    let mut moved_on = Vec::new();
    for (path, target) in targets {
        let entry = match root.kind(path)? {
            Some(Kind::File | Kind::Symlink) => root.entry(path)?,
            // A folder at the place of a removed file: the restoring files below it decide.
            Some(Kind::Folder) if targets.keys().any(|inner| inner.below(path).is_some()) => None,
            Some(Kind::Folder | Kind::Other) => {
                moved_on.push(path.clone());
                continue;
            }
            None => None,
        };
        let is_same = match (&entry, &target.now) {
            (Some(entry), Some(now)) => entry.fingerprint().same_for_git(now),
            (None, None) => true,
            _ => false,
        };
        if !is_same {
            moved_on.push(path.clone());
        }
        current.insert(path, entry);
    }
    if !moved_on.is_empty() {
        return Err(ApplyError::ChangedSince(moved_on));
    }
    let places: BTreeMap<Hash, &RelPath> = current
        .iter()
        .filter(|(_, entry)| matches!(entry, Some(Entry::File { .. })))
        .filter_map(|(path, entry)| entry.as_ref().map(|entry| (entry.hash(), *path)))
        .collect();
    let mut changes = ChangeSet::new();
    for (path, target) in targets {
        let before = current.get(path).cloned().flatten();
        let (after, moved_from) = match &target.then {
            None => (None, None),
            Some(Fingerprint::Symlink { target }) => {
                (Some(Entry::Symlink { target: target.clone() }), None)
            }
            Some(Fingerprint::File { hash, length, mode }) => {
                let place = places.get(hash).copied();
                let found = place.and_then(|place| current.get(place).cloned().flatten());
                let (content, from) = match found {
                    Some(Entry::File { content, .. }) => (content, place.cloned()),
                    _ => ledger.fetch(root, *hash, *length)?,
                };
                let mode = kept_mode(before.as_ref(), target.now.as_ref()).unwrap_or(*mode);
                (Some(Entry::File { content, mode }), from.filter(|from| from != path))
            }
        };
        changes.insert(path.clone(), FileChange { before, after, moved_from });
    }
    Ok(changes)
}

/// The mode of a file that has another one here than where the steps were applied: it is kept.
fn kept_mode(here: Option<&Entry>, now: Option<&Fingerprint>) -> Option<u32> {
    match (here?, now?) {
        (Entry::File { mode, .. }, Fingerprint::File { mode: applied, .. }) => {
            (mode != applied).then_some(*mode)
        }
        _ => None,
    }
}

/// Only folders that the steps made may go, and folders that they removed get their modes back.
fn rules(ledger: &Ledger, steps: &[StepRecord], changes: &ChangeSet) -> Rules {
    let ours = changes
        .iter()
        .filter(|(path, _)| path.starts_with(ledger.folder()))
        .flat_map(|(path, _)| crate::apply::layout::ancestors(path))
        .filter(|folder| folder.starts_with(ledger.folder()));
    let made = steps.iter().flat_map(|step| step.made.iter().cloned());
    let modes = steps.iter().flat_map(|step| step.emptied.clone());
    Rules { removable: Some(made.chain(ours).collect()), modes: modes.collect(), restores: true }
}
