"""The part of tracing that needs the OpenTelemetry SDK (extra `tracing`).

Only `tracing` imports it, and only once an endpoint is set.
"""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def create_provider(endpoint: str, attributes: dict[str, str]) -> TracerProvider:
    """Return a provider that sends batches of spans to a collector.

    Args:
        endpoint: Base URL of the collector.
        attributes: What is true of every span of this process.
    """
    provider = TracerProvider(resource=Resource.create(dict(attributes)))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
