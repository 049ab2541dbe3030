//! HTTP exceptions of a body become exceptions of the domain, where nobody can tell the difference.
//!
//! An exception that leaves the handler is answered by a handler of the application, as before.
//! What could tell: a clause around it that looks at the exception, or one that is meant for HTTP
//! exceptions of somebody else.

use std::collections::BTreeSet;
use std::ops::Range;

use super::errors::Errors;
use super::names::{Reader, Refusal};
use crate::change::Edit;
use crate::python::{PythonService, Qualified, Reference, SyntaxTree};

/// The names of the exception that is answered with its status.
const NAMES: [&str; 3] = [
    "fastapi.HTTPException",
    "fastapi.exceptions.HTTPException",
    "starlette.exceptions.HTTPException",
];
/// Lines are not made longer than this.
const WIDTH: usize = 88;

/// What becomes of the HTTP exceptions of a body.
#[derive(Debug, Clone, Default)]
pub(super) struct Conversion {
    /// The edits.
    pub(super) edits: Vec<Edit>,
    /// What goes from the body by them.
    pub(super) gone: Vec<Range<usize>>,
    /// The statuses that are raised.
    pub(super) statuses: BTreeSet<u16>,
    /// Whether the base class is caught.
    pub(super) catches: bool,
}

impl Conversion {
    /// Whether anything is raised or caught.
    pub(super) fn is_needed(&self) -> bool {
        self.catches || !self.statuses.is_empty()
    }
}

/// Whether a reference means the HTTP exception.
pub(super) fn is_http(service: &PythonService, file: usize, reference: &Reference) -> bool {
    let mut dotted = reference.name.clone();
    for part in &reference.chain {
        dotted = format!("{dotted}.{}", part.name);
    }
    match service.qualify_at(file, &reference.range, &dotted) {
        Qualified::External(path) => NAMES.contains(&path.as_str()),
        _ => false,
    }
}

/// Converts the HTTP exceptions of a body.
pub(super) fn convert(
    reader: &Reader<'_>,
    tree: &SyntaxTree,
    (function, code): (usize, &Range<usize>),
    errors: &Errors,
) -> Result<Conversion, Refusal> {
    let mut found = Conversion::default();
    let service = reader.around.service();
    let references = reader.module.facts.references.iter();
    let inside =
        references.filter(|one| code.start <= one.range.start && one.range.end <= code.end);
    for reference in inside.filter(|one| is_http(service, reader.file, one)) {
        let end = reference.chain.last().map_or(reference.range.end, |last| last.range.end);
        let range = reference.range.start..end;
        let refuse = |why: &str| (range.start, why.to_owned());
        let other = || refuse("an HTTPException is used in another way than raised or caught");
        let node = tree.node_at(&range).ok_or_else(other)?;
        let around = tree.nodes[node].parent.ok_or_else(other)?;
        if tree.nodes[around].kind.is_handler() {
            clause(reader, tree, around).map_err(|why| refuse(&why))?;
            found.edits.push(Edit::replace(range.clone(), errors.base()));
            found.gone.push(range);
            found.catches = true;
            continue;
        }
        let raises = tree.nodes[around].parent.ok_or_else(other)?;
        let is_raised = tree.nodes[around].kind.is_call()
            && tree.children(around).next() == Some(node)
            && tree.nodes[raises].kind.is_raise()
            && tree.children(raises).next() == Some(around);
        if !is_raised {
            return Err(other());
        }
        raised(reader, tree, around, errors, &mut found).map_err(|why| refuse(&why))?;
        unseen(reader, tree, raises, function)?;
    }
    Ok(found)
}

/// `except HTTPException: raise`, where no function that is called can raise one.
fn clause(reader: &Reader<'_>, tree: &SyntaxTree, handler: usize) -> Result<(), String> {
    let mut body = tree.children(handler).filter(|child| tree.nodes[*child].kind.is_statement());
    let only = body.next().filter(|_| body.next().is_none());
    if only.is_none_or(|only| tree.node_text(only) != "raise") {
        return Err("it does something with an HTTPException that it catches".to_owned());
    }
    match reader.around.escaping() {
        None => Ok(()),
        Some(place) => Err(format!(
            "it catches HTTPException, which a function that it may call raises ({place})"
        )),
    }
}

/// `raise HTTPException(status_code=…, detail=…)`.
fn raised(
    reader: &Reader<'_>,
    tree: &SyntaxTree,
    call: usize,
    errors: &Errors,
    found: &mut Conversion,
) -> Result<(), String> {
    let arguments = tree.children(call).find(|child| tree.nodes[*child].kind.is_arguments());
    let arguments = arguments.ok_or("the call has no arguments")?;
    let (mut status, mut detail) = (None, None);
    for (position, argument) in tree.children(arguments).enumerate() {
        let text = tree.node_text(argument);
        let is_keyword = tree.nodes[argument].kind.is_keyword();
        let name = match (is_keyword, position) {
            (true, _) => text.split('=').next().unwrap_or_default().trim(),
            (false, 0) => "status_code",
            (false, 1) => "detail",
            _ => "headers",
        };
        let value = if is_keyword { tree.children(argument).next_back() } else { Some(argument) };
        match name {
            "status_code" => status = value,
            "detail" => detail = value,
            "headers" => return Err("an HTTPException gives headers along".to_owned()),
            _ => return Err("the arguments of an HTTPException cannot be read".to_owned()),
        }
    }
    let status = status.and_then(|node| status_of(reader, tree, node));
    let status = status.ok_or("the status of an HTTPException is not written out")?;
    let class = errors
        .class(status)
        .ok_or_else(|| format!("the domain has no word for status {status}"))?;
    let range = tree.nodes[call].range.clone();
    let Some(detail) = detail.map(|node| tree.nodes[node].range.clone()) else {
        return Err("an HTTPException says nothing, and gets the phrase of its status".to_owned());
    };
    let around = [range.start..detail.start, detail.end..range.end];
    if around.iter().any(|part| tree.has_comment(part)) {
        return Err("a remark stands among the arguments of an HTTPException".to_owned());
    }
    let text = written(reader, (&range, tree.slice(&detail)), class, tree.indent.as_deref());
    found.edits.extend(text(&detail));
    found.gone.extend(around);
    found.statuses.insert(status);
    Ok(())
}

/// The edits around what is said: on one line where that fits, else as the call was laid out.
fn written<'a>(
    reader: &Reader<'a>,
    (range, detail): (&'a Range<usize>, &'a str),
    class: &'a str,
    unit: Option<&'a str>,
) -> impl Fn(&Range<usize>) -> [Edit; 2] + 'a {
    let module = reader.module;
    let unit = unit.unwrap_or("    ").to_owned();
    move |said: &Range<usize>| {
        let line = module.source.line_range(range.start);
        let before = &module.text()[line.start..range.start];
        let indent: String = before.chars().take_while(|c| c.is_whitespace()).collect();
        let was_spread = module.slice(range).contains('\n');
        let width = before.chars().count() + class.len() + detail.chars().count() + 2;
        let fits = !detail.contains('\n') && width <= WIDTH;
        let newline = module.source.newline_at(range.start);
        let (open, close) = if was_spread && !fits {
            (format!("{class}({newline}{indent}{unit}"), format!(",{newline}{indent})"))
        } else {
            (format!("{class}("), ")".to_owned())
        };
        [Edit::replace(range.start..said.start, open), Edit::replace(said.end..range.end, close)]
    }
}

/// A status that is written out: a number, or a constant of the framework.
fn status_of(reader: &Reader<'_>, tree: &SyntaxTree, node: usize) -> Option<u16> {
    let text = tree.node_text(node);
    if tree.nodes[node].kind.is_number() {
        return text.parse().ok();
    }
    let range = tree.nodes[node].range.clone();
    let known = reader.around.service().qualify_at(reader.file, &range, text);
    let Qualified::External(path) = known else { return None };
    let constant =
        path.strip_prefix("fastapi.status.").or_else(|| path.strip_prefix("starlette.status."))?;
    constant.strip_prefix("HTTP_")?.get(..3)?.parse().ok()
}

/// Whether no clause around a node looks at an exception that is raised there.
fn unseen(
    reader: &Reader<'_>,
    tree: &SyntaxTree,
    node: usize,
    function: usize,
) -> Result<(), Refusal> {
    let mut inner = node;
    for around in tree.around(node) {
        if around == function {
            break;
        }
        let kind = tree.nodes[around].kind;
        if kind.is_function() || kind.is_lambda() || kind.is_class() {
            let why = "an HTTPException is raised in a function inside of it".to_owned();
            return Err((tree.nodes[node].range.start, why));
        }
        if kind.is_try() {
            let catches = catching(reader.around.service(), (reader.file, tree), around, inner)?;
            if let Some(clause) = catches.into_iter().find(|clause| looks(tree, *clause)) {
                let why = "a broad `except` around an HTTPException looks at what it catches";
                return Err((tree.nodes[clause].range.start, why.to_owned()));
            }
        }
        inner = around;
    }
    Ok(())
}

/// The broad clauses of a `try` that can catch what is raised in its statement `inner`; fails with
/// one that cannot be read. A clause for HTTP exceptions in front of them shields them.
pub(super) fn catching(
    service: &PythonService,
    (file, tree): (usize, &SyntaxTree),
    outer: usize,
    inner: usize,
) -> Result<Vec<usize>, Refusal> {
    let children: Vec<usize> = tree.children(outer).collect();
    let first = children.iter().position(|child| tree.nodes[*child].kind.is_handler());
    let own = children.iter().position(|child| *child == inner);
    let mut found = Vec::new();
    if own >= first || first.is_none() {
        return Ok(found);
    }
    for clause in children.into_iter().filter(|child| tree.nodes[*child].kind.is_handler()) {
        match breadth(service, (file, tree), clause)? {
            Breadth::Other => {}
            Breadth::Broad => found.push(clause),
            Breadth::Http => break,
        }
    }
    Ok(found)
}

/// What a clause catches.
enum Breadth {
    /// Nothing that concerns an HTTP exception.
    Other,
    /// Everything.
    Broad,
    /// HTTP exceptions.
    Http,
}

fn breadth(
    service: &PythonService,
    (file, tree): (usize, &SyntaxTree),
    clause: usize,
) -> Result<Breadth, Refusal> {
    let caught = tree.children(clause).next();
    let Some(caught) = caught.filter(|child| tree.nodes[*child].kind.is_any_expression()) else {
        return Ok(Breadth::Broad);
    };
    let is_plain = |node: &usize| {
        let kind = tree.nodes[*node].kind;
        kind.is_name() || kind.is_attribute()
    };
    let kinds: Vec<usize> =
        if is_plain(&caught) { vec![caught] } else { tree.children(caught).collect() };
    let mut widest = Breadth::Other;
    for kind in kinds {
        let range = tree.nodes[kind].range.clone();
        let refuse = || Err((range.start, "what this clause catches cannot be read".to_owned()));
        if !is_plain(&kind) {
            return refuse();
        }
        match service.qualify_at(file, &range, tree.node_text(kind)) {
            Qualified::External(path) if NAMES.contains(&path.as_str()) => {
                return Ok(Breadth::Http);
            }
            Qualified::External(path)
                if matches!(path.as_str(), "builtins.Exception" | "builtins.BaseException") =>
            {
                widest = Breadth::Broad;
            }
            Qualified::External(_) | Qualified::Definition(..) => {}
            _ => return refuse(),
        }
    }
    Ok(widest)
}

/// Whether a clause uses the exception for anything but the cause of another one.
pub(super) fn looks(tree: &SyntaxTree, clause: usize) -> bool {
    let range = &tree.nodes[clause].range;
    let tokens: Vec<&str> = tree.token_texts(range);
    let header = tokens.iter().position(|token| *token == ":").unwrap_or(tokens.len());
    let named = tokens[..header].iter().position(|token| *token == "as");
    let name = named.and_then(|at| tokens.get(at + 1)).copied();
    let body = &tokens[header..];
    let reads = |at: usize, token: &str| {
        Some(token) == name && body.get(at.wrapping_sub(1)) != Some(&"from")
    };
    let shows = ["exc_info", "exception", "traceback", "sys", "opt"];
    body.iter().enumerate().any(|(at, token)| reads(at, token) || shows.contains(token))
        || in_formats(tree, range, name)
}

/// Whether a name stands in a part of a formatted string, where tokens may be joined.
fn in_formats(tree: &SyntaxTree, range: &Range<usize>, name: Option<&str>) -> bool {
    let Some(name) = name else { return false };
    let nodes = tree.nodes.iter();
    let inside =
        nodes.filter(|node| range.start <= node.range.start && node.range.end <= range.end);
    let names = inside.filter(|node| node.kind.is_name() && tree.slice(&node.range) == name);
    let mut read = names.filter(|node| {
        let before = tree.text[..node.range.start].trim_end();
        !before.ends_with("from")
    });
    read.next().is_some()
}
