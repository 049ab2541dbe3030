//! The text of parameters whose types say what their defaults said.

use std::ops::Range;

use super::judge::{Change, Default, Outcome};
use super::survey::{Function, Marker, gone};
use crate::change::Edit;
use crate::operation::text::LineEnding;
use crate::python::{Module, SyntaxTree};

/// Lines that were shorter are not made longer than this.
const WIDTH: usize = 88;

/// Writes the parameters of one file.
pub(super) struct Writer<'a> {
    pub(super) module: &'a Module,
    pub(super) tree: &'a SyntaxTree,
    /// What the file calls `Annotated`.
    pub(super) annotated: &'a str,
}

/// What a parameter becomes, in parts.
struct Parts {
    name: String,
    kind: String,
    call: String,
    default: String,
}

impl Writer<'_> {
    /// The edits of one function.
    pub(super) fn edits(&self, function: &Function, outcome: &Outcome) -> Vec<Edit> {
        let list = &self.tree.nodes[function.list].range;
        let mut parts = Vec::new();
        for change in &outcome.changes {
            parts.extend(self.parts(function, change).map(|found| (change.at, found)));
        }
        if let Some(edit) = self.spread(function, outcome, &parts) {
            return vec![edit];
        }
        let mut edits = Vec::new();
        for (at, parts) in &parts {
            let range = &function.parameters[*at].range;
            let text = match self.indent_at(range.start).filter(|_| self.is_alone(range)) {
                Some(indent) => self.in_rows(parts, indent),
                None => parts.line(self.annotated),
            };
            edits.push(Edit::replace(range.clone(), text));
        }
        if let Some(star) = outcome.star {
            let start = function.parameters[star].range.start;
            let gap = match self.indent_at(start).filter(|_| self.tree.slice(list).contains('\n')) {
                Some(indent) => format!("{}{indent}", self.newline()),
                None => " ".to_owned(),
            };
            match edits.iter_mut().find(|edit| edit.range.start == start) {
                Some(edit) => edit.replacement.insert_str(0, &format!("*,{gap}")),
                None => edits.push(Edit::insert(start, format!("*,{gap}"))),
            }
        }
        edits
    }

    fn parts(&self, function: &Function, change: &Change) -> Option<Parts> {
        let parameter = &function.parameters[change.at];
        let marker = parameter.marker.as_ref()?;
        let default = match change.default {
            Default::None => String::new(),
            Default::Value(value) => format!(" = {}", self.tree.node_text(value)),
        };
        Some(Parts {
            name: parameter.name.clone(),
            kind: self.tree.node_text(parameter.annotation?).to_owned(),
            call: self.call(marker, change.said),
            default,
        })
    }

    /// The call without the argument that said the default.
    fn call(&self, marker: &Marker, said: Option<usize>) -> String {
        let whole = self.tree.nodes[marker.call].range.clone();
        let text = self.tree.slice(&whole);
        let Some(said) = said else { return text.to_owned() };
        let gone = gone(self.tree, marker, said);
        let (start, end) = (gone.start - whole.start, gone.end - whole.start);
        format!("{}{}", &text[..start], &text[end..])
    }

    /// A list whose parameters stand on one line, and would be too long for it: one a line.
    fn spread(
        &self,
        function: &Function,
        outcome: &Outcome,
        parts: &[(usize, Parts)],
    ) -> Option<Edit> {
        let list = self.tree.nodes[function.list].range.clone();
        let first = function.parameters.first()?.range.start;
        let last = function.parameters.last()?.range.end;
        let is_one_line = !self.module.text()[first..last].contains('\n');
        if !is_one_line || self.tree.has_comment(&list) {
            return None;
        }
        let all: Vec<(bool, String)> = (0..function.parameters.len())
            .map(|at| (outcome.star == Some(at), self.shown(function, parts, (at, None))))
            .collect();
        let grown: usize =
            all.iter().map(|(star, text)| width(text) + if *star { 5 } else { 2 }).sum();
        let text = self.module.text();
        let line = self.module.source.line_range(first);
        let behind = text[last..self.module.source.line_range(last).end].trim_end();
        let around = width(&text[line.start..first]) + width(behind);
        if around + grown.saturating_sub(2) <= WIDTH {
            return None;
        }
        let outer = self.module.source.line_range(list.start);
        let outer = &text[outer.start..];
        let outer = &outer[..outer.len() - outer.trim_start_matches([' ', '\t']).len()];
        let indent = format!("{outer}{}", self.unit());
        let mut rows = Vec::new();
        for (at, (star, _)) in all.iter().enumerate() {
            if *star || function.parameters[at].has_star {
                rows.push(format!("{indent}*,"));
            }
            let text = self.shown(function, parts, (at, Some(&indent)));
            let comma = if text.starts_with("**") { "" } else { "," };
            rows.push(format!("{indent}{text}{comma}"));
        }
        let newline = self.newline();
        let rows = rows.join(newline);
        Some(Edit::replace(list, format!("({newline}{rows}{newline}{outer})")))
    }

    /// The text of a parameter: on one line, or in rows below an indent.
    fn shown(
        &self,
        function: &Function,
        parts: &[(usize, Parts)],
        (at, indent): (usize, Option<&str>),
    ) -> String {
        let found = parts.iter().find(|(known, _)| *known == at);
        match (found, indent) {
            (Some((_, parts)), Some(indent)) => self.in_rows(parts, indent),
            (Some((_, parts)), None) => parts.line(self.annotated),
            (None, _) => self.with_stars(function, at),
        }
    }

    fn with_stars(&self, function: &Function, at: usize) -> String {
        let range = &function.parameters[at].range;
        let before = &self.tree.text[..range.start];
        let stars = before.len() - before.trim_end_matches('*').len();
        format!("{}{}", "*".repeat(stars), self.tree.slice(range))
    }

    /// A parameter that stands on its own line, in rows where it is too long for one.
    fn in_rows(&self, parts: &Parts, indent: &str) -> String {
        let Parts { name, kind, call, default } = parts;
        let line = parts.line(self.annotated);
        let is_short = indent.chars().count() + line.chars().count() < WIDTH;
        let has_long_text = self.tree.tokens.iter().any(|token| {
            token.is_string
                && call.contains(self.tree.slice(&token.range))
                && self.tree.slice(&token.range).contains('\n')
        });
        let has_remark = call.contains('#');
        if (is_short && !line.contains('\n')) || has_long_text || has_remark {
            return line;
        }
        let newline = self.newline();
        let inner = format!("{indent}{}", self.unit());
        let call = call.replace('\n', &format!("\n{}", self.unit()));
        let together = format!("{inner}{kind}, {call}");
        if !call.contains('\n') && together.chars().count() <= WIDTH {
            return format!(
                "{name}: {}[{newline}{together}{newline}{indent}]{default}",
                self.annotated
            );
        }
        format!(
            "{name}: {}[{newline}{inner}{kind},{newline}{inner}{call},{newline}{indent}]{default}",
            self.annotated
        )
    }

    /// The white space before a place, when nothing else stands before it on its line.
    fn indent_at(&self, offset: usize) -> Option<&str> {
        let line = self.module.source.line_range(offset);
        let before = &self.module.text()[line.start..offset];
        before.trim().is_empty().then_some(before)
    }

    /// Whether nothing but a comma or a comment follows on the line.
    fn is_alone(&self, range: &Range<usize>) -> bool {
        let line = self.module.source.line_range(range.end.saturating_sub(1));
        let rest = self.module.text()[range.end..line.end].trim_start_matches(',').trim();
        rest.is_empty() || rest.starts_with('#')
    }

    fn newline(&self) -> &'static str {
        LineEnding::of(self.module.text()).as_str()
    }

    fn unit(&self) -> &str {
        self.tree.indent.as_deref().unwrap_or("    ")
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

impl Parts {
    fn line(&self, annotated: &str) -> String {
        let Self { name, kind, call, default } = self;
        format!("{name}: {annotated}[{kind}, {call}]{default}")
    }
}
