//! Applications, routers and routes of a service, and under which paths they are served.
//!
//! Static: what is decorated or included in a plain way is seen; a router that is included by
//! a loop or by a computed name makes [`Web::dynamic`] true.

use rustc_hash::FxHashMap;

use super::file::FileFacts;
use crate::python::outline::{Context, Function, Invocation, Value};
use crate::python::{BindingKind, ImportKind, Imported, PythonService, Target};

/// A name in a file: what an application or a router is called.
pub(crate) type Owner = (usize, String);

/// An application or a router.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Index of the file.
    pub file: usize,
    /// What it is assigned to.
    pub name: String,
    /// Offset of the assignment's target.
    pub start: usize,
    /// The prefix that it gives its routes.
    pub prefix: String,
    /// Where it is made.
    pub context: Context,
    /// The call that makes it.
    pub call: Invocation,
}

/// `include_router` or `mount`.
#[derive(Debug, Clone)]
pub struct Include {
    /// Who includes.
    pub into: Owner,
    /// What is included; none when it cannot be followed.
    pub what: Option<Owner>,
    /// The prefix given.
    pub prefix: String,
    /// Index of the file.
    pub file: usize,
    /// Whether what is included is deprecated.
    pub is_deprecated: bool,
    /// Offset of the call.
    pub start: usize,
    /// Where.
    pub context: Context,
}

/// One route.
#[derive(Debug, Clone)]
pub struct Route {
    /// Index of the file.
    pub file: usize,
    /// `GET`, `WEBSOCKET` …
    pub method: String,
    /// The path given to the decorator.
    pub path: String,
    /// The paths at which it is served, prefixes included, deprecated ones last; empty when nobody
    /// includes it.
    pub served: Vec<String>,
    /// The applications that serve it.
    pub apps: Vec<Owner>,
    /// Whether it is served, and deprecated wherever it is.
    pub is_deprecated: bool,
    /// The application or router that it belongs to.
    pub owner: Owner,
    /// Index of the handler's function.
    pub handler: Option<u32>,
    /// Offset of the decorator's call.
    pub start: usize,
    /// The decorator.
    pub call: Invocation,
}

/// Everything about HTTP that a service declares.
#[derive(Debug, Default)]
pub struct Web {
    /// `FastAPI()` and the like.
    pub apps: Vec<Holder>,
    /// `APIRouter()`.
    pub routers: Vec<Holder>,
    /// Who includes whom.
    pub includes: Vec<Include>,
    /// Every route of code that runs in production.
    pub routes: Vec<Route>,
    /// Whether something is included in a way that cannot be followed.
    pub dynamic: bool,
}

const METHODS: [&str; 9] =
    ["get", "post", "put", "patch", "delete", "head", "options", "trace", "websocket"];

impl Web {
    /// Finds what the files declare.
    pub(super) fn of(python: &PythonService, files: &[FileFacts]) -> Self {
        let mut web = Self::default();
        for (index, file) in files.iter().enumerate().filter(|(_, file)| file.is_code()) {
            web.holders(index, file);
        }
        for (index, file) in files.iter().enumerate().filter(|(_, file)| file.is_code()) {
            web.included(python, files, index, file);
            web.decorated(python, files, index, file);
            web.added(python, files, index, file);
        }
        web.serve();
        web
    }

    fn holders(&mut self, index: usize, file: &FileFacts) {
        for found in &file.outline.assignments {
            let Some(call) = found.value.as_ref().and_then(Value::call) else { continue };
            let kind = call.name();
            // `create_router` is that of the shared libraries.
            if !matches!(kind, "FastAPI" | "APIRouter" | "create_router") {
                continue;
            }
            let prefix = call.keyword("prefix").and_then(Value::text).unwrap_or_default();
            let holder = Holder {
                file: index,
                name: found.target.to_string(),
                start: found.start as usize,
                prefix: prefix.to_owned(),
                context: found.context,
                call: call.clone(),
            };
            if kind == "FastAPI" {
                self.apps.push(holder);
            } else {
                self.routers.push(holder);
            }
        }
    }

    fn included(
        &mut self,
        python: &PythonService,
        files: &[FileFacts],
        index: usize,
        file: &FileFacts,
    ) {
        for call in file.calls_of(&["include_router", "mount"]) {
            let is_mount = call.what.name() == "mount";
            let what =
                call.what.argument(usize::from(is_mount), if is_mount { "app" } else { "router" });
            let version = what.and_then(versioned);
            let what = match what {
                Some(Value::Name(name)) => match made_by(file, name, call.context.function) {
                    Some(maker) => returned(python, files, index, maker),
                    None => locate(python, files, index, name),
                },
                Some(Value::Call(maker)) if version.is_none() => {
                    returned(python, files, index, &maker.callee)
                }
                _ => version.as_ref().and_then(|(_, name)| locate(python, files, index, name)),
            };
            if what.is_none() && !is_mount {
                self.dynamic = true;
            }
            let known = |owner: &Owner| self.is_holder(owner);
            let what = what.filter(|owner| !is_mount || known(owner));
            if is_mount && what.is_none() {
                continue;
            }
            let prefix =
                if is_mount { call.what.argument(0, "path") } else { call.what.keyword("prefix") };
            let prefix = prefix.and_then(Value::text).unwrap_or_default();
            let version = version.map(|(version, _)| format!("/api/{version}"));
            let prefix = format!("{prefix}{}", version.unwrap_or_default());
            let into = call.what.receiver();
            let into = locate(python, files, index, into).unwrap_or((index, into.to_owned()));
            let start = call.what.start as usize;
            self.includes.push(Include {
                into,
                what,
                prefix,
                file: index,
                is_deprecated: is_deprecated(&call.what),
                start,
                context: call.context,
            });
        }
    }

    fn is_holder(&self, owner: &Owner) -> bool {
        let mut all = self.apps.iter().chain(&self.routers);
        all.any(|holder| holder.file == owner.0 && holder.name == owner.1)
    }

    fn decorated(
        &mut self,
        python: &PythonService,
        files: &[FileFacts],
        index: usize,
        file: &FileFacts,
    ) {
        for (number, function) in (0_u32..).zip(&file.outline.functions) {
            for call in function.decorators.iter().filter_map(Value::call) {
                self.route(python, files, (index, Some(number)), call);
            }
        }
    }

    fn route(
        &mut self,
        python: &PythonService,
        files: &[FileFacts],
        (index, handler): (usize, Option<u32>),
        call: &Invocation,
    ) {
        let name = call.name();
        let path = call.argument(0, "path").and_then(Value::text);
        let is_route = METHODS.contains(&name) || matches!(name, "api_route" | "route");
        let Some(path) = path.filter(|_| is_route) else { return };
        let receiver = call.receiver();
        let owner = locate(python, files, index, receiver).unwrap_or((index, receiver.to_owned()));
        let looks_like = |name: &str| {
            let last = name.rsplit('.').next().unwrap_or(name);
            matches!(last, "app" | "router" | "api" | "application") || last.ends_with("router")
        };
        let plausible = self.is_holder(&owner)
            || (looks_like(receiver) && (path.is_empty() || path.starts_with('/')));
        if receiver.is_empty() || !plausible {
            return;
        }
        let methods = match call.keyword("methods") {
            Some(Value::Sequence(items)) if !METHODS.contains(&name) => {
                items.iter().filter_map(Value::text).map(str::to_ascii_uppercase).collect()
            }
            _ if METHODS.contains(&name) => vec![name.to_ascii_uppercase()],
            _ => vec!["GET".to_owned()],
        };
        for method in methods {
            self.routes.push(Route {
                file: index,
                method,
                path: path.to_owned(),
                served: Vec::new(),
                apps: Vec::new(),
                is_deprecated: false,
                owner: owner.clone(),
                handler,
                start: call.start as usize,
                call: call.clone(),
            });
        }
    }

    /// `app.add_api_route("/x", handler, methods=[…])`.
    fn added(
        &mut self,
        python: &PythonService,
        files: &[FileFacts],
        index: usize,
        file: &FileFacts,
    ) {
        for call in file.calls_of(&["add_api_route", "add_api_websocket_route"]) {
            let handler = match call.what.argument(1, "endpoint") {
                Some(Value::Name(name)) => {
                    (0_u32..).zip(&file.outline.functions).find(|(_, found)| *found.name == **name)
                }
                _ => None,
            };
            let mut what = call.what.clone();
            what.callee = format!("{}.api_route", what.receiver()).into();
            self.route(python, files, (index, handler.map(|(number, _)| number)), &what);
        }
    }

    /// Works out the paths at which each route is served.
    fn serve(&mut self) {
        let mut prefixes: FxHashMap<Owner, Vec<Prefix>> = FxHashMap::default();
        for route in &self.routes {
            if !prefixes.contains_key(&route.owner) {
                let found = self.prefixes(&route.owner, 0);
                prefixes.insert(route.owner.clone(), found);
            }
        }
        for route in &mut self.routes {
            let mut own = prefixes.get(&route.owner).cloned().unwrap_or_default();
            own.sort_by_key(|prefix| prefix.is_deprecated);
            let path = |prefix: &Prefix| format!("{}{}", prefix.text, route.path);
            route.served = own.iter().map(path).collect();
            route.apps = own.iter().map(|prefix| prefix.app.clone()).collect();
            route.apps.dedup();
            let is_retired = is_deprecated(&route.call) || own.iter().all(|it| it.is_deprecated);
            route.is_deprecated = !own.is_empty() && is_retired;
        }
    }

    /// What stands before the routes of an application or router, once per way to reach it.
    fn prefixes(&self, owner: &Owner, depth: usize) -> Vec<Prefix> {
        if depth > 8 {
            return Vec::new();
        }
        let router =
            self.routers.iter().find(|found| found.file == owner.0 && found.name == owner.1);
        let ways = self.includes.iter().filter(|include| include.what.as_ref() == Some(owner));
        let own = router.map_or("", |router| router.prefix.as_str());
        let is_own = router.is_some_and(|router| is_deprecated(&router.call));
        let mut found: Vec<Prefix> = Vec::new();
        for include in ways.take(8) {
            for outer in self.prefixes(&include.into, depth + 1) {
                let text = format!("{}{}{own}", outer.text, include.prefix);
                let is_deprecated = is_own || include.is_deprecated || outer.is_deprecated;
                found.push(Prefix { text, is_deprecated, app: outer.app });
            }
        }
        if router.is_none() && found.is_empty() {
            let (text, is_deprecated) = (String::new(), false);
            found.push(Prefix { text, is_deprecated, app: owner.clone() });
        }
        found.truncate(16);
        found
    }

    /// Whether a call stands directly in the handler of a route, and of which.
    pub fn route_of(&self, file: usize, function: Option<u32>) -> Option<&Route> {
        function?;
        self.routes.iter().find(|route| route.file == file && route.handler == function)
    }
}

/// What stands before a path, and whether that way to it is deprecated.
#[derive(Debug, Clone)]
struct Prefix {
    text: String,
    is_deprecated: bool,
    /// The application at its beginning.
    app: Owner,
}

/// Whether a call says `deprecated=True`.
fn is_deprecated(call: &Invocation) -> bool {
    matches!(call.keyword("deprecated"), Some(Value::Bool(true)))
}

/// The version and the router of the shared libraries' `versioned("v1", router)`.
fn versioned(value: &Value) -> Option<(&str, &str)> {
    let call = value.call().filter(|call| call.name() == "versioned")?;
    let version = call.argument(0, "version").and_then(Value::text)?;
    match call.argument(1, "routers")? {
        Value::Name(name) => Some((version, name)),
        _ => None,
    }
}

impl Route {
    /// The function that answers.
    pub fn handler_in<'f>(&self, files: &'f [FileFacts]) -> Option<&'f Function> {
        files[self.file].function(self.handler)
    }

    /// The path to show: the first at which it is served, else its own.
    pub fn shown(&self) -> &str {
        self.served.first().map_or(&self.path, String::as_str)
    }

    /// Whether it changes something, as far as its method says.
    pub fn mutates(&self) -> bool {
        matches!(self.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE")
    }

    /// Whether it belongs to running the service and not to its purpose: health, metrics,
    /// documentation, the root.
    pub fn is_operational(&self) -> bool {
        is_operational(self.shown()) || is_operational(&self.path)
    }
}

/// Whether a path is that of a health check, of metrics, of documentation, or the root.
pub(crate) fn is_operational(path: &str) -> bool {
    const WORDS: [&str; 22] = [
        "health",
        "healthz",
        "healthcheck",
        "health-check",
        "live",
        "liveness",
        "livez",
        "ready",
        "readiness",
        "readyz",
        "metrics",
        "docs",
        "redoc",
        "openapi.json",
        "ping",
        "version",
        "info",
        "status",
        "favicon.ico",
        "startup",
        "startupz",
        "heartbeat",
    ];
    let path = path.trim_end_matches('/');
    let mut parts = path.split('/');
    let health = parts.any(|part| part.starts_with("health"));
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_version = |part: &&str| {
        let digits = part.strip_prefix('v').unwrap_or("-");
        *part == "api" || (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let depth = path.split('/').filter(|part| !is_version(part)).count();
    path.is_empty() || health || WORDS.contains(&last) && depth <= 4
}

/// Whether a path answers for the health of the service.
pub(crate) fn is_health(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [
        "health",
        "live",
        "liveness",
        "livez",
        "ready",
        "readiness",
        "readyz",
        "healthz",
        "ping",
        "status",
        "heartbeat",
    ]
    .iter()
    .any(|word| {
        path.trim_end_matches('/')
            .split('/')
            .any(|part| part == *word || part.starts_with("health"))
    })
}

/// The function of which a name is given the result, in a file or in one function of it.
fn made_by<'f>(file: &'f FileFacts, name: &str, function: Option<u32>) -> Option<&'f str> {
    let mut found = file.outline.assignments.iter().filter(|found| {
        *found.target == *name
            && (found.context.function.is_none() || found.context.function == function)
    });
    let call = found.next().filter(|_| found.next().is_none())?.value.as_ref()?.call()?;
    let is_class = call.name().chars().next().is_some_and(char::is_uppercase);
    (!is_class && call.name() != "create_router").then_some(&*call.callee)
}

/// The router or application that a function makes and gives back.
fn returned(
    python: &PythonService,
    files: &[FileFacts],
    index: usize,
    maker: &str,
) -> Option<Owner> {
    let (file, name) = locate(python, files, index, maker)?;
    let outline = &files[file].outline;
    let number = outline.functions.iter().position(|found| {
        *found.name == *name && found.context.function.is_none() && found.context.class.is_none()
    })?;
    let number = u32::try_from(number).ok();
    outline.returns.iter().find_map(|given| match &given.value {
        Value::Name(name) if given.context.function == number => Some((file, name.to_string())),
        _ => None,
    })
}

/// Where a dotted text leads: the file that defines it and its name there.
pub(crate) fn locate(
    python: &PythonService,
    files: &[FileFacts],
    index: usize,
    dotted: &str,
) -> Option<Owner> {
    let (first, rest) = dotted.split_once('.').map_or((dotted, ""), |(first, rest)| (first, rest));
    if first.is_empty() || first.contains(['(', '[']) {
        return None;
    }
    let facts = &files[index].module.facts;
    let bindings = facts.bindings.iter().filter(|binding| binding.name == first);
    let imported = bindings.into_iter().find_map(|binding| match binding.kind {
        BindingKind::Import(statement, position) => Some((statement, position)),
        _ => None,
    });
    let Some((statement, position)) = imported else {
        return Some((index, dotted.to_owned()));
    };
    let import = &facts.imports[statement];
    let name = &import.names[position];
    if import.kind == ImportKind::Import {
        return by_module(python, index, &name.name, name.alias.is_some(), rest);
    }
    match python.resolve_name(index, import, name) {
        Imported::Module(module) => {
            let attribute = rest.split('.').next().filter(|part| !part.is_empty())?;
            followed(python, files, module, attribute)
        }
        Imported::Attribute(module) => followed(python, files, module, &name.name),
        _ => None,
    }
}

/// Follows re-exports to where a name is defined.
fn followed(
    python: &PythonService,
    files: &[FileFacts],
    module: usize,
    name: &str,
) -> Option<Owner> {
    let (mut module, mut name) = (module, name.to_owned());
    for _ in 0..8 {
        let facts = &files[module].module.facts;
        let Some(binding) = facts.bindings_of(&name, 0).next() else { break };
        let BindingKind::Import(statement, position) = binding.kind else { break };
        let import = &facts.imports[statement];
        let imported = &import.names[position];
        match python.resolve_name(module, import, imported) {
            Imported::Attribute(next) if import.kind == ImportKind::From => {
                name.clone_from(&imported.name);
                module = next;
            }
            _ => break,
        }
    }
    Some((module, name))
}

/// `import a.b` used as `a.b.router`, or `import a.b as x` used as `x.router`.
fn by_module(
    python: &PythonService,
    index: usize,
    module: &str,
    aliased: bool,
    rest: &str,
) -> Option<Owner> {
    let top = module.split('.').next().unwrap_or(module);
    let full = if aliased { format!("{module}.{rest}") } else { format!("{top}.{rest}") };
    let (owner, name) = full.rsplit_once('.')?;
    match python.resolve(index, owner) {
        Target::Module(found) => Some((found, name.to_owned())),
        _ => None,
    }
}
