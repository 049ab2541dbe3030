"""Ports: where the service keeps its data, without a word on how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class JobRepository(Protocol):
    """Where the service keeps jobs."""

    def find_or(self, key: Any, default: Any) -> Any:
        """Return the one with this key, or the default."""

    def by_key(self) -> Mapping[Any, Any]:
        """Return all of them by their keys."""

    def save(self, key: Any, value: Any) -> None:
        """Keep one under this key, in the place of the one before."""
