from shop.presentation import sizes
from shop.infrastructure import adapters


def answer():
    return sizes.DOUBLE, adapters.half(3)
