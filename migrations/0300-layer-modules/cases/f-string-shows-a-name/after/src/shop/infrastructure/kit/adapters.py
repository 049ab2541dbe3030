"""Adapters to the outside."""

from shop.domain.kit.tools import LIMIT


def load(n):
    return n + LIMIT
