"""Publishing: data in, event out, in the trace of whoever publishes."""

from typing import Any

from opentelemetry import trace

from .schemas import CloudEvent
from .transport import Broker

_tracer = trace.get_tracer(__name__)


class Publisher:
    """Publishes the events of one service.

    Args:
        broker: Where to.
        source: Name of the service.
    """

    def __init__(self, broker: Broker, *, source: str) -> None:
        self._broker = broker
        self._source = source

    async def publish(
        self,
        event_type: str,
        data: dict[str, Any],
        *,
        subject: str | None = None,
    ) -> CloudEvent:
        """Publish one event.

        Args:
            event_type: What happened, with the version of the data: `order.created.v1`.
            data: What there is to know about it, ready for JSON.
            subject: What it happened to.

        Returns:
            The event, which the broker has taken.

        Raises:
            DependencyUnavailableError: If the broker did not take it.
        """
        with _tracer.start_as_current_span(f"publish {event_type}", kind=trace.SpanKind.PRODUCER):
            event = CloudEvent.create(event_type, data, source=self._source, subject=subject)
            await self._broker.publish(event)
        return event
