//! What a module does to its application while it is imported, statement by statement.

use std::ops::Range;

use crate::python::{
    BindingKind, Module, Moment, PythonService, Qualified, Reference, Resolution, StatementKind,
    SyntaxTree,
};

/// Methods that are decorators and give back the function that they decorate, as it is.
const DECORATORS: [&str; 15] = [
    "get",
    "post",
    "put",
    "delete",
    "patch",
    "head",
    "options",
    "trace",
    "api_route",
    "route",
    "websocket",
    "websocket_route",
    "on_event",
    "middleware",
    "exception_handler",
];

/// What serves an application until it ends, and so can only come last.
const SERVERS: [&str; 4] =
    ["uvicorn.run", "asyncio.run", "hypercorn.asyncio.serve", "uvicorn.Server"];

/// The application of a module and everything that is done to it.
#[derive(Debug, Clone)]
pub(super) struct Wiring {
    /// Its name.
    pub(super) app: String,
    /// What the file calls the class.
    pub(super) class: String,
    /// What belongs into the factory, in order; the first makes the application.
    pub(super) parts: Vec<Part>,
}

/// One statement that wires the application.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Its number in the module's body.
    pub(super) statement: usize,
    /// The function and its decorators, lowest first; none for a statement that moves as a whole.
    pub(super) decorated: Option<(String, Vec<Range<usize>>)>,
}

impl Part {
    /// The bytes that run later than they did.
    pub(super) fn delayed(&self, module: &Module) -> Vec<Range<usize>> {
        match &self.decorated {
            Some((_, decorators)) => decorators.clone(),
            None => vec![module.facts.statements[self.statement].range.clone()],
        }
    }
}

/// Why an application stays at module level, with the line.
pub(super) type Refusal = (usize, String);

/// What a statement is to the application.
enum Role {
    /// It wires it, and can do so in a function.
    Wires(Part),
    /// It uses it, and can only stand behind everything else.
    Uses,
}

/// Reads a module; nothing when it makes no application in its body.
pub(super) fn read(
    service: &PythonService,
    index: usize,
    (module, tree): (&Module, &SyntaxTree),
) -> Result<Option<Wiring>, Refusal> {
    let made = made(service, index, module);
    let [(first, app, class)] = &made[..] else {
        return match made.get(1) {
            Some((second, ..)) => {
                Err(refusal(module, *second, "the file makes several applications"))
            }
            None => Ok(None),
        };
    };
    if module.facts.bindings_of(app, 0).count() != 1 {
        return Err(refusal(module, *first, &format!("{app} is bound more than once")));
    }
    if let Some((range, why)) = module.facts.dynamic.first() {
        return Err((module.source.line_of(range.start), (*why).to_owned()));
    }
    let reader = Reader { service, index, module, tree, app };
    let mut parts = Vec::new();
    let mut used: Option<usize> = None;
    for statement in reader.concerned() {
        match reader.role(statement, *first)? {
            Role::Uses => used = used.or(Some(statement)),
            Role::Wires(part) => {
                if let Some(early) = used {
                    let why = format!("{app} is used before it is complete");
                    return Err(refusal(module, early, &why));
                }
                parts.push(part);
            }
        }
    }
    Ok(Some(Wiring { app: app.clone(), class: class.clone(), parts }))
}

fn refusal(module: &Module, statement: usize, why: &str) -> Refusal {
    let range = &module.facts.statements[statement].range;
    (module.source.line_of(range.start), why.to_owned())
}

/// `app = FastAPI(…)` in the body of a module: the statement, the name, what the class is called.
fn made(service: &PythonService, index: usize, module: &Module) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    for (number, statement) in module.facts.statements.iter().enumerate() {
        let (StatementKind::Assignment, Some(class), [app]) =
            (statement.kind, &statement.callee, &statement.binds[..])
        else {
            continue;
        };
        let is_application =
            service.qualify(index, 0, class) == Qualified::External("fastapi.FastAPI".to_owned());
        if is_application {
            found.push((number, app.clone(), class.clone()));
        }
    }
    found
}

struct Reader<'a> {
    service: &'a PythonService,
    index: usize,
    module: &'a Module,
    tree: &'a SyntaxTree,
    app: &'a str,
}

impl Reader<'_> {
    /// The application's own uses in a statement.
    fn uses(&self, statement: usize) -> impl Iterator<Item = &Reference> {
        let references = self.module.facts.references.iter();
        references.filter(move |found| {
            found.statement == statement
                && found.name == self.app
                && found.resolution == Resolution::Scope(0)
        })
    }

    /// Statements that bind the application or use it while the module is imported, in order.
    fn concerned(&self) -> Vec<usize> {
        let statements = 0..self.module.facts.statements.len();
        let is_concerned = |number: &usize| {
            let binds = &self.module.facts.statements[*number].binds;
            binds.iter().any(|name| name == self.app)
                || self.uses(*number).any(|found| found.moment == Moment::Import)
        };
        statements.filter(is_concerned).collect()
    }

    fn role(&self, number: usize, first: usize) -> Result<Role, Refusal> {
        let statement = &self.module.facts.statements[number];
        let refuse = |why: &str| Err(refusal(self.module, number, why));
        if statement.kind == StatementKind::MainGuard || self.serves(number) {
            return Ok(Role::Uses);
        }
        if number != first && statement.kind == StatementKind::Assignment {
            return Ok(Role::Uses);
        }
        if !self.stands_alone(&statement.range) {
            return refuse("another statement stands on the same line");
        }
        match statement.kind {
            StatementKind::Function => self.decorated(number),
            StatementKind::Class => refuse("a class uses it while it is made"),
            _ => self.whole(number, first),
        }
    }

    /// Whether a statement hands the application to a server.
    fn serves(&self, number: usize) -> bool {
        let callee = self.module.facts.statements[number].callee.as_ref();
        callee.is_some_and(|callee| {
            let lead = self.service.qualify(self.index, 0, callee);
            matches!(lead, Qualified::External(name) if SERVERS.contains(&name.as_str()))
        })
    }

    fn stands_alone(&self, range: &Range<usize>) -> bool {
        let text = self.module.text();
        let first = self.module.source.line_range(range.start);
        let last = self.module.source.line_range(range.end.saturating_sub(1));
        let after = text[range.end..last.end].trim_start();
        text[first.start..range.start].trim().is_empty()
            && (after.is_empty() || after.starts_with('#'))
    }

    /// A statement that moves as it is.
    fn whole(&self, number: usize, first: usize) -> Result<Role, Refusal> {
        let statement = &self.module.facts.statements[number];
        if self.uses(number).any(|found| found.moment != Moment::Import) {
            let why = format!("{} is looked up later by what stands here", self.app);
            return Err(refusal(self.module, number, &why));
        }
        let bound = statement.binds.iter().filter(|name| number != first || *name != self.app);
        for name in bound {
            if !self.is_private(name, number) {
                let why = format!("it also binds {name}, which is used elsewhere");
                return Err(refusal(self.module, number, &why));
            }
        }
        let rebinds =
            self.module.facts.bindings.iter().any(|binding| {
                binding.statement == number && binding.scope == 0 && binding.from != 0
            });
        if rebinds {
            return Err(refusal(self.module, number, "it rebinds a name of the module"));
        }
        Ok(Role::Wires(Part { statement: number, decorated: None }))
    }

    /// Whether nobody but one statement knows a name that it binds.
    fn is_private(&self, name: &str, number: usize) -> bool {
        let facts = &self.module.facts;
        let here = facts.references.iter().any(|found| {
            found.name == name
                && found.statement != number
                && matches!(found.resolution, Resolution::Scope(0))
        });
        let exported = facts.exported.iter().flatten().any(|exported| exported == name);
        let bound_again = facts.bindings_of(name, 0).any(|binding| binding.statement != number);
        !here && !exported && !bound_again && !self.is_named_elsewhere(name)
    }

    /// Whether another file imports, reads or spells a name like this one of this module.
    fn is_named_elsewhere(&self, name: &str) -> bool {
        let ending = format!(".{name}");
        let others = self.service.modules().iter().enumerate();
        let mut modules = others.filter_map(|(index, record)| Some((index, record.module()?)));
        modules.any(|(index, module)| {
            let facts = &module.facts;
            let by_import = || {
                facts.imports.iter().any(|import| {
                    import.names.iter().any(|found| found.name == name || found.name == "*")
                        && self.service.imported_by(index, import).contains(&self.index)
                })
            };
            let by_attribute = || {
                facts.references.iter().any(|found| {
                    found.chain.iter().any(|attribute| attribute.name == name)
                        && self
                            .service
                            .reached(index, found)
                            .is_some_and(|reached| reached.module == self.index)
                })
            };
            facts.strings.iter().any(|found| found.value.ends_with(&ending))
                || by_import()
                || by_attribute()
        })
    }

    /// A function whose topmost decorators are the application's.
    fn decorated(&self, number: usize) -> Result<Role, Refusal> {
        let refuse = |why: &str| Err(refusal(self.module, number, why));
        let statement = &self.module.facts.statements[number];
        let [name] = &statement.binds[..] else {
            return refuse("the function binds several names");
        };
        let node = self.tree.children(0).find(|node| {
            let node = &self.tree.nodes[*node];
            node.kind.is_decorated() && node.range == statement.range
        });
        let Some(node) = node else { return refuse("a default value uses it") };
        let decorators =
            self.tree.children(node).filter(|child| self.tree.nodes[*child].kind.is_decorator());
        let decorators: Vec<Range<usize>> =
            decorators.map(|child| self.tree.nodes[child].range.clone()).collect();
        let own: Vec<Range<usize>> =
            decorators.iter().take_while(|range| self.is_own(range)).cloned().collect();
        let inside = |found: &Reference| {
            own.iter().any(|range| range.start < found.range.start && found.range.end <= range.end)
        };
        let mut early = self.uses(number).filter(|found| found.moment == Moment::Import);
        if early.any(|found| !inside(found)) {
            return refuse(
                "another decorator stands above the one of the application, or it is used in a default",
            );
        }
        if self.module.facts.bindings_of(name, 0).count() != 1 {
            return refuse(&format!("two definitions are called {name}"));
        }
        if own.iter().any(|range| !self.stands_alone(range)) {
            return refuse("a decorator shares its line");
        }
        let decorated = Some((name.clone(), own.into_iter().rev().collect()));
        Ok(Role::Wires(Part { statement: number, decorated }))
    }

    /// `@app.get(…)`, with the application nowhere else in it.
    fn is_own(&self, decorator: &Range<usize>) -> bool {
        let inside = |found: &&Reference| {
            decorator.start < found.range.start && found.range.end <= decorator.end
        };
        let uses: Vec<&Reference> = {
            let references = self.module.facts.references.iter().filter(inside);
            references.filter(|found| found.name == self.app).collect()
        };
        let [root] = uses[..] else { return false };
        let [method] = &root.chain[..] else { return false };
        let before = self.module.text()[decorator.start + 1..root.range.start].trim();
        let after = self.module.text()[method.range.end..decorator.end].trim_start();
        before.is_empty()
            && after.starts_with('(')
            && after.ends_with(')')
            && DECORATORS.contains(&method.name.as_str())
            && self.is_one_call(decorator)
    }

    /// Whether a decorator is one call of an attribute, not a call of what a call gives.
    fn is_one_call(&self, decorator: &Range<usize>) -> bool {
        let node = self
            .tree
            .nodes
            .iter()
            .position(|node| node.kind.is_decorator() && node.range == *decorator);
        let call = node.and_then(|node| self.tree.children(node).next());
        let Some(call) = call.filter(|call| self.tree.nodes[*call].kind.is_call()) else {
            return false;
        };
        let callee = self.tree.children(call).next();
        callee.is_some_and(|callee| self.tree.nodes[callee].kind.is_attribute())
    }
}

/// Names of this module's functions and classes that use the application when they run, or use
/// one that does.
pub(super) fn late_users(module: &Module, app: &str) -> Vec<String> {
    let facts = &module.facts;
    let mut names: Vec<String> = vec![app.to_owned()];
    loop {
        let before = names.len();
        for found in facts.references.iter().filter(|found| found.moment == Moment::Call) {
            if !names.contains(&found.name) || found.resolution != Resolution::Scope(0) {
                continue;
            }
            for name in &facts.statements[found.statement].binds {
                let is_code = facts.bindings_of(name, 0).any(|binding| {
                    matches!(binding.kind, BindingKind::Function | BindingKind::Class)
                });
                if is_code && !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        if names.len() == before {
            names.remove(0);
            return names;
        }
    }
}
