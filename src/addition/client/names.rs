//! Names of a document as names of Python.

use ruff_python_stdlib::builtins::is_python_builtin;

use crate::python::is_keyword;

/// Of Python 3, for what is a builtin.
const MINOR: u8 = 11;

/// Attributes of every Pydantic model, and names that the generated modules use themselves.
const TAKEN: [&str; 16] = [
    "copy",
    "dict",
    "json",
    "schema",
    "validate",
    "construct",
    "fields",
    "self",
    "body",
    "match",
    "case",
    "type",
    "client",
    "date",
    "datetime",
    "list",
];
/// Classes that the generated modules import.
const CLASSES: [&str; 9] = [
    "Any",
    "UUID",
    "Literal",
    "BaseModel",
    "ConfigDict",
    "Field",
    "ServiceClient",
    "ClientFactory",
    "Decimal",
];

/// The words of a name: `If-Match`, `ifMatch` and `if_match` have the same two.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars() {
        let separates = !letter.is_ascii_alphanumeric();
        if separates || (letter.is_ascii_uppercase() && was_small) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| !separates) {
            word.push(letter);
        }
        was_small = letter.is_ascii_lowercase() || letter.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// `if_match`.
pub(super) fn snake(name: &str) -> String {
    let words: Vec<String> = words(name).iter().map(|word| word.to_ascii_lowercase()).collect();
    let text = words.join("_");
    if text.starts_with(|first: char| first.is_ascii_digit()) || text.is_empty() {
        format!("n_{text}")
    } else if is_keyword(&text) || TAKEN.contains(&text.as_str()) {
        format!("{text}_")
    } else {
        text
    }
}

/// The same for an argument, which hides no builtin.
pub(super) fn argument(name: &str) -> String {
    let text = snake(name);
    if is_python_builtin(&text, MINOR, false) { format!("{text}_") } else { text }
}

/// `IfMatch`.
pub(super) fn class(name: &str) -> String {
    let words = words(name);
    let capitalised = words.iter().map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    let text: String = capitalised.collect();
    if CLASSES.contains(&text.as_str()) || text.starts_with(|first: char| first.is_ascii_digit()) {
        format!("Model{text}")
    } else if text.is_empty() || is_keyword(&text) {
        format!("{text}Model")
    } else {
        text
    }
}

/// The name of a field: as it is where Python and Pydantic let it be so.
pub(super) fn field(name: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_plain = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|letter| fits(letter) && !letter.is_ascii_uppercase())
        && !name.starts_with("model_")
        && !is_keyword(name)
        && !TAKEN[..7].contains(&name);
    if is_plain && !matches!(name, "date" | "datetime") {
        return name.to_owned();
    }
    let text = snake(name);
    if text == name || text.starts_with("model_") { format!("{text}_") } else { text }
}

/// One line of a docstring: plain, not too long, with a full stop.
pub(super) fn sentence(text: &str, fallback: &str) -> String {
    let first = text.lines().next().unwrap_or_default().trim();
    let plain: String = first
        .chars()
        .filter(|letter| !matches!(letter, '"' | '\\') && !letter.is_control())
        .collect();
    let plain = if plain.is_empty() { fallback.to_owned() } else { plain };
    let mut short: String = plain.chars().take(72).collect();
    if short.len() < plain.len() {
        let end = short.rfind(' ').unwrap_or(short.len());
        short.truncate(end);
    }
    let short = short.trim_end_matches(['.', ',', ';', ':', ' ']);
    let mut letters = short.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_document_become_names_of_python() {
        assert_eq!(snake("If-Match"), "if_match");
        assert_eq!(snake("listOrders"), "list_orders");
        assert_eq!(snake("class"), "class_");
        assert_eq!(argument("filter"), "filter_");
        assert_eq!(class("CursorPage_OrderOutput_"), "CursorPageOrderOutput");
        assert_eq!(
            (field("name"), field("model_x"), field("x-y")),
            ("name".into(), "model_x_".into(), "x_y".into())
        );
        assert_eq!(sentence("list all\nof them", ""), "List all.");
    }
}
