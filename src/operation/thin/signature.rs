//! The parameters of a use case: those of the route that its body uses, and what it is given.

use std::collections::BTreeMap;
use std::ops::Range;

use super::names::{Needs, Reader, Refusal};
use super::survey::Handler;
use crate::python::{BindingKind, Qualified, Resolution, SyntaxTree};

/// Lines are not made longer than this.
const WIDTH: usize = 88;
/// So much of outer layers may be handed over before a use case is one no more.
const MOST: usize = 5;

/// One parameter.
#[derive(Debug, Clone)]
struct Parameter {
    name: String,
    /// As it is written, where a use case can name it.
    annotation: Option<String>,
}

/// What stands in front of the body of a use case, and how the route calls it.
#[derive(Debug, Clone)]
pub(super) struct Signature {
    own: Vec<Parameter>,
    given: Vec<Parameter>,
    values: Vec<(String, String)>,
    returns: Option<String>,
    is_async: bool,
}

/// Reads the signature of a handler; what its annotations import joins the needs.
pub(super) fn signature(
    reader: &Reader<'_>,
    tree: &SyntaxTree,
    (handler, code): (&Handler, &Range<usize>),
    needs: &mut Needs,
) -> Result<Signature, Refusal> {
    let passed = needs.passed.clone();
    if passed.len() > MOST {
        let why = format!("it needs {} things of outer layers", passed.len());
        return Err((handler.start, why));
    }
    let mut own = Vec::new();
    for (name, annotation) in parameters(tree, handler)? {
        if !is_used(reader, handler, &name, code) {
            continue;
        }
        if let Some(range) = annotation.as_ref().filter(|range| is_of_framework(reader, range)) {
            let why = format!("it uses {name}, a {} of the framework", tree.slice(range));
            return Err((range.start, why));
        }
        let annotation = annotation.map(|range| written(reader, tree, &range, needs));
        own.push(Parameter { name, annotation });
    }
    let given = passed.iter().map(|passed| {
        let annotation = if passed.is_logger {
            needs.imports.insert("logging".to_owned(), vec!["import logging".to_owned()]);
            "logging.Logger".to_owned()
        } else {
            ported(reader, &passed.value, needs).unwrap_or_else(|| any(needs).to_owned())
        };
        Parameter { name: passed.name.clone(), annotation: Some(annotation) }
    });
    let given = given.collect();
    let values = passed.into_iter().map(|passed| (passed.name, passed.value)).collect();
    let returns = returned(tree, handler).map(|range| written(reader, tree, &range, needs));
    let header = &tree.text[tree.nodes[handler.node].range.clone()];
    Ok(Signature { own, given, values, returns, is_async: header.starts_with("async") })
}

/// A parameter of a handler: its name, and the range of its annotation.
type Declared = (String, Option<Range<usize>>);

/// The names of the parameters with the ranges of their annotations; what FastAPI reads from
/// `Annotated` stays with the route.
fn parameters(tree: &SyntaxTree, handler: &Handler) -> Result<Vec<Declared>, Refusal> {
    let list = tree.children(handler.node).find(|child| tree.nodes[*child].kind.is_parameters());
    let Some(list) = list else { return Ok(Vec::new()) };
    let whole = tree.nodes[list].range.clone();
    let mut found = Vec::new();
    for (node, parameter) in tree.nodes.iter().enumerate() {
        let is_inside = whole.start <= parameter.range.start && parameter.range.end <= whole.end;
        let first = tree.tokens_in(&parameter.range).start;
        if !is_inside
            || !parameter.kind.is_parameter()
            || found.iter().any(|(at, _, _)| *at == first)
        {
            continue;
        }
        let is_of_lambda = tree
            .around(node)
            .take_while(|around| *around != list)
            .any(|around| tree.nodes[around].kind.is_lambda());
        if is_of_lambda {
            continue;
        }
        if tree.text[..parameter.range.start].ends_with('*') {
            return Err((parameter.range.start, "it takes any number of arguments".to_owned()));
        }
        let inner = tree.children(node).find(|child| tree.nodes[*child].kind.is_parameter());
        let annotation = annotation_of(tree, inner.unwrap_or(node));
        found.push((first, tree.token_text(first).to_owned(), annotation));
    }
    Ok(found.into_iter().map(|(_, name, annotation)| (name, annotation)).collect())
}

/// The annotation of a parameter: what stands behind its colon.
fn annotation_of(tree: &SyntaxTree, node: usize) -> Option<Range<usize>> {
    let range = &tree.nodes[node].range;
    let colon = tree.tokens_in(range).find(|token| tree.token_text(*token) == ":")?;
    let first = tree.tokens_in(range).start;
    if colon != first + 1 {
        return None;
    }
    let behind = tree.tokens[colon].range.end;
    let annotation = tree.children(node).find(|child| tree.nodes[*child].range.start >= behind)?;
    let kind = tree.nodes[annotation].kind;
    let parts: Vec<usize> = tree.children(annotation).collect();
    if kind.is_subscript()
        && let [name, inside] = parts[..]
        && tree.node_text(name).rsplit('.').next() == Some("Annotated")
    {
        let first = tree.children(inside).next()?;
        return Some(tree.nodes[first].range.clone());
    }
    Some(tree.nodes[annotation].range.clone())
}

/// The annotation of what a handler returns.
fn returned(tree: &SyntaxTree, handler: &Handler) -> Option<Range<usize>> {
    let range = |child: usize| tree.nodes[child].range.clone();
    let list = tree.children(handler.node).find(|child| tree.nodes[*child].kind.is_parameters());
    let end = list.map_or(0, |list| range(list).end);
    let behind = tree.children(handler.node).find(|child| range(*child).start >= end);
    behind.filter(|child| tree.nodes[*child].kind.is_any_expression()).map(range)
}

/// Whether the code of a handler uses one of its parameters, or rebinds it.
fn is_used(reader: &Reader<'_>, handler: &Handler, name: &str, code: &Range<usize>) -> bool {
    let facts = &reader.module.facts;
    let own = facts.bindings.iter().find(|found| {
        found.name == name
            && found.kind == BindingKind::Parameter
            && handler.start < found.range.start
            && found.range.end < code.start
    });
    let Some(scope) = own.map(|found| found.scope) else { return false };
    let inside = |range: &Range<usize>| code.start <= range.start && range.end <= code.end;
    let reads = facts.references.iter().any(|found| {
        found.name == name && found.resolution == Resolution::Scope(scope) && inside(&found.range)
    });
    reads || facts.bindings_of(name, scope).any(|found| inside(&found.range))
}

/// Whether an annotation names something of the web framework.
fn is_of_framework(reader: &Reader<'_>, range: &Range<usize>) -> bool {
    let references = reader.module.facts.references.iter();
    let mut inside =
        references.filter(|found| range.start <= found.range.start && found.range.end <= range.end);
    inside.any(|found| {
        let dotted = found
            .chain
            .iter()
            .fold(found.name.clone(), |known, part| format!("{known}.{}", part.name));
        match reader.around.service().qualify_at(reader.file, &found.range, &dotted) {
            Qualified::External(path) => {
                matches!(path.split('.').next(), Some("fastapi" | "starlette"))
            }
            _ => false,
        }
    })
}

/// An annotation as a use case can write it.
fn written(
    reader: &Reader<'_>,
    tree: &SyntaxTree,
    range: &Range<usize>,
    needs: &mut Needs,
) -> String {
    let text = tree.slice(range);
    let known = reader.annotation(range).filter(|_| !text.contains('\n'));
    match known {
        Some(imports) if fits(needs, &imports) => {
            needs.imports.extend(imports);
            text.to_owned()
        }
        _ => any(needs).to_owned(),
    }
}

/// Whether names mean the same as those that are needed already, and none is given.
fn fits(needs: &Needs, imports: &BTreeMap<String, Vec<String>>) -> bool {
    imports.iter().all(|(name, statements)| {
        needs.imports.get(name).is_none_or(|known| known == statements)
            && needs.passed.iter().all(|passed| passed.name != *name)
    })
}

/// The port behind which something of an outer layer lies, where it has one.
fn ported(reader: &Reader<'_>, value: &str, needs: &mut Needs) -> Option<String> {
    let (name, statement) = reader.port(value)?;
    let imports = BTreeMap::from([(name.clone(), vec![statement])]);
    if !fits(needs, &imports) {
        return None;
    }
    needs.imports.extend(imports);
    Some(name)
}

/// What is of an outer layer has no type that an inner one could name.
fn any(needs: &mut Needs) -> &'static str {
    needs
        .imports
        .entry("Any".to_owned())
        .or_insert_with(|| vec!["from typing import Any".to_owned()]);
    "Any"
}

impl Signature {
    /// The line or lines up to the colon.
    pub(super) fn header(&self, name: &str, unit: &str) -> String {
        let shown = |parameter: &Parameter| match &parameter.annotation {
            Some(annotation) => format!("{}: {annotation}", parameter.name),
            None => parameter.name.clone(),
        };
        let mut all: Vec<String> = self.own.iter().map(shown).collect();
        if !self.given.is_empty() {
            all.push("*".to_owned());
            all.extend(self.given.iter().map(shown));
        }
        let word = if self.is_async { "async def" } else { "def" };
        let arrow = self.returns.as_ref().map(|kind| format!(" -> {kind}")).unwrap_or_default();
        let line = format!("{word} {name}({}){arrow}:", all.join(", "));
        if line.chars().count() <= WIDTH {
            return line;
        }
        format!("{word} {name}(\n{}){arrow}:", listed(&all, unit))
    }

    /// The statement of the route that is left.
    pub(super) fn call(&self, callee: &str, (indent, unit): (&str, &str)) -> String {
        let mut all: Vec<String> = self.own.iter().map(|own| own.name.clone()).collect();
        all.extend(self.values.iter().map(|(name, value)| format!("{name}={value}")));
        let wait = if self.is_async { "await " } else { "" };
        let line = format!("{indent}return {wait}{callee}({})", all.join(", "));
        if line.chars().count() <= WIDTH || all.is_empty() {
            return line;
        }
        let inner = format!("{indent}{unit}");
        format!("{indent}return {wait}{callee}(\n{}{indent})", listed(&all, &inner))
    }

    /// The names of everything that is a parameter.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.own.iter().chain(&self.given).map(|parameter| parameter.name.as_str())
    }
}

/// One item a line.
fn listed(items: &[String], indent: &str) -> String {
    format!("{indent}{},\n", items.join(&format!(",\n{indent}")))
}
