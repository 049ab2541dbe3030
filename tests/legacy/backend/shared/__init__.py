"""Things that every service was supposed to use."""

from .money import Money, crowns

__all__ = ["Money", "crowns"]
