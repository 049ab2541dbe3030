"""Routers whose operations document the errors that every operation can have."""

from http import HTTPStatus

from fastapi import APIRouter

from .problems import problem_responses

ALWAYS_POSSIBLE = (
    HTTPStatus.BAD_REQUEST,  # a body that is no JSON
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)


def create_router(*, prefix: str = "", tag: str) -> APIRouter:
    """Return a router for one kind of resource.

    Args:
        prefix: Path of the collection, for example `/orders`.
        tag: Heading of the operations in the OpenAPI document.
    """
    return APIRouter(prefix=prefix, tags=[tag], responses=problem_responses(*ALWAYS_POSSIBLE))
