//! One key of a YAML file, by editing its bytes and reading the result again.

use super::{KeyEdit, Scalar};
use crate::change::{Edit, apply_edits};
use crate::operation::text::LineEnding;
use crate::workspace::yaml::{Node, Value, read};

/// The text with the key set or removed.
pub(super) fn edit(text: &str, edit: &KeyEdit) -> Result<String, String> {
    let root = read(text).map_err(|error| error.to_string())?;
    let (found, depth) = deepest(&root, &edit.key);
    let is_there = depth == edit.key.len();
    if !edit.only.allows(is_there) || (edit.value.is_none() && !is_there) {
        return Ok(text.to_owned());
    }
    let change = match &edit.value {
        None => removed(text, &root, &edit.key)?,
        Some(value) if is_there => {
            let is_plain = matches!(found.value, Value::Scalar(_) | Value::Null);
            if !is_plain || found.shared {
                return Err(format!("{} is no plain value of its own", edit.key.join(".")));
            }
            Edit::replace(found.range.clone(), written(value))
        }
        Some(value) => added(text, found, &edit.key[depth..], value)?,
    };
    let result = apply_edits(text, &[change]).map_err(|error| error.to_string())?;
    let after = read(&result).map_err(|error| error.to_string())?;
    let (node, depth) = deepest(&after, &edit.key);
    let is_right = match &edit.value {
        None => depth < edit.key.len(),
        Some(value) => depth == edit.key.len() && says(node, value),
    };
    if is_right { Ok(result) } else { Err("the key cannot be set in this form".to_owned()) }
}

/// The node that the longest known part of a way leads to, and how long that is.
fn deepest<'a>(root: &'a Node, key: &[String]) -> (&'a Node, usize) {
    let mut node = root;
    for (depth, name) in key.iter().enumerate() {
        let Value::Mapping(entries) = &node.value else { return (node, depth) };
        let found = entries
            .iter()
            .find(|(key, _)| matches!(&key.value, Value::Scalar(text) if text == name));
        let Some((_, value)) = found else { return (node, depth) };
        node = value;
    }
    (node, key.len())
}

fn removed(text: &str, root: &Node, key: &[String]) -> Result<Edit, String> {
    let Some((name, parents)) = key.split_last() else { return Err("the key is empty".to_owned()) };
    let (parent, _) = deepest(root, parents);
    let Value::Mapping(entries) = &parent.value else { return Err("no mapping".to_owned()) };
    let found =
        entries.iter().find(|(key, _)| matches!(&key.value, Value::Scalar(text) if text == name));
    let Some((own, value)) = found.filter(|_| entries.len() > 1) else {
        return Err(format!("{name} is the only key of its mapping"));
    };
    let start = text[..own.range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[value.range.end..].find('\n').map_or(text.len(), |at| value.range.end + at + 1);
    if !text[start..own.range.start].trim().is_empty() || text[start..end].contains('#') {
        return Err(format!("{name} does not stand on lines of its own, or has a comment"));
    }
    Ok(Edit::delete(start..end))
}

/// A new entry below the last one of a block mapping.
fn added(text: &str, parent: &Node, rest: &[String], value: &Scalar) -> Result<Edit, String> {
    let Value::Mapping(entries) = &parent.value else {
        return Err("the key's parent is no mapping".to_owned());
    };
    let (Some((first, _)), Some((_, last))) = (entries.first(), entries.last()) else {
        return Err("the key's parent is empty".to_owned());
    };
    let line = text[..first.range.start].rfind('\n').map_or(0, |at| at + 1);
    let indent = &text[line..first.range.start];
    if !indent.trim().is_empty() || parent.shared {
        return Err("the key's parent is no block of its own".to_owned());
    }
    let end = last.range.end;
    let trimmed = text[..end].trim_end().len();
    let newline = LineEnding::of(text).as_str();
    let at = text[trimmed..].find('\n').map(|at| trimmed + at + 1);
    let mut lines = String::new();
    for (depth, name) in rest.iter().enumerate() {
        let tail =
            if depth + 1 == rest.len() { format!(" {}", written(value)) } else { String::new() };
        lines.push_str(&format!("{indent}{}{name}:{tail}{newline}", "  ".repeat(depth)));
    }
    Ok(match at {
        Some(at) => Edit::insert(at, lines),
        None => Edit::insert(text.len(), format!("{newline}{}", lines.trim_end())),
    })
}

fn written(value: &Scalar) -> String {
    let quoted = |text: &String| format!("{text:?}");
    match value {
        Scalar::Flag(value) => value.to_string(),
        Scalar::Number(value) => value.to_string(),
        Scalar::Text(value) => quoted(value),
        Scalar::Texts(values) => {
            format!("[{}]", values.iter().map(quoted).collect::<Vec<_>>().join(", "))
        }
    }
}

fn says(node: &Node, value: &Scalar) -> bool {
    match (&node.value, value) {
        (Value::Scalar(text), Scalar::Flag(value)) => *text == value.to_string(),
        (Value::Scalar(text), Scalar::Number(value)) => *text == value.to_string(),
        (Value::Scalar(text), Scalar::Text(value)) => text == value,
        (Value::Sequence(items), Scalar::Texts(values)) => {
            items.len() == values.len()
                && items.iter().zip(values).all(
                    |(item, value)| matches!(&item.value, Value::Scalar(text) if text == value),
                )
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Only;
    use super::*;
    use crate::change::RelPath;

    fn set(key: &[&str], value: Option<Scalar>) -> KeyEdit {
        let key = key.iter().map(|&name| name.to_owned()).collect();
        KeyEdit { file: RelPath::new("a.yaml").unwrap(), key, value, only: Only::Always }
    }

    const TEXT: &str = "# top\nservices:\n  web:\n    image: a  # pinned\n    ports: []\nlast: 1\n";

    #[test]
    fn a_mapping_or_a_shared_value_is_not_overwritten() {
        let whole = set(&["services", "web"], Some(Scalar::Text("x".into())));
        let shared = set(&["b", "c"], Some(Scalar::Number(2)));

        assert!(edit(TEXT, &whole).is_err());
        assert!(edit("a: &x\n  c: 1\nb: *x\n", &shared).is_err());
        assert!(edit("a: {b: 1}\n", &set(&["a", "c"], Some(Scalar::Number(1)))).is_err());
    }

    #[test]
    fn a_value_changes_and_comments_stay() {
        let change = set(&["services", "web", "image"], Some(Scalar::Text("b:2".into())));

        assert_eq!(edit(TEXT, &change).unwrap(), TEXT.replace("image: a", "image: \"b:2\""));
    }

    #[test]
    fn a_key_is_added_at_the_end_of_its_block_and_taken_away() {
        let change = set(&["services", "web", "restart"], Some(Scalar::Text("always".into())));
        let added = edit(TEXT, &change).unwrap();

        assert_eq!(
            added,
            TEXT.replace("    ports: []\n", "    ports: []\n    restart: \"always\"\n")
        );
        assert_eq!(edit(&added, &set(&["services", "web", "restart"], None)).unwrap(), TEXT);
    }
}
