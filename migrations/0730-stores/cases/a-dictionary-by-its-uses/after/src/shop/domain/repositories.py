"""Ports: where the service keeps its data, without a word on how."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from shop.domain.models import Order


class OrderRepository(Protocol):
    """Where the service keeps orders."""

    def get(self, key: str) -> Order:
        """Return the one with this key.

        Raises:
            KeyError: If there is none.
        """

    def find(self, key: str) -> Order | None:
        """Return the one with this key, if there is one."""

    def find_or(self, key: str, default: Any) -> Any:
        """Return the one with this key, or the default."""

    def has(self, key: object) -> bool:
        """Tell whether one has this key."""

    def keys(self) -> Collection[str]:
        """Return all keys."""

    def all(self) -> Collection[Order]:
        """Return all of them."""

    def items(self) -> Collection[tuple[str, Order]]:
        """Return all of them with their keys."""

    def count(self) -> int:
        """Return how many there are."""

    def save(self, key: str, value: Order) -> None:
        """Keep one under this key, in the place of the one before."""

    def remove(self, key: str) -> None:
        """Forget the one with this key.

        Raises:
            KeyError: If there is none.
        """

    def take_or(self, key: str, default: Any) -> Any:
        """Forget the one with this key, and return it or the default."""
