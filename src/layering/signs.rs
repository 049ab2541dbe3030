//! What speaks for a layer in one definition: first what its own code shows, then what those
//! who use it show.

use std::collections::{BTreeMap, BTreeSet};

use super::definitions::{Definitions, Use};
use super::evidence::{self, Evidence};
use super::shape::{Shape, last, shapes};
use super::vocabulary::{self, Library};
use super::{Layer, weights};
use crate::python::{PythonService, Resolution, Statement, StatementKind, Usage, ValueKind};

/// Methods and functions that open, list, make or remove files.
const FILE_CALLS: [&str; 20] = [
    "copyfile",
    "copytree",
    "glob",
    "iterdir",
    "listdir",
    "makedirs",
    "mkdir",
    "mkdtemp",
    "read_bytes",
    "read_text",
    "rglob",
    "rmtree",
    "scandir",
    "touch",
    "unlink",
    "walk",
    "write_bytes",
    "write_text",
    "NamedTemporaryFile",
    "TemporaryDirectory",
];
/// Modules of the standard library that do little else than files.
const FILE_MODULES: [&str; 6] =
    ["pickle", "shutil", "glob", "tempfile", "fileinput", "importlib.resources"];

/// Names of files, folders and the definition itself: the evidence of those who read nothing
/// else.
pub(super) fn names(below: &str, statement: &Statement) -> Vec<Evidence> {
    let mut found = Vec::new();
    let stem = below.strip_suffix(".py").unwrap_or(below);
    let mut weight = weights::FILE_NAME;
    for segment in stem.split('/').rev().filter(|segment| *segment != "__init__") {
        if let Some((layer, word)) = vocabulary::of_name(segment) {
            let detail = format!("{word:?} in {segment:?}");
            found.push(Evidence { layer, weight, rule: "name", detail, range: 0..0 });
        }
        weight *= weights::FOLDER;
    }
    found.extend(evidence::layer_folder(below));
    let Some(name) = statement.binds.first() else { return found };
    let range = statement.range.clone();
    let mut push = |layer, weight, rule, detail| {
        found.push(Evidence { layer, weight, rule, detail, range: range.clone() });
    };
    let is_class = statement.kind == StatementKind::Class;
    if is_class && vocabulary::is_message(name) {
        push(Layer::Presentation, weights::MESSAGE_NAME, "message name", name.clone());
    } else if statement.kind != StatementKind::Function
        && let Some((layer, word)) = vocabulary::of_name(name)
    {
        push(layer, weights::NAME, "own name", format!("{word:?} in {name:?}"));
    }
    found
}

/// What a definition's own code shows, its name included.
pub(super) fn own(
    definitions: &Definitions<'_>,
    index: usize,
    shape: Shape,
    below: &str,
) -> Vec<Evidence> {
    let Some(statement) = definitions.statement(index) else { return Vec::new() };
    let libraries = libraries(definitions, index, statement);
    let files = files(definitions, index);
    let touches_web = libraries.iter().any(|piece| piece.layer == Layer::Presentation);
    let reaches_out = !libraries.is_empty() || files.is_some();
    let is_typed = shape == Shape::Model || !statement.bases.is_empty();
    let mut found = names(below, statement);
    found.retain(|piece| piece.rule != "message name");
    for piece in &mut found {
        if piece.layer == Layer::Presentation && !touches_web && !is_typed {
            piece.weight *= weights::WORD_WITHOUT_WEB;
        }
    }
    found.extend(libraries);
    found.extend(files);
    found.extend(by_shape(statement, shape, reaches_out));
    found
}

fn piece(
    statement: &Statement,
    (layer, weight): (Layer, f64),
    rule: &'static str,
    detail: impl Into<String>,
) -> Evidence {
    Evidence { layer, weight, rule, detail: detail.into(), range: statement.range.clone() }
}

/// The packages that the code uses: for each layer the strongest, and a little for each more.
fn libraries(definitions: &Definitions<'_>, index: usize, statement: &Statement) -> Vec<Evidence> {
    let mut seen: BTreeMap<&str, (Layer, f64)> = BTreeMap::new();
    for used in definitions.libraries(index) {
        let top = used.module.split('.').next().unwrap_or(&used.module);
        let Some(library) = vocabulary::library(top) else { continue };
        let (layer, weight) = match library {
            Library::Web => (Layer::Presentation, weights::WEB),
            Library::Outside => (Layer::Infrastructure, weights::OUTSIDE),
            Library::Machine => (Layer::Infrastructure, weights::MACHINE),
            Library::Codec => (Layer::Infrastructure, weights::CODEC),
            Library::Model => (Layer::Infrastructure, weights::TRAINED),
            Library::Unknown => (Layer::Infrastructure, weights::UNKNOWN),
        };
        let share = if used.usage == Usage::Annotation { weights::ANNOTATED } else { 1.0 };
        let entry = seen.entry(top).or_insert((layer, 0.0));
        entry.1 = entry.1.max(weight * share);
    }
    let mut found = Vec::new();
    for layer in [Layer::Infrastructure, Layer::Presentation] {
        let of_layer: Vec<(&str, f64)> = seen
            .iter()
            .filter(|(_, (other, _))| *other == layer)
            .map(|(top, (_, weight))| (*top, *weight))
            .collect();
        let names: Vec<&str> = of_layer.iter().map(|(top, _)| *top).collect();
        let strongest = of_layer.iter().map(|(_, weight)| *weight).fold(0.0, f64::max);
        if strongest > 0.0 {
            let weight = strongest * (1.0 + 0.3 * logarithm(names.len()));
            found.push(piece(statement, (layer, weight), "library", names.join(", ")));
        }
    }
    found
}

fn logarithm(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)).ln()
}

/// Opening or listing files.
fn files(definitions: &Definitions<'_>, index: usize) -> Option<Evidence> {
    let statement = definitions.statement(index)?;
    let by_call = definitions.references(index).find_map(|reference| {
        let opens = reference.name == "open" && reference.resolution == Resolution::Builtin;
        let mut called = reference.chain.iter().map(|attribute| attribute.name.as_str());
        let called = called.rfind(|name| FILE_CALLS.contains(name));
        opens.then_some("open").or(called).map(str::to_owned)
    });
    let by_module = || {
        let mut used = definitions.libraries(index).iter();
        used.find_map(|used| {
            let whole = format!("{}.{}", used.module, used.name);
            let is_file = FILE_MODULES.contains(&used.module.as_str())
                || FILE_MODULES.contains(&whole.as_str())
                || (used.module == "os" && FILE_CALLS.contains(&used.name.as_str()));
            is_file.then_some(whole)
        })
    };
    let detail = by_call.or_else(by_module)?;
    Some(piece(statement, (Layer::Infrastructure, weights::FILES), "files", detail))
}

/// What the kind of the definition shows.
fn by_shape(statement: &Statement, shape: Shape, reaches_out: bool) -> Vec<Evidence> {
    let name = statement.binds.first().map(String::as_str).unwrap_or_default();
    let one = |layer, weight, rule| vec![piece(statement, (layer, weight), rule, name)];
    match shape {
        Shape::Model => {
            let mut found = one(Layer::Domain, weights::MODEL, "data model");
            if vocabulary::is_message(name) {
                let rule = "request or response model";
                found.extend(one(Layer::Presentation, weights::MESSAGE, rule));
            }
            found
        }
        Shape::Value => one(Layer::Domain, weights::VALUE, "value type"),
        Shape::Record => one(Layer::Domain, weights::RECORD, "dataclass"),
        Shape::Exception => one(Layer::Domain, weights::EXCEPTION, "exception"),
        Shape::Port => {
            let share = if reaches_out { weights::PORT_REACHING_OUT } else { 1.0 };
            one(Layer::Domain, weights::PORT * share, "port")
        }
        Shape::Mapped => one(Layer::Infrastructure, weights::MAPPED, "mapped class"),
        Shape::Framework => one(Layer::Presentation, weights::FRAMEWORK_CLASS, "framework class"),
        Shape::Route => {
            let decorator = statement.decorators.first().map(String::as_str).unwrap_or_default();
            let detail = format!("@{decorator}");
            vec![piece(statement, (Layer::Presentation, weights::ROUTE), "route", detail)]
        }
        Shape::Class | Shape::Function if !reaches_out => work(statement).into_iter().collect(),
        Shape::Variable => value(statement).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Work that is awaited belongs to a use case, an answer at once to a rule.
fn work(statement: &Statement) -> Option<Evidence> {
    let name = statement.binds.first().map(String::as_str).unwrap_or_default();
    if statement.kind == StatementKind::Function {
        let (layer, weight, rule) = if statement.is_async {
            (Layer::Application, weights::AWAITED_FUNCTION, "awaited")
        } else {
            (Layer::Domain, weights::PURE_FUNCTION, "answers at once")
        };
        return Some(piece(statement, (layer, weight), rule, name));
    }
    let is_plain = statement.bases.iter().all(|base| matches!(last(base), "object" | "Generic"));
    if statement.kind != StatementKind::Class || !is_plain || statement.methods.is_empty() {
        return None;
    }
    // Being asked how it is does not make a class's work awaited.
    let is_work = |name: &str| {
        !name.starts_with('_') && !name.starts_with("get_status") && !name.starts_with("health")
    };
    let work: Vec<bool> = statement
        .methods
        .iter()
        .filter(|(name, _)| is_work(name))
        .map(|(_, is_async)| *is_async)
        .collect();
    let is_awaited = match work.as_slice() {
        [] => statement.methods.iter().any(|(_, is_async)| *is_async),
        work => work.contains(&true),
    };
    let (layer, weight, rule) = if is_awaited {
        (Layer::Application, weights::AWAITED_CLASS, "awaited")
    } else {
        (Layer::Domain, weights::PURE_CLASS, "answers at once")
    };
    Some(piece(statement, (layer, weight), rule, name))
}

/// `router = APIRouter(…)`, `engine = create_engine(…)`, `orders = {}`.
fn value(statement: &Statement) -> Option<Evidence> {
    if statement.value == Some(ValueKind::Collection) {
        let name = statement.binds.first().map(String::as_str).unwrap_or_default();
        let store = (Layer::Infrastructure, weights::STORE);
        return Some(piece(statement, store, "in-memory store", name));
    }
    let callee = statement.callee.as_deref()?;
    let layer = match last(callee) {
        "FastAPI" | "APIRouter" | "Jinja2Templates" => Layer::Presentation,
        "create_engine"
        | "create_async_engine"
        | "sessionmaker"
        | "async_sessionmaker"
        | "declarative_base"
        | "AsyncClient"
        | "Redis"
        | "Celery" => Layer::Infrastructure,
        _ => return None,
    };
    Some(piece(statement, (layer, weights::INSTANCE), "instance", callee))
}

/// The definitions of a service with their shapes, and what those who use one, and those that
/// it uses, show about it.
pub(super) struct Company<'a> {
    definitions: Definitions<'a>,
    shapes: Vec<Shape>,
    of_user: Vec<Vec<Use>>,
    of_used: Vec<Vec<Use>>,
}

impl<'a> Company<'a> {
    /// Reads the definitions of a service and who uses whom.
    pub(super) fn of(service: &'a PythonService) -> Self {
        let definitions = Definitions::of(service);
        let shapes = shapes(&definitions);
        let mut of_user = vec![Vec::new(); shapes.len()];
        let mut of_used = vec![Vec::new(); shapes.len()];
        for one in definitions.uses() {
            of_user[one.user].push(*one);
            of_used[one.used].push(*one);
        }
        Self { definitions, shapes, of_user, of_used }
    }

    /// The definitions.
    pub(super) fn definitions(&self) -> &Definitions<'a> {
        &self.definitions
    }

    /// The shape of a definition.
    pub(super) fn shape(&self, index: usize) -> Shape {
        self.shapes[index]
    }

    /// The uses of a definition by others.
    pub(super) fn users(&self, index: usize) -> &[Use] {
        &self.of_used[index]
    }

    /// The evidence for some statements of a module, at a path that may say something.
    pub(super) fn of_statements(
        &self,
        module: usize,
        statements: &[usize],
        below: &str,
    ) -> Vec<Evidence> {
        let found =
            statements.iter().filter_map(|statement| self.definitions.at(module, *statement));
        let mut evidence: Vec<Evidence> = Vec::new();
        for index in found {
            let own = own(&self.definitions, index, self.shapes[index], below);
            for piece in own.into_iter().chain(self.evidence(index)) {
                // The path is one piece of evidence for all.
                let is_path = matches!(piece.rule, "name" | "layer folder");
                if !is_path || !evidence.contains(&piece) {
                    evidence.push(piece);
                }
            }
        }
        evidence
    }

    /// The evidence for everything that a module defines.
    pub(super) fn of_module(&self, module: usize, below: &str) -> Vec<Evidence> {
        let list = self.definitions.list().iter();
        let statements: Vec<usize> = list
            .filter(|definition| definition.module == module)
            .map(|definition| definition.statement)
            .collect();
        self.of_statements(module, &statements, below)
    }

    /// The evidence for one definition.
    pub(super) fn evidence(&self, index: usize) -> Vec<Evidence> {
        let Some(statement) = self.definitions.statement(index) else { return Vec::new() };
        let mut found = Vec::new();
        let mut push = |sign: Option<(Layer, f64, &'static str)>| {
            if let Some((layer, weight, rule)) = sign {
                let name = statement.binds.first().cloned().unwrap_or_default();
                found.push(piece(statement, (layer, weight), rule, name));
            }
        };
        if matches!(self.shapes[index], Shape::Class | Shape::Function) {
            push(self.through_value(index));
        }
        match self.shapes[index] {
            Shape::Function => {
                push(self.dependency(index));
                push(self.coordinator(index));
            }
            Shape::Model => push(self.message(index)),
            Shape::Class | Shape::Port => {
                push(self.adapter(index));
                push(self.coordinator(index));
            }
            _ => {}
        }
        found
    }

    /// A function that only routes depend on.
    fn dependency(&self, index: usize) -> Option<(Layer, f64, &'static str)> {
        let users = &self.of_used[index];
        let depends = |one: &Use| match self.shapes[one.user] {
            Shape::Variable => {
                self.definitions.libraries(one.user).iter().any(|used| used.name == "Depends")
            }
            _ => matches!(one.usage, Usage::Default | Usage::Annotation | Usage::Decorator),
        };
        let only = !users.is_empty() && users.iter().all(depends);
        only.then_some((Layer::Presentation, weights::DEPENDENCY, "only a dependency"))
    }

    /// A model that only routes speak, or that other code is handed.
    fn message(&self, index: usize) -> Option<(Layer, f64, &'static str)> {
        let users: Vec<&Use> =
            self.of_used[index].iter().filter(|one| !self.shapes[one.user].is_data()).collect();
        let by_routes = |one: &&Use| self.shapes[one.user] == Shape::Route;
        let is_typed = |one: &&Use| matches!(one.usage, Usage::Annotation | Usage::Decorator);
        let is_work = |one: &&Use| {
            matches!(self.shapes[one.user], Shape::Class | Shape::Port | Shape::Function)
        };
        if users.iter().any(is_work) {
            return Some((Layer::Domain, weights::HANDED_INWARDS, "handed on to other code"));
        }
        let spoken = !users.is_empty() && users.iter().all(by_routes) && users.iter().any(is_typed);
        spoken.then_some((Layer::Presentation, weights::SPOKEN_BY_ROUTES, "spoken by routes alone"))
    }

    /// Work with a value at module level that a library of the outside made: an engine, a client.
    fn through_value(&self, index: usize) -> Option<(Layer, f64, &'static str)> {
        let values = self.of_user[index].iter().map(|one| one.used);
        let values = values.filter(|used| self.shapes[*used] == Shape::Variable);
        let weights = values.filter_map(|used| {
            let statement = self.definitions.statement(used)?;
            let made = libraries(&self.definitions, used, statement);
            let mut outside = made.iter().filter(|piece| piece.layer == Layer::Infrastructure);
            outside.next().map(|piece| piece.weight)
        });
        let strongest = weights.fold(0.0, f64::max);
        let weight = strongest * weights::THROUGH_VALUE;
        (strongest > 0.0).then_some((Layer::Infrastructure, weight, "uses a made value"))
    }

    /// A class that derives from an abstract class of the service.
    fn adapter(&self, index: usize) -> Option<(Layer, f64, &'static str)> {
        let mut used = self.of_user[index].iter();
        let derives =
            used.any(|one| one.usage == Usage::Base && self.shapes[one.used] == Shape::Port);
        derives.then_some((Layer::Infrastructure, weights::IMPLEMENTS, "implements a port"))
    }

    /// What works with several of the service's own classes, or of its functions.
    fn coordinator(&self, index: usize) -> Option<(Layer, f64, &'static str)> {
        let partners: BTreeSet<usize> = self.of_user[index]
            .iter()
            .filter(|one| matches!(one.usage, Usage::Call | Usage::Annotation | Usage::Read))
            .map(|one| one.used)
            .filter(|used| match self.shapes[*used] {
                Shape::Class | Shape::Port => true,
                Shape::Function => self.shapes[index] == Shape::Function,
                _ => false,
            })
            .filter(|used| !self.is_cross_cutting(*used))
            .collect();
        if self.shapes[index] == Shape::Port || partners.is_empty() {
            return None;
        }
        if partners.len() == 1 {
            return self.is_handed(index).then_some((
                Layer::Application,
                weights::HANDED_A_PARTNER,
                "is handed what it works with",
            ));
        }
        let weight = weights::COORDINATES * (1.0 + 0.3 * logarithm(partners.len() - 1));
        Some((Layer::Application, weight, "coordinates"))
    }

    /// Whether a class whose work is awaited is handed an object of another class of the service.
    fn is_handed(&self, index: usize) -> bool {
        let Some(statement) = self.definitions.statement(index) else { return false };
        let is_awaited = statement.methods.iter().any(|(_, is_async)| *is_async);
        let mut uses = self.of_user[index].iter();
        self.shapes[index] == Shape::Class
            && is_awaited
            && uses.any(|one| {
                one.usage == Usage::Annotation
                    && matches!(self.shapes[one.used], Shape::Class | Shape::Port)
            })
    }

    /// Whether a definition is of a kind that every layer may use.
    pub(super) fn is_cross_cutting(&self, index: usize) -> bool {
        let statement = self.definitions.statement(index);
        let mut names = statement.into_iter().flat_map(|statement| &statement.binds);
        names.any(|name| vocabulary::is_cross_cutting(name))
    }
}
