//! Reading Dockerfiles, tolerantly, with the place of every word.
//!
//! An own line scanner: continuations, comments between them, here-documents, the escape
//! directive, both command forms, stages that build on each other. What it does not
//! understand it passes over; it never changes a text.

use std::collections::BTreeMap;

use super::words::{Source, Word, exec_words, expand, shell_words};
use super::yaml::LineStarts;

/// A Dockerfile as its instructions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    instructions: Vec<Instruction>,
    lines: LineStarts,
}

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// `FROM`, `CMD` …, in upper case.
    pub keyword: String,
    /// What follows, continuations joined.
    pub arguments: Source,
    /// Line of the keyword, from 1.
    pub line: usize,
}

/// A command in a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerCommand {
    /// Its words, variables of the image expanded.
    pub words: Vec<Word>,
    /// Line, from 1.
    pub line: usize,
}

/// A port written somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortAt {
    /// The port.
    pub port: u16,
    /// Its digits in the file.
    pub range: std::ops::Range<usize>,
    /// Line, from 1.
    pub line: usize,
}

/// Files copied into the image from the build context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyInto {
    /// Paths in the context.
    pub sources: Vec<String>,
    /// Absolute path in the image.
    pub destination: String,
    /// Whether the sources are put into the destination folder.
    pub into_folder: bool,
}

impl Dockerfile {
    /// Reads a text; lines that are no instruction are passed over.
    pub fn parse(text: &str) -> Self {
        let lines = LineStarts::new(text);
        let escape = escape_character(text);
        let mut instructions = Vec::new();
        let mut offset = 0;
        while offset < text.len() {
            let (logical, next) = logical_line(text, offset, escape);
            offset = next;
            let Some(instruction) = instruction(&logical, &lines) else {
                continue;
            };
            offset = skip_here_documents(text, &instruction, offset);
            instructions.push(instruction);
        }
        Self { instructions, lines }
    }

    /// Every instruction, in the order of the file.
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// What starts in a container of the last stage: `ENTRYPOINT` with `CMD` as arguments.
    pub fn start_command(&self) -> Option<DockerCommand> {
        let stage = self.last_stage();
        let last = |keyword: &str| stage.iter().rfind(|found| found.keyword == keyword).copied();
        let command = last("CMD").map(|found| self.command(found));
        let Some(entrypoint) = last("ENTRYPOINT") else {
            return command;
        };
        let is_exec = exec_words(&entrypoint.arguments).is_some();
        let mut result = self.command(entrypoint);
        let overridden = last("CMD").is_some_and(|found| found.line < entrypoint.line && !is_exec);
        if let Some(command) = command.filter(|_| is_exec && !overridden) {
            result.words.extend(command.words);
        }
        Some(result)
    }

    /// The ports of `EXPOSE`.
    pub fn exposed_ports(&self) -> Vec<PortAt> {
        let variables = self.environment();
        let exposes = self.last_stage().into_iter().filter(|found| found.keyword == "EXPOSE");
        let ports = exposes.flat_map(|found| {
            let words = shell_words(&found.arguments);
            let variables = &variables;
            words.into_iter().filter_map(move |word| {
                let text = expand(&word.text, variables);
                let port = text.split('/').next()?.parse().ok()?;
                let digits =
                    word.range.start..word.range.start + port_digits(port).min(word.text.len());
                Some(PortAt { port, range: digits, line: found.line })
            })
        });
        ports.collect()
    }

    /// The command of the last `HEALTHCHECK`; `None` also for `HEALTHCHECK NONE`.
    pub fn healthcheck(&self) -> Option<DockerCommand> {
        let stage = self.last_stage();
        let found = stage.into_iter().rfind(|found| found.keyword == "HEALTHCHECK")?;
        let text = found.arguments.text();
        let start = text.find("CMD")?;
        let index = text[..start].chars().count() + "CMD".len();
        let arguments = found.arguments.skip(index);
        let words = exec_words(&arguments).unwrap_or_else(|| shell_words(&arguments));
        let first = words.first()?.range.start;
        let line = self.lines.line(first);
        Some(DockerCommand { words, line })
    }

    /// `ENV` and `ARG` defaults of the last stage.
    pub fn environment(&self) -> BTreeMap<String, String> {
        let mut variables = BTreeMap::new();
        for found in self.last_stage() {
            if !matches!(found.keyword.as_str(), "ENV" | "ARG") {
                continue;
            }
            let words = shell_words(&found.arguments);
            let mut pairs: Vec<_> =
                words.iter().filter_map(|word| word.text.split_once('=')).collect();
            if pairs.len() < words.len() && found.keyword == "ENV" && words.len() == 2 {
                pairs = vec![(words[0].text.as_str(), words[1].text.as_str())];
            }
            for (name, value) in pairs {
                let value = expand(value, &variables);
                variables.insert(name.to_owned(), value);
            }
        }
        variables
    }

    /// The working folder of the last stage, absolute.
    pub fn workdir(&self) -> String {
        let mut folder = String::from("/");
        for found in self.last_stage() {
            if found.keyword == "WORKDIR" {
                let text = expand(found.arguments.text().trim(), &self.environment());
                folder = join(&folder, text.trim_matches('"'));
            }
        }
        folder
    }

    /// What the last stage copies from the build context, in order.
    pub fn copies(&self) -> Vec<CopyInto> {
        let mut folder = String::from("/");
        let mut copies = Vec::new();
        let variables = self.environment();
        for found in self.last_stage() {
            match found.keyword.as_str() {
                "WORKDIR" => {
                    let text = expand(found.arguments.text().trim(), &variables);
                    folder = join(&folder, text.trim_matches('"'));
                }
                "COPY" | "ADD" => copies.extend(copy_into(found, &folder, &variables)),
                _ => {}
            }
        }
        copies
    }

    fn command(&self, found: &Instruction) -> DockerCommand {
        let variables = self.environment();
        let exec = exec_words(&found.arguments);
        let mut words = exec.unwrap_or_else(|| shell_words(&found.arguments));
        for word in &mut words {
            word.text = expand(&word.text, &variables);
        }
        DockerCommand { words, line: found.line }
    }

    /// The instructions of the last stage, after those of the stages it builds on.
    fn last_stage(&self) -> Vec<&Instruction> {
        let starts: Vec<usize> = self
            .instructions
            .iter()
            .enumerate()
            .filter(|(_, found)| found.keyword == "FROM")
            .map(|(index, _)| index)
            .collect();
        let Some(mut stage) = starts.len().checked_sub(1) else {
            return self.instructions.iter().collect();
        };
        let mut parts = Vec::new();
        loop {
            let end = starts.get(stage + 1).copied().unwrap_or(self.instructions.len());
            parts.push(&self.instructions[starts[stage]..end]);
            let base = stage_names(&self.instructions[starts[stage]]).0;
            let earlier = starts[..stage].iter().rposition(|start| {
                stage_names(&self.instructions[*start]).1 == base && base.is_some()
            });
            match earlier {
                Some(earlier) => stage = earlier,
                None => break,
            }
        }
        parts.into_iter().rev().flatten().collect()
    }
}

/// The base image and the name of a stage, in lower case.
fn stage_names(from: &Instruction) -> (Option<String>, Option<String>) {
    let words = shell_words(&from.arguments);
    let mut words = words.iter().filter(|word| !word.text.starts_with("--"));
    let base = words.next().map(|word| word.text.to_ascii_lowercase());
    let named = words.next().is_some_and(|word| word.text.eq_ignore_ascii_case("as"));
    let name = words.next().filter(|_| named);
    (base, name.map(|word| word.text.to_ascii_lowercase()))
}

fn copy_into(
    found: &Instruction,
    workdir: &str,
    variables: &BTreeMap<String, String>,
) -> Option<CopyInto> {
    let flags = found.arguments.text();
    if flags.split_whitespace().any(|word| word.starts_with("--from")) {
        return None;
    }
    let index =
        flags.find('[').filter(|at| flags[..*at].split_whitespace().all(|w| w.starts_with("--")));
    let exec = index.and_then(|at| exec_words(&found.arguments.skip(flags[..at].chars().count())));
    let words = exec.unwrap_or_else(|| shell_words(&found.arguments));
    let texts = words.iter().filter(|word| !word.text.starts_with("--"));
    let mut paths: Vec<String> = texts.map(|word| expand(&word.text, variables)).collect();
    let destination = paths.pop()?;
    if paths.is_empty() {
        return None;
    }
    Some(CopyInto {
        into_folder: destination.ends_with('/') || destination.ends_with('.') || paths.len() > 1,
        destination: join(workdir, &destination),
        sources: paths,
    })
}

/// Joins container paths, removing dots.
pub(super) fn join(folder: &str, path: &str) -> String {
    let full = if path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in full.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    format!("/{}", parts.join("/"))
}

fn port_digits(port: u16) -> usize {
    port.to_string().len()
}

/// `# escape=` on one of the first lines.
fn escape_character(text: &str) -> char {
    let directives = text.lines().take_while(|line| line.trim_start().starts_with('#'));
    let mut values = directives.filter_map(|line| {
        let (name, value) = line.trim_start().trim_start_matches('#').split_once('=')?;
        let is_escape = name.trim().eq_ignore_ascii_case("escape");
        value.trim().chars().next().filter(|_| is_escape)
    });
    values.next().unwrap_or('\\')
}

/// The logical line that starts at `offset`, and where the next one starts.
fn logical_line(text: &str, offset: usize, escape: char) -> (Source, usize) {
    let mut source = Source::default();
    let mut at = offset;
    loop {
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length + 1);
        let line = text[at..end].trim_end_matches(['\r', '\n']);
        let is_comment = line.trim_start().starts_with('#');
        let is_blank = line.trim().is_empty();
        let first = at == offset;
        if is_comment && !first || is_blank && !first && end < text.len() {
            at = end;
            continue;
        }
        let trimmed = line.trim_end();
        let continued = trimmed.ends_with(escape) && !(first && is_comment);
        let kept = if continued { &trimmed[..trimmed.len() - escape.len_utf8()] } else { line };
        source.0.extend(Source::new(kept, at).0);
        at = end;
        if !continued || at >= text.len() {
            return (source, at);
        }
    }
}

fn instruction(logical: &Source, lines: &LineStarts) -> Option<Instruction> {
    let start = logical.0.iter().position(|(_, character)| !character.is_whitespace())?;
    let rest = logical.skip(start);
    let length = rest.0.iter().position(|(_, c)| c.is_whitespace()).unwrap_or(rest.0.len());
    let keyword: String = rest.0[..length].iter().map(|(_, c)| c.to_ascii_uppercase()).collect();
    if keyword.starts_with('#') || !keyword.chars().all(|c| c.is_ascii_uppercase()) {
        return None;
    }
    let arguments = rest.skip(length);
    let blank = arguments.0.iter().take_while(|(_, c)| c.is_whitespace()).count();
    Some(Instruction { keyword, line: lines.line(rest.0[0].0), arguments: arguments.skip(blank) })
}

/// Where the text goes on behind the here-documents that an instruction opens.
fn skip_here_documents(text: &str, found: &Instruction, mut offset: usize) -> usize {
    if !matches!(found.keyword.as_str(), "RUN" | "COPY" | "ADD") {
        return offset;
    }
    let arguments = found.arguments.text();
    for (at, _) in arguments.match_indices("<<") {
        let tag = arguments[at + 2..].trim_start_matches('-');
        let tag: String = tag
            .trim_start_matches(['"', '\''])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        if tag.is_empty() {
            continue;
        }
        let mut at = offset;
        for line in text[offset..].split_inclusive('\n') {
            at += line.len();
            if line.trim() == tag {
                offset = at;
                break;
            }
        }
    }
    offset
}

#[cfg(test)]
mod tests;
