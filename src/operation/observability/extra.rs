//! The extra `tracing` of the shared library, where the service names the library.

use crate::change::RelPath;
use crate::operation::Note;
use crate::operation::libraries::with_extra;
use crate::workspace::{Tree, is_dockerfile};

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
    notes.extend(images(tree, folder, package));
    notes
}

/// Installs the extra in the images that install the library by its folder, and lists the others.
fn images(tree: &mut Tree, folder: &RelPath, package: &str) -> Vec<Note> {
    let is_own = |path: &RelPath| is_dockerfile(path) && path.parent().as_ref() == Some(folder);
    let files = tree.below(folder).filter(|(path, _)| is_own(path));
    let texts = files.filter_map(|(path, entry)| Some((path.clone(), entry.text()?.to_owned())));
    let texts: Vec<(RelPath, String)> = texts.collect();
    let mut notes = Vec::new();
    for (path, text) in texts {
        let new = installed(&text, package);
        if !new.contains(&format!("{package}[tracing]")) && text.contains(package) {
            let message = format!(
                "traces need the extra `tracing` in the image before OTLP_ENDPOINT is set: install \
                 {package}[tracing]"
            );
            notes.push(Note::new(&path, 0, message));
        }
        if let Some(entry) =
            tree.get(&path).filter(|_| new != text).map(|entry| entry.with_bytes(new))
        {
            tree.set(path, entry);
        }
    }
    notes
}

/// A Dockerfile in which commands that install the library's folder install its extra as well.
fn installed(text: &str, package: &str) -> String {
    let ending = format!("/{package}");
    let line = |line: &str| {
        let first = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        if matches!(first.as_str(), "COPY" | "ADD" | "WORKDIR") || first.starts_with('#') {
            return line.to_owned();
        }
        let words = line.split_inclusive(char::is_whitespace).map(|word| {
            let plain = word.trim_end();
            let is_folder = plain.ends_with(&ending) && !plain.contains(['"', '\'', '=', ',']);
            if is_folder && line.contains("install") {
                format!("\"{plain}[tracing]\"{}", &word[plain.len()..])
            } else {
                word.to_owned()
            }
        });
        words.collect::<String>()
    };
    text.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_commands_that_install_the_folder_get_the_extra() {
        let text =
            "COPY libs/a_api /opt/libs/a_api\r\nRUN pip install -r r.txt /opt/libs/a_api\r\n";

        let new = installed(text, "a_api");

        let wanted = text.replace("r.txt /opt/libs/a_api", "r.txt \"/opt/libs/a_api[tracing]\"");
        assert_eq!(new, wanted);
        assert_eq!(installed(&new, "a_api"), new);
    }
}
