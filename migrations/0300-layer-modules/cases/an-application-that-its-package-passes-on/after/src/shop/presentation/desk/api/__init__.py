"""The API of the desk."""

from .main import app, notify

__all__ = ["app", "notify"]
