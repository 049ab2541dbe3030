"""Trying again: with jitter, with limits, and only for errors that are named.

A thin layer over tenacity, so that every service waits in the same manner and
no client of a service in trouble comes back in lockstep with the others. A budget
that many calls share keeps retries from multiplying the load of an outage.
"""

from dataclasses import dataclass

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)
from tenacity.stop import stop_base


class RetryBudget:
    """Retries that many calls share: a part of the calls, and a reserve for the start.

    Args:
        ratio: Retries per call; 0.1 allows one for ten calls.
        reserve: Retries that are there before the first call, and the most that
            can be saved up.
    """

    def __init__(self, *, ratio: float = 0.1, reserve: int = 10) -> None:
        self._ratio = ratio
        self._reserve = float(reserve)
        self._balance = float(reserve)

    @property
    def balance(self) -> float:
        """How many retries are left."""
        return self._balance

    def deposit(self) -> None:
        """Note that a call begins."""
        self._balance = min(self._balance + self._ratio, self._reserve)

    def withdraw(self) -> bool:
        """Take one retry, if there is one; return whether there was."""
        if self._balance < 1:
            return False
        self._balance -= 1
        return True


class _StopWithoutBudget(stop_base):
    """Ends the tries of one call when the shared budget is used up."""

    def __init__(self, budget: RetryBudget) -> None:
        self._budget = budget

    def __call__(self, retry_state: RetryCallState) -> bool:
        """Return whether to stop."""
        del retry_state
        return not self._budget.withdraw()


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long to try.

    Attributes:
        attempts: Calls in all, the first included; 1 means no second try.
        first_wait_seconds: Upper bound of the first wait; it doubles each time.
        longest_wait_seconds: Upper bound of any wait.
        budget_seconds: No further try starts after this time.
    """

    attempts: int = 3
    first_wait_seconds: float = 0.1
    longest_wait_seconds: float = 2.0
    budget_seconds: float = 10.0

    def retrying(
        self,
        *errors: type[Exception],
        budget: RetryBudget | None = None,
    ) -> AsyncRetrying:
        """Return a tenacity controller for one call; the last error is raised as it is.

        Args:
            errors: The errors after which another try makes sense.
            budget: Shared by many calls; when it is used up, nothing is repeated.
        """
        stop: stop_base = stop_after_attempt(self.attempts) | stop_after_delay(self.budget_seconds)
        if budget is not None:
            budget.deposit()
            stop = stop | _StopWithoutBudget(budget)
        return AsyncRetrying(
            retry=retry_if_exception_type(errors),
            stop=stop,
            wait=wait_random_exponential(
                multiplier=self.first_wait_seconds,
                max=self.longest_wait_seconds,
            ),
            reraise=True,
        )
