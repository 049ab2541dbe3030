//! Structural search and replace on the Python files of a service.
//!
//! A [`Rewrite`] is a pattern, what it becomes, and what has to be known about its holes. Only
//! tokens that differ between the two are edited; a place where that would lose a comment,
//! change the meaning of the code around it, or where a guard cannot be decided, stays as it is
//! and is listed. Imports that the result needs are added, those that it leaves unused go.

mod file;
mod guard;
mod imports;
mod site;
mod spec;

use std::collections::BTreeMap;
use std::ops::Range;

use globset::{Glob, GlobSet, GlobSetBuilder};
use memchr::memmem;

use super::Note;
use crate::change::RelPath;
use crate::python::{Answer, Match, Module, Pattern, PythonService, SyntaxTree};
use crate::workspace::Tree;
pub(crate) use file::edit_file;
use guard::{Guard, Place};
pub use imports::Import;
pub(crate) use imports::{ensure, name_for};
use site::Parentheses;
pub use spec::{ListSpec, RewriteError, RewriteSpec};

/// How often a file is rewritten: each round reaches places inside of those of the round before.
const ROUNDS: usize = 12;

/// A checked rewrite.
#[derive(Debug, Clone)]
pub struct Rewrite {
    pattern: Pattern,
    fix: Pattern,
    /// Hole, what has to be true of it, and whether that is turned around.
    guards: Vec<(String, Guard, bool)>,
    imports: Vec<Import>,
    keeps_imports: bool,
    files: GlobSet,
    except: GlobSet,
}

/// One file on its way.
struct Work<'a> {
    service: &'a mut PythonService,
    index: usize,
    path: RelPath,
    notes: Vec<Note>,
}

impl Rewrite {
    /// Rewrites the service's files; `folder` is the service's, empty for the root.
    pub fn run(
        &self,
        tree: &mut Tree,
        (folder, name): (Option<&RelPath>, &str),
    ) -> Result<Vec<Note>, RewriteError> {
        let candidates = self.candidates(tree, folder);
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        let mut service = PythonService::read(tree, folder, name);
        let mut notes = Vec::new();
        for path in candidates {
            let Some(index) = service.index_of(path.as_str()) else { continue };
            let Some(original) = service.modules()[index].module().cloned() else { continue };
            let mut work = Work { service: &mut service, index, path, notes: Vec::new() };
            let text = self.file(&mut work, &original)?;
            notes.append(&mut work.notes);
            let (Some(text), Some(entry)) = (text, tree.get(&work.path)) else { continue };
            match original.source.encode(&text) {
                Some(bytes) => {
                    let entry = entry.with_bytes(bytes);
                    tree.set(work.path, entry);
                }
                None => {
                    notes.push(Note::new(&work.path, 0, "the result does not fit its encoding"));
                }
            }
        }
        Ok(notes)
    }

    /// Lists the places where the pattern fits and its guards hold, and changes nothing.
    pub fn list(
        &self,
        tree: &Tree,
        (folder, name): (Option<&RelPath>, &str),
        message: &str,
    ) -> Vec<Note> {
        let candidates = self.candidates(tree, folder);
        if candidates.is_empty() {
            return Vec::new();
        }
        let mut service = PythonService::read(tree, folder, name);
        let mut notes = Vec::new();
        for path in candidates {
            let Some(index) = service.index_of(path.as_str()) else { continue };
            let Some(module) = service.modules()[index].module() else { continue };
            let file = module.syntax();
            let mut work = Work { service: &mut service, index, path, notes: Vec::new() };
            for place in self.wanted(&mut work, &file) {
                notes.push(Note::new(&work.path, line(&file, &place.range), message));
            }
        }
        notes
    }

    /// The files that have every name of the pattern and are asked for.
    fn candidates(&self, tree: &Tree, folder: Option<&RelPath>) -> Vec<RelPath> {
        let words = self.words();
        let wanted = |path: &RelPath| {
            let below = folder.map_or(Some(path.clone()), |folder| path.below(folder));
            below.is_some_and(|below| {
                self.files.is_match(below.as_str()) && !self.except.is_match(below.as_str())
            })
        };
        let files =
            tree.within(folder).filter(|(path, _)| path.extension() == "py" && wanted(path));
        files
            .filter(|(_, entry)| {
                let bytes = entry.bytes();
                bytes.is_some_and(|bytes| {
                    words.iter().all(|word| memmem::find(bytes, word.as_bytes()).is_some())
                })
            })
            .map(|(path, _)| path.clone())
            .collect()
    }

    /// Words without which no place can fit.
    fn words(&self) -> Vec<&str> {
        let guards = self.guards.iter().filter(|(_, _, turned)| !turned);
        let names = guards.filter_map(|(_, guard, _)| guard.word());
        self.pattern.literals().into_iter().chain(names).collect()
    }

    /// The new text of one file, when it changes.
    fn file(&self, work: &mut Work<'_>, original: &Module) -> Result<Option<String>, RewriteError> {
        if !original.errors.is_empty() {
            return Ok(None);
        }
        let mut module = original.clone();
        let mut fix = None;
        for _ in 0..ROUNDS {
            let file = module.syntax();
            work.notes.clear();
            let found = self.wanted(work, &file);
            if found.is_empty() {
                return Ok(self.finished(work, original, module));
            }
            let fix: &Pattern = match &mut fix {
                Some(fix) => fix,
                empty => match imports::named(work, &self.imports, &self.fix) {
                    Ok(named) => empty.insert(named),
                    Err(reason) => {
                        list(work, &file, &found, &reason);
                        return Ok(None);
                    }
                },
            };
            let text = self.round(work, &file, &found, fix);
            let Some(text) = text.filter(|text| text != module.text()) else {
                return Ok(self.finished(work, original, module));
            };
            let Some(next) = reread(&module, &text) else {
                list(work, &file, &found, "the result cannot be read");
                return Ok(None);
            };
            work.service.replace(work.index, next.clone());
            module = next;
        }
        Err(RewriteError::Endless {
            pattern: self.pattern.written().to_owned(),
            path: work.path.clone(),
        })
    }

    /// The text of a file of which every place is rewritten; nothing when none was.
    fn finished(&self, work: &mut Work<'_>, original: &Module, module: Module) -> Option<String> {
        if module.text() == original.text() {
            return None;
        }
        if self.keeps_imports && self.imports.is_empty() {
            return Some(module.text().to_owned());
        }
        Some(imports::settle(work, (original, module), &self.imports, self.keeps_imports))
    }

    /// The places that fit and whose guards hold; those that cannot be decided are listed.
    fn wanted(&self, work: &mut Work<'_>, file: &SyntaxTree) -> Vec<Match> {
        let all = self.pattern.find_all(file);
        if all.is_empty() {
            return Vec::new();
        }
        let place = Place::new(work.service, work.index, file);
        let mut found: Vec<Match> = Vec::new();
        let mut notes = Vec::new();
        for candidate in all {
            match self.judge(&place, &candidate) {
                Ok(Answer::Yes) => found.push(candidate),
                Ok(_) => {}
                Err(reason) => {
                    notes.push(Note::new(&work.path, line(file, &candidate.range), reason));
                }
            }
        }
        work.notes.append(&mut notes);
        found.sort_by_key(|place| (place.range.start, std::cmp::Reverse(place.range.end)));
        let mut end = 0;
        found.retain(|place| {
            let is_outermost = place.range.start >= end;
            end = end.max(place.range.end);
            is_outermost
        });
        found
    }

    /// Whether all guards hold, or why that cannot be said.
    fn judge(&self, place: &Place<'_>, candidate: &Match) -> Result<Answer, String> {
        let mut undecided = None;
        for (hole, guard, turned) in &self.guards {
            let Some(capture) = candidate.captures.get(hole) else { continue };
            let answer = match &capture.range {
                Some(range) => guard.holds(place, range),
                None => Answer::No,
            };
            let own =
                guard.base().and_then(|base| place.overridden(base, &self.pattern.literals()));
            if let (Answer::Yes, false, Some(name)) = (answer, turned, own) {
                undecided = Some(format!("a class of the service has a `{name}` of its own"));
                continue;
            }
            match (answer, turned) {
                (Answer::Yes, false) | (Answer::No, true) => {}
                (Answer::No, false) | (Answer::Yes, true) => return Ok(Answer::No),
                (Answer::Unknown, _) => {
                    let text = capture.range.as_ref().map(|range| place.file.slice(range));
                    undecided = Some(guard.doubt(text.unwrap_or_default()));
                }
            }
        }
        undecided.map_or(Ok(Answer::Yes), Err)
    }

    /// Rewrites the outermost places of a file; nothing when none of them can be.
    fn round(
        &self,
        work: &mut Work<'_>,
        file: &SyntaxTree,
        found: &[Match],
        fix: &Pattern,
    ) -> Option<String> {
        let drafts = site::Drafts { file, pattern: &self.pattern, fix };
        let mut chosen: Vec<(&Match, Parentheses)> =
            found.iter().map(|place| (place, Parentheses::None)).collect();
        let wrong = drafts.wrong(&chosen);
        let mut refused = vec![false; found.len()];
        for at in wrong {
            let place = chosen[at].0;
            let works = |choice: &Parentheses| drafts.wrong(&[(place, *choice)]).is_empty();
            if let Some(choice) = Parentheses::ALL.into_iter().find(works) {
                chosen[at].1 = choice;
            } else {
                refused[at] = true;
                let reason = drafts.reason(place);
                work.notes.push(Note::new(&work.path, line(file, &place.range), reason));
            }
        }
        let mut kept = refused.iter();
        chosen.retain(|_| !kept.next().copied().unwrap_or_default());
        if chosen.is_empty() {
            return None;
        }
        if drafts.wrong(&chosen).is_empty() {
            return drafts.apply(&chosen).map(|(text, _)| text);
        }
        let reason = "the places of this file cannot be rewritten together";
        work.notes.push(Note::new(&work.path, 0, reason));
        None
    }
}

/// Lists places that stay as they are.
fn list(work: &mut Work<'_>, file: &SyntaxTree, found: &[Match], reason: &str) {
    let notes = found.iter().map(|place| Note::new(&work.path, line(file, &place.range), reason));
    work.notes.extend(notes);
}

/// The 1-based line of a range's first byte.
fn line(file: &SyntaxTree, range: &Range<usize>) -> usize {
    memchr::memchr_iter(b'\n', &file.text.as_bytes()[..range.start]).count() + 1
}

/// The module of a new text in the encoding of an old one.
fn reread(module: &Module, text: &str) -> Option<Module> {
    let next = Module::parse(&module.source.encode(text)?).ok()?;
    next.errors.is_empty().then_some(next)
}

fn globs(patterns: &[String]) -> Result<GlobSet, RewriteError> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = Glob::new(pattern).map_err(|error| RewriteError::Glob(error.to_string()))?;
        builder.add(glob);
    }
    builder.build().map_err(|error| RewriteError::Glob(error.to_string()))
}

/// What the holes of two texts have to be.
type Holes = BTreeMap<String, guard::GuardSpec>;

#[cfg(test)]
mod tests;
