//! The service's own `pyproject.toml`: dependencies, and where uv takes them from.

use std::str::FromStr;

use pep508_rs::{Requirement, VerbatimUrl};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::normalised;
use crate::change::{Entry, RelPath};
use crate::operation::text::restore;
use crate::workspace::Tree;

/// The file beside `requirements.txt` that names the shared libraries.
const BESIDE: &str = "requirements-workspace.txt";

/// How a project keeps the list of its dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `[project] dependencies`, there or to be made.
    Listed,
    /// `[tool.setuptools.dynamic] dependencies = { file = … }`.
    Files,
    /// The build backend computes it.
    Computed,
}

/// How this document keeps its dependencies.
pub(super) fn form(document: &DocumentMut) -> Form {
    let project = document.get("project").and_then(Item::as_table_like);
    let dynamic = project.and_then(|project| project.get("dynamic")).and_then(Item::as_array);
    let is_dynamic =
        dynamic.is_some_and(|names| names.iter().any(|name| name.as_str() == Some("dependencies")));
    match (is_dynamic, files(document).is_some()) {
        (false, _) => Form::Listed,
        (true, true) => Form::Files,
        (true, false) => Form::Computed,
    }
}

/// The value behind `file` of setuptools' dynamic dependencies.
fn files(document: &DocumentMut) -> Option<&Item> {
    let mut item = document.as_item();
    for key in ["tool", "setuptools", "dynamic", "dependencies", "file"] {
        item = item.get(key)?;
    }
    Some(item)
}

/// Adds the libraries to the service's dependencies, in the form that it has.
pub(super) fn depend(tree: &mut Tree, folder: &RelPath, names: &[String]) -> Result<(), String> {
    let path = folder.join("pyproject.toml").map_err(|error| error.to_string())?;
    let text = tree.text(&path).unwrap_or_default().to_owned();
    let mut document = DocumentMut::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    match form(&document) {
        Form::Listed => listed(&mut document, names)?,
        Form::Files => beside(tree, folder, &mut document, names)?,
        Form::Computed => return Err(format!("{path}: its dependencies are computed")),
    }
    sources(&mut document, names)?;
    put(tree, &path, &restore(&text, &document.to_string()));
    Ok(())
}

pub(super) fn listed(document: &mut DocumentMut, names: &[String]) -> Result<(), String> {
    let project = document.get_mut("project").and_then(Item::as_table_like_mut);
    let project = project.ok_or("there is no [project] table")?;
    let list = project.entry("dependencies").or_insert(Item::Value(Value::Array(Array::new())));
    let list = list.as_array_mut().ok_or("dependencies is no list")?;
    for name in names {
        let is_there = list.iter().filter_map(Value::as_str).any(|line| names_it(line, name));
        if !is_there {
            push(list, name);
        }
    }
    Ok(())
}

/// Whether a line of requirements is about a distribution.
pub(super) fn names_it(line: &str, name: &str) -> bool {
    match Requirement::<VerbatimUrl>::from_str(line.trim()) {
        Ok(requirement) => normalised(requirement.name.as_ref()) == normalised(name),
        Err(_) => normalised(line.trim()) == normalised(name),
    }
}

/// A second file of requirements: the first one stays what images install from an index.
fn beside(
    tree: &mut Tree,
    folder: &RelPath,
    document: &mut DocumentMut,
    names: &[String],
) -> Result<(), String> {
    let mut item = document.as_item_mut();
    for key in ["tool", "setuptools", "dynamic", "dependencies"] {
        item = item.get_mut(key).ok_or("the dynamic dependencies are gone")?;
    }
    let table = item.as_table_like_mut().ok_or("the dynamic dependencies are no table")?;
    match table.get_mut("file") {
        Some(Item::Value(Value::Array(list))) => {
            if !list.iter().any(|file| file.as_str() == Some(BESIDE)) {
                push(list, BESIDE);
            }
        }
        Some(Item::Value(Value::String(single))) => {
            let both = Array::from_iter([single.value().as_str(), BESIDE]);
            table.insert("file", toml_edit::value(both));
        }
        _ => return Err("the dynamic dependencies name no file".to_owned()),
    }
    let path = folder.join(BESIDE).map_err(|error| error.to_string())?;
    let known = tree.text(&path).unwrap_or_default();
    let missing = names.iter().filter(|name| !known.lines().any(|line| names_it(line, name)));
    let mut text = known.to_owned();
    if text.is_empty() {
        text.push_str("# Shared libraries: uv takes them from the workspace, no index has them.\n");
    }
    for name in missing {
        text.push_str(&format!("{name}\n"));
    }
    put(tree, &path, &text);
    Ok(())
}

/// `[tool.uv.sources] NAME = { workspace = true }`.
pub(super) fn sources(document: &mut DocumentMut, names: &[String]) -> Result<(), String> {
    let tool = document.entry("tool").or_insert_with(implicit).as_table_like_mut();
    let tool = tool.ok_or("[tool] is no table")?;
    let uv = tool.entry("uv").or_insert_with(implicit).as_table_like_mut();
    let uv = uv.ok_or("[tool.uv] is no table")?;
    let sources = uv.entry("sources").or_insert(Item::Table(Table::new())).as_table_like_mut();
    let sources = sources.ok_or("[tool.uv.sources] is no table")?;
    for name in names {
        let is_there = sources.iter().any(|(known, _)| normalised(known) == normalised(name));
        if !is_there {
            let mut source = InlineTable::new();
            source.insert("workspace", Value::from(true));
            sources.insert(name, Item::Value(Value::InlineTable(source)));
        }
    }
    Ok(())
}

pub(super) fn implicit() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

/// Adds to a list in its own form; a comment behind the last item stays with it.
pub(in crate::operation) fn push(list: &mut Array, text: &str) {
    let first = list.iter().next().and_then(|item| item.decor().prefix()?.as_str());
    let indent =
        first.and_then(|prefix| prefix.rsplit_once('\n')).map(|(_, indent)| indent.to_owned());
    let Some(indent) = indent else {
        list.push(text);
        return;
    };
    let behind = list.trailing().as_str().unwrap_or_default().to_owned();
    let had_comma = list.trailing_comma();
    let last = list.len().saturating_sub(1);
    let mut kept = behind.trim_end().to_owned();
    if !had_comma && let Some(item) = list.get_mut(last) {
        // Without a comma a remark behind the last item belongs to the item itself.
        let suffix = item.decor().suffix().and_then(|raw| raw.as_str()).unwrap_or_default();
        kept = format!("{}{kept}", suffix.trim_end());
        item.decor_mut().set_suffix("");
    }
    let mut value = Value::from(text);
    value.decor_mut().set_prefix(format!("{kept}\n{indent}"));
    list.push_formatted(value);
    list.set_trailing("\n");
    list.set_trailing_comma(true);
}

pub(super) fn put(tree: &mut Tree, path: &RelPath, text: &str) {
    let entry = match tree.get(path) {
        Some(entry) => entry.with_bytes(text),
        None => Entry::file(text),
    };
    tree.set(path.clone(), entry);
}

/// A table of a document, by its keys.
pub(super) fn table<'a>(document: &'a DocumentMut, keys: &[&str]) -> Option<&'a dyn TableLike> {
    let mut item = document.as_item();
    for key in keys {
        item = item.get(key)?;
    }
    item.as_table_like()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed_in(text: &str) -> String {
        let mut document = DocumentMut::from_str(text).unwrap();
        listed(&mut document, &["vertice-core".to_owned()]).unwrap();
        document.to_string()
    }

    #[test]
    fn a_list_of_lines_gets_a_line_and_every_remark_stays_with_its_item() {
        let text = "[project]\ndependencies = [\n    \"a\", # one\n    \"b\" # two\n]\n";

        let new = listed_in(text);

        let wanted = "[project]\ndependencies = [\n    \"a\", # one\n    \"b\", # two\n    \"vertice-core\",\n]\n";
        assert_eq!(new, wanted);
        assert_eq!(listed_in(&new), new);
    }

    #[test]
    fn a_list_on_one_line_stays_on_it() {
        let new = listed_in("[project]\ndependencies = [\"a\"]\n");

        assert_eq!(new, "[project]\ndependencies = [\"a\", \"vertice-core\"]\n");
    }

    #[test]
    fn a_library_that_is_named_in_another_spelling_is_there() {
        let text = "[project]\ndependencies = [\"Vertice_Core[tracing]>=1\"]\n";

        assert_eq!(listed_in(text), text);
    }
}
