//! `scaffold.toml`: what the workspace is called, where things are, which family owns
//! which ports.
//!
//! Reading is strict: an unknown key is an error with its line and the nearest known
//! key. This file neither looks at the disk nor changes an existing text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

mod reader;

use pep508_rs::pep440_rs::Version;

use super::ranges::{PortRanges, RangeError};
use crate::change::{PathError, RelPath};

/// The name of the file at a workspace's root.
pub const CONFIG_FILE: &str = "scaffold.toml";

/// The families every workspace has unless it says otherwise.
const DEFAULT_FAMILIES: [(&str, u16, u16); 2] = [("core", 8000, 8099), ("services", 8100, 8999)];

/// The checked content of `scaffold.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The name of the workspace.
    pub name: String,
    /// What the names of shared libraries begin with.
    pub prefix: String,
    /// The folder whose subfolders are services.
    pub services: RelPath,
    /// The folder of shared libraries.
    pub libs: RelPath,
    /// Subfolders of `services` that are none.
    pub exclude: Vec<String>,
    /// Ports per family.
    pub families: BTreeMap<String, PortRanges>,
    /// What differs for single services.
    pub overrides: BTreeMap<String, ServiceConfig>,
    /// Which migration steps are run, and in which order.
    pub migrations: MigrationConfig,
    /// The one version of a package that services use, by its name (PEP 503, PEP 440).
    pub versions: BTreeMap<String, Version>,
}

/// What a workspace wants of the migration steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigrationConfig {
    /// Steps that change places, in the order in which they are run.
    pub order: Vec<String>,
    /// Steps that are never run.
    pub skip: Vec<String>,
    /// The hash that a step's definition must have.
    pub pin: BTreeMap<String, String>,
    /// Since when paths without a version are deprecated: year, month, day.
    pub deprecated_since: Option<(u16, u8, u8)>,
}

/// What differs for one service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceConfig {
    /// Its folder, when that is not `<services>/<name>`.
    pub path: Option<RelPath>,
    /// Its family, when neither `ports.yaml` nor its port says so.
    pub family: Option<String>,
}

/// Why `scaffold.toml` cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{CONFIG_FILE}:{line}: {problem}")]
pub struct ConfigError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: ConfigProblem,
}

/// What can be wrong in `scaffold.toml`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// It is no TOML.
    #[error("{0}")]
    Syntax(String),
    /// A key that means nothing.
    #[error("unknown key `{key}` in {table}{}", nearest_text(.nearest.as_ref()))]
    UnknownKey {
        /// The key.
        key: String,
        /// Where it stands.
        table: String,
        /// The known key most like it.
        nearest: Option<String>,
    },
    /// A key that must be there.
    #[error("`{key}` is missing in {table}")]
    Missing {
        /// The key.
        key: &'static str,
        /// Where it belongs.
        table: String,
    },
    /// A value of another type.
    #[error("`{key}` must be {expected}")]
    Type {
        /// The key.
        key: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A path that leaves the workspace.
    #[error("`{key}`: {error}")]
    Path {
        /// The key.
        key: String,
        /// What is wrong with it.
        error: PathError,
    },
    /// A name that cannot begin a Python package.
    #[error("{0:?} is not a lower-case Python identifier")]
    Prefix(String),
    /// A family's ports cannot be read.
    #[error("family `{family}`: {error}")]
    Ports {
        /// The family.
        family: String,
        /// What is wrong with its ports.
        error: RangeError,
    },
    /// Two families overlap without one being inside the other.
    #[error(
        "the ports {first_ports} of family `{first}` and {second_ports} of family `{second}` \
         overlap; ranges may be apart or one inside the other"
    )]
    Crossing {
        /// One family.
        first: String,
        /// Its range.
        first_ports: String,
        /// The other family.
        second: String,
        /// Its range.
        second_ports: String,
    },
    /// A service names a family that does not exist.
    #[error("`{service}` names the unknown family `{family}`{}", nearest_text(.nearest.as_ref()))]
    UnknownFamily {
        /// The service.
        service: String,
        /// The family.
        family: String,
        /// The known family most like it.
        nearest: Option<String>,
    },
}

fn nearest_text(nearest: Option<&String>) -> String {
    nearest.map_or_else(String::new, |key| format!("; did you mean `{key}`?"))
}

/// The candidate most like `name`, if one is like it at all: a few letters apart, or one of
/// the two beginning with the other.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let limit = name.chars().count().max(3) / 3 + 1;
    let scored = candidates.into_iter().map(|candidate| {
        let begins = candidate.starts_with(name) || name.starts_with(candidate);
        let is_part = begins && name.len().min(candidate.len()) >= 3;
        let score = strsim::damerau_levenshtein(name, candidate);
        (if is_part { score.min(limit) } else { score }, candidate)
    });
    let best = scored.filter(|(score, _)| *score <= limit).min()?;
    Some(best.1.to_owned())
}

impl Config {
    /// The configuration of a new workspace.
    pub fn new(name: impl Into<String>) -> Self {
        let families = DEFAULT_FAMILIES.iter().filter_map(|(name, first, last)| {
            let ranges = PortRanges::single(*first, *last).ok()?;
            Some(((*name).to_owned(), ranges))
        });
        Self {
            name: name.into(),
            prefix: "vertice".into(),
            services: folder("services"),
            libs: folder("libs"),
            exclude: Vec::new(),
            families: families.collect(),
            overrides: BTreeMap::new(),
            migrations: MigrationConfig::default(),
            versions: BTreeMap::new(),
        }
    }

    /// Reads the text of `scaffold.toml`.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        reader::read(text)
    }

    /// The family whose narrowest range holds `port`.
    pub fn family_of_port(&self, port: u16) -> Option<&str> {
        narrowest(&self.families, port)
    }

    /// The text of a new `scaffold.toml` that says this.
    pub fn render(&self) -> String {
        let mut text = format!(
            "[workspace]\nname = {}\n# Shared libraries are called <prefix>_core, <prefix>_api …\n\
             prefix = {}\nservices = {}\nlibs = {}\n",
            quote(&self.name),
            quote(&self.prefix),
            quote(self.services.as_str()),
            quote(self.libs.as_str()),
        );
        if !self.exclude.is_empty() {
            let names: Vec<_> = self.exclude.iter().map(|name| quote(name)).collect();
            let _ = writeln!(text, "exclude = [{}]", names.join(", "));
        }
        text.push_str("\n# Ports per family; a range may lie inside another family's, the narrower one counts.\n");
        for (index, (name, ports)) in self.families.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            let _ = writeln!(text, "{gap}[families.{}]\nports = \"{ports}\"", key(name));
        }
        for (name, service) in &self.overrides {
            let _ = writeln!(text, "\n[services.{}]", key(name));
            if let Some(path) = &service.path {
                let _ = writeln!(text, "path = {}", quote(path.as_str()));
            }
            if let Some(family) = &service.family {
                let _ = writeln!(text, "family = {}", quote(family));
            }
        }
        text
    }
}

/// The family whose narrowest range holds `port`.
pub(crate) fn narrowest(families: &BTreeMap<String, PortRanges>, port: u16) -> Option<&str> {
    let holding = families.iter().filter_map(|(name, ranges)| {
        let width = ranges.width_at(port)?;
        Some((width, name.as_str()))
    });
    holding.min().map(|(_, name)| name)
}

fn folder(name: &str) -> RelPath {
    RelPath::new(name).expect("the default folders are relative paths")
}

fn quote(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

fn key(name: &str) -> String {
    toml_edit::Key::new(name).to_string()
}

#[cfg(test)]
mod tests;
