"""Adapters to the outside."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shop.domain.shelves import Shelf


def put(shelf: "Shelf", n):
    return shelf.hold(n)
