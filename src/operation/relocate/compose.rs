//! Compose entries that are built from the service's folder: their commands and search paths.

use std::ops::Range;

use super::Note;
use super::deploy::{commands, is_inside};
use super::names::Names;
use crate::change::{Bytes, Edit, RelPath, apply_edits};
use crate::python::parent;
use crate::workspace::dockerfile::Dockerfile;
use crate::workspace::yaml;

/// Commands of the compose entries that are built from the service's folder.
pub(super) fn rewrite(
    names: &Names<'_>,
    path: &RelPath,
    bytes: &Bytes,
    notes: &mut Vec<Note>,
) -> Option<String> {
    let text = bytes.text()?;
    let document = match yaml::of(bytes) {
        Ok(document) => document,
        Err(error) => {
            if is_inside(names, path.as_str()) {
                notes.push(Note::new(path, 0, format!("not rewritten: {error}")));
            }
            return None;
        }
    };
    let folder = parent(path.as_str());
    let mut edits = Vec::new();
    for (_, entry) in document.get("services")?.entries() {
        if !builds(names, folder, entry) {
            continue;
        }
        for key in ["command", "entrypoint", "healthcheck"] {
            let Some(value) = entry.get(key).filter(|value| !value.shared) else { continue };
            let range: Range<usize> = value.range.clone();
            if let Some(new) = commands(names, &text[range.clone()]) {
                edits.push(Edit::replace(range, new));
            }
        }
        if !names.gets_source {
            continue;
        }
        let mut mounts = Vec::new();
        for item in entry.get("volumes").map(yaml::Node::items).unwrap_or_default() {
            match mount(names, (folder, item), text) {
                // Nothing can be mounted twice at one place.
                Some(Ok(edit)) if mounts.contains(&place_of(&edit.replacement)) => {
                    edits.push(Edit::replace(item_of(text, &edit.range), ""));
                }
                Some(Ok(edit)) => {
                    mounts.push(place_of(&edit.replacement));
                    edits.push(edit);
                }
                Some(Err(message)) => notes.push(Note::new(path, item.line, message)),
                None => {}
            }
        }
        match search_path(names, (folder, entry), text) {
            Some(edit) => edits.push(edit),
            None => notes.extend(unreached(path, entry)),
        }
    }
    apply_edits(text, &edits).ok()
}

/// A mount of a folder whose code has left it: `./app:/code/app` → `./src:/code/src`; a message where
/// the place in the container is another one than the image's. None for any other mount.
fn mount(
    names: &Names<'_>,
    (folder, item): (&str, &yaml::Node),
    text: &str,
) -> Option<Result<Edit, String>> {
    let written = item.text().or_else(|| item.get_text("source"))?;
    let mut parts = written.splitn(3, ':');
    let (from, to, mode) = (parts.next()?, parts.next(), parts.next());
    let path = resolve(folder, from)?;
    let is_below = path != names.service.root() && names.spread(&path).is_some();
    if !is_below {
        return None;
    }
    let last = path.rsplit('/').next()?;
    let beside = to.and_then(|to| to.trim_end_matches('/').strip_suffix(last)?.strip_suffix('/'));
    let place = text[item.range.clone()].find(written).map(|at| item.range.start + at);
    let (Some(above), Some(start), false) = (beside, place, item.shared) else {
        return Some(Err(format!("this mounts {from}, whose code lies in src now")));
    };
    let dot = if from.starts_with("./") { "./" } else { "" };
    let new = super::names::relative(folder, &names.import_root);
    let mode = mode.map(|mode| format!(":{mode}")).unwrap_or_default();
    let new = format!("{dot}{new}:{above}/src{mode}");
    Some(Ok(Edit::replace(start..start + written.len(), new)))
}

/// Where a mount appears in the container.
fn place_of(mount: &str) -> Option<String> {
    mount.split(':').nth(1).map(str::to_owned)
}

/// The item of a list around a range: its line, or what stands between two commas.
fn item_of(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1);
    let before = text[start..range.start].trim_end_matches(['"', '\'']);
    if before.trim() == "-" {
        return start..end;
    }
    let comma = text[..range.start].rfind(',').unwrap_or(range.start);
    let quote = text[range.end..].chars().next().filter(|letter| matches!(letter, '"' | '\''));
    comma..range.end + quote.map_or(0, char::len_utf8)
}

/// A search path that an entry sets takes the place of the image's, so that the package has to be
/// on it, too.
fn search_path(
    names: &Names<'_>,
    (folder, entry): (&str, &yaml::Node),
    text: &str,
) -> Option<Edit> {
    const NAME: &str = "PYTHONPATH";
    let environment = entry.get("environment").filter(|value| !value.shared)?;
    let listed = environment.items().iter().find_map(|item| {
        let written = item.text()?.strip_prefix(NAME)?.strip_prefix('=')?;
        let inside = text[item.range.clone()].find(written)?;
        Some((written, item.range.start + inside))
    });
    let (value, at) = listed.or_else(|| {
        let value = environment.get(NAME).filter(|value| !value.shared)?;
        let written = value.text()?;
        let inside = text[value.range.clone()].find(written)?;
        Some((written, value.range.start + inside))
    })?;
    if value.is_empty() {
        return None;
    }
    let source = if value.starts_with('/') {
        let workdir = entry.get_text("working_dir").map(str::to_owned);
        let workdir = workdir.or_else(|| Some(image(names, folder, entry)?.workdir()))?;
        format!("{}/src", workdir.trim_end_matches('/'))
    } else {
        "src".to_owned()
    };
    let is_source = |part: &str| part.trim_start_matches("./").trim_end_matches('/') == source;
    if value.split(':').any(is_source) {
        return None;
    }
    Some(Edit::insert(at, format!("{source}:")))
}

/// A search path that cannot be edited where it stands: shared by an anchor, or empty.
fn unreached(path: &RelPath, entry: &yaml::Node) -> Option<Note> {
    let environment = entry.get("environment")?;
    let value = environment.get("PYTHONPATH")?;
    let is_open = environment.shared || value.shared || value.text() == Some("");
    let message = "this PYTHONPATH takes the place of the image's: put the folder src of the \
        service on it";
    is_open.then(|| Note::new(path, value.line, message))
}

/// The Dockerfile that a compose entry builds.
fn image(names: &Names<'_>, folder: &str, entry: &yaml::Node) -> Option<Dockerfile> {
    let build = entry.get("build")?;
    let context = build.text().or_else(|| build.get_text("context"))?;
    let file = build.get_text("dockerfile").unwrap_or("Dockerfile");
    let path = resolve(&resolve(folder, context)?, file)?;
    Some(Dockerfile::parse(names.tree.text(&RelPath::new(path).ok()?)?))
}

/// Whether a compose entry is built from the service's folder (or mounts it as its code).
fn builds(names: &Names<'_>, folder: &str, entry: &yaml::Node) -> bool {
    let build = entry.get("build");
    let context = build.and_then(|build| build.text().or_else(|| build.get_text("context")));
    let dockerfile = build.and_then(|build| build.get_text("dockerfile"));
    let context = context.and_then(|context| resolve(folder, context));
    let of_service = |path: &str| path == names.service.root();
    let file = match (&context, dockerfile) {
        (Some(context), Some(file)) => resolve(context, file),
        _ => None,
    };
    context.as_deref().is_some_and(of_service)
        || file.as_deref().map(parent).is_some_and(of_service)
}

/// A relative path below the root, with its dots resolved.
fn resolve(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('$') {
        return None;
    }
    let mut segments: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compose_paths_are_resolved_against_their_file() {
        assert_eq!(resolve("deploy", "../services/osint/"), Some("services/osint".into()));
        assert_eq!(resolve("", "../outside"), None);
    }
}
