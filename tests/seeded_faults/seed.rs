//! Applying a fault: the trees with exactly one thing wrong.

use std::ops::Range;

use regex::{Captures, Regex};
use scaffold::change::RelPath;
use scaffold::python::{Moment, PythonService};
use scaffold::workspace::Tree;

use crate::faults::{Edit, Fault, Only, Place};
use crate::migrated::Migrated;

/// How often one fault is seeded in one file at most.
const PER_FILE: usize = 2;

/// The layers, innermost first.
const LAYERS: [&str; 4] = ["domain", "application", "infrastructure", "presentation"];

/// One seeded fault.
pub(crate) struct Seeded {
    /// The file that it is in.
    pub(crate) path: RelPath,
    /// The whole tree with it.
    pub(crate) tree: Tree,
}

impl Fault {
    /// The service with this fault at each place where it applies, at most `limit` of them.
    pub(crate) fn seed(&self, service: &Migrated, limit: usize) -> Vec<Seeded> {
        let mut seeded = match self.edit {
            Edit::ImportBack => import_back(service),
            Edit::ImportOutward => import_outward(service),
            _ => self.by_pattern(service, limit),
        };
        seeded.truncate(limit);
        seeded
    }

    fn by_pattern(&self, service: &Migrated, limit: usize) -> Vec<Seeded> {
        let pattern = self.pattern.replace("{package}", &service.package);
        let pattern = Regex::new(&pattern).unwrap();
        let mut seeded = Vec::new();
        for path in service.files(self.place) {
            let Some(text) = service.after.text(&path) else { continue };
            let matches =
                pattern.captures_iter(text).filter(|found| self.counts(service, text, found));
            for found in matches.take(PER_FILE) {
                seeded.extend(self.apply(service, &path, text, &found));
                if seeded.len() >= limit {
                    return seeded;
                }
            }
        }
        seeded
    }

    fn counts(&self, service: &Migrated, text: &str, found: &Captures<'_>) -> bool {
        let last = found.iter().flatten().last().map_or("", |group| group.as_str());
        match self.only {
            Only::Any => true,
            Only::Used => {
                let word = Regex::new(&format!(r"\b{last}\b")).unwrap();
                word.find_iter(text).count() > 1 && !text.contains("import *")
            }
            Only::Served => service.serves(last),
            Only::Answered => service.answers(last),
            Only::Wrapped => service.wraps(),
            Only::Started => service.starts(),
        }
    }

    fn apply(
        &self,
        service: &Migrated,
        path: &RelPath,
        text: &str,
        found: &Captures<'_>,
    ) -> Option<Seeded> {
        let all = found.get(0)?.range();
        let mut tree = service.after.clone();
        let entry = tree.get(path)?.clone();
        let new = match self.edit {
            Edit::RemoveFile | Edit::MoveFile => {
                tree.remove(path);
                if matches!(self.edit, Edit::MoveFile) {
                    let elsewhere = path.parent()?.join("elsewhere").ok()?;
                    tree.set(elsewhere.join(path.name()).ok()?, entry);
                }
                return Some(Seeded { path: path.clone(), tree });
            }
            Edit::Replace(with) => {
                let mut new = String::new();
                found.expand(with, &mut new);
                format!("{}{new}{}", &text[..all.start], &text[all.end..])
            }
            Edit::Append(lines) => format!("{text}{}", lines.replace("{app}", &service.app_name)),
            Edit::Body(line) => with_line(text, all.end, line),
            Edit::DropBlock => {
                let gone = block(text, all.start);
                format!("{}{}", &text[..gone.start], &text[gone.end..])
            }
            Edit::SwapBlocks => swapped(text, all.start)?,
            Edit::ImportBack | Edit::ImportOutward => return None,
        };
        if new == text {
            return None;
        }
        tree.set(path.clone(), entry.with_bytes(new));
        Some(Seeded { path: path.clone(), tree })
    }
}

impl Migrated {
    /// The files of a place, sorted.
    fn files(&self, place: Place) -> Vec<RelPath> {
        let service = self.subject.service();
        let below = self.after.below(service).map(|(path, _)| path);
        let kept = below.filter(|path| {
            let Some(inner) = path.below(service) else { return false };
            let name = path.name();
            let is_python = path.extension() == "py";
            let is_test = is_python && (name.starts_with("test_") || name.ends_with("_test.py"));
            let is_code = is_python && !is_test && inner.as_str().starts_with("src/");
            match place {
                Place::Code => is_code,
                Place::Loaded => is_code && self.loaded.contains(*path),
                Place::Entry => self.entry.as_ref() == Some(*path),
                Place::Tests => is_test,
                Place::Data => {
                    matches!(path.extension(), "csv" | "json" | "html" | "sql" | "j2" | "css")
                }
                Place::Image => name == "Dockerfile",
            }
        });
        kept.cloned().collect()
    }
}

/// For each pair of modules of which one imports the other: the same import the other way round.
fn import_back(service: &Migrated) -> Vec<Seeded> {
    let python = &service.python;
    let mut seeded = Vec::new();
    let is_moved = |index: usize| python.below(index).starts_with("src/");
    for (index, record) in python.modules().iter().enumerate().filter(|(at, _)| is_moved(*at)) {
        let Some(module) = record.module() else { continue };
        let loading = module.facts.imports.iter().filter(|import| import.moment == Moment::Import);
        let mut imported: Vec<usize> =
            loading.flat_map(|import| python.imported_by(index, import)).collect();
        imported.retain(|other| {
            *other != index && is_moved(*other) && !python.modules()[*other].is_package()
        });
        imported.dedup();
        for other in imported.into_iter().take(1) {
            seeded.extend(with_import(service, python, other, index));
        }
    }
    seeded
}

/// For each module of an inner layer: an import of some module of an outer one.
fn import_outward(service: &Migrated) -> Vec<Seeded> {
    let python = &service.python;
    let layer = |index: usize| {
        let below = python.below(index).strip_prefix("src/")?;
        let folder = below.split('/').nth(1)?;
        LAYERS.iter().position(|layer| *layer == folder)
    };
    let modules = || {
        let all = 0..python.modules().len();
        all.filter(|index| !python.modules()[*index].is_package())
    };
    let mut seeded = Vec::new();
    for inner in modules() {
        let outer = modules().find(|outer| layer(*outer) > layer(inner));
        if let (Some(outer), Some(_)) = (outer, layer(inner)) {
            seeded.extend(with_import(service, python, inner, outer));
        }
    }
    seeded
}

/// The tree in which `importer` also imports `imported`.
fn with_import(
    service: &Migrated,
    python: &PythonService,
    importer: usize,
    imported: usize,
) -> Option<Seeded> {
    let path = python.modules()[importer].path.clone();
    let text = service.after.text(&path)?;
    let name = python
        .names_of(imported)
        .into_iter()
        .find(|name| name.split('.').next() == Some(service.package.as_str()))?;
    let mut tree = service.after.clone();
    let entry = tree.get(&path)?.with_bytes(format!("{text}\nimport {name}\n"));
    tree.set(path.clone(), entry);
    Some(Seeded { path, tree })
}

/// A line with the indentation of the one that follows, after a docstring of one line.
fn with_line(text: &str, at: usize, line: &str) -> String {
    let first = line_at(text, at);
    let indent = &first[..first.len() - first.trim_start().len()];
    format!("{}{indent}{line}\n{}", &text[..at], &text[at..])
}

fn swapped(text: &str, at: usize) -> Option<String> {
    let first = block(text, at);
    let second = block(text, first.end);
    let follows = second.start == first.end && text[second.clone()].trim_start().starts_with('@');
    let is_route = [".get(", ".post(", ".put(", ".delete(", ".patch("]
        .iter()
        .any(|verb| text[second.clone()].lines().next().is_some_and(|line| line.contains(verb)));
    (follows && is_route).then(|| {
        [&text[..first.start], &text[second.clone()], &text[first.clone()], &text[second.end..]]
            .concat()
    })
}

/// The lines of a definition: its decorators, its head, what is indented below, blank lines.
fn block(text: &str, inside: usize) -> Range<usize> {
    let mut start = text[..inside].rfind('\n').map_or(0, |at| at + 1);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(line_at(text, start));
    while start > 0 {
        let above = text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        let line = line_at(text, above);
        if !(indent(line) == own && line.trim_start().starts_with('@')) {
            break;
        }
        start = above;
    }
    let mut end = start;
    let mut headed = false;
    while end < text.len() {
        let line = line_at(text, end);
        let blank = line.trim().is_empty();
        let head =
            ["def ", "async def ", "class "].iter().any(|word| line.trim_start().starts_with(word));
        let goes_on = blank || indent(line) > own || line.trim_start().starts_with(')');
        if headed && !goes_on {
            break;
        }
        headed |= head && indent(line) == own;
        end += text[end..].find('\n').map_or(text.len() - end, |at| at + 1);
    }
    start..end
}

fn line_at(text: &str, start: usize) -> &str {
    text[start..].lines().next().unwrap_or_default()
}
