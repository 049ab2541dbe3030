"""Use cases."""

from shop.infrastructure.database.repositories import known


def call(name, n):
    return known[name](n)
