//! Reads of the environment that run at import become fields of one settings class.
//!
//! Only the read itself is replaced, so that `int(…)`, `.split(",")` and names that tests patch
//! stay what they are. Each file reads the settings where its first read stood: the moment, the
//! values and what happens to an empty or missing variable stay, and a file that is loaded again
//! reads again. What cannot be shown to stay equal is left and listed.

mod declare;
mod example;
mod fields;
mod home;
mod reads;
mod write;

use super::Note;
use crate::change::{Entry, RelPath};
use crate::operation::files::located;
use crate::python::PythonService;
use crate::workspace::{Config, Tree};
use fields::Fields;
use home::Home;
use reads::{File, Read};

/// The example of an env file.
const EXAMPLE: &str = ".env.example";

/// The reads of one file that are gathered.
struct Found {
    /// The file.
    index: usize,
    reads: Vec<Read>,
}

/// Gathers the reads of a service into `Settings` in the `config.py` of its package.
pub fn gather(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    package: &str,
    config: Option<&Config>,
) -> Vec<Note> {
    let service = PythonService::read(tree, folder, name);
    let files: Vec<File<'_>> =
        (0..service.modules().len()).filter_map(|index| File::read(&service, index)).collect();
    let mut notes = Vec::new();
    let mut found = Vec::new();
    for file in &files {
        let (reads, listed) = file.reads();
        notes.extend(listed);
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
    let (fields, found) = joined(&home, &files, found, &mut notes);
    let Some(place) = found.first() else { return notes };
    let place = Note::new(&service.modules()[place.index].path, place.reads[0].line, "");
    let mut next = tree.clone();
    let written = declare::declare(&mut next, folder, config)
        .and_then(|()| write::write(&mut next, &service, &home, (&fields, &found), folder))
        .and_then(|()| show(&mut next, folder, &fields));
    match written {
        Ok(()) => *tree = next,
        Err(why) => notes.push(Note { message: format!("settings stay: {why}"), ..place }),
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
    let mut fields = Fields::default();
    let mut kept = Vec::new();
    found.sort_by_key(|(file, _)| (Some(file.index) != home.index, file.index));
    for (file, reads) in found {
        if let Err((at, why)) = home.admits(file, &reads, files) {
            notes.push(file.note(at, &why));
            continue;
        }
        let mut own = Vec::new();
        for read in reads {
            match fields.add(&read.variable) {
                Ok(()) => own.push(read),
                Err(known) => {
                    let why = format!("{} has the default {} elsewhere", known.name, known.default);
                    notes.push(file.note(read.range.start, &why));
                }
            }
        }
        if !own.is_empty() {
            kept.push(Found { index: file.index, reads: own });
        }
    }
    (fields, kept)
}

/// Names the variables in the example of an env file.
fn show(tree: &mut Tree, folder: Option<&RelPath>, fields: &Fields) -> Result<(), String> {
    let path = RelPath::new(EXAMPLE).map_err(|error| error.to_string())?;
    let path = located(folder, &path)?;
    let Some(text) = example::extended(tree.text(&path), &fields.variables()) else {
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
