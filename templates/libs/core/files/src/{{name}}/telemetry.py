"""Traces and metrics over OTLP: off until a collector is named.

Without an endpoint nothing of the OpenTelemetry SDK is even imported; the API
then hands out spans and instruments that do nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from opentelemetry import metrics, trace

from .exceptions import ConfigurationError

Protocol = Literal["http", "grpc"]
Shutdown = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """Who sends, where to, and how much.

    Attributes:
        service: Name under which spans and metrics appear.
        version: Version of the service.
        environment: Where the service runs, for example `production`.
        endpoint: Base URL of the collector, for example `http://localhost:4318`
            over HTTP or `http://localhost:4317` over gRPC. `None` turns both off.
        protocol: OTLP over HTTP, or over gRPC (extra `grpc`).
        sample_ratio: Part of the traces that begin here which is recorded, from 0
            to 1. A trace that began elsewhere follows the decision made there.
    """

    service: str
    version: str
    environment: str
    endpoint: str | None
    protocol: Protocol = "http"
    sample_ratio: float = 1.0

    def attributes(self) -> dict[str, str]:
        """Return what is true of everything that this process sends."""
        return {
            "service.name": self.service,
            "service.version": self.version,
            "deployment.environment.name": self.environment,
        }


def configure_telemetry(telemetry: Telemetry) -> Shutdown:
    """Send traces and metrics to the collector, if one is named.

    Returns:
        A function that sends what is still waiting; call it on shutdown.

    Raises:
        ConfigurationError: If an endpoint is given and the extra of this package
            that sends to it is not installed.
    """
    if telemetry.endpoint is None:
        return _nothing_to_shut_down
    try:
        from .otlp import (  # noqa: PLC0415 - the SDK is an optional extra
            create_meter_provider,
            create_tracer_provider,
        )

        tracer_provider = create_tracer_provider(telemetry, telemetry.endpoint)
        meter_provider = create_meter_provider(telemetry, telemetry.endpoint)
    except ModuleNotFoundError as error:
        extra = "grpc" if "grpc" in str(error.name) else "tracing"
        raise ConfigurationError(
            f"an OTLP endpoint is set, but {error.name} is missing: "
            f"install the '{extra}' extra of {__package__}"
        ) from error
    trace.set_tracer_provider(tracer_provider)
    metrics.set_meter_provider(meter_provider)

    def shut_down() -> None:
        tracer_provider.shutdown()
        meter_provider.shutdown()

    return shut_down


def _nothing_to_shut_down() -> None:
    """Stand in for the shutdown of the providers where nothing is sent."""
