//! Tokens, TLS and queries.

use crate::audit::file::FileFacts;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::{Call, Value};

/// `jwt.decode` and `jwt.encode` of `PyJWT` and python-jose.
fn is_jwt(file: &FileFacts, call: &Call) -> bool {
    let full = file.full(&call.what.callee);
    full.starts_with("jwt.") || full.starts_with("jose.jwt.")
}

pub(super) fn jwt_algorithm(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for call in file.calls_named("decode").filter(|call| is_jwt(file, call)) {
        let options = call.what.keyword("options");
        let unverified = options.is_some_and(|options| match options {
            Value::Dict(items) => items.iter().any(|(key, value)| {
                key.text() == Some("verify_signature") && *value == Value::Bool(false)
            }),
            _ => false,
        }) || call.what.keyword("verify") == Some(&Value::Bool(false));
        let message = if unverified {
            "the signature of the token is not verified"
        } else if call.what.argument(2, "algorithms").is_none() && !call.what.is_open() {
            "the token is read without a list of algorithms"
        } else {
            continue;
        };
        sink.add(file.draft(call.what.start as usize, message));
    }
}

/// A payload without `exp`, as far as it is written in the same function.
pub(super) fn jwt_expiry(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for call in file.calls_named("encode").filter(|call| is_jwt(file, call)) {
        let Some(payload) = call.what.arguments.first() else { continue };
        let function = file.function(call.context.function);
        let (from, to) = function.map_or((0, file.text().len()), |function| {
            (function.whole as usize, function.end as usize)
        });
        let text = &file.text()[from..to];
        let is_known = matches!(payload, Value::Dict(_))
            || matches!(payload, Value::Name(name) if !is_parameter(function, name));
        if is_known && !text.contains("exp") {
            let message = "the token has no `exp`: it is valid for ever";
            sink.add(file.draft(call.what.start as usize, message));
        }
    }
}

fn is_parameter(function: Option<&crate::python::outline::Function>, name: &str) -> bool {
    function.is_some_and(|function| {
        function.parameters.iter().any(|parameter| *parameter.name == *name)
    })
}

/// `verify=False`, `ssl=False`, unverified contexts.
pub(super) fn tls(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    let names = [
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "head",
        "request",
        "Client",
        "AsyncClient",
        "ClientSession",
        "TCPConnector",
        "stream",
    ];
    for call in file.calls_of(&names) {
        let off = |name: &str| call.what.keyword(name) == Some(&Value::Bool(false));
        let full = file.full(&call.what.callee);
        let by_ssl = matches!(call.what.name(), "TCPConnector")
            && (off("ssl") || off("verify_ssl"))
            || off("ssl")
                && matches!(
                    call.what.name(),
                    "get" | "post" | "put" | "patch" | "delete" | "request"
                );
        let is_http = off("verify") || by_ssl;
        if is_http && !full.starts_with("jwt") {
            let message = format!("`{}` does not verify who answers", call.what.callee);
            sink.add(file.draft(call.what.start as usize, message));
        }
    }
    for call in file.calls_named("_create_unverified_context") {
        sink.add(file.draft(call.what.start as usize, "the context verifies nothing"));
    }
    for found in &file.outline.assignments {
        let off = match &found.value {
            Some(Value::Name(name)) => name.ends_with("CERT_NONE"),
            Some(Value::Bool(false)) => found.target.ends_with(".check_hostname"),
            _ => false,
        };
        if off && found.target.ends_with(".verify_mode") {
            sink.add(file.draft(found.start as usize, "certificates are not verified"));
        }
    }
}

/// Words with which a query begins.
fn is_query(text: &str) -> bool {
    let text = text.trim_start().to_ascii_uppercase();
    let begins = [
        "SELECT ",
        "INSERT ",
        "UPDATE ",
        "DELETE ",
        "DROP ",
        "ALTER ",
        "CREATE ",
        "TRUNCATE ",
        "SET ",
    ];
    begins.iter().any(|word| text.starts_with(word) || text.starts_with(&word.replace(' ', "\n")))
}

/// Whether what is put into a text comes from outside of the code: not a constant, not a text
/// that the function makes from its own literals.
fn is_foreign(file: &FileFacts, call: &Call, value: &Value) -> bool {
    match value {
        Value::Name(_) | Value::Call(_) | Value::Item(_) | Value::Choice(_) | Value::Format(..) => {
            !is_own(file, call, value, 6)
        }
        _ => false,
    }
}

/// Whether a value is made from literals of the same function, or is a constant.
fn is_own(file: &FileFacts, call: &Call, value: &Value, depth: u8) -> bool {
    let Some(below) = depth.checked_sub(1) else { return false };
    let own = |value: &Value| is_own(file, call, value, below);
    match value {
        Value::Name(name) => {
            let last = name.rsplit('.').next().unwrap_or(name);
            let is_constant = last.chars().all(|c| !c.is_ascii_lowercase());
            let mut assigned = file
                .outline
                .assignments
                .iter()
                .filter(|found| {
                    *found.target == **name && found.context.function == call.context.function
                })
                .peekable();
            let written = assigned.peek().is_some()
                && assigned.all(|found| found.value.as_ref().is_some_and(own));
            is_constant || written
        }
        Value::Call(inner) => matches!(inner.name(), "join" | "len" | "int" | "float" | "range"),
        Value::Choice(parts) | Value::Sequence(parts) | Value::Format(_, parts) => {
            parts.iter().all(own)
        }
        Value::Binary("+=", sides) => own(&sides.1),
        Value::Binary(_, sides) => own(&sides.0) && own(&sides.1),
        Value::Str(_) | Value::Int(_) | Value::Number | Value::None => true,
        _ => false,
    }
}

/// The text of a query with foreign parts.
fn built(file: &FileFacts, call: &Call, value: &Value) -> bool {
    match value {
        Value::Format(text, parts) => {
            is_query(text) && parts.iter().any(|part| is_foreign(file, call, part))
        }
        Value::Binary("+" | "%", sides) => {
            let starts = match &sides.0 {
                Value::Str(text) | Value::Format(text, _) => is_query(text),
                other => built(file, call, other),
            };
            starts && is_foreign(file, call, &sides.1)
        }
        Value::Call(inner) if matches!(inner.name(), "text" | "format") => {
            let receiver_is_query = inner.name() == "text";
            receiver_is_query && inner.arguments.iter().any(|value| built(file, call, value))
        }
        _ => false,
    }
}

/// Whether a variable of the same function is given such a query, or begins as a query and has
/// foreign parts added to it.
fn grown(file: &FileFacts, call: &Call, name: &str) -> bool {
    let values = || {
        let own = file.outline.assignments.iter().filter(|found| {
            *found.target == *name && found.context.function == call.context.function
        });
        own.filter_map(|found| found.value.as_ref())
    };
    let is_begun = values().any(|value| match value {
        Value::Str(text) | Value::Format(text, _) => is_query(text),
        _ => false,
    });
    values().any(|value| match value {
        Value::Binary("+=", sides) => match &sides.1 {
            Value::Format(_, parts) => {
                is_begun && parts.iter().any(|part| is_foreign(file, call, part))
            }
            _ => false,
        },
        other => built(file, call, other),
    })
}

/// `execute(f"SELECT … {x}")` and a variable that was built so in the same function.
pub(super) fn sql(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for call in file.calls_of(&[
        "execute",
        "executemany",
        "fetch",
        "fetchrow",
        "fetchval",
        "fetch_all",
        "fetch_one",
        "executescript",
        "raw",
    ]) {
        let Some(first) = call.what.arguments.first() else { continue };
        let direct = built(file, call, first);
        let through = match first {
            Value::Name(name) => grown(file, call, name),
            _ => false,
        };
        if direct || through {
            let message = format!("the query of `{}` is put together from text", call.what.callee);
            sink.add(file.draft(call.what.start as usize, message));
        }
    }
}
