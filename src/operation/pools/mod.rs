//! The settings of connection pools that a library would take by itself, written out.
//!
//! A value is written only where it is certain that the library would take the same one: by the
//! kind of database, by the arguments that are there, by the declared version. Nothing is
//! chosen anew, no variable of the environment is read, and what is written already stays.

mod helper;
mod kinds;
mod rows;
mod watchers;

use super::Note;
use super::web::{Insertion, Web, write};
use crate::change::RelPath;
use crate::python::manifest::Manifests;
use crate::python::outline::Call;
use crate::python::{PythonService, Qualified};
use crate::workspace::Tree;
use kinds::{Opener, Pool, Verdict};

/// What every reason begins with.
const STAYS: &str = "its pool stays as the library sets it";

/// Writes out the pools of a service; `name` is the service's.
pub fn write_out(tree: &mut Tree, (folder, name): (Option<&RelPath>, &str)) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let mut notes = Vec::new();
    let insertions = {
        let web = Web::read(tree, &service);
        let manifests = Manifests::of(tree, folder);
        let mut found = std::collections::BTreeMap::new();
        for file in web.outlines.keys() {
            let insertion = of_file(&web, *file, &manifests, &mut notes);
            if !insertion.edits.is_empty() {
                found.insert(*file, insertion);
            }
        }
        found
    };
    notes.extend(write(tree, &mut service, &insertions, "its pools stay as the library sets them"));
    notes
}

/// What is written into one file.
fn of_file(web: &Web<'_>, file: usize, manifests: &Manifests, notes: &mut Vec<Note>) -> Insertion {
    let mut insertion = Insertion::default();
    let Some(module) = web.service.modules()[file].module() else { return insertion };
    let mut openers = openers(web, file).peekable();
    if openers.peek().is_none() || !module.errors.is_empty() {
        return insertion;
    }
    let syntax = module.syntax();
    let mut helper = helper::Helper::default();
    for (opener, call) in openers {
        let pool = Pool { web, file, call, manifests };
        let words = match opener.missing(&pool) {
            Verdict::Written | Verdict::Other => continue,
            Verdict::Unknown(why) => Err(why),
            Verdict::ByUrl(url, missing) => {
                helper.argument(web, file, (&url, &missing)).map(|word| vec![word])
            }
            Verdict::Missing(missing) => {
                Ok(missing.iter().map(|(name, value)| format!("{name}={value}")).collect())
            }
        };
        let edits = words.and_then(|words: Vec<String>| {
            if let Some(place) = watchers::watcher(web.service, (opener.name(), opener.modules())) {
                return Err(format!("a test looks at the call ({place})"));
            }
            let edits = rows::edits(module, &syntax, &call.what, &words);
            edits.ok_or_else(|| "its arguments cannot be read".to_owned())
        });
        match edits {
            Ok(edits) => insertion.edits.extend(edits),
            Err(why) => {
                let message = format!("{} of {}: {STAYS}: {why}", opener.name(), opener.library());
                notes.push(web.note(file, call.what.start, message));
            }
        }
    }
    helper.add(web, file, &mut insertion);
    insertion
}

/// The calls of a file that make a pool.
fn openers<'a>(web: &'a Web<'_>, file: usize) -> impl Iterator<Item = (Opener, &'a Call)> {
    web.outlines[&file].calls.iter().filter_map(move |call| {
        kinds::may_open(call.what.name()).then_some(())?;
        let range = call.what.start as usize..call.what.end as usize;
        match web.service.qualify_at(file, &range, &call.what.callee) {
            Qualified::External(path) => Some((Opener::by_path(&path)?, call)),
            _ => None,
        }
    })
}
