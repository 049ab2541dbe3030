"""Repositories in the memory of the process: nothing survives a restart."""

from __future__ import annotations

from typing import Any


class InMemoryPriceRepository:
    """Keeps prices in a dictionary.

    Args:
        kept: The dictionary, which others may fill and empty.
    """

    def __init__(self, kept: dict[Any, Any]) -> None:
        self._kept = kept

    def save(self, key: Any, value: Any) -> None:
        """Keep one under this key, in the place of the one before."""
        self._kept[key] = value
