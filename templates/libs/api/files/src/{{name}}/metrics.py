"""Prometheus metrics of the HTTP side, and the endpoint that shows them.

Each application has its own registry, so that two in one process (as in tests)
do not disturb one another. Paths are counted by their template, and each label
takes a limited number of values: the number of time series is bounded whatever
clients ask for.
"""

from time import perf_counter

from fastapi import APIRouter, FastAPI, Response
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
OTHER = "other"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class LabelLimit:
    """Keeps the first values of a label, and calls all later ones `other`.

    Use it for every label whose values come from outside.

    Args:
        most: How many different values are kept.
    """

    def __init__(self, most: int = 200) -> None:
        self._most = most
        self._kept: set[str] = set()

    def keep(self, value: str) -> str:
        """Return the value, or `other` when there are too many."""
        if value not in self._kept:
            if len(self._kept) >= self._most:
                return OTHER
            self._kept.add(value)
        return value


class HttpMetrics:
    """The metrics of one application.

    Args:
        registry: Where they are kept; a new registry with the metrics of the
            process when left out.
        most_routes: How many different routes are told apart.
    """

    def __init__(
        self,
        registry: CollectorRegistry | None = None,
        *,
        most_routes: int = 200,
    ) -> None:
        self.registry = registry or _process_registry()
        self.routes = LabelLimit(most_routes)
        self.duration = Histogram(
            "api_request_duration_seconds",
            "Time from the request to the end of the answer",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.in_progress = Gauge(
            "api_requests_in_progress",
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
                    _method(scope), self._metrics.routes.keep(route_template(scope)), str(status)
                ).observe(perf_counter() - started)


def create_metrics_router(metrics: HttpMetrics) -> APIRouter:
    """Return the endpoint that Prometheus reads."""
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False)
    def show_metrics() -> Response:
        """Show every metric in the text format."""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router


def expose_metrics(app: FastAPI) -> HttpMetrics:
    """Count the requests of an application and show the figures at `/metrics`.

    For a service that puts its middleware together itself; `stack` counts already.
    """
    metrics = HttpMetrics()
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    app.include_router(create_metrics_router(metrics))
    return metrics


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
    return method if method in _METHODS else OTHER


def _process_registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry
