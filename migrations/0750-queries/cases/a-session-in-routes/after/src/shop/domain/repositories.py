"""Ports: where the service keeps its data, without a word on how."""

from __future__ import annotations

from typing import Any, Protocol


class CustomerRepository(Protocol):
    """Where the service keeps records of Customer."""

    def value(self) -> Any:
        """Value."""


class OrderRepository(Protocol):
    """Where the service keeps records of Order."""

    def commit(self) -> None:
        """Commit."""

    def delete(self, record: Any) -> None:
        """Delete."""

    def find_by_id(self, number: int) -> Any:
        """Find by id."""

    def get(self, number: int) -> Any:
        """Get."""

    def page(self, skip: int, limit: int) -> Any:
        """Page."""

    def save(self, record: Any) -> None:
        """Save."""

    def update(self, record: Any) -> None:
        """Update."""
