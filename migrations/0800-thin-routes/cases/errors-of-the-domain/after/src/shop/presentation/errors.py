"""Answers to the exceptions of the domain."""

from inspect import iscoroutinefunction

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

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
    """Answer as the application answers an `HTTPException` with this status and detail."""
    if not isinstance(error, DomainError):
        raise error
    kinds = type(error).__mro__
    status = next((_STATUSES[kind] for kind in kinds if kind in _STATUSES), 500)
    refused = HTTPException(status, error.detail)
    handlers = request.app.exception_handlers
    keys = [status, *type(refused).__mro__]
    handler = next(handlers[key] for key in keys if key in handlers and key != 500)
    if iscoroutinefunction(handler):
        answer: Response = await handler(request, refused)
    else:
        answer = await run_in_threadpool(handler, request, refused)
    return answer


def answer_domain_errors(app: FastAPI) -> None:
    """Let an application answer the exceptions of the domain."""
    app.add_exception_handler(DomainError, _answer)
