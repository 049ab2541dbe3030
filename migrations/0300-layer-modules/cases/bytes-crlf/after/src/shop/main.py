import sys  # kept
from shop.application.services import total


def answer():
    return total([])
