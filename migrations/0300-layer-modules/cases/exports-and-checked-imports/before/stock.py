from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shelves import Shelf

__all__ = [
    "FULL",
    "count",
    "put",
]

FULL = 10


def count(n):
    return FULL - n


def put(shelf: "Shelf", n):
    return shelf.hold(n)
