"""Circuit breakers: leave a dependency in trouble alone, and try it again with care.

A breaker is closed while calls succeed. Too many failures within a window open
it: calls are refused at once, without a wait. After a pause it is half open: a
few probes go through, the others are still refused, and the probes decide.

The breaker is our own because those at hand let every caller through while they
are half open, which is the moment at which a recovering server can bear it least.
"""

from asyncio import CancelledError
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import TypeVar

from .exceptions import (
    CircuitOpenError,
    ConflictError,
    InvalidInputError,
    NotAuthenticatedError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PreconditionFailedError,
    ServiceError,
)
from .logging import get_logger
from .timeouts import is_time_up

ResultT = TypeVar("ResultT")

CALLERS_FAULT: tuple[type[ServiceError], ...] = (
    ConflictError,
    InvalidInputError,
    NotAuthenticatedError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PreconditionFailedError,
)
"""Errors that say nothing about the health of whoever raised them."""

_log = get_logger(__name__)


class BreakerState(StrEnum):
    """Whether calls go through."""

    CLOSED = "closed"
    HALF_OPEN = "half-open"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerPolicy:
    """When a breaker opens, and when it closes again.

    Attributes:
        failures: Failures within the window that open it.
        window_seconds: How long a failure is remembered.
        open_seconds: How long it stays open before it lets probes through.
        probes: Probes at the same time, and successes in a row that close it.
        ignored: Errors that count as success: the dependency has answered.
        fatal: Errors that open it at once, whatever happened before.
    """

    failures: int = 5
    window_seconds: float = 60.0
    open_seconds: float = 30.0
    probes: int = 1
    ignored: tuple[type[BaseException], ...] = CALLERS_FAULT
    fatal: tuple[type[BaseException], ...] = ()


@dataclass(frozen=True, slots=True)
class BreakerSnapshot:
    """What is known about a breaker at one moment.

    Attributes:
        name: Name of the dependency.
        state: Whether calls go through.
        failures: Failures within the window.
        retry_after_seconds: When the next probe may go through; 0 unless open.
        succeeded: Calls that succeeded since the start of the process.
        failed: Calls that failed.
        refused: Calls that were not made.
        opened: How often the breaker has opened.
    """

    name: str
    state: BreakerState
    failures: int
    retry_after_seconds: float
    succeeded: int
    failed: int
    refused: int
    opened: int


class GuardedCall:
    """A call that a breaker has let through; see `CircuitBreaker.guard`."""

    def __init__(self) -> None:
        self._is_disregarded = False

    @property
    def is_disregarded(self) -> bool:
        """Whether the call says nothing about the dependency."""
        return self._is_disregarded

    def disregard(self) -> None:
        """Count the call neither as success nor as failure, however it ends."""
        self._is_disregarded = True


class CircuitBreaker:
    """Guards the calls to one dependency from within one event loop.

    Args:
        name: Name of the dependency, for errors, logs and metrics.
        policy: When to open and to close.
        clock: Tells seconds that never go back; tests pass their own.
    """

    def __init__(
        self,
        name: str,
        policy: BreakerPolicy | None = None,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self.policy = policy or BreakerPolicy()
        self._clock = clock
        self._state = BreakerState.CLOSED
        self._failed_at: deque[float] = deque()
        self._opened_at = 0.0
        self._probing = 0
        self._probes_passed = 0
        self._succeeded = self._failed = self._refused = self._opened = 0

    @property
    def state(self) -> BreakerState:
        """Whether calls go through."""
        if self._state is BreakerState.OPEN and self._pause_left() <= 0:
            return BreakerState.HALF_OPEN
        return self._state

    @contextmanager
    def guard(self) -> Iterator[GuardedCall]:
        """Make one call within the block; its exception decides on success and failure.

        A call that a time limit (see `timeouts`) has cancelled is a failure. One that was
        cancelled for another reason says nothing: whoever wanted the result has gone.

        Yields:
            The call, which can be disregarded.

        Raises:
            CircuitOpenError: If the call must not be made now.
        """
        is_probe = self._admit()
        call = GuardedCall()
        error: BaseException | None = None
        try:
            yield call
        except BaseException as raised:
            error = raised
            raise
        finally:
            if not call.is_disregarded:
                self._judge(error, is_probe=is_probe)
            self._probing -= is_probe

    async def call(self, function: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """Call a function without arguments under guard, and return what it returns."""
        with self.guard():
            return await function()

    def reset(self) -> None:
        """Close the breaker and forget the failures."""
        self._move(BreakerState.CLOSED)

    def snapshot(self) -> BreakerSnapshot:
        """Return what is known about the breaker now."""
        self._forget_old_failures()
        return BreakerSnapshot(
            name=self.name,
            state=self.state,
            failures=len(self._failed_at),
            retry_after_seconds=round(max(self._pause_left(), 0.0), 3),
            succeeded=self._succeeded,
            failed=self._failed,
            refused=self._refused,
            opened=self._opened,
        )

    def _admit(self) -> bool:
        if self._state is BreakerState.OPEN and self._pause_left() <= 0:
            self._move(BreakerState.HALF_OPEN)
        if self._state is BreakerState.CLOSED:
            return False
        if self._state is BreakerState.HALF_OPEN and self._probing < self.policy.probes:
            self._probing += 1
            return True
        self._refused += 1
        raise CircuitOpenError(
            f"{self.name} is left alone after failures",
            dependency=self.name,
            retry_after_seconds=round(max(self._pause_left(), 0.0), 3),
        )

    def _judge(self, error: BaseException | None, *, is_probe: bool) -> None:
        if error is None or isinstance(error, self.policy.ignored):
            self._succeed(is_probe=is_probe)
        elif isinstance(error, Exception) or (isinstance(error, CancelledError) and is_time_up()):
            self._fail(error)

    def _succeed(self, *, is_probe: bool) -> None:
        self._succeeded += 1
        if is_probe and self._state is BreakerState.HALF_OPEN:
            self._probes_passed += 1
            if self._probes_passed >= self.policy.probes:
                self._move(BreakerState.CLOSED)

    def _fail(self, error: BaseException) -> None:
        self._failed += 1
        self._forget_old_failures()
        self._failed_at.append(self._clock())
        too_many = len(self._failed_at) >= self.policy.failures
        if self._state is BreakerState.HALF_OPEN or (
            self._state is BreakerState.CLOSED
            and (too_many or isinstance(error, self.policy.fatal))
        ):
            self._opened += 1
            self._opened_at = self._clock()
            self._move(BreakerState.OPEN)

    def _move(self, state: BreakerState) -> None:
        if state is not self._state:
            _log.warning("circuit breaker", dependency=self.name, state=state.value)
        self._state = state
        self._probes_passed = 0
        if state is BreakerState.CLOSED:
            self._failed_at.clear()

    def _pause_left(self) -> float:
        if self._state is not BreakerState.OPEN:
            return 0.0
        return self._opened_at + self.policy.open_seconds - self._clock()

    def _forget_old_failures(self) -> None:
        horizon = self._clock() - self.policy.window_seconds
        while self._failed_at and self._failed_at[0] < horizon:
            self._failed_at.popleft()


class CircuitBreakers:
    """Every breaker of a service, made when it is first asked for.

    Args:
        policy: What holds for a breaker that has no policy of its own.
    """

    def __init__(self, policy: BreakerPolicy | None = None) -> None:
        self._policy = policy or BreakerPolicy()
        self._breakers: dict[str, CircuitBreaker] = {}

    def get(self, name: str, policy: BreakerPolicy | None = None) -> CircuitBreaker:
        """Return the breaker of a dependency; the policy counts the first time only."""
        if name not in self._breakers:
            self._breakers[name] = CircuitBreaker(name, policy or self._policy)
        return self._breakers[name]

    def find(self, name: str) -> CircuitBreaker | None:
        """Return the breaker of a dependency, or `None` before its first use."""
        return self._breakers.get(name)

    def snapshots(self) -> list[BreakerSnapshot]:
        """Return what is known about each, by name."""
        return [self._breakers[name].snapshot() for name in sorted(self._breakers)]
