//! Where something more can be registered with an application.

use std::ops::Range;

use super::{Holder, Web};
use crate::change::Edit;
use crate::python::{Module, Moment, Resolution, StatementKind};

/// Why there is no place, with the line.
pub(in crate::operation) type Refusal = (usize, String);

/// What serves an application until it ends.
const SERVERS: [&str; 4] = ["uvicorn.run", "asyncio.run", "run", "hypercorn.asyncio.serve"];

/// A place between two statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operation) struct Place {
    /// Where the text goes: the beginning of a line, or the end of the file.
    offset: usize,
    /// What stands before each line.
    indent: String,
    /// How many blank lines stand between it and what is before.
    blank: usize,
}

impl Place {
    /// The edit that puts lines there.
    pub(in crate::operation) fn edit(&self, module: &Module, lines: &[String]) -> Edit {
        let newline = module.source.newline_at(self.offset.saturating_sub(1));
        let mut text = String::new();
        let before = &module.text()[..self.offset];
        if !before.is_empty() && !before.ends_with('\n') {
            text.push_str(newline);
        }
        text.push_str(&newline.repeat(self.blank));
        for line in lines {
            if !line.is_empty() {
                text.push_str(&format!("{}{line}", self.indent));
            }
            text.push_str(newline);
        }
        if !module.text().ends_with('\n') && self.offset == module.text().len() {
            text.truncate(text.trim_end().len());
        }
        Edit::insert(self.offset, text)
    }
}

/// The place behind everything that is registered with an application where it is made.
///
/// `ahead` is the offset of a registration that has to come later, for example of a mount at `/`.
pub(in crate::operation) fn after_wiring(
    web: &Web<'_>,
    app: &Holder,
    ahead: Option<u32>,
) -> Result<Place, Refusal> {
    let file = app.owner.0;
    let line = web.line(file, app.call.start);
    let Some(module) = web.service.modules()[file].module() else {
        return Err((0, "the file cannot be read".to_owned()));
    };
    if !module.errors.is_empty() {
        return Err((line, "the file does not parse".to_owned()));
    }
    if app.owner.2.contains('.') {
        return Err((line, format!("the application is {}, not a variable", app.owner.2)));
    }
    match app.owner.1 {
        Some(function) => in_function(web, (app, function), module, ahead),
        None => in_module(module, app, ahead).map_err(|why| (line, why)),
    }
}

/// The place right behind the statement that makes an application.
pub(super) fn after_creation(web: &Web<'_>, app: &Holder) -> Result<Place, Refusal> {
    // What can be wired at its end can be wired at its beginning.
    after_wiring(web, app, None)?;
    let Some(module) = web.service.modules()[app.owner.0].module() else {
        return Err((0, "the file cannot be read".to_owned()));
    };
    let (start, end) = (app.call.start as usize, app.call.end as usize);
    let line = module.source.line_range(start);
    let own = &module.text()[line.clone()];
    let indent = own[..own.len() - own.trim_start().len()].to_owned();
    let last = module.source.line_range(end.saturating_sub(1));
    let behind = module.text()[end..last.end].trim_start();
    if !behind.is_empty() && !behind.starts_with('#') {
        let why = "another statement shares its line".to_owned();
        return Err((module.source.line_of(start), why));
    }
    Ok(Place { offset: last.end, indent, blank: 0 })
}

fn in_function(
    web: &Web<'_>,
    (app, function): (&Holder, u32),
    module: &Module,
    ahead: Option<u32>,
) -> Result<Place, Refusal> {
    let line = module.source.line_of(app.call.start as usize);
    let refuse = |why: &str| Err((line, why.to_owned()));
    let tree = module.syntax();
    let at = app.call.start as usize;
    let holds = |range: &Range<usize>, at: usize| range.start <= at && at < range.end;
    let around = (0..tree.nodes.len())
        .rev()
        .find(|node| tree.nodes[*node].kind.is_function() && holds(&tree.nodes[*node].range, at));
    let Some(around) = around else { return refuse("its function cannot be found") };
    let body: Vec<Range<usize>> = tree
        .children(around)
        .filter(|child| tree.nodes[*child].kind.is_statement())
        .map(|child| tree.nodes[child].range.clone())
        .collect();
    let makes = tree.children(around).find(|child| holds(&tree.nodes[*child].range, at));
    let is_plain = makes.is_some_and(|child| {
        let kind = tree.nodes[child].kind;
        kind.is_assignment() || kind.is_annotated_assignment()
    });
    if !is_plain {
        return refuse("the application is made under a condition");
    }
    let outline = web.outline(file_of(app)).ok_or((line, "the file cannot be read".to_owned()))?;
    let mut returns =
        outline.returns.iter().filter(|found| found.context.function == Some(function));
    let (Some(only), None) = (returns.next(), returns.next()) else {
        return refuse("its function gives it back at several places, or at none");
    };
    let wanted = ahead.map_or(only.start as usize, |ahead| ahead as usize);
    let Some(statement) = body.iter().find(|range| holds(range, wanted)) else {
        return refuse("what has to come later stands in another function");
    };
    before(module, statement.start).ok_or((line, "another statement shares its line".to_owned()))
}

fn file_of(app: &Holder) -> usize {
    app.owner.0
}

/// The place above a statement, and above the remarks that belong to it.
fn before(module: &Module, start: usize) -> Option<Place> {
    let text = module.text();
    let mut line = module.source.line_range(start).start;
    let indent = text[line..start].to_owned();
    if !indent.trim().is_empty() {
        return None;
    }
    while line > 0 {
        let above = module.source.line_range(line - 1);
        if !text[above.clone()].trim_start().starts_with('#') {
            break;
        }
        line = above.start;
    }
    Some(Place { offset: line, indent, blank: 0 })
}

fn in_module(module: &Module, app: &Holder, ahead: Option<u32>) -> Result<Place, String> {
    let facts = &module.facts;
    let name = &app.owner.2;
    let at = app.call.start as usize;
    let made = facts
        .statements
        .iter()
        .position(|found| found.range.start <= at && at < found.range.end)
        .filter(|number| facts.statements[*number].kind == StatementKind::Assignment)
        .ok_or("the application is made under a condition")?;
    if facts.bindings_of(name, 0).count() != 1 {
        return Err(format!("{name} is bound more than once"));
    }
    if let Some(ahead) = ahead {
        let ahead = ahead as usize;
        let mut statements = facts.statements.iter();
        let found = statements.find(|found| found.range.start <= ahead && ahead < found.range.end);
        let found = found.filter(|found| found.range.start > at);
        let found = found.ok_or("what has to come later stands in another file")?;
        return before(module, found.range.start)
            .ok_or_else(|| "another statement shares its line".to_owned());
    }
    let registers = |number: &usize| {
        let statement = &facts.statements[*number];
        let is_wiring = matches!(statement.kind, StatementKind::Function | StatementKind::Other)
            && !statement.callee.as_deref().is_some_and(|callee| SERVERS.contains(&callee));
        is_wiring
            && facts.references.iter().any(|found| {
                found.statement == *number
                    && found.name == *name
                    && found.moment == Moment::Import
                    && found.resolution == Resolution::Scope(0)
            })
    };
    let last = (made..facts.statements.len()).rfind(registers).unwrap_or(made);
    let statement = &facts.statements[last];
    let line = module.source.line_range(statement.range.end.saturating_sub(1));
    let behind = module.text()[statement.range.end..line.end].trim_start();
    if !behind.is_empty() && !behind.starts_with('#') {
        return Err("another statement shares its line".to_owned());
    }
    let is_definition = statement.kind == StatementKind::Function;
    Ok(Place { offset: line.end, indent: String::new(), blank: if is_definition { 2 } else { 0 } })
}

/// The offset of the middleware that has to stay around everything that is added: that for the
/// correlation id, unless it is what is added.
pub(in crate::operation) fn outermost(web: &Web<'_>, app: &Holder, is_it: bool) -> Option<u32> {
    let outline = web.outline(app.owner.0).filter(|_| !is_it)?;
    let found = outline.calls.iter().find(|call| {
        let class = call.what.argument(0, "middleware_class");
        call.what.name() == "add_middleware"
            && class.and_then(crate::python::outline::Value::dotted)
                == Some("CorrelationIdMiddleware")
            && web.owner(app.owner.0, call.context, call.what.receiver()).as_ref()
                == Some(&app.owner)
    });
    found.map(|call| call.what.start)
}
