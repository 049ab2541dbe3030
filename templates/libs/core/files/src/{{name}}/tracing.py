"""Distributed tracing: off until an endpoint is named.

Without an endpoint nothing of the OpenTelemetry SDK is even imported; the API
then hands out spans that do nothing.
"""

from collections.abc import Callable

from opentelemetry import propagate, trace

from .exceptions import ConfigurationError

Shutdown = Callable[[], None]


def configure_tracing(
    *,
    service: str,
    version: str,
    environment: str,
    endpoint: str | None,
) -> Shutdown:
    """Export spans in batches over OTLP/HTTP.

    Args:
        service: Name under which the spans appear.
        version: Version of the service.
        environment: Where the service runs, for example `production`.
        endpoint: Base URL of the collector, for example `http://localhost:4318`.
            `None` leaves tracing off.

    Returns:
        A function that sends what is still waiting; call it on shutdown.

    Raises:
        ConfigurationError: If an endpoint is given and the `tracing` extra of
            this package is not installed.
    """
    if endpoint is None:
        return _nothing_to_shut_down
    try:
        from .otlp import create_provider  # noqa: PLC0415 - the SDK is an optional extra
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"an OTLP endpoint is set, but {error.name} is missing: "
            f"install the 'tracing' extra of {__package__}"
        ) from error
    provider = create_provider(
        endpoint,
        {
            "service.name": service,
            "service.version": version,
            "deployment.environment.name": environment,
        },
    )
    trace.set_tracer_provider(provider)
    return provider.shutdown


def trace_headers() -> dict[str, str]:
    """Return the headers that let a callee join the current trace; empty without one."""
    headers: dict[str, str] = {}
    propagate.inject(headers)
    return headers


def _nothing_to_shut_down() -> None:
    """Stand in for the shutdown of a provider where tracing is off."""
