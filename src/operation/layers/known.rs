//! Which imports of a package break the layers today.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::graph::{Import, Imports};
use crate::layering::Layer;

/// What a module of the package belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A layer.
    Layer(Layer),
    /// The composition root, `main.py`, outside all layers.
    Root,
}

impl Place {
    /// Which place a module has; none for what belongs to no layer.
    pub(super) fn of(package: &str, module: &str) -> Option<Self> {
        let below = module.strip_prefix(package)?.strip_prefix('.')?;
        match below.split('.').next()? {
            "main" => Some(Self::Root),
            folder => Layer::from_folder(folder).map(Self::Layer),
        }
    }

    /// Whether this place may know another one: the two outer layers do not know each other.
    fn may_know(self, other: Self) -> bool {
        let rank = |place: Self| match place {
            Self::Layer(Layer::Domain) => 0,
            Self::Layer(Layer::Application) => 1,
            Self::Layer(Layer::Infrastructure | Layer::Presentation) => 2,
            Self::Root => 3,
        };
        self == other || rank(self) > rank(other)
    }
}

/// The imports that lead from a layer to one that it may not know, directly or through modules
/// that belong to no layer.
///
/// Without them no chain of imports is left that a `layers` contract objects to.
pub(super) fn against_layers(imports: &Imports, package: &str) -> Vec<Import> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (importer, imported) in &imports.inside {
        next.entry(importer).or_default().push(imported);
    }
    let mut reached: BTreeMap<&str, BTreeSet<Place>> = BTreeMap::new();
    let found = imports.inside.iter().filter(|(importer, imported)| {
        let Some(own) = Place::of(package, importer) else { return false };
        let places = reached.entry(imported).or_insert_with(|| leads_to(&next, package, imported));
        places.iter().any(|place| !own.may_know(*place))
    });
    found.cloned().collect()
}

/// The places that a module belongs to or, belonging to none, leads to through others like it.
fn leads_to(next: &BTreeMap<&str, Vec<&str>>, package: &str, module: &str) -> BTreeSet<Place> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::from([module]);
    let mut queue = VecDeque::from([module]);
    while let Some(current) = queue.pop_front() {
        if let Some(place) = Place::of(package, current) {
            found.insert(place);
            continue;
        }
        let after = next.get(current).into_iter().flatten().copied();
        queue.extend(after.filter(|module| seen.insert(*module)));
    }
    found
}

/// The imports by which the two inner layers know a library or a module that they may not know.
pub(super) fn against_purity(
    imports: &Imports,
    package: &str,
    forbidden: &[String],
) -> Vec<Import> {
    let is_inner = |module: &str| {
        let place = Place::of(package, module);
        matches!(place, Some(Place::Layer(Layer::Domain | Layer::Application)))
    };
    let is_forbidden = |module: &str| {
        forbidden.iter().any(|name| {
            module
                .strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let all = imports.outside.iter().chain(&imports.inside);
    let against = all.filter(|(importer, imported)| is_inner(importer) && is_forbidden(imported));
    let mut found: Vec<_> = against.cloned().collect();
    found.sort();
    found
}
