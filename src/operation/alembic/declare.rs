//! Alembic among the dependencies of a service.

use std::str::FromStr;

use toml_edit::{DocumentMut, Item};

use crate::change::RelPath;
use crate::operation::Note;
use crate::operation::files::located;
use crate::operation::libraries;
use crate::operation::text::LineEnding;
use crate::python::manifest::Manifests;
use crate::workspace::Tree;

/// What is written where it is missing: `alembic.ini` is read by every version from this one on.
const LINE: &str = "alembic>=1.13";

/// Names Alembic in the list of dependencies; gives a note where that is left to people.
pub(super) fn declare(tree: &mut Tree, folder: Option<&RelPath>) -> Option<Note> {
    let at = |name: &str| RelPath::new(name).ok().and_then(|path| located(folder, &path).ok());
    let (project, requirements) = (at("pyproject.toml")?, at("requirements.txt")?);
    let manifests = Manifests::of(tree, folder);
    if manifests.declared.iter().any(|one| one.name == "alembic") {
        return None;
    }
    let left = |path: &RelPath, why: &str| {
        Some(Note::new(path, 0, format!("`{LINE}` has to be added to the dependencies: {why}")))
    };
    if let Some(lock) = manifests.locks.first() {
        return left(lock, "a program wrote this list and has to write it again");
    }
    let has_list = tree.text(&project).is_some_and(|text| {
        let document = DocumentMut::from_str(text).ok();
        let listed = document.as_ref().and_then(|document| {
            document.get("project")?.get("dependencies").and_then(Item::as_array)
        });
        listed.is_some_and(|list| !list.is_empty())
    });
    let new = match (has_list, tree.text(&requirements)) {
        (true, _) => {
            let text = tree.text(&project).unwrap_or_default();
            match libraries::listing(text, LINE) {
                Ok(text) => (project, text),
                Err(why) => return left(&project, &why),
            }
        }
        (false, Some(text)) => {
            let newline = LineEnding::of(text).as_str();
            let gap = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
            let text = format!("{text}{gap}{LINE}{newline}");
            (requirements, text)
        }
        (false, None) => return left(&project, "no list is there that could name it"),
    };
    if let Some(entry) = tree.get(&new.0).map(|entry| entry.with_bytes(new.1)) {
        tree.set(new.0, entry);
    }
    None
}
