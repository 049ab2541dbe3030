//! What modules do to each other's state while they are imported.
//!
//! A registering decorator, a counter that a constant is taken from, a list that another module
//! fills: such code has to run as often and in the order in which it ran. Within the module that
//! holds the state it stays together; elsewhere it stays in the main part of its module; and where
//! the order of imports decides what comes out, the modules that make this order stay whole.

mod state;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::DiGraph;
use petgraph::visit::{Dfs, Reversed};

use super::routes;
use crate::python::{Moment, PythonService};
use walk::{Trace, Walker};

/// A name of a module whose value changes after it was bound: `(module, name)`.
type State = (usize, String);

/// Whether a name is an application's: what registers on one is a matter of routes.
fn is_application(service: &PythonService, (module, name): &State) -> bool {
    let facts = service.modules()[*module].module().map(|module| &module.facts);
    facts.is_some_and(|facts| routes::applications(facts).contains(name))
}

/// What the import of the modules of a service does to state.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// Modules whose order of imports matters, and those that make the order, with the reason.
    whole: BTreeMap<usize, String>,
    /// Statements of a module that belong together, because they act on state of that module.
    ties: BTreeMap<usize, Vec<BTreeSet<usize>>>,
    /// Statements of a module that act on the state of another one, and whose state it is.
    acting: BTreeMap<usize, BTreeMap<usize, State>>,
}

impl Effects {
    /// Looks at everything that runs while the modules of a service are imported.
    pub(super) fn of(service: &PythonService) -> Self {
        let walker = Walker::new(service);
        let traces = walker.traces();
        let written: BTreeSet<&State> =
            traces.iter().flat_map(|trace| trace.written.union(&trace.made)).collect();
        let mut effects = Self::default();
        let mut disputed: Vec<(State, Vec<usize>)> = Vec::new();
        for state in written {
            let touching: Vec<&Trace> =
                traces.iter().filter(|trace| trace.touched.contains_key(state)).collect();
            if !is_application(service, state) {
                effects.tie(state, &touching, &walker.definitions(state));
            }
            let foreign: Vec<&&Trace> =
                touching.iter().filter(|trace| trace.module != state.0).collect();
            if !foreign.iter().any(|trace| trace.written.contains(state)) {
                continue;
            }
            for trace in &foreign {
                let acting = effects.acting.entry(trace.module).or_default();
                acting.insert(trace.statement, state.clone());
            }
            let modules: BTreeSet<usize> = foreign.iter().map(|trace| trace.module).collect();
            if modules.len() > 1 {
                disputed.push((state.clone(), modules.into_iter().collect()));
            }
        }
        effects.keep_order(service, &disputed);
        effects
    }

    /// Why a module has to stay in one piece, if it has to.
    pub(super) fn whole(&self, module: usize) -> Option<&str> {
        self.whole.get(&module).map(String::as_str)
    }

    /// Sets of statements of a module that belong together.
    pub(super) fn ties(&self, module: usize) -> &[BTreeSet<usize>] {
        self.ties.get(&module).map(Vec::as_slice).unwrap_or_default()
    }

    /// Statements of a module that act on the state of another one.
    pub(super) fn acting(&self, module: usize) -> impl Iterator<Item = usize> {
        self.acting.get(&module).into_iter().flatten().map(|(statement, _)| *statement)
    }

    /// Whose state a module acts on.
    pub(super) fn acts_on(&self, service: &PythonService, module: usize) -> Option<String> {
        let (_, state) = self.acting.get(&module)?.first_key_value()?;
        Some(shown(service, state))
    }

    /// What acts on state while its own module is imported stays with it.
    fn tie(&mut self, state: &State, touching: &[&Trace], definitions: &[usize]) {
        let home = state.0;
        let own = || touching.iter().filter(|trace| trace.module == home);
        let writes = |trace: &&&Trace| trace.written.contains(state) || trace.made.contains(state);
        let last = own().filter(writes).map(|trace| trace.statement).max();
        let is_foreign = |trace: &&Trace| trace.module != home && trace.written.contains(state);
        let mut tied: BTreeSet<usize> = BTreeSet::new();
        // What only looks, after all is done, sees the same from anywhere; whoever changes it from
        // another module does that when all of this one has looked.
        let last = if touching.iter().any(is_foreign) {
            tied.extend(definitions);
            usize::MAX
        } else {
            let Some(last) = last else { return };
            last
        };
        for trace in own().filter(|trace| trace.statement <= last) {
            tied.insert(trace.statement);
            let through = trace.touched[state].iter();
            tied.extend(through.filter(|(module, _)| *module == home).map(|(_, number)| *number));
        }
        if tied.len() > 1 {
            self.ties.entry(home).or_default().push(tied);
        }
    }

    /// Modules that act on the same state, and all that import one of them, keep the order.
    fn keep_order(&mut self, service: &PythonService, disputed: &[(State, Vec<usize>)]) {
        if disputed.is_empty() {
            return;
        }
        let mut graph = DiGraph::<usize, ()>::new();
        let nodes: Vec<_> =
            (0..service.modules().len()).map(|index| graph.add_node(index)).collect();
        for (importer, imported, _) in service.import_edges(Moment::Import) {
            graph.update_edge(nodes[importer], nodes[imported], ());
        }
        for (state, modules) in disputed {
            let [first, second, ..] = modules.as_slice() else { continue };
            let path = |module: usize| service.modules()[module].path.as_str();
            let (first, second) = (path(*first), path(*second));
            let shown = shown(service, state);
            for module in modules {
                let mut importers = Dfs::new(Reversed(&graph), nodes[*module]);
                while let Some(node) = importers.next(Reversed(&graph)) {
                    let importer = graph[node];
                    self.whole.entry(importer).or_insert_with(|| {
                        format!(
                            "{first} and {second} act on {shown} while they are imported, and it \
                             has a part in which of them is imported first"
                        )
                    });
                }
            }
        }
    }
}

fn shown(service: &PythonService, (module, name): &State) -> String {
    format!("{name} of {}", service.modules()[*module].path)
}
