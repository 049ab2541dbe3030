//! Calls that block, and calls that wait for ever.

use crate::audit::file::FileFacts;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::python::outline::{Call, Value};

/// Functions that block, as full names.
const BLOCKING: [&str; 22] = [
    "time.sleep",
    "os.system",
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_output",
    "subprocess.check_call",
    "urllib.request.urlopen",
    "requests.get",
    "requests.post",
    "requests.put",
    "requests.patch",
    "requests.delete",
    "requests.head",
    "requests.request",
    "httpx.get",
    "httpx.post",
    "httpx.put",
    "httpx.patch",
    "httpx.delete",
    "httpx.request",
    "psycopg2.connect",
    "socket.create_connection",
];

const LAST: [&str; 14] = [
    "sleep",
    "system",
    "run",
    "call",
    "check_output",
    "check_call",
    "urlopen",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "request",
];

/// One finding per call that stands directly in a coroutine.
pub(super) fn calls(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    let more = ["connect", "create_connection", "get", "post"];
    let all = file.calls_of(&LAST).chain(file.calls_of(&more[..2]));
    for call in all {
        let Some(function) = file.function(call.context.function) else { continue };
        let full = file.full(&call.what.callee);
        if function.is_async
            && !call.awaited
            && BLOCKING.contains(&full.as_str())
            && !in_lambda(file, call)
        {
            let message = format!("`{full}` blocks the event loop in `{}`", function.name);
            sink.add(file.draft(call.what.start as usize, message));
        }
    }
}

/// Whether a call is the body of a lambda, which runs somewhere else.
fn in_lambda(file: &FileFacts, call: &Call) -> bool {
    let start = call.what.start as usize;
    let line = file.module.source.line_range(start);
    file.text()[line.start..start].contains("lambda")
}

/// `requests` without `timeout`, and `timeout=None` of httpx.
pub(super) fn timeouts(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for call in file.calls_of(&LAST[7..]) {
        let full = file.full(&call.what.callee);
        let is_requests = full.starts_with("requests.") && !full["requests.".len()..].contains('.');
        if is_requests && call.what.keyword("timeout").is_none() && !call.what.is_open() {
            sink.add(file.draft(call.what.start as usize, format!("`{full}` has no time-out")));
        }
    }
    for call in file.calls_named("urlopen") {
        let full = file.full(&call.what.callee);
        let without = call.what.argument(2, "timeout").is_none() && !call.what.is_open();
        if full == "urllib.request.urlopen" && without {
            sink.add(file.draft(call.what.start as usize, format!("`{full}` has no time-out")));
        }
    }
    for call in file.calls_of(&["AsyncClient", "Client"]) {
        let full = file.full(&call.what.callee);
        if full.starts_with("httpx.") && call.what.keyword("timeout") == Some(&Value::None) {
            let message = format!("`{full}` has its time-out switched off");
            sink.add(file.draft(call.what.start as usize, message));
        }
    }
}
