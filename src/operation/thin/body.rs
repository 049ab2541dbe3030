//! The part of a handler that can become a use case, and what speaks against it.

use std::ops::Range;

use super::survey::Handler;
use crate::python::{Module, Resolution, SyntaxTree};

/// Builtins that tell a function where it is.
const WHERE: [&str; 11] = [
    "locals",
    "vars",
    "globals",
    "eval",
    "exec",
    "dir",
    "super",
    "__name__",
    "__file__",
    "__import__",
    "__doc__",
];
/// Libraries that look at the functions that call.
const MIRRORS: [&str; 2] = ["inspect", "traceback"];

/// The body of a handler without its docstring.
#[derive(Debug, Clone)]
pub(super) struct Body {
    /// Whole lines, from the one behind the docstring to the last remark.
    pub(super) lines: Range<usize>,
    /// From the first statement to the end of the last one.
    pub(super) code: Range<usize>,
    /// The text without blank lines at its beginning.
    pub(super) start: usize,
    /// The white space in front of its statements.
    pub(super) indent: String,
    /// The first line of the docstring, where that is a sentence by itself.
    pub(super) summary: Option<String>,
}

/// What can be said of a handler's body.
#[derive(Debug)]
pub(super) enum Shape {
    /// It is one plain statement already.
    Thin,
    /// It holds logic.
    Thick(Body),
    /// It cannot be taken out: the offset, and why.
    Refused(usize, String),
}

/// Reads the body of a handler.
pub(super) fn shape(module: &Module, tree: &SyntaxTree, handler: &Handler) -> Shape {
    let statements: Vec<usize> = tree
        .children(handler.node)
        .filter(|child| tree.nodes[*child].kind.is_statement())
        .collect();
    let docstring = statements.first().copied().filter(|first| is_docstring(tree, *first));
    let rest = &statements[usize::from(docstring.is_some())..];
    let (Some(first), Some(last)) = (rest.first(), rest.last()) else { return Shape::Thin };
    let is_single = rest.len() == 1;
    if is_single && !tree.nodes[*first].kind.is_compound() && !is_decorated(tree, *first) {
        return Shape::Thin;
    }
    let code = tree.nodes[*first].range.start..tree.nodes[*last].range.end;
    if let Some((offset, why)) = obstacle(module, tree, &code) {
        return Shape::Refused(offset, why);
    }
    let tokens = tree.tokens_in(&(0..code.start));
    let Some(before) = tokens.end.checked_sub(1).map(|token| tree.tokens[token].range.end) else {
        return Shape::Thin;
    };
    let header = module.source.line_range(before.saturating_sub(1));
    let opening = module.source.line_range(code.start);
    let closing = module.source.line_range(code.end.saturating_sub(1));
    let behind = module.text()[code.end..closing.end].trim_start();
    let shares = header.end > opening.start || !(behind.is_empty() || behind.starts_with('#'));
    if shares {
        return Shape::Refused(code.start, "two statements share a line".to_owned());
    }
    let indent = module.text()[opening.start..code.start].to_owned();
    let end = with_remarks(module, closing.end, indent.len());
    let lines = header.end..end;
    let text = &module.text()[lines.clone()];
    let blank: usize =
        text.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum();
    let summary = docstring.and_then(|docstring| summary(tree.node_text(docstring)));
    Shape::Thick(Body { start: lines.start + blank, lines, code, indent, summary })
}

fn is_decorated(tree: &SyntaxTree, node: usize) -> bool {
    tree.nodes[node].kind.is_decorated()
}

fn is_docstring(tree: &SyntaxTree, statement: usize) -> bool {
    let only = tree.children(statement).next();
    tree.nodes[statement].kind.is_expression_statement()
        && only.is_some_and(|only| tree.nodes[only].kind.is_plain_string())
}

/// What makes a body one that is not the same elsewhere.
fn obstacle(module: &Module, tree: &SyntaxTree, code: &Range<usize>) -> Option<(usize, String)> {
    let inside = |range: &Range<usize>| code.start <= range.start && range.end <= code.end;
    let nodes = tree.nodes.iter().filter(|node| inside(&node.range));
    for node in nodes {
        if node.kind.is_yield() {
            return Some((node.range.start, "it is a generator".to_owned()));
        }
        if node.kind.is_class() {
            let why = "it defines a class, which would be one of another module".to_owned();
            return Some((node.range.start, why));
        }
        if node.kind.is_global() {
            return Some((node.range.start, "it rebinds names of its module".to_owned()));
        }
    }
    for reference in module.facts.references.iter().filter(|found| inside(&found.range)) {
        let name = reference.name.as_str();
        let is_mirror =
            module.facts.library_of(reference).is_some_and(|top| MIRRORS.contains(&top))
                || name == "sys" && reference.chain.iter().any(|part| part.name == "_getframe");
        if (WHERE.contains(&name) && reference.resolution == Resolution::Builtin) || is_mirror {
            let why = format!("{name} tells it where it is");
            return Some((reference.range.start, why));
        }
        if reference.resolution == Resolution::Unbound {
            return Some((reference.range.start, format!("nothing binds {name}")));
        }
    }
    let shown = module.facts.shown.iter().find(|shown| inside(&shown.range));
    let imports = module.facts.imports.iter().filter(|import| inside(&import.range));
    let relative = imports.clone().find(|import| import.level > 0);
    if let Some(import) = relative {
        return Some((import.range.start, "it imports by a relative name".to_owned()));
    }
    shown.map(|shown| (shown.range.start, "it shows the text of an expression".to_owned()))
}

/// The end of the remarks that follow a body and are indented like it.
fn with_remarks(module: &Module, end: usize, indent: usize) -> usize {
    let (mut known, mut at) = (end, end);
    while at < module.text().len() {
        let line = module.source.line_range(at);
        let text = &module.text()[line.clone()];
        let own = text.len() - text.trim_start().len();
        if text.trim_start().starts_with('#') && own >= indent {
            known = line.end;
        } else if !text.trim().is_empty() {
            break;
        }
        at = line.end;
    }
    known
}

/// The first line of a docstring, as one of its own.
fn summary(literal: &str) -> Option<String> {
    let prefix = literal.find(['"', '\''])?;
    let text = literal[prefix..].trim_matches(['"', '\'']);
    let line = text.trim_start().lines().next()?.trim();
    let is_plain = !line.is_empty() && !line.contains(['\\', '"']) && literal[..prefix].is_empty();
    is_plain
        .then(|| if line.ends_with(['.', '!', '?']) { line.to_owned() } else { format!("{line}.") })
}
