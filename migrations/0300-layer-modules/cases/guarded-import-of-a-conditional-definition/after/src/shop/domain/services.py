"""Rules and calculations of the domain."""

from shop.domain.sizes_services import scale


def big(n):
    return scale(n)
