"""What holds for everything that a request sets in motion: correlation id and actor.

Both are kept in context variables. Incoming requests and messages open a scope;
log lines, audit columns, outgoing requests and published messages read it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

CORRELATION_HEADER = "X-Correlation-ID"

_ACCEPTED = re.compile(r"[A-Za-z0-9._\-]{8,128}")
_correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)
_actor: ContextVar[str | None] = ContextVar("actor", default=None)


def current_correlation_id() -> str | None:
    """Return the id of the scope that is open, if any."""
    return _correlation_id.get()


@contextmanager
def correlation_scope(proposed: str | None = None) -> Iterator[str]:
    """Open a scope in which everything carries one correlation id.

    Args:
        proposed: An id from outside. It is taken over if it is harmless (8 to
            128 letters, digits, dots, dashes and underscores), so that nobody
            writes into our logs; otherwise a new one is made.

    Yields:
        The id in force.
    """
    accepted = proposed is not None and _ACCEPTED.fullmatch(proposed)
    correlation_id = proposed if proposed is not None and accepted else uuid4().hex
    token = _correlation_id.set(correlation_id)
    try:
        yield correlation_id
    finally:
        _correlation_id.reset(token)


def current_actor() -> str | None:
    """Return on whose behalf the present work is done, if that is known."""
    return _actor.get()


def set_actor(actor: str | None) -> None:
    """Say on whose behalf the rest of the present task works, for example a user id."""
    _actor.set(actor)


@contextmanager
def actor_scope(actor: str | None) -> Iterator[None]:
    """Open a scope in which work is done on somebody's behalf.

    Args:
        actor: For example a user id, or the name of a job.
    """
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
