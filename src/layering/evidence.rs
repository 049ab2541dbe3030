//! What speaks for a layer in one module: each piece has its place, its rule and its weight.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Layer, vocabulary, weights};
use crate::python::{ImportKind, Module, Moment, Statement, StatementKind};

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The layer it speaks for.
    pub layer: Layer,
    /// How strongly.
    pub weight: f64,
    /// Which rule saw it.
    pub rule: &'static str,
    /// What was seen.
    pub detail: String,
    /// Where in the file; empty for the file's name.
    pub range: Range<usize>,
}

/// The cost of each layer.
pub type Costs = [f64; 4];

/// Decorators that make a function a route or a hook of the web framework.
const ROUTE_METHODS: [&str; 14] = [
    "get",
    "post",
    "put",
    "delete",
    "patch",
    "head",
    "options",
    "trace",
    "websocket",
    "api_route",
    "middleware",
    "exception_handler",
    "on_event",
    "websocket_route",
];

/// Collects the evidence of a module; `below` is its path below the code's root.
pub(super) fn collect(module: &Module, below: &str) -> Vec<Evidence> {
    let mut found = Vec::new();
    names(below, &mut found);
    libraries(module, &mut found);
    for statement in &module.facts.statements {
        of_statement(statement, &mut found);
    }
    if !found.iter().any(|piece| piece.layer > Layer::Application) {
        found.push(Evidence {
            layer: Layer::Domain,
            weight: 0.8,
            rule: "pure",
            detail: "nothing of a framework or of the outside".to_owned(),
            range: 0..0,
        });
    }
    found
}

fn of_statement(statement: &Statement, found: &mut Vec<Evidence>) {
    match statement.kind {
        StatementKind::Class => class(statement, found),
        StatementKind::Function => function(statement, found),
        _ => instance(statement, found),
    }
}

/// Sums evidence into costs: more pieces of one rule add less and less (logarithmically), so
/// that a long file is not a louder one.
pub fn costs(evidence: &[Evidence]) -> Costs {
    let mut groups: BTreeMap<(&str, Layer), (f64, u32)> = BTreeMap::new();
    for piece in evidence {
        let group = groups.entry((piece.rule, piece.layer)).or_insert((0.0, 0));
        group.0 = group.0.max(piece.weight);
        group.1 += 1;
    }
    let mut costs = [0.0; 4];
    for ((_, layer), (weight, count)) in groups {
        let strength = weight * (1.0 + f64::from(count).ln());
        for other in Layer::ALL {
            let distance = other.rank().abs_diff(layer.rank());
            costs[other.rank()] += match distance {
                0 => 0.0,
                1 => strength,
                _ => strength * 1.25,
            };
        }
    }
    costs
}

fn names(below: &str, found: &mut Vec<Evidence>) {
    let stem = below.strip_suffix(".py").unwrap_or(below);
    let mut weight = 1.6;
    for segment in stem.split('/').rev().filter(|segment| *segment != "__init__") {
        if let Some((layer, word)) = vocabulary::of_name(segment) {
            let detail = format!("{word:?} in {segment:?}");
            found.push(Evidence { layer, weight, rule: "name", detail, range: 0..0 });
        }
        weight *= 0.7;
    }
    found.extend(layer_folder(below));
}

/// That a folder is called after a layer.
pub(super) fn layer_folder(below: &str) -> Option<Evidence> {
    let (layer, folder) = vocabulary::layer_folder(below)?;
    let (weight, detail) = (weights::LAYER_FOLDER, format!("{folder:?}"));
    Some(Evidence { layer, weight, rule: "layer folder", detail, range: 0..0 })
}

fn libraries(module: &Module, found: &mut Vec<Evidence>) {
    let mut seen = std::collections::BTreeSet::new();
    for import in module.facts.imports.iter().filter(|import| import.moment != Moment::Never) {
        let dotted = match import.kind {
            ImportKind::From if import.level > 0 => continue,
            ImportKind::From => vec![import.module.as_str()],
            ImportKind::Import => import.names.iter().map(|name| name.name.as_str()).collect(),
        };
        for name in dotted {
            let top = name.split('.').next().unwrap_or(name);
            if let Some((layer, weight)) = vocabulary::of_library(top)
                && seen.insert(top)
            {
                let range = import.range.clone();
                let rule = "library";
                found.push(Evidence { layer, weight, rule, detail: top.to_owned(), range });
            }
        }
    }
}

fn class(statement: &Statement, found: &mut Vec<Evidence>) {
    let name = statement.binds.first().map(String::as_str).unwrap_or_default();
    let mut push = |layer, weight, rule| {
        let range = statement.range.clone();
        found.push(Evidence { layer, weight, rule, detail: name.to_owned(), range });
    };
    for base in &statement.bases {
        match base.rsplit('.').next().unwrap_or(base) {
            "BaseModel" | "RootModel" if vocabulary::is_message(name) => {
                push(Layer::Presentation, 0.9, "request or response model");
            }
            "BaseModel" | "RootModel" => push(Layer::Domain, 0.5, "data model"),
            "Enum" | "IntEnum" | "StrEnum" | "Flag" | "IntFlag" | "NamedTuple" | "TypedDict" => {
                push(Layer::Domain, 0.9, "value type");
            }
            "Exception" | "ValueError" | "RuntimeError" | "LookupError" => {
                push(Layer::Domain, 0.9, "exception");
            }
            "ABC" | "Protocol" => push(Layer::Domain, 0.7, "port"),
            "BaseHTTPMiddleware" | "APIRouter" | "HTTPEndpoint" => {
                push(Layer::Presentation, 3.0, "framework class");
            }
            "Base" | "DeclarativeBase" | "SQLModel" | "Model" | "Document" => {
                push(Layer::Infrastructure, 2.0, "mapped class");
            }
            _ => {}
        }
    }
    let is_dataclass =
        |decorator: &String| decorator.rsplit('.').next().is_some_and(|last| last == "dataclass");
    if statement.decorators.iter().any(is_dataclass) {
        push(Layer::Domain, 0.9, "dataclass");
    }
    if let Some((layer, _)) = vocabulary::of_name(name) {
        push(layer, 0.7, "class name");
    }
}

fn function(statement: &Statement, found: &mut Vec<Evidence>) {
    for decorator in &statement.decorators {
        let Some((_, method)) = decorator.rsplit_once('.') else { continue };
        if ROUTE_METHODS.contains(&method) {
            found.push(Evidence {
                layer: Layer::Presentation,
                weight: 3.0,
                rule: "route",
                detail: format!("@{decorator}"),
                range: statement.range.clone(),
            });
        }
    }
}

/// `app = FastAPI(…)`, `router = APIRouter(…)`, `engine = create_engine(…)`.
fn instance(statement: &Statement, found: &mut Vec<Evidence>) {
    let Some(callee) = &statement.callee else { return };
    let (layer, weight) = match callee.rsplit('.').next().unwrap_or(callee) {
        "FastAPI" | "APIRouter" | "Jinja2Templates" => (Layer::Presentation, 4.0),
        "create_engine"
        | "create_async_engine"
        | "sessionmaker"
        | "async_sessionmaker"
        | "declarative_base"
        | "AsyncClient"
        | "Redis"
        | "Celery" => (Layer::Infrastructure, 3.0),
        _ => return,
    };
    let range = statement.range.clone();
    found.push(Evidence { layer, weight, rule: "instance", detail: callee.clone(), range });
}
