//! Which file of its layer a definition goes to: by its role, as in a generated service.

use std::collections::BTreeSet;

use super::units::Unit;
use super::{Layer, vocabulary};
use crate::python::{ImportKind, Module, Moment, Statement, StatementKind, Usage, ValueKind};

/// A role, in the order in which files may know each other: later ones know earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Settings that are read from the environment.
    Config,
    /// Exceptions of the domain.
    Exceptions,
    /// Entities, value types, constants.
    Models,
    /// Protocols and abstract classes.
    Ports,
    /// Rules and calculations.
    Services,
    /// Use cases.
    UseCases,
    /// Mapped classes.
    Tables,
    /// Metrics of the process.
    Metrics,
    /// Clients of other services.
    Client,
    /// Messages to a broker.
    Producer,
    /// Stores, engines, sessions.
    Repositories,
    /// Anything else that reaches out of the process.
    Adapters,
    /// Requests and responses.
    Schemas,
    /// What routes are given.
    Dependencies,
    /// Middleware classes.
    Middleware,
    /// Routes.
    Endpoints,
    /// The composition root.
    Main,
}

impl Role {
    /// How many there are.
    pub(super) const COUNT: usize = Self::Main as usize + 1;

    /// The role of what stays of a module that is taken apart.
    pub(super) const fn of_main(layer: Layer) -> Self {
        match layer {
            Layer::Domain => Self::Services,
            Layer::Application => Self::UseCases,
            Layer::Infrastructure => Self::Adapters,
            Layer::Presentation => Self::Endpoints,
        }
    }

    /// The file, below the package's root; `sub` is the folder of the module below its layer.
    pub(super) fn file(self, sub: &str, is_entry: bool) -> String {
        let below = |layer: &str, name: &str| match sub {
            "" => format!("{layer}/{name}.py"),
            sub => format!("{layer}/{sub}/{name}.py"),
        };
        let api = |name: &str, version: &str| {
            if is_entry {
                format!("presentation/api/{version}{name}.py")
            } else {
                below("presentation", name)
            }
        };
        match self {
            Self::Config => "config.py".to_owned(),
            Self::Exceptions => below("domain", "exceptions"),
            Self::Models => below("domain", "models"),
            Self::Ports => below("domain", "ports"),
            Self::Services => below("domain", "services"),
            Self::UseCases => below("application", "use_cases"),
            Self::Tables => below("infrastructure/database", "models"),
            Self::Metrics => below("infrastructure", "metrics"),
            Self::Client => below("infrastructure/http", "client"),
            Self::Producer => below("infrastructure/messaging", "producer"),
            Self::Repositories => below("infrastructure/database", "repositories"),
            Self::Adapters => below("infrastructure", "adapters"),
            Self::Schemas => api("schemas", "v1/"),
            Self::Dependencies => api("dependencies", ""),
            Self::Middleware => below("presentation", "middleware"),
            Self::Endpoints => api("endpoints", "v1/"),
            Self::Main => "main.py".to_owned(),
        }
    }

    /// What a new file of this role says of itself.
    pub fn docstring(self) -> &'static str {
        match self {
            Self::Config => "Settings that are read from the environment.",
            Self::Exceptions => "Errors of the domain.",
            Self::Models => "Models and values of the domain.",
            Self::Ports => "Ports: what the domain needs from the outside.",
            Self::Services => "Rules and calculations of the domain.",
            Self::UseCases => "Use cases.",
            Self::Tables => "Mapped classes.",
            Self::Metrics => "Metrics of this service.",
            Self::Client => "Clients of other services.",
            Self::Producer => "Messages to the broker.",
            Self::Repositories => "Stores and database access.",
            Self::Adapters => "Adapters to the outside.",
            Self::Schemas => "Requests and responses.",
            Self::Dependencies => "What routes depend on.",
            Self::Middleware => "Middleware.",
            Self::Endpoints => "Routes.",
            Self::Main => "The application.",
        }
    }
}

/// The role of a unit in its layer.
pub(super) fn of(module: &Module, unit: &Unit, layer: Layer, routes: &BTreeSet<usize>) -> Role {
    let statements: Vec<&Statement> =
        unit.statements.iter().map(|number| &module.facts.statements[*number]).collect();
    let reader = Reader { module, unit, statements };
    if unit.statements.iter().any(|number| routes.contains(number)) {
        return Role::Endpoints;
    }
    match layer {
        Layer::Domain => reader.in_domain(),
        Layer::Application => Role::UseCases,
        Layer::Infrastructure => reader.in_infrastructure(),
        Layer::Presentation => reader.in_presentation(),
    }
}

/// Whether a whole module is about settings: it defines them, reads them, or picks one of them.
///
/// Besides settings classes (by their base or their name) and values it may have functions that
/// give one of these back.
pub(super) fn is_configuration(module: &Module) -> bool {
    let facts = &module.facts;
    let settings = |statement: &Statement| {
        let called = |name: &String| {
            name.to_lowercase().contains("setting") || name.to_lowercase().contains("config")
        };
        statement.binds.iter().any(called) || statement.bases.iter().any(called)
    };
    let mut has_settings = false;
    let is_fit = facts.statements.iter().all(|statement| match statement.kind {
        StatementKind::Class => {
            has_settings |= settings(statement);
            settings(statement) || is_value_type(statement)
        }
        StatementKind::Function => {
            has_settings |= settings(statement);
            true
        }
        StatementKind::Assignment => {
            has_settings |=
                settings(statement) || statement.binds.iter().all(|name| is_constant(name));
            true
        }
        StatementKind::Import
        | StatementKind::Docstring
        | StatementKind::TypeChecking
        | StatementKind::Other => true,
        StatementKind::MainGuard => false,
    });
    is_fit && has_settings && !reaches_out(module)
}

fn is_value_type(statement: &Statement) -> bool {
    let mut bases = statement.bases.iter().map(|base| base.rsplit('.').next().unwrap_or(base));
    bases.any(|base| matches!(base, "Enum" | "IntEnum" | "StrEnum" | "NamedTuple" | "TypedDict"))
}

fn is_constant(name: &str) -> bool {
    name.chars().all(|letter| !letter.is_lowercase())
}

/// Whether a module is about the web framework or about the outside.
fn reaches_out(module: &Module) -> bool {
    let mut imports = module.facts.imports.iter();
    imports.any(|import| {
        let dotted = match import.kind {
            ImportKind::From => import.module.as_str(),
            ImportKind::Import => import.names.first().map_or("", |name| name.name.as_str()),
        };
        let top = dotted.split('.').next().unwrap_or(dotted);
        import.level == 0 && vocabulary::of_library(top).is_some_and(|(_, weight)| weight >= 2.0)
    })
}

/// Whether a unit reads settings from the environment while it is imported.
pub(super) fn is_config(module: &Module, unit: &Unit) -> bool {
    let is_setting = |number: &usize| {
        let statement = &module.facts.statements[*number];
        let is_class = statement.kind == StatementKind::Class
            && statement.bases.iter().any(|base| base.rsplit('.').next() == Some("BaseSettings"));
        let reads = module.facts.references.iter().any(|reference| {
            reference.statement == *number
                && reference.moment == Moment::Import
                && is_environment(
                    &reference.name,
                    reference.chain.first().map(|attribute| attribute.name.as_str()),
                )
        });
        is_class || (statement.kind == StatementKind::Assignment && reads)
    };
    !unit.statements.is_empty() && unit.statements.iter().all(is_setting)
}

fn is_environment(name: &str, attribute: Option<&str>) -> bool {
    matches!((name, attribute), ("getenv" | "environ", _) | ("os", Some("getenv" | "environ")))
}

struct Reader<'a> {
    module: &'a Module,
    unit: &'a Unit,
    statements: Vec<&'a Statement>,
}

impl Reader<'_> {
    fn has_base(&self, wanted: &[&str]) -> bool {
        let bases = self.statements.iter().flat_map(|statement| &statement.bases);
        bases.map(|base| base.rsplit('.').next().unwrap_or(base)).any(|base| wanted.contains(&base))
    }

    fn is_class(&self) -> bool {
        self.statements.iter().any(|statement| statement.kind == StatementKind::Class)
    }

    fn is_function(&self) -> bool {
        self.statements.iter().any(|statement| statement.kind == StatementKind::Function)
    }

    fn in_domain(&self) -> Role {
        let is_error = |name: &&String| name.ends_with("Error") || name.ends_with("Exception");
        if self.is_class()
            && (self.has_base(&[
                "Exception",
                "ValueError",
                "RuntimeError",
                "LookupError",
                "KeyError",
                "TypeError",
            ]) || self.unit.names.iter().any(|name| is_error(&name)))
        {
            return Role::Exceptions;
        }
        if self.has_base(&["Protocol", "ABC"]) {
            return Role::Ports;
        }
        if self.is_function() { Role::Services } else { Role::Models }
    }

    fn in_infrastructure(&self) -> Role {
        if self.has_base(&["Base", "DeclarativeBase", "SQLModel", "Model", "Document"]) {
            return Role::Tables;
        }
        if self.uses(&["prometheus_client"]) && !self.is_class() && !self.is_function() {
            return Role::Metrics;
        }
        let is_database = self.uses(&[
            "sqlalchemy",
            "asyncpg",
            "aiosqlite",
            "sqlite3",
            "psycopg",
            "psycopg2",
            "pymongo",
            "motor",
            "databases",
            "redis",
            "tortoise",
            "beanie",
            "sqlmodel",
            "neo4j",
        ]);
        let is_store =
            self.statements.iter().any(|statement| statement.value == Some(ValueKind::Collection));
        if is_database || is_store || self.unit.names.iter().any(|name| is_store_name(name)) {
            return Role::Repositories;
        }
        if self.uses(&["httpx", "aiohttp", "requests", "urllib", "urllib3", "grpc"]) {
            return Role::Client;
        }
        if self.uses(&["aio_pika", "aiokafka", "kafka", "confluent_kafka", "pika", "nats", "kombu"])
        {
            return Role::Producer;
        }
        Role::Adapters
    }

    fn in_presentation(&self) -> Role {
        if self.has_base(&["BaseHTTPMiddleware"]) {
            return Role::Middleware;
        }
        if self.is_class() {
            let is_model = self.has_base(&[
                "BaseModel",
                "RootModel",
                "Enum",
                "IntEnum",
                "StrEnum",
                "TypedDict",
            ]);
            return if is_model || !self.uses(&["fastapi", "starlette"]) {
                Role::Schemas
            } else {
                Role::Dependencies
            };
        }
        Role::Dependencies
    }

    /// Whether a library is looked up.
    fn uses(&self, libraries: &[&str]) -> bool {
        let facts = &self.module.facts;
        let mut references = facts.references.iter().filter(|reference| {
            self.unit.statements.contains(&reference.statement)
                && reference.usage != Usage::Annotation
        });
        references.any(|reference| {
            facts.library_of(reference).is_some_and(|library| libraries.contains(&library))
        })
    }
}

fn is_store_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["repository", "_db", "store", "database", "session", "engine"]
        .iter()
        .any(|word| lower.ends_with(word))
}
