//! Every name in a definition that left its module means what it meant.
//!
//! For each span of a divided module, the names that it uses and the module-level names that it
//! rebinds are followed on both sides, in order, and compared one by one. A name that is
//! replaced by a test has to be looked up in one module by all who looked it up before.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::leads::{self, Lead};
use super::{Sides, spans::Span};
use crate::python::{BindingKind, Module, Moment, PythonService, Resolution, StatementKind, Usage};
use crate::verify::{Aspect, Item, Verdict};

/// Compares the uses of every definition of divided modules.
pub(super) fn uses(sides: &Sides<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut equal = 0;
    let touching: BTreeSet<usize> = sides
        .before
        .import_edges(Moment::Never)
        .into_iter()
        .filter(|(_, imported, _)| sides.spans.is_divided(*imported))
        .map(|(importer, _, _)| importer)
        .collect();
    let concerned = |span: &&Span| sides.spans.is_divided(span.old) || touching.contains(&span.old);
    for span in sides.spans.list.iter().filter(concerned) {
        let was = uses_in(sides.before, span.old, &span.was);
        let mut is = uses_in(sides.after, span.new, &span.is);
        if was.len() != is.len() {
            // A path from a variable that another file defines now is none that can be followed.
            let names = names_in_paths(sides.before, span.old, &span.was);
            is.retain(|found| !names.contains(&found.name));
        }
        let Some(module) = sides.after.modules()[span.new].module() else { continue };
        let path = &sides.after.modules()[span.new].path;
        let mut broken = |offset: usize, name: &str, why: String| {
            let line = module.source.line_of(offset);
            let shown = format!("{path}:{line} {name}");
            items.push(Item::new(Aspect::References, shown, Verdict::Broken).because(why));
        };
        if was.len() != is.len() {
            broken(
                span.is.start,
                "names",
                format!("{} names were used, now {}", was.len(), is.len()),
            );
            continue;
        }
        for (before, after) in was.iter().zip(&is) {
            match leads::judge(sides, &before.lead, &after.lead) {
                Err((Verdict::Broken, why)) => broken(after.offset, &after.name, why),
                // It led nowhere before: imports say so already.
                Err(_) => {}
                _ if before.outside != followed(sides, before, after) => {
                    let shown = |name: Option<String>| name.unwrap_or_else(|| "nowhere".to_owned());
                    let is = shown(followed(sides, before, after));
                    let why = format!(
                        "it comes from {is} now, before from {}",
                        shown(before.outside.clone())
                    );
                    broken(after.offset, &after.name, why);
                }
                _ if before.is_store != after.is_store => {
                    let why = "it is rebound on one side only".to_owned();
                    broken(after.offset, &after.name, why);
                }
                _ => equal += 1,
            }
        }
    }
    items.push(Item::new(Aspect::References, format!("{equal} uses"), Verdict::Equal));
    items
}

/// Where a name from outside the service comes from now, the name that a guarded import binds in
/// another file of the service followed.
fn followed(sides: &Sides<'_>, before: &Use, after: &Use) -> Option<String> {
    match (&before.lead, &after.lead) {
        (Lead::Outside, Lead::Definition(module, name)) => {
            leads::outside(sides.after, *module, name)
        }
        _ => after.outside.clone(),
    }
}

/// One use of a name.
struct Use {
    offset: usize,
    name: String,
    lead: Lead,
    /// `package.name` of what comes from outside.
    outside: Option<String>,
    is_store: bool,
}

fn uses_in(service: &PythonService, index: usize, range: &Range<usize>) -> Vec<Use> {
    let Some(module) = service.modules()[index].module() else { return Vec::new() };
    let inside = |other: &Range<usize>| range.start <= other.start && other.end <= range.end;
    let mut found: BTreeMap<usize, Use> = BTreeMap::new();
    for reference in module.facts.references.iter().filter(|found| inside(&found.range)) {
        let is_in_path =
            module.facts.paths.iter().any(|path| path.range.contains(&reference.range.start));
        if is_router(module, reference) || is_in_path {
            continue;
        }
        let Some(lead) = leads::of_use(service, index, reference) else { continue };
        let is_local_store = reference.stored && matches!(lead, Lead::Definition(..));
        let outside = matches!(lead, Lead::Outside)
            .then(|| outside_of(service, index, module, reference))
            .flatten();
        let name = reference.name.clone();
        let depth = reference.chain.len();
        let is_attribute = || {
            let reached = service.reached(index, reference);
            reached.is_some_and(|reached| depth == reached.consumed + 1)
        };
        let is_store = is_local_store && is_attribute();
        let lead = own_logger(service, lead);
        found.insert(
            reference.range.start,
            Use { offset: reference.range.start, name, lead, outside, is_store },
        );
    }
    for binding in module.facts.bindings.iter().filter(|found| inside(&found.range)) {
        if binding.scope == 0 && binding.from != 0 && binding.kind != BindingKind::Parameter {
            let lead = Lead::Definition(index, binding.name.clone());
            let (offset, name) = (binding.range.start, binding.name.clone());
            found.insert(offset, Use { offset, name, lead, outside: None, is_store: true });
        }
    }
    found.into_values().collect()
}

/// Names that stand in path expressions of a span.
fn names_in_paths(service: &PythonService, index: usize, range: &Range<usize>) -> BTreeSet<String> {
    let Some(module) = service.modules()[index].module() else { return BTreeSet::new() };
    let inside =
        |outer: &Range<usize>, at: &Range<usize>| outer.start <= at.start && at.end <= outer.end;
    let facts = &module.facts;
    let here = facts.references.iter().filter(|found| inside(range, &found.range));
    let in_path =
        here.filter(|found| facts.paths.iter().any(|path| inside(&path.range, &found.range)));
    in_path.map(|found| found.name.clone()).collect()
}

fn outside_of(
    service: &PythonService,
    index: usize,
    module: &Module,
    reference: &crate::python::Reference,
) -> Option<String> {
    let Resolution::Scope(0) = reference.resolution else { return None };
    let plain = module.facts.statements[reference.statement].kind != StatementKind::Import;
    plain.then(|| leads::outside(service, index, &reference.name)).flatten()
}

/// A module's own logger: every module makes its own.
fn own_logger(service: &PythonService, lead: Lead) -> Lead {
    let Lead::Definition(index, name) = &lead else { return lead };
    let Some(module) = service.modules()[*index].module() else { return lead };
    let mut statements = module.facts.statements.iter();
    let is_logger = statements.any(|statement| {
        let callee = statement.callee.as_deref().unwrap_or_default();
        statement.binds.iter().any(|bound| bound == name)
            && matches!(callee.rsplit('.').next(), Some("getLogger" | "get_logger"))
            && !module.slice(&statement.range).contains(['"', '\''])
    });
    if is_logger { Lead::Outside } else { lead }
}

/// Whether a reference is the application or the router of a route's decorator.
pub(super) fn is_router(module: &Module, reference: &crate::python::Reference) -> bool {
    let start = module.facts.statements[reference.statement].range.start;
    reference.usage == Usage::Decorator
        && start <= reference.range.start
        && module.text()[start..reference.range.start].trim_end().ends_with('@')
        && callee_of(module, &reference.name)
            .is_some_and(|callee| matches!(callee, "FastAPI" | "APIRouter"))
}

/// The last part of the callee that a module-level variable is assigned from.
pub(super) fn callee_of<'a>(module: &'a Module, name: &str) -> Option<&'a str> {
    let mut statements = module.facts.statements.iter();
    let statement =
        statements.find(|statement| statement.binds.iter().any(|bound| bound == name))?;
    statement.callee.as_deref()?.rsplit('.').next()
}

/// Every route that left an application for a router is on a router that is included.
pub(super) fn routers(sides: &Sides<'_>) -> Vec<Item> {
    let included = included(sides.after);
    let mut items = Vec::new();
    let mut equal = 0;
    for span in sides.spans.list.iter().filter(|span| sides.spans.is_divided(span.old)) {
        let Some(module) = sides.after.modules()[span.new].module() else { continue };
        for reference in &module.facts.references {
            let is_here =
                span.is.start <= reference.range.start && reference.range.end <= span.is.end;
            if !is_here || !is_router(module, reference) {
                continue;
            }
            let is_served = callee_of(module, &reference.name) == Some("FastAPI")
                || included.contains(&(span.new, reference.name.clone()))
                || was_on_router(sides, span);
            if is_served {
                equal += 1;
                continue;
            }
            let path = &sides.after.modules()[span.new].path;
            let line = module.source.line_of(reference.range.start);
            let name = format!("{path}:{line} {}", reference.name);
            items.push(
                Item::new(Aspect::References, name, Verdict::Broken)
                    .because("no application includes this router"),
            );
        }
    }
    items.push(Item::new(Aspect::References, format!("{equal} routes"), Verdict::Equal));
    items
}

fn was_on_router(sides: &Sides<'_>, span: &Span) -> bool {
    let Some(module) = sides.before.modules()[span.old].module() else { return false };
    module.facts.references.iter().any(|reference| {
        span.was.start <= reference.range.start
            && reference.range.end <= span.was.end
            && is_router(module, reference)
            && callee_of(module, &reference.name) == Some("APIRouter")
    })
}

/// Routers that are the argument of an `include_router`.
fn included(service: &PythonService) -> BTreeSet<(usize, String)> {
    let mut found = BTreeSet::new();
    for (index, record) in service.modules().iter().enumerate() {
        let Some(module) = record.module() else { continue };
        for reference in &module.facts.references {
            let before = module.text()[..reference.range.start].trim_end();
            if before.ends_with(".include_router(")
                && let Some(Lead::Definition(owner, name)) =
                    leads::of_use(service, index, reference)
            {
                found.insert((owner, name));
            }
        }
    }
    found
}

/// Every name that is replaced in a divided module is looked up where it is replaced now.
pub(super) fn lookups(sides: &Sides<'_>) -> Vec<Item> {
    let (before, after) = (sides.before.outside(), sides.after.outside());
    let mut items = Vec::new();
    let mut equal = 0;
    for (old, name) in before.replaced.iter().filter(|(old, _)| sides.spans.is_divided(*old)) {
        let sites = lookup_sites(sides, *old, name);
        let misses: Vec<usize> =
            sites.into_iter().filter(|site| !after.replaces(*site, name)).collect();
        match misses.first() {
            None => equal += 1,
            Some(site) => {
                let path = &sides.after.modules()[*site].path;
                items.push(
                    Item::new(Aspect::References, format!("{path} {name}"), Verdict::Broken)
                        .because("it is looked up here, and replaced elsewhere"),
                );
            }
        }
    }
    items.push(Item::new(Aspect::References, format!("{equal} replaced names"), Verdict::Equal));
    items
}

/// The modules in which the code that looked a name up in `old` looks it up now.
fn lookup_sites(sides: &Sides<'_>, old: usize, name: &str) -> BTreeSet<usize> {
    let mut sites = BTreeSet::new();
    for span in sides.spans.list.iter().filter(|span| span.old == old) {
        let was = Lookups::of(sides.before, (old, &span.was), name);
        if !was.is_plain {
            continue;
        }
        let is = Lookups::of(sides.after, (span.new, &span.is), name);
        if is.is_plain {
            sites.insert(span.new);
        }
        // A name of another module was already looked up there, past what replaces it here.
        if is.through.len() > was.through.len() {
            let mut through = is.through;
            for module in was.through {
                let now = sides.spans.home(module, name).or_else(|| sides.pairs.new_index(module));
                if let Some(known) = through.iter().position(|found| Some(*found) == now) {
                    through.remove(known);
                }
            }
            sites.extend(through);
        }
    }
    sites
}

/// How code that is called looks a name up.
struct Lookups {
    /// By the name itself, in its own module.
    is_plain: bool,
    /// As an attribute: of which modules.
    through: Vec<usize>,
}

impl Lookups {
    fn of(service: &PythonService, (index, range): (usize, &Range<usize>), name: &str) -> Self {
        let mut found = Self { is_plain: false, through: Vec::new() };
        let Some(module) = service.modules()[index].module() else { return found };
        let called = module.facts.references.iter().filter(|reference| {
            let is_here = range.start <= reference.range.start && reference.range.end <= range.end;
            is_here && reference.moment == Moment::Call && reference.usage != Usage::Annotation
        });
        for reference in called {
            found.is_plain |=
                reference.name == *name && reference.resolution == Resolution::Scope(0);
            if let Some(reached) = service.reached(index, reference)
                && reference.chain.get(reached.consumed).is_some_and(|found| found.name == *name)
            {
                found.through.push(reached.module);
            }
        }
        found
    }
}
