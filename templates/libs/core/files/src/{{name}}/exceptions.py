"""Errors that a service explains to its caller.

The hierarchy is plain Python, so that a domain model may raise its own
subclasses. It knows nothing of HTTP: the API library maps each class to a
status and renders `code`, `title` and `detail` as problem details.
"""

from typing import ClassVar


class ServiceError(Exception):
    """Base of every error that has an explanation for the caller.

    Attributes:
        code: Stable identifier in kebab-case; clients may branch on it.
        title: What kind of error this is; the same for every occurrence.
        detail: What happened this time, in a sentence.
        context: Values that belong to this occurrence, ready for JSON.
    """

    code: ClassVar[str] = "service-error"
    title: ClassVar[str] = "The service could not complete the request"

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


class DependencyUnavailableError(ServiceError):
    """Something that this service leans on does not answer; trying again may help."""

    code = "dependency-unavailable"
    title = "A dependency is unavailable"


class ConfigurationError(ServiceError):
    """The service cannot start with the settings that it was given."""

    code = "configuration"
    title = "The configuration is not valid"
