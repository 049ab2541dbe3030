"""Client for the signal box."""

from .client import SignalClient

__all__ = ["SignalClient"]
