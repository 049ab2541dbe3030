//! References to a replaced module outside Python: start commands, `COPY`, script entries.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::redirect::{Obstacle, Redirect};
use crate::change::{Edit, Entry, RelPath, apply_edits};
use crate::operation::Note;
use crate::workspace::compose::{ComposeEntry, ComposeFile, is_compose_file};
use crate::workspace::words::Word;
use crate::workspace::{Tree, is_dockerfile};

static IMPORT_STRING: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(^|[^\w./:@-])([A-Za-z_][\w.]*):([A-Za-z_]\w*)"));
static DASH_M: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(\bpython[0-9.]*(?:\s+-[uOB]+|",\s*"-[uOB]+)*(?:\s+|",\s*"|',\s*')-m(?:\s+|",\s*"|',\s*'))([A-Za-z_][\w.]*)"#,
    )
});
static FILE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(^|[^\w./-])((?:\./|/app/)?)([\w./-]*\w\.py)\b"));

#[expect(clippy::expect_used, reason = "the patterns are constants, tested below")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

/// Every file that names the stub in a command, with its new content.
pub(super) fn rewrite(all: &Redirect<'_>) -> Result<Vec<(RelPath, Entry)>, Obstacle> {
    let mut found = Vec::new();
    for (path, entry) in all.tree.iter() {
        let Some(text) = entry.text().filter(|_| path.extension() != "py") else { continue };
        let is_inside = all.folder.is_none_or(|folder| path.starts_with(folder));
        let new = if is_compose_file(path) {
            compose(all, path, text)?
        } else if !is_inside {
            None
        } else if is_dockerfile(path) {
            Some(dockerfile(all, path, text)?)
        } else if holds_commands(path) {
            Some(command(all, path, text)?)
        } else {
            None
        };
        if let Some(new) = new.filter(|new| new != text) {
            found.push((path.clone(), entry.with_bytes(new)));
        }
    }
    Ok(found)
}

fn holds_commands(path: &RelPath) -> bool {
    let names = ["Makefile", "makefile", "justfile", "Justfile", "Procfile"];
    let kinds =
        ["yml", "yaml", "sh", "bash", "mk", "service", "conf", "toml", "cfg", "ini", "json"];
    names.contains(&path.name()) || kinds.contains(&path.extension())
}

/// One text in which `module:app`, `-m module` and `python module.py` name the target instead.
fn command(all: &Redirect<'_>, path: &RelPath, text: &str) -> Result<String, Obstacle> {
    let mut obstacle = None;
    let text = IMPORT_STRING.replace_all(text, |found: &Captures<'_>| {
        if all.service.resolve_at_root(&found[2]) != Some(all.index) {
            return found[0].to_owned();
        }
        match (all.renamed(&found[2]), all.stub.behind(&found[3])) {
            (Some(new), Some(name)) => format!("{}{new}:{name}", &found[1]),
            _ => found[0].to_owned(),
        }
    });
    let text = DASH_M.replace_all(&text, |found: &Captures<'_>| {
        let is_it = all.service.resolve_at_root(&found[2]) == Some(all.index);
        match all.renamed(&found[2]).filter(|_| is_it) {
            Some(new) => {
                obstacle = obstacle.take().or_else(|| run_as_script(all, path));
                format!("{}{new}", &found[1])
            }
            None => found[0].to_owned(),
        }
    });
    let text = FILE.replace_all(&text, |found: &Captures<'_>| match file(all, &found[3]) {
        Some(new) => {
            obstacle = obstacle.take().or_else(|| run_as_script(all, path));
            format!("{}{}{new}", &found[1], &found[2])
        }
        None => found[0].to_owned(),
    });
    let text = text.into_owned();
    obstacle.map_or(Ok(text), Err)
}

/// Started as a script, the target has to do what the stub did: nothing, or the stub's guard.
fn run_as_script(all: &Redirect<'_>, path: &RelPath) -> Option<Obstacle> {
    let target = all.service.modules()[all.stub.target].module()?;
    let mut statements = target.facts.statements.iter();
    let starts = statements.any(|found| found.kind == crate::python::StatementKind::MainGuard);
    let differs = all.stub.guard.is_none() && starts;
    differs.then(|| (path.to_string(), "runs it as a script, which starts nothing".to_owned()))
}

/// A path seen from the service's folder.
fn file(all: &Redirect<'_>, written: &str) -> Option<String> {
    let root = all.service.root();
    let path = crate::python::join(root, written);
    let own = &all.service.modules()[all.index].path;
    let target = all.service.modules()[all.stub.target].path.as_str();
    let below = target.strip_prefix(root)?.trim_start_matches('/');
    (path == own.as_str()).then(|| below.to_owned())
}

/// Instruction by instruction, as a `COPY` of the stub means something else than a command.
fn dockerfile(all: &Redirect<'_>, path: &RelPath, text: &str) -> Result<String, Obstacle> {
    let mut output = String::with_capacity(text.len());
    let mut is_copy = false;
    let mut continues = false;
    for line in text.split_inclusive('\n') {
        let first = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        if !continues {
            is_copy = matches!(first.as_str(), "COPY" | "ADD");
        }
        continues = line.trim_end().ends_with('\\');
        if first.starts_with('#') {
            output.push_str(line);
        } else if is_copy && copies_it_alone(all, line) && copies_target(all, text) {
            // The line after it, or one before, copies what takes its place.
        } else if is_copy {
            output.push_str(&copy(all, line));
        } else {
            output.push_str(&command(all, path, line)?);
        }
    }
    Ok(output)
}

/// Whether a line is `COPY [--flags] STUB DESTINATION` and nothing more.
fn copies_it_alone(all: &Redirect<'_>, line: &str) -> bool {
    let words: Vec<&str> =
        line.split_whitespace().skip(1).filter(|word| !word.starts_with("--")).collect();
    match words.as_slice() {
        [source, destination] => {
            file(all, source.trim_start_matches("./")).is_some() && *destination != "\\"
        }
        _ => false,
    }
}

/// Whether some `COPY` names the target.
fn copies_target(all: &Redirect<'_>, text: &str) -> bool {
    let target = all.service.modules()[all.stub.target].path.as_str();
    let below = target.strip_prefix(all.service.root()).unwrap_or(target).trim_start_matches('/');
    let copies = text.lines().filter(|line| line.trim_start().starts_with("COPY "));
    let mut words = copies.flat_map(str::split_whitespace);
    words.any(|word| word.trim_start_matches("./") == below)
}

/// The stub among copied files goes where the target is copied, too, and becomes it elsewhere.
fn copy(all: &Redirect<'_>, line: &str) -> String {
    let own = FILE.captures_iter(line).find(|found| file(all, &found[3]).is_some());
    let Some(word) = own.as_ref().and_then(|found| found.get(3)) else { return line.to_owned() };
    let new = file(all, word.as_str()).unwrap_or_default();
    let has_target = FILE.captures_iter(line).any(|found| found[3] == new);
    if !has_target {
        return format!("{}{new}{}", &line[..word.start()], &line[word.end()..]);
    }
    let start =
        own.as_ref().and_then(|found| found.get(2)).map_or(word.start(), |part| part.start());
    let rest = line[word.end()..].trim_start_matches([' ', '\t']);
    format!("{}{rest}", &line[..start])
}

fn compose(all: &Redirect<'_>, path: &RelPath, text: &str) -> Result<Option<String>, Obstacle> {
    let Ok(file) = ComposeFile::parse(path, text) else { return Ok(None) };
    let mut edits = Vec::new();
    for entry in file.entries.iter().filter(|entry| runs(all.folder, entry)) {
        let written = [&entry.command, &entry.entrypoint, &entry.healthcheck];
        for word in written.into_iter().flatten().flat_map(|written| &written.words) {
            edits.extend(word_edit(all, path, text, word)?);
        }
    }
    Ok(apply_edits(text, &edits).ok())
}

/// Whether a compose entry runs the service in `folder`.
pub(super) fn runs(folder: Option<&RelPath>, entry: &ComposeEntry) -> bool {
    match folder {
        Some(folder) => entry.runs(folder),
        None => entry.build.is_some(),
    }
}

/// `python api.py` is two words: a word that is the file alone counts as a command.
fn word_edit(
    all: &Redirect<'_>,
    path: &RelPath,
    text: &str,
    word: &Word,
) -> Result<Option<Edit>, Obstacle> {
    let Some(raw) = text.get(word.range.clone()) else { return Ok(None) };
    let new = command(all, path, raw)?;
    Ok((new != raw).then(|| Edit::replace(word.range.clone(), new)))
}

/// Where the stub's file is still named in text that nothing runs.
pub(super) fn mentions(tree: &Tree, folder: Option<&RelPath>, own: &RelPath) -> Vec<Note> {
    let below = folder.and_then(|folder| own.below(folder)).unwrap_or_else(|| own.clone());
    let mut notes = Vec::new();
    for (path, entry) in tree.iter() {
        let is_inside = folder.is_none_or(|folder| path.starts_with(folder));
        let is_prose = matches!(path.extension(), "md" | "rst" | "txt");
        let Some(text) = entry.text().filter(|_| is_inside && is_prose) else { continue };
        let lines = text.lines().enumerate();
        let mut found = lines
            .filter(|(_, line)| FILE.captures_iter(line).any(|found| found[3] == *below.as_str()));
        if let Some((line, _)) = found.next() {
            let message = format!("still names {below}, in {} line(s)", 1 + found.count());
            notes.push(Note::new(path, line + 1, message));
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in [&IMPORT_STRING, &DASH_M, &FILE] {
            assert!(pattern.captures_len() > 1);
        }
    }
}
