"""Repositories in the memory of the process: nothing survives a restart."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID


class InMemoryDraftRepository:
    """Keeps drafts in a dictionary.

    Args:
        kept: The dictionary, which others may fill and empty.
    """

    def __init__(self, kept: dict[UUID, Any]) -> None:
        self._kept = kept

    def find(self, key: UUID) -> Any:
        """Return the one with this key, if there is one."""
        return self._kept.get(key)

    def save(self, key: UUID, value: Any) -> None:
        """Keep one under this key, in the place of the one before."""
        self._kept[key] = value


class InMemorySeenRepository:
    """Keeps seen in a dictionary.

    Args:
        kept: The dictionary, which others may fill and empty.
    """

    def __init__(self, kept: dict[str, date | None]) -> None:
        self._kept = kept

    def find(self, key: str) -> date | None:
        """Return the one with this key, if there is one."""
        return self._kept.get(key)

    def save(self, key: str, value: date | None) -> None:
        """Keep one under this key, in the place of the one before."""
        self._kept[key] = value
