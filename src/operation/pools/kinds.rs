//! What makes a pool, and which settings a library is certain to take for it.

use std::str::FromStr;

use pep508_rs::pep440_rs::{Version, VersionSpecifiers};

use crate::operation::web::Web;
use crate::python::manifest::Manifests;
use crate::python::outline::{Assignment, Call, Invocation, Value};

/// How many names a URL is followed through.
const DEPTH: usize = 4;
/// Databases for which every version of SQLAlchemy keeps a queue of connections.
pub(super) const QUEUED: [&str; 7] =
    ["postgresql", "postgres", "mysql", "mariadb", "oracle", "mssql", "cockroachdb"];
/// Arguments that only a queue of connections accepts.
const QUEUE_ONLY: [&str; 3] = ["max_overflow", "pool_timeout", "pool_use_lifo"];
const ENGINE: [(&str, &str); 5] = [
    ("pool_size", "5"),
    ("max_overflow", "10"),
    ("pool_timeout", "30"),
    ("pool_recycle", "-1"),
    ("pool_pre_ping", "False"),
];
const ASYNCPG: [(&str, &str); 4] = [
    ("min_size", "10"),
    ("max_size", "10"),
    ("max_queries", "50_000"),
    ("max_inactive_connection_lifetime", "300.0"),
];
const BLOCKING: [(&str, &str); 2] = [("max_connections", "50"), ("timeout", "20")];
const MONGO: [(&str, &str); 2] = [("maxPoolSize", "100"), ("minPoolSize", "0")];

/// Calls that make a pool, by the full names of what is called.
const OPENERS: [(&str, Opener); 27] = [
    ("sqlalchemy.create_engine", Opener::Engine(false)),
    ("sqlalchemy.engine.create_engine", Opener::Engine(false)),
    ("sqlmodel.create_engine", Opener::Engine(false)),
    ("sqlalchemy.ext.asyncio.create_async_engine", Opener::Engine(true)),
    ("sqlalchemy.ext.asyncio.engine.create_async_engine", Opener::Engine(true)),
    ("asyncpg.create_pool", Opener::Asyncpg),
    ("redis.from_url", Opener::Redis("from_url")),
    ("redis.Redis", Opener::Redis("Redis")),
    ("redis.StrictRedis", Opener::Redis("StrictRedis")),
    ("redis.client.Redis", Opener::Redis("Redis")),
    ("redis.Redis.from_url", Opener::Redis("from_url")),
    ("redis.StrictRedis.from_url", Opener::Redis("from_url")),
    ("redis.ConnectionPool", Opener::Redis("ConnectionPool")),
    ("redis.ConnectionPool.from_url", Opener::Redis("from_url")),
    ("redis.asyncio.from_url", Opener::Redis("from_url")),
    ("redis.asyncio.Redis", Opener::Redis("Redis")),
    ("redis.asyncio.client.Redis", Opener::Redis("Redis")),
    ("redis.asyncio.Redis.from_url", Opener::Redis("from_url")),
    ("redis.asyncio.ConnectionPool", Opener::Redis("ConnectionPool")),
    ("redis.asyncio.ConnectionPool.from_url", Opener::Redis("from_url")),
    ("redis.BlockingConnectionPool", Opener::Blocking),
    ("redis.asyncio.BlockingConnectionPool", Opener::Blocking),
    ("motor.motor_asyncio.AsyncIOMotorClient", Opener::Mongo("AsyncIOMotorClient")),
    ("motor.motor_tornado.MotorClient", Opener::Mongo("MotorClient")),
    ("pymongo.MongoClient", Opener::Mongo("MongoClient")),
    ("pymongo.mongo_client.MongoClient", Opener::Mongo("MongoClient")),
    ("pymongo.AsyncMongoClient", Opener::Mongo("AsyncMongoClient")),
];

/// What makes a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opener {
    /// An engine of SQLAlchemy, an asynchronous one or not.
    Engine(bool),
    /// `asyncpg.create_pool`.
    Asyncpg,
    /// A client or a pool of Redis.
    Redis(&'static str),
    /// A pool of Redis that waits.
    Blocking,
    /// A client of `MongoDB`.
    Mongo(&'static str),
}

/// A call that makes a pool, and what is known around it.
pub(super) struct Pool<'a> {
    pub(super) web: &'a Web<'a>,
    pub(super) file: usize,
    pub(super) call: &'a Call,
    pub(super) manifests: &'a Manifests,
}

/// What can be said about a pool.
pub(super) enum Verdict {
    /// Everything is written out.
    Written,
    /// It has a pool of another kind, which is named.
    Other,
    /// These are taken by the library.
    Missing(Vec<(&'static str, &'static str)>),
    /// These are taken unless a URL, as it is written, turns out to be that of SQLite.
    ByUrl(String, Vec<(&'static str, &'static str)>),
    /// What the library takes is not certain, with the reason.
    Unknown(String),
}

/// What a URL says about the database.
enum Database {
    Queued,
    Sqlite,
    Unknown,
}

/// Whether something of that name may make a pool.
pub(super) fn may_open(name: &str) -> bool {
    OPENERS.iter().any(|(path, _)| path.rsplit('.').next() == Some(name))
}

impl Opener {
    /// The opener with a full name.
    pub(super) fn by_path(path: &str) -> Option<Self> {
        OPENERS.iter().find(|(known, _)| *known == path).map(|(_, opener)| *opener)
    }

    /// The name of what is called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Engine(false) => "create_engine",
            Self::Engine(true) => "create_async_engine",
            Self::Asyncpg => "create_pool",
            Self::Redis(name) | Self::Mongo(name) => name,
            Self::Blocking => "BlockingConnectionPool",
        }
    }

    /// The names by which a test may replace the whole library.
    pub(super) const fn modules(self) -> &'static [&'static str] {
        match self {
            Self::Engine(_) => &["sqlalchemy", "sqlmodel"],
            Self::Asyncpg => &["asyncpg"],
            Self::Redis(_) | Self::Blocking => &["redis", "aioredis"],
            Self::Mongo(_) => &["motor", "motor_asyncio", "pymongo"],
        }
    }

    /// The library.
    pub(super) const fn library(self) -> &'static str {
        match self {
            Self::Engine(_) => "SQLAlchemy",
            Self::Asyncpg => "asyncpg",
            Self::Redis(_) | Self::Blocking => "redis",
            Self::Mongo(_) => "MongoDB",
        }
    }

    /// The settings that a call leaves to the library.
    pub(super) fn missing(self, pool: &Pool<'_>) -> Verdict {
        let call = &pool.call.what;
        let known: &[(&'static str, &'static str)] = match self {
            Self::Engine(_) if pool.asks_helper() => return Verdict::Written,
            Self::Engine(_) => match (pool.engine(), pool.url()) {
                (Ok(Some(())), _) => &ENGINE,
                (Ok(None), _) => return Verdict::Other,
                (Err(_), Some(url)) if !call.is_open() => {
                    let missing = ENGINE.iter().filter(|(name, _)| call.keyword(name).is_none());
                    return Verdict::ByUrl(url, missing.copied().collect());
                }
                (Err(why), _) => return Verdict::Unknown(why),
            },
            Self::Asyncpg => &ASYNCPG,
            Self::Blocking => &BLOCKING,
            Self::Redis(_) if given(call, &["connection_pool", "single_connection_client"]) => {
                return Verdict::Other;
            }
            Self::Redis(_) if call.keyword("max_connections").is_some() => return Verdict::Written,
            Self::Redis(_) => match pool.redis_limit() {
                Ok(limit) => limit,
                Err(why) => return Verdict::Unknown(why),
            },
            Self::Mongo(_) if given(call, &["maxPoolSize"]) && given(call, &["minPoolSize"]) => {
                return Verdict::Written;
            }
            Self::Mongo(_) if !pool.is_plain_mongo() => {
                let why = "the URL is told at run time and may size the pool itself";
                return Verdict::Unknown(why.to_owned());
            }
            Self::Mongo(_) => &MONGO,
        };
        let missing: Vec<_> =
            known.iter().filter(|(name, _)| call.keyword(name).is_none()).copied().collect();
        match missing.is_empty() {
            true => Verdict::Written,
            false if call.is_open() => {
                Verdict::Unknown("some of its arguments come from a dictionary".to_owned())
            }
            false => Verdict::Missing(missing),
        }
    }
}

/// Whether any of these arguments is given and is not `None`.
fn given(call: &Invocation, names: &[&str]) -> bool {
    names.iter().any(|name| call.keyword(name).is_some_and(|value| *value != Value::None))
}

impl Pool<'_> {
    /// Whether an engine keeps a queue of connections; none where its pool is another one.
    fn engine(&self) -> Result<Option<()>, String> {
        let call = &self.call.what;
        if call.keyword("pool").is_some() {
            return Ok(None);
        }
        if let Some(class) = call.keyword("poolclass") {
            let name = class.dotted().unwrap_or_default().rsplit('.').next().unwrap_or_default();
            let is_queue = matches!(name, "QueuePool" | "AsyncAdaptedQueuePool");
            return Ok(is_queue.then_some(()));
        }
        if given(call, &QUEUE_ONLY) {
            return Ok(Some(()));
        }
        let first = call.argument(0, "url");
        let is_file = call.keyword("connect_args").is_some_and(|value| match value {
            Value::Dict(items) => {
                items.iter().any(|(key, _)| key.text() == Some("check_same_thread"))
            }
            _ => false,
        });
        match first.map_or(Database::Unknown, |value| self.database(value, DEPTH)) {
            Database::Queued => Ok(Some(())),
            Database::Sqlite => Ok(None),
            Database::Unknown if is_file => Ok(None),
            Database::Unknown => Err("the URL is told at run time and may be that of SQLite, \
                                      whose pool takes no such settings"
                .to_owned()),
        }
    }

    /// Whether the helper of an earlier run settles the pool.
    fn asks_helper(&self) -> bool {
        let mut open = self.call.what.keywords.iter().filter(|(name, _)| name.is_empty());
        open.any(|(_, value)| value.call().is_some_and(|call| *call.callee == *super::helper::NAME))
    }

    /// The URL as it is written, where naming it twice gives the same.
    fn url(&self) -> Option<String> {
        let is_plain = |name: &str| !name.contains(['(', '[']) && !name.is_empty();
        match self.call.what.argument(0, "url")? {
            Value::Name(name) if is_plain(name) => Some(name.to_string()),
            Value::Call(call) if &*call.callee == "str" => match &call.arguments[..] {
                [Value::Name(name)] if is_plain(name) => Some(format!("str({name})")),
                _ => None,
            },
            _ => None,
        }
    }

    fn database(&self, value: &Value, depth: usize) -> Database {
        let by_text = |text: &str| {
            let scheme = text.split("://").next().unwrap_or_default();
            let name = scheme.split('+').next().unwrap_or_default();
            match name {
                "sqlite" => Database::Sqlite,
                name if QUEUED.contains(&name) => Database::Queued,
                _ => Database::Unknown,
            }
        };
        let Some(below) = depth.checked_sub(1) else { return Database::Unknown };
        match value {
            Value::Str(text) | Value::Format(text, _) => by_text(text),
            Value::Binary("+" | "%", pair) => self.database(&pair.0, below),
            Value::Call(call) => match call.name() {
                "str" | "make_url" | "URL" | "create" => {
                    let first = call.argument(0, "drivername");
                    first.map_or(Database::Unknown, |value| self.database(value, below))
                }
                _ => Database::Unknown,
            },
            Value::Name(name) => match self.bound(name) {
                Some(value) => self.database(value, below),
                None => Database::Unknown,
            },
            _ => Database::Unknown,
        }
    }

    /// The value of a name that is bound once: in the same function, or in the module.
    fn bound(&self, name: &str) -> Option<&Value> {
        let outline = &self.web.outlines[&self.file];
        let function = self.call.context.function;
        let module = self.web.service.modules()[self.file].module()?;
        let is_plain = |found: &&Assignment| {
            let context = found.context;
            context.branches == 0 && context.tries == 0 && context.loops == 0
        };
        for owner in [function, None] {
            let parameters = owner.and_then(|owner| outline.functions.get(owner as usize));
            if parameters.is_some_and(|function| {
                function.parameters.iter().any(|parameter| *parameter.name == *name)
            }) {
                return None;
            }
            let mut found = outline.assignments.iter().filter(|found| {
                *found.target == *name
                    && found.context.function == owner
                    && found.context.class.is_none()
            });
            let Some(only) = found.next() else { continue };
            let is_once = found.next().is_none()
                && is_plain(&only)
                && module.facts.bindings.iter().filter(|found| found.name == *name).count() == 1;
            return only.value.as_ref().filter(|_| is_once);
        }
        None
    }

    /// The limit of a pool of Redis: the library changed it with its version 8.
    fn redis_limit(&self) -> Result<&'static [(&'static str, &'static str)], String> {
        let declared = self.manifests.declared.iter().filter(|one| one.name == "redis");
        let mut limits = declared.map(|one| {
            let specifiers = VersionSpecifiers::from_str(&one.spec).ok()?;
            let admits = |major: u64| {
                (0..20u64).any(|minor| {
                    (0..15u64)
                        .any(|patch| specifiers.contains(&Version::new([major, minor, patch])))
                })
            };
            let (is_old, is_new) = ((2..8).any(admits), (8..20).any(admits));
            (is_old != is_new).then_some(is_old)
        });
        let first = limits.next().flatten();
        match first.filter(|first| limits.all(|other| other == Some(*first))) {
            Some(true) => Ok(&[("max_connections", "2**31")]),
            Some(false) => Ok(&[("max_connections", "100")]),
            None => Err("2**31 connections until version 8 of redis, 100 from there on, and both \
                         versions may be installed"
                .to_owned()),
        }
    }

    /// Whether a URL of `MongoDB` is written out and sizes no pool: an argument would win.
    fn is_plain_mongo(&self) -> bool {
        let first = self.call.what.argument(0, "host");
        let by_text = |text: &str| !text.contains('?') && !text.ends_with("{}");
        match first {
            None | Some(Value::None) => true,
            Some(Value::Str(text) | Value::Format(text, _)) => by_text(text),
            Some(Value::Name(name)) => match self.bound(name) {
                Some(Value::Str(text) | Value::Format(text, _)) => by_text(text),
                _ => false,
            },
            Some(_) => false,
        }
    }
}
