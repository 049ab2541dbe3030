//! Whether a service may run on a Python whose `typing` has no `Annotated`.

use std::str::FromStr;

use pep508_rs::pep440_rs::{Version, VersionSpecifiers};
use toml_edit::{DocumentMut, Item};

use crate::change::RelPath;
use crate::operation::files::located;
use crate::workspace::Tree;

/// The versions before 3.9 that services are still run on.
const OLD: [u64; 3] = [6, 7, 8];

/// Whether the project or an image of it admits one of them.
pub(super) fn is_old(tree: &Tree, folder: Option<&RelPath>) -> bool {
    let project = RelPath::new("pyproject.toml").ok();
    let project = project.and_then(|path| located(folder, &path).ok());
    let by_project = project.and_then(|path| tree.text(&path)).is_some_and(is_admitted);
    let images = tree.within(folder).filter(|(path, _)| path.name().contains("Dockerfile"));
    let by_image = images.filter_map(|(_, entry)| entry.text()).any(|text| {
        OLD.iter().any(|minor| {
            let base = format!("python:3.{minor}");
            text.match_indices(&base).any(|(at, _)| {
                !text[at + base.len()..].starts_with(|next: char| next.is_ascii_digit())
            })
        })
    });
    by_project || by_image
}

fn is_admitted(text: &str) -> bool {
    let Ok(document) = DocumentMut::from_str(text) else { return false };
    let item = |keys: &[&str]| {
        let found = keys.iter().try_fold(document.as_item(), |item: &Item, key| item.get(key));
        found.and_then(Item::as_str).map(str::to_owned)
    };
    let wanted = item(&["project", "requires-python"])
        .or_else(|| item(&["tool", "poetry", "dependencies", "python"]));
    let Some(wanted) = wanted else { return false };
    match VersionSpecifiers::from_str(&wanted) {
        Ok(specifiers) => {
            OLD.iter().any(|minor| specifiers.contains(&Version::new([3, *minor, 99])))
        }
        Err(_) => OLD.iter().any(|minor| wanted.contains(&format!("3.{minor}"))),
    }
}
