"""Adapters to the outside."""

from shop.domain.stock import FULL


def count(n):
    return FULL - n
