//! How a service reaches its data.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::file::FileFacts;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::Value;
use crate::workspace::Place;

/// A way to reach data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pattern {
    /// `asyncpg.connect`, `asyncpg.create_pool`.
    Asyncpg,
    /// `psycopg2.connect`, `psycopg.connect`.
    Psycopg,
    /// `create_engine`.
    SqlalchemySync,
    /// `create_async_engine`.
    SqlalchemyAsync,
    /// `sqlite3.connect`, `aiosqlite.connect`.
    Sqlite,
    /// A driver of `MySQL`.
    Mysql,
    /// Tortoise ORM.
    Tortoise,
    /// Redis.
    Redis,
    /// Motor, `PyMongo`, Beanie.
    Mongo,
    /// Neo4j.
    Neo4j,
    /// Elasticsearch, `OpenSearch`.
    Search,
    /// A vector store.
    Vector,
    /// A dictionary of the module.
    Memory,
    /// JSON files.
    Files,
}

impl Pattern {
    /// What it is called in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Asyncpg => "asyncpg",
            Self::Psycopg => "psycopg",
            Self::SqlalchemySync => "SQLAlchemy sync",
            Self::SqlalchemyAsync => "SQLAlchemy async",
            Self::Sqlite => "sqlite3",
            Self::Mysql => "MySQL driver",
            Self::Tortoise => "Tortoise ORM",
            Self::Redis => "redis",
            Self::Mongo => "MongoDB",
            Self::Neo4j => "Neo4j",
            Self::Search => "search engine",
            Self::Vector => "vector store",
            Self::Memory => "in-memory dict",
            Self::Files => "JSON file",
        }
    }

    /// Whether it reaches relational data.
    pub(crate) const fn is_relational(self) -> bool {
        matches!(
            self,
            Self::Asyncpg
                | Self::Psycopg
                | Self::SqlalchemySync
                | Self::SqlalchemyAsync
                | Self::Sqlite
                | Self::Mysql
                | Self::Tortoise
        )
    }
}

/// A call that opens something: its last part, how its full name has to begin, what it opens.
const OPENERS: [(&str, &[&str], Pattern); 28] = [
    ("connect", &["pymysql.", "MySQLdb.", "mysql.connector.", "aiomysql."], Pattern::Mysql),
    ("create_pool", &["aiomysql.", "asyncmy."], Pattern::Mysql),
    ("init", &["tortoise.Tortoise."], Pattern::Tortoise),
    ("register_tortoise", &["tortoise."], Pattern::Tortoise),
    ("init_beanie", &["beanie."], Pattern::Mongo),
    ("AsyncMongoClient", &["pymongo."], Pattern::Mongo),
    ("connect", &["asyncpg."], Pattern::Asyncpg),
    ("create_pool", &["asyncpg."], Pattern::Asyncpg),
    ("connect", &["psycopg2.", "psycopg."], Pattern::Psycopg),
    ("ThreadedConnectionPool", &["psycopg2."], Pattern::Psycopg),
    ("SimpleConnectionPool", &["psycopg2."], Pattern::Psycopg),
    ("create_engine", &["sqlalchemy.", "sqlmodel."], Pattern::SqlalchemySync),
    ("create_async_engine", &["sqlalchemy."], Pattern::SqlalchemyAsync),
    ("connect", &["sqlite3.", "aiosqlite."], Pattern::Sqlite),
    ("Redis", &["redis.", "aioredis."], Pattern::Redis),
    ("StrictRedis", &["redis."], Pattern::Redis),
    ("from_url", &["redis.", "aioredis.", "Redis."], Pattern::Redis),
    ("create_redis_pool", &["aioredis."], Pattern::Redis),
    ("RedisCluster", &["redis."], Pattern::Redis),
    ("AsyncIOMotorClient", &["motor."], Pattern::Mongo),
    ("MongoClient", &["pymongo."], Pattern::Mongo),
    ("driver", &["neo4j."], Pattern::Neo4j),
    ("AsyncElasticsearch", &["elasticsearch."], Pattern::Search),
    ("Elasticsearch", &["elasticsearch."], Pattern::Search),
    ("QdrantClient", &["qdrant_client."], Pattern::Vector),
    ("AsyncQdrantClient", &["qdrant_client."], Pattern::Vector),
    ("PersistentClient", &["chromadb."], Pattern::Vector),
    ("HttpClient", &["chromadb."], Pattern::Vector),
];

/// The places of a file at which something is opened.
pub(super) fn openings(file: &FileFacts) -> Vec<(Pattern, usize)> {
    let mut found = Vec::new();
    for (name, starts, pattern) in OPENERS {
        for call in file.calls_named(name) {
            let full = file.full(&call.what.callee);
            if starts.iter().any(|start| full.starts_with(start)) {
                found.push((pattern, call.what.start as usize));
            }
        }
    }
    found
}

/// The patterns of a service, each with where it is seen first.
pub(crate) fn patterns(service: &ServiceFacts) -> BTreeMap<Pattern, Place> {
    let mut found = BTreeMap::new();
    for file in service.code() {
        for (pattern, start) in openings(file) {
            found.entry(pattern).or_insert_with(|| file.place(start));
        }
    }
    if let Some((file, start, _)) = stores(service).into_iter().next() {
        found.insert(Pattern::Memory, service.files[file].place(start));
    }
    if let Some(place) = json_files(service).into_iter().next() {
        found.insert(Pattern::Files, place);
    }
    found
}

pub(super) fn mixed(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let found: Vec<(Pattern, Place)> =
        patterns(service).into_iter().filter(|(pattern, _)| pattern.is_relational()).collect();
    if found.len() < 2 {
        return;
    }
    let names: Vec<&str> = found.iter().map(|(pattern, _)| pattern.name()).collect();
    let mut draft =
        service.draft(format!("{} ways to relational data: {}", names.len(), names.join(", ")));
    for (pattern, place) in found {
        draft = draft.because(place, pattern.name());
    }
    sink.add(draft);
}

/// Modules that each make an engine, a pool or a session factory for relational data.
pub(super) fn competing(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let mut modules: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, file) in service.files.iter().enumerate().filter(|(_, file)| file.is_code()) {
        let opens =
            file.calls_of(&["create_engine", "create_async_engine", "create_pool"]).find(|call| {
                let full = file.full(&call.what.callee);
                full.starts_with("sqlalchemy.")
                    || full.starts_with("asyncpg.")
                    || full.starts_with("sqlmodel.")
            });
        if let Some(call) = opens {
            modules.insert(index, call.what.start as usize);
        }
    }
    if modules.len() < 2 {
        return;
    }
    let names: Vec<String> =
        modules.keys().map(|index| format!("`{}`", service.files[*index].below)).collect();
    let mut draft =
        service.draft(format!("{} modules set up the database: {}", names.len(), names.join(", ")));
    for (index, start) in modules {
        draft = draft.because(service.files[index].place(start), "sets it up");
    }
    sink.add(draft);
}

/// Empty containers of a module that functions of it fill by key or `append`.
fn stores(service: &ServiceFacts) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    for (index, file) in service.files.iter().enumerate().filter(|(_, file)| file.is_code()) {
        let routes: BTreeSet<Option<u32>> = service
            .web
            .routes
            .iter()
            .filter(|route| route.file == index)
            .map(|route| route.handler)
            .collect();
        if routes.is_empty() {
            continue;
        }
        for assignment in &file.outline.assignments {
            let context = assignment.context;
            let is_empty = match &assignment.value {
                Some(Value::Dict(items)) => items.is_empty(),
                Some(Value::Sequence(items)) => items.is_empty(),
                Some(Value::Call(call)) => {
                    matches!(&*call.callee, "dict" | "list") && call.arguments.is_empty()
                }
                _ => false,
            };
            if !is_empty
                || context.function.is_some()
                || context.class.is_some()
                || assignment.target.contains('.')
            {
                continue;
            }
            let name = &*assignment.target;
            let is_list = match &assignment.value {
                Some(Value::Sequence(_)) => true,
                Some(Value::Call(call)) => &*call.callee == "list",
                _ => false,
            };
            if is_passing(name, is_list) {
                continue;
            }
            let item = format!("{name}[]");
            let by_key =
                file.outline.assignments.iter().any(|other| {
                    *other.target == *item && routes.contains(&other.context.function)
                });
            let appended = file.calls_of(&["append", "update", "setdefault"]).any(|call| {
                call.what.receiver() == name && routes.contains(&call.context.function)
            });
            if by_key || appended {
                found.push((index, assignment.start as usize, name.to_owned()));
            }
        }
    }
    found
}

/// Names of things that are not meant to be kept: caches, connections, tasks, counters. A list of
/// metrics holds data, a dictionary of metrics those of the process.
fn is_passing(name: &str, is_list: bool) -> bool {
    let name = name.to_ascii_lowercase();
    let words = ["cache", "connection", "socket", "task", "client", "lock", "counter", "counts"];
    words.iter().any(|word| name.contains(word)) || (!is_list && name.contains("metric"))
}

pub(super) fn memory(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for (file, start, name) in stores(service) {
        let message = format!(
            "routes keep their data in `{name}`: it is lost at every restart and not shared"
        );
        sink.add(service.files[file].draft(start, message));
    }
}

/// Calls of `json.dump` to an open file, in services that read it back.
fn json_files(service: &ServiceFacts) -> Vec<Place> {
    let mut places = Vec::new();
    for file in service.code() {
        let reads =
            file.calls_named("load").any(|call| file.full(&call.what.callee) == "json.load");
        let written =
            file.calls_named("dump").find(|call| file.full(&call.what.callee) == "json.dump");
        if let (Some(call), true) = (written, reads) {
            places.push(file.place(call.what.start as usize));
        }
    }
    places
}

pub(super) fn files(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    if !service.is_web() {
        return;
    }
    for place in json_files(service) {
        let message = "the module writes and reads its data as a JSON file";
        sink.add(crate::audit::finding::Draft::new(&place.file, place.line, message));
    }
}
