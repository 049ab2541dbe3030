"""Trying again: with jitter, with a limit, and only for errors that are named.

A thin layer over tenacity, so that every service waits in the same manner and
no client of a service in trouble comes back in lockstep with the others.
"""

from dataclasses import dataclass

from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)


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

    def retrying(self, *errors: type[Exception]) -> AsyncRetrying:
        """Return a tenacity controller; the last error is raised as it is.

        Args:
            errors: The errors after which another try makes sense.
        """
        return AsyncRetrying(
            retry=retry_if_exception_type(errors),
            stop=stop_after_attempt(self.attempts) | stop_after_delay(self.budget_seconds),
            wait=wait_random_exponential(
                multiplier=self.first_wait_seconds,
                max=self.longest_wait_seconds,
            ),
            reraise=True,
        )
