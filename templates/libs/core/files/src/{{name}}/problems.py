"""Problem details (RFC 9457) from errors, and errors from problem details.

The status of an error is that of the nearest class of its hierarchy, so that a
service's own subclasses need no entry. A client of a service gets the same
class back that the service raised, as far as the status tells.
"""

from collections.abc import Mapping
from http import HTTPStatus

from .exceptions import (
    ConflictError,
    DeadlineExceededError,
    DependencyUnavailableError,
    InvalidInputError,
    NotAuthenticatedError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PreconditionFailedError,
    RateLimitedError,
    ServiceError,
    UpstreamError,
)

PROBLEM_MEDIA_TYPE = "application/problem+json"

_STATUS: dict[type[ServiceError], HTTPStatus] = {
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotAuthenticatedError: HTTPStatus.UNAUTHORIZED,
    PermissionDeniedError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    PreconditionFailedError: HTTPStatus.PRECONDITION_FAILED,
    PayloadTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RateLimitedError: HTTPStatus.TOO_MANY_REQUESTS,
    UpstreamError: HTTPStatus.BAD_GATEWAY,
    DependencyUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    DeadlineExceededError: HTTPStatus.GATEWAY_TIMEOUT,
}
_RESERVED = frozenset({"type", "title", "status", "detail", "instance", "correlation_id", "errors"})


def status_of(error: ServiceError) -> HTTPStatus:
    """Return the status with which an error is answered."""
    return next(
        (_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def error_of(status: int, problem: Mapping[str, object], *, service: str) -> ServiceError:
    """Return the error that another service has answered with.

    Args:
        status: Status of the answer.
        problem: Its problem document; empty if it had none.
        service: Name of the other service, for the explanation.

    Returns:
        An error of the class that belongs to the status, with the `detail` and
        the context of the document; `UpstreamError` for any other status.
    """
    kinds = {number: kind for kind, number in _STATUS.items()}
    kind = next((kind for number, kind in kinds.items() if number == status), UpstreamError)
    detail = problem.get("detail") or f"{service} answered with status {status}"
    error = kind(str(detail))
    error.context = {key: value for key, value in problem.items() if key not in _RESERVED}
    error.context["service"] = service
    error.upstream_code = str(problem["type"]) if "type" in problem else None
    return error
