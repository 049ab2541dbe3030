"""Ports: where the service keeps its data, without a word on how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class NetworkEventRepository(Protocol):
    """Where the service keeps network events."""

    def all(self) -> Sequence[dict[str, Any]]:
        """Return all of them, in order."""

    def count(self) -> int:
        """Return how many there are."""

    def add(self, value: dict[str, Any]) -> None:
        """Keep one more, as the last."""

    def take(self, position: int) -> dict[str, Any]:
        """Forget the one at a position, and return it.

        Raises:
            IndexError: If there is no such position.
        """
