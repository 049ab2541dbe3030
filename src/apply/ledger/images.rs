//! What was there before: the before-images of steps, for looking at and not for writing.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Ledger, StepRecord, UndoTarget};
use crate::apply::ApplyError;
use crate::apply::git::History;
use crate::apply::root::{Kind, Root};
use crate::change::{Entry, Fingerprint, Hash, RelPath};

/// What was there before some steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Images {
    /// Each path that the steps changed; `None` where nothing was.
    pub entries: BTreeMap<RelPath, Option<Entry>>,
    /// New paths with the old ones whose content they carry.
    pub moves: BTreeMap<RelPath, RelPath>,
}

/// Steps that are looked at together, with what was there before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// What was there before, and what these steps moved.
    pub images: Images,
    /// The hash of each file that they left.
    pub left: BTreeMap<RelPath, Hash>,
    /// The step, where it is one that is looked at by itself.
    pub alone: Option<String>,
}

/// What each path was before the steps that `target` names, and where files moved.
///
/// Unlike [`undo`](super::undo) it does not mind that files were edited since. Fails with
/// [`ApplyError::ChangedSince`] when a content is kept nowhere any more: a file that was moved
/// unchanged and then edited, and that no late commit has.
pub fn before_images(
    root: &Root,
    folder: &RelPath,
    target: &UndoTarget,
) -> Result<Images, ApplyError> {
    let ledger = Ledger::read(root, folder)?;
    let steps = chosen(&ledger, target)?;
    Ok(Images { entries: entries(root, &ledger, &steps)?, moves: moves(&steps) })
}

/// What each path was before each stretch of the steps that `target` names, the first applied
/// first.
///
/// A step for which `is_alone` holds is a stretch by itself, the others are taken together; the
/// moves of a stretch are those of its own steps. Fails as [`before_images`] does.
pub fn stretches(
    root: &Root,
    folder: &RelPath,
    target: &UndoTarget,
    is_alone: impl Fn(&str) -> bool,
) -> Result<Vec<Stretch>, ApplyError> {
    let ledger = Ledger::read(root, folder)?;
    let steps = chosen(&ledger, target)?;
    let mut left = steps.as_slice();
    let mut found = Vec::new();
    while let Some((next, earlier)) = left.split_last() {
        let alone = Some(next.meta.id.clone()).filter(|id| is_alone(id));
        let together = earlier.iter().rev().take_while(|step| !is_alone(&step.meta.id)).count();
        let (rest, own) = match &alone {
            Some(_) => left.split_at(left.len() - 1),
            None => left.split_at(left.len() - 1 - together),
        };
        let images = Images { entries: entries(root, &ledger, left)?, moves: moves(own) };
        found.push(Stretch { images, left: left_by(own), alone });
        left = rest;
    }
    Ok(found)
}

/// The steps that `target` names, the last applied first.
fn chosen(ledger: &Ledger, target: &UndoTarget) -> Result<Vec<StepRecord>, ApplyError> {
    let chosen = ledger.choose(target)?;
    Ok(chosen.into_iter().map(|at| ledger.steps[at].clone()).collect())
}

/// What each path was before `steps`, which are the last ones, given the last first.
fn entries(
    root: &Root,
    ledger: &Ledger,
    steps: &[StepRecord],
) -> Result<BTreeMap<RelPath, Option<Entry>>, ApplyError> {
    let mut then: BTreeMap<&RelPath, Option<&Fingerprint>> = BTreeMap::new();
    for step in steps {
        then.extend(step.paths.iter().map(|(path, record)| (path, record.before.as_ref())));
    }
    let places = places(&ledger.steps);
    let history = OnceCell::new();
    let mut entries = BTreeMap::new();
    let mut lost = Vec::new();
    for (path, print) in then {
        let image = match print {
            None => None,
            Some(Fingerprint::Symlink { target }) => {
                Some(Entry::Symlink { target: target.clone() })
            }
            Some(Fingerprint::File { hash, length, mode }) => {
                let kept = content(root, ledger, &places, (*hash, *length))?;
                // A file that was moved and edited since is kept by git alone.
                let committed = || {
                    let history = history.get_or_init(|| History::around(root.path()));
                    history.as_ref()?.find(places.get(hash)?, *hash)
                };
                let Some(found) = kept.or_else(committed) else {
                    lost.push(path.clone());
                    continue;
                };
                Some(with_mode(&found, *mode))
            }
        };
        entries.insert(path.clone(), image);
    }
    if lost.is_empty() { Ok(entries) } else { Err(ApplyError::ChangedSince(lost)) }
}

/// The files that steps left, given the last step first.
fn left_by(steps: &[StepRecord]) -> BTreeMap<RelPath, Hash> {
    let records = steps.iter().rev().flat_map(|step| &step.paths);
    let files = records.filter_map(|(path, record)| match record.after {
        Some(Fingerprint::File { hash, .. }) => Some((path.clone(), hash)),
        _ => None,
    });
    files.collect()
}

/// The moves of all steps together, given the last step first.
fn moves(steps: &[StepRecord]) -> BTreeMap<RelPath, RelPath> {
    let mut moves: BTreeMap<RelPath, RelPath> = BTreeMap::new();
    for step in steps.iter().rev() {
        let own = step.paths.iter().filter_map(|(path, record)| {
            let from = record.moved_from.as_ref()?;
            Some((path.clone(), moves.get(from).unwrap_or(from).clone()))
        });
        let own: Vec<_> = own.collect();
        moves.retain(|path, _| step.paths.get(path).is_none_or(|record| record.after.is_some()));
        moves.extend(own);
    }
    moves
}

/// Where steps left or found which content: one that is still in the tree is not kept twice.
fn places(steps: &[StepRecord]) -> BTreeMap<Hash, BTreeSet<&RelPath>> {
    let mut places: BTreeMap<Hash, BTreeSet<&RelPath>> = BTreeMap::new();
    let records = steps.iter().flat_map(|step| &step.paths);
    for (path, record) in records {
        for print in [&record.before, &record.after].into_iter().flatten() {
            if let Fingerprint::File { hash, .. } = print {
                places.entry(*hash).or_default().insert(path);
            }
        }
    }
    places
}

fn content(
    root: &Root,
    ledger: &Ledger,
    places: &BTreeMap<Hash, BTreeSet<&RelPath>>,
    (hash, length): (Hash, u64),
) -> Result<Option<Entry>, ApplyError> {
    for path in places.get(&hash).into_iter().flatten() {
        if root.kind(path)? == Some(Kind::File)
            && let Some(entry) = root.entry(path)?.filter(|entry| entry.hash() == hash)
        {
            return Ok(Some(entry));
        }
    }
    let kept = [ledger.object(hash)?, ledger.raw_object(hash)?];
    let mut is_kept = false;
    for place in &kept {
        is_kept |= root.kind(place)?.is_some();
    }
    if !is_kept {
        return Ok(None);
    }
    let (content, _) = ledger.fetch(root, hash, length)?;
    Ok(Some(Entry::File { content, mode: 0o644 }))
}

fn with_mode(entry: &Entry, mode: u32) -> Entry {
    match entry {
        Entry::File { content, .. } => Entry::File { content: content.clone(), mode },
        Entry::Symlink { .. } => entry.clone(),
    }
}
