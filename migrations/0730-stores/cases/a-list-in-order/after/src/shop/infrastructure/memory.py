"""Repositories in the memory of the process: nothing survives a restart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class InMemoryNetworkEventRepository:
    """Keeps network events in a list.

    Args:
        kept: The list, which others may fill and empty.
    """

    def __init__(self, kept: list[dict[str, Any]]) -> None:
        self._kept = kept

    def all(self) -> Sequence[dict[str, Any]]:
        """Return all of them, in order."""
        return self._kept

    def count(self) -> int:
        """Return how many there are."""
        return len(self._kept)

    def add(self, value: dict[str, Any]) -> None:
        """Keep one more, as the last."""
        self._kept.append(value)

    def take(self, position: int) -> dict[str, Any]:
        """Forget the one at a position, and return it.

        Raises:
            IndexError: If there is no such position.
        """
        return self._kept.pop(position)
