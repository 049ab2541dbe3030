//! Where a person wants a module to be: an entry of the service's `layers.toml`.
//!
//! Makes the file's text; nothing is written here, and what the entry means is decided where
//! layers are.

use std::collections::BTreeMap;

use toml_edit::{DocumentMut, Item, Table, TomlError, value};

use crate::change::{Entry, FileChange, RelPath};
use crate::layering::{Decision, Layer, OVERRIDES_FILE};
use crate::migration::{PlannedStep, ServiceTarget};
use crate::workspace::Tree;

/// The table of the file beside the service that overrides placements.
const TABLE: &str = "layers";

/// One module and where it goes by the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    /// The module's path below the service's folder, and `::name` of a definition.
    pub(super) key: String,
    /// Its layer; none at the package's root and for what stays.
    pub(super) layer: Option<Layer>,
}

/// What a person says against a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The module's path below the service's folder, and `::name` of a definition.
    pub key: String,
    /// Where it belongs.
    pub layer: Layer,
}

/// Why a correction cannot be recorded.
#[derive(Debug, thiserror::Error)]
pub enum CorrectionError {
    /// The file that is there is no TOML.
    #[error("{OVERRIDES_FILE}: {0}")]
    Syntax(#[from] TomlError),
    /// The file that is there has something else where layers belong.
    #[error("{OVERRIDES_FILE}: `{TABLE}` is not a table")]
    NotATable,
    /// There is no place for the file.
    #[error(transparent)]
    Path(#[from] crate::change::PathError),
}

/// The modules and definitions that a step places, by their paths before it.
pub(super) fn placed(step: &PlannedStep, target: &ServiceTarget) -> Vec<Placed> {
    let Some(placement) = &step.placement else { return Vec::new() };
    let whole = placement.decisions.iter().filter(|decision| decision.names.is_empty());
    let paths: BTreeMap<usize, String> = whole
        .filter_map(|decision| Some((decision.module, path(step, target, decision)?)))
        .collect();
    let decisions = placement.decisions.iter().filter_map(|decision| {
        let path = paths.get(&decision.module)?;
        let key = match decision.names.first() {
            Some(name) => format!("{path}::{name}"),
            None => path.clone(),
        };
        Some(Placed { key, layer: decision.layer })
    });
    decisions.collect()
}

/// A module's path below the service's folder, before the step.
fn path(step: &PlannedStep, target: &ServiceTarget, decision: &Decision) -> Option<String> {
    let change = step.changes.get(&decision.target);
    let from = change.and_then(|change| change.moved_from.as_ref());
    let path = from.unwrap_or(&decision.target);
    match &target.folder {
        Some(folder) => Some(path.below(folder)?.as_str().to_owned()),
        None => Some(path.as_str().to_owned()),
    }
}

/// What becomes of the service's `layers.toml` with these corrections.
pub(super) fn change(
    tree: &Tree,
    target: &ServiceTarget,
    corrections: &[Correction],
) -> Result<(RelPath, FileChange), CorrectionError> {
    let path = RelPath::new(crate::python::join(target.root(), OVERRIDES_FILE))?;
    let before = tree.get(&path).cloned();
    let text = corrected(tree.text(&path).unwrap_or_default(), corrections)?;
    let after = match &before {
        Some(entry) => entry.with_bytes(text),
        None => Entry::file(text),
    };
    Ok((path, FileChange { before, after: Some(after), moved_from: None }))
}

fn corrected(text: &str, corrections: &[Correction]) -> Result<String, CorrectionError> {
    let mut document: DocumentMut = text.parse()?;
    let table = document.entry(TABLE).or_insert_with(|| Item::Table(Table::new()));
    let table = table.as_table_like_mut().ok_or(CorrectionError::NotATable)?;
    for Correction { key, layer } in corrections {
        table.insert(key, value(layer.folder()));
    }
    let text = document.to_string();
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_keeps_what_is_there_and_the_last_one_counts() {
        let text = "# ours\n[layers]\n\"a.py\" = \"domain\" # sure\n";
        let say = |key: &str, layer| Correction { key: key.to_owned(), layer };
        let corrections = [say("b/c.py", Layer::Domain), say("b/c.py", Layer::Infrastructure)];

        let result = corrected(text, &corrections).unwrap();

        assert_eq!(result, format!("{text}\"b/c.py\" = \"infrastructure\"\n"));
        let fresh = corrected("", &corrections[..1]).unwrap();
        assert_eq!(fresh, "[layers]\n\"b/c.py\" = \"domain\"\n");
    }

    #[test]
    fn a_file_that_says_something_else_is_refused() {
        let correction = [Correction { key: "a.py".into(), layer: Layer::Domain }];

        assert!(matches!(corrected("layers = 1\n", &correction), Err(CorrectionError::NotATable)));
        assert!(matches!(corrected("[layers\n", &correction), Err(CorrectionError::Syntax(_))));
    }
}
