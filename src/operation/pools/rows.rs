//! More arguments for a call, in the style of those that are there.

use crate::change::Edit;
use crate::python::outline::Invocation;
use crate::python::{Module, SyntaxTree};

/// Lines of calls are not made longer than this.
const WIDTH: usize = 99;

/// The edits by which a call gets more keyword arguments.
pub(super) fn edits(
    module: &Module,
    syntax: &SyntaxTree,
    call: &Invocation,
    words: &[String],
) -> Option<Vec<Edit>> {
    let node = syntax.node_at(&(call.start as usize..call.end as usize))?;
    let arguments = syntax.children(node).find(|node| syntax.nodes[*node].kind.is_arguments())?;
    let range = syntax.nodes[arguments].range.clone();
    let given: Vec<_> =
        syntax.children(arguments).map(|node| syntax.nodes[node].range.clone()).collect();
    let (text, newline) = (module.text(), module.source.newline_at(range.start));
    let Some(last) = given.last() else {
        let short = words.join(", ");
        let line = module.source.line_range(range.start);
        let width = text[line].trim_end().chars().count() + short.chars().count();
        let inside =
            if width <= WIDTH { short } else { in_rows(module, syntax, range.start, words) };
        return Some(vec![Edit::insert(range.start + 1, inside)]);
    };
    let before = |at: usize| &text[module.source.line_range(at).start..at];
    let (indent, close) = (before(last.start), range.end - 1);
    if text[range.clone()].contains('\n') && indent.trim().is_empty() {
        let tail = syntax.token_texts(&(last.end..close));
        let comma = tail.first().is_none_or(|token| *token != ",");
        if !before(close).trim().is_empty() {
            let rows: Vec<String> =
                words.iter().map(|word| format!(",{newline}{indent}{word}")).collect();
            return Some(vec![Edit::insert(last.end, rows.concat())]);
        }
        let rows: Vec<String> =
            words.iter().map(|word| format!("{indent}{word},{newline}")).collect();
        let mut edits = vec![Edit::insert(module.source.line_range(close).start, rows.concat())];
        edits.extend(comma.then(|| Edit::insert(last.end, ",".to_owned())));
        return Some(edits);
    }
    let more = format!(", {}", words.join(", "));
    let line = module.source.line_range(range.start);
    let width = text[line.clone()].trim_end().chars().count() + more.chars().count();
    let is_short = width <= WIDTH || text[range.clone()].contains('\n');
    if is_short || syntax.has_comment(&range) {
        return Some(vec![Edit::insert(last.end, more)]);
    }
    let all = given.iter().map(|range| text[range.clone()].to_owned()).chain(words.iter().cloned());
    let rows = in_rows(module, syntax, range.start, &all.collect::<Vec<_>>());
    Some(vec![Edit::replace(range.start + 1..close, rows)])
}

/// Arguments on lines of their own, below the line of a call.
fn in_rows(module: &Module, syntax: &SyntaxTree, start: usize, words: &[String]) -> String {
    let newline = module.source.newline_at(start);
    let own = &module.text()[module.source.line_range(start).start..start];
    let own: String = own.chars().take_while(|letter| letter.is_whitespace()).collect();
    let unit = syntax.indent.clone().unwrap_or_else(|| "    ".to_owned());
    let rows: Vec<String> =
        words.iter().map(|word| format!("{newline}{own}{unit}{word},")).collect();
    format!("{}{newline}{own}", rows.concat())
}
