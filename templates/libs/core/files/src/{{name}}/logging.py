"""Structured logs: one JSON object per line, from every library in the process.

structlog renders, the standard library transports. Records of both pass through
the same processors, so that a line of uvicorn or SQLAlchemy carries the
correlation id, the trace id and the redaction just as our own lines do.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal

import structlog
from opentelemetry import trace
from pydantic import BaseModel
from structlog.types import EventDict, Processor

from .context import current_correlation_id

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LogFormat = Literal["json", "console"]

REDACTED = "[redacted]"
_SECRET_WORDS = (
    "apikey",
    "authorization",
    "cookie",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "token",
)
"""Parts of the names of secrets, without the marks between words."""

_SECRET_TEXTS = (
    (re.compile(r"(?i)\b(bearer|basic) [a-z0-9._~+/=-]{8,}"), r"\1 " + REDACTED),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), REDACTED),
    (re.compile(r"(?i)(\w+://[^\s:/@]*):[^\s@/]+@"), r"\1:" + REDACTED + "@"),
    (
        re.compile(
            r"(?i)(passphrase|passwd|password|secret|token|credentials?|(?:api|private)[_-]?key)"
            r"(['\"]?\s*[=:]\s*['\"]?)[^\s&,;'\"]+"
        ),
        r"\1\2" + REDACTED,
    ),
)
"""Secrets within a text: credentials of a header, JSON web tokens, URLs, `name=value`."""

_DEEPEST = 8
_OWN_HANDLERS = ("uvicorn", "uvicorn.error")
_TALKATIVE = ("alembic", "httpcore2", "httpx2")


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger that takes key-value pairs: `log.info("stored", size=3)`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def configure_logging(
    *,
    service: str,
    version: str,
    level: LogLevel | int = "INFO",
    log_format: LogFormat = "json",
) -> None:
    """Send every log record of the process to standard output.

    Calling it again replaces the earlier set-up; handlers of others stay. The
    access log of uvicorn is left to itself: a service writes its own, which knows
    the route and the duration.

    Args:
        service: Name of the service, part of every line.
        version: Version of the service, part of every line.
        level: The lowest level that is written, by its name or number.
        log_format: `json` for machines, `console` for a terminal.
    """
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = StandardOutputHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(log_format, {"service": service, "version": version}),
            ],
        )
    )
    root = logging.getLogger()
    for earlier in [h for h in root.handlers if isinstance(h, StandardOutputHandler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _OWN_HANDLERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def redact_text(text: str) -> str:
    """Return a text without the secrets that can be recognised in it."""
    for pattern, replacement in _SECRET_TEXTS:
        text = pattern.sub(replacement, text)
    return text


class StandardOutputHandler(logging.StreamHandler[Any]):
    """Writes to what `sys.stdout` is at that moment, also after it was replaced."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        self.stream = sys.stdout
        super().emit(record)


def _add_context(_logger: object, _method: str, event: EventDict) -> EventDict:
    correlation_id = current_correlation_id()
    if correlation_id is not None:
        event["correlation_id"] = correlation_id
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = trace.format_trace_id(span.trace_id)
        event["span_id"] = trace.format_span_id(span.span_id)
    return event


def _drop_colours(_logger: object, _method: str, event: EventDict) -> EventDict:
    event.pop("color_message", None)
    return event


def _redact(_logger: object, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if key != "exc_info" and not key.startswith("_"):
            event[key] = _redacted(key, value)
    return event


def _redact_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    if "exception" in event:
        event["exception"] = redact_text(event["exception"])
    return event


def _redacted(key: str, value: object, depth: int = 0) -> object:
    name = key.lower().replace("_", "").replace("-", "")
    if any(word in name for word in _SECRET_WORDS):
        return REDACTED
    if value is None or isinstance(value, (bool, int, float)):
        return value
    named = _named(value)
    if depth < _DEEPEST and named is not None:
        return {inner: _redacted(str(inner), item, depth + 1) for inner, item in named.items()}
    if depth < _DEEPEST and isinstance(value, (list, tuple, set, frozenset)):
        return [_redacted("", item, depth + 1) for item in value]
    return redact_text(value if isinstance(value, str) else repr(value))


def _named(value: object) -> Mapping[Any, object] | None:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, BaseModel):
        return dict(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: getattr(value, item.name) for item in fields(value)}
    return None


def _rendering(log_format: LogFormat, constants: Mapping[str, str]) -> list[Processor]:
    def add_constants(
        _logger: object, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        event.update(constants)
        return event

    if log_format == "console":
        return [structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())]
    return [
        add_constants,
        structlog.processors.format_exc_info,
        _redact_exception,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(),
    ]


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    _add_context,
    _drop_colours,
    _redact,
]

# One list for the life of the process: loggers keep the list that they have first
# seen, and tests that capture logs change it in place.
_PROCESSORS: list[Processor] = [
    structlog.stdlib.filter_by_level,
    *_SHARED,
    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
]
