//! A plan as a document: saved by a dry run, applied later exactly or not at all.
//!
//! It holds every content that will be written and the fingerprint of everything that it was
//! made from. It is a file that anybody may have edited: what is read is checked against its
//! own hashes, and against the tree before a change set comes out of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ChangeSet, Content, Entry, FileChange, Fingerprint, Hash, RelPath, StepMeta};

/// The version of the format that this program writes and reads.
const VERSION: u32 = 1;

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// The folder of the ledger that records it.
    pub ledger: RelPath,
    /// Which step it is.
    pub meta: StepMeta,
    /// What it changes.
    pub changes: ChangeSet,
}

/// A plan that can be written to a file and read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDocument {
    steps: Vec<RawStep>,
}

/// Why a saved plan cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// It is not a plan of a version that this program knows.
    #[error("this is not a plan that this version can read: {0}")]
    Format(String),
    /// It was edited or damaged.
    #[error("the plan was changed after it was saved: {0}")]
    Tampered(String),
    /// The tree is not the one that it was made from.
    #[error("the plan was made from other contents of: {}", names(.0))]
    Stale(Vec<RelPath>),
    /// The tree could not be read.
    #[error("cannot read what the plan was made from")]
    Read(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlan {
    version: u32,
    /// Over all steps as they are written here.
    hash: Hash,
    steps: Vec<RawStep>,
}

/// One step in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    ledger: RelPath,
    step: StepMeta,
    /// Identifies the change set.
    hash: Hash,
    files: BTreeMap<RelPath, RawChange>,
}

/// One path in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChange {
    before: Option<Fingerprint>,
    after: Option<RawEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved_from: Option<RelPath>,
}

/// What will be at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum RawEntry {
    /// A text file.
    Text { mode: u32, text: String },
    /// A file that is not UTF-8, as hexadecimal digits.
    Binary { mode: u32, hex: String },
    /// A large file that is on disk already and only moves.
    Large { mode: u32, hash: Hash, length: u64 },
    /// A symbolic link.
    Symlink { target: String },
}

impl PlanDocument {
    /// The document of a plan.
    pub fn new(steps: &[PlannedStep]) -> Self {
        Self { steps: steps.iter().map(RawStep::from).collect() }
    }

    /// The document as it is written to a file.
    pub fn to_json(&self) -> String {
        let raw = RawPlan { version: VERSION, hash: hash(&self.steps), steps: self.steps.clone() };
        let text = serde_json::to_string_pretty(&raw);
        text.unwrap_or_else(|error| unreachable!("plain values have a JSON form: {error}")) + "\n"
    }

    /// Reads a document; everything that can be checked without a tree is checked.
    pub fn from_json(text: &str) -> Result<Self, PlanError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let format = |error: serde_json::Error| PlanError::Format(error.to_string());
        let Versioned { version } = serde_json::from_str(text).map_err(format)?;
        if version != VERSION {
            return Err(PlanError::Format(format!("it has version {version}")));
        }
        let raw: RawPlan = serde_json::from_str(text).map_err(format)?;
        if hash(&raw.steps) != raw.hash {
            return Err(PlanError::Tampered("its steps do not have its hash".to_owned()));
        }
        raw.steps.iter().try_for_each(RawStep::check)?;
        Ok(Self { steps: raw.steps })
    }

    /// Which steps it holds, without their contents.
    pub fn steps(&self) -> impl Iterator<Item = (&RelPath, &StepMeta)> {
        self.steps.iter().map(|step| (&step.ledger, &step.step))
    }

    /// The plan on the tree that `read` reads; refused unless it is the tree it was made from.
    ///
    /// Later steps find what the earlier ones will have left.
    pub fn resolve<E>(
        &self,
        mut read: impl FnMut(&RelPath) -> Result<Option<Entry>, E>,
    ) -> Result<Vec<PlannedStep>, PlanError>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let mut tree: BTreeMap<RelPath, Option<Entry>> = BTreeMap::new();
        let mut result = Vec::new();
        for step in &self.steps {
            for path in step.needs() {
                if !tree.contains_key(path) {
                    let entry = read(path).map_err(|error| PlanError::Read(Box::new(error)))?;
                    tree.insert(path.clone(), entry);
                }
            }
            let changes = step.resolve(&tree)?;
            for (path, change) in changes.iter() {
                tree.insert(path.clone(), change.after.clone());
            }
            let meta = step.step.clone();
            result.push(PlannedStep { ledger: step.ledger.clone(), meta, changes });
        }
        Ok(result)
    }
}

impl RawStep {
    /// What the types do not say already.
    fn check(&self) -> Result<(), PlanError> {
        let refuse = |reason: String| Err(PlanError::Tampered(reason));
        if let Err(reason) = self.step.check() {
            return refuse(reason.to_owned());
        }
        for (path, change) in &self.files {
            let named = [Some(path), change.moved_from.as_ref()];
            for path in named.into_iter().flatten() {
                if path.segments().any(|segment| segment.eq_ignore_ascii_case(".git")) {
                    return refuse(format!("{path} lies in a .git folder"));
                }
            }
            if change.after.as_ref().is_some_and(RawEntry::has_special_mode) {
                return refuse(format!("{path} gets setuid, setgid or sticky bits"));
            }
        }
        Ok(())
    }

    /// The paths that have to be looked at.
    fn needs(&self) -> impl Iterator<Item = &RelPath> {
        let sources = self.files.values().filter_map(|change| change.moved_from.as_ref());
        self.files.keys().chain(sources)
    }

    fn resolve(&self, tree: &BTreeMap<RelPath, Option<Entry>>) -> Result<ChangeSet, PlanError> {
        let at = |path: &RelPath| tree.get(path).cloned().flatten();
        let mut stale = BTreeSet::new();
        let mut changes = ChangeSet::new();
        for (path, raw) in &self.files {
            let before = at(path);
            if before.as_ref().map(Entry::fingerprint) != raw.before {
                stale.insert(path.clone());
            }
            let source = raw.moved_from.as_ref().unwrap_or(path);
            let after = match &raw.after {
                None => None,
                Some(entry) => Some(entry.resolve(at(source).as_ref(), path)?),
            };
            let moved_from = raw.moved_from.clone();
            changes.insert(path.clone(), FileChange { before, after, moved_from });
        }
        if !stale.is_empty() {
            return Err(PlanError::Stale(stale.into_iter().collect()));
        }
        if changes.hash() != self.hash {
            let reason = format!("step {} does not have its hash", self.step.id);
            return Err(PlanError::Tampered(reason));
        }
        Ok(changes)
    }
}

impl From<&PlannedStep> for RawStep {
    fn from(step: &PlannedStep) -> Self {
        let files = step.changes.iter().map(|(path, change)| {
            let raw = RawChange {
                before: change.before.as_ref().map(Entry::fingerprint),
                after: change.after.as_ref().map(RawEntry::from),
                moved_from: change.moved_from.clone(),
            };
            (path.clone(), raw)
        });
        Self {
            ledger: step.ledger.clone(),
            step: step.meta.clone(),
            hash: step.changes.hash(),
            files: files.collect(),
        }
    }
}

impl From<&Entry> for RawEntry {
    fn from(entry: &Entry) -> Self {
        match entry {
            Entry::Symlink { target } => Self::Symlink { target: target.clone() },
            Entry::File { content: Content::OnDisk { hash, length, .. }, mode } => {
                Self::Large { mode: *mode, hash: *hash, length: *length }
            }
            Entry::File { content: Content::Loaded(bytes), mode } => {
                match std::str::from_utf8(bytes) {
                    Ok(text) => Self::Text { mode: *mode, text: text.to_owned() },
                    Err(_) => Self::Binary { mode: *mode, hex: to_hex(bytes) },
                }
            }
        }
    }
}

impl RawEntry {
    fn has_special_mode(&self) -> bool {
        match self {
            Self::Text { mode, .. } | Self::Binary { mode, .. } | Self::Large { mode, .. } => {
                mode & !0o777 != 0
            }
            Self::Symlink { .. } => false,
        }
    }

    /// The entry; `source` is what it moves from, of which a large file takes its bytes.
    fn resolve(&self, source: Option<&Entry>, path: &RelPath) -> Result<Entry, PlanError> {
        match self {
            Self::Symlink { target } => Ok(Entry::Symlink { target: target.clone() }),
            Self::Text { mode, text } => Ok(Entry::file_with_mode(text.as_bytes(), *mode)),
            Self::Binary { mode, hex } => {
                let bad = || PlanError::Tampered(format!("{path} is not in hexadecimal digits"));
                Ok(Entry::file_with_mode(from_hex(hex).ok_or_else(bad)?, *mode))
            }
            Self::Large { mode, hash, length } => match source {
                Some(Entry::File { content, .. })
                    if content.hash() == *hash && content.length() == *length =>
                {
                    Ok(Entry::File { content: content.clone(), mode: *mode })
                }
                _ => Err(PlanError::Stale(vec![path.clone()])),
            },
        }
    }
}

fn hash(steps: &[RawStep]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    let written = serde_json::to_writer(&mut hasher, steps);
    written.unwrap_or_else(|error| unreachable!("plain values have a JSON form: {error}"));
    Hash::from(hasher.finalize())
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits =
        text.chars().map(|digit| digit.to_digit(16).and_then(|one| u8::try_from(one).ok()));
    let digits: Vec<u8> = digits.collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

fn names(paths: &[RelPath]) -> String {
    let names: Vec<&str> = paths.iter().map(RelPath::as_str).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_survive_hexadecimal_digits(bytes: Vec<u8>) {
            prop_assert_eq!(from_hex(&to_hex(&bytes)), Some(bytes));
        }
    }

    #[test]
    fn half_digits_and_other_characters_are_refused() {
        assert_eq!(from_hex("abc"), None);
        assert_eq!(from_hex("zz"), None);
    }
}
