"""What the shop answers."""

from typing import Any, List

network_events: List[dict[str, Any]] = []
LIMIT = 3


def take(event):
    network_events.append(dict(event))
    if len(network_events) > LIMIT:  # old ones go
        network_events.pop(0)


def last(count):
    return network_events[-count:]


def kinds():
    found = [event["kind"] for event in network_events]
    return found, sum(len(event) for event in network_events) / len(network_events) if network_events else 0


def first():
    return network_events[0]


def everything():
    return network_events
