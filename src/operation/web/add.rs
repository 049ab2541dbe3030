//! Lines that are added to what wires an application.

use std::collections::BTreeMap;

use super::place::{Place, Refusal, after_creation, after_wiring};
use super::{Holder, Insertion, Web};
use crate::change::Edit;
use crate::operation::Note;
use crate::operation::rewrite::{Import, name_for};

/// What is added to one application.
#[derive(Debug, Clone)]
pub(in crate::operation) struct Addition<'a> {
    /// The application.
    pub(in crate::operation) app: &'a Holder,
    /// The offset of a registration that has to come later.
    pub(in crate::operation) ahead: Option<u32>,
    /// `from a import b`, one each.
    pub(in crate::operation) imports: Vec<String>,
    /// The lines; `$0` stands for what the file calls the first import.
    pub(in crate::operation) lines: Vec<String>,
}

/// What becomes of the files, with a note for each application that stays.
pub(in crate::operation) fn insertions(
    web: &Web<'_>,
    additions: &[Addition<'_>],
    stays: &str,
    notes: &mut Vec<Note>,
) -> BTreeMap<usize, Insertion> {
    placed(web, additions, (stays, notes), |addition| {
        after_wiring(web, addition.app, addition.ahead)
    })
}

/// The same right behind the statement that makes the application, so that middleware which is
/// added is inside of all other.
pub(in crate::operation) fn inside_out(
    web: &Web<'_>,
    additions: &[Addition<'_>],
    stays: &str,
    notes: &mut Vec<Note>,
) -> BTreeMap<usize, Insertion> {
    placed(web, additions, (stays, notes), |addition| after_creation(web, addition.app))
}

fn placed(
    web: &Web<'_>,
    additions: &[Addition<'_>],
    (stays, notes): (&str, &mut Vec<Note>),
    place: impl Fn(&Addition<'_>) -> Result<Place, Refusal>,
) -> BTreeMap<usize, Insertion> {
    let mut found: BTreeMap<usize, Insertion> = BTreeMap::new();
    for addition in additions {
        let file = addition.app.owner.0;
        let made = place(addition).and_then(|place| insertion(web, addition, &place));
        match made {
            Ok((edit, imports)) => {
                let insertion = found.entry(file).or_default();
                insertion.edits.push(edit);
                insertion.imports.extend(imports);
            }
            Err((line, why)) => {
                let path = &web.service.modules()[file].path;
                notes.push(Note::new(path, line, format!("{stays}: {why}")));
            }
        }
    }
    found
}

fn insertion(
    web: &Web<'_>,
    addition: &Addition<'_>,
    place: &Place,
) -> Result<(Edit, Vec<Import>), Refusal> {
    let file = addition.app.owner.0;
    let line = web.line(file, addition.app.call.start);
    let imports: Vec<Import> =
        addition.imports.iter().filter_map(|text| Import::parse(text)).collect();
    let names = imports.iter().map(|import| name_for(web.service, file, import));
    let names = names.collect::<Result<Vec<_>, _>>().map_err(|why| (line, why))?;
    let module = web.service.modules()[file].module();
    let module = module.ok_or((0, "it cannot be read".to_owned()))?;
    let named = |line: &String| {
        let names = names.iter().enumerate();
        names.fold(line.clone(), |line, (at, name)| line.replace(&format!("${at}"), name))
    };
    let lines: Vec<String> = addition.lines.iter().map(named).collect();
    Ok((place.edit(module, &lines), imports))
}
