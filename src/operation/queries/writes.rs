//! What changes a session: statements that follow each other become one method.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Moved;
use super::sessions::Function;

/// Methods of a session that are statements of their own, and whether they take something.
const STEPS: [(&str, bool); 6] = [
    ("add", true),
    ("delete", true),
    ("refresh", true),
    ("commit", false),
    ("flush", false),
    ("rollback", false),
];
/// Statements in a row, and the method for them.
const ROWS: [(&[&str], &str); 7] = [
    (&["add", "commit", "refresh"], "save"),
    (&["add", "flush", "refresh"], "save"),
    (&["commit", "refresh"], "update"),
    (&["add", "commit"], "store"),
    (&["delete", "commit"], "remove"),
    (&["add", "flush"], "store"),
    (&["delete", "flush"], "remove"),
];

/// One statement on a session.
#[derive(Debug, Clone)]
pub(super) struct Step {
    method: &'static str,
    /// The name that it is given.
    given: Option<String>,
    is_awaited: bool,
    /// The statement, its place among those of its block, and the block.
    range: Range<usize>,
    place: (usize, usize),
}

impl Function<'_> {
    /// A statement on the session.
    pub(super) fn step(&self, node: usize, method: &str) -> Result<Step, String> {
        let Some((method, takes)) = STEPS.into_iter().find(|(known, _)| *known == method) else {
            return Err("the session is used in another way".to_owned());
        };
        let statement = self.tree.nodes[node].parent;
        let statement =
            statement.filter(|one| self.tree.nodes[*one].kind.is_expression_statement());
        let statement = statement.ok_or(format!("{method} is no statement of its own"))?;
        let block = self.tree.nodes[statement].parent.ok_or("it stands alone")?;
        let place = self.tree.children(block).position(|one| one == statement).unwrap_or_default();
        let is_awaited = self.tree.nodes[node].kind.is_await();
        let call = if is_awaited { self.tree.children(node).next() } else { Some(node) };
        let arguments = call.and_then(|call| self.tree.children(call).nth(1));
        let given: Vec<usize> =
            arguments.map(|one| self.tree.children(one).collect()).unwrap_or_default();
        let given = match (&given[..], takes) {
            ([], false) => None,
            ([only], true) if self.tree.nodes[*only].kind.is_name() => {
                Some(self.tree.node_text(*only).to_owned())
            }
            _ => return Err(format!("what {method} is given is more than a name")),
        };
        let range = self.tree.nodes[statement].range.clone();
        Ok(Step { method, given, is_awaited, range, place: (block, place) })
    }

    /// The methods for all statements, the longest rows first.
    pub(super) fn writes(&self, steps: &[Step], reads: &[Moved]) -> Result<Vec<Moved>, String> {
        let mut moved = Vec::new();
        let mut rest = steps;
        while let Some(first) = rest.first() {
            let row = ROWS.iter().find(|(names, _)| {
                names.len() <= rest.len()
                    && names.iter().zip(rest).all(|(name, step)| *name == step.method)
                    && self.is_row(&rest[..names.len()])
            });
            let (count, name) = row.map_or((1, first.method), |(names, name)| (names.len(), *name));
            let (these, others) = rest.split_at(count);
            moved.push(self.written(these, name, reads)?);
            rest = others;
        }
        Ok(moved)
    }

    /// Whether statements follow each other, about one thing and with nothing in between.
    fn is_row(&self, steps: &[Step]) -> bool {
        let given: BTreeSet<&String> =
            steps.iter().filter_map(|step| step.given.as_ref()).collect();
        let follow = steps.windows(2).all(|pair| {
            let between = pair[0].range.end..pair[1].range.start;
            pair[0].place.0 == pair[1].place.0
                && pair[0].place.1 + 1 == pair[1].place.1
                && !self.tree.has_comment(&between)
                && self.tree.slice(&between).trim().is_empty()
        });
        given.len() == 1 && follow
    }

    fn written(&self, steps: &[Step], name: &str, reads: &[Moved]) -> Result<Moved, String> {
        let given = steps.iter().find_map(|step| step.given.clone());
        let range = steps[0].range.start..steps[steps.len() - 1].range.end;
        let made = given.as_deref().and_then(|given| self.model_of(given));
        let read: BTreeSet<&(usize, String)> = reads.iter().map(|read| &read.model).collect();
        let only = (read.len() == 1).then(|| read.first().map(|one| (*one).clone())).flatten();
        let model = made.or_else(|| self.read_into(given.as_deref(), reads)).or(only);
        let model = model.ok_or("what is written is of no model that can be told")?;
        let parameter = given.as_ref().map(|_| "record");
        let body = steps.iter().map(|step| {
            let wait = if step.is_awaited { "await " } else { "" };
            let given = step.given.as_ref().and(parameter).unwrap_or_default();
            format!("{wait}self._session.{}({given})", step.method)
        });
        let kind = model.1.clone();
        Ok(Moved {
            name: name.to_owned(),
            parameters: parameter.map(|name| (name.to_owned(), kind)).into_iter().collect(),
            arguments: given.into_iter().collect(),
            body: body.collect(),
            is_async: steps.iter().any(|step| step.is_awaited),
            session: self.session(),
            is_operand: false,
            imports: BTreeSet::from([self.import_of(model.0, &model.1)?]),
            range,
            model,
        })
    }

    /// The model of a query whose result has a name.
    fn read_into(&self, given: Option<&str>, reads: &[Moved]) -> Option<(usize, String)> {
        let found = reads.iter().find(|read| {
            let before = self.module.text()[..read.range.start].trim_end();
            let line = before.rsplit('\n').next().unwrap_or_default().trim();
            line.strip_suffix('=').map(str::trim) == given
        });
        found.map(|read| read.model.clone())
    }
}
