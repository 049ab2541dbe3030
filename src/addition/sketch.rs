//! A sketch and the Python file that shall hold what it shows.
//!
//! A sketch is Python in which `...` stands for what a body has already: a function, class or
//! `with` whose body has it must be there and gets the rest, everything else is a definition or a
//! statement that is added unless it is there word for word. What is there in other words is a
//! [`Conflict`]. Edits are byte ranges: comments, blank lines and style of the file stay.

use std::collections::BTreeSet;
use std::ops::Range;

use super::conflict::Conflict;
use super::imports::{self, Home};
use crate::change::{Edit, apply_edits};
use crate::operation::text::LineEnding;
use crate::python::{Facts, Module, Part, PartKind, Parts, Resolution};

/// The text with what the sketch shows; the same text when it has all of it.
///
/// What the sketch imports from the service's own package is what it is about.
///
/// # Errors
///
/// Everything that stands in the way.
pub(super) fn merge(text: &str, sketch: &str, home: Home<'_>) -> Result<String, Vec<Conflict>> {
    let one = |conflict: Conflict| vec![conflict];
    let there = Parts::parse(text).map_err(|error| {
        let line = line_of(text, error.range.start);
        one(Conflict::new(line, format!("it cannot be parsed: {}", error.message), "mend it first"))
    })?;
    let shown = Parts::parse(sketch).map_err(|error| {
        one(Conflict::new(0, format!("the template is no Python: {}", error.message), "report it"))
    })?;
    let about = imports::names_from(sketch, home.package);
    let mut merger =
        Merger { there: &there, shown: &shown, about, edits: vec![], conflicts: vec![] };
    let module = Body { parts: &there.body, kind: BodyKind::Module, line: 1 };
    merger.body(&module, &shown.body);
    if !merger.conflicts.is_empty() {
        return Err(merger.conflicts);
    }
    let merged = apply_edits(text, &merger.edits)
        .map_err(|error| one(Conflict::new(0, error.to_string(), "report it")))?;
    let merged = imports::ensure(&merged, sketch, home)?;
    check_names(text, &merged).map_err(one)?;
    Ok(merged)
}

/// The 1-based line of an offset.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count()
}

/// Whose body is added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BodyKind {
    Module,
    Class,
    Function,
}

/// A body of the file.
struct Body<'a> {
    parts: &'a [Part],
    kind: BodyKind,
    line: usize,
}

struct Merger<'a> {
    there: &'a Parts,
    shown: &'a Parts,
    /// Names that the sketch takes from the service itself.
    about: BTreeSet<String>,
    edits: Vec<Edit>,
    conflicts: Vec<Conflict>,
}

impl<'a> Merger<'a> {
    fn body(&mut self, body: &Body<'a>, shown: &[Part]) {
        let ellipsis = shown.iter().position(|part| part.kind == PartKind::Ellipsis);
        for (index, part) in shown.iter().enumerate() {
            let is_head = ellipsis.is_some_and(|ellipsis| index < ellipsis);
            match &part.kind {
                PartKind::Import | PartKind::Ellipsis => {}
                PartKind::Docstring if index == 0 => {}
                _ if holds_ellipsis(part) => self.container(body, part),
                _ => {
                    if !self.is_there(body, part) {
                        let before = index.checked_sub(1).map(|before| &shown[before]);
                        self.insert(body, part, (before, is_head));
                    }
                }
            }
        }
    }

    /// Adds to the body of what has to be there.
    fn container(&mut self, body: &Body<'a>, part: &Part) {
        let found = body.parts.iter().find(|there| match (&there.kind, &part.kind) {
            (PartKind::With, PartKind::With) => self.there.header(there) == self.shown.header(part),
            (there, shown) => there == shown,
        });
        let Some(found) = found else {
            let message = format!("there is no {} to add to", self.named(part));
            let advice = "add it, or write what `--dry-run` shows for other services by hand";
            self.conflicts.push(Conflict::new(body.line, message, advice));
            return;
        };
        let kind = match part.kind {
            PartKind::Class(_) => BodyKind::Class,
            _ => BodyKind::Function,
        };
        let line = line_of(self.there.text(), found.range.start);
        self.body(&Body { parts: &found.body, kind, line }, &part.body);
    }

    /// Whether a body has a statement; in other words is a conflict, and counts as there.
    fn is_there(&mut self, body: &Body<'_>, part: &Part) -> bool {
        let wanted = self.shown.tokens(&part.range);
        let same = |there: &&Part| self.there.tokens(&there.range) == wanted;
        if body.parts.iter().any(|there| same(&there)) {
            return true;
        }
        let Some(other) = body.parts.iter().find(|there| self.is_rival(there, part)) else {
            return false;
        };
        let line = line_of(self.there.text(), other.range.start);
        let message = format!("{} is there and differs from what would be added", self.named(part));
        self.conflicts.push(Conflict::new(
            line,
            message,
            "rename or remove it, or use another name",
        ));
        true
    }

    /// Whether a statement of the file is about the same as one of the sketch.
    fn is_rival(&self, there: &Part, shown: &Part) -> bool {
        match (&there.kind, &shown.kind) {
            (PartKind::Function(one) | PartKind::Class(one), other) => match other {
                PartKind::Function(other) | PartKind::Class(other) => one == other,
                _ => false,
            },
            (PartKind::Assignment(one), PartKind::Assignment(other)) => {
                self.there.tokens(one) == self.shown.tokens(other)
            }
            (PartKind::Other, PartKind::Other) => {
                let (one, other) =
                    (self.there.tokens(&there.range), self.shown.tokens(&shown.range));
                let callee = |tokens: &[&str]| tokens.iter().position(|token| *token == "(");
                let (Some(open), Some(close)) = (callee(&one), callee(&other)) else {
                    return false;
                };
                let about = |tokens: &[&str], name: &String| tokens.contains(&name.as_str());
                one[..open] == other[..close]
                    && self.about.iter().any(|name| about(&one, name) && about(&other, name))
            }
            _ => false,
        }
    }

    fn insert(&mut self, body: &Body<'_>, part: &Part, (before, is_head): (Option<&Part>, bool)) {
        let place = if is_head { head(body) } else { tail(body, part) };
        let text = self.there.text();
        let Some(anchor) = body.parts.get(place.unwrap_or(0)) else {
            self.edits.push(Edit::insert(text.len(), self.written(part, (before, ""))));
            return;
        };
        let column = text[..anchor.range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let indent = &text[column..anchor.range.start];
        if !indent.trim().is_empty() {
            let line = line_of(text, anchor.range.start);
            let message = "the body stands on the line of its head".to_owned();
            self.conflicts.push(Conflict::new(line, message, "put it on lines of its own"));
            return;
        }
        let end = text[anchor.range.end..].find('\n').map(|newline| anchor.range.end + newline + 1);
        let written = self.written(part, (before, indent));
        let mut written = written.replace('\n', LineEnding::of(text).as_str());
        let (at, gap) = match (place, end) {
            (None, _) => (column, ""),
            (Some(_), Some(end)) => (end, ""),
            (Some(_), None) => (text.len(), LineEnding::of(text).as_str()),
        };
        let is_first = self.edits.iter().all(|edit| edit.range.start != at);
        if body.kind == BodyKind::Module && is_definition(anchor) && is_first {
            let newline = LineEnding::of(text).as_str();
            written = format!("{}{}", newline.repeat(2), written.trim_start_matches(['\r', '\n']));
        }
        self.edits.push(Edit::insert(at, format!("{gap}{written}")));
    }

    /// A statement of the sketch with the blank lines before it, for a body with this indent.
    fn written(&self, part: &Part, (before, indent): (Option<&Part>, &str)) -> String {
        let sketch = self.shown.text();
        let start = before.map_or(part.range.start, |before| before.range.end);
        let gap = sketch[start..part.range.start].matches('\n').count().saturating_sub(1);
        let column = sketch[..part.range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let own = &sketch[column..part.range.start];
        let lines = sketch[column..part.range.end].split('\n');
        let moved = lines.map(|line| match line.strip_prefix(own) {
            Some(rest) => format!("{indent}{rest}"),
            None => line.to_owned(),
        });
        let moved: Vec<String> = moved.collect();
        format!("{}{}\n", "\n".repeat(gap), moved.join("\n"))
    }

    /// How a statement of the sketch is called in a message.
    fn named(&self, part: &Part) -> String {
        match &part.kind {
            PartKind::Function(name) => format!("function `{name}`"),
            PartKind::Class(name) => format!("class `{name}`"),
            PartKind::Assignment(target) => format!("`{}`", self.shown.tokens(target).concat()),
            _ => {
                let text = &self.shown.text()[part.range.clone()];
                format!("`{}`", text.lines().next().unwrap_or_default())
            }
        }
    }
}

fn holds_ellipsis(part: &Part) -> bool {
    part.body.len() > 1 && part.body.iter().any(|inner| inner.kind == PartKind::Ellipsis)
}

/// The part after which something is put first: the docstring, if there is one.
fn head(body: &Body<'_>) -> Option<usize> {
    let first = body.parts.first()?;
    (first.kind == PartKind::Docstring).then_some(0)
}

fn is_definition(part: &Part) -> bool {
    matches!(part.kind, PartKind::Function(_) | PartKind::Class(_))
}

/// The part after which something is put last.
fn tail(body: &Body<'_>, part: &Part) -> Option<usize> {
    let last = body.parts.len().checked_sub(1)?;
    let leaves = matches!(body.parts[last].kind, PartKind::Leaving | PartKind::MainGuard);
    match body.kind {
        BodyKind::Class if !is_definition(part) => {
            let first = body.parts.iter().position(is_definition).unwrap_or(last + 1);
            first.checked_sub(1)
        }
        BodyKind::Module | BodyKind::Function if leaves => last.checked_sub(1),
        _ => Some(last),
    }
}

/// Fails when a name is used that nothing binds, and that was not so before.
pub(super) fn check_names(before: &str, after: &str) -> Result<(), Conflict> {
    let unbound = |text: &str| -> Option<Vec<(String, Range<usize>)>> {
        let module = Module::parse(text.as_bytes()).ok()?;
        Some(unbound_names(&module.facts))
    };
    let known: BTreeSet<String> =
        unbound(before).into_iter().flatten().map(|(name, _)| name).collect();
    let new = unbound(after).into_iter().flatten().find(|(name, _)| !known.contains(name));
    match new {
        None => Ok(()),
        Some((name, range)) => {
            let message = format!(
                "what would be added in line {} needs the name `{name}`",
                line_of(after, range.start)
            );
            Err(Conflict::new(0, message, "give that name back to what it stood for"))
        }
    }
}

fn unbound_names(facts: &Facts) -> Vec<(String, Range<usize>)> {
    let unbound = facts.references.iter().filter(|found| found.resolution == Resolution::Unbound);
    unbound.map(|found| (found.name.clone(), found.range.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: Home<'_> = Home { package: "shop", prefix: "vertice" };
    const FILE: &str = "\
from shop.a import A


class Resources:
    \"\"\"Holds.\"\"\"

    x: int = 1  # first

    def one(self):
        return 1


def create_app(app):
    app.include_router(A)  # ours
    return app


app = create_app(A)
";

    fn merged(sketch: &str) -> Result<String, String> {
        merge(FILE, sketch, SHOP).map_err(|conflicts| {
            let texts = conflicts.iter().map(|one| format!("{}: {}", one.line, one.message));
            texts.collect::<Vec<_>>().join("\n")
        })
    }

    #[test]
    fn each_part_goes_where_the_sketch_shows_it_and_only_once() {
        let sketch = "from shop.b import B\n\n\nclass Resources:\n    ...\n\n    y: int = 2\n\n    \
            def two(self):\n        return B\n\n\ndef create_app(app):\n    ...\n    \
            app.include_router(B)\n";

        let once = merged(sketch).unwrap();

        assert!(once.starts_with("from shop.a import A\nfrom shop.b import B\n\n\n"), "{once}");
        assert!(once.contains("x: int = 1  # first\n\n    y: int = 2\n\n    def one"), "{once}");
        assert!(once.contains("        return 1\n\n    def two(self):\n        return B\n\n\n"));
        assert!(once.contains("(A)  # ours\n    app.include_router(B)\n    return app"), "{once}");
        assert_eq!(merge(&once, sketch, SHOP).unwrap(), once);
    }

    #[test]
    fn what_is_there_in_other_words_is_in_the_way() {
        let cases = [
            (
                "class Resources:\n    ...\n\n    def one(self):\n        return 2\n",
                "9: function `one`",
            ),
            ("class Resources:\n    ...\n    x: int = 3\n", "7: `x` is there"),
            ("class Other:\n    ...\n    x: int = 3\n", "1: there is no class `Other`"),
            (
                "from shop.a import A\n\ndef create_app(app):\n    ...\n    \
                 app.include_router(A, 1)\n",
                "14: `app.include_router(A, 1)` is there",
            ),
            ("def create_app(app):\n    ...\n    app.x = y\n", "0: what would be added in line 15"),
        ];

        for (sketch, expected) in cases {
            let found = merged(sketch).unwrap_err();
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn statements_before_the_dots_come_first() {
        let found =
            merged("def create_app(app):\n    app.first()\n    ...\n    app.last()\n").unwrap();

        assert!(found.contains("(app):\n    app.first()\n    app.include"), "{found}");
        assert!(found.contains("# ours\n    app.last()\n    return"), "{found}");
    }
}
