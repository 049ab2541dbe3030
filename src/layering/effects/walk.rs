//! What runs when a statement of a module's body is evaluated, followed through the functions,
//! classes and decorators of the service that it calls.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::routes;
use super::{State, state};
use crate::python::{
    BindingKind, Facts, Imported, Module, Moment, PythonService, Reference, Resolution, ScopeId,
    ScopeKind, StatementKind, Usage,
};

/// A statement of a module's body: `(module, statement)`.
pub(super) type Place = (usize, usize);

/// What one statement touches while its module is imported.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) module: usize,
    pub(super) statement: usize,
    /// Names of modules that were looked up, each with the places of its own module that did so.
    pub(super) touched: BTreeMap<State, BTreeSet<Place>>,
    /// Those that were changed by something else than their own definition.
    pub(super) written: BTreeSet<State>,
    /// Those of its own module that the statement itself changes by name: it makes them.
    pub(super) made: BTreeSet<State>,
}

/// How much of a function runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Extent {
    /// Whatever it defines is called, too.
    All,
    /// It decorates something: a function in it that it only returns is not called.
    Decorating,
    /// It gives a decorator, which is called at once; a function that this only returns is not.
    GivingDecorator,
}

/// What a reference means, and how many attributes of its chain that took.
pub(super) struct Meaning {
    pub(super) module: usize,
    pub(super) name: String,
    pub(super) consumed: usize,
}

/// References of each statement, split by moment.
#[derive(Default)]
struct Uses {
    now: Vec<usize>,
    later: Vec<usize>,
    rebinds: Vec<usize>,
}

pub(super) struct Walker<'a> {
    service: &'a PythonService,
    uses: FxHashMap<Place, Uses>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(service: &'a PythonService) -> Self {
        let mut uses: FxHashMap<Place, Uses> = FxHashMap::default();
        for (index, record) in service.modules().iter().enumerate() {
            let Some(module) = record.module().filter(|_| !record.is_test) else { continue };
            for (number, reference) in module.facts.references.iter().enumerate() {
                if reference.usage == Usage::Annotation {
                    continue;
                }
                let own = uses.entry((index, reference.statement)).or_default();
                match reference.moment {
                    Moment::Import => own.now.push(number),
                    Moment::Call => own.later.push(number),
                    Moment::Never => {}
                }
            }
            for (number, binding) in module.facts.bindings.iter().enumerate() {
                if binding.scope == 0 && binding.from != 0 {
                    uses.entry((index, binding.statement)).or_default().rebinds.push(number);
                }
            }
        }
        Self { service, uses }
    }

    /// What every statement of every module touches.
    pub(super) fn traces(&self) -> Vec<Trace> {
        let mut places: Vec<Place> = self.uses.keys().copied().collect();
        places.sort_unstable();
        let traces = places.into_iter().filter_map(|(module, statement)| {
            let facts = self.facts(module)?;
            let kind = facts.statements.get(statement)?.kind;
            let is_import = matches!(kind, StatementKind::Import | StatementKind::TypeChecking);
            if is_import || kind == StatementKind::MainGuard {
                return None;
            }
            let mut walk = Walk {
                walker: self,
                seen: FxHashSet::default(),
                trace: Trace {
                    module,
                    statement,
                    touched: BTreeMap::new(),
                    written: BTreeSet::new(),
                    made: BTreeSet::new(),
                },
            };
            walk.evaluate((module, statement));
            Some(walk.trace)
        });
        traces.collect()
    }

    fn module(&self, index: usize) -> Option<&'a Module> {
        self.service.modules()[index].module()
    }

    fn facts(&self, index: usize) -> Option<&'a Facts> {
        self.module(index).map(|module| &module.facts)
    }

    /// What a reference means in the service; none for what is local, built in or from outside.
    fn meaning(&self, index: usize, reference: &Reference) -> Option<Meaning> {
        if let Some(reached) = self.service.reached(index, reference) {
            let attribute = reference.chain.get(reached.consumed)?;
            let (module, name, _) = self.service.definition(reached.module, &attribute.name)?;
            return Some(Meaning { module, name, consumed: reached.consumed + 1 });
        }
        let Resolution::Scope(scope) = reference.resolution else { return None };
        let facts = self.facts(index)?;
        let binding = facts.bindings_of(&reference.name, scope).next()?;
        if let BindingKind::Import(statement, position) = binding.kind {
            let import = &facts.imports[statement];
            let name = &import.names[position];
            let Imported::Attribute(owner) = self.service.resolve_name(index, import, name) else {
                return None;
            };
            let (module, name, _) = self.service.definition(owner, &name.name)?;
            return Some(Meaning { module, name, consumed: 0 });
        }
        (scope == 0).then(|| Meaning { module: index, name: reference.name.clone(), consumed: 0 })
    }

    /// The statements that define a name of a module.
    pub(super) fn definitions(&self, (module, name): &State) -> Vec<usize> {
        let Some(facts) = self.facts(*module) else { return Vec::new() };
        let own = facts.bindings_of(name, 0).filter(|binding| {
            binding.from == 0 && !matches!(binding.kind, BindingKind::Import(..))
        });
        let mut found: Vec<usize> = own.map(|binding| binding.statement).collect();
        found.dedup();
        found
    }
}

/// The walk from one statement.
struct Walk<'w, 'a> {
    walker: &'w Walker<'a>,
    seen: FxHashSet<(Place, Extent)>,
    trace: Trace,
}

impl Walk<'_, '_> {
    /// What runs when a statement is evaluated.
    fn evaluate(&mut self, place: Place) {
        let Some(uses) = self.walker.uses.get(&place) else { return };
        let Some(facts) = self.walker.facts(place.0) else { return };
        for number in &uses.now {
            self.follow(place, &facts.references[*number], true);
        }
    }

    /// What runs when the function, the class or the value that a statement defines is called.
    fn call(&mut self, place: Place, extent: Extent) {
        if !self.seen.insert((place, extent)) {
            return;
        }
        let Some(module) = self.walker.module(place.0) else { return };
        let facts = &module.facts;
        let statement = &facts.statements[place.1];
        if facts.mutable_defaults.contains(&place.1)
            && let Some(name) = statement.binds.first()
        {
            self.touch((place.0, name.clone()), place, true);
        }
        let Some(uses) = self.walker.uses.get(&place) else { return };
        let idle = match extent {
            Extent::All => Vec::new(),
            Extent::Decorating => idle(module, place.1, 1),
            Extent::GivingDecorator => idle(module, place.1, 2),
        };
        let runs = |scope: ScopeId| !idle.contains(&scope);
        for number in &uses.rebinds {
            let binding = &facts.bindings[*number];
            if runs(binding.from) {
                let fills = state::fills_once(module, place.1, &binding.name);
                self.touch((place.0, binding.name.clone()), place, !fills);
            }
        }
        for number in uses.later.iter().filter(|number| runs(facts.references[**number].scope)) {
            self.follow(place, &facts.references[*number], false);
        }
        // A decorated function is called through its decorators; a value is what made it.
        let is_value = !matches!(statement.kind, StatementKind::Function | StatementKind::Class);
        for number in &uses.now {
            let reference = &facts.references[*number];
            if is_value || reference.usage == Usage::Decorator {
                self.follow(place, reference, false);
            }
        }
    }

    /// One use of a name in code that runs.
    fn follow(&mut self, place: Place, reference: &Reference, is_evaluated: bool) {
        let Some(meaning) = self.walker.meaning(place.0, reference) else { return };
        let Some(module) = self.walker.module(place.0) else { return };
        let state = (meaning.module, meaning.name.clone());
        let definitions = self.walker.definitions(&state);
        // What the home of a value does to it by name, while it is imported, makes it.
        let makes = is_evaluated && place.0 == state.0;
        let class = definitions.iter().find_map(|number| self.class_of((meaning.module, *number)));
        let method = reference.chain.get(meaning.consumed);
        let may_change = match (class, method) {
            (Some(class), Some(method)) if !reference.stored && !reference.changed => {
                let is_decorator = reference.usage == Usage::Decorator;
                self.walker.facts(class.0).is_some_and(|facts| {
                    state::method_changes(facts, class.1, &method.name, is_decorator)
                })
            }
            // A route that is called does not register again: a library's object that decorates
            // acts when the decorator is evaluated.
            (None, _) if reference.usage == Usage::Decorator && !is_evaluated => false,
            _ => state::changes(module, reference, meaning.consumed),
        };
        let changes = may_change && !makes && !state::fills_once(module, place.1, &reference.name);
        let is_called = state::is_called(module, reference, meaning.consumed);
        let is_plain = reference.chain.len() == meaning.consumed;
        if may_change && makes {
            self.trace.made.insert(state.clone());
        }
        self.touch(state, place, changes);
        let Some(facts) = self.walker.facts(meaning.module) else { return };
        for number in definitions {
            let own = (meaning.module, number);
            let statement = &facts.statements[number];
            match (statement.kind, reference.usage) {
                (StatementKind::Class, Usage::Base) => {
                    let prepares = |(name, _): &(String, bool)| name == "__init_subclass__";
                    if statement.methods.iter().any(prepares) {
                        self.call(own, Extent::All);
                    }
                }
                (StatementKind::Function, Usage::Decorator) if is_evaluated && is_plain => {
                    let extent =
                        if is_called { Extent::GivingDecorator } else { Extent::Decorating };
                    self.call(own, extent);
                }
                (StatementKind::Function | StatementKind::Class, _)
                    if !is_called && is_handed_on(module, place.1, reference) => {}
                (StatementKind::Function | StatementKind::Class, _) => {
                    self.call(own, Extent::All);
                }
                (_, usage) if is_plain && (is_called || usage == Usage::Decorator) => {
                    self.call(own, Extent::All);
                }
                _ if is_called && own != place => {
                    if let Some(class) = class {
                        self.call(class, Extent::All);
                    }
                }
                _ => {}
            }
        }
    }

    /// The class of the service of which a statement makes an instance.
    fn class_of(&self, made: Place) -> Option<Place> {
        let uses = self.walker.uses.get(&made)?;
        let facts = self.walker.facts(made.0)?;
        let callee = facts.statements[made.1].callee.as_deref()?;
        let callee = callee.rsplit('.').next()?;
        uses.now.iter().find_map(|number| {
            let meaning = self.walker.meaning(made.0, &facts.references[*number])?;
            let owner = self.walker.facts(meaning.module)?;
            let found = self.walker.definitions(&(meaning.module, meaning.name.clone()));
            let mut classes = found.into_iter().filter(|number| {
                meaning.name == callee && owner.statements[*number].kind == StatementKind::Class
            });
            classes.next().map(|class| (meaning.module, class))
        })
    }

    fn touch(&mut self, state: State, place: Place, changes: bool) {
        if changes {
            self.trace.written.insert(state.clone());
        }
        self.trace.touched.entry(state).or_default().insert(place);
    }
}

/// Whether a function or class is only named in a default (`Depends(provider)`) or among the
/// arguments of a method that decorates (`@app.get("/", response_model=Loan)`): frameworks keep
/// it, and call it when there is a request.
fn is_handed_on(module: &Module, statement: usize, reference: &Reference) -> bool {
    let is_root = |found: &Reference| routes::is_decorator_of(module, statement, found);
    match reference.usage {
        Usage::Default => true,
        Usage::Decorator if !is_root(reference) => {
            let mut all = module.facts.references.iter();
            all.any(|found| is_root(found) && !found.chain.is_empty())
        }
        _ => false,
    }
}

/// Functions so many functions deep inside of a decorator, or deeper, that are only returned:
/// they run when what it decorates is called.
fn idle(module: &Module, statement: usize, from: usize) -> Vec<ScopeId> {
    let facts = &module.facts;
    let is_returned = |scope: ScopeId| {
        let record = &facts.scopes[scope];
        let (Some(name), Some(parent)) = (&record.name, record.parent) else { return false };
        let mut uses = facts
            .references
            .iter()
            .filter(|found| found.name == *name && found.resolution == Resolution::Scope(parent));
        parent != 0 && uses.all(|found| state::is_returned(module, found))
    };
    let belongs = |scope: ScopeId| {
        facts.bindings.iter().any(|binding| {
            binding.statement == statement
                && facts.scopes[scope].parent == Some(binding.scope)
                && facts.scopes[scope].name.as_ref() == Some(&binding.name)
        })
    };
    let functions = (1..facts.scopes.len())
        .filter(|scope| facts.scopes[*scope].kind == ScopeKind::Function && belongs(*scope));
    let returned: Vec<ScopeId> = functions.filter(|scope| is_returned(*scope)).collect();
    let depth = |scope: ScopeId| {
        let mut depth = 0;
        let mut current = facts.scopes[scope].parent;
        while let Some(parent) = current {
            depth += usize::from(facts.scopes[parent].kind == ScopeKind::Function);
            current = facts.scopes[parent].parent;
        }
        depth
    };
    returned.into_iter().filter(|scope| depth(*scope) >= from).collect()
}
