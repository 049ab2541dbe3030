//! A service's Dockerfile after its code moved below `src`: what is copied, what is started,
//! and where Python looks.

use std::collections::BTreeSet;

use super::Note;
use super::deploy::commands;
use super::names::{Names, relative};
use super::paths::is_above;
use crate::change::RelPath;
use crate::python::join;

/// Rewrites one Dockerfile; `None` when nothing in it refers to what moved.
pub(super) fn rewrite(
    names: &Names<'_>,
    path: &RelPath,
    text: &str,
    notes: &mut Vec<Note>,
) -> Option<String> {
    let mut output = String::with_capacity(text.len() + 64);
    let mut state = State::default();
    let mut above = 0;
    for instruction in instructions(text) {
        state.line = text[..above].matches('\n').count() + 1;
        above += instruction.len();
        let new = state.instruction(names, instruction);
        output.push_str(&new);
        state.stage.pass(&new, output.len());
    }
    let output = if names.gets_source { with_search_paths(output, state.stages()) } else { output };
    if let Some(line) = state.copied_single_files {
        notes.push(Note::new(path, line, "COPY of single modules became a COPY of src/"));
    }
    Some(output)
}

/// What an image starts.
#[derive(Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Start {
    /// Nothing by itself.
    #[default]
    None,
    /// Something that stays.
    Kept,
    /// Something that moved.
    Moved,
}

/// What is known while reading a Dockerfile from top to bottom.
#[derive(Default)]
struct State {
    /// The line of the instruction that is read, from 1.
    line: usize,
    copied_single_files: Option<usize>,
    /// The stages above.
    above: Vec<Stage>,
    stage: Stage,
}

/// One image of a Dockerfile, with what it has from the one that it builds on.
#[derive(Default, Clone)]
struct Stage {
    name: String,
    /// The number of the stage that it builds on.
    parent: Option<usize>,
    workdir: String,
    /// The folder of the service of which the working folder has the content, when it is not the
    /// service's own.
    here: Option<String>,
    start: Start,
    copies_code: bool,
    has_search_path: bool,
    copied: BTreeSet<String>,
    /// Where a search path can be set: behind the last `WORKDIR`, or before what is started.
    place: Option<usize>,
    end: usize,
}

impl Stage {
    /// The stage that a `FROM` begins.
    fn begin(from: &str, above: &[Self]) -> Self {
        let mut words = from.split_whitespace().skip(1).skip_while(|word| word.starts_with("--"));
        let base = words.next().unwrap_or_default();
        let name = words.nth(1).unwrap_or_default().to_owned();
        let is_base = |stage: &Self| !base.is_empty() && stage.name.eq_ignore_ascii_case(base);
        match above.iter().rposition(is_base) {
            Some(parent) => Self {
                name,
                parent: Some(parent),
                start: Start::None,
                place: None,
                ..above[parent].clone()
            },
            None => Self { name, ..Self::default() },
        }
    }

    /// Takes note of where an instruction, as it is written out, ends.
    fn pass(&mut self, instruction: &str, end: usize) {
        let keyword = instruction.split_whitespace().next().unwrap_or_default();
        if keyword.eq_ignore_ascii_case("WORKDIR") {
            self.place = Some(end);
        } else if self.place.is_none() && matches!(keyword, "CMD" | "ENTRYPOINT") {
            self.place = Some(end - instruction.len());
        }
        self.end = end;
    }

    /// Whether a destination is the working folder.
    fn is_workdir(&self, destination: &str) -> bool {
        let plain = |path: &str| path.trim_end_matches('/').to_owned();
        matches!(destination, "." | "./") || plain(destination) == plain(&self.workdir)
    }

    /// Where a file lies now that is put somewhere else than below the working folder, for itself.
    fn taken_out(&self, names: &Names<'_>, source: &str, destination: &str) -> Option<String> {
        let root = names.service.root();
        let path = RelPath::new(join(root, below(names, source))).ok()?;
        let new = names.moves.get(&path)?.as_str();
        let is_apart = destination.starts_with('/')
            && !is_above(self.workdir.trim_end_matches('/'), destination.trim_end_matches('/'))
            && !self.is_workdir(destination);
        is_apart.then(|| format!("{}{}", base(names, source), relative(root, new)))
    }

    /// An image without a start command is started by whoever runs it.
    fn needs_search_path(&self, is_last: bool) -> bool {
        match self.start {
            Start::Moved => true,
            Start::Kept => false,
            Start::None => is_last && self.copies_code,
        }
    }
}

/// Instructions with their continuation lines and line endings; comments and blank lines alone.
fn instructions(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut end = 0;
    let mut continues = false;
    for line in text.split_inclusive('\n') {
        end += line.len();
        let trimmed = line.trim();
        let is_comment = trimmed.starts_with('#');
        continues = trimmed.ends_with('\\') || (continues && (is_comment || trimmed.is_empty()));
        if is_comment && !continues {
            continues = false;
        }
        if !continues {
            found.push(&text[start..end]);
            start = end;
        }
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}

impl State {
    /// All stages, in their order.
    fn stages(&self) -> Vec<Stage> {
        self.above.iter().cloned().chain([self.stage.clone()]).collect()
    }

    fn instruction(&mut self, names: &Names<'_>, text: &str) -> String {
        let keyword = text.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        match keyword.as_str() {
            "FROM" => {
                self.above.push(std::mem::take(&mut self.stage));
                self.stage = Stage::begin(text, &self.above);
                text.to_owned()
            }
            "WORKDIR" => {
                let folder = text.split_whitespace().nth(1).unwrap_or_default();
                self.stage.workdir = match folder.strip_prefix('/') {
                    Some(_) => folder.to_owned(),
                    None => format!("{}/{folder}", self.stage.workdir),
                };
                text.to_owned()
            }
            "CMD" | "ENTRYPOINT" | "RUN" | "HEALTHCHECK" => {
                let from_here = || {
                    let here = names.seen_from(self.stage.here.clone()?);
                    commands(&here, text)
                };
                let new = commands(names, text).filter(|new| new != text).or_else(from_here);
                let new = new.unwrap_or_else(|| text.to_owned());
                let is_start = matches!(keyword.as_str(), "CMD" | "ENTRYPOINT");
                let start = if new == text { Start::Kept } else { Start::Moved };
                if is_start {
                    self.stage.start = self.stage.start.max(start);
                }
                new
            }
            "ENV" if names.gets_source && text.contains("PYTHONPATH") => self.search_path(text),
            "COPY" | "ADD" if names.gets_source => self.copy(names, text),
            _ => text.to_owned(),
        }
    }

    /// `src` comes first on a search path that the image sets already.
    fn search_path(&mut self, text: &str) -> String {
        self.stage.has_search_path = true;
        let Some(at) = text.find("PYTHONPATH") else { return text.to_owned() };
        let after = at + "PYTHONPATH".len();
        let rest = &text[after..];
        let skip = rest.find(|character: char| !"= \"'".contains(character)).unwrap_or_default();
        let (head, tail) = text.split_at(after + skip);
        let source = format!("{}/src", self.stage.workdir.trim_end_matches('/'));
        if tail.starts_with(&source) { text.to_owned() } else { format!("{head}{source}:{tail}") }
    }

    /// Modules that were copied one by one come with `src/`.
    fn copy(&mut self, names: &Names<'_>, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "\\").collect();
        let flags = words[1..].iter().take_while(|word| word.starts_with("--")).count();
        if words.iter().any(|word| word.starts_with("--from")) || words.len() < flags + 3 {
            return text.to_owned();
        }
        let sources = &words[1 + flags..words.len() - 1];
        let destination = words[words.len() - 1];
        if let [source] = sources
            && self.stage.is_workdir(destination)
        {
            let folder = join(names.service.root(), below(names, source));
            let is_own = below(names, source).trim_matches('.').is_empty();
            let is_folder = RelPath::new(&folder).is_ok_and(|path| names.tree.has_folder(&path));
            if is_own || is_folder {
                self.stage.here = Some(folder).filter(|_| !is_own);
            }
        }
        if let [source] = sources
            && let Some(new) = self.stage.taken_out(names, source, destination)
        {
            return text.replacen(source, &new, 1);
        }
        let moved: Vec<&&str> =
            sources.iter().filter(|source| moved_source(names, source)).collect();
        self.stage.copies_code |= !moved.is_empty()
            || sources.iter().any(|source| below(names, source).trim_matches('.').is_empty());
        if moved.is_empty() {
            return text.to_owned();
        }
        let stays = |source: &&&str| !moved_source(names, source) || stays_too(names, source);
        let kept: Vec<&str> = sources.iter().filter(stays).copied().collect();
        let flags = words[1..=flags].iter().flat_map(|flag| [*flag, " "]).collect::<String>();
        let newline = if text.ends_with("\r\n") { "\r\n" } else { "\n" };
        let folder = code_folder(moved[0], destination);
        let mut lines = String::new();
        if !kept.is_empty() {
            lines.push_str(&format!("COPY {flags}{} {destination}{newline}", kept.join(" ")));
        }
        if self.stage.copied.insert(folder.clone()) {
            let target = join(folder.trim_end_matches('/'), "src/");
            let target = if folder == "." { "./src/".to_owned() } else { target };
            let base = base(names, moved[0]);
            lines.push_str(&format!("COPY {flags}{base}src/ {target}{newline}"));
        }
        self.copied_single_files.get_or_insert(self.line);
        lines
    }
}

/// What stands before a path below the service, where the image is built from the root.
fn base(names: &Names<'_>, source: &str) -> String {
    let root = names.service.root();
    let rest = source.trim_start_matches("./").strip_prefix(root);
    let is_whole = !root.is_empty() && rest.is_some_and(|rest| rest.starts_with('/'));
    if is_whole { format!("{root}/") } else { String::new() }
}

/// A source by its path below the service.
fn below<'a>(names: &Names<'_>, source: &'a str) -> &'a str {
    let trimmed = source.trim_start_matches("./").trim_end_matches('/');
    let base = base(names, source);
    let rest = trimmed.strip_prefix(base.trim_end_matches('/')).unwrap_or(trimmed);
    rest.trim_start_matches('/')
}

fn moved_source(names: &Names<'_>, source: &str) -> bool {
    let trimmed = below(names, source);
    if trimmed == "*.py" {
        return true;
    }
    let path = join(names.service.root(), trimmed);
    let is_below = |from: &RelPath| {
        let rest = from.as_str().strip_prefix(path.as_str());
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let moves = || names.is_moved(&path) || names.moves.keys().any(is_below);
    !trimmed.is_empty() && trimmed != "." && moves()
}

/// Whether something of a copied source stays where it is.
fn stays_too(names: &Names<'_>, source: &str) -> bool {
    let trimmed = below(names, source);
    let Ok(path) = RelPath::new(join(names.service.root(), trimmed)) else { return true };
    if trimmed == "*.py" || names.moves.contains_key(&path) {
        return false;
    }
    let mut below = names.tree.below(&path);
    below.any(|(path, _)| !names.moves.contains_key(path))
}

/// The folder in the image that stands for the service's folder.
fn code_folder(source: &str, destination: &str) -> String {
    let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or(source);
    let trimmed = destination.trim_end_matches('/');
    match trimmed.strip_suffix(name) {
        Some(folder) if !folder.is_empty() => folder.trim_end_matches('/').to_owned(),
        Some(_) => ".".to_owned(),
        None if trimmed == "." || trimmed.is_empty() => ".".to_owned(),
        None => trimmed.to_owned(),
    }
}

/// Adds `ENV PYTHONPATH` to each image that needs it and has none from the one it builds on.
fn with_search_paths(mut text: String, mut stages: Vec<Stage>) -> String {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines = Vec::new();
    for number in 0..stages.len() {
        let inherits = stages[number].parent.is_some_and(|parent| stages[parent].has_search_path);
        let is_last = number + 1 == stages.len();
        let stage = &mut stages[number];
        stage.has_search_path |= inherits;
        if stage.needs_search_path(is_last) && !stage.has_search_path {
            stage.has_search_path = true;
            let folder = stage.workdir.trim_end_matches('/');
            let line = format!("ENV PYTHONPATH={folder}/src{newline}");
            lines.push((stage.place.unwrap_or(stage.end), line));
        }
    }
    for (at, line) in lines.into_iter().rev() {
        let is_open = !text[..at].is_empty() && !text[..at].ends_with('\n');
        text.insert_str(at, &format!("{}{line}", if is_open { newline } else { "" }));
    }
    text
}
