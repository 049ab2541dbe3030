//! `ports.yaml`: which service owns which port.
//!
//! A [`Registry`] is a value: reading keeps the text, every edit gives a new registry
//! whose text differs only where it must, so that comments and order survive. Writing
//! it is left to others.

pub mod adopt;
pub mod check;
mod edit;
pub mod facts;
pub mod fix;
pub mod follow;
mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use crate::workspace::{Config, PortRanges, nearest};

/// The name of the file at a workspace's root.
pub const REGISTRY_FILE: &str = "ports.yaml";

/// Ports per family, from `scaffold.toml` and the registry's own `metadata.port_ranges`.
pub type Families = BTreeMap<String, PortRanges>;

/// The content of `ports.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    text: String,
    form: Form,
    entries: Vec<Registered>,
    groups: Vec<Group>,
    ranges: Families,
    conflicts: Vec<RangeConflict>,
}

/// How the entries are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `osint_service: 8300` at the top level.
    Flat,
    /// One mapping per family.
    Grouped,
}

/// A service and its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The service.
    pub name: String,
    /// The family it is listed under; `None` in the flat form.
    pub family: Option<String>,
    /// The port at which others reach it.
    pub port: u16,
    /// Line in the file, from 1.
    pub line: usize,
    /// Bytes of the key and of the port.
    span: (Range<usize>, Range<usize>),
}

/// The mapping of one family.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    family: String,
    key: Range<usize>,
    /// Bytes of the mapping; `None` when nothing stands behind the key.
    value: Option<Range<usize>>,
}

/// A family whose ports `scaffold.toml` and `ports.yaml` give differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeConflict {
    /// The family.
    pub family: String,
    /// Line of its range in `ports.yaml`.
    pub line: usize,
}

/// Why `ports.yaml` cannot be used or edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{REGISTRY_FILE}{}: {problem}", at(*.line))]
pub struct RegistryError {
    /// Line, from 1; 0 when the problem has no line.
    pub line: usize,
    /// What is wrong there.
    pub problem: RegistryProblem,
}

/// What can be wrong in `ports.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryProblem {
    /// A git merge was not finished.
    #[error("a conflict marker is left; keep one port per service and remove the markers")]
    Conflict,
    /// It is no YAML, or YAML beyond one plain document.
    #[error("{0}")]
    Syntax(String),
    /// The top level is a list or a scalar.
    #[error("expected services with their ports (`osint_service: 8300`) or families of them")]
    NotAMapping,
    /// An alias or a merge key.
    #[error("`{0}` comes through an alias; write its port out")]
    Alias(String),
    /// A port that is no number.
    #[error("the port of `{name}` is {found}, not a number from 1 to 65535")]
    NotAPort {
        /// The service.
        name: String,
        /// What stands there.
        found: String,
    },
    /// A range under `metadata.port_ranges` that cannot be read.
    #[error("the ports of family `{family}`: {error}")]
    Range {
        /// The family.
        family: String,
        /// What is wrong.
        error: String,
    },
    /// The service is registered already.
    #[error("`{name}` is registered already with port {port}")]
    Taken {
        /// The service.
        name: String,
        /// Its port.
        port: u16,
    },
    /// The port belongs to another service.
    #[error("port {port} belongs to `{name}`")]
    PortTaken {
        /// The owner.
        name: String,
        /// The port.
        port: u16,
    },
    /// No such service.
    #[error("`{name}` is not registered{}", hint(.nearest.as_ref()))]
    Unknown {
        /// The service.
        name: String,
        /// The registered service most like it.
        nearest: Option<String>,
    },
    /// The edited text did not say what it should: nothing was changed.
    #[error("the file is written in a way that cannot be edited safely; {0} by hand")]
    NotEditable(String),
}

/// Why no port can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllocateError {
    /// No such family.
    #[error("there is no family `{family}`{}", hint(.nearest.as_ref()))]
    UnknownFamily {
        /// The family.
        family: String,
        /// The known family most like it.
        nearest: Option<String>,
    },
    /// Every port is taken.
    #[error("every port of family `{family}` ({ports}) is taken; widen it in scaffold.toml")]
    Full {
        /// The family.
        family: String,
        /// Its ports.
        ports: PortRanges,
    },
}

/// The name of a service as the beginning of environment variables: `osint-service` →
/// `OSINT_SERVICE`.
pub fn variable_prefix(name: &str) -> String {
    let upper = |character: char| {
        let letter = character.to_ascii_uppercase();
        if letter.is_ascii_alphanumeric() { letter } else { '_' }
    };
    name.chars().map(upper).collect()
}

fn at(line: usize) -> String {
    if line == 0 { String::new() } else { format!(":{line}") }
}

fn hint(nearest: Option<&String>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// The families of `scaffold.toml`, and those that only `ports.yaml` names.
pub fn families(config: &Config, registry: &Registry) -> Families {
    let mut families = registry.ranges.clone();
    families.extend(config.families.clone());
    families
}

/// The port that is kept for the gateway, unless somebody asks for it by its number.
pub const GATEWAY_PORT: u16 = 8000;

/// Whether a service is the one way in to the others, by its name.
pub fn is_gateway(name: &str) -> bool {
    name.contains("gateway")
}

impl Registry {
    /// A registry without services.
    pub fn initial(config: &Config) -> Result<Self, RegistryError> {
        let mut text = String::from(
            "# Which service is reached at which port. `scaffold ports` keeps comments and order.\n\
             metadata:\n  port_ranges:\n",
        );
        for (family, ports) in &config.families {
            let _ = writeln!(text, "    {}: \"{ports}\"", edit::key_text(family));
        }
        Self::parse(&text)
    }

    /// Reads the text of `ports.yaml`; duplicates are kept, see [`Registry::duplicates`].
    pub fn parse(text: &str) -> Result<Self, RegistryError> {
        read::read(text)
    }

    /// Where the file is, below the workspace's root.
    pub(crate) fn path() -> crate::change::RelPath {
        crate::change::RelPath::new(REGISTRY_FILE).expect("a fixed relative path")
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the entries are arranged.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Every entry, in the order of the file.
    pub fn entries(&self) -> &[Registered] {
        &self.entries
    }

    /// The first entry of a service.
    pub fn get(&self, name: &str) -> Option<&Registered> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// The first owner of a port.
    pub fn owner(&self, port: u16) -> Option<&Registered> {
        self.entries.iter().find(|entry| entry.port == port)
    }

    /// Every port that is taken.
    pub fn ports(&self) -> BTreeSet<u16> {
        self.entries.iter().map(|entry| entry.port).collect()
    }

    /// The ranges that the file itself names.
    pub fn ranges(&self) -> &Families {
        &self.ranges
    }

    /// The line of a family's range in the file when `scaffold.toml` gives it other ports.
    pub fn range_conflicts(&self, config: &Config) -> Vec<RangeConflict> {
        let differs = |conflict: &&RangeConflict| {
            let own = self.ranges.get(&conflict.family);
            let theirs = config.families.get(&conflict.family);
            theirs.is_some() && theirs != own
        };
        self.conflicts.iter().filter(differs).cloned().collect()
    }

    /// Pairs of entries with one name or one port, the earlier first.
    pub fn duplicates(&self) -> Vec<(&Registered, &Registered)> {
        let pairs = self.entries.iter().enumerate().filter_map(|(index, later)| {
            let before = &self.entries[..index];
            let same = |one: &&Registered| one.name == later.name || one.port == later.port;
            Some((before.iter().find(same)?, later))
        });
        pairs.collect()
    }

    /// The family of an entry: the group it stands in, else the narrowest range of its port.
    pub fn family_of<'a>(entry: &'a Registered, families: &'a Families) -> Option<&'a str> {
        let by_port = || crate::workspace::narrowest(families, entry.port);
        entry.family.as_deref().or_else(by_port)
    }

    /// The lowest port of `family` that neither a service nor `occupied` holds.
    ///
    /// Ports that lie in another family's narrower range are left to that family.
    pub fn allocate(
        &self,
        families: &Families,
        family: &str,
        occupied: &BTreeSet<u16>,
    ) -> Result<u16, AllocateError> {
        let Some(ranges) = families.get(family) else {
            return Err(AllocateError::UnknownFamily {
                family: family.to_owned(),
                nearest: nearest(family, families.keys().map(String::as_str)),
            });
        };
        let taken = self.ports();
        let is_free = |port: &u16| {
            !taken.contains(port)
                && !occupied.contains(port)
                && crate::workspace::narrowest(families, *port) == Some(family)
        };
        let full = || AllocateError::Full { family: family.to_owned(), ports: ranges.clone() };
        ranges.iter().flatten().find(is_free).ok_or_else(full)
    }

    fn error(line: usize, problem: RegistryProblem) -> RegistryError {
        RegistryError { line, problem }
    }
}

#[cfg(test)]
mod tests;
