"""The part of telemetry that needs the OpenTelemetry SDK (extra `tracing`).

Only `telemetry` imports it, and only once an endpoint is set. The
exporters over gRPC are a package of their own (extra `grpc`).
"""

from opentelemetry.exporter.otlp.proto.http.metric_exporter import (
    OTLPMetricExporter as HttpMetricExporter,
)
from opentelemetry.exporter.otlp.proto.http.trace_exporter import (
    OTLPSpanExporter as HttpSpanExporter,
)
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

from .telemetry import Telemetry

_METRICS_EVERY_MILLISECONDS = 15_000


def create_tracer_provider(telemetry: Telemetry, endpoint: str) -> TracerProvider:
    """Return a provider that sends batches of spans to a collector."""
    provider = TracerProvider(
        resource=Resource.create(telemetry.attributes()),
        sampler=ParentBasedTraceIdRatio(telemetry.sample_ratio),
    )
    provider.add_span_processor(BatchSpanProcessor(_span_exporter(telemetry, endpoint)))
    return provider


def create_meter_provider(telemetry: Telemetry, endpoint: str) -> MeterProvider:
    """Return a provider that sends metrics to a collector every 15 seconds."""
    reader = PeriodicExportingMetricReader(
        _metric_exporter(telemetry, endpoint),
        export_interval_millis=_METRICS_EVERY_MILLISECONDS,
    )
    return MeterProvider([reader], Resource.create(telemetry.attributes()))


def _span_exporter(telemetry: Telemetry, endpoint: str) -> SpanExporter:
    if telemetry.protocol == "http":
        return HttpSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (  # noqa: PLC0415 - an extra
        OTLPSpanExporter,
    )

    return OTLPSpanExporter(endpoint=endpoint, insecure=endpoint.startswith("http://"))


def _metric_exporter(telemetry: Telemetry, endpoint: str) -> MetricExporter:
    if telemetry.protocol == "http":
        return HttpMetricExporter(endpoint=f"{endpoint.rstrip('/')}/v1/metrics")
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import (  # noqa: PLC0415 - an extra
        OTLPMetricExporter,
    )

    return OTLPMetricExporter(endpoint=endpoint, insecure=endpoint.startswith("http://"))
