//! Any origin with credentials becomes the origins that the environment names, and middleware that
//! is added twice is left once.
//!
//! Only arguments that are written out are replaced. Of two equal calls the inner one goes, as the
//! outer one has seen every request and answer already; calls that differ are listed.

use std::collections::BTreeMap;

use super::Note;
use super::libraries::usable;
use super::rewrite::{Import, name_for};
use super::web::{Insertion, Owner, Web, write};
use crate::change::{Edit, RelPath};
use crate::python::outline::{Call, Context, Invocation, Value};
use crate::python::{Module, PythonService, Qualified, SyntaxTree};
use crate::workspace::{Config, Tree};

const CORS: [&str; 2] =
    ["fastapi.middleware.cors.CORSMiddleware", "starlette.middleware.cors.CORSMiddleware"];
/// Middleware of which a second one around it does all that the inner one does.
const IDEMPOTENT: [&str; 4] = [
    "fastapi.middleware.trustedhost.TrustedHostMiddleware",
    "starlette.middleware.trustedhost.TrustedHostMiddleware",
    "fastapi.middleware.httpsredirect.HTTPSRedirectMiddleware",
    "starlette.middleware.httpsredirect.HTTPSRedirectMiddleware",
];
const FUNCTION: &str = "allowed_origins";
/// What every reason begins with.
const STAYS: &str = "any origin with credentials stays allowed";

/// A place where any origin is allowed with credentials.
struct Open {
    file: usize,
    line: usize,
    /// The value of `allow_origins`.
    value: std::ops::Range<usize>,
}

/// Rewrites the middleware of a service; `name` is the service's.
pub fn settle(
    tree: &mut Tree,
    (folder, name): (Option<&RelPath>, &str),
    config: Option<&Config>,
) -> Vec<Note> {
    let mut service = PythonService::read(tree, folder, name);
    let mut notes = Vec::new();
    let insertions = {
        let web = Web::read(tree, &service);
        let mut insertions = once(&web, &mut notes);
        let open = open(&web, &mut notes);
        if let Some(first) = open.first() {
            let place = (&web.service.modules()[first.file].path, first.line);
            match usable(tree, (folder, config), ("api", &[("cors", FUNCTION)]), (STAYS, place)) {
                Ok(package) => replace(&web, &open, &package, (&mut insertions, &mut notes)),
                Err(obstacles) => notes.extend(obstacles),
            }
        }
        insertions
    };
    notes.extend(write(tree, &mut service, &insertions, "the middleware stays"));
    notes
}

/// What a class that is named in a call leads to.
fn class_of(web: &Web<'_>, file: usize, call: &Invocation) -> Option<String> {
    let named = match call.name() {
        "add_middleware" => call.argument(0, "middleware_class").and_then(Value::dotted)?,
        "Middleware" => call.argument(0, "cls").and_then(Value::dotted)?,
        _ => &call.callee,
    };
    match web.service.qualify(file, 0, named) {
        Qualified::External(path) => Some(path),
        _ => None,
    }
}

/// The places where any origin is allowed with credentials.
fn open(web: &Web<'_>, notes: &mut Vec<Note>) -> Vec<Open> {
    let mut found = Vec::new();
    for (file, outline) in &web.outlines {
        let Some(module) = web.service.modules()[*file].module() else { continue };
        if !module.text().contains("allow_credentials") {
            continue;
        }
        let syntax = module.syntax();
        for call in &outline.calls {
            let is_cors = class_of(web, *file, &call.what)
                .is_some_and(|class| CORS.contains(&class.as_str()));
            let credentials = call.what.keyword("allow_credentials") == Some(&Value::Bool(true));
            if !is_cors || !credentials {
                continue;
            }
            let line = module.source.line_of(call.what.start as usize);
            let path = &web.service.modules()[*file].path;
            match call.what.keyword("allow_origins") {
                Some(Value::Sequence(items))
                    if items.iter().any(|item| item.text() == Some("*")) =>
                {
                    let value = keyword_value(&syntax, &call.what, "allow_origins");
                    found.extend(value.map(|value| Open { file: *file, line, value }));
                }
                Some(value) if leads_to_any(web, *file, value) => {
                    let why = format!("{STAYS}: the origins are bound to a name elsewhere");
                    notes.push(Note::new(path, line, why));
                }
                _ => {}
            }
            let pattern = call.what.keyword("allow_origin_regex").and_then(Value::text);
            if pattern.is_some_and(|pattern| matches!(pattern, ".*" | "^.*$" | "https?://.*")) {
                notes.push(Note::new(path, line, format!("{STAYS}: by a pattern")));
            }
        }
    }
    found
}

/// Whether a name of the file is bound to a list with `*` in it.
fn leads_to_any(web: &Web<'_>, file: usize, value: &Value) -> bool {
    let (Value::Name(name), Some(outline)) = (value, web.outline(file)) else { return false };
    outline.assignments.iter().any(|found| {
        let is_any = |value: &Value| match value {
            Value::Sequence(items) => items.iter().any(|item| item.text() == Some("*")),
            _ => false,
        };
        found.target == *name && found.value.as_ref().is_some_and(is_any)
    })
}

/// Where the value of a keyword argument stands.
fn keyword_value(
    syntax: &SyntaxTree,
    call: &Invocation,
    name: &str,
) -> Option<std::ops::Range<usize>> {
    let node = syntax.node_at(&(call.start as usize..call.end as usize))?;
    let arguments = syntax.children(node).find(|node| syntax.nodes[*node].kind.is_arguments())?;
    let keyword = syntax.children(arguments).find(|node| {
        let first = syntax.node_text(*node).split('=').next().unwrap_or_default();
        syntax.nodes[*node].kind.is_keyword() && first.trim() == name
    })?;
    let value = syntax.children(keyword).next_back()?;
    Some(syntax.nodes[value].range.clone())
}

fn replace(
    web: &Web<'_>,
    open: &[Open],
    package: &str,
    (insertions, notes): (&mut BTreeMap<usize, Insertion>, &mut Vec<Note>),
) {
    let Some(import) = Import::parse(&format!("from {package}.cors import {FUNCTION}")) else {
        return;
    };
    for place in open {
        match name_for(web.service, place.file, &import) {
            Ok(name) => {
                let insertion = insertions.entry(place.file).or_default();
                let is_gone = insertion.edits.iter().any(|edit| {
                    edit.range.start <= place.value.start && place.value.end <= edit.range.end
                });
                if is_gone {
                    continue;
                }
                insertion.edits.push(Edit::replace(place.value.clone(), format!("{name}()")));
                insertion.imports.push(import.clone());
            }
            Err(why) => {
                let path = &web.service.modules()[place.file].path;
                notes.push(Note::new(path, place.line, format!("{STAYS}: {why}")));
            }
        }
    }
}

/// Deletes the inner one of two equal calls, and lists calls of one class that differ.
fn once(web: &Web<'_>, notes: &mut Vec<Note>) -> BTreeMap<usize, Insertion> {
    let mut known: BTreeMap<(Owner, String), (usize, Call)> = BTreeMap::new();
    let mut found: BTreeMap<usize, Insertion> = BTreeMap::new();
    for (file, outline) in &web.outlines {
        let Some(module) = web.service.modules()[*file].module() else { continue };
        let added = outline.calls.iter().filter(|call| call.what.name() == "add_middleware");
        for call in added {
            let owner = web.owner(*file, call.context, call.what.receiver());
            let (Some(owner), Some(class)) = (owner, class_of(web, *file, &call.what)) else {
                continue;
            };
            let Some((first, inner)) = known.insert((owner, class.clone()), (*file, call.clone()))
            else {
                continue;
            };
            let deleted =
                (first == *file).then(|| inner_one(module, (&inner, call), &class)).flatten();
            if let Some(edit) = deleted {
                found.entry(*file).or_default().edits.push(edit);
                continue;
            }
            let name = class.rsplit('.').next().unwrap_or(&class);
            let path = &web.service.modules()[*file].path;
            let line = module.source.line_of(call.what.start as usize);
            let why = format!(
                "{name} is added twice and stays so: the two cannot be shown to do the same"
            );
            notes.push(Note::new(path, line, why));
        }
    }
    found
}

/// The deletion of the inner one of two calls that say the same.
fn inner_one(module: &Module, (inner, outer): (&Call, &Call), class: &str) -> Option<Edit> {
    let text = |call: &Call| {
        let syntax = SyntaxTree::parse(&module.text()[range(call)]);
        let mut words: Vec<String> =
            syntax.tokens.iter().map(|token| syntax.slice(&token.range).to_owned()).collect();
        words.retain(|word| word != ",");
        words
    };
    let is_plain = |context: Context| {
        context.branches == 0 && context.tries == 0 && context.loops == 0 && !context.main_guard
    };
    let is_known = CORS.contains(&class) || IDEMPOTENT.contains(&class);
    let is_equal = text(inner) == text(outer)
        && inner.context == outer.context
        && inner.discarded
        && is_plain(inner.context);
    if !is_known || !is_equal {
        return None;
    }
    let range = range(inner);
    let (first, last) = (
        module.source.line_range(range.start),
        module.source.line_range(range.end.saturating_sub(1)),
    );
    let before = &module.text()[first.start..range.start];
    let after = &module.text()[range.end..last.end];
    (before.trim().is_empty() && after.trim().is_empty())
        .then(|| Edit::delete(first.start..last.end))
}

fn range(call: &Call) -> std::ops::Range<usize> {
    call.what.start as usize..call.what.end as usize
}
