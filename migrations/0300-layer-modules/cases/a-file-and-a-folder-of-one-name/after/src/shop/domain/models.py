"""Models and values of the domain."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    parcels: int | None = None
