//! Commands that a page of the service tells its reader to type.
//!
//! The standard of Markdown says what is code in a page (fenced and indented blocks, also in lists and
//! quotations, and spans in a sentence); what a command becomes is for [`shell`](super::shell).

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::names::Names;
use super::shell;
use crate::change::{Edit, apply_edits};

/// The page as it has to be afterwards. One that lies outside of the service (not `inside`) tells
/// about it where it names its folder.
pub(super) fn rewrite(names: &Names<'_>, text: &str, inside: bool) -> Option<String> {
    let folder = names.service.root().rsplit('/').next()?;
    if !shell::tells(text) || !(inside || text.contains(folder)) {
        return None;
    }
    let listed = |code: &str| {
        if inside { shell::listing(names, code) } else { shell::outside(names, code, true) }
    };
    let said = |code: &str| {
        if inside { shell::command(names, code) } else { shell::outside(names, code, false) }
    };
    let mut edits = Vec::new();
    let mut block: Option<Vec<Range<usize>>> = None;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => block = Some(Vec::new()),
            Event::Text(_) => block.iter_mut().for_each(|lines| lines.push(range.clone())),
            Event::End(TagEnd::CodeBlock) => {
                edits.extend(block.take().and_then(|lines| listing(text, &lines, listed)));
            }
            Event::Code(_) => edits.extend(span(text, range, said)),
            _ => {}
        }
    }
    apply_edits(text, &edits).ok()
}

/// A block of code. The indentation of its lines, or what marks them as a quotation, stays.
fn listing(
    text: &str,
    pieces: &[Range<usize>],
    new: impl Fn(&str) -> Option<String>,
) -> Option<Edit> {
    let mut lines: BTreeMap<usize, Range<usize>> = BTreeMap::new();
    for piece in pieces {
        let mut start = piece.start;
        while start < piece.end {
            let end = text[start..].find('\n').map_or(text.len(), |at| start + at + 1);
            let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
            lines.entry(line).or_insert(start..end);
            start = end;
        }
    }
    let whole = *lines.first_key_value()?.0..lines.last_key_value()?.1.end;
    let code: String = lines.values().map(|line| &text[line.clone()]).collect();
    let new = new(&code)?;
    let prefixes = lines.iter().map(|(start, line)| &text[*start..line.start]);
    let is_of_same_lines = new.split_inclusive('\n').count() == lines.len();
    let mut result = String::new();
    for (prefix, line) in prefixes.zip(new.split_inclusive('\n')) {
        result.push_str(prefix);
        result.push_str(line);
    }
    is_of_same_lines.then(|| Edit::replace(whole, result))
}

/// A span of code that is a whole command.
fn span(text: &str, range: Range<usize>, new: impl Fn(&str) -> Option<String>) -> Option<Edit> {
    let written = &text[range.clone()];
    let ticks = written.len() - written.trim_start_matches('`').len();
    let inside = range.start + ticks..range.end.checked_sub(ticks)?;
    let code = text.get(inside.clone())?;
    let new = new(code)?;
    (new != code).then(|| Edit::replace(inside, new))
}
