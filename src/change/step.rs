//! Who asks for a change set: the step and the run that it belongs to.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::{Applicability, Hash};

/// The longest identifier or title (bytes).
const LONGEST: usize = 200;

/// Who asks for a change set to be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepMeta {
    /// The step's name in the catalogue.
    pub id: String,
    /// What it does, in a few words; the subject of its commits.
    pub title: String,
    /// How far it may be trusted.
    pub kind: Applicability,
    /// Which run it is part of.
    pub run: String,
}

impl StepMeta {
    /// A name for a new run: sortable by time, different for every process.
    pub fn new_run() -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let unique = Hash::of(format!("{} {}", std::process::id(), now.as_nanos()).as_bytes());
        format!("{:010x}-{}", now.as_secs(), &unique.to_string()[..8])
    }

    /// Names stand in commit messages: one line, nothing that reads like a trailer.
    pub fn check(&self) -> Result<(), &'static str> {
        Self::check_names([&self.id, &self.run])?;
        let title = self.title.trim();
        if title.is_empty() || title.len() > LONGEST || title.contains(char::is_control) {
            return Err("a step title is empty, too long or not one line");
        }
        Ok(())
    }

    /// Whether names of steps and runs are made of letters, digits and `-_.` alone.
    pub fn check_names<'a>(
        names: impl IntoIterator<Item = &'a String>,
    ) -> Result<(), &'static str> {
        let plain =
            |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        let is_name =
            |text: &String| !text.is_empty() && text.len() <= LONGEST && text.chars().all(plain);
        if names.into_iter().all(is_name) {
            Ok(())
        } else {
            Err("a step or run name is not made of letters, digits and -_.")
        }
    }
}
