"""API entry point; the actual implementation is in main.py."""

from main import app

__all__ = ["app"]
