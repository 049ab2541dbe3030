"""Ports."""

from typing import Protocol


class OrderRepository(Protocol):
    """Where the service keeps orders."""

    def count(self) -> int:
        """Return how many there are."""

    def save(self, key: int, value: str) -> None:
        """Keep one under this key."""
