"""Prices."""

from .main import answer

__all__ = ["answer"]
