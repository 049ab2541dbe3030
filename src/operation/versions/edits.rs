//! The text of a registration that is written once more, and the mark on the old one.

use std::ops::Range;

use super::survey::{Doubled, is_literal};
use crate::change::Edit;
use crate::operation::text::LineEnding;
use crate::python::{Module, SyntaxTree};

/// The edits for one registration; a sentence when its form does not allow them.
pub(super) fn doubling(module: &Module, one: &Doubled<'_>) -> Result<Vec<Edit>, &'static str> {
    let syntax = module.syntax();
    let range = one.call.start as usize..one.call.end as usize;
    let node = syntax.node_at(&range).ok_or("the call cannot be found")?;
    let (unit, is_decorator) = unit(&syntax, node).ok_or("it is part of another expression")?;
    let arguments = syntax
        .children(node)
        .find(|child| syntax.nodes[*child].kind.is_arguments())
        .ok_or("the call has no arguments")?;
    let lines = whole_lines(module, &unit).ok_or("another statement shares its line")?;
    let path = path_edit(&syntax, arguments, one)?;
    let text = &module.text()[lines.clone()];
    let copy = shifted(text, &path, lines.start).ok_or("its path cannot be replaced")?;
    let newline = LineEnding::of(module.text()).as_str();
    let mut edits = Vec::new();
    if is_decorator {
        edits.push(Edit::insert(lines.start, copy));
    } else if text.ends_with('\n') {
        edits.push(Edit::insert(lines.end, copy));
    } else {
        edits.push(Edit::insert(lines.end, format!("{newline}{copy}")));
    }
    if one.is_marked {
        edits.push(added(&syntax, arguments, "deprecated=True", newline));
    }
    Ok(edits)
}

/// The decorator or the statement that a call makes up, with what it gives called at once.
fn unit(syntax: &SyntaxTree, node: usize) -> Option<(Range<usize>, bool)> {
    let mut inner = node;
    for around in syntax.around(node) {
        let kind = syntax.nodes[around].kind;
        if kind.is_decorator() {
            return Some((syntax.nodes[around].range.clone(), true));
        }
        if kind.is_expression_statement() {
            return Some((syntax.nodes[around].range.clone(), false));
        }
        let is_called = kind.is_call() && syntax.children(around).next() == Some(inner);
        if !is_called {
            return None;
        }
        inner = around;
    }
    None
}

/// The whole lines of a range, when nothing else stands on them but a comment behind it.
fn whole_lines(module: &Module, range: &Range<usize>) -> Option<Range<usize>> {
    let text = module.text();
    let (first, last) = (
        module.source.line_range(range.start),
        module.source.line_range(range.end.saturating_sub(1)),
    );
    let behind = text[range.end..last.end].trim_start();
    let is_alone = text[first.start..range.start].trim().is_empty()
        && (behind.is_empty() || behind.starts_with('#'));
    is_alone.then_some(first.start..last.end)
}

/// The new path in the place of the old one.
fn path_edit(
    syntax: &SyntaxTree,
    arguments: usize,
    one: &Doubled<'_>,
) -> Result<Edit, &'static str> {
    let name = if one.is_include { "prefix" } else { "path" };
    let keyword = syntax.children(arguments).find(|child| {
        let text = syntax.node_text(*child);
        let key = text.split('=').next().unwrap_or_default();
        syntax.nodes[*child].kind.is_keyword() && key.trim() == name
    });
    let value = match keyword {
        Some(keyword) => syntax.children(keyword).next_back(),
        None if one.is_include => None,
        None => syntax.children(arguments).next(),
    };
    let Some(value) = value else {
        let last = syntax.children(arguments).next_back().ok_or("it includes nothing")?;
        let text = format!(", prefix=\"{}\"", one.new);
        return Ok(Edit::insert(syntax.nodes[last].range.end, text));
    };
    let position = if one.is_include { usize::MAX } else { 0 };
    let text = syntax.node_text(value);
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let quote = quote.ok_or("the path is not written out")?;
    if !is_literal(one.call, position, name) || text.contains('\\') {
        return Err("the path is not written out");
    }
    let range = syntax.nodes[value].range.clone();
    Ok(Edit::replace(range, format!("{quote}{}{quote}", one.new)))
}

/// A text with one edit, whose range counts from the file's beginning.
fn shifted(text: &str, edit: &Edit, start: usize) -> Option<String> {
    let range = edit.range.start.checked_sub(start)?..edit.range.end.checked_sub(start)?;
    let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
    Some(format!("{before}{}{after}", edit.replacement))
}

/// One more argument, in the form that the others have.
fn added(syntax: &SyntaxTree, arguments: usize, argument: &str, newline: &str) -> Edit {
    let range = &syntax.nodes[arguments].range;
    let close = range.end - 1;
    let Some(last) = syntax.children(arguments).next_back() else {
        return Edit::insert(close, argument);
    };
    let last = syntax.nodes[last].range.clone();
    let behind = syntax.slice(&(last.end..close));
    let comma = behind.find(',').filter(|_| behind.trim_start().starts_with(','));
    let has_comment = behind.contains('#');
    let indent = || {
        let line = syntax.text[..last.start].rfind('\n').map_or(0, |at| at + 1);
        let before = &syntax.text[line..last.start];
        before.trim().is_empty().then(|| before.to_owned())
    };
    match (comma, indent()) {
        (Some(comma), _) if has_comment => {
            Edit::insert(last.end + comma + 1, format!(" {argument},"))
        }
        (Some(comma), Some(indent)) if behind.contains('\n') => {
            Edit::insert(last.end + comma + 1, format!("{newline}{indent}{argument},"))
        }
        (Some(comma), _) => Edit::insert(last.end + comma + 1, format!(" {argument}")),
        (None, Some(indent)) if behind.contains('\n') && !has_comment => {
            Edit::insert(last.end, format!(",{newline}{indent}{argument}"))
        }
        (None, _) => Edit::insert(last.end, format!(", {argument}")),
    }
}
