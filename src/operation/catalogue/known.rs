//! Which versions of each package the services of a workspace name.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use pep508_rs::pep440_rs::{Operator, Version, VersionSpecifiers};

use crate::python::manifest::{Declared, Manifests};
use crate::workspace::versions::specifier;
use crate::workspace::{Config, Tree, services};

/// The versions that services name, by package.
#[derive(Debug, Default)]
pub struct Known {
    /// Named as pinned, compiled, or as the least that is asked for.
    named: BTreeMap<String, BTreeSet<Version>>,
    /// Pinned by people.
    pinned: BTreeMap<String, BTreeSet<Version>>,
}

impl Known {
    /// Reads the manifests of every service, and of the shared libraries that services use, by
    /// their import names.
    pub fn read(tree: &Tree, config: &Config, libraries: &[String]) -> Self {
        let mut known = Self::default();
        for service in services(tree, config) {
            let manifests = Manifests::read(tree, &service.folder);
            for declared in &manifests.declared {
                known.take(declared, manifests.locks.contains(&declared.place.file));
            }
        }
        let folders = libraries.iter().filter_map(|library| config.libs.join(library).ok());
        for declared in folders.flat_map(|folder| Manifests::read(tree, &folder).declared) {
            known.take(&declared, true);
        }
        known
    }

    fn take(&mut self, declared: &Declared, is_compiled: bool) {
        let exact = declared.exact.as_deref().and_then(|text| Version::from_str(text).ok());
        let bounds = specifiers(&declared.spec);
        let least = bounds.iter().flat_map(|bounds| bounds.iter()).filter(|bound| {
            matches!(bound.operator(), Operator::GreaterThanEqual | Operator::TildeEqual)
        });
        let least: Vec<Version> = least.map(|bound| bound.version().clone()).collect();
        let named = self.named.entry(declared.name.clone()).or_default();
        let is_anybodys = |version: &Version| version.is_stable() && !version.is_local();
        named.extend(least.into_iter().chain(exact.clone()).filter(is_anybodys));
        if !is_compiled {
            let pinned = self.pinned.entry(declared.name.clone()).or_default();
            pinned.extend(exact.filter(|version| !version.is_local()));
        }
    }

    /// The highest version of a package that is named.
    pub(super) fn highest(&self, name: &str) -> Option<&Version> {
        self.named.get(name)?.last()
    }

    /// Whether somebody pins another version than the highest one.
    pub(super) fn differ(&self, name: &str) -> bool {
        let highest = self.highest(name);
        self.pinned.get(name).is_some_and(|pins| pins.iter().any(|pin| Some(pin) != highest))
    }
}

/// The bounds of a requirement as PEP 440 has them, also where Poetry wrote them.
pub(super) fn specifiers(spec: &str) -> Option<VersionSpecifiers> {
    let spec = specifier(spec)?;
    VersionSpecifiers::from_str(&spec).ok()
}
