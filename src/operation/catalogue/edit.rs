//! Writing versions: into the line of a requirement, and into `scaffold.toml`.

use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

use pep508_rs::pep440_rs::Version;
use regex::Regex;
use toml_edit::{DocumentMut, Item, Table, value};

use crate::change::RelPath;
use crate::operation::text::restore;
use crate::python::manifest::Declared;
use crate::workspace::Tree;

/// The remark above the catalogue.
const REMARK: &str = "\n# One version of each of these for every service; raise it here, then run\n\
    # scaffold migrate --all --only catalogue\n";

/// Writes another version where a requirement pins one, in every line of its file that does.
pub(super) fn raise(tree: &mut Tree, declared: &Declared, version: &Version) -> Result<(), String> {
    let path = &declared.place.file;
    let (Some(entry), Some(old)) = (tree.get(path), declared.exact.as_deref()) else {
        return Err("it cannot be read".to_owned());
    };
    let text = entry.text().unwrap_or_default();
    if text.contains("--hash") {
        return Err(format!("{} stays at {old}, as the file has hashes", declared.name));
    }
    let places = places(text, &declared.name, old);
    if places.is_empty() {
        return Err(format!("{} stays at {old}: it is written in an unusual way", declared.name));
    }
    let mut result = text.to_owned();
    for place in places.into_iter().rev() {
        result.replace_range(place, &version.to_string());
    }
    let entry = entry.with_bytes(result);
    tree.set(path.clone(), entry);
    Ok(())
}

/// Where a text pins a version of a package: `name[extra]==1.0`, Poetry's `name = "1.0"` and
/// `name = { version = "==1.0" }`.
fn places(text: &str, name: &str, old: &str) -> Vec<Range<usize>> {
    let name = regex::escape(name).replace(r"\-", "[-_.]+").replace('-', "[-_.]+");
    let old = regex::escape(old);
    let forms = [
        format!(
            r#"(?im)(?:^|[\s"'])"?{name}\s*(?:\[[^\]\n]*\])?\s*={{2,3}}\s*({old})(?:[\s"';,#]|$)"#
        ),
        format!(r#"(?im)^\s*"?{name}"?\s*=\s*["'](?:==)?\s*({old})["']"#),
        format!(r#"(?im)^\s*"?{name}"?\s*=\s*\{{[^}}\n]*version\s*=\s*["'](?:==)?\s*({old})["']"#),
    ];
    let found = forms.iter().filter_map(|form| Regex::new(form).ok()).flat_map(|form| {
        let places = form.captures_iter(text).filter_map(|found| Some(found.get(1)?.range()));
        places.collect::<Vec<_>>()
    });
    let is_code = |place: &Range<usize>| {
        let line = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
        !text[line..place.start].contains('#')
    };
    let found: BTreeSet<(usize, usize)> =
        found.filter(is_code).map(|place| (place.start, place.end)).collect();
    found.into_iter().map(|(start, end)| start..end).collect()
}

/// Adds versions to the catalogue.
pub(super) fn enter(
    tree: &mut Tree,
    path: &RelPath,
    entries: &BTreeSet<(String, Version)>,
) -> Result<(), String> {
    let Some(entry) = tree.get(path).filter(|_| !entries.is_empty()) else { return Ok(()) };
    let text = entry.text().unwrap_or_default();
    let unusable = |what: &str| format!("{path}: {what}");
    let mut document = DocumentMut::from_str(text).map_err(|error| unusable(error.message()))?;
    let table = document.entry("versions").or_insert_with(|| {
        let mut table = Table::new();
        table.decor_mut().set_prefix(REMARK);
        Item::Table(table)
    });
    let table = table.as_table_like_mut().ok_or_else(|| unusable("[versions] is no table"))?;
    for (name, version) in entries {
        table.insert(name, value(version.to_string()));
    }
    let entry = entry.with_bytes(restore(text, &document.to_string()));
    tree.set(path.clone(), entry);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, name: &str, old: &str) -> Vec<&'a str> {
        places(text, name, old)
            .into_iter()
            .map(|place| &text[place.start - 1..=place.end])
            .collect()
    }

    #[test]
    fn every_writing_of_a_pin_is_found_and_nothing_like_it() {
        let requirements = "My_Pack[all] == 1.0  # was my-pack==1.0\nmy-pack-too==1.0\nx==1.0\n";
        let project = "dependencies = [\"my-pack==1.0\", \"other==1.0\"]\n";
        let poetry = "my-pack = \"1.0\"\nmy_pack = { version = \"==1.0\", extras = [\"a\"] }\n";

        assert_eq!(found(requirements, "my-pack", "1.0"), [" 1.0 "]);
        assert_eq!(found(project, "my-pack", "1.0"), ["=1.0\""]);
        assert_eq!(found(poetry, "my-pack", "1.0"), ["\"1.0\"", "=1.0\""]);
        assert!(found("my-pack==1.0.1\n", "my-pack", "1.0").is_empty());
    }
}
