"""What a broker has to do; the same for all of them.

Every group of subscribers receives each event at least once. An event whose
handler raises is a dead letter of its group: it is kept, and not tried again.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

from .schemas import CloudEvent

Handler = Callable[[CloudEvent], Awaitable[None]]

DEFAULT_NAMESPACE = "events"
"""Under which the names of queues and streams stand on a shared server."""


class Broker(Protocol):
    """Carries events from publishers to groups of subscribers."""

    async def connect(self) -> None:
        """Open the connection.

        Raises:
            DependencyUnavailableError: If the server does not answer.
        """

    async def close(self) -> None:
        """Take no more events, let the handlers finish, and disconnect."""

    async def ping(self) -> None:
        """Return if the server answers and nothing that reads events has ended.

        Raises:
            DependencyUnavailableError: If it does not, or something has.
        """

    async def publish(self, event: CloudEvent) -> None:
        """Hand an event over; when this returns, the broker has it.

        Raises:
            DependencyUnavailableError: If the broker did not take it.
        """

    async def subscribe(self, group: str, types: Collection[str], handler: Handler) -> None:
        """Receive the events of some types from now on.

        Args:
            group: Subscribers of one group share the events between them.
            types: The types that the handler understands.
            handler: Called with one event after the other.
        """
