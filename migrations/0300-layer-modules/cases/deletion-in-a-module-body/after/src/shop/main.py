from shop.infrastructure import adapters
from shop.presentation import dependencies


def answer():
    return dependencies.DOUBLE, adapters.half(3)
