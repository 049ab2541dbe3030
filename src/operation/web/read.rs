//! The reader of [`Web`]: calls of every file, resolved to what they are made on.

use std::collections::BTreeMap;

use super::paths::path_of;
use super::{Holder, Include, Owner, Reach, Route, Web};
use crate::python::outline::{Assignment, Call, Context, Outline, Value};
use crate::python::{BindingKind, ImportKind, Imported, Module, PythonService, Qualified, Target};
use crate::workspace::Tree;

/// Methods that register a route under a path.
const METHODS: [&str; 11] = [
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "trace",
    "websocket",
    "api_route",
    "route",
];

/// Methods that take a path and what answers.
const ADDERS: [&str; 5] = [
    "add_api_route",
    "add_route",
    "add_api_websocket_route",
    "add_websocket_route",
    "websocket_route",
];

/// Classes whose mounted instances serve files.
const FILES: [&str; 1] = ["StaticFiles"];

/// Routers of the shared library, by the ends of their names, and the paths that they serve.
const SHARED: [(&str, &[&str]); 2] = [
    (
        "_api.health.create_health_router",
        &["/health/live", "/health/ready", "/health/startup", "/health/detailed"],
    ),
    ("_api.metrics.create_metrics_router", &["/metrics"]),
];

impl<'a> Web<'a> {
    /// Reads the code of a service, tests left out.
    pub(in crate::operation) fn read(tree: &Tree, service: &'a PythonService) -> Self {
        let mut web = Self {
            service,
            outlines: BTreeMap::new(),
            holders: Vec::new(),
            routes: Vec::new(),
            includes: Vec::new(),
            aliases: BTreeMap::new(),
        };
        for (index, record) in service.modules().iter().enumerate() {
            let bytes = tree.get(&record.path).and_then(|entry| entry.bytes());
            let outline =
                bytes.filter(|_| !record.is_test).map(|bytes| Module::with_outline(bytes));
            if let Some(Ok((_, outline))) = outline {
                web.outlines.insert(index, outline);
            }
        }
        web.find_holders();
        web.find_aliases();
        web.find_routes();
        web
    }

    fn find_holders(&mut self) {
        let mut found = Vec::new();
        for (index, outline) in &self.outlines {
            for assignment in &outline.assignments {
                let call = assignment.value.as_ref().and_then(Value::call);
                let Some(call) = call else { continue };
                let is_app = call.name() == "FastAPI";
                if !is_app && call.name() != "APIRouter" {
                    continue;
                }
                let prefix = self.path(*index, assignment.context, call.keyword("prefix"));
                found.push(Holder {
                    owner: (*index, assignment.context.function, assignment.target.to_string()),
                    call: call.clone(),
                    prefix: if is_app { String::new() } else { prefix },
                    is_app,
                });
            }
        }
        self.holders = found;
    }

    /// `app = create_app()`, where that function makes an application or a router.
    fn find_aliases(&mut self) {
        let mut found = BTreeMap::new();
        for (index, outline) in &self.outlines {
            for assignment in &outline.assignments {
                let Some(Value::Call(call)) = &assignment.value else { continue };
                let Some(made) = self.made_by(*index, &call.callee) else { continue };
                let own = (*index, assignment.context.function, assignment.target.to_string());
                if made != own {
                    found.insert(own, made);
                }
            }
        }
        self.aliases = found;
    }

    /// The one application or router that a function of the service makes.
    fn made_by(&self, index: usize, callee: &str) -> Option<Owner> {
        let (file, name) = self.locate(index, callee)?;
        let functions = &self.outlines.get(&file)?.functions;
        let number = functions
            .iter()
            .position(|found| *found.name == *name && found.context.function.is_none())?;
        let number = u32::try_from(number).ok();
        let mut made =
            self.holders.iter().filter(|holder| holder.owner.0 == file && holder.owner.1 == number);
        let only = made.next()?;
        made.next().is_none().then(|| only.owner.clone())
    }

    fn find_routes(&mut self) {
        let (mut routes, mut includes) = (Vec::new(), Vec::new());
        for (index, outline) in &self.outlines {
            for call in &outline.calls {
                match call.what.name() {
                    "include_router" => self.included(*index, call, &mut routes, &mut includes),
                    "mount" => routes.extend(self.mounted(*index, call)),
                    name if METHODS.contains(&name) || ADDERS.contains(&name) => {
                        routes.extend(self.route(*index, call));
                    }
                    _ => {}
                }
            }
        }
        self.routes = routes;
        self.includes = includes;
    }

    fn included(
        &self,
        index: usize,
        call: &Call,
        routes: &mut Vec<Route>,
        includes: &mut Vec<Include>,
    ) {
        let into = self.owner(index, call.context, call.what.receiver());
        let prefix = self.path(index, call.context, call.what.keyword("prefix"));
        let named = call.what.argument(0, "router");
        if let Some(paths) = named.and_then(|value| self.shared(index, value)) {
            let own = paths.iter().map(|path| {
                let mut route = self.registered(index, call, ((*path).to_owned(), Reach::Route));
                route.methods = vec!["GET".to_owned()];
                route
            });
            routes.extend(own);
            return;
        }
        let found = named.map(|value| self.routers(index, call.context, value));
        let found = found.unwrap_or_default();
        if found.is_empty() {
            routes.push(self.registered(index, call, (prefix, Reach::Foreign)));
            return;
        }
        for what in found {
            match what {
                Some(what) => includes.push(Include {
                    into: into.clone(),
                    what,
                    prefix: prefix.clone(),
                    file: index,
                    call: call.what.clone(),
                }),
                None => {
                    routes.push(self.registered(index, call, (prefix.clone(), Reach::Foreign)));
                }
            }
        }
    }

    /// What a router of the shared library serves.
    fn shared(&self, index: usize, value: &Value) -> Option<&'static [&'static str]> {
        let call = value.call()?;
        let Qualified::External(path) = self.service.qualify(index, 0, &call.callee) else {
            return None;
        };
        SHARED.iter().find(|(ending, _)| path.ends_with(ending)).map(|(_, paths)| *paths)
    }

    /// The routers that a value stands for; none in the list for one that cannot be followed.
    fn routers(&self, index: usize, context: Context, value: &Value) -> Vec<Option<Owner>> {
        match value {
            Value::Name(name) => {
                if let Some(owner) = self.owner(index, context, name) {
                    return vec![Some(owner)];
                }
                let run_over = self.assigned(index, context, name).and_then(|found| {
                    match found.value.as_ref()? {
                        Value::Sequence(items) => Some(items.clone()),
                        _ => None,
                    }
                });
                match run_over {
                    Some(items) if items.iter().all(|item| !matches!(item, Value::Sequence(_))) => {
                        items.iter().flat_map(|item| self.routers(index, context, item)).collect()
                    }
                    _ => vec![None],
                }
            }
            Value::Call(call) => vec![self.made_by(index, &call.callee)],
            _ => vec![None],
        }
    }

    fn mounted(&self, index: usize, call: &Call) -> Option<Route> {
        let value = call.what.argument(1, "app");
        let path = call.what.argument(0, "path")?;
        let known = self.owner(index, call.context, call.what.receiver());
        if known.is_none() && !looks_like(call.what.receiver()) {
            return None;
        }
        let is_files = |call: &crate::python::outline::Invocation| FILES.contains(&call.name());
        let reach = match value.and_then(Value::call) {
            Some(inner) if is_files(inner) => Reach::Files,
            _ => Reach::Mount,
        };
        let path = self.path(index, call.context, Some(path));
        Some(self.registered(index, call, (path, reach)))
    }

    fn route(&self, index: usize, call: &Call) -> Option<Route> {
        let receiver = call.what.receiver();
        let owner = self.owner(index, call.context, receiver);
        let path = call.what.argument(0, "path");
        let looks_right = || {
            let is_path = |text: &str| text.is_empty() || text.starts_with('/');
            looks_like(receiver) && path.and_then(Value::text).is_some_and(is_path)
        };
        if owner.is_none() && !looks_right() {
            return None;
        }
        let path = self.path(index, call.context, path);
        Some(self.registered(index, call, (path, Reach::Route)))
    }

    fn registered(&self, index: usize, call: &Call, (path, reach): (String, Reach)) -> Route {
        let name = call.what.name();
        let is_plain = METHODS.contains(&name) && !matches!(name, "api_route" | "route");
        let methods = match call.what.keyword("methods") {
            _ if is_plain => vec![name.to_ascii_uppercase()],
            Some(Value::Sequence(items)) => {
                let texts: Option<Vec<&str>> = items.iter().map(Value::text).collect();
                let texts = texts.unwrap_or_default();
                texts.into_iter().map(str::to_ascii_uppercase).collect()
            }
            None if name.contains("websocket") => vec!["WEBSOCKET".to_owned()],
            None if reach == Reach::Route => vec!["GET".to_owned()],
            _ => Vec::new(),
        };
        Route {
            owner: self.owner(index, call.context, call.what.receiver()),
            methods,
            path,
            reach,
            file: index,
            context: call.context,
            call: call.what.clone(),
        }
    }

    /// The application or router that a dotted text means where it stands.
    pub(in crate::operation) fn owner(
        &self,
        index: usize,
        context: Context,
        dotted: &str,
    ) -> Option<Owner> {
        let held = |dotted: &str| {
            let found = self.bound(index, context, dotted)?;
            let found = self.aliases.get(&found).cloned().unwrap_or(found);
            self.holders.iter().any(|holder| holder.owner == found).then_some(found)
        };
        // `orders.router` of a module, else the router of an application: `app.router`.
        held(dotted).or_else(|| held(dotted.strip_suffix(".router")?))
    }

    /// Where a dotted text is bound: in a function around it, in the module, in another one.
    fn bound(&self, index: usize, context: Context, dotted: &str) -> Option<Owner> {
        let outline = self.outlines.get(&index)?;
        let first = dotted.split('.').next().unwrap_or(dotted);
        let mut around = context.function;
        while let Some(number) = around {
            let binds = |found: &&Assignment| {
                found.context.function == Some(number) && *found.target == *dotted
            };
            if outline.assignments.iter().any(|found| binds(&found)) {
                return Some((index, Some(number), dotted.to_owned()));
            }
            let function = outline.functions.get(number as usize)?;
            if first != "self" && function.parameters.iter().any(|found| *found.name == *first) {
                return None;
            }
            around = function.context.function;
        }
        if first == "self" {
            let same = |found: &&Assignment| {
                *found.target == *dotted && found.context.class == context.class
            };
            let found = outline.assignments.iter().find(same)?;
            return Some((index, found.context.function, dotted.to_owned()));
        }
        let (file, name) = self.locate(index, dotted)?;
        Some((file, None, name))
    }

    /// The one assignment to a name that can be seen where it is used.
    fn assigned(&self, index: usize, context: Context, name: &str) -> Option<&Assignment> {
        let outline = self.outlines.get(&index)?;
        let seen = |found: &&Assignment| {
            *found.target == *name
                && (found.context.function == context.function || found.context.function.is_none())
        };
        let mut found = outline.assignments.iter().filter(seen);
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }

    /// What a value says of a path, constants of modules looked up.
    fn path(&self, index: usize, context: Context, value: Option<&Value>) -> String {
        let known = |name: &str| {
            if let Some(found) = self.assigned(index, context, name) {
                return found.value.as_ref()?.text().map(str::to_owned);
            }
            let (file, name) = self.locate(index, name)?;
            let found = self.assigned(file, Context::default(), &name)?;
            found.value.as_ref()?.text().map(str::to_owned)
        };
        path_of(value, &known)
    }

    /// The file that binds a dotted text, and its name there; re-exports are followed.
    fn locate(&self, index: usize, dotted: &str) -> Option<(usize, String)> {
        let (mut file, mut dotted) = (index, dotted.to_owned());
        for _ in 0..DEPTH {
            if dotted.contains(['(', '[']) || dotted.is_empty() {
                return None;
            }
            match self.imported(file, &dotted) {
                Step::Here => return Some((file, dotted)),
                Step::To(next, name) => (file, dotted) = (next, name),
                Step::Lost => return None,
            }
        }
        None
    }

    fn imported(&self, index: usize, dotted: &str) -> Step {
        let (first, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        let Some(module) = self.service.modules()[index].module() else { return Step::Lost };
        let imported = module.facts.bindings_of(first, 0).find_map(|found| match found.kind {
            BindingKind::Import(statement, position) => Some((statement, position)),
            _ => None,
        });
        let Some((statement, position)) = imported else { return Step::Here };
        let import = &module.facts.imports[statement];
        let name = &import.names[position];
        let inside = |module: usize, name: &str| {
            if name.is_empty() { Step::Lost } else { Step::To(module, name.to_owned()) }
        };
        if import.kind == ImportKind::Import {
            let full = match &name.alias {
                Some(_) => format!("{}.{rest}", name.name),
                None => dotted.to_owned(),
            };
            let Some((owner, attribute)) = full.rsplit_once('.') else { return Step::Lost };
            return match self.service.resolve(index, owner) {
                Target::Module(found) => inside(found, attribute),
                _ => Step::Lost,
            };
        }
        match self.service.resolve_name(index, import, name) {
            Imported::Module(found) => inside(found, rest),
            Imported::Attribute(found) if rest.is_empty() => inside(found, &name.name),
            Imported::Attribute(found) => inside(found, &format!("{}.{rest}", name.name)),
            _ => Step::Lost,
        }
    }
}

/// How often an import is followed to another one.
const DEPTH: usize = 8;

/// Where one import leads.
enum Step {
    /// The name is bound by the file itself.
    Here,
    /// Another file of the service, and the name there.
    To(usize, String),
    /// Out of the service, or it cannot be known.
    Lost,
}

/// Whether a receiver that cannot be followed is called like an application or a router.
fn looks_like(receiver: &str) -> bool {
    let last = receiver.rsplit('.').next().unwrap_or(receiver);
    matches!(last, "app" | "router" | "api" | "application") || last.ends_with("router")
}

impl Web<'_> {
    /// The tables of a file.
    pub(in crate::operation) fn outline(&self, index: usize) -> Option<&Outline> {
        self.outlines.get(&index)
    }
}
