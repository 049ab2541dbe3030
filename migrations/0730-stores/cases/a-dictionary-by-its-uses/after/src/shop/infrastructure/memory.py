"""Repositories in the memory of the process: nothing survives a restart."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from shop.domain.models import Order


class InMemoryOrderRepository:
    """Keeps orders in a dictionary.

    Args:
        kept: The dictionary, which others may fill and empty.
    """

    def __init__(self, kept: dict[str, Order]) -> None:
        self._kept = kept

    def get(self, key: str) -> Order:
        """Return the one with this key.

        Raises:
            KeyError: If there is none.
        """
        return self._kept[key]

    def find(self, key: str) -> Order | None:
        """Return the one with this key, if there is one."""
        return self._kept.get(key)

    def find_or(self, key: str, default: Any) -> Any:
        """Return the one with this key, or the default."""
        return self._kept.get(key, default)

    def has(self, key: object) -> bool:
        """Tell whether one has this key."""
        return key in self._kept

    def keys(self) -> Collection[str]:
        """Return all keys."""
        return self._kept.keys()

    def all(self) -> Collection[Order]:
        """Return all of them."""
        return self._kept.values()

    def items(self) -> Collection[tuple[str, Order]]:
        """Return all of them with their keys."""
        return self._kept.items()

    def count(self) -> int:
        """Return how many there are."""
        return len(self._kept)

    def save(self, key: str, value: Order) -> None:
        """Keep one under this key, in the place of the one before."""
        self._kept[key] = value

    def remove(self, key: str) -> None:
        """Forget the one with this key.

        Raises:
            KeyError: If there is none.
        """
        del self._kept[key]

    def take_or(self, key: str, default: Any) -> Any:
        """Forget the one with this key, and return it or the default."""
        return self._kept.pop(key, default)
