//! Commands of compose entries and scripts, and the names under which files are started.

use super::{Place, StartSource};
use crate::change::RelPath;
use crate::workspace::compose::{ComposeEntry, ComposeFile};
use crate::workspace::dockerfile::Dockerfile;
use crate::workspace::folder::Folder;
use crate::workspace::launch::{Launch, Target};
use crate::workspace::words::{Source, Word, shell_words};

/// What a compose entry starts: its own command, else that of its image.
pub(super) fn start_words(
    file: &ComposeFile,
    entry: &ComposeEntry,
    image: Option<&Dockerfile>,
) -> Option<(StartSource, Place, Vec<Word>)> {
    let own: Vec<_> = entry.entrypoint.iter().chain(&entry.command).collect();
    if let Some(last) = own.last() {
        let place = Place { file: file.path.clone(), line: last.line };
        let words = own.iter().flat_map(|part| part.words.iter().cloned());
        return Some((StartSource::Compose, place, words.collect()));
    }
    let command = image?.start_command()?;
    let place = Place { file: entry.build.as_ref()?.dockerfile.clone(), line: command.line };
    Some((StartSource::Dockerfile, place, command.words))
}

/// The first line of a script that starts something, with folders entered before it.
pub(super) fn script_launch(text: &str) -> Option<(Launch, usize)> {
    let mut folders = Vec::new();
    let mut environment = Vec::new();
    let mut offset = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let command = line.trim_end().strip_prefix("web:").unwrap_or(line.trim_end());
        let start = offset + line.find(command).unwrap_or(0);
        let mut launch = Launch::read(&shell_words(&Source::new(command, start)), index + 1);
        let inside = launch.target.is_some() && !matches!(launch.target, Some(Target::Shell(_)));
        let module = matches!(&launch.target, Some(Target::Module(word)) if word.text != "venv" && word.text != "pip");
        folders.append(&mut launch.folders);
        environment.append(&mut launch.environment);
        if inside && (module || !matches!(launch.target, Some(Target::Module(_)))) {
            folders.retain(|folder| !folder.contains('$'));
            launch.folders = folders;
            launch.environment = environment;
            return Some((launch, index + 1));
        }
        offset += line.len();
    }
    None
}

/// The import name of a file, and the folder from which it is importable: `src` and the
/// service's folder are roots.
pub(super) fn module_name(path: &RelPath, folder: &Folder) -> (String, Folder) {
    let inner = folder.path().and_then(|folder| path.below(folder));
    let inner = inner.unwrap_or_else(|| path.clone());
    let text = inner.as_str().trim_end_matches(".py");
    match text.strip_prefix("src/") {
        Some(rest) => (rest.replace('/', "."), folder.folder("src").unwrap_or_default()),
        None => (text.replace('/', "."), folder.clone()),
    }
}

/// Stands in until the caller says where the command was written.
pub(super) fn unnamed() -> RelPath {
    RelPath::new("command").expect("a fixed relative path")
}
