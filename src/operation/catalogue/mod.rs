//! One version of each dependency for all services: the catalogue `[versions]` of `scaffold.toml`.
//!
//! What the catalogue does not name yet is chosen: the highest version that a service pins, has
//! compiled, or asks for at least, and that the shared libraries need. Exact versions are brought
//! to it; ranges, other major versions and compiled files stay and are listed.

mod edit;
mod known;

use std::collections::BTreeSet;

use pep508_rs::pep440_rs::Version;

pub use known::Known;

use crate::change::RelPath;
use crate::operation::Note;
use crate::python::manifest::{Declared, Manifests};
use crate::workspace::{CONFIG_FILE, Config, Tree};

/// Packages of which one has to fit the other, so that neither is changed where both are pinned.
const COMPANIONS: [(&str, &str); 2] = [("fastapi", "starlette"), ("pydantic", "pydantic-core")];

/// Brings the exact versions of the service in `folder` to those of the catalogue, and adds to it
/// what it has to say about them.
///
/// Returns what stays, with the reasons; fails with a sentence when `scaffold.toml` cannot be edited.
pub fn align(
    tree: &mut Tree,
    folder: &RelPath,
    config: &Config,
    known: &Known,
) -> Result<Vec<Note>, String> {
    let manifests = Manifests::read(tree, folder);
    let is_compiled = |declared: &&Declared| manifests.locks.contains(&declared.place.file);
    let (compiled, written): (Vec<&Declared>, Vec<&Declared>) =
        manifests.declared.iter().partition(is_compiled);
    let mut notes = Vec::new();
    let mut entries: BTreeSet<(String, Version)> = BTreeSet::new();
    let mut raised: BTreeSet<(&RelPath, &str, Option<&str>)> = BTreeSet::new();
    let mut packages: BTreeSet<(&str, &Version)> = BTreeSet::new();
    for declared in &written {
        let name = declared.name.as_str();
        let Some(version) = config.versions.get(name).or_else(|| known.highest(name)) else {
            continue;
        };
        let says = |why: String| Note::new(&declared.place.file, declared.place.line, why);
        match verdict(declared, version, &written) {
            Verdict::Fits => {}
            Verdict::Stays(why) => notes.push(says(why)),
            Verdict::Raise if raised.contains(&key(declared)) => {}
            Verdict::Raise => match edit::raise(tree, declared, version) {
                Ok(()) => {
                    raised.insert(key(declared));
                    packages.insert((name, version));
                }
                Err(why) => notes.push(says(why)),
            },
        }
        if known.differ(name) {
            entries.insert((name.to_owned(), version.clone()));
        }
    }
    for (name, version) in &packages {
        let old = compiled.iter().find(|old| old.name == *name && !is(old, version));
        notes.extend(old.map(|old| {
            let text = format!(
                "compiled with another {name} than {version}: `uv pip compile pyproject.toml -o {}`",
                old.place.file.name()
            );
            Note::new(&old.place.file, old.place.line, text)
        }));
    }
    let path = RelPath::new(CONFIG_FILE).map_err(|error| error.to_string())?;
    entries.retain(|(name, _)| !config.versions.contains_key(name));
    edit::enter(tree, &path, &entries)?;
    Ok(notes)
}

/// What is to be done about one requirement.
enum Verdict {
    /// It admits the catalogue's version, and pins no other one.
    Fits,
    /// It gets the catalogue's version.
    Raise,
    /// It does not admit it, and why it is left so.
    Stays(String),
}

fn verdict(declared: &Declared, version: &Version, written: &[&Declared]) -> Verdict {
    let (name, spec) = (&declared.name, &declared.spec);
    let Some(own) = declared.exact.as_deref().and_then(|text| text.parse::<Version>().ok()) else {
        let admits = known::specifiers(spec).is_none_or(|bounds| bounds.contains(version));
        let why = || format!("`{name}{spec}` does not admit {version}, which the catalogue has");
        return if admits { Verdict::Fits } else { Verdict::Stays(why()) };
    };
    if own == *version {
        return Verdict::Fits;
    }
    if own.is_local() {
        return Verdict::Stays(format!("{name} {own} is a build of somebody's own"));
    }
    let pinned = |other: &str| written.iter().any(|it| it.name == other && it.exact.is_some());
    let companion = COMPANIONS.iter().find_map(|(one, two)| match name {
        name if name == one => Some(*two),
        name if name == two => Some(*one),
        _ => None,
    });
    if own > *version {
        return Verdict::Stays(format!(
            "{name} {own} is newer than the catalogue's {version}; raise it in {CONFIG_FILE}"
        ));
    }
    if own.release().first() != version.release().first() {
        return Verdict::Stays(format!(
            "{name} {own} is of another major version than the catalogue's {version}"
        ));
    }
    match companion.filter(|other| pinned(other)) {
        Some(other) => Verdict::Stays(format!(
            "{name} stays at {own}, as {other} is pinned beside it and has to fit; take that out, \
             or raise both"
        )),
        None => Verdict::Raise,
    }
}

/// A pin of a file: all of its lines are edited at once.
fn key(declared: &Declared) -> (&RelPath, &str, Option<&str>) {
    (&declared.place.file, &declared.name, declared.exact.as_deref())
}

fn is(declared: &Declared, version: &Version) -> bool {
    declared.exact.as_deref().is_some_and(|text| text.parse().ok().as_ref() == Some(version))
}
