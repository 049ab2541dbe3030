"""Ports: where the service keeps its data, without a word on how."""

from __future__ import annotations

from typing import Any, Protocol


class OrderRepository(Protocol):
    """Where the service keeps records of Order."""

    async def list_by_state(self, state: str) -> Any:
        """List by state."""

    async def save(self, record: Any) -> None:
        """Save."""

    async def select_by_id(self, number: int) -> Any:
        """Select by id."""
