"""Who asks: what authentication finds out, and authorisation decides on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from starlette.requests import HTTPConnection


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whose identity is proven.

    Attributes:
        subject: Stable id of the user or program.
        roles: Names of roles; the access policy says what they permit.
        permissions: Permissions that the credential itself carries, for example
            the scopes of a token.
        kind: What the caller has shown.
        claims: Everything else that the credential says.
    """

    subject: str
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    kind: Literal["token", "api-key", "session"] = "token"
    claims: Mapping[str, object] = field(default_factory=dict)


def remember_principal(connection: HTTPConnection, principal: Principal) -> None:
    """Note whose identity a request or a WebSocket has proven."""
    connection.state.principal = principal


def principal_of(connection: HTTPConnection) -> Principal | None:
    """Return whose identity has been proven, or `None` as long as nobody's has."""
    principal: Principal | None = getattr(connection.state, "principal", None)
    return principal
