"""Ports."""

from __future__ import annotations

from typing import Protocol


class OrderRepository(Protocol):
    """Where orders are kept."""
