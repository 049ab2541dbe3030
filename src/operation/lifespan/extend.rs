//! Something more that an application does when it starts and when it stops.

use super::handlers::application;
use super::{IMPORTS, written};
use crate::change::Edit;
use crate::operation::rewrite::{Import, name_for};
use crate::operation::web::{Holder, Insertion, Web};
use crate::python::{Binding, BindingKind, Kind, Module, Qualified, SyntaxTree};

/// What an application is to do besides.
#[derive(Debug, Clone, Default)]
pub(in crate::operation) struct Extension {
    /// Lines for its start, before everything else.
    pub(in crate::operation) starts: Vec<String>,
    /// Lines for its end, after everything else.
    pub(in crate::operation) stops: Vec<String>,
}

/// The lifespan of an application, where it has one: the file and the function's name.
fn known(web: &Web<'_>, app: &Holder) -> Result<Option<(usize, String)>, String> {
    let strange = "its lifespan is no function of the service";
    if app.call.is_open() {
        return Err("its arguments are not all in sight".to_owned());
    }
    let Some(value) = app.call.keyword("lifespan") else { return Ok(None) };
    let name = value.dotted().filter(|_| value.call().is_none()).ok_or(strange)?;
    let mut own = web.outlines[&app.owner.0].functions.iter();
    let is_beside = own.any(|found| *found.name == *name && found.context.function == app.owner.1);
    match web.service.qualify(app.owner.0, 0, name) {
        Qualified::Definition(file, name) => Ok(Some((file, name))),
        // A factory that defines it for the application which it makes.
        _ if is_beside => Ok(Some((app.owner.0, name.to_owned()))),
        _ => Err(strange.to_owned()),
    }
}

/// The file in which the lifespan of an application stands, or will stand.
pub(in crate::operation) fn holder_file(web: &Web<'_>, app: &Holder) -> Result<usize, String> {
    Ok(known(web, app)?.map_or(app.owner.0, |(file, _)| file))
}

/// The edits by which an application does something more, in the file of its lifespan.
pub(in crate::operation) fn extension(
    web: &Web<'_>,
    app: &Holder,
    more: &Extension,
) -> Result<Insertion, String> {
    let lifespan = known(web, app)?;
    let file = lifespan.as_ref().map_or(app.owner.0, |(file, _)| *file);
    let record = &web.service.modules()[file];
    let module = record.module().filter(|module| module.errors.is_empty());
    let module = module.ok_or("the file of its lifespan cannot be read")?;
    let tree = module.syntax();
    let Some((_, name)) = lifespan else { return made(web, app, (module, &tree), more) };
    let edits = continued(module, &tree, &name, more)?;
    Ok(Insertion { edits, imports: Vec::new() })
}

/// A lifespan for an application that has none.
fn made(
    web: &Web<'_>,
    app: &Holder,
    (module, tree): (&Module, &SyntaxTree),
    more: &Extension,
) -> Result<Insertion, String> {
    let (file, _, object) = &app.owner;
    let events = ["on_event", "add_event_handler", "on_startup", "on_shutdown"];
    let has_events = web.outlines.values().any(|outline| {
        outline.calls.iter().any(|call| {
            events.contains(&call.what.name())
                || call.what.keywords.iter().any(|(name, _)| events.contains(&&**name))
        })
    });
    if has_events {
        return Err("its handlers are registered one by one, and a lifespan would silence them \
                    (see the step lifespan)"
            .to_owned());
    }
    let found = application(web.service, *file, (module, tree), object);
    let found = found.ok_or_else(|| format!("{object} is not made once in its file"))?;
    let imports: Vec<Import> = IMPORTS.into_iter().filter_map(Import::parse).collect();
    let names = imports.iter().map(|import| name_for(web.service, *file, import));
    let names = names.collect::<Result<Vec<_>, _>>()?;
    let lines = (&more.starts[..], &more.stops[..]);
    let edits = written(module, &found, (&names[0], &names[1]), lines)
        .ok_or("lifespan means something else in its file")?;
    // What the file knows by another name is called by that.
    let imports = imports.into_iter().zip(&names).filter(|(import, name)| import.word() == *name);
    Ok(Insertion { edits, imports: imports.map(|(import, _)| import).collect() })
}

/// More lines in a lifespan that is there: at its beginning, and at its end or that of the
/// `finally` in which it stops things.
fn continued(
    module: &Module,
    tree: &SyntaxTree,
    name: &str,
    more: &Extension,
) -> Result<Vec<Edit>, String> {
    let strange = || format!("its lifespan {name} is no plain function with one yield");
    // From the first word of a function to its name.
    let begins = |head: &str| matches!(head.trim_end(), "def" | "async def" | "async  def");
    let named: Vec<&Binding> = module
        .facts
        .bindings
        .iter()
        .filter(|found| found.name == name && found.kind == BindingKind::Function)
        .collect();
    let is_it = |node: &usize| {
        let range = &tree.nodes[*node].range;
        tree.nodes[*node].kind.is_function()
            && named.iter().any(|found| {
                range.contains(&found.range.start)
                    && begins(tree.slice(&(range.start..found.range.start)))
            })
    };
    let mut functions = (0..tree.nodes.len()).filter(is_it);
    let function = functions.next().ok_or_else(strange)?;
    if functions.next().is_some() {
        return Err(format!("several functions of its file are called {name}"));
    }
    let whole = tree.nodes[function].range.clone();
    let inside = |node: &usize| {
        let range = &tree.nodes[*node].range;
        whole.start < range.start && range.end <= whole.end
    };
    let count = |is: fn(Kind) -> bool| {
        (0..tree.nodes.len()).filter(inside).filter(|node| is(tree.nodes[*node].kind)).count()
    };
    let is_async = tree.slice(&whole).starts_with("async");
    let is_plain = is_async
        && count(Kind::is_yield) == 1
        && count(Kind::is_return) == 0
        && count(Kind::is_function) == 0;
    if !is_plain {
        return Err(strange());
    }
    let body: Vec<usize> =
        tree.children(function).filter(|child| tree.nodes[*child].kind.is_statement()).collect();
    let is_text = |statement: &usize| {
        let only = tree.children(*statement).next();
        tree.nodes[*statement].kind.is_expression_statement()
            && only.is_some_and(|only| tree.nodes[only].kind.is_plain_string())
    };
    let first = body.iter().find(|statement| !is_text(statement)).ok_or_else(strange)?;
    let last = *body.last().ok_or_else(strange)?;
    let stops_in = stopping(tree, last).unwrap_or(last);
    let starts = before(module, tree, *first, &more.starts).ok_or_else(strange)?;
    let stops = behind(module, tree, stops_in, &more.stops).ok_or_else(strange)?;
    let is_empty = more.stops.is_empty();
    Ok(std::iter::once(starts).chain((!is_empty).then_some(stops)).collect())
}

/// The last statement of the `finally` of a `try` around the `yield`.
fn stopping(tree: &SyntaxTree, statement: usize) -> Option<usize> {
    if !tree.nodes[statement].kind.is_try() {
        return None;
    }
    let last = tree.children(statement).rfind(|child| tree.nodes[*child].kind.is_statement())?;
    let before = tree.nodes[last].range.start;
    let has_finally = tree
        .tokens_in(&tree.nodes[statement].range)
        .filter(|token| tree.tokens[*token].range.start < before)
        .any(|token| tree.token_text(token) == "finally");
    has_finally.then_some(last)
}

/// The white space in front of a statement; none where it shares its line with another one.
fn indent_of<'m>(module: &'m Module, tree: &SyntaxTree, statement: usize) -> Option<&'m str> {
    let start = tree.nodes[statement].range.start;
    let indent = &module.text()[module.source.line_range(start).start..start];
    indent.trim().is_empty().then_some(indent)
}

/// Lines in front of a statement.
fn before(module: &Module, tree: &SyntaxTree, statement: usize, lines: &[String]) -> Option<Edit> {
    let indent = indent_of(module, tree, statement)?;
    let start = tree.nodes[statement].range.start;
    let newline = module.source.newline_at(start);
    let made = lines.iter().map(|line| format!("{indent}{line}{newline}"));
    Some(Edit::insert(module.source.line_range(start).start, made.collect::<String>()))
}

/// Lines behind a statement.
fn behind(module: &Module, tree: &SyntaxTree, statement: usize, lines: &[String]) -> Option<Edit> {
    let indent = indent_of(module, tree, statement)?;
    let last = tree.nodes[statement].range.end.saturating_sub(1);
    let newline = module.source.newline_at(last);
    let end = module.source.line_range(last).end;
    let made = lines.iter().map(|line| format!("{indent}{line}"));
    let made = made.collect::<Vec<_>>().join(newline);
    let is_closed = module.text()[..end].ends_with('\n');
    let text = if is_closed { format!("{made}{newline}") } else { format!("{newline}{made}") };
    Some(Edit::insert(end, text))
}
