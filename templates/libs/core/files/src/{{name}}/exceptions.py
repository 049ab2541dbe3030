"""Errors that a service explains to its caller.

The hierarchy is plain Python, so that a domain model may raise its own
subclasses. It knows nothing of HTTP: `problems` maps each class to a status, and
`code`, `title` and `detail` are what problem details consist of.
"""

from typing import ClassVar


class ServiceError(Exception):
    """Base of every error that has an explanation for the caller.

    Attributes:
        code: Stable identifier in kebab-case; clients may branch on it.
        title: What kind of error this is; the same for every occurrence.
        detail: What happened this time, in a sentence.
        context: Values that belong to this occurrence, ready for JSON.
        upstream_code: Code of the error of another service that this one passes on.
    """

    code: ClassVar[str] = "service-error"
    title: ClassVar[str] = "The service could not complete the request"

    upstream_code: str | None = None

    def __init__(self, detail: str, **context: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.context = context


class InvalidInputError(ServiceError):
    """The request is understood, but a value in it breaks a rule."""

    code = "invalid-input"
    title = "A value is not valid"


class NotAuthenticatedError(ServiceError):
    """The caller did not say, or could not prove, who they are."""

    code = "not-authenticated"
    title = "Authentication is required"


class PermissionDeniedError(ServiceError):
    """The caller is known and may not do this."""

    code = "permission-denied"
    title = "Permission denied"


class NotFoundError(ServiceError):
    """The thing that was asked for does not exist."""

    code = "not-found"
    title = "Not found"


class ConflictError(ServiceError):
    """The request contradicts the present state, for example a duplicate."""

    code = "conflict"
    title = "The request conflicts with the present state"


class PreconditionFailedError(ServiceError):
    """The caller changed something that has changed meanwhile."""

    code = "precondition-failed"
    title = "The resource has changed"


class PayloadTooLargeError(ServiceError):
    """The request is larger than this service accepts."""

    code = "payload-too-large"
    title = "The request is too large"


class RateLimitedError(ServiceError):
    """The caller has asked too often; the context says when to come back."""

    code = "rate-limited"
    title = "Too many requests"


class DeadlineExceededError(ServiceError):
    """There was no result in the time that was given."""

    code = "deadline-exceeded"
    title = "The time is up"


class UpstreamError(ServiceError):
    """Another service gave an answer that this service cannot use."""

    code = "upstream-error"
    title = "Another service failed"


class DependencyUnavailableError(ServiceError):
    """Something that this service leans on does not answer; trying again may help."""

    code = "dependency-unavailable"
    title = "A dependency is unavailable"


class CircuitOpenError(DependencyUnavailableError):
    """A dependency is left alone for a while, because calls to it have failed."""

    code = "circuit-open"
    title = "A dependency is left alone after failures"


class ConfigurationError(ServiceError):
    """The service cannot start with the settings that it was given."""

    code = "configuration"
    title = "The configuration is not valid"
