"""What the shop answers."""

from typing import Any, List

from shop.domain.repositories import NetworkEventRepository
from shop.infrastructure.memory import InMemoryNetworkEventRepository

network_events: List[dict[str, Any]] = []
network_event_repository: NetworkEventRepository = InMemoryNetworkEventRepository(
    network_events
)
LIMIT = 3


def take(event):
    network_event_repository.add(dict(event))
    if network_event_repository.count() > LIMIT:  # old ones go
        network_event_repository.take(0)


def last(count):
    return network_event_repository.all()[-count:]


def kinds():
    found = [event["kind"] for event in network_event_repository.all()]
    return found, sum(len(event) for event in network_event_repository.all()) / network_event_repository.count() if network_event_repository.count() else 0


def first():
    return network_event_repository.all()[0]


def everything():
    return network_event_repository.all()
