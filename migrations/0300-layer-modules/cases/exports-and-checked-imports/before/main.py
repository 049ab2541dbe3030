from shelves import Shelf
from stock import FULL, count, put


def answer():
    return FULL, count(3), put(Shelf(), 1)
