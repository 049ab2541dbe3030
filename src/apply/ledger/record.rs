//! What a ledger says, checked when it is read.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::apply::ApplyError;
use crate::apply::root::Root;
use crate::change::{ChangeSet, Entry, Fingerprint, Hash, RelPath, StepMeta};

/// The version of the format that this program writes and reads.
const VERSION: u32 = 1;
/// A ledger above this size is not one of ours (bytes).
const LIMIT: u64 = 64 << 20;

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Written and not undone.
    Applied,
    /// Left out at the user's wish.
    Skipped,
    /// Tried and taken back.
    Failed,
    /// The service was already as the step would leave it.
    Adopted,
    /// Needs a decision of the user.
    Unresolved,
    /// Written and undone.
    Undone,
}

/// One path that a step changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathRecord {
    /// What was there.
    pub before: Option<Fingerprint>,
    /// What the step left there.
    pub after: Option<Fingerprint>,
    /// Where its content came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<RelPath>,
}

/// One step in a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRecord {
    /// Name, title, kind and run.
    #[serde(flatten)]
    pub meta: StepMeta,
    /// What became of it.
    pub state: StepState,
    /// Why, when it was not applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Identifies the change set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Hash>,
    /// Every path that it changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub paths: BTreeMap<RelPath, PathRecord>,
    /// Folders that came with it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub made: BTreeSet<RelPath>,
    /// Folders that went with it, with their modes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub emptied: BTreeMap<RelPath, u32>,
}

/// A run of which steps are still to come: it was stopped, or it is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenRun {
    /// The run.
    pub run: String,
    /// The steps still to come, in order.
    pub pending: Vec<String>,
}

/// The steps of one service, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    folder: RelPath,
    pub(super) steps: Vec<StepRecord>,
    pub(super) open: Option<OpenRun>,
}

/// The file as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLedger {
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<OpenRun>,
    steps: Vec<StepRecord>,
}

impl Ledger {
    /// Reads and checks the ledger in `folder`; an empty one if there is none.
    pub fn read(root: &Root, folder: &RelPath) -> Result<Self, ApplyError> {
        let folder = folder.clone();
        let path = file_in(&folder)?;
        let Some(text) = root.read(&path, LIMIT)? else {
            return Ok(Self { folder, steps: Vec::new(), open: None });
        };
        let raw: RawLedger =
            serde_json::from_slice(&text).map_err(|error| damaged(&path, &error.to_string()))?;
        if raw.version != VERSION {
            let reason = format!("version {} is not known to this program", raw.version);
            return Err(damaged(&path, &reason));
        }
        let result = Self { folder, steps: raw.steps, open: raw.open };
        result.check().map_err(|reason| damaged(&path, reason))?;
        Ok(result)
    }

    /// The steps, oldest first.
    pub fn steps(&self) -> &[StepRecord] {
        &self.steps
    }

    /// What last became of a step, if the ledger knows it.
    pub fn state(&self, id: &str) -> Option<StepState> {
        let last = self.steps.iter().rev().find(|step| step.meta.id == id);
        last.map(|step| step.state)
    }

    /// The run that still has steps to come.
    pub fn open_run(&self) -> Option<&OpenRun> {
        self.open.as_ref()
    }

    /// The steps that `run` left out at the user's wish.
    pub fn skipped_in<'a>(&'a self, run: &'a str) -> impl Iterator<Item = &'a str> {
        let skipped =
            move |step: &&StepRecord| step.state == StepState::Skipped && step.meta.run == run;
        self.steps.iter().filter(skipped).map(|step| step.meta.id.as_str())
    }

    /// The folder that the ledger lives in.
    pub fn folder(&self) -> &RelPath {
        &self.folder
    }

    /// The ledger's own file.
    pub fn path(&self) -> Result<RelPath, ApplyError> {
        file_in(&self.folder)
    }

    pub(super) fn to_entry(&self) -> Result<Entry, ApplyError> {
        let (open, steps) = (self.open.clone(), self.steps.clone());
        let raw = RawLedger { version: VERSION, open, steps };
        let text = serde_json::to_string_pretty(&raw);
        let text = text.map_err(|error| self.damaged(&error.to_string()))?;
        Ok(Entry::file(text + "\n"))
    }

    /// Adds the ledger's present content to `changes`; `None` removes the file.
    pub(super) fn change(
        &self,
        root: &Root,
        keep: bool,
        changes: &mut ChangeSet,
    ) -> Result<(), ApplyError> {
        let path = self.path()?;
        let before = root.entry(&path)?;
        let after = if keep { Some(self.to_entry()?) } else { None };
        let change = crate::change::FileChange { before, after, moved_from: None };
        changes.insert(path, change);
        Ok(())
    }

    pub(super) fn damaged(&self, reason: &str) -> ApplyError {
        damaged(&self.folder, reason)
    }

    /// Everything that the types do not say already.
    fn check(&self) -> Result<(), &'static str> {
        if let Some(OpenRun { run, pending }) = &self.open {
            StepMeta::check_names(pending.iter().chain([run]))?;
        }
        for step in &self.steps {
            step.meta.check()?;
            let prints = step.paths.values().flat_map(|record| [&record.before, &record.after]);
            for print in prints.flatten() {
                check_fingerprint(print)?;
            }
            if step.paths.keys().any(|path| path.starts_with(&self.folder)) {
                return Err("a step claims to have changed the ledger itself");
            }
            if step.emptied.values().any(|mode| mode & !0o7777 != 0) {
                return Err("a folder has an impossible mode");
            }
        }
        Ok(())
    }
}

/// Refuses modes that give a program the rights of its owner, and links that end nowhere.
pub(super) fn check_fingerprint(print: &Fingerprint) -> Result<(), &'static str> {
    match print {
        Fingerprint::File { mode, .. } if mode & !0o777 != 0 => {
            Err("a file has special permission bits (setuid, setgid or sticky)")
        }
        Fingerprint::Symlink { target } if target.is_empty() || target.contains('\0') => {
            Err("a link has no target")
        }
        _ => Ok(()),
    }
}

pub(super) fn file_in(folder: &RelPath) -> Result<RelPath, ApplyError> {
    folder.join("ledger.json").map_err(|error| damaged(folder, &error.to_string()))
}

fn damaged(path: &RelPath, reason: &str) -> ApplyError {
    ApplyError::Ledger { path: path.clone(), reason: reason.to_owned() }
}
