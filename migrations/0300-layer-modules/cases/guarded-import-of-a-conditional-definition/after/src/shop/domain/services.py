"""Rules and calculations of the domain."""

from shop.domain.sizes import scale


def big(n):
    return scale(n)
