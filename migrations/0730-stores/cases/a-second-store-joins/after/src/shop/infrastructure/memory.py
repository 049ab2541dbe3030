"""Repositories in the memory of the process: nothing survives a restart."""

from __future__ import annotations

from collections.abc import Mapping


class InMemoryVisitRepository:
    """Keeps visits in a dictionary.

    Args:
        kept: The dictionary, which others may fill and empty.
    """

    def __init__(self, kept: dict[str, int]) -> None:
        self._kept = kept

    def by_key(self) -> Mapping[str, int]:
        """Return all of them by their keys."""
        return self._kept

    def save(self, key: str, value: int) -> None:
        """Keep one under this key, in the place of the one before."""
        self._kept[key] = value
