//! `layers.toml`: placements that a person decided, beside the service.
//!
//! ```toml
//! [layers]
//! "billing.py" = "domain"
//! "main.py::charge" = "application"
//! ```

use std::collections::BTreeMap;
use std::str::FromStr;

use super::Layer;

/// The name of the file in the service's folder.
pub const OVERRIDES_FILE: &str = "layers.toml";

/// Decided layers: by path below the service's folder, and by definition in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    layers: BTreeMap<String, Layer>,
}

/// Why `layers.toml` cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OverridesError {
    /// It is not TOML.
    #[error("{OVERRIDES_FILE}: {0}")]
    Syntax(String),
    /// A value is not the name of a layer.
    #[error(
        "{OVERRIDES_FILE}: {key:?} is {value:?}; use domain, application, infrastructure or presentation"
    )]
    Layer {
        /// The entry.
        key: String,
        /// Its value.
        value: String,
    },
}

impl Overrides {
    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Self, OverridesError> {
        let document = toml_edit::DocumentMut::from_str(text)
            .map_err(|error| OverridesError::Syntax(error.to_string()))?;
        let mut layers = BTreeMap::new();
        let table = document.get("layers").and_then(toml_edit::Item::as_table_like);
        for (key, item) in table.into_iter().flat_map(toml_edit::TableLike::iter) {
            let value = item.as_str().unwrap_or_default();
            let layer = Layer::from_folder(value).ok_or_else(|| OverridesError::Layer {
                key: key.to_owned(),
                value: item.to_string().trim().to_owned(),
            })?;
            layers.insert(key.to_owned(), layer);
        }
        Ok(Self { layers })
    }

    /// The layer that is decided for a module, by its path below the service's folder.
    pub fn of_module(&self, below: &str) -> Option<Layer> {
        self.layers.get(below).copied()
    }

    /// The layer that is decided for one of some names of a module.
    pub fn of_names(&self, below: &str, names: &[String]) -> Option<Layer> {
        names.iter().find_map(|name| self.layers.get(&format!("{below}::{name}")).copied())
    }

    /// Whether something is decided for definitions of a module.
    pub fn divides(&self, below: &str) -> bool {
        self.layers
            .keys()
            .any(|key| key.strip_prefix(below).is_some_and(|rest| rest.starts_with("::")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_and_a_module_are_told_apart() {
        let text = "[layers]\n\"a.py\" = \"domain\"\n\"a.py::b\" = \"presentation\"\n";

        let overrides = Overrides::parse(text).unwrap();

        assert_eq!(overrides.of_module("a.py"), Some(Layer::Domain));
        assert_eq!(overrides.of_names("a.py", &["b".to_owned()]), Some(Layer::Presentation));
        assert!(overrides.divides("a.py") && !overrides.divides("b.py"));
    }

    #[test]
    fn a_word_that_is_no_layer_is_named() {
        let error = Overrides::parse("[layers]\n\"a.py\" = \"core\"\n").unwrap_err();

        assert!(matches!(error, OverridesError::Layer { .. }));
    }
}
