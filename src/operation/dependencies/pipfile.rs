//! What a Pipfile wants, as requirements.

use toml_edit::{DocumentMut, Item, Value};

use super::list::Wanted;

/// What a Pipfile wants to run, and to work on the service.
pub(super) struct Pipfile {
    pub(super) running: Vec<Wanted>,
    pub(super) dev: Vec<Wanted>,
}

impl Pipfile {
    /// Reads a Pipfile; fails with the reason why only pipenv can.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let document: DocumentMut =
            text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
        let indexes = document.get("source").and_then(Item::as_array_of_tables);
        let mut others = indexes.into_iter().flatten().filter(|index| {
            let name = index.get("name").and_then(Item::as_str);
            name.is_some_and(|name| !name.eq_ignore_ascii_case("pypi"))
        });
        if others.next().is_some() {
            return Err("it takes packages from an index of its own".to_owned());
        }
        for key in ["scripts", "pipenv"] {
            if document.contains_key(key) {
                return Err(format!("its [{key}] has no equal in pyproject.toml"));
            }
        }
        let read = |key: &str| document.get(key).map_or(Ok(Vec::new()), wanted);
        Ok(Self { running: read("packages")?, dev: read("dev-packages")? })
    }
}

fn wanted(item: &Item) -> Result<Vec<Wanted>, String> {
    let table = item.as_table_like().ok_or("its packages are no table")?;
    let lines = table.iter().map(|(name, value)| {
        let text = line(name, value)?;
        Wanted::parse(&text, 0).ok_or_else(|| format!("`{name}` cannot be said in one line"))
    });
    lines.collect()
}

fn line(name: &str, value: &Item) -> Result<String, String> {
    let bounds = |version: &str| match version.trim() {
        "*" => String::new(),
        version => version.to_owned(),
    };
    if let Some(version) = value.as_str() {
        return Ok(format!("{name}{}", bounds(version)));
    }
    let table = value.as_table_like().ok_or_else(|| format!("`{name}` has no version"))?;
    let text = |key: &str| table.get(key).and_then(Item::as_str);
    let known = ["version", "extras", "markers", "index"];
    if let Some((key, _)) = table.iter().find(|(key, _)| !known.contains(key)) {
        return Err(format!("`{name}` has `{key}`, which is pipenv's alone"));
    }
    let extras = table.get("extras").and_then(Item::as_array).into_iter().flatten();
    let extras: Vec<&str> = extras.filter_map(Value::as_str).collect();
    let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
    let tail = text("markers").map(|markers| format!(" ; {markers}")).unwrap_or_default();
    Ok(format!("{name}{extras}{}{tail}", text("version").map(bounds).unwrap_or_default()))
}
