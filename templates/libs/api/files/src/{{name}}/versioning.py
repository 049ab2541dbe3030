"""Versions of an API in the path, and their end announced in headers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from fastapi import APIRouter, Depends, Response
from fastapi.params import Depends as DependsParam


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
        deprecation: Announced in every answer and in the OpenAPI document.
        dependencies: What holds for all of them, for example authentication.
    """

    def announce(response: Response) -> None:
        response.headers.update(deprecation.headers() if deprecation else {})

    parent = APIRouter(
        prefix=f"/api/{version}",
        deprecated=True if deprecation else None,
        dependencies=[*dependencies, *([Depends(announce)] if deprecation else [])],
    )
    for router in routers:
        parent.include_router(router)
    return parent
