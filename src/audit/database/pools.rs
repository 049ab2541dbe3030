//! Pools: their sizes, when they are made, how they are reached.

use crate::audit::environment::is_settings_class;
use crate::audit::file::FileFacts;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::{Call, Value};

/// Calls that make a pool, with the arguments that size it.
fn pools(file: &FileFacts) -> impl Iterator<Item = (&Call, &'static [&'static str])> {
    const ENGINE: &[&str] = &["pool_size", "poolclass", "max_overflow", "creator"];
    const POOL: &[&str] = &["max_size", "min_size"];
    let engines = file.calls_of(&["create_engine", "create_async_engine"]).filter_map(|call| {
        let full = file.full(&call.what.callee);
        (full.starts_with("sqlalchemy.") || full.starts_with("sqlmodel.")).then_some((call, ENGINE))
    });
    let asyncpg = file.calls_named("create_pool").filter_map(|call| {
        file.full(&call.what.callee).starts_with("asyncpg.").then_some((call, POOL))
    });
    engines.chain(asyncpg)
}

/// Whether a call names SQLite: by its URL, or by an argument that only SQLite takes.
fn is_sqlite(call: &Call) -> bool {
    let first = call.what.arguments.first().or_else(|| call.what.keyword("url"));
    let by_url = match first {
        Some(Value::Str(text) | Value::Format(text, _)) => text.starts_with("sqlite"),
        _ => false,
    };
    let by_argument = match call.what.keyword("connect_args") {
        Some(Value::Dict(items)) => {
            items.iter().any(|(key, _)| key.text() == Some("check_same_thread"))
        }
        _ => false,
    };
    by_url || by_argument
}

pub(super) fn unset(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for (call, sizes) in pools(file) {
        let sized = sizes.iter().any(|name| call.what.keyword(name).is_some());
        if !sized && !call.what.is_open() && !is_sqlite(call) {
            let message =
                format!("`{}` sets no size: the defaults of the library decide", call.what.name());
            sink.add(file.draft(call.what.start as usize, message));
        }
    }
}

/// The number behind a value: written out, or the default of a setting in the service.
fn number(service: &ServiceFacts, value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Int(number) => Some(*number),
        Value::Name(name) => {
            let last = name.rsplit('.').next()?;
            service.code().find_map(|file| {
                file.outline.assignments.iter().find_map(|found| {
                    let in_settings = found.context.class.is_some_and(|class| {
                        file.outline.classes.get(class as usize).is_some_and(is_settings_class)
                    });
                    let top = found.context.class.is_none() && found.context.function.is_none();
                    let is_it = &*found.target == last && (in_settings || top);
                    match found.value.as_ref().filter(|_| is_it)? {
                        Value::Int(number) => Some(*number),
                        Value::Call(call) if call.name() == "Field" => {
                            match call.argument(0, "default") {
                                Some(Value::Int(number)) => Some(*number),
                                _ => None,
                            }
                        }
                        _ => None,
                    }
                })
            })
        }
        _ => None,
    }
}

pub(super) fn too_large(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    for file in service.code() {
        for (call, _) in pools(file) {
            let of = |name: &str| number(service, call.what.keyword(name));
            let engine = || Some(of("pool_size")? + of("max_overflow").unwrap_or(10).max(0));
            let Some(most) = of("max_size").or_else(engine) else { continue };
            if most > fleet.thresholds.pool_limit {
                let message = format!(
                    "one process may open {most} connections; {} is the limit",
                    fleet.thresholds.pool_limit
                );
                sink.add(file.draft(call.what.start as usize, message));
            }
        }
    }
}

/// An engine, a pool or a client that is made while a module is imported.
pub(super) fn at_import(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    let names = [
        "create_engine",
        "create_async_engine",
        "create_pool",
        "connect",
        "MongoClient",
        "AsyncIOMotorClient",
    ];
    for call in file.calls_of(&names) {
        let full = file.full(&call.what.callee);
        let drivers =
            ["sqlalchemy.", "sqlmodel.", "asyncpg.", "psycopg2.", "psycopg.", "pymongo.", "motor."];
        let is_database = drivers.iter().any(|start| full.starts_with(start));
        let context = call.context;
        if is_database && context.function.is_none() && !context.main_guard && !is_sqlite(call) {
            let message = format!("`{full}` runs whenever the module is imported");
            sink.add(file.draft(call.what.start as usize, message));
        }
    }
}

/// A literal URL of PostgreSQL or `MySQL` on a host with a dot, without a word about TLS.
pub(super) fn without_tls(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for string in &file.module.facts.strings {
        let value = string.value.as_str();
        let is_url =
            ["postgresql", "postgres", "mysql"].iter().any(|start| value.starts_with(start))
                && value.contains("://");
        if !is_url || string.is_statement {
            continue;
        }
        let off = ["sslmode=disable", "ssl=disable", "ssl=false"];
        if off.iter().any(|word| value.contains(word)) {
            sink.add(file.draft(string.range.start, "the address switches TLS off"));
            continue;
        }
        if value.contains("ssl") {
            continue;
        }
        let Some((_, rest)) = value.split_once("://") else { continue };
        let host = rest
            .rsplit('@')
            .next()
            .unwrap_or(rest)
            .split(['/', ':', '?'])
            .next()
            .unwrap_or_default();
        let is_remote = host.contains('.')
            && !host.starts_with("127.")
            && !host.starts_with("0.0.")
            && host.rsplit('.').next() != Some("local")
            && host != "host.docker.internal"
            && !host.contains("example");
        if is_remote && host.chars().any(|c| c.is_ascii_alphabetic()) {
            let message = format!("`{host}` is reached without a word about TLS");
            sink.add(file.draft(string.range.start, message));
        }
    }
}
