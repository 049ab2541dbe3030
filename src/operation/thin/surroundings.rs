//! What the rest of a service does with its handlers, names and HTTP exceptions.

use super::super::web::Web;
use super::http::{catching, is_http, looks};
use super::survey::{Handler, name_of};
use crate::python::{
    Binding, Module, Moment, PythonService, Reference, Resolution, ScopeKind, StatementKind,
    SyntaxTree, Usage,
};

/// How far calls of functions are followed.
const DEPTH: usize = 4;

/// One store to an attribute of a module from outside.
struct Store {
    module: usize,
    name: String,
    user: usize,
    scope: usize,
}

/// Facts about a whole service.
pub(super) struct Surroundings<'a> {
    pub(super) web: &'a Web<'a>,
    handlers: &'a [Handler],
    stores: Vec<Store>,
    escaping: Option<String>,
}

impl<'a> Surroundings<'a> {
    /// Reads what has to be known of a service.
    pub(super) fn of(web: &'a Web<'a>, handlers: &'a [Handler]) -> Self {
        let mut found = Self { web, handlers, stores: Vec::new(), escaping: None };
        found.stores = found.find_stores();
        found.escaping = found.find_escaping();
        found
    }

    /// The service.
    pub(super) fn service(&self) -> &'a PythonService {
        self.web.service
    }

    /// Where a function raises an HTTP exception that code of the service may call.
    pub(super) fn escaping(&self) -> Option<&str> {
        self.escaping.as_deref()
    }

    /// Whether a name of a file is a handler.
    pub(super) fn is_handler(&self, file: usize, name: &str) -> bool {
        self.handlers.iter().any(|known| known.file == file && known.name == name)
    }

    /// The files of the service that are no tests, with their modules.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &'a Module)> {
        let modules = self.web.service.modules().iter().enumerate();
        modules
            .filter(|(_, record)| !record.is_test)
            .filter_map(|(index, record)| Some((index, record.module()?)))
    }

    fn find_stores(&self) -> Vec<Store> {
        let mut stores = Vec::new();
        for (user, module) in self.code() {
            for reference in module.facts.references.iter().filter(|found| found.stored) {
                let Some(reached) = self.service().reached(user, reference) else { continue };
                if let Some(attribute) = reference.chain.get(reached.consumed)
                    && reference.chain.len() == reached.consumed + 1
                {
                    let (module, name) = (reached.module, attribute.name.clone());
                    stores.push(Store { module, name, user, scope: reference.scope });
                }
            }
        }
        stores
    }

    /// Whether other code rebinds a name of a file, but for what runs before the first request or
    /// after the last one.
    pub(super) fn is_replaced_in_code(&self, file: usize, name: &str) -> bool {
        let mut stores = self.stores.iter().filter(|one| one.module == file && one.name == name);
        stores.any(|store| !self.is_at_start(store.user, store.scope, DEPTH))
    }

    /// Whether a name of a file is rebound by anybody while requests are answered.
    pub(super) fn is_rebound(&self, file: usize, name: &str) -> bool {
        let Some(module) = self.service().modules()[file].module() else { return true };
        let rebinds: Vec<&Binding> =
            module.facts.bindings_of(name, 0).filter(|found| found.from != 0).collect();
        self.is_replaced_in_code(file, name) || !self.is_rebound_at_start(file, &rebinds)
    }

    /// Whether all of these rebind a name before the first request or after the last one.
    pub(super) fn is_rebound_at_start(&self, file: usize, rebinds: &[&Binding]) -> bool {
        rebinds.iter().all(|found| self.is_at_start(file, found.from, DEPTH))
    }

    /// Whether code of a scope runs only while the application starts or stops.
    fn is_at_start(&self, file: usize, scope: usize, depth: usize) -> bool {
        let Some(module) = self.service().modules()[file].module() else { return false };
        let scopes = &module.facts.scopes;
        let mut outermost = scope;
        while let Some(parent) = scopes[outermost].parent {
            if parent == 0 {
                break;
            }
            if scopes[outermost].kind == ScopeKind::Function {
                // A function inside of another one may go on when that has ended.
                return false;
            }
            outermost = parent;
        }
        if outermost == 0 {
            return true;
        }
        let is_function = scopes[outermost].kind == ScopeKind::Function;
        let Some(name) = scopes[outermost].name.as_deref().filter(|_| is_function) else {
            return false;
        };
        let Some(below) = depth.checked_sub(1) else { return false };
        let mut decorators = module.facts.statements.iter().filter(|found| found.binds == [name]);
        if decorators.any(|found| found.decorators.iter().any(|one| one.ends_with(".on_event"))) {
            return true;
        }
        let uses = self.uses(file, name);
        !uses.is_empty()
            && uses
                .into_iter()
                .all(|(user, module, reference)| self.is_started(user, module, reference, below))
    }

    fn is_started(&self, user: usize, module: &Module, found: &Reference, depth: usize) -> bool {
        let before = module.text()[..found.range.start].trim_end();
        let is_lifespan = before.ends_with("lifespan=") || before.ends_with("\"startup\",");
        let is_guard = module.facts.statements[found.statement].kind == StatementKind::MainGuard;
        let is_plain_call = found.usage == Usage::Call && !before.ends_with(['(', ',', '[']);
        is_lifespan
            || is_guard
            || (is_plain_call
                && (found.moment == Moment::Import || self.is_at_start(user, found.scope, depth)))
    }

    /// Every use of a function of a file in code that is no test.
    fn uses(&self, file: usize, name: &str) -> Vec<(usize, &'a Module, &'a Reference)> {
        let mut found = Vec::new();
        for (user, module) in self.code() {
            found.extend(self.uses_in(user, module, (file, name)).map(|one| (user, module, one)));
        }
        found
    }

    /// Every use of a definition in a file.
    fn uses_in<'s>(
        &'s self,
        user: usize,
        module: &'a Module,
        (file, name): (usize, &'s str),
    ) -> impl Iterator<Item = &'a Reference> + use<'a, 's> {
        let service = self.service();
        let is_it = move |reference: &&Reference| {
            if reference.resolution != Resolution::Scope(0) {
                return false;
            }
            let reached = service.reached(user, reference);
            if let Some(reached) = reached {
                let attribute = reference.chain.get(reached.consumed);
                return attribute.is_some_and(|attribute| {
                    attribute.name == name
                        && service
                            .definition(reached.module, name)
                            .is_some_and(|found| found.0 == file)
                });
            }
            let leads = || service.definition(user, &reference.name);
            (user == file && reference.name == name)
                || (user != file
                    && leads().is_some_and(|(owner, own, _)| owner == file && own == name))
        };
        module.facts.references.iter().filter(is_it)
    }

    /// Who calls a handler beside its application: code of the service, or a test.
    pub(super) fn caller(&self, handler: &Handler) -> Option<String> {
        for (user, record) in self.service().modules().iter().enumerate() {
            let Some(module) = record.module() else { continue };
            let mut uses = self.uses_in(user, module, (handler.file, &handler.name));
            let foreign = uses.find(|found| {
                let is_here = |range: &std::ops::Range<usize>| {
                    range.start <= found.range.start && found.range.end <= range.end
                };
                user != handler.file || !handler.registrations.iter().any(is_here)
            });
            if let Some(found) = foreign {
                return Some(format!(
                    "{}:{}",
                    record.path,
                    module.source.line_of(found.range.start)
                ));
            }
        }
        None
    }

    /// The first function that makes an HTTP exception and is no handler or dependency alone.
    fn find_escaping(&self) -> Option<String> {
        let service = self.service();
        for (index, module) in self.code() {
            let mentions =
                module.facts.references.iter().filter(|found| is_http(service, index, found));
            for found in mentions {
                let end = found.chain.last().map_or(found.range.end, |last| last.range.end);
                let is_made = module.text()[end..].starts_with('(');
                let is_base = found.usage == Usage::Base;
                if is_base || (is_made && !self.is_kept(index, module, found)) {
                    let line = module.source.line_of(found.range.start);
                    return Some(format!("{}:{line}", service.modules()[index].path));
                }
            }
        }
        None
    }

    /// Whether an HTTP exception that is made reaches nobody but FastAPI: it is made by a handler
    /// or a dependency that no code calls, or by what answers exceptions.
    fn is_kept(&self, file: usize, module: &Module, found: &Reference) -> bool {
        let statement = &module.facts.statements[found.statement];
        let [name] = &statement.binds[..] else { return false };
        if statement.kind != StatementKind::Function {
            return false;
        }
        if let Some(handler) =
            self.handlers.iter().find(|known| known.file == file && known.name == *name)
        {
            return handler.is_outermost
                && self.uses(file, name).into_iter().all(|(user, _, one)| {
                    user == file
                        && handler
                            .registrations
                            .iter()
                            .any(|range| range.contains(&one.range.start))
                });
        }
        self.uses(file, name).into_iter().all(|(_, module, one)| {
            let before = module.text()[..one.range.start].trim_end();
            let line = &module.text()[module.source.line_range(one.range.start)];
            before.ends_with("Depends(")
                || before.ends_with("Security(")
                || line.contains("exception_handler(")
        })
    }

    /// What keeps HTTP exceptions of the whole service from getting another class.
    pub(super) fn obstacle(&self) -> Option<String> {
        if self.web.apps().next().is_none() {
            return Some("no application can be seen that would answer its exceptions".to_owned());
        }
        self.own_answers().or_else(|| self.own_applications()).or_else(|| self.watchers())
    }

    pub(super) fn place(&self, file: usize, offset: u32) -> String {
        format!("{}:{}", self.service().modules()[file].path, self.web.line(file, offset))
    }

    /// A test that makes an application of its own, which would not have the handlers.
    fn own_applications(&self) -> Option<String> {
        let mut tests = self.service().modules().iter().filter(|record| record.is_test);
        let found = tests.find(|record| {
            let makes = |found: &Reference| {
                let last = found.chain.last().map_or(found.name.as_str(), |last| &last.name);
                found.usage == Usage::Call && matches!(last, "FastAPI" | "include_router")
            };
            record.module().is_some_and(|module| module.facts.references.iter().any(makes))
        })?;
        Some(format!("a test makes an application of its own ({})", found.path))
    }

    /// A generator, as dependencies are, that looks at exceptions.
    fn watchers(&self) -> Option<String> {
        let service = self.service();
        for (index, module) in self.code() {
            let has_words = ["yield", "except"].iter().all(|word| module.text().contains(word));
            if !has_words || !module.errors.is_empty() {
                continue;
            }
            let tree = module.syntax();
            let yields = (0..tree.nodes.len()).filter(|node| tree.nodes[*node].kind.is_yield());
            for node in yields {
                if self.is_watched(&tree, index, node) {
                    let line = module.source.line_of(tree.nodes[node].range.start);
                    let place = format!("{}:{line}", service.modules()[index].path);
                    return Some(format!("a dependency may look at exceptions ({place})"));
                }
            }
        }
        None
    }

    fn is_watched(&self, tree: &SyntaxTree, file: usize, node: usize) -> bool {
        let mut inner = node;
        let mut is_watched = false;
        for around in tree.around(node) {
            let kind = tree.nodes[around].kind;
            if kind.is_function() {
                return is_watched && self.is_thrown_into(tree, around);
            }
            if kind.is_try() {
                let caught = catching(self.service(), (file, tree), around, inner);
                let is_http = tree.children(around).any(|child| {
                    tree.nodes[child].kind.is_handler()
                        && tree
                            .token_texts(&tree.nodes[child].range)
                            .iter()
                            .any(|token| token.ends_with("HTTPException"))
                });
                is_watched |= is_http
                    || caught.map_or(true, |clauses| {
                        clauses.into_iter().any(|clause| looks(tree, clause))
                    });
            }
            inner = around;
        }
        false
    }

    /// Whether exceptions of a route reach a generator: as a dependency, or as the manager of a
    /// context that is not the application's lifespan. One that is only run over gets none.
    fn is_thrown_into(&self, tree: &SyntaxTree, function: usize) -> bool {
        let name = name_of(tree, function);
        let lifespan = format!("lifespan={name}");
        let mut texts = self.code().map(|(_, module)| module.text());
        let is_lifespan = texts.any(|text| text.contains(&lifespan));
        let around =
            tree.nodes[function].parent.filter(|node| tree.nodes[*node].kind.is_decorated());
        let decorators = around.into_iter().flat_map(|node| tree.children(node));
        let is_manager = decorators
            .filter(|node| tree.nodes[*node].kind.is_decorator())
            .any(|node| tree.node_text(node).contains("contextmanager"));
        let is_dependency = self.code().any(|(_, module)| {
            ["Depends(", "Security("].iter().any(|word| {
                module.text().split(word).skip(1).any(|rest| {
                    let end = rest.find([')', ',']).unwrap_or(rest.len());
                    rest[..end].trim().rsplit('.').next() == Some(&*name)
                })
            })
        });
        (is_manager && !is_lifespan) || is_dependency
    }
}
