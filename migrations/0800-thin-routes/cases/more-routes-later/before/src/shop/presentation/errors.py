"""Answers to the exceptions of the domain."""

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exception_handlers import http_exception_handler

from shop.domain.exceptions import (
    ConflictError,
    DomainError,
    InternalError,
    NotFoundError,
)

_STATUSES: dict[type[DomainError], int] = {
    NotFoundError: 404,
    ConflictError: 409,
    InternalError: 500,
}


async def _answer(request: Request, error: Exception) -> Response:
    """Answer as FastAPI answers an `HTTPException` with this status and detail."""
    if not isinstance(error, DomainError):
        raise error
    kinds = type(error).__mro__
    status = next((_STATUSES[kind] for kind in kinds if kind in _STATUSES), 500)
    return await http_exception_handler(request, HTTPException(status, error.detail))


def answer_domain_errors(app: FastAPI) -> None:
    """Let an application answer the exceptions of the domain."""
    app.add_exception_handler(DomainError, _answer)
