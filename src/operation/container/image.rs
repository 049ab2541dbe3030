//! The Dockerfile itself: sources by their path from the root, and one more installation.

use std::sync::LazyLock;

use regex::Regex;

use super::Image;
use crate::change::{Edit, RelPath, apply_edits};
use crate::operation::text::LineEnding;
use crate::workspace::dockerfile::{Dockerfile, Instruction};
use crate::workspace::words::{Word, exec_words, shell_words};
use crate::workspace::{Folder, Tree};

/// A line and why it cannot be rewritten.
type Why = (usize, String);

/// Where the libraries lie in an image.
const LIBRARIES: &str = "/opt/libs";

static INSTALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s/])(?:pip3?(?:\.\d+)?\s+install|uv\s+pip\s+(?:install|sync))\s").ok()
});
static OLD_PYTHON: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|/)python:(?:2|3\.(?:\d|10))(?:[.\-@\s]|$)").ok());

/// The sources of an instruction that copies from the context, and its line.
fn sources(found: &Instruction) -> Option<Vec<Word>> {
    if !matches!(found.keyword.as_str(), "COPY" | "ADD") {
        return None;
    }
    let text = found.arguments.text();
    let bracket = text
        .find('[')
        .filter(|at| text[..*at].split_whitespace().all(|word| word.starts_with("--")));
    let flags = bracket.map(|at| {
        shell_words(&found.arguments)
            .into_iter()
            .filter(move |word| word.range.end <= found.arguments.range().start + at)
    });
    let exec = bracket
        .and_then(|at| exec_words(&found.arguments.skip(text[..at].chars().count())))
        .map(|words| flags.into_iter().flatten().chain(words).collect());
    let mut words: Vec<Word> = exec.unwrap_or_else(|| shell_words(&found.arguments));
    if words.iter().any(|word| word.text.starts_with("--from")) {
        return None;
    }
    words.pop();
    Some(words)
}

/// Whether a source is something else than a path of the context.
fn is_foreign(word: &Word) -> bool {
    word.text.contains("://") || word.text.contains("<<") || word.text.starts_with("git@")
}

/// A path without what only says that it begins at the context.
fn plain(source: &str) -> &str {
    let mut rest = source;
    while let Some(next) = rest.strip_prefix("./").or_else(|| rest.strip_prefix('/')) {
        rest = next;
    }
    let rest = rest.trim_end_matches('/');
    if rest == "." { "" } else { rest }
}

/// The folder that the image can be built from: all that it copies is there.
pub(super) fn context(
    tree: &Tree,
    (text, service): (&str, &RelPath),
    known: &[Folder],
) -> Result<Folder, Why> {
    let own = Folder::from(service.clone());
    let mut candidates = vec![own.clone()];
    candidates.extend(known.iter().filter(|folder| **folder != own).cloned());
    let image = Dockerfile::parse(text);
    let mut reason = (0, "nothing is copied into it".to_owned());
    for candidate in candidates {
        match missing(tree, &image, &candidate) {
            None => return Ok(candidate),
            Some(why) if reason.0 == 0 => reason = why,
            Some(_) => {}
        }
    }
    Err(reason)
}

/// The first source that the context has not.
fn missing(tree: &Tree, image: &Dockerfile, context: &Folder) -> Option<Why> {
    for found in image.instructions() {
        for word in sources(found).unwrap_or_default() {
            let is_flag = word.text.starts_with("--");
            let path = plain(&word.text);
            let is_open = path.is_empty() || path.contains(['$', '*', '?', '[']);
            if is_flag || is_foreign(&word) {
                continue;
            }
            if path.split('/').any(|part| part == "..") {
                return Some((found.line, format!("{} leaves the build context", word.text)));
            }
            let file = context.file(path);
            let is_there =
                file.is_some_and(|file| tree.get(&file).is_some() || tree.has_folder(&file));
            if !is_open && !is_there {
                return Some((found.line, format!("{} is not in the folder {context}", word.text)));
            }
        }
    }
    None
}

/// The Dockerfile for a build from the workspace's root.
pub(super) fn rewrite(tree: &Tree, image: &Image<'_>, text: &str) -> Result<String, Why> {
    let parsed = Dockerfile::parse(text);
    let base = image.context.path().map(|context| format!("{context}/")).unwrap_or_default();
    if base.contains(|letter: char| !(letter.is_ascii_alphanumeric() || "_-./".contains(letter))) {
        return Err((0, format!("{base} cannot be written in COPY without quotes")));
    }
    let mut edits = Vec::new();
    for found in parsed.instructions() {
        obstacle(found)?;
        for word in sources(found).unwrap_or_default() {
            edits.extend(rebased(text, found, &word, &base)?);
        }
    }
    let libraries: Vec<String> =
        image.packages.iter().map(|package| format!("{LIBRARIES}/{package}")).collect();
    let installed = installation(tree, image, &parsed)?;
    let command = command(text, installed, &libraries)?;
    let newline = LineEnding::of(text).as_str();
    let mut lines = vec![
        "# Built from the workspace's root, so that the shared libraries are in the image:".into(),
        format!("#   docker build -f {} .", image.path),
    ];
    let libs = &image.config.libs;
    lines.extend(
        image.packages.iter().map(|package| format!("COPY {libs}/{package} {LIBRARIES}/{package}")),
    );
    lines.push(command);
    let lines: String = lines.iter().flat_map(|line| [line.as_str(), newline]).collect();
    let end = installed.arguments.range().end;
    edits.push(match text[end..].find('\n') {
        Some(at) => Edit::insert(end + at + 1, lines),
        None => Edit::insert(text.len(), format!("{newline}{}", lines.trim_end())),
    });
    apply_edits(text, &edits).map_err(|error| (0, error.to_string()))
}

/// What depends on the context in a way that is not followed.
fn obstacle(found: &Instruction) -> Result<(), Why> {
    let text = found.arguments.text();
    let flags = text.split_whitespace().take_while(|word| word.starts_with("--"));
    let why = match found.keyword.as_str() {
        "ONBUILD" => Some("ONBUILD copies from the context of another image"),
        "RUN" => flags
            .filter_map(|flag| flag.strip_prefix("--mount="))
            .any(|mount| {
                let is_bind = mount.contains("type=bind") || !mount.contains("type=");
                is_bind && !mount.contains("from=")
            })
            .then_some("RUN mounts the context"),
        "COPY" | "ADD" => flags
            .into_iter()
            .any(|flag| flag.starts_with("--parents") || flag.starts_with("--exclude"))
            .then_some("its paths are written from the context on"),
        "FROM" if OLD_PYTHON.as_ref().is_some_and(|old| old.is_match(&text)) => {
            Some("the libraries need Python 3.11")
        }
        _ => None,
    };
    why.map_or(Ok(()), |why| Err((found.line, why.to_owned())))
}

fn rebased(text: &str, found: &Instruction, word: &Word, base: &str) -> Result<Option<Edit>, Why> {
    if word.text.starts_with("--") || is_foreign(word) || base.is_empty() {
        return Ok(None);
    }
    if found.keyword == "ADD" && word.text.starts_with('$') {
        return Err((found.line, format!("{} may be an address", word.text)));
    }
    let quote = usize::from(text[word.range.start..].starts_with(['"', '\'']));
    let inner = word.range.start + quote..word.range.end - quote;
    let raw = &text[inner.clone()];
    let rest = raw.trim_start_matches("./").trim_start_matches('/');
    let rest = if rest == "." { "" } else { rest };
    Ok(Some(Edit::replace(inner, format!("{base}{rest}"))))
}

/// The instruction that installs the service's packages.
fn installation<'a>(
    tree: &Tree,
    image: &Image<'_>,
    parsed: &'a Dockerfile,
) -> Result<&'a Instruction, Why> {
    let is_one = |found: &&Instruction| {
        let text = found.arguments.text();
        let installs = INSTALL.as_ref().is_some_and(|pattern| pattern.is_match(&text));
        found.keyword == "RUN" && installs && !requirements(&text).is_empty()
    };
    let mut all = parsed.instructions().iter().filter(is_one);
    let first =
        all.next().ok_or((0, "nothing in it installs a file of requirements".to_owned()))?;
    if let Some(second) = all.next() {
        return Err((second.line, "it installs requirements at two places".to_owned()));
    }
    for file in requirements(&first.arguments.text()) {
        let name = file.rsplit('/').next().unwrap_or(&file).to_owned();
        let path = image.service.join(&name).ok();
        let has_hashes =
            path.and_then(|path| tree.text(&path)).is_some_and(|text| text.contains("--hash="));
        if has_hashes {
            return Err((first.line, format!("{name} has hashes, which folders have not")));
        }
    }
    Ok(first)
}

/// The files of requirements that an image installs.
pub(super) fn requirement_files(text: &str) -> Vec<String> {
    let image = Dockerfile::parse(text);
    let runs = image.instructions().iter().filter(|found| found.keyword == "RUN");
    runs.flat_map(|found| requirements(&found.arguments.text())).collect()
}

static FILES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:\s-r\s*|\s--requirement[\s=]|\bsync\s+(?:-\S+\s+)*)([\w./-]+\.(?:txt|lock|in))")
        .ok()
});

fn requirements(command: &str) -> Vec<String> {
    let Some(pattern) = FILES.as_ref() else { return Vec::new() };
    pattern.captures_iter(command).map(|found| found[1].to_owned()).collect()
}

/// The same installation once more, of the libraries as well, so that both are resolved together.
fn command(text: &str, found: &Instruction, libraries: &[String]) -> Result<String, Why> {
    let refuse = |why: &str| Err((found.line, why.to_owned()));
    let words = shell_words(&found.arguments);
    let flags = words.iter().take_while(|word| word.text.starts_with("--")).count();
    let (flags, words) = words.split_at(flags);
    if exec_words(&found.arguments).is_some() || found.arguments.text().contains("<<") {
        return refuse("its installation is no plain command line");
    }
    let raw = |words: &[Word]| {
        words.iter().map(|word| &text[word.range.clone()]).collect::<Vec<_>>().join(" ")
    };
    let mut before = Vec::new();
    let mut install = None;
    for segment in words.split_inclusive(|word| word.operator) {
        let (segment, operator) = match segment.split_last() {
            Some((last, rest)) if last.operator => (rest, last.text.as_str()),
            _ => (segment, ""),
        };
        let line = raw(segment);
        let first = segment.first().map_or("", |word| word.text.as_str());
        if install.is_some() && first == "rm" && line.contains("requirements") {
            return refuse("it removes the requirements after their installation");
        }
        let is_install = !requirements(&line).is_empty();
        if !matches!(operator, "" | "&&" | ";") && (is_install || install.is_none()) {
            return refuse("its installation is no plain command line");
        }
        if is_install && install.is_some() {
            return refuse("it installs requirements twice in one command");
        } else if is_install {
            install = Some(line);
        } else if install.is_none() && matches!(first, "." | "source" | "cd" | "export") {
            before.push(line);
        }
    }
    let Some(install) = install else { return refuse("its installation cannot be found") };
    if ["--no-deps", "--require-hashes", "--dry-run", "if ", "for "]
        .iter()
        .any(|word| install.contains(word))
    {
        return refuse("its installation takes exactly what the file says");
    }
    before.push(with_libraries(&install, libraries));
    let flags = if flags.is_empty() { String::new() } else { format!("{} ", raw(flags)) };
    Ok(format!("RUN {flags}{}", before.join(" && ")))
}

/// `uv pip sync FILE` takes no more than the file: it becomes `uv pip install -r FILE …`.
fn with_libraries(install: &str, libraries: &[String]) -> String {
    let mut line = install.to_owned();
    if let Some((head, tail)) = install.split_once("uv pip sync ") {
        let words = tail.split_whitespace();
        let is_file = |word: &str| {
            !word.starts_with('-') && !requirements(&format!("sync {word}")).is_empty()
        };
        let words: Vec<String> = words
            .map(|word| if is_file(word) { format!("-r {word}") } else { word.to_owned() })
            .collect();
        line = format!("{head}uv pip install {}", words.join(" "));
    }
    if line.contains("uv pip install ") {
        // The libraries name each other as members of a workspace, which is not in the image.
        line = line.replacen("uv pip install ", "uv pip install --no-sources ", 1);
    }
    format!("{line} {}", libraries.join(" "))
}
