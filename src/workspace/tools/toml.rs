//! Settings of tools in TOML.

use toml_edit::{Array, Document, Item, TableLike, Value as Toml};

use super::{Naming, Setting, Value, naming};

/// The settings of `pyproject.toml`, or of the one tool whose file it is.
pub(super) fn settings(root: &str, text: &str) -> Vec<Setting> {
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    let mut reader = Reader { text, found: Vec::new() };
    let table: Option<&dyn TableLike> = match root {
        "tool" => document.get("tool").and_then(Item::as_table_like),
        _ => Some(document.as_table()),
    };
    if let Some(table) = table {
        reader.table(if root == "tool" { "" } else { root }, table);
    }
    reader.found.sort_by_key(|setting| setting.values.first().map(|value| value.range.start));
    reader.found
}

struct Reader<'t> {
    text: &'t str,
    found: Vec<Setting>,
}

impl Reader<'_> {
    fn table(&mut self, path: &str, table: &dyn TableLike) {
        // pytest has its options in a table of its own, or in one below.
        let tool = path.strip_suffix(".ini_options").unwrap_or(path);
        if let Some(named) = naming(tool, "*") {
            self.keys(tool, named, table);
        }
        for (key, item) in table.iter() {
            let below = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            match (item, naming(tool, key)) {
                (Item::Value(value), Some(named)) => {
                    self.values(&format!("{tool}.{key}"), named, value);
                }
                (Item::ArrayOfTables(tables), _) => {
                    tables.iter().for_each(|table| self.table(&below, table));
                }
                (item, _) => {
                    if let Some(table) = item.as_table_like() {
                        self.table(&below, table);
                    }
                }
            }
        }
    }

    fn keys(&mut self, tool: &str, naming: Naming, table: &dyn TableLike) {
        for (name, _) in table.iter() {
            let range = table.get_key_value(name).and_then(|(key, _)| key.span());
            let Some(range) = range else { continue };
            let value = Value { text: name.to_owned(), quote: self.quote(range.start), range };
            let setting = Setting {
                key: tool.to_owned(),
                naming,
                values: vec![value],
                separator: None,
                may_be_list: false,
            };
            self.found.push(setting);
        }
    }

    fn values(&mut self, key: &str, naming: Naming, value: &Toml) {
        let (values, separator) = match value {
            Toml::Array(items) => (self.items(items), Some(", ".to_owned())),
            // mypy takes paths in one text, too.
            other if key == "mypy.files" => (self.parts(other), Some(", ".to_owned())),
            other => (self.value(other).into_iter().collect(), None),
        };
        let is_one = matches!(key, "importlinter.root_package" | "aerich.tortoise_orm");
        let may_be_list = separator.is_none() && !is_one;
        let key = key.to_owned();
        self.found.push(Setting { key, naming, values, separator, may_be_list });
    }

    /// The parts of a text between commas.
    fn parts(&self, value: &Toml) -> Vec<Value> {
        let Some(whole) = self.value(value) else { return Vec::new() };
        let mut at = whole.range.start + 1;
        let parts = whole.text.split_inclusive(',').map(|part| {
            let from = at + (part.len() - part.trim_start().len());
            at += part.len();
            let text = part.trim_end_matches(',').trim().to_owned();
            Value { range: from..from + text.len(), text, quote: "" }
        });
        parts.collect()
    }

    fn items(&self, items: &Array) -> Vec<Value> {
        items.iter().filter_map(|item| self.value(item)).collect()
    }

    /// A text in plain quotes.
    fn value(&self, value: &Toml) -> Option<Value> {
        let text = value.as_str()?.to_owned();
        let range = value.span()?;
        let quote = self.quote(range.start);
        let is_plain = self.text.get(range.clone()) == Some(&*format!("{quote}{text}{quote}"));
        is_plain.then_some(Value { text, range, quote })
    }

    fn quote(&self, start: usize) -> &'static str {
        match self.text.as_bytes().get(start) {
            Some(b'"') => "\"",
            Some(b'\'') => "'",
            _ => "",
        }
    }
}
