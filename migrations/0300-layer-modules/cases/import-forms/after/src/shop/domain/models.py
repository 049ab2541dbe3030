"""What is sold."""

from dataclasses import dataclass


@dataclass
class Item:
    """One thing."""

    name: str
    price: int = 1
