"""Who asks: what authentication finds out, and authorisation decides on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


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
