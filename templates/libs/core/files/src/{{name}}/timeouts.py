"""Time limits that know of each other.

A limit is a deadline in a context variable. An inner limit can only be shorter
than the outer one, and whoever waits for something asks how much time is left.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from .exceptions import DeadlineExceededError

_limit: ContextVar["TimeLimit | None"] = ContextVar("time_limit", default=None)


class TimeLimit:
    """A limit that is open; see `time_limit`."""

    def __init__(self, timeout: asyncio.Timeout, deadline: float) -> None:
        self._timeout = timeout
        self._deadline: float | None = deadline

    @property
    def deadline(self) -> float | None:
        """When the time is up, in the seconds of the event loop; `None` once lifted."""
        return self._deadline

    @property
    def is_lifted(self) -> bool:
        """Whether the block may take as long as it wants."""
        return self._deadline is None

    @property
    def is_over(self) -> bool:
        """Whether the block was cancelled because it took too long."""
        return self._timeout.expired()

    def lift(self) -> None:
        """Let the block take as long as it wants from now on."""
        if self._deadline is not None:
            self._timeout.reschedule(None)
            self._deadline = None


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[TimeLimit]:
    """Cancel the block when it takes too long.

    Args:
        seconds: The most that it may take; less, if an outer limit ends earlier.

    Yields:
        The limit, which can be lifted.

    Raises:
        DeadlineExceededError: If it took longer.
    """
    own = asyncio.get_running_loop().time() + seconds
    outer = _limit.get()
    deadline = min(own, outer.deadline) if outer and outer.deadline else own
    timeout = asyncio.timeout_at(deadline)
    limit = TimeLimit(timeout, deadline)
    token = _limit.set(limit)
    try:
        async with timeout:
            yield limit
    except TimeoutError as error:
        if not timeout.expired():
            raise
        raise DeadlineExceededError(f"no result within {seconds:g} seconds") from error
    finally:
        _limit.reset(token)


def remaining_seconds() -> float | None:
    """Return how much time is left, never less than 0; `None` without a limit."""
    limit = _limit.get()
    if limit is None or limit.deadline is None:
        return None
    return max(limit.deadline - asyncio.get_running_loop().time(), 0.0)


def is_time_up() -> bool:
    """Return whether the limit that is open has ended its block; false without a limit."""
    limit = _limit.get()
    return limit is not None and limit.is_over
