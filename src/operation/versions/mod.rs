//! Routes under `/api/v1`, with the old paths as deprecated aliases.
//!
//! Each registration is written once more with the new path, next to the old one, so that the order
//! of routes among each other stays; the old one says that it is deprecated. What runs the service
//! (health, metrics, documentation, the root) keeps its path, and so does what has a version. A
//! service is done as a whole or not at all: half of an API under a version would be worse.

mod announce;
mod edits;
mod survey;

use std::collections::BTreeMap;

use super::Note;
use super::web::{Insertion, Web, write};
use crate::change::RelPath;
use crate::python::PythonService;
use crate::workspace::{Config, Tree};
use survey::{Doubled, survey};

/// What every reason begins with.
const STAYS: &str = "the API stays without a version";

/// Gives the routes of every application of a service a version.
pub fn add(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let (insertions, mut notes) = {
        let web = Web::read(tree, &service);
        let mut doubled: Vec<Doubled<'_>> = Vec::new();
        let mut notes = Vec::new();
        for app in web.apps().filter(|app| !web.is_mounted(&app.owner)) {
            match survey(&web, app) {
                Ok(found) => doubled.extend(found),
                Err((file, offset, why)) => {
                    notes.push(web.note(file, offset, format!("{STAYS}: {why}")));
                }
            }
        }
        if !notes.is_empty() {
            return notes;
        }
        match insertions(&web, &doubled) {
            Ok(insertions) => (insertions, notes),
            Err((file, offset, why)) => {
                return vec![web.note(file, offset, format!("{STAYS}: {why}"))];
            }
        }
    };
    notes.extend(write(tree, &mut service, &insertions, STAYS));
    if notes.is_empty() && !insertions.is_empty() {
        notes.extend(announce::announce(tree, (folder, name), config));
    }
    notes
}

fn insertions(
    web: &Web<'_>,
    doubled: &[Doubled<'_>],
) -> Result<BTreeMap<usize, Insertion>, survey::Obstacle> {
    let mut found: BTreeMap<usize, Insertion> = BTreeMap::new();
    for one in doubled {
        let module = web.service.modules()[one.file].module();
        let lost = || (one.file, one.call.start, "it cannot be read".to_owned());
        let module = module.ok_or_else(lost)?;
        let edits = edits::doubling(module, one)
            .map_err(|why| (one.file, one.call.start, why.to_owned()))?;
        let known = found.entry(one.file).or_default();
        for edit in edits {
            if !known.edits.contains(&edit) {
                known.edits.push(edit);
            }
        }
    }
    Ok(found)
}
