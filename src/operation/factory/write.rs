//! The text of a module with its factory.

use std::ops::Range;

use super::wiring::{Part, Wiring};
use crate::operation::text::LineEnding;
use crate::python::{Module, SyntaxTree};

/// What the factory can be called, the best first.
const NAMES: [&str; 2] = ["create_app", "build_app"];

/// A text in the making: lines that were kept, and where the factory goes.
struct Writer<'a> {
    module: &'a Module,
    tree: &'a SyntaxTree,
    wiring: &'a Wiring,
    newline: &'static str,
    unit: String,
}

/// Whole lines that leave their place.
struct Cut {
    lines: Range<usize>,
    /// Whether blank lines around it close up.
    is_statement: bool,
}

/// The module with what wires its application in a function, and the application made by it.
pub(super) fn rewritten(
    (module, tree): (&Module, &SyntaxTree),
    wiring: &Wiring,
) -> Result<String, String> {
    let taken = |name: &&str| {
        let bound = module.facts.bindings.iter().any(|binding| binding.name == **name);
        bound || module.facts.references.iter().any(|found| found.name == **name)
    };
    let name = NAMES.into_iter().find(|name| !taken(name));
    let name = name.ok_or("create_app and build_app mean something else here")?;
    let newline = LineEnding::of(module.text()).as_str();
    let unit = tree.indent.clone().unwrap_or_else(|| "    ".to_owned());
    let writer = Writer { module, tree, wiring, newline, unit };
    Ok(writer.text(name))
}

impl Writer<'_> {
    fn text(&self, name: &str) -> String {
        let factory = self.factory(name);
        let cuts = self.cuts();
        let end = self.place();
        let source = self.module.text();
        let mut out = String::with_capacity(source.len() + factory.len());
        let mut position = 0;
        for cut in cuts {
            out.push_str(&source[position..cut.lines.start]);
            position = cut.lines.end;
            if cut.is_statement && position < end {
                position = self.closed_up(&mut out, position);
            }
        }
        out.push_str(&source[position..end.max(position)]);
        position = end.max(position);
        let kept = content_end(&out);
        out.truncate(kept);
        if !out.is_empty() {
            out.push_str(&self.newline.repeat(2 + usize::from(!out.ends_with('\n'))));
        }
        out.push_str(&factory);
        let rest = &source[position..];
        let gap = blank_lines(rest);
        let after = &rest[gap.1..];
        if after.is_empty() {
            if !source.ends_with('\n') {
                out.truncate(out.trim_end_matches(['\r', '\n']).len());
            }
            return out;
        }
        let is_definition =
            ["def ", "async def ", "class ", "@"].iter().any(|word| after.starts_with(word));
        let wanted = if is_definition { 2 } else { gap.0.max(1) };
        out.push_str(&self.newline.repeat(wanted));
        out.push_str(after);
        out
    }

    /// Of the blank lines before and after what went, the smaller number goes with it.
    fn closed_up(&self, out: &mut String, position: usize) -> usize {
        let kept = content_end(out);
        let before = out[kept..].matches('\n').count();
        let (after, skipped) = blank_lines(&self.module.text()[position..]);
        if after >= before || kept == 0 {
            out.truncate(kept);
            return position;
        }
        position + skipped
    }

    /// Where the factory goes: behind the last statement that wires the application.
    fn place(&self) -> usize {
        let last = self.wiring.parts.last().map_or(0, |part| part.statement);
        let end = self.module.facts.statements[last].range.end;
        self.module.source.line_range(end.saturating_sub(1)).end
    }

    fn cuts(&self) -> Vec<Cut> {
        let mut cuts = Vec::new();
        for part in &self.wiring.parts {
            match &part.decorated {
                Some((_, decorators)) => cuts.extend(
                    decorators
                        .iter()
                        .map(|range| Cut { lines: self.lines(range), is_statement: false }),
                ),
                None => cuts.push(Cut { lines: self.with_remarks(part), is_statement: true }),
            }
        }
        cuts.sort_by_key(|cut| cut.lines.start);
        cuts
    }

    /// The whole lines of a range.
    fn lines(&self, range: &Range<usize>) -> Range<usize> {
        let source = &self.module.source;
        source.line_range(range.start).start..source.line_range(range.end.saturating_sub(1)).end
    }

    /// The lines of a statement with the comments above that speak of it: not those that follow
    /// the statement before without a blank line.
    fn with_remarks(&self, part: &Part) -> Range<usize> {
        let source = self.module.text();
        let own = self.lines(&self.module.facts.statements[part.statement].range);
        let (above, is_ours) = match part.statement.checked_sub(1) {
            Some(before) => {
                let range = &self.module.facts.statements[before].range;
                let moves = self
                    .wiring
                    .parts
                    .iter()
                    .any(|other| other.statement == before && other.decorated.is_none());
                (self.lines(range).end, moves)
            }
            None => (own.start, true),
        };
        let mut start = own.start;
        let mut position = above;
        let mut may_begin = is_ours;
        while position < own.start {
            let line = self.module.source.line_range(position);
            let text = source[line.clone()].trim();
            if text.is_empty() {
                may_begin = true;
            } else if may_begin {
                start = line.start;
                break;
            }
            position = line.end;
        }
        start..own.end
    }

    fn factory(&self, name: &str) -> String {
        let (unit, newline) = (&self.unit, self.newline);
        let mut text = format!(
            "def {name}() -> {}:{newline}{unit}\"\"\"Return the application with everything that \
             belongs to it.\"\"\"{newline}",
            self.wiring.class
        );
        let mut was_long = false;
        for (position, part) in self.wiring.parts.iter().enumerate() {
            let (body, begins_group) = match &part.decorated {
                Some((function, decorators)) => {
                    let calls = decorators.iter().map(|range| self.call(function, range));
                    let calls = calls.collect::<String>();
                    let is_first =
                        self.wiring.parts[position.saturating_sub(1)].decorated.is_none();
                    (calls, is_first)
                }
                None => (self.statement(part), self.stands_apart(part)),
            };
            let is_long = body.trim_end().contains('\n') && part.decorated.is_none();
            if position > 0 && (begins_group || is_long || was_long) {
                text.push_str(newline);
            }
            text.push_str(&body);
            was_long = is_long;
        }
        let app = &self.wiring.app;
        text.push_str(&format!(
            "{unit}return {app}{newline}{newline}{newline}{app} = {name}(){newline}"
        ));
        text
    }

    /// Whether a blank line stands above a statement.
    fn stands_apart(&self, part: &Part) -> bool {
        let start = self.with_remarks(part).start;
        let before = &self.module.text()[..start];
        before.len() - content_end(before) > 0
    }

    /// A statement with its comments, as deep as the body of a function.
    fn statement(&self, part: &Part) -> String {
        self.deeper(self.with_remarks(part))
    }

    /// `app.get("/x")(function)` for `@app.get("/x")`, with the comment at its end.
    fn call(&self, function: &str, decorator: &Range<usize>) -> String {
        let text = self.module.text();
        let gap = &text[decorator.start + 1..];
        let start = decorator.start + 1 + (gap.len() - gap.trim_start().len());
        let end = self.module.source.line_range(decorator.end.saturating_sub(1)).end;
        let call = self.deeper(start..decorator.end);
        let rest = text[decorator.end..end].trim_end();
        format!("{call}({function}){rest}{}", self.newline)
    }

    /// Text one level deeper, but for lines that begin inside of a string.
    fn deeper(&self, range: Range<usize>) -> String {
        let text = &self.module.text()[range.clone()];
        let is_in_string =
            |at: usize| {
                self.tree.nodes.iter().any(|node| {
                    node.kind.is_string() && node.range.start < at && at < node.range.end
                }) && self
                    .tree
                    .tokens
                    .iter()
                    .any(|token| token.is_string && token.range.start < at && at < token.range.end)
            };
        let mut out = String::with_capacity(text.len() + 64);
        let mut at = range.start;
        for line in text.split_inclusive('\n') {
            if !line.trim().is_empty() && !is_in_string(at) {
                out.push_str(&self.unit);
            }
            out.push_str(line);
            at += line.len();
        }
        if !out.ends_with('\n') && range.end == self.module.text().len() {
            out.push_str(self.newline);
        }
        out
    }
}

/// Where the last line with anything on it ends, its line break included.
fn content_end(text: &str) -> usize {
    let trimmed = text.trim_end_matches([' ', '\t', '\r', '\n', '\x0c']).len();
    match text[trimmed..].find('\n') {
        Some(end) => trimmed + end + 1,
        None => text.len(),
    }
}

/// How many blank lines a text begins with, and their bytes.
fn blank_lines(text: &str) -> (usize, usize) {
    let blank = text.split_inclusive('\n').take_while(|line| line.trim().is_empty());
    blank.fold((0, 0), |(count, bytes), line| (count + 1, bytes + line.len()))
}
