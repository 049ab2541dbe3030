from shop.infrastructure import adapters

LIMIT = 3


def total(n):
    return adapters.count(n) + LIMIT


def answer():
    return total(2)
