"""Prometheus metrics of the HTTP side, and the endpoint that shows them.

Each application has its own registry, so that two in one process (as in tests)
do not disturb one another. Paths are counted by their template, which bounds
the number of time series whatever clients ask for.
"""

from time import perf_counter

from fastapi import APIRouter, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class HttpMetrics:
    """The metrics of one application.

    Args:
        registry: Where they are kept; a new registry with the metrics of the
            process when left out.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or _process_registry()
        self.duration = Histogram(
            "http_request_duration_seconds",
            "Time from the request to the end of the answer",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.in_progress = Gauge(
            "http_requests_in_progress",
            "Requests that are being answered",
            registry=self.registry,
        )


class MetricsMiddleware:
    """Measures every request."""

    def __init__(self, app: ASGIApp, metrics: HttpMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and record how long it took."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        started = perf_counter()

        async def observe(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._metrics.in_progress.track_inprogress():
            try:
                await self._app(scope, receive, observe)
            finally:
                self._metrics.duration.labels(
                    _method(scope), route_template(scope), str(status)
                ).observe(perf_counter() - started)


def create_metrics_router(metrics: HttpMetrics) -> APIRouter:
    """Return the endpoint that Prometheus reads."""
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False)
    def show_metrics() -> Response:
        """Show every metric in the text format."""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router


def route_template(scope: Scope) -> str:
    """Return the path of the route that answered, with its parameters unfilled.

    Newer releases of FastAPI keep the prefix of an included router beside the
    route, in its effective context; older ones copy it into the route.
    """
    effective = scope.get("fastapi", {}).get("effective_route_context")
    path: str | None = getattr(effective or scope.get("route"), "path", None)
    return path or UNMATCHED


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in _METHODS else "other"


def _process_registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry
