"""Time limits that know of each other.

A limit is a deadline in a context variable. An inner limit can only be shorter
than the outer one, and whoever waits for something asks how much time is left.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from .exceptions import DeadlineExceededError

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[None]:
    """Cancel the block when it takes too long.

    Args:
        seconds: The most that it may take; less, if an outer limit ends earlier.

    Raises:
        DeadlineExceededError: If it took longer.
    """
    own = asyncio.get_running_loop().time() + seconds
    outer = _deadline.get()
    deadline = own if outer is None else min(own, outer)
    token = _deadline.set(deadline)
    try:
        async with asyncio.timeout_at(deadline) as limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise DeadlineExceededError(f"no result within {seconds:g} seconds") from error
    finally:
        _deadline.reset(token)


def remaining_seconds() -> float | None:
    """Return how much time is left, never less than 0; `None` without a limit."""
    deadline = _deadline.get()
    if deadline is None:
        return None
    return max(deadline - asyncio.get_running_loop().time(), 0.0)
