//! How a service logs, measures and traces.

use crate::audit::file::FileFacts;
use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;

/// Whether the logs are structured: structlog, a JSON formatter, loguru with `serialize`, or a
/// shared library for it.
pub(crate) fn is_structured(service: &ServiceFacts) -> bool {
    let packages =
        ["structlog", "pythonjsonlogger", "json_log_formatter", "ecs_logging", "logging_json"];
    service.uses_any(&packages)
        || service.code().any(|file| {
            let by_class = file.outline.classes.iter().any(|class| {
                class.name.to_ascii_lowercase().contains("json")
                    && class.bases.iter().any(|base| base.ends_with("Formatter"))
            });
            let serialized =
                file.calls_named("add").any(|call| call.what.keyword("serialize").is_some());
            by_class || serialized || shares_logging(file)
        })
}

/// `from vertice_core.logging import …` and other libraries with a `logging` module.
fn shares_logging(file: &FileFacts) -> bool {
    file.module.facts.imports.iter().any(|import| {
        import.module.ends_with("_core.logging") || import.module.ends_with("structured_logging")
    })
}

/// Whether a service logs at all.
fn logs(service: &ServiceFacts) -> bool {
    service.uses_any(&["logging", "loguru"])
}

pub(super) fn unstructured(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    if service.is_web() && logs(service) && !is_structured(service) {
        let first = service.code().find(|file| file.imports("logging") || file.imports("loguru"));
        let files = service.code().filter(|file| file.imports("logging")).count();
        let message = format!("{files} modules log plain text");
        let draft = service.draft(message);
        sink.add(match first {
            Some(file) => draft.because(file.place(0_usize), "logs"),
            None => draft,
        });
    }
}

/// `logging.basicConfig` at module level.
pub(super) fn basic_config(_: &ServiceFacts, file: &FileFacts, sink: &mut Sink) {
    for call in file.calls_named("basicConfig") {
        let context = call.context;
        if context.function.is_none() && !context.main_guard {
            let message = "`logging.basicConfig` runs whenever the module is imported";
            sink.add(file.draft(call.what.start as usize, message));
        }
    }
}

/// One finding per file that prints outside of a main guard and of command-line modules.
pub(super) fn print(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    if !service.is_web() {
        return;
    }
    for file in service.code() {
        let name = file.below.rsplit('/').next().unwrap_or_default();
        let is_command = name.contains("cli")
            || name == "__main__.py"
            || file.imports("click")
            || file.imports("typer")
            || file.imports("argparse")
            || file.imports("rich");
        let calls: Vec<_> = file
            .calls_named("print")
            .filter(|call| &*call.what.callee == "print" && !call.context.main_guard)
            .filter(|call| {
                let function = file.function(call.context.function);
                function.is_none_or(|function| {
                    !matches!(&*function.name, "main" | "demo" | "example")
                        && !function.name.starts_with("print")
                        && !function.name.starts_with("demo")
                        && !function.name.starts_with("example")
                        && !function.name.starts_with("test")
                })
            })
            .collect();
        if let (Some(first), false) = (calls.first(), is_command) {
            let message = format!("{} calls of `print`", calls.len());
            sink.add(file.draft(first.what.start as usize, message).anchored("print"));
        }
    }
}

/// Identifiers and headers by which requests are tied together.
const CORRELATION: [&str; 9] = [
    "correlation_id",
    "correlation-id",
    "request_id",
    "request-id",
    "trace_id",
    "x_request_id",
    "CorrelationId",
    "RequestId",
    "RequestID",
];

pub(super) fn no_correlation(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let middleware = |file: &FileFacts| {
        let text = file.text();
        let named = CORRELATION.iter().any(|word| text.contains(word));
        let header = text.contains("X-Request-ID")
            || text.contains("X-Correlation-ID")
            || text.contains("X-Correlation-Id");
        let bound = text.contains("contextvars")
            || text.contains("ContextVar")
            || text.contains("bind_contextvars");
        let shared =
            || text.contains("CorrelationIdMiddleware") && text.contains("_api.middleware");
        header || named && (bound || file.imports("asgi_correlation_id") || shared())
    };
    let traced = is_traced(fleet, service);
    let is_tied = || service.code().any(middleware) || fleet.around(service).any(middleware);
    if service.is_web() && !traced && !is_tied() {
        sink.add(service.draft("no request gets an identity that its log lines carry"));
    }
}

/// Libraries that measure.
const METRICS: [&str; 9] = [
    "prometheus_client",
    "prometheus_fastapi_instrumentator",
    "starlette_exporter",
    "starlette_prometheus",
    "opentelemetry.metrics",
    "opentelemetry.sdk.metrics",
    "statsd",
    "datadog",
    "aioprometheus",
];

/// Libraries that trace.
const TRACES: [&str; 8] = [
    "opentelemetry",
    "ddtrace",
    "jaeger_client",
    "elasticapm",
    "py_zipkin",
    "aiozipkin",
    "sentry_sdk",
    "logfire",
];

/// Whether anything is measured.
pub(crate) fn has_metrics(fleet: &Fleet, service: &ServiceFacts) -> bool {
    uses(fleet, service, &METRICS)
        || takes(service, &[".metrics_exporter", "_core.metrics", "_api.metrics"])
}

/// Whether requests are traced.
pub(crate) fn is_traced(fleet: &Fleet, service: &ServiceFacts) -> bool {
    uses(fleet, service, &TRACES) || takes(service, &["_core.tracing", "_api.traces"])
}

/// Whether code of a service, or what it imports from around the services, imports a package.
fn uses(fleet: &Fleet, service: &ServiceFacts, packages: &[&str]) -> bool {
    let imports = |file: &FileFacts| packages.iter().any(|package| file.imports(package));
    service.code().any(imports) || fleet.around(service).any(imports)
}

/// Whether code imports from a module whose name ends so, such as one of the shared libraries.
fn takes(service: &ServiceFacts, endings: &[&str]) -> bool {
    let ends = |module: &str| endings.iter().any(|ending| module.ends_with(ending));
    let mut imports = service.code().flat_map(|file| &file.module.facts.imports);
    imports.any(|import| ends(&import.module))
}

pub(super) fn no_metrics(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    if service.is_web() && !has_metrics(fleet, service) {
        sink.add(service.draft("no library for metrics is used"));
    }
}

pub(super) fn no_tracing(fleet: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    if service.is_web() && !is_traced(fleet, service) {
        sink.add(service.draft("no library for tracing is used"));
    }
}
