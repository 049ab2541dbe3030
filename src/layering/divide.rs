//! Taking a module apart: which top-level statements belong together, and which hold it together.
//!
//! A [`Division`] lists groups of statements that may part from each other. What runs while the
//! module is imported and acts on something outside of it, what builds the application, and
//! what refers to either, is the module's main part and stays. A module that cannot be taken
//! apart safely has a reason instead.

mod barrier;

use std::collections::{BTreeMap, BTreeSet};

use super::effects::Effects;
use super::routes::{self, Run};
use crate::python::{
    Binding, BindingKind, Facts, Module, Moment, Outside, PathBase, PythonService, Reference,
    Resolution, Statement, StatementKind, Usage, ValueKind,
};

/// Statements that move together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Indices of statements, in order.
    pub statements: Vec<usize>,
    /// The names that they bind.
    pub names: Vec<String>,
}

/// How a module may be taken apart.
#[derive(Debug, Clone, Default)]
pub struct Division {
    /// What may leave, in order of the first statement.
    pub groups: Vec<Group>,
    /// What stays in the main part: indices of statements.
    pub root: BTreeSet<usize>,
    /// Applications that the module makes: names.
    pub applications: Vec<String>,
    /// Routes on these applications that can become routes of a router.
    pub routes: Vec<Run>,
    /// Loggers that each file makes for itself: statement → name.
    pub loggers: BTreeMap<usize, String>,
    /// Names that are rebound or replaced: read through their module wherever they are not at
    /// home.
    pub qualified: BTreeSet<String>,
    /// The last statement that edits the search path, if there is one: imports of what left come
    /// after it.
    pub anchor: Option<usize>,
    /// For statements of the main part that only follow another one: the name by which they need
    /// it.
    pub held: BTreeMap<usize, String>,
}

/// Why a module stays in one piece.
pub(super) type Whole = String;

/// Takes a module apart, or says why it stays whole.
pub(super) fn divide(
    service: &PythonService,
    effects: &Effects,
    index: usize,
    with_routes: bool,
) -> Result<Division, Whole> {
    let outside = service.outside();
    let record = &service.modules()[index];
    let Some(module) = record.module() else {
        return Err("it cannot be decoded".to_owned());
    };
    if let Some(reason) = whole(module, &record.path) {
        return Err(reason.to_owned());
    }
    if let Some((place, why)) = outside.opaque.get(&index) {
        return Err(format!("{why} ({place})"));
    }
    if let Some(reason) = effects.whole(index) {
        return Err(reason.to_owned());
    }
    let divider = Divider { facts: &module.facts, module, outside, effects, index, with_routes };
    let division = divider.run();
    let leaves = |(owner, name): &(usize, String)| {
        *owner == index && division.groups.iter().any(|group| group.names.contains(name))
    };
    match effects.acts_on(service, index).filter(|_| outside.read.iter().any(leaves)) {
        Some(state) => Err(format!(
            "it acts on {state} while it is imported, and what is imported from it would not do \
             that by itself"
        )),
        None => Ok(division),
    }
}

/// Reasons that lie in the module itself.
fn whole(module: &Module, path: &crate::change::RelPath) -> Option<&'static str> {
    let facts = &module.facts;
    if path.name() == "__init__.py" {
        return Some("it is a package's own file");
    }
    if !module.errors.is_empty() {
        return Some("it does not parse");
    }
    if facts.star_imports().next().is_some() {
        return Some("it has a star import");
    }
    if let Some((_, why)) = facts.dynamic.first() {
        return Some(why);
    }
    if facts.defines("__getattr__") || facts.defines("__dir__") {
        return Some("it answers for names that it does not define");
    }
    let is_both = |binding: &Binding| {
        let is_import = matches!(binding.kind, BindingKind::Import(..));
        is_import
            && is_plain_import(facts, binding.statement)
            && facts.bindings_of(&binding.name, 0).any(|other| {
                !matches!(other.kind, BindingKind::Import(..))
                    || (other.statement != binding.statement && !same_import(facts, binding, other))
            })
    };
    let mut bindings = facts.bindings.iter().filter(|binding| binding.scope == 0);
    bindings.any(is_both).then_some("a name is imported and bound again")
}

fn is_plain_import(facts: &Facts, statement: usize) -> bool {
    let kind = facts.statements[statement].kind;
    matches!(kind, StatementKind::Import | StatementKind::TypeChecking)
}

/// Whether two import statements bind a name to the same thing.
fn same_import(facts: &Facts, one: &Binding, two: &Binding) -> bool {
    let of = |binding: &Binding| match binding.kind {
        BindingKind::Import(statement, position) => {
            let import = &facts.imports[statement];
            Some((import.level, import.module.clone(), import.names[position].name.clone()))
        }
        _ => None,
    };
    let top = |dotted: &str| dotted.split('.').next().unwrap_or_default().to_owned();
    match (of(one), of(two)) {
        (Some((0, left, first)), Some((0, right, second)))
            if left.is_empty() && right.is_empty() =>
        {
            top(&first) == top(&second)
        }
        (left, right) => left == right,
    }
}

/// Decorators of libraries that give something and keep nothing of what they decorate.
const HARMLESS_DECORATORS: [&str; 16] = [
    "asynccontextmanager",
    "cache",
    "cached",
    "contextmanager",
    "dataclass",
    "deprecated",
    "final",
    "lru_cache",
    "overload",
    "override",
    "retry",
    "runtime_checkable",
    "singledispatch",
    "total_ordering",
    "unique",
    "wraps",
];

struct Divider<'a> {
    facts: &'a Facts,
    module: &'a Module,
    outside: &'a Outside,
    effects: &'a Effects,
    index: usize,
    with_routes: bool,
}

impl Divider<'_> {
    fn run(&self) -> Division {
        let count = self.facts.statements.len();
        let applications = routes::applications(self.facts);
        let mut bonds = Bonds { ties: Ties::new(count), root: BTreeSet::new() };
        let loggers = self.loggers();
        for (number, statement) in self.facts.statements.iter().enumerate() {
            self.tie(number, statement, &applications, &mut bonds);
        }
        self.tie_same_line(&mut bonds.ties);
        self.tie_names(&mut bonds.ties);
        self.tie_deletions(&mut bonds.ties);
        self.tie_effects(&mut bonds);
        let qualified = self.qualify(&loggers, &mut bonds.ties);
        let anchor = self.search_path_edit();
        let held = self.spread_root(&applications, &loggers, &mut bonds, anchor);
        let Bonds { mut ties, root } = bonds;
        let movable = |number: &usize| !root.contains(number);
        let routes = if self.with_routes {
            routes::runs(self.module, &applications, movable)
        } else {
            Vec::new()
        };
        let is_free = |number: usize| {
            !root.contains(&number)
                && !loggers.contains_key(&number)
                && !matches!(
                    self.facts.statements[number].kind,
                    StatementKind::Import | StatementKind::TypeChecking
                )
        };
        let groups = self.groups(&mut ties, is_free);
        Division { groups, root, applications, routes, loggers, qualified, anchor, held }
    }

    /// What one statement by itself is tied to.
    fn tie(
        &self,
        number: usize,
        statement: &Statement,
        applications: &[String],
        bonds: &mut Bonds,
    ) {
        if self.tells_its_own_file(statement) {
            bonds.root.insert(number);
        }
        match statement.kind {
            StatementKind::Import => {}
            StatementKind::TypeChecking => {
                if statement.binds.iter().any(|name| self.is_bound_otherwise(name)) {
                    bonds.root.insert(number);
                }
            }
            StatementKind::MainGuard => {
                bonds.root.insert(number);
            }
            StatementKind::Docstring => match number.checked_sub(1) {
                Some(before) if !self.is_import(before) => bonds.ties.join(number, before),
                _ => {
                    bonds.root.insert(number);
                }
            },
            StatementKind::Function | StatementKind::Class => {
                self.tie_decorators(number, applications, bonds);
                if self.is_decorated_for_its_effect(number, statement) {
                    bonds.root.insert(number);
                }
            }
            StatementKind::Assignment => {
                let is_own = statement.binds.iter().any(|name| {
                    applications.contains(name) || (name.starts_with("__") && name.ends_with("__"))
                });
                if is_own || statement.binds.is_empty() || self.is_made_for_its_effect(statement) {
                    bonds.root.insert(number);
                }
            }
            StatementKind::Other => self.tie_effect(number, statement, bonds),
        }
    }

    /// Whether a statement hands on the path of the very file that it stands in.
    fn tells_its_own_file(&self, statement: &Statement) -> bool {
        self.facts.paths.iter().any(|path| {
            path.value.base == PathBase::File
                && path.value.steps.is_empty()
                && path.variable.is_none()
                && statement.range.start <= path.range.start
                && path.range.end <= statement.range.end
        })
    }

    /// What a call gives and nobody reads: it was called for what it does, such as registering.
    fn is_made_for_its_effect(&self, statement: &Statement) -> bool {
        let is_read = |name: &String| {
            self.uses(name).next().is_some()
                || self.outside.read.contains(&(self.index, name.clone()))
        };
        statement.value == Some(ValueKind::Call) && !statement.binds.iter().any(is_read)
    }

    /// What nobody reads and a library decorates: the library may have it called, as
    /// `@event.listens_for(…)` does.
    fn is_decorated_for_its_effect(&self, number: usize, statement: &Statement) -> bool {
        let is_read = |name: &String| {
            self.uses(name).next().is_some()
                || self.outside.read.contains(&(self.index, name.clone()))
        };
        let may_keep = |reference: &Reference| {
            let last = reference.chain.last().map_or(&reference.name, |found| &found.name);
            routes::is_decorator_of(self.module, number, reference)
                && self.facts.library_of(reference).is_some()
                && !HARMLESS_DECORATORS.contains(&last.as_str())
        };
        !statement.binds.iter().any(is_read) && self.references_of(number).any(may_keep)
    }

    fn is_import(&self, number: usize) -> bool {
        is_plain_import(self.facts, number)
    }

    fn is_bound_otherwise(&self, name: &str) -> bool {
        let mut bindings = self.facts.bindings_of(name, 0);
        bindings.any(|binding| !matches!(binding.kind, BindingKind::Import(..)))
    }

    /// `@registry.add` acts on a registry while the module is imported.
    fn tie_decorators(&self, number: usize, applications: &[String], bonds: &mut Bonds) {
        let Bonds { ties, root } = bonds;
        let decorators = self.references_of(number).filter(|found| found.usage == Usage::Decorator);
        let found: Vec<&Reference> = decorators.collect();
        for reference in found {
            if applications.contains(&reference.name) {
                if !self.is_route(number, reference) {
                    root.insert(number);
                }
            } else if let Some(owner) = self.variable(reference) {
                ties.join(number, owner);
            } else {
                for owner in self.filled_by(reference) {
                    ties.join(number, owner);
                }
            }
        }
    }

    /// Statements of the function of this module that a decorator names, and of the variables
    /// that it uses: `@register` puts what it decorates into a table while importing.
    fn filled_by(&self, decorator: &Reference) -> Vec<usize> {
        if decorator.resolution != Resolution::Scope(0) {
            return Vec::new();
        }
        let functions: Vec<usize> = self
            .facts
            .bindings_of(&decorator.name, 0)
            .map(|binding| binding.statement)
            .filter(|number| self.facts.statements[*number].kind == StatementKind::Function)
            .collect();
        let used = functions.iter().flat_map(|function| self.references_of(*function));
        let variables: Vec<usize> = used.filter_map(|found| self.variable(found)).collect();
        if variables.is_empty() { variables } else { [functions, variables].concat() }
    }

    /// The statement that assigns the variable that a reference reads, if it is one.
    fn variable(&self, reference: &Reference) -> Option<usize> {
        (reference.resolution == Resolution::Scope(0)).then_some(())?;
        let mut bindings = self.facts.bindings_of(&reference.name, 0);
        let binding = bindings.find(|binding| {
            binding.from == 0
                && matches!(binding.kind, BindingKind::Assignment | BindingKind::Capture)
        })?;
        Some(binding.statement)
    }

    /// A statement that is no definition: it belongs to what it acts on, or to the main part.
    fn tie_effect(&self, number: usize, statement: &Statement, bonds: &mut Bonds) {
        let Bonds { ties, root } = bonds;
        let is_call = statement.callee.is_some();
        let import_time =
            || self.references_of(number).filter(|reference| reference.moment == Moment::Import);
        let mut owners: Vec<usize> = if is_call || statement.binds.is_empty() {
            let first = import_time().min_by_key(|reference| reference.range.start);
            first.and_then(|reference| self.variable(reference)).into_iter().collect()
        } else {
            Vec::new()
        };
        let is_block = !is_call && !self.is_simple(statement);
        if is_block {
            owners.extend(import_time().filter_map(|reference| self.variable(reference)));
        }
        let tables = self.tables_of(statement);
        if !tables.is_empty() && !self.is_used_beside(&tables, number) {
            // Nobody would import them: they are made where they were.
            root.extend(tables.iter().copied().chain([number]));
        }
        owners.extend(tables);
        owners.retain(|owner| *owner != number);
        if owners.is_empty() && (statement.binds.is_empty() || is_call) {
            root.insert(number);
        }
        for owner in owners {
            ties.join(number, owner);
        }
    }

    /// The classes that `Base.metadata.create_all(…)` makes tables of: those that this module
    /// derives from the base, as they have to be there before it runs.
    fn tables_of(&self, statement: &Statement) -> Vec<usize> {
        let callee = statement.callee.as_deref().unwrap_or_default();
        let Some((base, "create_all" | "drop_all" | "reflect")) = callee.split_once(".metadata.")
        else {
            return Vec::new();
        };
        let mut names = BTreeSet::from([base.to_owned()]);
        let mut tables = Vec::new();
        for (number, class) in self.facts.statements.iter().enumerate() {
            if class.kind == StatementKind::Class && class.bases.iter().any(|it| names.contains(it))
            {
                names.extend(class.binds.iter().cloned());
                tables.push(number);
            }
        }
        tables
    }

    /// Whether something else than these statements uses a name that one of them binds.
    fn is_used_beside(&self, numbers: &[usize], number: usize) -> bool {
        let binds = numbers.iter().flat_map(|found| &self.facts.statements[*found].binds);
        let inside =
            |found: &Reference| numbers.contains(&found.statement) || found.statement == number;
        binds.into_iter().any(|name| {
            self.uses(name).any(|found| !inside(found))
                || self.outside.read.contains(&(self.index, name.clone()))
        })
    }

    /// Whether a statement has no body of its own.
    fn is_simple(&self, statement: &Statement) -> bool {
        let text = self.module.slice(&statement.range);
        let first = text.split(|character: char| !character.is_alphanumeric()).next();
        !matches!(first, Some("if" | "for" | "while" | "try" | "with" | "match" | "async"))
    }

    fn references_of(&self, number: usize) -> impl Iterator<Item = &Reference> {
        self.facts.references.iter().filter(move |reference| reference.statement == number)
    }

    /// Statements that share a line cannot part.
    fn tie_same_line(&self, ties: &mut Ties) {
        let statements = &self.facts.statements;
        for number in 1..statements.len() {
            let gap = statements[number - 1].range.end..statements[number].range.start;
            if !self.module.slice(&gap).contains('\n') {
                ties.join(number - 1, number);
            }
        }
    }

    /// Statements that bind the same name.
    fn tie_names(&self, ties: &mut Ties) {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for binding in self.facts.bindings.iter().filter(|binding| binding.scope == 0) {
            if binding.from != 0 || self.is_import(binding.statement) {
                continue;
            }
            match first.get(binding.name.as_str()) {
                Some(other) => ties.join(*other, binding.statement),
                None => {
                    first.insert(&binding.name, binding.statement);
                }
            }
        }
    }

    /// What uses a name that is deleted later on runs before the deletion.
    fn tie_deletions(&self, ties: &mut Ties) {
        let deletions = self.facts.bindings.iter().filter(|binding| {
            binding.scope == 0 && binding.from == 0 && binding.kind == BindingKind::Deletion
        });
        for deletion in deletions {
            for reference in self.uses(&deletion.name) {
                ties.join(reference.statement, deletion.statement);
            }
        }
    }

    /// What acts on the module's own state while it is imported stays with it; what acts on that
    /// of another module stays where it is imported with the module.
    fn tie_effects(&self, bonds: &mut Bonds) {
        for tied in self.effects.ties(self.index) {
            let members: Vec<usize> = tied.iter().copied().collect();
            for pair in members.windows(2) {
                bonds.ties.join(pair[0], pair[1]);
            }
        }
        bonds.root.extend(self.effects.acting(self.index));
    }

    /// `logger = logging.getLogger(__name__)`: every file has its own, unless something is done
    /// to it, or another module takes it from here: that one means one object.
    fn loggers(&self) -> BTreeMap<usize, String> {
        let statements = self.facts.statements.iter().enumerate();
        statements
            .filter_map(|(number, statement)| {
                let callee = statement.callee.as_deref()?;
                let last = callee.rsplit('.').next().unwrap_or(callee);
                let [name] = statement.binds.as_slice() else { return None };
                let is_plain = statement.kind == StatementKind::Assignment
                    && matches!(last, "getLogger" | "get_logger")
                    && self.references_of(number).all(|reference| {
                        reference.name == "__name__"
                            || callee.split('.').next() == Some(reference.name.as_str())
                    })
                    && !self.module.slice(&statement.range).contains(['"', '\''])
                    && self.facts.bindings_of(name, 0).count() == 1
                    && !self.outside.read.contains(&(self.index, name.clone()));
                let mut others = self.facts.references.iter().filter(|other| other.name == *name);
                let is_acted_on = others.any(|other| {
                    other.moment == Moment::Import
                        && other.statement != number
                        && other.chain.first().is_some_and(|attribute| {
                            matches!(
                                attribute.name.as_str(),
                                "setLevel" | "addHandler" | "propagate" | "addFilter"
                            )
                        })
                });
                (is_plain && !is_acted_on).then(|| (number, name.clone()))
            })
            .collect()
    }

    /// Names that are rebound by functions or replaced from outside. Where each reader can read
    /// them through their module they stay apart; otherwise all of them are tied.
    fn qualify(&self, loggers: &BTreeMap<usize, String>, ties: &mut Ties) -> BTreeSet<String> {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for binding in &self.facts.bindings {
            if binding.scope == 0 && binding.from != 0 {
                names.insert(&binding.name);
            }
        }
        let replaced = self.outside.replaced.iter().filter(|(module, _)| *module == self.index);
        names.extend(replaced.map(|(_, name)| name.as_str()));
        let mut qualified = BTreeSet::new();
        for name in names {
            let is_defined = self.facts.bindings_of(name, 0).any(|binding| {
                binding.from == 0
                    && !self.is_import(binding.statement)
                    && !loggers.contains_key(&binding.statement)
            });
            if is_defined && self.can_be_qualified(name) {
                qualified.insert(name.to_owned());
                continue;
            }
            let users = self.users(name);
            for pair in users.windows(2) {
                ties.join(pair[0], pair[1]);
            }
        }
        qualified
    }

    /// Whether every use of a name may become `module.name`.
    fn can_be_qualified(&self, name: &str) -> bool {
        let bindings = self.facts.bindings.iter();
        let mut rebinds = bindings
            .filter(|binding| binding.scope == 0 && binding.from != 0 && binding.name == name);
        let can_rebind = rebinds.all(|binding| {
            matches!(binding.kind, BindingKind::Assignment | BindingKind::Deletion)
                && !self.is_in_class(binding)
        });
        let is_fixed = |reference: &Reference| {
            self.facts.shown.iter().any(|shown| {
                shown.literal.is_none() && shown.range.contains(&reference.range.start)
            })
        };
        let mut uses = self.uses(name);
        can_rebind && !uses.any(is_fixed)
    }

    /// A class body that declares a name global.
    fn is_in_class(&self, binding: &Binding) -> bool {
        self.facts.scopes[binding.from].kind == crate::python::ScopeKind::Class
    }

    fn uses<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Reference> {
        self.facts.references.iter().filter(move |reference| {
            reference.name == name && reference.resolution == Resolution::Scope(0)
        })
    }

    /// Statements that look a name up, or rebind it, when they run.
    fn users(&self, name: &str) -> Vec<usize> {
        let uses = self.uses(name).filter(|reference| {
            reference.moment == Moment::Call && reference.usage != Usage::Annotation
        });
        let rebinds = self.facts.bindings.iter().filter(|binding| {
            binding.scope == 0 && binding.name == name && !self.is_import(binding.statement)
        });
        let mut users: Vec<usize> = uses
            .map(|reference| reference.statement)
            .chain(rebinds.map(|binding| binding.statement))
            .collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    /// What needs something of the main part belongs to it, too.
    fn spread_root(
        &self,
        applications: &[String],
        loggers: &BTreeMap<usize, String>,
        bonds: &mut Bonds,
        anchor: Option<usize>,
    ) -> BTreeMap<usize, String> {
        let Bonds { ties, root } = bonds;
        let mut held = BTreeMap::new();
        // What the search path is computed from is needed before anything can be imported.
        let before = (0..anchor.unwrap_or_default())
            .filter(|number| self.facts.statements[*number].kind == StatementKind::Assignment);
        root.extend(before.filter(|number| !loggers.contains_key(number)));
        if let Some(barrier) = self.barrier(anchor) {
            let late = self.facts.statements.iter().enumerate().skip(barrier);
            let active = late.filter(|(number, statement)| self.is_active(*number, statement));
            root.extend(active.map(|(number, _)| number));
        }
        let factories = routes::factories(self.facts);
        root.extend(self.lifespans(applications, &factories));
        root.extend(factories);
        loop {
            let before = root.len();
            let tied: Vec<usize> = (0..self.facts.statements.len())
                .filter(|number| root.iter().any(|member| ties.together(*number, *member)))
                .collect();
            root.extend(tied);
            let names: BTreeSet<&str> = self
                .facts
                .bindings
                .iter()
                .filter(|binding| binding.scope == 0 && binding.from == 0)
                .filter(|binding| root.contains(&binding.statement))
                .map(|binding| binding.name.as_str())
                .collect();
            let needs = |reference: &&Reference| {
                names.contains(reference.name.as_str())
                    && reference.resolution == Resolution::Scope(0)
                    && reference.moment != Moment::Never
                    && !(applications.contains(&reference.name)
                        && self.is_route(reference.statement, reference))
            };
            for needed in self.facts.references.iter().filter(needs) {
                if !self.is_import(needed.statement) && root.insert(needed.statement) {
                    held.insert(needed.statement, needed.name.clone());
                }
            }
            root.retain(|number| !self.is_import(*number));
            if root.len() == before {
                break held;
            }
        }
    }

    /// Whether a reference is the application in a decorator that becomes a router's.
    fn is_route(&self, number: usize, reference: &Reference) -> bool {
        self.with_routes && routes::is_route(self.module, number, reference)
    }

    /// Functions that run around the whole life of an application: `FastAPI(lifespan=…)`.
    fn lifespans(&self, applications: &[String], factories: &[usize]) -> Vec<usize> {
        let mut found = Vec::new();
        for (number, statement) in self.facts.statements.iter().enumerate() {
            let is_application = statement.binds.iter().any(|name| applications.contains(name));
            if !is_application && !factories.contains(&number) {
                continue;
            }
            for reference in self.references_of(number) {
                let before = &self.module.text()[..reference.range.start];
                let is_keyword = before.trim_end().strip_suffix('=').is_some_and(|before| {
                    let before = before.trim_end();
                    ["lifespan", "on_startup", "on_shutdown"]
                        .iter()
                        .any(|name| before.ends_with(name))
                });
                if is_keyword && reference.resolution == Resolution::Scope(0) {
                    let bindings = self.facts.bindings_of(&reference.name, 0);
                    found.extend(
                        bindings
                            .filter(|binding| !self.is_import(binding.statement))
                            .map(|binding| binding.statement),
                    );
                }
            }
        }
        found
    }

    fn groups(&self, ties: &mut Ties, is_free: impl Fn(usize) -> bool) -> Vec<Group> {
        let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
        for (number, statement) in self.facts.statements.iter().enumerate() {
            if !is_free(number) {
                continue;
            }
            let group = groups.entry(ties.find(number)).or_default();
            group.statements.push(number);
            for name in &statement.binds {
                if !group.names.contains(name) {
                    group.names.push(name.clone());
                }
            }
        }
        let mut groups: Vec<Group> = groups.into_values().collect();
        groups.sort_by_key(|group| group.statements[0]);
        groups
    }
}

/// What is known of the statements while a module is taken apart.
struct Bonds {
    ties: Ties,
    /// Statements of the main part.
    root: BTreeSet<usize>,
}

/// Which statements belong together.
struct Ties(petgraph::unionfind::UnionFind<usize>);

impl Ties {
    fn new(count: usize) -> Self {
        Self(petgraph::unionfind::UnionFind::new(count))
    }

    fn join(&mut self, one: usize, two: usize) {
        self.0.union(one, two);
    }

    fn find(&mut self, one: usize) -> usize {
        self.0.find_mut(one)
    }

    fn together(&mut self, one: usize, two: usize) -> bool {
        self.find(one) == self.find(two)
    }
}
