//! The functions that take the place of a client and of the factories of sessions on it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Client, Factory, Planned};
use crate::change::{Edit, apply_edits};
use crate::operation::rewrite::{Import, name_for};
use crate::operation::web::{Insertion, Web};
use crate::python::{Module, PythonService};

/// `someClient`, `_client`, `CLIENT` → `some_client`, `client`, `client`.
pub(super) fn snake(name: &str) -> String {
    let mut text = String::new();
    let mut before = '_';
    for letter in name.trim_matches('_').chars() {
        if letter.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
        before = letter;
    }
    text
}

/// What becomes of the files that make the client and factories on it; `all` are the statements
/// that become functions, by file and number.
pub(super) fn definitions(
    web: &Web<'_>,
    one: &Planned,
    all: &BTreeSet<(usize, usize)>,
) -> Vec<(usize, Insertion)> {
    let own = client(web.service, (&one.client, one.users.closes), all);
    let factories = one.users.factories.iter();
    let factories = factories.map(|(made, inner)| factory(web.service, (made, inner), all));
    own.into_iter().chain(factories.flatten()).collect()
}

fn client(
    service: &PythonService,
    (client, closes): (&Client, bool),
    all: &BTreeSet<(usize, usize)>,
) -> Option<(usize, Insertion)> {
    let mut writer = Writer::new(service, (client.file, client.statement), all)?;
    let module = writer.module;
    let (getter, closer) = (&client.getter, &client.closer);
    let callee = module.facts.statements[client.statement].callee.clone()?;
    let class = match client.kind.class {
        Some(class) => writer.named(class),
        None => Some(callee),
    };
    let what = format!("the {}", snake(&client.name).replace('_', " "));
    let cache = writer.cache()?;
    let unit = writer.unit.clone();
    let head = vec![
        format!("@{cache}"),
        format!("def {getter}(){}:", arrow(class.as_deref())),
        format!("{unit}\"\"\"Return {what}, made when it is first asked for.\"\"\""),
    ];
    let mut tail = Vec::new();
    if closes {
        let kind = &client.kind;
        let (begin, wait) = if kind.waits { ("async def", "await ") } else { ("def", "") };
        tail.extend([
            String::new(),
            String::new(),
            format!("{begin} {closer}() -> None:"),
            format!("{unit}\"\"\"Close {what}, if it was ever made.\"\"\""),
            format!("{unit}if {getter}.cache_info().currsize:"),
            format!("{unit}{unit}{wait}{getter}().{}()", kind.close),
        ]);
        if !kind.reopens {
            tail.push(format!("{unit}{unit}{getter}.cache_clear()"));
        }
    }
    Some((client.file, writer.finish(&head, &tail, &[])?))
}

fn factory(
    service: &PythonService,
    (factory, inner): (&Factory, &[Edit]),
    all: &BTreeSet<(usize, usize)>,
) -> Option<(usize, Insertion)> {
    let mut writer = Writer::new(service, (factory.file, factory.statement), all)?;
    let callee = writer.module.facts.statements[factory.statement].callee.clone()?;
    let maker = format!("_{}_maker", snake(&factory.name));
    let class = writer.named(factory.class);
    let cache = writer.cache()?;
    let unit = writer.unit.clone();
    let head = vec![format!("@{cache}"), format!("def {maker}() -> {callee}:")];
    let tail = vec![
        String::new(),
        String::new(),
        format!("def {}(){}:", factory.name, arrow(class.as_deref())),
        format!("{unit}\"\"\"Return a new session.\"\"\""),
        format!("{unit}return {maker}()()"),
    ];
    Some((factory.file, writer.finish(&head, &tail, inner)?))
}

/// The edits with those at one place as one, and never more than two blank lines between them.
pub(super) fn joined(module: &Module, edits: Vec<Edit>) -> Vec<Edit> {
    let newline = module.source.newline_at(0);
    let (gap, wide) = (newline.repeat(3), newline.repeat(4));
    let mut places: BTreeMap<usize, String> = BTreeMap::new();
    let mut kept = Vec::new();
    for edit in edits {
        if edit.range.is_empty() {
            places.entry(edit.range.start).or_default().push_str(&edit.replacement);
        } else {
            kept.push(edit);
        }
    }
    kept.extend(places.into_iter().map(|(offset, mut text)| {
        while text.contains(&wide) {
            text = text.replace(&wide, &gap);
        }
        Edit::insert(offset, text)
    }));
    kept
}

fn arrow(class: Option<&str>) -> String {
    class.map(|class| format!(" -> {class}")).unwrap_or_default()
}

/// Writes functions in the place of an assignment.
struct Writer<'a> {
    service: &'a PythonService,
    file: usize,
    module: &'a Module,
    /// The assignment.
    statement: std::ops::Range<usize>,
    /// Whether the statement before becomes functions too, with blank lines behind them.
    follows: bool,
    unit: String,
    imports: Vec<Import>,
}

impl<'a> Writer<'a> {
    fn new(
        service: &'a PythonService,
        (file, at): (usize, usize),
        all: &BTreeSet<(usize, usize)>,
    ) -> Option<Self> {
        let module = service.modules()[file].module()?;
        let statement = module.facts.statements.get(at)?.range.clone();
        let follows = at.checked_sub(1).is_some_and(|before| all.contains(&(file, before)));
        let unit = module.syntax().indent.clone().unwrap_or_else(|| "    ".to_owned());
        Some(Self { service, file, module, statement, follows, unit, imports: Vec::new() })
    }

    /// What the file calls a class; none where it has no name for it left.
    fn named(&mut self, path: &str) -> Option<String> {
        let (module, class) = path.rsplit_once('.')?;
        self.import(&format!("from {module} import {class}"))
    }

    fn import(&mut self, text: &str) -> Option<String> {
        let import = Import::parse(text)?;
        let name = name_for(self.service, self.file, &import).ok()?;
        if name == import.word() {
            self.imports.push(import);
        }
        Some(name)
    }

    /// `functools.cache`, under a name that is free.
    fn cache(&mut self) -> Option<String> {
        if let Some(name) = self.import("from functools import cache") {
            return Some(name);
        }
        Some(format!("{}.cache", self.import("import functools")?))
    }

    /// The functions: `head`, `return` with what was assigned, and `tail` behind the line.
    fn finish(self, head: &[String], tail: &[String], inner: &[Edit]) -> Option<Insertion> {
        let text = self.module.text();
        let tree = self.module.syntax();
        let node = tree.node_at(&self.statement)?;
        let value = tree.nodes[tree.children(node).last()?].range.clone();
        let moved: Vec<Edit> = inner
            .iter()
            .map(|edit| {
                let range = edit.range.start - value.start..edit.range.end - value.start;
                Edit { range, ..edit.clone() }
            })
            .collect();
        let made = apply_edits(&text[value.clone()], &moved).ok()?;
        let newline = self.module.source.newline_at(self.statement.start);
        let in_strings = tree.nodes.iter().any(|node| {
            node.kind.is_string()
                && value.start <= node.range.start
                && node.range.end <= value.end
                && text[node.range.clone()].contains('\n')
        });
        let unit = &self.unit;
        let made = if in_strings { made } else { made.replace('\n', &format!("\n{unit}")) };
        let begin = crate::operation::lifespan::above_comments(self.module, self.statement.start);
        let line = self.module.source.line_range(self.statement.end.saturating_sub(1));
        let (before, behind) = (&text[..begin], &text[line.end..]);
        let gap = |count: usize| newline.repeat(2usize.saturating_sub(count));
        let blank = |text: &str| text.matches('\n').count();
        let above = blank(&before[before.trim_end_matches(['\r', '\n']).len()..]).saturating_sub(1);
        let below = blank(&behind[..behind.len() - behind.trim_start_matches(['\r', '\n']).len()]);
        let above = if before.trim().is_empty() || self.follows { 2 } else { above };
        let below = if behind.trim().is_empty() { 2 } else { below };
        let head = head.join(newline);
        let mut edits = vec![
            Edit::insert(begin, gap(above)),
            Edit::replace(self.statement.clone(), format!("{head}{newline}{unit}return {made}")),
        ];
        let closed = text[..line.end].ends_with('\n');
        let tail = tail.join(newline);
        let tail = match (tail.is_empty(), closed) {
            (true, _) => String::new(),
            (false, true) => format!("{tail}{newline}"),
            (false, false) => format!("{newline}{tail}"),
        };
        edits.push(Edit::insert(line.end, format!("{tail}{}", gap(below))));
        edits.retain(|edit| !edit.replacement.is_empty() || !edit.range.is_empty());
        Some(Insertion { edits, imports: self.imports })
    }
}
