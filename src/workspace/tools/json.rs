//! Settings of tools in JSON.

use super::{Setting, Value, naming};
use crate::workspace::yaml;

/// The settings of the one tool whose file it is.
pub(super) fn settings(tool: &str, text: &str) -> Vec<Setting> {
    // Every JSON text is a YAML text (YAML 1.2, section 1.3), of which places are known.
    let Ok(document) = yaml::read(text) else { return Vec::new() };
    let mut found = Vec::new();
    for (key, list) in document.entries() {
        let Some(key) = key.text() else { continue };
        let Some(naming) = naming(tool, key) else { continue };
        let values = list.items().iter().filter_map(|item| {
            let text = item.text()?.to_owned();
            Some(Value { text, range: item.range.clone(), quote: "\"" })
        });
        let key = format!("{tool}.{key}");
        let (values, separator) = (values.collect(), Some(", ".to_owned()));
        found.push(Setting { key, naming, values, separator, may_be_list: false });
    }
    found
}
