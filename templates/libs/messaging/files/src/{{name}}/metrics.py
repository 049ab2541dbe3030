"""Metrics of events: how many were published and handled, and how long that took."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class EventMetrics:
    """The metrics of one service.

    Args:
        registry: The registry of the service.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.published = Counter(
            "events_published",
            "Events that the broker took or did not take, and those of an outbox set aside",
            ["type", "outcome"],
            registry=registry,
        )
        self.handled = Histogram(
            "event_handling_duration_seconds",
            "Time from the first try to success or to the last failure",
            ["type", "outcome"],
            registry=registry,
        )
