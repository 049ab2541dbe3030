//! The extra `tracing` of the shared library, where the service names the library.

use crate::change::RelPath;
use crate::operation::Note;
use crate::operation::libraries::with_extra;
use crate::workspace::Tree;

/// Adds the extra to the lines that name the library, and says what is left to do.
pub(super) fn require(tree: &mut Tree, folder: &RelPath, package: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut is_named = false;
    for file in ["pyproject.toml", "requirements-workspace.txt"] {
        let Ok(path) = folder.join(file) else { continue };
        let Some(text) = tree.text(&path) else { continue };
        let (new, named) = with_extra(text, package, "tracing");
        is_named |= named;
        if let Some(entry) =
            tree.get(&path).filter(|_| new != text).map(|entry| entry.with_bytes(new))
        {
            tree.set(path, entry);
        }
    }
    if !is_named && let Ok(path) = folder.join("pyproject.toml") {
        let message = format!(
            "traces take {}[tracing]: add the extra where the service names the library",
            package.replace('_', "-")
        );
        notes.push(Note::new(&path, 0, message));
    }
    let images: Vec<RelPath> = tree
        .below(folder)
        .filter(|(path, entry)| {
            crate::workspace::is_dockerfile(path)
                && path.parent().as_ref() == Some(folder)
                && entry.text().is_some_and(|text| {
                    text.contains(&format!("/{package}"))
                        && !text.contains(&format!("{package}[tracing]"))
                })
        })
        .map(|(path, _)| path.clone())
        .collect();
    for path in images {
        let message = format!(
            "traces need the extra `tracing` in the image before OTLP_ENDPOINT is set: install \
             {package}[tracing]"
        );
        notes.push(Note::new(&path, 0, message));
    }
    notes
}
