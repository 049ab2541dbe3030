//! What a test touches: nothing, the application and what it keeps data in, a running system,
//! or what services agreed on.

use crate::python::{ImportKind, Module, PythonService};

/// A folder of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::operation) enum Kind {
    /// Only code of the service.
    Unit,
    /// The application, or a database, cache, broker or process.
    Integration,
    /// A system that runs somewhere.
    EndToEnd,
    /// What a service and its callers agreed on.
    Contract,
}

/// Libraries that check what services agreed on.
const CONTRACT: [&str; 3] = ["pact", "schemathesis", "pactman"];
/// Libraries that drive a browser or a running system.
const END_TO_END: [&str; 4] = ["playwright", "selenium", "locust", "docker"];
/// Libraries that speak to a server, or start one.
const INTEGRATION: [&str; 22] = [
    "testcontainers",
    "sqlalchemy",
    "sqlmodel",
    "asyncpg",
    "psycopg",
    "psycopg2",
    "aiosqlite",
    "sqlite3",
    "pymysql",
    "motor",
    "pymongo",
    "redis",
    "aioredis",
    "fakeredis",
    "aio_pika",
    "pika",
    "aiokafka",
    "kafka",
    "nats",
    "neo4j",
    "subprocess",
    "starlette",
];
/// Names by which a test asks the application.
const ASKS: [&str; 4] = ["TestClient", "ASGITransport", "AsyncClient", "LifespanManager"];
/// Clients that reach a running system when they are given its address.
const CLIENTS: [&str; 4] = ["httpx", "requests", "aiohttp", "websockets"];
/// How the address of a system on this machine begins.
const RUNNING: [&str; 4] =
    ["http://localhost:", "http://127.0.0.1:", "ws://localhost:", "ws://127.0.0.1:"];

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 4] =
        [Self::Unit, Self::Integration, Self::EndToEnd, Self::Contract];

    /// The folder's name.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Integration => "integration",
            Self::EndToEnd => "e2e",
            Self::Contract => "contract",
        }
    }

    /// What the folder's package says of itself.
    pub(super) fn docstring(self) -> &'static str {
        match self {
            Self::Unit => "\"\"\"Tests of code alone.\"\"\"\n",
            Self::Integration => {
                "\"\"\"Tests of the application with what it keeps data in.\"\"\"\n"
            }
            Self::EndToEnd => "\"\"\"Tests of a running system.\"\"\"\n",
            Self::Contract => "\"\"\"Tests of what services agreed on.\"\"\"\n",
        }
    }
}

/// What a test file touches, by what it imports and by its own name.
pub(super) fn of(service: &PythonService, index: usize) -> Kind {
    let record = &service.modules()[index];
    let name = record.path.name();
    let says = |word: &str| name.trim_end_matches(".py").split('_').any(|part| part == word);
    let Some(module) = record.module() else { return Kind::Unit };
    let imported = imported(module);
    let imports = |names: &[&str]| imported.iter().any(|own| names.contains(&own.as_str()));
    let asks = ASKS.iter().any(|name| {
        module
            .facts
            .imports
            .iter()
            .any(|import| import.names.iter().any(|imported| imported.name == *name))
            || module.text().contains(&format!(".{name}("))
    });
    let runs = imports(&CLIENTS)
        && !asks
        && module
            .facts
            .strings
            .iter()
            .any(|string| RUNNING.iter().any(|start| string.value.starts_with(start)));
    if says("contract") || imports(&CONTRACT) {
        Kind::Contract
    } else if says("e2e") || imports(&END_TO_END) || runs {
        Kind::EndToEnd
    } else if says("integration") || asks || imports(&INTEGRATION) || uses_client(module) {
        Kind::Integration
    } else {
        Kind::Unit
    }
}

/// Whether tests take a fixture that is called like a client of the application.
fn uses_client(module: &Module) -> bool {
    const FIXTURES: [&str; 4] = ["client", "async_client", "test_client", "api_client"];
    let facts = &module.facts;
    FIXTURES.iter().any(|name| {
        facts.bindings.iter().any(|binding| {
            binding.name == *name && binding.kind == crate::python::BindingKind::Parameter
        })
    })
}

/// The first parts of what a file imports.
fn imported(module: &Module) -> Vec<String> {
    let mut found = Vec::new();
    for import in module.facts.imports.iter().filter(|import| import.level == 0) {
        let first = |dotted: &str| dotted.split('.').next().unwrap_or_default().to_owned();
        match import.kind {
            ImportKind::From => found.push(first(&import.module)),
            ImportKind::Import => found.extend(import.names.iter().map(|name| first(&name.name))),
        }
    }
    found
}
