//! Deciding which layer each module belongs to, by an exact optimum and with evidence.
//!
//! Labels are ordered: domain < application < infrastructure < presentation. An inner layer
//! may not know an outer one, so a reference costs what it would take to invert it times the
//! number of layers that it climbs. Values in, values out: nothing here reads or writes.

mod assign;
mod cut;
mod definitions;
mod divide;
mod effects;
mod entry;
mod evidence;
mod files;
mod graph;
mod layout;
mod overrides;
mod parts;
mod placement;
mod roles;
mod routes;
mod shape;
mod signs;
mod units;
mod vocabulary;
mod weigh;
mod weights;

pub use cut::{Problem, Solution, minimise};
pub use definitions::Definition;
pub use divide::{Division, Group};
pub use entry::entry_module;
pub use evidence::{Costs, Evidence, costs};
pub use layout::moves;
pub use overrides::{OVERRIDES_FILE, Overrides, OverridesError};
pub use placement::{Decision, Divided, Link, Placement, Reason, place};
pub use roles::Role;
pub use routes::Run;
pub use routes::staying as routes_staying;
pub use vocabulary::is_outer_library;
pub use weigh::{Verdict, weigh};

/// The four layers, innermost first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Models, rules, exceptions, ports: pure Python.
    Domain,
    /// Use cases.
    Application,
    /// Databases, HTTP clients, brokers, files.
    Infrastructure,
    /// Routes, schemas, dependencies, middleware.
    Presentation,
}

impl Layer {
    /// All layers, innermost first.
    pub const ALL: [Self; 4] =
        [Self::Domain, Self::Application, Self::Infrastructure, Self::Presentation];

    /// The folder's name.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Application => "application",
            Self::Infrastructure => "infrastructure",
            Self::Presentation => "presentation",
        }
    }

    /// The layer with that folder name.
    pub fn from_folder(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.folder() == name)
    }

    /// Its place in the order, 0 for the domain.
    pub const fn rank(self) -> usize {
        self as usize
    }
}
