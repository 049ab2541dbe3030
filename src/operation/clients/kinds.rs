//! Which calls make a client that holds connections, what it is, and how it is closed.

use std::str::FromStr;

use pep508_rs::pep440_rs::{Version, VersionSpecifiers};

use crate::operation::web::Web;
use crate::python::Qualified;
use crate::python::manifest::Manifests;

/// A call that makes a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Maker {
    /// The full name of what is called.
    path: &'static str,
    /// The full name of what it gives back; empty where it is the class that is called.
    class: &'static str,
    /// The method that closes it.
    close: &'static str,
    /// Whether that one is awaited.
    waits: bool,
    /// Whether it can be used again after that.
    reopens: bool,
}

const fn closes(path: &'static str, class: &'static str) -> Maker {
    Maker { path, class, close: "close", waits: false, reopens: false }
}

const fn waits(path: &'static str, class: &'static str, close: &'static str) -> Maker {
    Maker { path, class, close, waits: true, reopens: false }
}

const fn engine(path: &'static str) -> Maker {
    let class = "sqlalchemy.engine.Engine";
    Maker { path, class, close: "dispose", waits: false, reopens: true }
}

const REDIS: &str = "redis.asyncio.Redis";

/// The makers of the libraries that services of this kind use.
const MAKERS: [Maker; 32] = [
    waits("httpx.AsyncClient", "", "aclose"),
    closes("httpx.Client", ""),
    closes("requests.Session", ""),
    closes("requests.session", "requests.Session"),
    waits("aiohttp.ClientSession", "", "close"),
    engine("sqlalchemy.create_engine"),
    engine("sqlalchemy.engine.create_engine"),
    engine("sqlmodel.create_engine"),
    Maker {
        path: "sqlalchemy.ext.asyncio.create_async_engine",
        class: "sqlalchemy.ext.asyncio.AsyncEngine",
        close: "dispose",
        waits: true,
        reopens: true,
    },
    closes("redis.Redis", ""),
    closes("redis.StrictRedis", ""),
    closes("redis.from_url", "redis.Redis"),
    closes("redis.Redis.from_url", "redis.Redis"),
    closes("redis.StrictRedis.from_url", "redis.Redis"),
    waits(REDIS, "", "aclose"),
    waits("redis.asyncio.client.Redis", "", "aclose"),
    waits("redis.asyncio.from_url", REDIS, "aclose"),
    waits("redis.asyncio.Redis.from_url", REDIS, "aclose"),
    closes("pymongo.MongoClient", ""),
    waits("pymongo.AsyncMongoClient", "", "close"),
    closes("motor.motor_asyncio.AsyncIOMotorClient", ""),
    closes("neo4j.GraphDatabase.driver", "neo4j.Driver"),
    waits("neo4j.AsyncGraphDatabase.driver", "neo4j.AsyncDriver", "close"),
    closes("elasticsearch.Elasticsearch", ""),
    waits("elasticsearch.AsyncElasticsearch", "", "close"),
    closes("openai.OpenAI", ""),
    waits("openai.AsyncOpenAI", "", "close"),
    closes("anthropic.Anthropic", ""),
    waits("anthropic.AsyncAnthropic", "", "close"),
    closes("qdrant_client.QdrantClient", ""),
    waits("qdrant_client.AsyncQdrantClient", "", "close"),
    closes("kafka.KafkaProducer", ""),
];

/// Methods by which a class of the service's own closes what it holds, the plainest first.
const CLOSING: [&str; 5] = ["aclose", "close", "disconnect", "shutdown", "stop"];

/// What makes sessions on an engine, and what it makes.
const FACTORIES: [(&str, &str); 5] = [
    ("sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.Session"),
    ("sqlalchemy.orm.session.sessionmaker", "sqlalchemy.orm.Session"),
    ("sqlmodel.sessionmaker", "sqlalchemy.orm.Session"),
    ("sqlalchemy.ext.asyncio.async_sessionmaker", "sqlalchemy.ext.asyncio.AsyncSession"),
    ("sqlalchemy.ext.asyncio.session.async_sessionmaker", "sqlalchemy.ext.asyncio.AsyncSession"),
];

/// A client by what makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    /// The full name of its class; none where it is what is called.
    pub(super) class: Option<&'static str>,
    /// The method that closes it.
    pub(super) close: String,
    /// Whether that one is awaited.
    pub(super) waits: bool,
    /// Whether it can be used again after that.
    pub(super) reopens: bool,
}

/// What a call of the body of a module makes: a client, or why something that holds one is none.
pub(super) fn made(
    web: &Web<'_>,
    file: usize,
    callee: &str,
    manifests: &Manifests,
) -> Option<Result<Kind, String>> {
    match web.service.qualify(file, 0, callee) {
        Qualified::External(path) => {
            let maker = MAKERS.iter().find(|maker| maker.path == path)?;
            Some(Ok(Kind {
                class: Some(maker.class).filter(|class| !class.is_empty()),
                close: closing(*maker, manifests).to_owned(),
                waits: maker.waits,
                reopens: maker.reopens,
            }))
        }
        Qualified::Definition(owner, class) => own(web, owner, &class),
        Qualified::Module(_) | Qualified::Unknown => None,
    }
}

/// The closing method; that of asynchronous Redis has another name before version 5.0.1.
fn closing(maker: Maker, manifests: &Manifests) -> &'static str {
    if !maker.path.starts_with("redis.asyncio") {
        return maker.close;
    }
    let mut declared = manifests.declared.iter().filter(|one| one.name == "redis").peekable();
    let is_declared = declared.peek().is_some();
    let is_old = declared.any(|one| {
        VersionSpecifiers::from_str(&one.spec).map_or(true, |versions| {
            [[4, 6, 0], [5, 0, 0]].into_iter().any(|old| versions.contains(&Version::new(old)))
        })
    });
    if is_declared && !is_old { maker.close } else { "close" }
}

/// A class of the service that makes a client for itself when it is made.
fn own(web: &Web<'_>, owner: usize, class: &str) -> Option<Result<Kind, String>> {
    let outline = web.outlines.get(&owner)?;
    let at = outline.classes.iter().position(|found| {
        *found.name == *class && found.context.class.is_none() && found.context.function.is_none()
    })?;
    let index = u32::try_from(at).ok()?;
    let methods = || {
        let all = outline.functions.iter().enumerate();
        all.filter(move |(_, found)| {
            found.context.class == Some(index) && found.context.function.is_none()
        })
    };
    let makes = methods().find(|(_, found)| &*found.name == "__init__")?.0;
    let makes = u32::try_from(makes).ok()?;
    let holds = outline.calls.iter().any(|call| {
        let range = call.what.start as usize..call.what.end as usize;
        call.context.function == Some(makes)
            && MAKERS.iter().any(|maker| maker.path.ends_with(call.what.name()))
            && match web.service.qualify_at(owner, &range, &call.what.callee) {
                Qualified::External(path) => MAKERS.iter().any(|maker| maker.path == path),
                _ => false,
            }
    });
    if !holds {
        return None;
    }
    let close = CLOSING.iter().find_map(|name| {
        let (_, found) = methods().find(|(_, found)| *found.name == **name)?;
        (found.parameters.len() == 1 && found.decorators.is_empty()).then_some(found)
    });
    Some(close.map_or_else(
        || Err(format!("{class} has no method that closes it")),
        |found| {
            let close = found.name.to_string();
            Ok(Kind { class: None, close, waits: found.is_async, reopens: false })
        },
    ))
}

/// What a factory of sessions makes.
pub(super) fn factory(web: &Web<'_>, file: usize, callee: &str) -> Option<&'static str> {
    let Qualified::External(path) = web.service.qualify(file, 0, callee) else { return None };
    FACTORIES.iter().find(|(known, _)| *known == path).map(|(_, class)| *class)
}
