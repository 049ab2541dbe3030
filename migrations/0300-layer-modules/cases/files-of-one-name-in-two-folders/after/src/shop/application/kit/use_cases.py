"""Use cases."""

from shop.domain.kit.tools import WIDTH


def cut(n):
    return n - WIDTH
