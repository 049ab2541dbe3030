//! Steps of workflows that run in the service's folder, by their `working-directory` or that of the
//! job around them.

use std::ops::Range;

use super::names::Names;
use super::shell;
use crate::change::{Bytes, Edit, apply_edits};
use crate::workspace::yaml::{self, Node};

/// Rewrites the commands of such steps.
pub(super) fn rewrite(names: &Names<'_>, bytes: &Bytes) -> Option<String> {
    const WORD: &str = "working-directory";
    let text = bytes.text().filter(|text| text.contains(WORD))?;
    let document = yaml::of(bytes).ok()?;
    let mut runs = Vec::new();
    collect(&document, None, names.service.root(), &mut runs);
    let edits = runs.into_iter().filter_map(|range: Range<usize>| {
        let new = shell::inside(names, &text[range.clone()], true)?;
        Some(Edit::replace(range, new))
    });
    apply_edits(text, &edits.collect::<Vec<_>>()).ok()
}

/// The commands of steps that run in `folder`, `default` being what is around a node.
fn collect<'a>(
    node: &'a Node,
    default: Option<&'a str>,
    folder: &str,
    runs: &mut Vec<Range<usize>>,
) {
    let defaults = node.get("defaults").and_then(|defaults| defaults.get("run"));
    let default = defaults.and_then(|run| run.get_text("working-directory")).or(default);
    let own = node.get_text("working-directory").or(default);
    let is_here = own.is_some_and(|own| {
        own.trim_start_matches("./").trim_end_matches('/') == folder && !folder.is_empty()
    });
    if is_here && let Some(run) = node.get("run").filter(|run| !run.shared && run.text().is_some())
    {
        runs.push(run.range.clone());
    }
    let children = node.entries().iter().map(|(_, value)| value).chain(node.items());
    for child in children {
        collect(child, default, folder, runs);
    }
}
