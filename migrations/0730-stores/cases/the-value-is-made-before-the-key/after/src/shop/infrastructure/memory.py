"""Repositories in the memory of the process: nothing survives a restart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class InMemoryJobRepository:
    """Keeps jobs in a dictionary.

    Args:
        kept: The dictionary, which others may fill and empty.
    """

    def __init__(self, kept: dict[Any, Any]) -> None:
        self._kept = kept

    def find_or(self, key: Any, default: Any) -> Any:
        """Return the one with this key, or the default."""
        return self._kept.get(key, default)

    def by_key(self) -> Mapping[Any, Any]:
        """Return all of them by their keys."""
        return self._kept

    def save(self, key: Any, value: Any) -> None:
        """Keep one under this key, in the place of the one before."""
        self._kept[key] = value
