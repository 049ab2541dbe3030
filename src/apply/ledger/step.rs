//! Applying one step: its changes, its before-images and its record in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{check_fingerprint, file_in};
use super::{Ledger, OpenRun, PathRecord, StepRecord, StepState};
use crate::apply::git::CommitRequest;
use crate::apply::layout::{Layout, Rules};
use crate::apply::transaction::Transaction;
use crate::apply::{ApplyError, GitMode, Repository, Session};
use crate::change::{ChangeSet, Entry, RelPath, StepMeta};

/// A step of a run: what it changes, and what the ledger learns about the run with it.
#[derive(Debug, Clone, Copy)]
pub struct RunStep<'a> {
    /// Which step of which run.
    pub meta: &'a StepMeta,
    /// What it changes.
    pub changes: &'a ChangeSet,
    /// The steps of the run that are still to come after it; with none the run is done.
    pub pending: &'a [String],
    /// Steps of the run that are not applied, each with what became of it and why.
    pub beside: &'a [(StepMeta, StepState, String)],
}

/// Applies `changes` as the step `meta`, the only one of its run, and records it in the ledger in
/// `folder`.
pub fn apply_step(
    session: &Session,
    folder: &RelPath,
    meta: &StepMeta,
    changes: &ChangeSet,
    git: GitMode,
) -> Result<(), ApplyError> {
    let step = RunStep { meta, changes, pending: &[], beside: &[] };
    apply_run_step(session, folder, step, git)
}

/// Applies one step of a run and records it, and how far the run is, in the ledger in `folder`.
///
/// Inside a git work tree this makes at most two commits: pure moves, then everything else.
/// After an error nothing has changed, neither on disk nor in the repository.
pub fn apply_run_step(
    session: &Session,
    folder: &RelPath,
    RunStep { meta, changes, pending, beside }: RunStep<'_>,
    git: GitMode,
) -> Result<(), ApplyError> {
    let root = session.root();
    let mut ledger = open(session, folder, meta)?;
    for (other, state, reason) in beside {
        ledger.steps.push(StepRecord::with_reason(other, *state, reason));
    }
    ledger.steps.push(record(session, folder, meta, changes)?);
    let run = meta.run.clone();
    ledger.open = (!pending.is_empty()).then(|| OpenRun { run, pending: pending.to_vec() });
    let mut all = changes.clone();
    keep_images(session, &ledger, changes, &mut all)?;
    ledger.change(root, true, &mut all)?;
    let mut trailers = trailers(meta);
    trailers.push(("Scaffold-Plan".to_owned(), changes.hash().to_string()));
    let request = request(session, &all, git, &meta.title, trailers)?;
    let request = request.map(|request| request.with_moves(changes));
    Transaction::new(root, &all).commit(request).run()
}

/// Records that nothing is left to do for the run that is open in the ledger in `folder`.
pub fn close_run(session: &Session, folder: &RelPath, git: GitMode) -> Result<(), ApplyError> {
    let mut ledger = Ledger::read(session.root(), folder)?;
    let Some(OpenRun { run, .. }) = ledger.open.take() else { return Ok(()) };
    let mut changes = ChangeSet::new();
    ledger.change(session.root(), true, &mut changes)?;
    let trailers = vec![("Scaffold-Run".to_owned(), run)];
    let request = request(session, &changes, git, "Close a migration run", trailers)?;
    Transaction::new(session.root(), &changes).commit(request).run()
}

/// Records a step that was not applied, with the reason.
pub fn record_state(
    session: &Session,
    folder: &RelPath,
    meta: &StepMeta,
    (state, reason): (StepState, &str),
    git: GitMode,
) -> Result<(), ApplyError> {
    let mut ledger = open(session, folder, meta)?;
    ledger.steps.push(StepRecord::with_reason(meta, state, reason));
    let mut changes = ChangeSet::new();
    ledger.change(session.root(), true, &mut changes)?;
    let subject = format!("{}: {}", meta.title, state.word());
    let request = request(session, &changes, git, &subject, trailers(meta))?;
    Transaction::new(session.root(), &changes).commit(request).run()
}

fn open(session: &Session, folder: &RelPath, meta: &StepMeta) -> Result<Ledger, ApplyError> {
    let invalid = |reason| ApplyError::Invalid { path: folder.clone(), reason };
    meta.check().map_err(invalid)?;
    Ledger::read(session.root(), folder)
}

fn trailers(meta: &StepMeta) -> Vec<(String, String)> {
    let run = ("Scaffold-Run".to_owned(), meta.run.clone());
    let step = ("Scaffold-Step".to_owned(), meta.id.clone());
    vec![run, step]
}

/// What the ledger will say about an applied step.
fn record(
    session: &Session,
    folder: &RelPath,
    meta: &StepMeta,
    changes: &ChangeSet,
) -> Result<StepRecord, ApplyError> {
    // The ledger's file is part of what keeps folders and makes them.
    let mut with_ledger = changes.clone();
    with_ledger.create(file_in(folder)?, Entry::file(""));
    let layout = Layout::plan(session.root(), &with_ledger, &Rules::default())?;
    let mut record = StepRecord::new(meta, StepState::Applied);
    record.plan = Some(changes.hash());
    record.made = layout.made;
    record.emptied = layout.emptied;
    let print = |entry: &Option<Entry>| entry.as_ref().map(Entry::fingerprint);
    for (path, change) in changes.iter() {
        let refuse = |reason| ApplyError::Invalid { path: path.clone(), reason };
        if path.starts_with(folder) {
            return Err(refuse("a step must not change its own ledger"));
        }
        let (before, after) = (print(&change.before), print(&change.after));
        for print in [&before, &after].into_iter().flatten() {
            check_fingerprint(print).map_err(refuse)?;
        }
        let moved_from = change.moved_from.clone();
        record.paths.insert(path.clone(), PathRecord { before, after, moved_from });
    }
    Ok(record)
}

/// The commit to be made with `changes`, if one is wanted and possible.
pub(super) fn request(
    session: &Session,
    changes: &ChangeSet,
    git: GitMode,
    subject: &str,
    trailers: Vec<(String, String)>,
) -> Result<Option<CommitRequest>, ApplyError> {
    if git == GitMode::Never {
        return Ok(None);
    }
    let Some(repository) = Repository::around(session.root().path())? else {
        return Ok(None);
    };
    repository.check_ready()?;
    let paths: BTreeSet<RelPath> = changes.iter().map(|(path, _)| path.clone()).collect();
    repository.check_paths(paths.iter())?;
    if git == GitMode::Clean {
        let dirty = repository.dirty(Some(&paths))?;
        if !dirty.is_empty() {
            return Err(crate::apply::GitError::Dirty(dirty).into());
        }
    }
    Ok(Some(CommitRequest::new(subject, trailers)))
}

/// Keeps every content that is nowhere in the tree afterwards.
fn keep_images(
    session: &Session,
    ledger: &Ledger,
    changes: &ChangeSet,
    all: &mut ChangeSet,
) -> Result<(), ApplyError> {
    let after = changes.iter().filter_map(|(_, change)| change.after.as_ref());
    let files = after.filter(|entry| matches!(entry, Entry::File { .. }));
    let kept: BTreeSet<_> = files.map(Entry::hash).collect();
    for (path, change) in changes.iter() {
        match &change.before {
            Some(entry @ Entry::File { .. }) if !kept.contains(&entry.hash()) => {
                ledger.keep(session.root(), path, entry, all)?;
            }
            _ => {}
        }
    }
    Ok(())
}

impl StepRecord {
    fn new(meta: &StepMeta, state: StepState) -> Self {
        Self {
            meta: meta.clone(),
            state,
            reason: None,
            plan: None,
            paths: BTreeMap::new(),
            made: BTreeSet::new(),
            emptied: BTreeMap::new(),
        }
    }

    fn with_reason(meta: &StepMeta, state: StepState, reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..Self::new(meta, state) }
    }
}

impl StepState {
    /// The state as text.
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Adopted => "adopted",
            Self::Unresolved => "unresolved",
            Self::Undone => "undone",
        }
    }
}
