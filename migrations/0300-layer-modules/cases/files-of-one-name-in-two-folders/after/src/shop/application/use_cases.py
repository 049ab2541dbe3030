"""Use cases."""

from shop.domain.rules import RATE


def apply(n):
    return n * RATE
