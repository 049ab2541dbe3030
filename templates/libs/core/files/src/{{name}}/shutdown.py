"""Ending well: what was opened is closed in reverse order, and nothing waits for ever.

A service that serves HTTP is stopped by its server; a worker or a scheduler
waits for the signal itself, with `stop_signal`.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from .logging import get_logger

Close = Callable[[], Awaitable[None]]

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Closing:
    name: str
    close: Close
    limit_seconds: float


class ClosingStack:
    """What has to be closed when the process ends.

    A step that fails or hangs is logged and does not keep the others from being
    taken.
    """

    def __init__(self) -> None:
        self._steps: list[_Closing] = []

    def push(self, name: str, close: Close, *, limit_seconds: float = 10.0) -> None:
        """Add a step; the last one added is the first one taken.

        Args:
            name: What is closed, for the log.
            close: Closes it.
            limit_seconds: How long that may take.
        """
        self._steps.append(_Closing(name, close, limit_seconds))

    async def close(self) -> None:
        """Take every step, once."""
        while self._steps:
            step = self._steps.pop()
            try:
                await asyncio.wait_for(step.close(), step.limit_seconds)
            except Exception:  # noqa: BLE001 - whatever it is, the next step is due
                _log.exception("not closed properly", resource=step.name)


@asynccontextmanager
async def stop_signal() -> AsyncIterator[asyncio.Event]:
    """Yield an event that is set when the process is asked to end (SIGTERM, SIGINT)."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    for number in _SIGNALS:
        loop.add_signal_handler(number, asked.set)
    try:
        yield asked
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
