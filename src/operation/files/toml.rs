//! One key of a TOML file.

use toml_edit::{Array, DocumentMut, Item, Table, Value};

use super::{KeyEdit, Scalar};
use crate::operation::text::restore;

/// The text with the key set or removed.
pub(super) fn edit(text: &str, edit: &KeyEdit) -> Result<String, String> {
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let Some((name, parents)) = edit.key.split_last() else {
        return Err("a key needs at least one name".to_owned());
    };
    let is_there = find(document.as_table(), &edit.key);
    if !edit.only.allows(is_there) || (edit.value.is_none() && !is_there) {
        return Ok(text.to_owned());
    }
    let mut item = document.as_item_mut();
    for parent in parents {
        let table = item.as_table_like_mut().ok_or_else(|| format!("{parent} is in no table"))?;
        if table.get(parent).is_none() {
            let mut made = Table::new();
            made.set_implicit(true);
            table.insert(parent, Item::Table(made));
        }
        item = table.get_mut(parent).ok_or_else(|| format!("{parent} cannot be reached"))?;
    }
    let table = item.as_table_like_mut().ok_or_else(|| format!("{name} is in no table"))?;
    match &edit.value {
        None => drop(table.remove(name)),
        Some(value) => {
            let mut value = written(value);
            match table.get_mut(name) {
                Some(Item::Value(old)) => {
                    *value.decor_mut() = old.decor().clone();
                    *old = value;
                }
                Some(_) => return Err(format!("{name} is a table")),
                None => drop(table.insert(name, Item::Value(value))),
            }
        }
    }
    Ok(restore(text, &document.to_string()))
}

fn find(root: &Table, key: &[String]) -> bool {
    let mut item = Some(Item::Table(root.clone()));
    for name in key {
        item = item.as_ref().and_then(|item| item.get(name.as_str())).cloned();
    }
    item.is_some()
}

fn written(value: &Scalar) -> Value {
    match value {
        Scalar::Flag(value) => (*value).into(),
        Scalar::Number(value) => (*value).into(),
        Scalar::Text(value) => value.into(),
        Scalar::Texts(values) => Value::Array(values.iter().collect::<Array>()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Only;
    use super::*;
    use crate::change::RelPath;

    fn set(key: &[&str], value: Option<Scalar>, only: Only) -> KeyEdit {
        let key = key.iter().map(|&name| name.to_owned()).collect();
        KeyEdit { file: RelPath::new("a.toml").unwrap(), key, value, only }
    }

    #[test]
    fn a_table_is_not_overwritten_by_a_value() {
        let wrong = set(&["tool"], Some(Scalar::Number(1)), Only::Always);

        assert!(edit("[tool]\na = 1\n", &wrong).is_err());
        assert!(edit("a = \n", &wrong).is_err());
    }

    #[test]
    fn a_value_changes_and_its_comment_stays() {
        let change = set(&["tool", "ruff", "line-length"], Some(Scalar::Number(100)), Only::Always);
        let text = "# top\r\n[tool.ruff]\r\nline-length = 88  # why\r\n";

        assert_eq!(edit(text, &change).unwrap(), text.replace("88", "100"));
        assert_eq!(edit("a = 1\n", &change).unwrap(), "a = 1\n\n[tool.ruff]\nline-length = 100\n");
    }

    #[test]
    fn a_missing_or_present_key_is_told_apart() {
        let missing = set(&["a"], Some(Scalar::Number(2)), Only::Missing);
        let present = set(&["b"], Some(Scalar::Flag(true)), Only::Present);
        let gone = set(&["a"], None, Only::Always);

        assert_eq!(edit("a = 1\n", &missing).unwrap(), "a = 1\n");
        assert_eq!(edit("a = 1\n", &present).unwrap(), "a = 1\n");
        assert_eq!(edit("a = 1\nb = 2\n", &gone).unwrap(), "b = 2\n");
    }
}
