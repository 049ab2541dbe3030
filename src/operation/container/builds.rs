//! Who builds an image: compose files, workflows, and commands in scripts.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::{Image, Refusal};
use crate::change::{Bytes, Edit, RelPath, apply_edits};
use crate::operation::Note;
use crate::operation::text::LineEnding;
use crate::workspace::compose::{self, is_compose_file};
use crate::workspace::words::{Source, Word, shell_words};
use crate::workspace::yaml::{self, Node};
use crate::workspace::{Folder, Tree};

static COMMAND: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:docker|podman)\s+(?:image\s+|buildx\s+)?build\s").ok());

/// Options of a build that take no value.
const SWITCHES: [&str; 8] =
    ["--no-cache", "--pull", "--push", "--load", "-q", "--quiet", "--rm", "--squash"];

/// The folders from which compose files build an image.
pub(super) fn contexts(tree: &Tree, image: &RelPath) -> Vec<Folder> {
    let mut found: Vec<Folder> = Vec::new();
    for file in compose::all(tree).iter() {
        for build in file.entries.iter().filter_map(|entry| entry.build.as_ref()) {
            if build.dockerfile == *image && !found.contains(&build.context) {
                found.push(build.context.clone());
            }
        }
    }
    found
}

/// Lets every build name the root as its context; builds that never worked are listed.
pub(super) fn follow(tree: &mut Tree, image: &Image<'_>) -> Result<Vec<Note>, Refusal> {
    let mut notes = Vec::new();
    if image.context == Folder::ROOT {
        return Ok(notes);
    }
    let files: Vec<(RelPath, Arc<Bytes>)> = tree
        .iter()
        .filter(|(_, entry)| entry.text().is_some_and(builds))
        .filter_map(|(path, entry)| Some((path.clone(), entry.bytes()?.clone())))
        .collect();
    for (path, bytes) in files {
        let text = bytes.text().unwrap_or_default();
        let edits = if is_compose_file(&path) {
            compose(image, (&path, &bytes), &mut notes)?
        } else if matches!(path.extension(), "yml" | "yaml") {
            let mut edits = workflow(image, (&path, &bytes), &mut notes)?;
            edits.extend(commands(image, (&path, text))?);
            edits
        } else if is_script(&path) {
            commands(image, (&path, text))?
        } else {
            described(image, (&path, text))?;
            Vec::new()
        };
        if edits.is_empty() {
            continue;
        }
        let refuse = |why: String| (path.clone(), 0, why);
        let new = apply_edits(text, &edits).map_err(|error| refuse(error.to_string()))?;
        if matches!(path.extension(), "yml" | "yaml") {
            yaml::read(&new).map_err(|error| refuse(error.to_string()))?;
        }
        if let Some(entry) = tree.get(&path).map(|entry| entry.with_bytes(new)) {
            tree.set(path, entry);
        }
    }
    Ok(notes)
}

/// Whether a text can build an image at all.
fn builds(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"build").is_some()
}

fn is_script(path: &RelPath) -> bool {
    let is_make = path.name().eq_ignore_ascii_case("makefile") || path.name() == "justfile";
    is_make || matches!(path.extension(), "sh" | "bash" | "mk" | "py" | "ps1")
}

/// Files of other tools that build images, which are not followed.
fn described(image: &Image<'_>, (path, text): (&RelPath, &str)) -> Result<(), Refusal> {
    let name = path.name();
    let is_one = name.starts_with("docker-bake") || name.starts_with("Tiltfile");
    if is_one && (text.contains(image.service.as_str()) || path.starts_with(image.service)) {
        return Err((path.clone(), 0, "it builds the image as well".to_owned()));
    }
    Ok(())
}

fn compose(
    image: &Image<'_>,
    (path, bytes): (&RelPath, &Bytes),
    notes: &mut Vec<Note>,
) -> Result<Vec<Edit>, Refusal> {
    let text = bytes.text().unwrap_or_default();
    let Ok(root) = yaml::of(bytes) else { return Ok(Vec::new()) };
    let here = Folder::of(path);
    let up = upwards(&here);
    let mut edits = Vec::new();
    for (key, entry) in root.get("services").map_or(&[][..], Node::entries) {
        let Some(build) = entry.get("build") else { continue };
        let context = build.text().or_else(|| build.get_text("context")).unwrap_or(".");
        let Some(context) = here.folder(context) else { continue };
        let dockerfile = build.get_text("dockerfile").unwrap_or("Dockerfile");
        if context.file(dockerfile).as_ref() != Some(image.path) {
            continue;
        }
        if context != image.context {
            let name = key.text().unwrap_or_default();
            let message = format!(
                "`{name}` builds {} from the folder {context}, which has not what it copies; \
                 build it from {up}",
                image.path
            );
            notes.push(Note::new(path, build.line, message));
            continue;
        }
        if build.shared || entry.shared {
            return Err((path.clone(), build.line, "several entries share this build".to_owned()));
        }
        edits.extend(composed(text, (entry, build), (&up, image.path)));
    }
    Ok(edits)
}

/// The way from a folder up to the root.
fn upwards(folder: &Folder) -> String {
    let depth = folder.path().map_or(0, |path| path.segments().count());
    if depth == 0 { ".".to_owned() } else { vec![".."; depth].join("/") }
}

/// What stands before a place on its line, when that is blank.
fn indent(text: &str, at: usize) -> Option<&str> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    Some(&text[start..at]).filter(|before| before.trim().is_empty())
}

fn composed(text: &str, (entry, build): (&Node, &Node), (up, file): (&str, &RelPath)) -> Vec<Edit> {
    let newline = LineEnding::of(text).as_str();
    let key_of = |node: &Node, name: &str| {
        let found = node.entries().iter().find(|(key, _)| key.text() == Some(name));
        found.and_then(|(key, _)| indent(text, key.range.start)).map(str::to_owned)
    };
    if build.text().is_some() {
        let new = match key_of(entry, "build") {
            Some(deep) => {
                format!("{newline}{deep}  context: {up}{newline}{deep}  dockerfile: {file}")
            }
            None => format!("{{context: {up}, dockerfile: {file}}}"),
        };
        // The blank before the value goes as well.
        let is_block = new.starts_with(newline);
        let blank = if is_block {
            text[..build.range.start].trim_end_matches(' ').len()
        } else {
            build.range.start
        };
        return vec![Edit::replace(blank..build.range.end, new)];
    }
    let value = |name: &str| build.get(name).map(|node| node.range.clone());
    let (context, dockerfile) = (value("context"), value("dockerfile"));
    let added = match key_of(build, "context") {
        Some(deep) => format!("{newline}{deep}dockerfile: {file}"),
        None => format!(", dockerfile: {file}"),
    };
    match (context, dockerfile) {
        (Some(context), Some(dockerfile)) => {
            vec![Edit::replace(context, up), Edit::replace(dockerfile, file.as_str())]
        }
        (Some(context), None) => vec![Edit::replace(context, format!("{up}{added}"))],
        (None, Some(dockerfile)) => {
            let deep = key_of(build, "dockerfile")
                .map_or(", ".to_owned(), |deep| format!("{newline}{deep}"));
            vec![Edit::replace(dockerfile, format!("{file}{deep}context: {up}"))]
        }
        (None, None) => Vec::new(),
    }
}

/// Steps of workflows that build images.
fn workflow(
    image: &Image<'_>,
    (path, bytes): (&RelPath, &Bytes),
    notes: &mut Vec<Note>,
) -> Result<Vec<Edit>, Refusal> {
    let text = bytes.text().unwrap_or_default();
    if !text.contains("build-push-action") {
        return Ok(Vec::new());
    }
    let root = yaml::of(bytes).map_err(|error| (path.clone(), 0, error.to_string()))?;
    let mut steps = Vec::new();
    collect(&root, &mut steps);
    let runs_here = path.as_str().starts_with(".github/");
    if !runs_here && path.starts_with(image.service) && !steps.is_empty() {
        let message = format!(
            "this workflow is not run from here, and builds another context than the \
             workspace's root; name `file: {}` and `context: .` before it is",
            image.path
        );
        notes.push(Note::new(path, steps[0].line, message));
    }
    let mut edits = Vec::new();
    for step in steps.into_iter().filter(|_| runs_here) {
        let Some(context) = step.get("context") else { continue };
        let written = context.text().unwrap_or_default();
        if written.contains("${{") {
            let why = "it builds images of folders that are not written out".to_owned();
            return Err((path.clone(), context.line, why));
        }
        if Folder::ROOT.folder(written).as_ref() != Some(&image.context) {
            continue;
        }
        let file = step.get("file");
        let named = file.and_then(Node::text);
        if named.is_some_and(|name| name.trim_start_matches("./") != image.path.as_str())
            || (named.is_none() && image.context.file("Dockerfile").as_ref() != Some(image.path))
        {
            continue;
        }
        if context.shared || step.shared {
            return Err((path.clone(), context.line, "several steps share this build".to_owned()));
        }
        let key = step.entries().iter().find(|(key, _)| key.text() == Some("context"));
        let deep = key.and_then(|(key, _)| indent(text, key.range.start));
        let newline = LineEnding::of(text).as_str();
        let added = match (file, deep) {
            (Some(_), _) => String::new(),
            (None, Some(deep)) => format!("{newline}{deep}file: {}", image.path),
            (None, None) => format!(", file: {}", image.path),
        };
        edits.push(Edit::replace(context.range.clone(), format!(".{added}")));
    }
    Ok(edits)
}

/// The `with` of every step that uses the action that builds images.
fn collect<'a>(node: &'a Node, found: &mut Vec<&'a Node>) {
    let uses = node.get_text("uses").unwrap_or_default();
    if uses.starts_with("docker/build-push-action") {
        found.extend(node.get("with"));
        return;
    }
    node.entries().iter().for_each(|(_, value)| collect(value, found));
    node.items().iter().for_each(|item| collect(item, found));
}

/// `docker build …` in a script, a Makefile or a workflow.
fn commands(image: &Image<'_>, (path, text): (&RelPath, &str)) -> Result<Vec<Edit>, Refusal> {
    let mut edits = Vec::new();
    let Some(pattern) = COMMAND.as_ref() else { return Ok(edits) };
    for found in pattern.find_iter(text) {
        let line_start = text[..found.start()].rfind('\n').map_or(0, |at| at + 1);
        if text[line_start..].trim_start().starts_with('#') {
            continue;
        }
        let line = text[..found.start()].matches('\n').count() + 1;
        edits.extend(
            command(image, path, text, found.end())
                .map_err(|why| (path.clone(), line, why.to_owned()))?,
        );
    }
    Ok(edits)
}

/// The words of a command from `at` to its end, over continued lines.
fn words(text: &str, at: usize) -> Vec<Word> {
    let mut end = at;
    for line in text[at..].split_inclusive('\n') {
        end += line.len();
        if !line.trim_end().ends_with('\\') {
            break;
        }
    }
    let mut words = shell_words(&Source::new(&text[at..end], at));
    words.retain(|word| !word.text.trim().is_empty());
    let length = words.iter().position(|word| word.operator).unwrap_or(words.len());
    words.truncate(length);
    words
}

fn command(
    image: &Image<'_>,
    path: &RelPath,
    text: &str,
    at: usize,
) -> Result<Vec<Edit>, &'static str> {
    const UNKNOWN: &str = "it builds an image of a folder that cannot be read from it";
    let words = words(text, at);
    let (file, context) = arguments(&words);
    let is_inside = path.starts_with(image.service);
    let Some(context) = context else {
        return if is_inside { Err(UNKNOWN) } else { Ok(Vec::new()) };
    };
    let is_open = |word: &Word| word.text.contains(['$', '{', '`']);
    let named = file.map_or("Dockerfile", |word| word.text.as_str());
    if is_open(context) || file.is_some_and(is_open) {
        // Somebody else's image is named by a folder that is written out.
        let is_other = !is_inside && !is_open(context) && context.text != ".";
        return if is_other { Ok(Vec::new()) } else { Err(UNKNOWN) };
    }
    let is_beside = Folder::of(path) == Folder::from(image.service.clone());
    let is_make = path.name().eq_ignore_ascii_case("makefile");
    // A Makefile runs in its own folder; what lies elsewhere in the service may run anywhere.
    let here = match (is_inside, is_beside && is_make) {
        (false, _) => Folder::ROOT,
        (true, true) => Folder::of(path),
        (true, false) => return Err(UNKNOWN),
    };
    if here.folder(&context.text).as_ref() != Some(&image.context) {
        return Ok(Vec::new());
    }
    let beside = if file.is_some() { here.file(named) } else { image.context.file(named) };
    if beside.as_ref() != Some(image.path) {
        return Ok(Vec::new());
    }
    let up = upwards(&here);
    let written = match (file, here.path()) {
        (Some(_), _) => up,
        (None, None) => format!("-f {} {up}", image.path),
        (None, Some(_)) => format!("-f {} {up}", image.path.name()),
    };
    Ok(vec![Edit::replace(context.range.clone(), written)])
}

/// The Dockerfile and the context that a build names.
fn arguments(words: &[Word]) -> (Option<&Word>, Option<&Word>) {
    let (mut file, mut context) = (None, None);
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let text = word.text.as_str();
        let is_redirection = text.contains('>');
        if is_redirection {
            break;
        } else if text == "-f" || text == "--file" {
            file = rest.next();
        } else if text.starts_with('-') && !text.contains('=') && !SWITCHES.contains(&text) {
            rest.next();
        } else if !text.starts_with('-') {
            context = Some(word);
        }
    }
    (file, context)
}
