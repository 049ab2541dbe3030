"""Entry point."""

from api import app  # noqa: F401

__all__ = ["app"]
