//! Values from the environment and constants become fields of one settings class.
//!
//! Only the value itself is replaced, so that `int(…)`, `.split(",")` and names that tests patch
//! stay what they are. Each file reads the settings where its first read stood, and code that
//! reads each time it runs makes them each time: the moment, the values and what happens to an
//! empty or missing variable stay, and a file that is loaded again reads again. What cannot be
//! shown to stay equal is left and listed.

mod constants;
mod declare;
mod defaults;
mod environment;
mod example;
mod fields;
mod home;
mod own;
mod package;
mod reads;
mod secrets;
mod write;

pub use package::take_package;
pub use secrets::hide_secrets;

use super::Note;
use crate::change::{Entry, RelPath};
use crate::operation::files::located;
use crate::python::PythonService;
use crate::workspace::{Config, Tree};
use constants::Named;
use fields::Fields;
use home::Home;
use reads::{File, Read, Variable};

/// The example of an env file.
const EXAMPLE: &str = ".env.example";

/// The reads of one file that are gathered.
struct Found {
    /// The file.
    index: usize,
    reads: Vec<Read>,
}

/// What is gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Reads of the environment.
    Reads,
    /// Values that are written into the code; each gets a variable of its own.
    Constants,
}

/// Gathers values of a service into the settings class in the `config.py` of its package.
pub fn gather(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    (package, subject): (&str, Subject),
    config: Option<&Config>,
) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let mut notes = Vec::new();
    if subject == Subject::Reads {
        notes.extend(say_defaults(tree, &mut service, folder));
    }
    let prefix = package.to_ascii_uppercase();
    let places = 0..service.modules().len();
    let wanted = places.filter(|at| {
        File::may_touch(&service, *at)
            || subject == Subject::Constants && File::may_hold(&service, *at)
    });
    let files: Vec<File<'_>> = wanted.filter_map(|index| File::read(&service, index)).collect();
    let (mut found, mut named) = (Vec::new(), None);
    for file in &files {
        let (reads, listed) = match subject {
            Subject::Reads => file.reads(),
            Subject::Constants => file.constants(&prefix),
        };
        notes.extend(listed);
        let reads = match subject {
            Subject::Constants if !reads.is_empty() => unnamed(
                named.get_or_insert_with(|| Named::of(tree, &service, folder, &prefix)),
                file,
                reads,
                &mut notes,
            ),
            _ => reads,
        };
        if !reads.is_empty() {
            found.push((file, reads));
        }
    }
    let Some((first, reads)) = found.first() else { return notes };
    let home = match Home::find(&service, package) {
        Ok(home) => home,
        Err(why) => {
            notes.push(first.note(reads[0].range.start, &why));
            return notes;
        }
    };
    notes.extend(settle(tree, &home, (&files, found), (folder, config)));
    notes
}

/// Writes what was found; a file that cannot be written keeps its reads, and the others do not
/// wait for it.
fn settle<'a>(
    tree: &mut Tree,
    home: &Home<'_>,
    (files, mut found): (&'a [File<'a>], Vec<(&'a File<'a>, Vec<Read>)>),
    (folder, config): (Option<&RelPath>, Option<&Config>),
) -> Vec<Note> {
    let mut left = Vec::new();
    loop {
        let mut notes = left.clone();
        let (fields, kept) = joined(home, files, found.clone(), &mut notes);
        let Some(first) = kept.first() else { return notes };
        let place = (first.index, first.reads[0].range.start);
        let mut next = tree.clone();
        let whole = |why| (None, why);
        let written = declare::declare(&mut next, folder, config)
            .map_err(whole)
            .and_then(|()| write::write(&mut next, home, (&fields, &kept), folder))
            .and_then(|()| show(&mut next, folder, &fields.added()).map_err(whole));
        let (failed, why) = match written {
            Ok(()) => {
                *tree = next;
                return notes;
            }
            Err((failed, why)) => (failed.filter(|index| Some(*index) != home.index), why),
        };
        let at = failed.unwrap_or(place.0);
        let Some((file, reads)) = found.iter().find(|(file, _)| file.index == at) else {
            return notes;
        };
        let start = if failed.is_some() { reads[0].range.start } else { place.1 };
        let note = file.note(start, &why);
        if failed.is_none() {
            notes.push(note);
            return notes;
        }
        left.push(note);
        found.retain(|(file, _)| file.index != at);
    }
}

/// The values whose variable is named nowhere yet.
fn unnamed(
    named: &Named<'_>,
    file: &File<'_>,
    reads: Vec<Read>,
    notes: &mut Vec<Note>,
) -> Vec<Read> {
    let mut kept = Vec::new();
    for read in reads {
        match named.at(&read.variable.name) {
            Some(place) => {
                let why = format!("{} means something already ({place})", read.variable.name);
                notes.push(file.note(read.range.start, &why));
            }
            None => kept.push(read),
        }
    }
    kept
}

/// Says in plain the defaults of settings classes that read what their class reads anyway.
fn say_defaults(
    tree: &mut Tree,
    service: &mut PythonService,
    folder: Option<&RelPath>,
) -> Vec<Note> {
    let mut notes = Vec::new();
    for index in 0..service.modules().len() {
        let Some(file) =
            File::may_touch(service, index).then(|| File::read(service, index)).flatten()
        else {
            continue;
        };
        let (defaults, listed) = file.defaults();
        notes.extend(listed);
        if defaults.is_empty() {
            continue;
        }
        let at = file.note(defaults[0].edit.range.start, "");
        let (edits, variables): (Vec<_>, Vec<_>) =
            defaults.into_iter().map(|one| (one.edit, one.variable)).unzip();
        let mut next = tree.clone();
        let written = write::edit(&mut next, service, (index, &edits), &[])
            .and_then(|()| show(&mut next, folder, &variables));
        match written {
            Ok(()) => *tree = next,
            Err(why) => notes.push(Note { message: format!("settings stay: {why}"), ..at }),
        }
    }
    notes
}

/// The fields of all files that can be gathered; the home's own come first.
fn joined(
    home: &Home<'_>,
    files: &[File<'_>],
    mut found: Vec<(&File<'_>, Vec<Read>)>,
    notes: &mut Vec<Note>,
) -> (Fields, Vec<Found>) {
    let known = home.own.as_ref().map(|own| own.fields.clone()).unwrap_or_default();
    let mut fields = Fields::of_class(known);
    let mut kept = Vec::new();
    // What an operator looks for first is that of the composition root.
    let rank =
        |file: &File<'_>| (Some(file.index) != home.index, file.stem() != "main", file.index);
    found.sort_by_key(|(file, _)| rank(file));
    for (file, reads) in found {
        if let Err((at, why)) = home.admits(file, &reads, files) {
            notes.push(file.note(at, &why));
            continue;
        }
        let mut own = Vec::new();
        for mut read in reads {
            let is_added = fields.add(&read.variable)
                || read.takes_long_name(file) && fields.add(&read.variable);
            if is_added {
                own.push(read);
            } else {
                let name = &read.variable.name;
                let known = fields.default_of(name).unwrap_or_default();
                let why = format!("{name} has the default {known} elsewhere");
                notes.push(file.note(read.range.start, &why));
            }
        }
        if !own.is_empty() {
            kept.push(Found { index: file.index, reads: own });
        }
    }
    (fields, kept)
}

/// Names the variables in the example of an env file.
fn show(tree: &mut Tree, folder: Option<&RelPath>, variables: &[Variable]) -> Result<(), String> {
    let path = RelPath::new(EXAMPLE).map_err(|error| error.to_string())?;
    let path = located(folder, &path)?;
    if tree.get(&path).is_some() && tree.text(&path).is_none() {
        // A link, or no text: somebody else's to keep.
        return Ok(());
    }
    let Some(text) = example::extended(tree.text(&path), variables) else {
        return Ok(());
    };
    let entry = match tree.get(&path) {
        Some(entry) => entry.with_bytes(text),
        None => Entry::file(text),
    };
    tree.set(path, entry);
    Ok(())
}

#[cfg(test)]
mod tests;
