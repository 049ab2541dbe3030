"""The shop."""

__version__ = "1.2"
