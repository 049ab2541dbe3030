"""Prometheus metrics of the HTTP side."""


class HttpMetrics:
    """The metrics of one application."""
