"""The correlation id: one name for everything that a request sets in motion.

It is kept in a context variable. Incoming requests and messages open a scope;
log lines, outgoing requests and published messages read it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

CORRELATION_HEADER = "X-Correlation-ID"

_ACCEPTED = re.compile(r"[A-Za-z0-9._\-]{8,128}")
_correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)


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
