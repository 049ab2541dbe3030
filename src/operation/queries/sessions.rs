//! Functions that are given a session, and everything that they do with it.

use std::ops::Range;

use super::Moved;
use super::writes::Step;
use crate::operation::thin::package::Package;
use crate::operation::web::Web;
use crate::python::outline::Value;
use crate::python::{
    BindingKind, Module, Qualified, Reference, Resolution, ScopeId, ScopeKind, SyntaxTree,
};

const SESSIONS: [&str; 8] = [
    "sqlalchemy.orm.Session",
    "sqlalchemy.orm.session.Session",
    "sqlmodel.Session",
    "sqlmodel.orm.session.Session",
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.session.AsyncSession",
    "sqlmodel.ext.asyncio.session.AsyncSession",
    "sqlalchemy.orm.scoping.scoped_session",
];
/// What reads, by the method of the session that begins it.
const READS: [&str; 7] = ["query", "execute", "exec", "scalars", "scalar", "get", "get_one"];

/// A function with a session among its parameters.
#[derive(Debug, Clone)]
pub(super) struct Found {
    name: String,
    start: u32,
    /// The name of the session.
    session: String,
    /// Its scope.
    scope: ScopeId,
    whole: Range<usize>,
    /// Its number among the functions of the file.
    number: u32,
    /// The full name of its class.
    class: &'static str,
}

/// One function with all that is needed to read it.
pub(super) struct Function<'a> {
    pub(super) web: &'a Web<'a>,
    pub(super) package: &'a Package,
    pub(super) file: usize,
    pub(super) module: &'a Module,
    pub(super) tree: &'a SyntaxTree,
    pub(super) found: Found,
}

/// The functions of a file that are given a session.
pub(super) fn functions(web: &Web<'_>, file: usize) -> Vec<Found> {
    let Some(module) = web.service.modules()[file].module() else { return Vec::new() };
    let mut all = Vec::new();
    for (number, function) in (0_u32..).zip(&web.outlines[&file].functions) {
        let session = function.parameters.iter().find_map(|parameter| {
            let annotation = parameter.annotation.as_deref()?;
            Some((parameter, session_of(web, file, annotation)?))
        });
        let Some((session, class)) = session else { continue };
        let whole = function.whole as usize..function.end as usize;
        let scope = module.facts.bindings.iter().find(|binding| {
            binding.kind == BindingKind::Parameter
                && binding.name == *session.name
                && whole.contains(&binding.range.start)
                && module.facts.scopes[binding.scope].kind == ScopeKind::Function
                && module.facts.scopes[binding.scope].name.as_deref() == Some(&*function.name)
        });
        let Some(scope) = scope.map(|binding| binding.scope) else { continue };
        all.push(Found {
            name: function.name.to_string(),
            start: function.start,
            session: session.name.to_string(),
            scope,
            whole,
            number,
            class,
        });
    }
    all
}

/// The full name of a session; none for an annotation that names none. Also looks into
/// `Annotated`, and into a name for that.
fn session_of(web: &Web<'_>, file: usize, annotation: &str) -> Option<&'static str> {
    let inner = annotation.strip_prefix("Annotated[").and_then(|rest| rest.split(',').next());
    let name = inner.unwrap_or(annotation).trim();
    let kind = |file: usize, name: &str| match web.service.qualify(file, 0, name) {
        Qualified::External(path) => SESSIONS.into_iter().find(|known| *known == path),
        _ => None,
    };
    if let Some(found) = kind(file, name) {
        return Some(found);
    }
    let (owner, own, _) = web.service.definition(file, name).filter(|(.., is_class)| !is_class)?;
    web.outlines.get(&owner)?.assignments.iter().find_map(|one| {
        let Some(Value::Item(pair)) = &one.value else { return None };
        let first = match &pair.1 {
            Value::Sequence(items) => items.first().and_then(Value::dotted)?,
            _ => return None,
        };
        let is_annotated = pair.0.dotted().is_some_and(|name| name.ends_with("Annotated"));
        if *one.target != *own || !is_annotated {
            return None;
        }
        kind(owner, first)
    })
}

impl Function<'_> {
    pub(super) fn name(&self) -> &str {
        &self.found.name
    }

    pub(super) const fn start(&self) -> u32 {
        self.found.start
    }

    pub(super) fn session(&self) -> (String, &'static str) {
        (self.found.session.clone(), self.found.class)
    }

    pub(super) const fn scope(&self) -> ScopeId {
        self.found.scope
    }

    pub(super) const fn number(&self) -> u32 {
        self.found.number
    }

    /// Every use of the session.
    fn uses(&self) -> impl Iterator<Item = &Reference> {
        self.module.facts.references.iter().filter(|reference| {
            reference.name == self.found.session
                && self.found.whole.contains(&reference.range.start)
                && reference.resolution == Resolution::Scope(self.found.scope)
        })
    }

    /// Everything that is said to the session, or the first thing that cannot be moved.
    pub(super) fn moved(&self) -> Result<Vec<Moved>, String> {
        let (mut reads, mut steps): (Vec<Moved>, Vec<Step>) = (Vec::new(), Vec::new());
        let is_asked = self.uses().any(|found| !found.chain.is_empty());
        if !is_asked {
            // It only hands the session on.
            return Ok(reads);
        }
        for reference in self.uses() {
            let line = self.module.source.line_of(reference.range.start);
            let node = self.tree.node_at(&reference.range).ok_or("it cannot be read")?;
            if self.is_handed_to_repository(node) {
                continue;
            }
            let method = reference.chain.first().map_or("", |attribute| attribute.name.as_str());
            if method.is_empty() {
                return Err(format!("line {line}: it also hands the session on"));
            }
            let whole = self.whole(node);
            if READS.contains(&method) {
                let read = self.read(whole, &reference.range);
                reads.push(read.map_err(|why| format!("line {line}: {why}"))?);
            } else {
                let step = self.step(whole, method);
                steps.push(step.map_err(|why| format!("line {line}: {why}"))?);
            }
        }
        let writes = self.writes(&steps, &reads)?;
        reads.extend(writes);
        Ok(reads)
    }

    /// `SqlOrderRepository(session)`, of an earlier run.
    fn is_handed_to_repository(&self, node: usize) -> bool {
        let arguments = self.tree.nodes[node].parent;
        let arguments = arguments.filter(|one| self.tree.nodes[*one].kind.is_arguments());
        let call = arguments.and_then(|one| self.tree.nodes[one].parent);
        call.and_then(|call| self.tree.children(call).next()).is_some_and(|callee| {
            let text = self.tree.node_text(callee);
            text.starts_with("Sql") && text.ends_with("Repository")
        })
    }

    /// The whole chain of calls that begins with a name, `await` included.
    fn whole(&self, node: usize) -> usize {
        let mut whole = node;
        let mut next = node;
        while let Some(parent) = self.tree.nodes[next].parent {
            let kind = self.tree.nodes[parent].kind;
            let is_first = self.tree.children(parent).next() == Some(next);
            let is_attribute = kind.is_attribute() && is_first;
            let is_wrapping =
                kind.is_atom() && !kind.is_display() && is_wrapped(self.tree, parent, next);
            if (kind.is_call() && is_first) || kind.is_await() {
                whole = parent;
            } else if !is_attribute && !is_wrapping {
                break;
            }
            next = parent;
        }
        whole
    }
}

/// Whether a node is only parentheses around another one.
fn is_wrapped(tree: &SyntaxTree, outer: usize, inner: usize) -> bool {
    tree.children(outer).count() == 1
        && tree.children(outer).next() == Some(inner)
        && tree.node_text(outer).starts_with('(')
        && tree.node_text(outer).ends_with(')')
}
