"""Traces that go from one service to the next.

`telemetry` decides whether spans are sent anywhere; the headers are passed on
in any case.
"""

from opentelemetry import propagate


def trace_headers() -> dict[str, str]:
    """Return the headers that let a callee join the current trace; empty without one."""
    headers: dict[str, str] = {}
    propagate.inject(headers)
    return headers
