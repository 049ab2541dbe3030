"""Versions of an API in the path, and their end announced in headers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.params import Depends as DependsParam
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ANNOUNCED = "deprecation_headers"


@dataclass(frozen=True, slots=True)
class Deprecation:
    """When a version stops being the one to use.

    Attributes:
        since: From when on clients should move, with a time zone.
        sunset: When the version will stop answering, with a time zone.
        successor: Where the next version is, for example `/api/v2`.
    """

    since: datetime
    sunset: datetime | None = None
    successor: str | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers of RFC 9745 and RFC 8594."""
        headers = {"Deprecation": f"@{int(self.since.timestamp())}"}
        if self.sunset is not None:
            headers["Sunset"] = format_datetime(self.sunset.astimezone(UTC), usegmt=True)
        if self.successor is not None:
            headers["Link"] = f'<{self.successor}>; rel="successor-version"'
        return headers


def versioned(
    version: str,
    *routers: APIRouter,
    deprecation: Deprecation | None = None,
    dependencies: Sequence[DependsParam] = (),
) -> APIRouter:
    """Put routers under `/api/<version>`.

    Args:
        version: Name of the version, for example `v1`.
        routers: What belongs to it.
        deprecation: Announced in the OpenAPI document and in every answer of the
            endpoints; in their errors, and in answers that they make themselves, by
            `DeprecationMiddleware`, which is part of `install_middleware`.
        dependencies: What holds for all of them, for example authentication.
    """

    def announce(request: Request, response: Response) -> None:
        headers = deprecation.headers() if deprecation else {}
        request.scope[_ANNOUNCED] = headers
        response.headers.update(headers)

    parent = APIRouter(
        prefix=f"/api/{version}",
        deprecated=True if deprecation else None,
        dependencies=[*([Depends(announce)] if deprecation else []), *dependencies],
    )
    for router in routers:
        parent.include_router(router)
    return parent


class DeprecationMiddleware:
    """Announces the end of a version in every answer of its endpoints.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to the headers of its answer."""

        async def announce(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in scope.get(_ANNOUNCED, {}).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, announce)


class DeprecatedPathsMiddleware:
    """Announce in every answer of a deprecated path where its successor is.

    A path is meant when its route is marked as deprecated and the application has the
    same path under the version: `/orders/{number}` and `/api/v1/orders/{number}`. Errors
    that the route answers with are announced as well.
    """

    def __init__(self, app: ASGIApp, *, since: datetime, version: str = "v1") -> None:
        """Wrap an application.

        Args:
            app: What answers.
            since: From when on clients should move, with a time zone.
            version: The version under which the successors are.
        """
        self._app = app
        self._since = since
        self._prefix = f"/api/{version}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to the headers of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def announce(message: Message) -> None:
            if message["type"] == "http.response.start":
                successor = self._successor(scope)
                if successor is not None:
                    headers = MutableHeaders(scope=message)
                    deprecation = Deprecation(since=self._since, successor=successor)
                    for name, value in deprecation.headers().items():
                        headers.append(name, value)
            await send(message)

        await self._app(scope, receive, announce)

    def _successor(self, scope: Scope) -> str | None:
        route = scope.get("route")
        template = getattr(route, "path", None)
        if template is None or not getattr(route, "deprecated", False):
            return None
        successor = self._versioned(template)
        paths = (getattr(other, "path", None) for other in scope["app"].routes)
        if successor not in paths:
            return None
        root = scope.get("root_path", "")
        return quote(root + self._versioned(scope["path"].removeprefix(root)))

    def _versioned(self, path: str) -> str:
        rest = path.removeprefix("/api") if f"{path}/".startswith("/api/") else path
        return self._prefix + rest
