//! What a repository in memory can be asked: one operation of a dictionary or a list each.
//!
//! A method does exactly what the code did that calls it now, on the same object, so that order,
//! errors and what happens in between stay as they were.

/// One method of a repository.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Method {
    /// Its name.
    pub(super) name: &'static str,
    /// Its parameters with their types; `K` and `V` stand for those of keys and values.
    pub(super) parameters: &'static [(&'static str, &'static str)],
    /// What it returns.
    pub(super) returns: &'static str,
    /// What it does.
    body: &'static str,
    /// The first line of its docstring.
    summary: &'static str,
    /// What it raises, and when.
    raises: &'static str,
}

const fn method(
    name: &'static str,
    parameters: &'static [(&'static str, &'static str)],
    returns: &'static str,
    body: &'static str,
    summary: &'static str,
) -> Method {
    Method { name, parameters, returns, body, summary, raises: "" }
}

const fn raising(
    (name, parameters): (&'static str, &'static [(&'static str, &'static str)]),
    returns: &'static str,
    body: &'static str,
    summary: &'static str,
    raises: &'static str,
) -> Method {
    Method { name, parameters, returns, body, summary, raises }
}

const KEY: &[(&str, &str)] = &[("key", "K")];
const KEY_AND_VALUE: &[(&str, &str)] = &[("key", "K"), ("value", "V")];
const KEY_AND_DEFAULT: &[(&str, &str)] = &[("key", "K"), ("default", "Any")];
const VALUE: &[(&str, &str)] = &[("value", "V")];
const POSITION: &[(&str, &str)] = &[("position", "int")];
const NO_KEY: &str = "KeyError: If there is none.";
const NO_POSITION: &str = "IndexError: If there is no such position.";

/// What is kept in a dictionary can be asked.
pub(super) static BY_KEY: &[Method] = &[
    raising(("get", KEY), "V", "return self._kept[key]", "Return the one with this key.", NO_KEY),
    method(
        "find",
        KEY,
        "V | None",
        "return self._kept.get(key)",
        "Return the one with this key, if there is one.",
    ),
    method(
        "find_or",
        KEY_AND_DEFAULT,
        "Any",
        "return self._kept.get(key, default)",
        "Return the one with this key, or the default.",
    ),
    method(
        "has",
        &[("key", "object")],
        "bool",
        "return key in self._kept",
        "Tell whether one has this key.",
    ),
    method("keys", &[], "Collection[K]", "return self._kept.keys()", "Return all keys."),
    method("all", &[], "Collection[V]", "return self._kept.values()", "Return all of them."),
    method(
        "items",
        &[],
        "Collection[tuple[K, V]]",
        "return self._kept.items()",
        "Return all of them with their keys.",
    ),
    method(
        "by_key",
        &[],
        "Mapping[K, V]",
        "return self._kept",
        "Return all of them by their keys.",
    ),
    method("count", &[], "int", "return len(self._kept)", "Return how many there are."),
    method(
        "save",
        KEY_AND_VALUE,
        "None",
        "self._kept[key] = value",
        "Keep one under this key, in the place of the one before.",
    ),
    method(
        "save_all",
        &[("values", "Mapping[K, V]")],
        "None",
        "self._kept.update(values)",
        "Keep all of these under their keys.",
    ),
    method(
        "get_or_save",
        KEY_AND_VALUE,
        "V",
        "return self._kept.setdefault(key, value)",
        "Return the one with this key; keep this one if there is none.",
    ),
    raising(
        ("remove", KEY),
        "None",
        "del self._kept[key]",
        "Forget the one with this key.",
        NO_KEY,
    ),
    raising(
        ("take", KEY),
        "V",
        "return self._kept.pop(key)",
        "Forget the one with this key, and return it.",
        NO_KEY,
    ),
    method(
        "take_or",
        KEY_AND_DEFAULT,
        "Any",
        "return self._kept.pop(key, default)",
        "Forget the one with this key, and return it or the default.",
    ),
    method("clear", &[], "None", "self._kept.clear()", "Forget all of them."),
];

/// What is kept in a list can be asked.
pub(super) static IN_ORDER: &[Method] = &[
    method("all", &[], "Sequence[V]", "return self._kept", "Return all of them, in order."),
    method(
        "has",
        &[("value", "object")],
        "bool",
        "return value in self._kept",
        "Tell whether this one is kept.",
    ),
    method("count", &[], "int", "return len(self._kept)", "Return how many there are."),
    method("add", VALUE, "None", "self._kept.append(value)", "Keep one more, as the last."),
    method(
        "add_all",
        &[("values", "Iterable[V]")],
        "None",
        "self._kept.extend(values)",
        "Keep all of these, behind the last.",
    ),
    method(
        "insert",
        &[("position", "int"), ("value", "V")],
        "None",
        "self._kept.insert(position, value)",
        "Keep one more, before the one at a position.",
    ),
    raising(
        ("replace", &[("position", "int"), ("value", "V")]),
        "None",
        "self._kept[position] = value",
        "Keep this one in the place of the one at a position.",
        NO_POSITION,
    ),
    raising(
        ("take", POSITION),
        "V",
        "return self._kept.pop(position)",
        "Forget the one at a position, and return it.",
        NO_POSITION,
    ),
    raising(
        ("take_last", &[]),
        "V",
        "return self._kept.pop()",
        "Forget the last one, and return it.",
        "IndexError: If there is none.",
    ),
    raising(
        ("remove", VALUE),
        "None",
        "self._kept.remove(value)",
        "Forget the first one that is equal to this.",
        "ValueError: If there is none.",
    ),
    raising(
        ("remove_at", POSITION),
        "None",
        "del self._kept[position]",
        "Forget the one at a position.",
        NO_POSITION,
    ),
    method("clear", &[], "None", "self._kept.clear()", "Forget all of them."),
];

impl Method {
    /// Everything that its signature names beside the types of keys and values.
    pub(super) fn imports(&self) -> impl Iterator<Item = &'static str> {
        const KNOWN: [(&str, &str); 5] = [
            ("Collection[", "from collections.abc import Collection"),
            ("Iterable[", "from collections.abc import Iterable"),
            ("Mapping[", "from collections.abc import Mapping"),
            ("Sequence[", "from collections.abc import Sequence"),
            ("Any", "from typing import Any"),
        ];
        let types = || self.parameters.iter().map(|(_, kind)| *kind).chain([self.returns]);
        KNOWN
            .into_iter()
            .filter(move |(word, _)| types().any(|kind| kind.starts_with(word)))
            .map(|(_, statement)| statement)
    }

    /// Its text, indented as a member of a class; with a body for the one that keeps, else as the
    /// port says it.
    pub(super) fn text(&self, (key, value): (&str, &str), has_body: bool) -> String {
        let typed = |kind: &str| {
            let mut text = String::new();
            for word in kind.split_inclusive(|letter: char| !letter.is_alphanumeric()) {
                let end = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
                text.push_str(match end {
                    "K" => key,
                    "V" => value,
                    other => other,
                });
                text.push_str(&word[end.len()..]);
            }
            text
        };
        let returns = match self.returns {
            "V | None" if value == "Any" || value.ends_with("| None") => value.to_owned(),
            other => typed(other),
        };
        let parameters = self.parameters.iter();
        let parameters: Vec<String> =
            parameters.map(|(name, kind)| format!(", {name}: {}", typed(kind))).collect();
        let parameters = parameters.concat();
        let mut text = format!("    def {}(self{parameters}) -> {returns}:\n", self.name);
        if self.raises.is_empty() {
            text.push_str(&format!("        \"\"\"{}\"\"\"\n", self.summary));
        } else {
            text.push_str(&format!(
                "        \"\"\"{}\n\n        Raises:\n            {}\n        \"\"\"\n",
                self.summary, self.raises
            ));
        }
        if has_body {
            text.push_str(&format!("        {}\n", self.body));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once() {
        for table in [BY_KEY, IN_ORDER] {
            let mut names: Vec<&str> = table.iter().map(|method| method.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), table.len());
        }
    }

    #[test]
    fn types_of_keys_and_values_take_their_places() {
        let items = BY_KEY.iter().find(|method| method.name == "items").unwrap();

        let text = items.text(("str", "list[int]"), false);

        assert!(text.contains("def items(self) -> Collection[tuple[str, list[int]]]:"), "{text}");
    }
}
