//! Imports, played through.
//!
//! A name that is imported from a module which is still being imported must have been bound there
//! by then. Which module comes first decides, so that every module, tests included, is imported
//! first once: before, and after. A file that does not parse cannot be imported on either side.

use std::collections::{BTreeMap, BTreeSet};

use super::Sides;
use super::pairs::Pairs;
use crate::change::RelPath;
use crate::python::{ImportKind, Imported, Moment, PythonService, StatementKind, join, parent};
use crate::verify::{Aspect, Item, Verdict};
use crate::workspace::Tree;

/// Modules that are imported from within each other at most, before one gives up.
const DEEPEST: usize = 400;

/// No module that could be imported first cannot any more.
pub(super) fn import_order(sides: &Sides<'_>) -> Vec<Item> {
    let modules = sides.after.modules();
    let mut items: Vec<Item> = failures(&sides.pairs, sides.before, sides.after)
        .map(|(new, failure)| {
            let (importer, home) = (&modules[failure.importer].path, &modules[failure.home].path);
            let why = match &failure.name {
                Some(name) => {
                    format!(
                        "{importer} imports {name} from {home}, which is only half imported then"
                    )
                }
                None => format!("{home} is imported, which does not parse"),
            };
            let item = Item::new(Aspect::Cycles, modules[new].path.as_str(), Verdict::Broken);
            item.because(why)
        })
        .collect();
    if items.is_empty() {
        items.push(Item::new(Aspect::Cycles, "every module imported first", Verdict::Equal));
    }
    items
}

/// The modules (by their paths before) that take part in imports which fail afterwards only;
/// `moves` maps new paths to old ones.
pub fn import_failures(
    (before, old): (&Tree, &PythonService),
    (after, new): (&Tree, &PythonService),
    moves: &BTreeMap<RelPath, RelPath>,
) -> BTreeSet<RelPath> {
    let pairs = Pairs::new((before, old), (after, new), Some(moves));
    failures(&pairs, old, new)
        .flat_map(|(_, failure)| [failure.importer, failure.home])
        .filter_map(|module| pairs.old(module))
        .map(|module| old.modules()[module].path.clone())
        .collect()
}

/// Modules after that cannot be imported first, and could before.
fn failures<'a>(
    pairs: &'a Pairs,
    before: &'a PythonService,
    after: &'a PythonService,
) -> impl Iterator<Item = (usize, Failure)> + 'a {
    let (was, is) = (Player::new(before), Player::new(after));
    pairs.both().filter_map(move |(new, old)| {
        let failure = is.import(new).err()?;
        was.import(old).ok()?;
        Some((new, failure))
    })
}

/// Why an import fails.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Failure {
    importer: usize,
    home: usize,
    /// What is not there yet; none where the file itself cannot be imported.
    name: Option<String>,
}

/// One import statement of a module's body.
struct Step {
    statement: usize,
    /// What is imported, in order.
    loads: Vec<usize>,
    /// Names that have to be there, each in its module.
    takes: Vec<(usize, String)>,
    /// Whether it stands in a block that may catch what goes wrong.
    is_guarded: bool,
}

/// The imports of a service, ready to be played.
struct Player<'a> {
    service: &'a PythonService,
    steps: Vec<Vec<Step>>,
    /// The files of the packages that a module lies in, outermost first.
    around: Vec<Vec<usize>>,
}

/// How far a module is imported.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unknown,
    At(usize),
    Done,
}

impl<'a> Player<'a> {
    fn new(service: &'a PythonService) -> Self {
        let modules = 0..service.modules().len();
        let steps = modules.clone().map(|index| steps(service, index)).collect();
        let around = modules.map(|index| packages_around(service, index)).collect();
        Self { service, steps, around }
    }

    /// Imports a module before any other.
    fn import(&self, index: usize) -> Result<(), Failure> {
        self.load_within(index, &mut vec![State::Unknown; self.steps.len()], 0)
    }

    /// Imports a module, and before it the packages that it lies in.
    fn load_within(&self, index: usize, states: &mut [State], depth: usize) -> Result<(), Failure> {
        if states[index] != State::Unknown {
            return Ok(());
        }
        for package in &self.around[index] {
            self.load(*package, states, depth)?;
        }
        self.load(index, states, depth)
    }

    fn load(&self, index: usize, states: &mut [State], depth: usize) -> Result<(), Failure> {
        if states[index] != State::Unknown || depth > DEEPEST {
            return Ok(());
        }
        if !self.service.modules()[index].is_sound() {
            return Err(Failure { importer: index, home: index, name: None });
        }
        for step in &self.steps[index] {
            states[index] = State::At(step.statement);
            let done = self.take(index, step, states, depth);
            if !step.is_guarded {
                done?;
            }
        }
        states[index] = State::Done;
        Ok(())
    }

    fn take(
        &self,
        importer: usize,
        step: &Step,
        states: &mut [State],
        depth: usize,
    ) -> Result<(), Failure> {
        for module in &step.loads {
            self.load_within(*module, states, depth + 1)?;
        }
        for (home, name) in &step.takes {
            if let State::At(statement) = states[*home]
                && *home != importer
                && !self.is_bound(*home, name, statement)
            {
                return Err(Failure { importer, home: *home, name: Some(name.clone()) });
            }
        }
        Ok(())
    }

    /// Whether a module binds a name before one of its statements.
    fn is_bound(&self, index: usize, name: &str, statement: usize) -> bool {
        let Some(module) = self.service.modules()[index].module() else { return true };
        let facts = &module.facts;
        let mut bindings = facts.bindings_of(name, 0);
        facts.star_imports().next().is_some()
            || facts.defines("__getattr__")
            || bindings.any(|binding| binding.statement < statement)
    }
}

fn packages_around(service: &PythonService, index: usize) -> Vec<usize> {
    let mut folder = parent(service.modules()[index].path.as_str());
    let mut found = Vec::new();
    while folder.len() > service.root().len() {
        let Some(package) = service.index_of(&join(folder, "__init__.py")) else { break };
        found.push(package);
        folder = parent(folder);
    }
    found.reverse();
    found
}

/// The import statements that run while a module is imported.
fn steps(service: &PythonService, index: usize) -> Vec<Step> {
    let Some(module) = service.modules()[index].module() else { return Vec::new() };
    let imports = module.facts.imports.iter().filter(|found| found.moment == Moment::Import);
    let mut steps: Vec<Step> = imports
        .map(|import| {
            let own = service.packages_run_by(index, import);
            // A folder without `__init__.py` may lie between a module and a package around it.
            let along = (import.kind == ImportKind::From && import.level == 0)
                .then(|| service.modules_along(index, &import.module));
            let along = along.into_iter().flatten();
            let loads = own.into_iter().chain(along).chain(service.imported_by(index, import));
            let loads = loads.collect();
            let mut takes = Vec::new();
            if import.kind == ImportKind::From {
                for name in &import.names {
                    if let Imported::Attribute(home) = service.resolve_name(index, import, name) {
                        takes.push((home, name.name.clone()));
                    }
                }
            }
            let kind = module.facts.statements[import.statement].kind;
            let is_guarded = kind != StatementKind::Import;
            Step { statement: import.statement, loads, takes, is_guarded }
        })
        .collect();
    steps.sort_by_key(|step| step.statement);
    steps
}
