"""Ports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class OrderRepository(Protocol):
    """Where orders are kept."""


class VisitRepository(Protocol):
    """Where the service keeps visits."""

    def by_key(self) -> Mapping[str, int]:
        """Return all of them by their keys."""

    def save(self, key: str, value: int) -> None:
        """Keep one under this key, in the place of the one before."""
