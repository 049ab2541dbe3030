"""Prices."""

from shop.main import answer

__all__ = ["answer"]
