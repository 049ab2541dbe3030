"""Ports: where the service keeps its data, without a word on how."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol
from uuid import UUID


class DraftRepository(Protocol):
    """Where the service keeps drafts."""

    def find(self, key: UUID) -> Any:
        """Return the one with this key, if there is one."""

    def save(self, key: UUID, value: Any) -> None:
        """Keep one under this key, in the place of the one before."""


class SeenRepository(Protocol):
    """Where the service keeps seen."""

    def find(self, key: str) -> date | None:
        """Return the one with this key, if there is one."""

    def save(self, key: str, value: date | None) -> None:
        """Keep one under this key, in the place of the one before."""
