"""The app factory: a FastAPI application with the conventions of the workspace."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import metadata
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from .problems import install_problem_details

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


def create_api(*, title: str, distribution: str, lifespan: Lifespan | None = None) -> FastAPI:
    """Return an application whose errors are problem details.

    Operations are named after their functions, so that generated clients have
    readable methods. Middleware, health and routes are added by the service,
    where their order can be seen.

    Args:
        title: Name of the API for people.
        distribution: The installed package whose version and summary describe the API.
        lifespan: What to open before the first request and to close after the last.
    """
    package = metadata(distribution)
    app = FastAPI(
        title=title,
        version=package["Version"],
        description=package["Summary"],
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
    )
    install_problem_details(app)
    return app


def instrument_tracing(app: FastAPI) -> None:
    """Give every request a span; probes and metrics are left out.

    Needs the `tracing` extra. Call it only where tracing is configured.
    """
    from opentelemetry.instrumentation.fastapi import (  # noqa: PLC0415 - an optional extra
        FastAPIInstrumentor,
    )

    FastAPIInstrumentor.instrument_app(
        app,
        excluded_urls="/health/,/metrics",
        exclude_spans=["receive", "send"],
    )


def _operation_id(route: APIRoute) -> str:
    return route.name
