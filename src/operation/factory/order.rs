//! Whether what wires the application may run later than it did, behind its last statement.
//!
//! A registration touches the application and what it is handed, nothing else. So it may run
//! after a statement that neither binds a name that it reads, nor changes a thing that it is
//! handed. Code of the service that could look the application up while it is not there yet
//! must not run in between.

use std::collections::BTreeSet;
use std::ops::Range;

use super::loads;
use super::wiring::{Part, Refusal, Wiring, late_users};
use crate::python::{
    BindingKind, Module, Moment, PythonService, Qualified, Reference, Resolution, StatementKind,
    SyntaxTree, Usage,
};

/// Methods of an application that only register something with it.
const REGISTERS: [&str; 27] = [
    "add_api_route",
    "add_api_websocket_route",
    "add_event_handler",
    "add_exception_handler",
    "add_middleware",
    "add_route",
    "add_websocket_route",
    "api_route",
    "delete",
    "exception_handler",
    "get",
    "head",
    "host",
    "include_router",
    "middleware",
    "mount",
    "on_event",
    "options",
    "patch",
    "post",
    "put",
    "route",
    "state",
    "trace",
    "websocket",
    "websocket_route",
    "openapi",
];

/// Packages and functions whose calls make a value out of their arguments and do nothing else.
const PURE: [&str; 15] = [
    "fastapi",
    "starlette",
    "pydantic",
    "pydantic_settings",
    "dataclasses",
    "typing",
    "enum",
    "functools",
    "contextlib",
    "collections",
    "datetime",
    "pathlib",
    "prometheus_client.make_asgi_app",
    "re",
    "logging.getLogger",
];

/// Reads of the process's environment.
const ENVIRONMENT: [&str; 3] = ["os.getenv", "os.environ", "os.environ.get"];

/// Builtins that do more than make a value.
const EFFECTS: [&str; 10] = [
    "builtins.open",
    "builtins.print",
    "builtins.input",
    "builtins.setattr",
    "builtins.delattr",
    "builtins.exec",
    "builtins.eval",
    "builtins.__import__",
    "builtins.breakpoint",
    "builtins.exit",
];

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    /// Something of another package.
    Foreign(String),
    /// A function or class of the service.
    Code(usize, String),
    /// A variable of a module of the service.
    Variable(usize, String),
    /// A module of the service.
    Module(usize),
    /// It cannot be known.
    Unknown,
}

/// What running some code may do.
#[derive(Debug, Default)]
struct Effects {
    /// Names that it binds.
    binds: BTreeSet<String>,
    /// Names that it reads.
    reads: BTreeSet<String>,
    /// Variables that it hands over or calls a method of.
    touches: BTreeSet<Thing>,
    /// Variables of which it reads something, with the attributes read; the empty one when it
    /// takes the variable itself.
    looks_at: BTreeSet<(Thing, String)>,
    /// Whether it calls code of the service.
    runs_own: bool,
    /// Whether it calls code of other packages that may do something.
    runs_foreign: bool,
    /// Whether it reads the environment.
    reads_environment: bool,
}

impl Effects {
    fn is_quiet(&self) -> bool {
        !self.runs_own && !self.runs_foreign
    }
}

/// Says why the parts may not all run behind the last of them; nothing when they may.
pub(super) fn obstacle(
    service: &PythonService,
    index: usize,
    (module, tree): (&Module, &SyntaxTree),
    wiring: &Wiring,
) -> Option<Refusal> {
    let order = Order { service, index, module, tree, wiring };
    let last = wiring.parts.last()?.statement;
    let first = wiring.parts.first()?.statement;
    let late = late_users(module, &wiring.app);
    let is_reached_back = loads::is_reached_back(service, index);
    let between: Vec<(usize, Effects)> =
        (first + 1..=last).map(|number| (number, order.stays(number))).collect();
    let line = |number: usize| module.source.line_of(module.facts.statements[number].range.start);
    for (number, effects) in &between {
        let calls_late =
            !effects.is_quiet() && late.iter().any(|name| effects.reads.contains(name));
        if calls_late || (effects.runs_own && is_reached_back) {
            let why = format!("code that knows {} may run before it is complete", wiring.app);
            return Some((line(*number), why));
        }
    }
    for (position, part) in wiring.parts.iter().enumerate() {
        let own = order.moves(part);
        let knows = || late.iter().any(|name| own.reads.contains(name));
        let reaches = (own.runs_own && is_reached_back) || (!own.is_quiet() && knows());
        if position > 0 && reaches {
            return Some((
                line(part.statement),
                format!("what is called here may look {} up", wiring.app),
            ));
        }
        for (number, effects) in between.iter().filter(|(number, _)| *number > part.statement) {
            if let Some(why) = order.conflict(&own, effects) {
                let why = format!("line {}: {why}", line(part.statement));
                return Some((line(*number), why));
            }
        }
    }
    None
}

struct Order<'a> {
    service: &'a PythonService,
    index: usize,
    module: &'a Module,
    tree: &'a SyntaxTree,
    wiring: &'a Wiring,
}

impl Order<'_> {
    /// Why one thing may not run after another that it ran before.
    fn conflict(&self, moved: &Effects, stays: &Effects) -> Option<String> {
        if let Some(name) = moved.reads.intersection(&stays.binds).next() {
            return Some(format!("{name} is bound again before the application is complete"));
        }
        if stays.is_quiet() {
            return None;
        }
        if moved.runs_own || moved.runs_foreign {
            return Some(
                "it runs code, and other code runs before the application is complete".to_owned(),
            );
        }
        if moved.reads_environment {
            return Some("it reads the environment, which other code may change".to_owned());
        }
        for (thing, attribute) in &moved.looks_at {
            if stays.touches.contains(thing) {
                return Some(format!(
                    "{} may be changed before the application is complete",
                    self.shown(thing)
                ));
            }
            if stays.runs_own && self.may_change(thing, attribute) {
                return Some(format!(
                    "{} may be changed by code that runs before the application is complete",
                    self.shown(thing)
                ));
            }
        }
        None
    }

    fn shown(&self, thing: &Thing) -> String {
        match thing {
            Thing::Code(_, name) | Thing::Variable(_, name) | Thing::Foreign(name) => name.clone(),
            Thing::Module(index) => self.service.modules()[*index].path.to_string(),
            Thing::Unknown => "something".to_owned(),
        }
    }

    /// Whether functions of the service could change what is read of a variable: one is handed
    /// the variable or calls a method of it, or something assigns the attribute.
    fn may_change(&self, thing: &Thing, attribute: &str) -> bool {
        let (owner, name) = match thing {
            Thing::Variable(owner, name) => (*owner, name),
            Thing::Code(..) | Thing::Foreign(_) => return false,
            Thing::Module(_) | Thing::Unknown => return true,
        };
        if self.is_constant(owner, name) {
            return false;
        }
        let modules = self.service.modules().iter().enumerate();
        let mut modules = modules.filter(|(_, record)| !record.is_test);
        modules.any(|(index, record)| {
            let Some(module) = record.module() else { return false };
            let rebinds = index == owner
                && module.facts.bindings_of(name, 0).any(|binding| binding.from != 0);
            rebinds
                || module.facts.references.iter().any(|found| {
                    let assigns = found.stored
                        && found.chain.last().is_some_and(|last| last.name == attribute);
                    let hands_over = || {
                        found.moment == Moment::Call
                            && found.usage != Usage::Annotation
                            && found.chain.is_empty()
                    };
                    let calls = || found.moment == Moment::Call && found.usage == Usage::Call;
                    assigns
                        || ((hands_over() || (attribute.is_empty() && calls()))
                            && self.thing_in(index, found).0 == *thing)
                })
        })
    }

    /// Whether a variable only ever gets a plain value from the body of its module.
    fn is_constant(&self, owner: usize, name: &str) -> bool {
        let Some(module) = self.service.modules()[owner].module() else { return false };
        let mut bindings = module.facts.bindings_of(name, 0).peekable();
        let is_plain = |after: &str| {
            let value = after.trim_start_matches([' ', '\t']).strip_prefix('=').unwrap_or_default();
            let value = value.lines().next().unwrap_or_default();
            let value = value.split('#').next().unwrap_or_default().trim();
            let is_text = |quote: char| {
                let inner = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
                inner.is_some_and(|inner| !inner.contains([quote, '\\']))
            };
            matches!(value, "True" | "False" | "None")
                || value.parse::<f64>().is_ok()
                || is_text('"')
                || is_text('\'')
        };
        bindings.peek().is_some()
            && bindings.all(|binding| {
                binding.from == 0
                    && binding.kind == BindingKind::Assignment
                    && is_plain(&module.text()[binding.range.end..])
            })
    }

    /// What moving a part delays.
    fn moves(&self, part: &Part) -> Effects {
        let ranges = part.delayed(self.module);
        let inside = |at: usize| ranges.iter().any(|range| range.contains(&at));
        let is_signature = |found: &Reference| {
            part.decorated.is_some()
                && found.statement == part.statement
                && found.usage == Usage::Annotation
                && !found.chain.iter().any(|attribute| attribute.name == self.wiring.app)
        };
        let mut effects = self.effects(|found| inside(found.range.start));
        for found in self.module.facts.references.iter().filter(|found| is_signature(found)) {
            effects.reads.insert(found.name.clone());
        }
        if self.has_other_calls(&ranges, part.statement) {
            effects.runs_own = true;
        }
        if self.only_keeps(part) {
            effects.looks_at.retain(|(_, attribute)| !attribute.is_empty());
        }
        effects
    }

    /// Whether a part puts a thing on the application and looks at nothing in it.
    fn only_keeps(&self, part: &Part) -> bool {
        let mut references = self.module.facts.references.iter();
        part.decorated.is_none()
            && references.any(|found| {
                found.statement == part.statement
                    && found.name == self.wiring.app
                    && found.stored
                    && found.scope == 0
            })
            && self.module.facts.statements[part.statement].callee.is_none()
    }

    /// What a statement does at its place while the parts run later.
    fn stays(&self, number: usize) -> Effects {
        let statement = &self.module.facts.statements[number];
        let part = self.wiring.parts.iter().find(|part| part.statement == number);
        let gone = part.map(|part| part.delayed(self.module)).unwrap_or_default();
        let is_gone = |at: usize| gone.iter().any(|range| range.contains(&at));
        if part.is_some_and(|part| part.decorated.is_none()) {
            return Effects::default();
        }
        let mut effects =
            self.effects(|found| found.statement == number && !is_gone(found.range.start));
        effects.binds.extend(statement.binds.iter().cloned());
        let rest = [statement.range.clone()];
        if part.is_none() && self.has_other_calls(&rest, number) {
            effects.runs_own = true;
        }
        for import in &self.module.facts.imports {
            if import.statement == number && import.moment == Moment::Import {
                effects.runs_own |=
                    loads::loads_more(self.service, (self.index, self.module), import);
            }
        }
        effects
    }

    /// What the names that are looked up while importing say.
    fn effects(&self, is_meant: impl Fn(&Reference) -> bool) -> Effects {
        let mut effects = Effects::default();
        let references = self.module.facts.references.iter();
        for found in references.filter(|found| found.moment == Moment::Import && is_meant(found)) {
            if found.name == self.wiring.app {
                let method = found.chain.first().map(|attribute| attribute.name.as_str());
                effects.runs_foreign |= found.usage == Usage::Call
                    && !method.is_some_and(|method| REGISTERS.contains(&method));
                continue;
            }
            effects.reads.insert(found.name.clone());
            self.follow(found, &mut effects);
        }
        effects
    }

    fn follow(&self, found: &Reference, effects: &mut Effects) {
        let (thing, rest) = self.thing_in(self.index, found);
        let is_called = matches!(found.usage, Usage::Call | Usage::Decorator | Usage::Base);
        match &thing {
            Thing::Foreign(name) => {
                let is = |known: &&str| {
                    name == *known
                        || name.strip_prefix(*known).is_some_and(|rest| rest.starts_with('.'))
                };
                effects.reads_environment |= ENVIRONMENT.iter().any(is);
                let is_builtin = name.starts_with("builtins.") && !EFFECTS.contains(&name.as_str());
                let is_pure = is_builtin
                    || PURE.iter().any(is)
                    || ENVIRONMENT.iter().any(is)
                    || found.usage == Usage::Base;
                effects.runs_foreign |= is_called && !is_pure;
            }
            Thing::Code(..) => effects.runs_own |= is_called,
            Thing::Variable(..) => {
                effects.looks_at.insert((thing.clone(), rest.clone()));
                let is_text = TEXT.contains(&found.chain.last().map_or("", |last| &last.name));
                if is_called && !is_text {
                    effects.runs_own = true;
                    effects.touches.insert(thing);
                } else if rest.is_empty() || found.stored {
                    effects.touches.insert(thing);
                }
            }
            Thing::Module(_) => {}
            Thing::Unknown => {
                effects.runs_own |= is_called;
                effects.touches.insert(thing.clone());
                effects.looks_at.insert((thing, rest));
            }
        }
    }

    /// What a reference leads to, and the first attribute that is read of it.
    fn thing_in(&self, index: usize, found: &Reference) -> (Thing, String) {
        let scope = match found.resolution {
            Resolution::Builtin => {
                return (Thing::Foreign(format!("builtins.{}", found.name)), String::new());
            }
            Resolution::Scope(scope) => scope,
            Resolution::Unbound => return (Thing::Unknown, String::new()),
        };
        let chain: Vec<&str> =
            found.chain.iter().map(|attribute| attribute.name.as_str()).collect();
        if scope != 0 {
            return (Thing::Foreign("local".to_owned()), String::new());
        }
        let first = |at: usize| chain.get(at).map(|name| (*name).to_owned()).unwrap_or_default();
        if let Some(reached) = self.service.reached(index, found) {
            let Some(attribute) = chain.get(reached.consumed) else {
                return (Thing::Module(reached.module), String::new());
            };
            let thing = self.defined(reached.module, attribute);
            return (thing, first(reached.consumed + 1));
        }
        let dotted = std::iter::once(found.name.as_str()).chain(chain.iter().copied());
        let dotted = dotted.collect::<Vec<_>>().join(".");
        if let Qualified::External(name) = self.service.qualify(index, 0, &dotted) {
            return (Thing::Foreign(name), String::new());
        }
        (self.defined(index, &found.name), first(0))
    }

    fn defined(&self, index: usize, name: &str) -> Thing {
        match self.service.definition(index, name) {
            Some((owner, name, _)) if name.is_empty() => Thing::Module(owner),
            Some((owner, name, _)) => {
                let Some(module) = self.service.modules()[owner].module() else {
                    return Thing::Unknown;
                };
                let mut kinds = module.facts.bindings_of(&name, 0).map(|binding| binding.kind);
                match kinds.next() {
                    Some(BindingKind::Function | BindingKind::Class) => Thing::Code(owner, name),
                    None | Some(BindingKind::Import(..)) => Thing::Unknown,
                    Some(_) => Thing::Variable(owner, name),
                }
            }
            None => Thing::Unknown,
        }
    }

    /// Whether something is called whose name cannot be read: `handlers[0]()`.
    fn has_other_calls(&self, ranges: &[Range<usize>], statement: usize) -> bool {
        let kind = self.module.facts.statements[statement].kind;
        let is_code = matches!(kind, StatementKind::Function | StatementKind::Class);
        let calls = self.tree.nodes.iter().enumerate().filter(|(_, node)| {
            node.kind.is_call()
                && ranges
                    .iter()
                    .any(|range| range.start <= node.range.start && node.range.end <= range.end)
        });
        !is_code
            && calls.into_iter().any(|(node, _)| {
                let mut callee = self.tree.children(node).next();
                while let Some(inner) = callee.filter(|inner| {
                    let kind = self.tree.nodes[*inner].kind;
                    kind.is_attribute() || kind.is_call()
                }) {
                    callee = self.tree.children(inner).next();
                }
                callee.is_none_or(|root| {
                    let kind = self.tree.nodes[root].kind;
                    !kind.is_name() && !kind.is_string()
                })
            })
    }
}

/// Methods of a text, which change nothing.
const TEXT: [&str; 8] =
    ["split", "strip", "lower", "upper", "join", "format", "replace", "splitlines"];
