"""Ports: where the service keeps its data, without a word on how."""

from __future__ import annotations

from typing import Any, Protocol


class PriceRepository(Protocol):
    """Where the service keeps prices."""

    def save(self, key: Any, value: Any) -> None:
        """Keep one under this key, in the place of the one before."""
