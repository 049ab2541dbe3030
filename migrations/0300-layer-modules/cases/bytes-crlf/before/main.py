import sys  # kept
from services import total


def answer():
    return total([])
