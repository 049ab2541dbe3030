//! Putting the files of a divided module together.
//!
//! The text of the module is cut into one segment per statement: what stands before it (blank
//! lines, comments), the statement, and what ends its last line. Each segment goes to one file,
//! with its own edits; nothing of it is written anew. What is written anew are import
//! statements, docstrings of new files and the routers.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::imports::{Plain, home, plain_form, renamed, written_module};
use super::needs::Needs;
use super::parts::{FileNumber, PartFile, Parts};
use super::{Rewrite, inside, objects};
use crate::change::{Edit, EditError, RelPath, apply_edits};
use crate::python::{ImportKind, Module, Moment, StatementKind};

/// Longest line of a written import statement, in characters.
const LINE_LENGTH: usize = 88;

/// The files of a divided module.
pub(super) struct Assembled {
    /// The text of the module's own file.
    pub(super) main: String,
    /// The other files.
    pub(super) files: Vec<(RelPath, String)>,
}

/// Puts all files together.
pub(super) fn assemble(
    rewrite: &mut Rewrite<'_>,
    parts: &Parts,
    needs: &BTreeMap<FileNumber, Needs>,
) -> Result<Assembled, EditError> {
    let assembler = Assembler {
        module: rewrite.module,
        parts,
        newline: rewrite.module.source.newline_at(0),
        segments: segments(rewrite.module),
        carriers: carriers(rewrite, parts, needs),
    };
    let edits = rewrite.edits.clone();
    let mut files = Vec::new();
    for (number, file) in parts.files.iter().enumerate() {
        let header = assembler.header(rewrite, Some(number), &needs[&Some(number)]);
        let text = assembler.part(file, &header, &edits)?;
        files.push((file.path.clone(), text));
    }
    let own_imports = assembler.own_imports(rewrite, None, &needs[&None]);
    let main = assembler.main(&own_imports, &edits, &rewrite.idle)?;
    Ok(Assembled { main, files })
}

/// The byte range of each statement with what stands before it on lines of its own.
fn segments(module: &Module) -> Vec<Range<usize>> {
    let text = module.text();
    let statements = &module.facts.statements;
    let mut segments = Vec::with_capacity(statements.len());
    let mut start = 0;
    for (number, statement) in statements.iter().enumerate() {
        let line_end = module.source.line_range(statement.range.end).end;
        let end = match statements.get(number + 1) {
            Some(next) if next.range.start < line_end => next.range.start,
            _ => line_end,
        };
        segments.push(start..end);
        start = end;
    }
    if let Some(last) = segments.last_mut()
        && text[last.end..].trim().is_empty()
    {
        last.end = text.len();
    }
    segments
}

struct Assembler<'a> {
    module: &'a Module,
    parts: &'a Parts,
    newline: &'static str,
    segments: Vec<Range<usize>>,
    /// Import statements that leave with their comments, and the file they go to.
    carriers: BTreeMap<usize, FileNumber>,
}

/// Whether a line imports from the service's own package.
fn is_of_package(rewrite: &Rewrite<'_>, line: &str) -> bool {
    let rest = line.strip_prefix("from ").or_else(|| line.strip_prefix("import "));
    let own = &rewrite.names.package;
    rest.and_then(|rest| rest.strip_prefix(own.as_str()))
        .is_some_and(|rest| rest.starts_with(['.', ' ']) || rest.is_empty())
}

/// Import statements of which nothing stays, and whose comments go along.
fn carriers(
    rewrite: &Rewrite<'_>,
    parts: &Parts,
    needs: &BTreeMap<FileNumber, Needs>,
) -> BTreeMap<usize, FileNumber> {
    let imports = rewrite.module.facts.imports.iter().enumerate();
    let leaving = imports.filter(|(number, import)| {
        let mut positions = 0..import.names.len();
        positions.all(|position| rewrite.unneeded.contains(&(*number, position)))
            && inside::has_comment(rewrite, &import.range)
    });
    leaving
        .filter_map(|(number, _)| {
            Some((number, Some(inside::carrier(rewrite, parts, needs, number)?)))
        })
        .collect()
}

impl Assembler<'_> {
    /// A range of the old text with the edits that lie in it.
    fn edited(&self, range: &Range<usize>, edits: &[Edit]) -> Result<String, EditError> {
        let inside = edits.iter().filter(|edit| {
            range.start <= edit.range.start
                && edit.range.end <= range.end
                && (edit.range.start < range.end || edit.range.start == edit.range.end)
        });
        let shifted: Vec<Edit> = inside
            .map(|edit| {
                let moved = edit.range.start - range.start..edit.range.end - range.start;
                Edit { range: moved, ..edit.clone() }
            })
            .collect();
        apply_edits(&self.module.text()[range.clone()], &shifted)
    }

    fn statement_kind(&self, number: usize) -> StatementKind {
        self.module.facts.statements[number].kind
    }

    fn is_definition(&self, number: usize) -> bool {
        matches!(self.statement_kind(number), StatementKind::Function | StatementKind::Class)
    }

    /// Whether two blank lines set a statement apart: definitions, and blocks that hold some.
    fn is_wide(&self, number: usize) -> bool {
        let statement = &self.module.facts.statements[number];
        let text = self.module.slice(&statement.range);
        self.is_definition(number)
            || (statement.kind == StatementKind::Other
                && text.lines().any(|line| line.trim_start().starts_with("def ")))
    }

    /// Shebang and coding cookie: the lines that stay at the top.
    fn preamble(&self) -> Range<usize> {
        let text = self.module.text();
        let mut end = 0;
        for line in text.split_inclusive('\n').take(2) {
            if line.starts_with("#!") || (line.starts_with('#') && line.contains("coding")) {
                end += line.len();
            } else {
                break;
            }
        }
        0..end
    }

    /// The segment of a statement that leaves, without the preamble of the file.
    fn leaving(&self, number: usize) -> Range<usize> {
        let segment = self.segments[number].clone();
        segment.start.max(self.preamble().end)..segment.end
    }

    /// What a new file begins with.
    fn header(&self, rewrite: &mut Rewrite<'_>, file: FileNumber, needs: &Needs) -> String {
        let newline = self.newline;
        let mut header = String::new();
        let cookie =
            self.module.text()[self.preamble()].lines().find(|line| line.contains("coding"));
        if let Some(cookie) = cookie {
            header.push_str(&format!("{cookie}{newline}"));
        }
        let role = file.map(|number| self.parts.files[number].role);
        if let Some(role) = role {
            header.push_str(&format!("\"\"\"{}\"\"\"{newline}", role.docstring()));
        }
        let has_routers = file.is_some_and(|number| !self.parts.files[number].routers.is_empty());
        let mut old = self.old_imports(rewrite, file, needs);
        if has_routers && !old.iter().any(|line| line.contains("APIRouter")) {
            old.push("from fastapi import APIRouter".to_owned());
        }
        let typing = self.typing_imports(rewrite, needs);
        let guards = |line: &String| line.contains("TYPE_CHECKING");
        if !typing.is_empty() && !old.iter().any(guards) {
            let futures = old.iter().take_while(|line| line.contains("__future__")).count();
            old.insert(futures, "from typing import TYPE_CHECKING".to_owned());
            if futures > 0 {
                old.insert(futures, String::new());
            }
        }
        let own = self.own_imports(rewrite, file, needs);
        if !old.is_empty() || !own.is_empty() {
            header.push_str(newline);
        }
        for line in &old {
            header.push_str(line);
            header.push_str(newline);
        }
        if !own.is_empty() && old.last().is_some_and(|last| !is_of_package(rewrite, last)) {
            header.push_str(newline);
        }
        for line in &own {
            header.push_str(line);
            header.push_str(newline);
        }
        if !typing.is_empty() {
            header.push_str(&format!("{newline}if TYPE_CHECKING:{newline}"));
            for line in typing {
                header.push_str(&format!("    {line}{newline}"));
            }
        }
        for logger in &needs.loggers {
            let statement = &self.module.facts.statements[*logger];
            header.push_str(&format!("{newline}{}{newline}", self.module.slice(&statement.range)));
        }
        if let Some(number) = file {
            for (_, name) in &self.parts.files[number].routers {
                header.push_str(&format!("{newline}{name} = APIRouter(){newline}"));
            }
        }
        header
    }

    /// Import statements of the old module that a new file needs, in their order.
    fn old_imports(
        &self,
        rewrite: &mut Rewrite<'_>,
        file: FileNumber,
        needs: &Needs,
    ) -> Vec<String> {
        let mut wants_router =
            file.is_some_and(|number| !self.parts.files[number].routers.is_empty());
        let mut lines = Vec::new();
        let mut last_statement: Option<usize> = None;
        for (number, import) in self.module.facts.imports.iter().enumerate() {
            let positions: Vec<usize> = (0..import.names.len())
                .filter(|position| needs.imports.contains(&(number, *position)))
                .collect();
            if positions.is_empty() || import.moment == Moment::Never {
                continue;
            }
            let carries = self.carriers.get(&number) == Some(&file);
            let added = rewrite.added_for(number, positions.iter().copied(), file);
            let kept: Vec<usize> = positions
                .into_iter()
                .filter(|position| !rewrite.is_replaced(number, *position, file))
                .collect();
            let with_router = import.module == "fastapi" && import.level == 0 && !carries;
            let router = (with_router && std::mem::take(&mut wants_router)).then_some("APIRouter");
            let mut written = if carries {
                vec![self.with_comment(&import.range)]
            } else {
                self.import_lines(rewrite, number, &kept, router)
            };
            written.extend(added.into_iter().filter(|line| !lines.contains(line)));
            if written.is_empty() {
                continue;
            }
            if let Some(last) = last_statement
                && self.has_gap(last, import.statement)
                && !lines.is_empty()
            {
                lines.push(String::new());
            }
            last_statement = Some(import.statement);
            lines.extend(written);
        }
        lines
    }

    /// A statement with the comment that ends its last line, as it stands.
    fn with_comment(&self, range: &Range<usize>) -> String {
        let end = self.module.source.line_range(range.end).end;
        self.module.text()[range.start..end].trim_end().to_owned()
    }

    /// Whether a blank line separates two import statements (of which others may stand between).
    fn has_gap(&self, first: usize, second: usize) -> bool {
        let statements = &self.module.facts.statements;
        (first + 1..=second).any(|number| {
            let gap = statements[number - 1].range.end..statements[number].range.start;
            self.module.slice(&gap).matches('\n').count() > 1
        })
    }

    /// Statements for some names of an old import statement, as they are right afterwards.
    fn import_lines(
        &self,
        rewrite: &mut Rewrite<'_>,
        number: usize,
        positions: &[usize],
        also: Option<&str>,
    ) -> Vec<String> {
        let import = &self.module.facts.imports[number];
        if import.kind == ImportKind::Import {
            let names = positions.iter().map(|position| &import.names[*position]);
            return names
                .map(|name| match plain_form(rewrite, name) {
                    Plain::Keep => format!("import {}", self.module.slice(&name.range)),
                    Plain::From(statement) => statement,
                    Plain::Dotted(new) => match &name.alias {
                        Some(alias) => format!("import {new} as {alias}"),
                        None => format!("import {new}"),
                    },
                })
                .collect();
        }
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        let mut is_same = positions.len() == import.names.len();
        for position in positions {
            let name = &import.names[*position];
            let (module, text) = match home(rewrite, import, name) {
                Some(home) => {
                    is_same = false;
                    (home.module, renamed(name, &home.name))
                }
                None => (written_module(import), self.module.slice(&name.range).to_owned()),
            };
            match groups.iter_mut().find(|(known, _)| *known == module) {
                Some((_, names)) => names.push(text),
                None => groups.push((module, vec![text])),
            }
        }
        if let (Some(also), Some((_, names))) = (also, groups.first_mut())
            && !names.iter().any(|name| name == also)
        {
            let is_sorted = names.is_sorted();
            names.push(also.to_owned());
            if is_sorted {
                names.sort();
            }
            is_same = false;
        }
        let statement = self.module.slice(&import.range);
        if is_same && !statement.contains('#') && !statement.contains('\\') {
            return vec![statement.to_owned()];
        }
        groups.into_iter().map(|(module, names)| self.import_from(&module, &names)).collect()
    }

    /// `from module import names`, in parentheses when it would be too long.
    fn import_from(&self, module: &str, names: &[String]) -> String {
        let line = format!("from {module} import {}", names.join(", "));
        if line.chars().count() <= LINE_LENGTH {
            return line;
        }
        let newline = self.newline;
        let mut rows = String::new();
        for name in names {
            rows.push_str(&format!("    {name},{newline}"));
        }
        format!("from {module} import ({newline}{rows})")
    }

    /// Imports of the other files of the module.
    fn own_imports(&self, rewrite: &Rewrite<'_>, file: FileNumber, needs: &Needs) -> Vec<String> {
        let path_of = |number: FileNumber| match number {
            Some(number) => &self.parts.files[number].path,
            None => rewrite.names.new_path(rewrite.index),
        };
        let mut lines: BTreeMap<(String, String), String> = BTreeMap::new();
        for (home, names) in needs.names.iter().filter(|(home, _)| **home != file) {
            if let Some(dotted) = rewrite.names.dotted(path_of(*home)) {
                let names: Vec<String> = names.iter().cloned().collect();
                let line = self.import_from(&dotted, &names);
                lines.insert((dotted, String::new()), line);
            }
        }
        for home in needs.modules.iter().filter(|home| **home != file) {
            if let Some(dotted) = rewrite.names.dotted(path_of(*home)) {
                let alias = objects::alias(rewrite, &dotted);
                let package = dotted.rsplit_once('.').map_or("", |(package, _)| package);
                let line = objects::import_of(&dotted, &alias);
                lines.insert((package.to_owned(), dotted), line);
            }
        }
        lines.into_values().collect()
    }

    /// Names that only a type checker imports.
    fn typing_imports(&self, rewrite: &mut Rewrite<'_>, needs: &Needs) -> Vec<String> {
        let mut lines = Vec::new();
        for (number, import) in self.module.facts.imports.iter().enumerate() {
            let positions: Vec<usize> = (0..import.names.len())
                .filter(|position| needs.imports.contains(&(number, *position)))
                .collect();
            if !positions.is_empty() && import.moment == Moment::Never {
                lines.extend(self.import_lines(rewrite, number, &positions, None));
            }
        }
        lines
    }

    /// A new file: its header and its segments.
    fn part(&self, file: &PartFile, header: &str, edits: &[Edit]) -> Result<String, EditError> {
        let mut text = header.to_owned();
        let mut last: Option<usize> = None;
        for statement in &file.statements {
            let segment = self.edited(&self.leaving(*statement), edits)?;
            let is_next = last.is_some_and(|last| last + 1 == *statement);
            if is_next {
                text.push_str(&segment);
            } else {
                let body = segment.trim_start_matches(['\n', '\r']);
                let wide = self.is_wide(*statement) || last.is_some_and(|last| self.is_wide(last));
                text.push_str(&self.newline.repeat(if wide { 2 } else { 1 }));
                text.push_str(body);
            }
            if !text.ends_with('\n') {
                text.push_str(self.newline);
            }
            last = Some(*statement);
        }
        Ok(text)
    }

    /// The module's own file: what stays, imports of what left, and the routers.
    fn main(
        &self,
        own_imports: &[String],
        edits: &[Edit],
        idle: &BTreeSet<usize>,
    ) -> Result<String, EditError> {
        let mut includes = self.includes();
        let import_at = self.import_position(&includes);
        let mut text = String::new();
        let mut last: Option<usize> = None;
        let mut left = String::new();
        text.push_str(&self.module.text()[self.preamble()]);
        if import_at.is_none() {
            self.push_imports(&mut text, own_imports, false);
        }
        for (number, segment) in self.segments.iter().enumerate() {
            let range = segment.start.max(self.preamble().end)..segment.end;
            let is_wide_before = last.is_some_and(|last| self.is_wide(last));
            if let Some(lines) = includes.remove(&number) {
                let gap = self.gap(number);
                let narrow = if gap.is_empty() { "" } else { self.newline };
                text.push_str(if is_wide_before { &gap } else { narrow });
                for line in lines {
                    text.push_str(&format!("{line}{}", self.newline));
                }
            }
            if self.parts.file_of(number).is_none() && !idle.contains(&number) {
                let own = self.edited(&range, edits)?;
                if own.trim().is_empty() {
                    // Its imports are gone; the gap before them is that of what comes next.
                    left = if own.len() > left.len() { own } else { left };
                } else {
                    let has_left = number.checked_sub(1).is_some_and(|before| last != Some(before));
                    let is_narrow = has_left && !is_wide_before && !self.is_wide(number);
                    let (blank, rest) = own.split_at(leading_blank(&own));
                    let left = std::mem::take(&mut left);
                    let gap = if left.len() > blank.len() { &left } else { blank };
                    let is_cut = is_narrow && gap.len() > self.newline.len();
                    text.push_str(if is_cut { self.newline } else { gap });
                    text.push_str(rest);
                    last = Some(number);
                }
            }
            if import_at == Some(number) {
                left.clear();
                self.push_imports(&mut text, own_imports, self.follows_own(number));
            }
        }
        let was_blank = self.module.text()[self.preamble().end..].starts_with(['\n', '\r']);
        if !was_blank {
            text.drain(..leading_blank(&text));
        }
        let end = self.segments.last().map_or(self.preamble().end, |last| last.end);
        text.push_str(&self.edited(&(end..self.module.text().len()), edits)?);
        Ok(text)
    }

    /// Whether an import statement already imports from the package.
    fn follows_own(&self, number: usize) -> bool {
        let imports = self.module.facts.imports.iter();
        imports.filter(|import| import.statement == number).any(|import| import.level > 0)
    }

    fn push_imports(&self, text: &mut String, own_imports: &[String], follows_own: bool) {
        if own_imports.is_empty() {
            return;
        }
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str(self.newline);
        }
        if !text.is_empty() && !follows_own {
            text.push_str(self.newline);
        }
        for line in own_imports {
            text.push_str(&format!("{line}{}", self.newline));
        }
    }

    /// Blank lines before a statement.
    fn gap(&self, number: usize) -> String {
        let text = &self.module.text()[self.segments[number].clone()];
        let blank = text.split_inclusive('\n').take_while(|line| line.trim().is_empty());
        blank.collect()
    }

    /// Where routers are included: in the place of their first route.
    fn includes(&self) -> BTreeMap<usize, Vec<String>> {
        let mut found: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (run, routes) in self.parts.division.routes.iter().enumerate() {
            let (Some(first), Some((_, name))) =
                (routes.statements.first(), self.parts.router_of(run))
            else {
                continue;
            };
            let line = format!("{}.include_router({name})", routes.application);
            found.entry(*first).or_default().push(line);
        }
        found
    }

    /// The import statement behind which the imports of other files come: the last one before
    /// something that stays needs them while it is imported.
    fn import_position(&self, includes: &BTreeMap<usize, Vec<String>>) -> Option<usize> {
        let facts = &self.module.facts;
        let needs = facts.references.iter().filter(|reference| {
            self.parts.file_of(reference.statement).is_none()
                && reference.moment == Moment::Import
                && self.parts.home(&reference.name).is_some()
                && reference.resolution == crate::python::Resolution::Scope(0)
                && !self.parts.is_application_of_route(reference)
        });
        let first_use = needs
            .map(|reference| reference.statement)
            .chain(includes.keys().copied())
            .min()
            .unwrap_or(facts.statements.len());
        let before = |number: &usize| *number < first_use;
        let imports = (0..facts.statements.len()).filter(before).filter(|number| {
            matches!(self.statement_kind(*number), StatementKind::Import)
                || (*number == 0 && facts.docstring.is_some())
                || self.parts.division.anchor == Some(*number)
        });
        imports.max()
    }
}

/// How many bytes of line ends a text begins with.
fn leading_blank(text: &str) -> usize {
    text.len() - text.trim_start_matches(['\n', '\r']).len()
}
