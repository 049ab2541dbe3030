//! What packages and names say about a layer.
//!
//! Libraries are matched by their import name, names by whole words of a file, folder or
//! class name, so that `clients_report` is no client.

use super::Layer;

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

/// Web frameworks and what belongs to them.
const PRESENTATION: [&str; 10] = [
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

const DOMAIN_WORDS: [&str; 17] = [
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
    "core",
];
const APPLICATION_WORDS: [&str; 18] = [
    "application",
    "usecase",
    "usecases",
    "service",
    "services",
    "command",
    "commands",
    "query",
    "queries",
    "orchestrator",
    "coordinator",
    "manager",
    "engine",
    "workflow",
    "pipeline",
    "interactor",
    "controller",
    "scheduler",
];
const INFRASTRUCTURE_WORDS: [&str; 44] = [
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

/// The layer that a file or folder name speaks for: its last telling word decides.
pub(super) fn of_name(name: &str) -> Option<(Layer, &'static str)> {
    let words = words(name);
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

const REQUEST_WORDS: [&str; 9] =
    ["request", "response", "payload", "schema", "create", "update", "in", "out", "read"];

/// Whether a class name is that of a request or a response.
pub(super) fn is_message(class: &str) -> bool {
    words(class).last().is_some_and(|word| REQUEST_WORDS.contains(&word.as_str()))
}

/// Lower-case words of a `snake_case`, `CamelCase` or `kebab-case` name.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous_is_lower = false;
    for character in name.chars() {
        if !character.is_alphanumeric() {
            previous_is_lower = false;
            words.push(String::new());
            continue;
        }
        if words.is_empty() || (character.is_uppercase() && previous_is_lower) {
            words.push(String::new());
        }
        previous_is_lower = character.is_lowercase();
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
        assert_eq!(of_name("kafka_service"), Some((Layer::Application, "service")));
        assert_eq!(of_name("OrderRepository"), Some((Layer::Infrastructure, "repository")));
        assert_eq!(of_name("spectrum"), None);
    }
}
