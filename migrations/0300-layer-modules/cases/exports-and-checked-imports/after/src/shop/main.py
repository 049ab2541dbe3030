from shop.domain.shelves import Shelf
from shop.domain.stock import FULL, count
from shop.infrastructure.adapters import put


def answer():
    return FULL, count(3), put(Shelf(), 1)
