//! What packages and names say about a layer.
//!
//! Libraries are matched by their import name, names by whole words of a file, folder or
//! class name, so that `clients_report` is no client.

use super::Layer;

/// Methods of an application or router that make a function a route or a handler.
const ROUTE_METHODS: [&str; 13] = [
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
    "websocket_route",
];

/// Whether decorating with a method of this name makes a function a route or a handler.
pub(super) fn is_route_method(name: &str) -> bool {
    ROUTE_METHODS.contains(&name)
}

/// Libraries that talk to something outside the process.
const INFRASTRUCTURE: [&str; 62] = [
    "aio_pika",
    "aioboto3",
    "aiofiles",
    "aiohttp",
    "aiokafka",
    "aiomysql",
    "aiopg",
    "aioredis",
    "aiosqlite",
    "alembic",
    "asyncpg",
    "azure",
    "beanie",
    "boto3",
    "botocore",
    "cassandra",
    "celery",
    "chromadb",
    "clickhouse_driver",
    "confluent_kafka",
    "consul",
    "databases",
    "docker",
    "elasticsearch",
    "ftplib",
    "google",
    "grpc",
    "httpx",
    "influxdb_client",
    "kafka",
    "kombu",
    "kubernetes",
    "ldap3",
    "minio",
    "mongoengine",
    "motor",
    "mysql",
    "nats",
    "neo4j",
    "odmantic",
    "opensearchpy",
    "paramiko",
    "peewee",
    "pika",
    "piccolo",
    "psycopg",
    "psycopg2",
    "pymongo",
    "pymysql",
    "qdrant_client",
    "redis",
    "requests",
    "rq",
    "scapy",
    "selenium",
    "smtplib",
    "sqlalchemy",
    "sqlite3",
    "sqlmodel",
    "telnetlib",
    "tortoise",
    "urllib3",
];

/// Modules of the standard library that reach the machine.
const MACHINE: [&str; 6] = ["socket", "subprocess", "shelve", "dbm", "multiprocessing", "ssl"];

/// Frameworks for the web and the command line, and what belongs to them.
const PRESENTATION: [&str; 12] = [
    "click",
    "typer",
    "fastapi",
    "starlette",
    "uvicorn",
    "slowapi",
    "sse_starlette",
    "strawberry",
    "flask",
    "fastapi_users",
    "jinja2",
    "fastapi_pagination",
];

/// Libraries that encode, decode and guard what comes from outside.
const CODECS: [&str; 15] = [
    "PIL",
    "argon2",
    "authlib",
    "bcrypt",
    "bs4",
    "cryptography",
    "cv2",
    "imagehash",
    "itsdangerous",
    "jose",
    "jwt",
    "lxml",
    "nacl",
    "passlib",
    "pwdlib",
];

/// Libraries that load models or talk to those of others.
const MODELS: [&str; 17] = [
    "anthropic",
    "cohere",
    "gensim",
    "joblib",
    "keras",
    "langchain",
    "lightgbm",
    "nltk",
    "onnxruntime",
    "openai",
    "sentence_transformers",
    "sklearn",
    "spacy",
    "tensorflow",
    "torch",
    "transformers",
    "xgboost",
];

/// Libraries that say nothing about a layer.
const NEUTRAL: [&str; 27] = [
    "annotated_types",
    "attr",
    "attrs",
    "dateutil",
    "decouple",
    "dotenv",
    "environs",
    "loguru",
    "networkx",
    "numpy",
    "opentelemetry",
    "orjson",
    "packaging",
    "pandas",
    "prometheus_client",
    "pydantic",
    "pydantic_settings",
    "pytz",
    "scipy",
    "structlog",
    "sympy",
    "tenacity",
    "tomli",
    "typing_extensions",
    "ujson",
    "uuid6",
    "yaml",
];

/// What using a package of others in a definition's code shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Library {
    /// It speaks the web framework.
    Web,
    /// It reaches a database, a broker, another service.
    Outside,
    /// It reaches the machine.
    Machine,
    /// It encodes, decodes or guards.
    Codec,
    /// It loads or asks a trained model.
    Model,
    /// It uses a package that this table does not know.
    Unknown,
}

/// What a package shows; none for the standard library and for what is neutral.
pub(super) fn library(top: &str) -> Option<Library> {
    if PRESENTATION.contains(&top) {
        Some(Library::Web)
    } else if INFRASTRUCTURE.contains(&top) {
        Some(Library::Outside)
    } else if MACHINE.contains(&top) {
        Some(Library::Machine)
    } else if CODECS.contains(&top) {
        Some(Library::Codec)
    } else if MODELS.contains(&top) {
        Some(Library::Model)
    } else if NEUTRAL.contains(&top) || crate::python::is_standard_module(top) {
        None
    } else {
        Some(Library::Unknown)
    }
}

/// Whether a library belongs to the web framework or talks to something outside the process.
pub fn is_outer_library(top: &str) -> bool {
    PRESENTATION.contains(&top) || INFRASTRUCTURE.contains(&top)
}

/// Pure building blocks.
const DOMAIN: [&str; 4] = ["abc", "dataclasses", "enum", "decimal"];

/// The layer that importing a top-level package speaks for, and how strongly.
pub(super) fn of_library(name: &str) -> Option<(Layer, f64)> {
    if PRESENTATION.contains(&name) {
        return Some((Layer::Presentation, 2.0));
    }
    if INFRASTRUCTURE.contains(&name) {
        return Some((Layer::Infrastructure, 2.0));
    }
    if MACHINE.contains(&name) {
        return Some((Layer::Infrastructure, 1.0));
    }
    DOMAIN.contains(&name).then_some((Layer::Domain, 0.3))
}

const DOMAIN_WORDS: [&str; 27] = [
    "domain",
    "entity",
    "entities",
    "model",
    "models",
    "exceptions",
    "errors",
    "types",
    "enums",
    "constants",
    "rules",
    "policy",
    "policies",
    "value",
    "algorithm",
    "algorithms",
    "calculator",
    "enum",
    "error",
    "exception",
    "rule",
    "scorer",
    "scoring",
    "specification",
    "strategy",
    "validator",
    "validators",
];
const APPLICATION_WORDS: [&str; 28] = [
    "application",
    "usecase",
    "usecases",
    "service",
    "services",
    "command",
    "commands",
    "orchestrator",
    "coordinator",
    "manager",
    "engine",
    "workflow",
    "pipeline",
    "interactor",
    "controller",
    "scheduler",
    "dispatcher",
    "executor",
    "facade",
    "job",
    "jobs",
    "planner",
    "processor",
    "runner",
    "saga",
    "tasks",
    "worker",
    "workers",
];
const INFRASTRUCTURE_WORDS: [&str; 64] = [
    "infrastructure",
    "infra",
    "repository",
    "repositories",
    "repo",
    "db",
    "database",
    "storage",
    "store",
    "client",
    "clients",
    "adapter",
    "adapters",
    "cache",
    "kafka",
    "rabbitmq",
    "redis",
    "postgres",
    "sqlite",
    "mongo",
    "neo4j",
    "messaging",
    "broker",
    "producer",
    "consumer",
    "publisher",
    "gateway",
    "crud",
    "orm",
    "persistence",
    "connector",
    "connectors",
    "scraper",
    "scrapers",
    "collector",
    "collectors",
    "monitoring",
    "metrics",
    "logger",
    "telemetry",
    "tracing",
    "session",
    "migrations",
    "integrations",
    "backend",
    "breaker",
    "crawler",
    "dao",
    "downloader",
    "driver",
    "exporter",
    "fetcher",
    "filesystem",
    "importer",
    "limiter",
    "loader",
    "mailer",
    "notifier",
    "proxy",
    "sdk",
    "sender",
    "transport",
    "uploader",
    "wrapper",
];
const PRESENTATION_WORDS: [&str; 24] = [
    "presentation",
    "api",
    "apis",
    "route",
    "routes",
    "router",
    "routers",
    "endpoint",
    "endpoints",
    "view",
    "views",
    "schema",
    "schemas",
    "middleware",
    "dependencies",
    "deps",
    "websocket",
    "websockets",
    "handlers",
    "web",
    "http",
    "auth",
    "graphql",
    "ui",
];

/// Words that say little at the end of a name: a cache manager is a cache.
const VAGUE_WORDS: [&str; 8] =
    ["controller", "engine", "handler", "manager", "processor", "service", "services", "system"];

/// Words of what every layer may use: logs, measurements, settings.
const NEUTRAL_WORDS: [&str; 14] = [
    "config",
    "log",
    "logger",
    "logging",
    "logs",
    "metric",
    "metrics",
    "monitoring",
    "observability",
    "settings",
    "telemetry",
    "trace",
    "tracer",
    "tracing",
];

/// The layer after which a folder of a path is called, the innermost one: somebody has decided.
pub(super) fn layer_folder(below: &str) -> Option<(Layer, &str)> {
    let (folders, _) = below.rsplit_once('/')?;
    let called = |known: &dyn Fn(&str) -> Option<Layer>| {
        folders.split('/').rev().find_map(|folder| Some((known(folder)?, folder)))
    };
    called(&Layer::from_folder).or_else(|| {
        called(&|folder| match folder {
            "use_cases" | "usecases" | "usecase" => Some(Layer::Application),
            "infra" => Some(Layer::Infrastructure),
            _ => None,
        })
    })
}

/// The layer that a name speaks for: its last telling word decides, unless that is a vague one
/// behind a word of the infrastructure.
pub(super) fn of_name(name: &str) -> Option<(Layer, &'static str)> {
    let words = words(name);
    let is_vague = words.last().is_some_and(|word| VAGUE_WORDS.contains(&word.as_str()));
    let outside = words
        .iter()
        .rev()
        .find_map(|word| INFRASTRUCTURE_WORDS.iter().copied().find(|entry| *entry == word));
    if let Some(word) = outside.filter(|_| is_vague) {
        return Some((Layer::Infrastructure, word));
    }
    words.iter().rev().find_map(|word| {
        let tables = [
            (Layer::Domain, &DOMAIN_WORDS[..]),
            (Layer::Application, &APPLICATION_WORDS[..]),
            (Layer::Infrastructure, &INFRASTRUCTURE_WORDS[..]),
            (Layer::Presentation, &PRESENTATION_WORDS[..]),
        ];
        tables.into_iter().find_map(|(layer, table)| {
            table.iter().find(|entry| *entry == word).map(|entry| (layer, *entry))
        })
    })
}

/// Whether a name is that of something which every layer may use.
pub(super) fn is_cross_cutting(name: &str) -> bool {
    words(name).iter().any(|word| NEUTRAL_WORDS.contains(&word.as_str()))
}

const CONFIGURATION_WORDS: [&str; 6] =
    ["config", "configuration", "configs", "conf", "settings", "setting"];

/// Whether a file or folder is called after settings, and nothing else.
pub(super) fn is_configuration(name: &str) -> bool {
    CONFIGURATION_WORDS.contains(&name.trim_end_matches(".py"))
}

const REQUEST_WORDS: [&str; 9] =
    ["request", "response", "payload", "schema", "create", "update", "in", "out", "read"];

/// Whether a class name is that of a request or a response.
pub(super) fn is_message(class: &str) -> bool {
    words(class).last().is_some_and(|word| REQUEST_WORDS.contains(&word.as_str()))
}

/// Lower-case words of a `snake_case`, `CamelCase` or `kebab-case` name; `HTTPClient` is two.
fn words(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (position, character) in characters.iter().enumerate() {
        let previous = position.checked_sub(1).map(|position| characters[position]);
        let next = characters.get(position + 1);
        if !character.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let starts = character.is_uppercase()
            && previous.is_some_and(|previous| {
                !previous.is_uppercase() || next.is_some_and(|next| next.is_lowercase())
            });
        if words.is_empty() || starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_telling_word_of_a_name_decides() {
        assert_eq!(of_name("order_service"), Some((Layer::Application, "service")));
        assert_eq!(of_name("OrderRepository"), Some((Layer::Infrastructure, "repository")));
        assert_eq!(of_name("spectrum"), None);
    }

    #[test]
    fn a_vague_last_word_gives_way_to_what_is_outside() {
        assert_eq!(of_name("kafka_service"), Some((Layer::Infrastructure, "kafka")));
        assert_eq!(of_name("CacheManager"), Some((Layer::Infrastructure, "cache")));
    }

    #[test]
    fn an_acronym_is_a_word() {
        assert_eq!(words("HTTPClient"), ["http", "client"]);
        assert_eq!(words("parseURL_fast2"), ["parse", "url", "fast2"]);
    }
}
