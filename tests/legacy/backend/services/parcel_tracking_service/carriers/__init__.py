"""Carriers by name."""

from .base import Carrier, CarrierError
from .pigeon import PigeonCarrier
from .swift import SwiftCarrier as _Swift

REGISTRY = {"swift": _Swift, "pigeon": PigeonCarrier}


def by_name(name):
    kind = REGISTRY.get(name)
    return kind() if kind else None


__all__ = ["Carrier", "CarrierError", "REGISTRY", "by_name"]
