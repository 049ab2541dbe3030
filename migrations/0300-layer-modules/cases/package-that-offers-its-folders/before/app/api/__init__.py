"""What there is."""

from . import errors, views

__all__ = ("errors", "views")
